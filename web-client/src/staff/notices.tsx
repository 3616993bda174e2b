// SPDX-License-Identifier: Apache-2.0
// Notices on every console: those to staff stand until they are acknowledged; who may, issues more.
import { useState } from "preact/hooks";
import type { StaffNotice } from "../core/protocol.ts";
import { clock } from "../core/time.ts";
import { useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";

type Act = (method: string, params: Record<string, unknown>) => Promise<boolean>;

export function Notices({ work, mayIssue }: { work: Work; mayIssue: boolean }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const act: Act = async (method, params) => {
    setFault("");
    try {
      await work.open.command(method, { interview: work.open.id, ...params });
      return true;
    } catch (error) {
      setFault(explain(error, t));
      return false;
    }
  };
  const standing = work.state.notices.filter((notice) => !notice.recalled);
  const mine = (notice: StaffNotice) =>
    notice.to !== "staff" ||
    notice.by === work.actor ||
    (notice.acknowledged ?? []).some(({ by }) => by === work.actor);
  const open = standing.filter((notice) => !mine(notice));
  return (
    <section class="notices" aria-label={t("notice.title")}>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <div role="log">
        {open.map((notice) => (
          <p key={notice.notice} class={`message ${notice.level === "info" ? "" : "warn"}`}>
            <strong>{t(`notice.${notice.level}`)}</strong> {notice.text}{" "}
            <button
              type="button"
              class="primary"
              onClick={() => act("notice.acknowledge", { notice: notice.notice })}
            >
              {t("notice.acknowledge")}
            </button>
          </p>
        ))}
      </div>
      {(mayIssue || standing.length > open.length) && (
        <details>
          <summary>{t("notice.all", { n: standing.length })}</summary>
          {mayIssue && <Composer act={act} />}
          <ul>
            {standing.map((notice) => (
              <Standing key={notice.notice} notice={notice} act={mayIssue ? act : null} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Standing({ notice, act }: { notice: StaffNotice; act: Act | null }) {
  const t = useT();
  const read = notice.acknowledged ?? [];
  return (
    <li>
      <span class="meta">
        {clock(notice.at)} {t(`notice.to_${notice.to}`)} {t(`notice.${notice.level}`)}
      </span>{" "}
      {notice.text}{" "}
      {notice.to === "staff" && (
        <span class="meta">
          {read.length > 0
            ? t("notice.read_by", { names: read.map(({ by }) => by).join(t("list.comma")) })
            : t("notice.unread")}
        </span>
      )}{" "}
      {act && (
        <button
          type="button"
          class="quiet"
          onClick={() => act("notice.recall", { notice: notice.notice })}
        >
          {t("notice.recall")}
        </button>
      )}
    </li>
  );
}

function Composer({ act }: { act: Act }) {
  const t = useT();
  const [to, setTo] = useState("staff");
  const [level, setLevel] = useState("info");
  const [text, setText] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    if (await act("notice.issue", { to, level, text })) setText("");
  };
  return (
    <form class="row" onSubmit={send}>
      <label>
        {t("notice.to")}{" "}
        <select value={to} onChange={(event) => setTo(event.currentTarget.value)}>
          {["staff", "interview"].map((name) => (
            <option key={name} value={name}>
              {t(`notice.to_${name}`)}
            </option>
          ))}
        </select>
      </label>
      <LevelSelect level={level} setLevel={setLevel} />
      <label class="grow">
        {t("notice.text")}{" "}
        <input
          value={text}
          required
          maxLength={500}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{t("notice.issue")}</button>
    </form>
  );
}

export function LevelSelect(props: { level: string; setLevel(level: string): void }) {
  const t = useT();
  return (
    <label>
      {t("notice.level")}{" "}
      <select value={props.level} onChange={(event) => props.setLevel(event.currentTarget.value)}>
        {["info", "warning", "urgent"].map((name) => (
          <option key={name} value={name}>
            {t(`notice.${name}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
