// SPDX-License-Identifier: Apache-2.0
// The course of the interview: its stages, and whether questions are taken.
import { useEffect, useRef, useState } from "preact/hooks";
import { type InterviewStage, RpcError } from "../core/protocol.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { askingWhenOpen, nextStages } from "./views.ts";

// These cannot be taken back.
const CONFIRMED: readonly InterviewStage[] = ["ended", "published"];

interface StageProps {
  work: Work;
  /** Questions that stand in the way of the step; none when it was made. */
  setGate(questions: string[]): void;
}

export function StagePanel({ work, setGate }: StageProps) {
  const t = useT();
  const { open, state } = work;
  const { interview } = state;
  const [fault, setFault] = useState("");
  const [asked, setAsked] = useState<InterviewStage | null>(null);
  const [busy, setBusy] = useState(false);

  const go = async (to: InterviewStage) => {
    if (busy) return;
    setBusy(true);
    setFault("");
    setAsked(null);
    try {
      const { id, version } = open.state.value?.interview ?? interview;
      await open.command("interview.transition", { interview: id, version, to });
      setGate([]);
      announce(t("stagepanel.moved", { stage: t(`stage.${to}`) }));
    } catch (error) {
      const data = error instanceof RpcError ? error.data : null;
      setGate(data?.questions ?? []);
      setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };

  const next = nextStages(interview.stage, work.desk.who.value?.role ?? "");
  return (
    <div class="course">
      <section class="card" aria-labelledby="course">
        <h2 id="course">{t("stagepanel.title")}</h2>
        <p>
          <span class="meta">{t("stagepanel.now")}</span> <b>{t(`stage.${interview.stage}`)}</b>
        </p>
        <div class="actions column">
          {next.map((to, index) => (
            <button
              key={to}
              type="button"
              class={index === 0 ? "primary" : ""}
              aria-disabled={busy}
              onClick={() => (CONFIRMED.includes(to) ? setAsked(to) : void go(to))}
            >
              {t(`go.${interview.stage === "suspended" && to === "live" ? "resume" : to}`)}
            </button>
          ))}
        </div>
        {fault && (
          <p class="message bad" role="alert">
            {fault}
          </p>
        )}
      </section>
      <AskingPanel work={work} />
      {asked && <Confirm to={asked} yes={() => void go(asked)} no={() => setAsked(null)} />}
    </div>
  );
}

function AskingPanel({ work }: { work: Work }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const { interview } = work.state;
  const whenOpen = askingWhenOpen(interview.stage);
  const isOpen = interview.asking !== "closed";
  if (!whenOpen && !isOpen) return null;
  const set = (state: string) => {
    setFault("");
    work.open
      .command("asking.set", { interview: interview.id, state })
      .catch((error) => setFault(explain(error, t)));
  };
  // In the lobby and on air, collecting beforehand becomes asking live.
  const canOpen = whenOpen !== null && interview.asking !== whenOpen;
  return (
    <section class="card" aria-labelledby="asking">
      <h2 id="asking">{t("asking.title")}</h2>
      <p>
        <b>{t(`asking.${interview.asking}`)}</b>
      </p>
      <div class="actions column">
        {canOpen && (
          <button type="button" onClick={() => set(whenOpen)}>
            {t(`asking.go_${whenOpen}`)}
          </button>
        )}
        {isOpen && (
          <button type="button" onClick={() => set("closed")}>
            {t("asking.go_closed")}
          </button>
        )}
      </div>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
    </section>
  );
}

function Confirm(props: { to: InterviewStage; yes(): void; no(): void }) {
  const t = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={props.no} aria-labelledby="confirm">
      <h2 id="confirm">{t(`go.${props.to}`)}</h2>
      <p>{t(`confirm.${props.to}`)}</p>
      <div class="actions">
        <button type="button" class="primary" onClick={props.yes}>
          {t("confirm.yes", { what: t(`go.${props.to}`) })}
        </button>
        <button type="button" onClick={props.no}>
          {t("confirm.no")}
        </button>
      </div>
    </dialog>
  );
}
