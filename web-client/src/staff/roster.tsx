// SPDX-License-Identifier: Apache-2.0
// Who is on the roster: added, taken off, and let in by one-time links without a password.
import { useRef, useState } from "preact/hooks";
import type { Duty, InvitationResult } from "../core/protocol.ts";
import { dateClock, serverNow } from "../core/time.ts";
import { AddMember } from "./add_member.tsx";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { QrCode } from "./qr.tsx";
import { useFocusAtOnce, useTick } from "./store.ts";
import { invitationState, type Member, mayInvite, mayPlan, members } from "./views.ts";

interface Issued {
  user: string;
  until: string;
  link: string;
}

// The address that guests know may not be the one by which the house opens the desk. What stands
// behind '#' is sent to no server, so that no log on the way has it.
function linkOf(token: string): string {
  const origin = document.getElementById("desk")?.dataset.origin ?? location.origin;
  return `${origin}/invitation#${token}`;
}

export function RosterConsole({ work }: { work: Work }) {
  const t = useT();
  const [issued, setIssued] = useState<Issued | null>(null);
  const [fault, setFault] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const { roster, stage } = work.state.interview;
  const remove = async (user: string, duty: Duty) => {
    setFault("");
    const rest = roster.filter((entry) => entry.user !== user || entry.duty !== duty);
    try {
      await work.open.setRoster(rest);
      announce(t("roster.removed", { user, duty: t(`duty.${duty}`) }));
      heading.current?.focus(); // its button is gone
    } catch (error) {
      setFault(explain(error, t));
    }
  };
  const takesTwo = (work.state.interview.chains?.question ?? []).length > 0;
  const setTwo = async (two: boolean) => {
    setFault("");
    try {
      await work.open.setTwoPersons(two);
      announce(t(two ? "roster.two_set" : "roster.two_unset"));
    } catch (error) {
      setFault(explain(error, t));
    }
  };
  const invite = async ({ user }: Member) => {
    setFault("");
    try {
      const { token, until } = await work.open.command<InvitationResult>("invitation.issue", {
        interview: work.open.id,
        user,
      });
      setIssued({ user, until, link: linkOf(token) });
    } catch (error) {
      setFault(explain(error, t));
    }
  };
  const revoke = async ({ user, invitation }: Member) => {
    setFault("");
    try {
      await work.open.command("invitation.revoke", {
        interview: work.open.id,
        invitation: invitation?.invitation,
      });
      if (issued?.user === user) setIssued(null);
    } catch (error) {
      setFault(explain(error, t));
    }
  };
  return (
    <div class="page">
      <section class="card roster" aria-labelledby="roster-h">
        <h2 id="roster-h" ref={heading} tabIndex={-1}>
          {t("roster.title")}
        </h2>
        <p class="meta">{t("roster.hint")}</p>
        {fault && (
          <p class="message bad" role="alert">
            {fault}
          </p>
        )}
        <ul>
          {members(work.state).map((member) => (
            <Row
              key={member.user}
              member={member}
              mayInvite={mayInvite(stage)}
              mayPlan={mayPlan(stage)}
              remove={(duty) => void remove(member.user, duty)}
              invite={() => void invite(member)}
              revoke={() => void revoke(member)}
            />
          ))}
        </ul>
        <label class="check">
          <input
            type="checkbox"
            checked={takesTwo}
            disabled={!mayPlan(stage)}
            onChange={(event) => void setTwo(event.currentTarget.checked)}
          />
          <span>{t("roster.two_persons")}</span>
        </label>
        {mayPlan(stage) ? <AddMember work={work} /> : <p class="meta">{t("roster.fixed")}</p>}
      </section>
      {issued && <Link key={issued.link} issued={issued} close={() => setIssued(null)} />}
    </div>
  );
}

interface RowProps {
  member: Member;
  mayInvite: boolean;
  mayPlan: boolean;
  remove(duty: Duty): void;
  invite(): void;
  revoke(): void;
}

function Row({ member, mayInvite, mayPlan, remove, invite, revoke }: RowProps) {
  const t = useT();
  useTick(60_000);
  const { user, duties, invitation } = member;
  const state = invitationState(invitation, serverNow());
  const at = { open: invitation?.until, expired: invitation?.until, used: invitation?.used_at };
  const time = dateClock({ ...at, revoked: invitation?.revoked_at, none: undefined }[state]);
  const again = state !== "none";
  return (
    <li class="row">
      <div class="grow">
        <b>{user}</b>
        <ul class="duties">
          {duties.map((duty) => (
            <li key={duty} class="flag">
              {t(`duty.${duty}`)}
              {mayPlan && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={t("roster.remove", { user, duty: t(`duty.${duty}`) })}
                  onClick={() => remove(duty)}
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
        <span class="meta">{t(`roster.${state}`, { time })}</span>
      </div>
      <div class="actions">
        {(state === "open" || state === "used") && (
          <button type="button" class="danger" onClick={revoke}>
            {t(state === "used" ? "roster.revoke_used" : "roster.revoke")}
            <span class="hidden-text"> {user}</span>
          </button>
        )}
        {mayInvite && (
          <button type="button" class={again ? "" : "primary"} onClick={invite}>
            {t(again ? "roster.invite_again" : "roster.invite")}
            <span class="hidden-text"> {user}</span>
          </button>
        )}
      </div>
    </li>
  );
}

function Link({ issued, close }: { issued: Issued; close(): void }) {
  const t = useT();
  const { user, link } = issued;
  const heading = useFocusAtOnce<HTMLHeadingElement>();
  const field = useRef<HTMLInputElement>(null);
  // The clipboard is there over TLS alone; marked, the link is one key away all the same.
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      announce(t("roster.copied"));
    } catch {
      if (document.execCommand("copy")) announce(t("roster.copied"));
    }
  };
  return (
    <section class="card invitation" aria-labelledby="link-h">
      <h2 id="link-h" tabIndex={-1} ref={heading}>
        {t("roster.link", { user })}
      </h2>
      <p class="meta">{t("roster.link_once", { user, time: dateClock(issued.until) })}</p>
      <div class="row">
        <input
          class="grow"
          readOnly
          aria-labelledby="link-h"
          value={link}
          ref={field}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="primary" onClick={() => void copy()}>
          {t("roster.copy")}
        </button>
      </div>
      <QrCode text={link} label={t("roster.qr", { user })} />
      <button type="button" onClick={close}>
        {t("roster.close")}
      </button>
    </section>
  );
}
