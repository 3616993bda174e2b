// SPDX-License-Identifier: Apache-2.0
// One interview: its state in a line, and the consoles of the duties that this account has.
import { useEffect, useState } from "preact/hooks";
import { duration, serverNow } from "../core/time.ts";
import { Brake } from "./brake.tsx";
import { handlesCases } from "./case_acts.ts";
import { CasesConsole } from "./cases.tsx";
import { CheckerConsole } from "./checker.tsx";
import { CompereConsole } from "./compere.tsx";
import { useT, type Work } from "./context.tsx";
import { type Desk, explain, OpenInterview, type Who } from "./desk.ts";
import { ErasureConsole } from "./erasure.tsx";
import { Gate } from "./gate.tsx";
import { GuestConsole } from "./guest.tsx";
import { shelfOf } from "./list.tsx";
import { ModeratorConsole } from "./moderator.tsx";
import { Notices } from "./notices.tsx";
import { PendingList } from "./pending.tsx";
import { isEnding } from "./remaining.ts";
import { RosterConsole } from "./roster.tsx";
import { useFocusOnShow, useStore, useTick } from "./store.ts";
import { type Console, consoles, draftSteps, duties } from "./views.ts";

interface ScreenProps {
  desk: Desk;
  who: Who;
  id: string;
  console: string | null;
}

export function InterviewScreen(props: ScreenProps) {
  const [open, setOpen] = useState<OpenInterview | null>(null);
  useEffect(() => {
    const made = new OpenInterview(props.desk, props.id);
    setOpen(made);
    return () => made.close();
  }, [props.desk, props.id]);
  return open && <Opened {...props} open={open} />;
}

function Opened({ desk, who, open, console: wanted }: ScreenProps & { open: OpenInterview }) {
  const t = useT();
  const state = useStore(open.state);
  const refused = useStore(open.refused);
  if (refused) {
    return (
      <p class="message bad page" role="alert">
        {explain(refused, t)}
      </p>
    );
  }
  if (!state) {
    return (
      <p class="waiting" role="status">
        {t("interview.loading")}
      </p>
    );
  }
  // Without a duty the server gives what everybody sees, which has no roster.
  const isStaff = Array.isArray(state.interview.roster);
  const found = isStaff ? consoles(duties(state, who.actor), who.role) : [];
  if (isStaff && handlesCases(state, who.actor, who.role)) found.push("cases");
  const current = found.find((name) => name === wanted) ?? found[0];
  const work: Work = { desk, open, state, actor: who.actor };
  const ending = isEnding(state.interview.stage);
  const waitsForMe = state.drafts.some((draft) =>
    draftSteps(state, who.actor, draft).includes("pass"),
  );
  return (
    <div class="interview">
      <Title work={work} />
      {isStaff && <Notices work={work} mayIssue={found.some((name) => name !== "guest")} />}
      {isStaff && <Brake work={work} />}
      {found.length > 1 && <ConsoleTabs id={open.id} found={found} current={current} />}
      {!current && <p class="message warn page">{t("interview.no_duty")}</p>}
      {ending && (current === "moderator" || current === "compere") && <Gate work={work} />}
      {current === "moderator" && waitsForMe && !ending && <PendingList work={work} />}
      {current === "moderator" && <ModeratorConsole work={work} />}
      {current === "compere" && <CompereConsole work={work} />}
      {current === "guest" && <GuestConsole work={work} />}
      {current === "checker" && <CheckerConsole work={work} />}
      {current === "cases" && <CasesConsole work={work} />}
      {current === "roster" && <RosterConsole work={work} />}
      {current === "erasure" && <ErasureConsole work={work} />}
    </div>
  );
}

interface TabsProps {
  id: string;
  found: Console[];
  current: Console | undefined;
}

function ConsoleTabs({ id, found, current }: TabsProps) {
  const t = useT();
  return (
    <nav class="consoles" aria-label={t("interview.consoles")}>
      {found.map((name) => (
        <a
          key={name}
          href={`#/i/${encodeURIComponent(id)}/${name}`}
          aria-current={name === current ? "page" : undefined}
        >
          {t(`console.${name}`)}
        </a>
      ))}
    </nav>
  );
}

function Title({ work }: { work: Work }) {
  const t = useT();
  const { interview } = work.state;
  const viewers = useStore(work.open.viewers);
  const heading = useFocusOnShow();
  useEffect(() => {
    const before = document.title;
    document.title = `${interview.topic} · ${t("desk.title")}`;
    return () => {
      document.title = before;
    };
  }, [interview.topic, t]);
  return (
    <div class="title">
      <h1 ref={heading} tabIndex={-1}>
        {interview.topic}
      </h1>
      <p class="meta">
        <span class={`stage ${shelfOf(interview.stage)}`}>{t(`stage.${interview.stage}`)}</span>
        <Elapsed started={interview.started_at} ended={interview.ended_at} />
        <span>{t(`asking.${interview.asking}`)}</span>
        {viewers !== null && <span>{t("interview.viewers", { n: viewers })}</span>}
      </p>
    </div>
  );
}

function Elapsed(props: { started: string | undefined; ended: string | undefined }) {
  const t = useT();
  useTick(1_000);
  if (!props.started) return null;
  const end = props.ended ? Date.parse(props.ended) : serverNow();
  const time = duration(end - Date.parse(props.started));
  const words = t(props.ended ? "interview.lasted" : "interview.elapsed", { time });
  return <span class="digits">{words}</span>;
}
