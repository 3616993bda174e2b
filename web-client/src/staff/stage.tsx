// SPDX-License-Identifier: Apache-2.0
// The course of the interview: its stages, and whether questions are taken.
import { useEffect, useRef, useState } from "preact/hooks";
import { type InterviewStage, RpcError, type UnmetGuard } from "../core/protocol.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { Unmet } from "./unmet.tsx";
import { askingWhenOpen, duties, mayBrake, nextStages, otherStages, stepName } from "./views.ts";

// These cannot be taken back.
const CONFIRMED: readonly InterviewStage[] = ["ended", "published", "closed"];

// For these people are told why.
const REASONED: readonly InterviewStage[] = [
  "draft",
  "suspended",
  "postponed",
  "cancelled",
  "taken_down",
];

/** A step, and what was said about it. */
interface Step {
  to: InterviewStage;
  reason?: string;
  override?: string;
}

export function StagePanel({ work }: { work: Work }) {
  const t = useT();
  const { open, state } = work;
  const { interview } = state;
  const [fault, setFault] = useState("");
  const [asked, setAsked] = useState<InterviewStage | null>(null);
  const [unmet, setUnmet] = useState<{ step: Step; guards: UnmetGuard[] } | null>(null);
  const [busy, setBusy] = useState(false);

  const go = async (step: Step) => {
    if (busy) return;
    setBusy(true);
    setFault("");
    setAsked(null);
    setUnmet(null);
    try {
      const { id, version } = open.state.value?.interview ?? interview;
      await open.command("interview.transition", { interview: id, version, ...step });
      announce(t("stagepanel.moved", { stage: t(`stage.${step.to}`) }));
    } catch (error) {
      const data = error instanceof RpcError ? error.data : null;
      if (data?.guards?.length) setUnmet({ step, guards: data.guards });
      else setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };

  const unfreeze = () => {
    setUnmet(null);
    open
      .command("feed.unfreeze", { interview: interview.id })
      .catch((error) => setFault(explain(error, t)));
  };

  const role = work.desk.who.value?.role ?? "";
  const board = open.state.value;
  const next = nextStages(interview.stage, role, board ? duties(board, work.actor) : []);
  const asks = (to: InterviewStage) =>
    CONFIRMED.includes(to) || REASONED.includes(to) || interview.stage === "taken_down";
  const button = (to: InterviewStage, primary: boolean) => (
    <button
      key={to}
      type="button"
      class={primary ? "primary" : ""}
      aria-disabled={busy}
      onClick={() => (asks(to) ? setAsked(to) : void go({ to }))}
    >
      {t(`go.${stepName(interview.stage, to)}`)}
    </button>
  );
  return (
    <div class="course">
      <section class="card" aria-labelledby="course">
        <h2 id="course">{t("stagepanel.title")}</h2>
        <p>
          <span class="meta">{t("stagepanel.now")}</span> <b>{t(`stage.${interview.stage}`)}</b>
        </p>
        <div class="actions column">
          {next.map((to, index) => button(to, index === 0))}
          {otherStages(interview, role).map((to) => button(to, false))}
        </div>
        {unmet && (
          <Unmet
            guards={unmet.guards}
            admin={role === "portal_admin"}
            busy={busy}
            override={(override) => void go({ ...unmet.step, override })}
            unfreeze={mayBrake(state, work.actor, role) ? unfreeze : undefined}
          />
        )}
        {fault && (
          <p class="message bad" role="alert">
            {fault}
          </p>
        )}
      </section>
      <AskingPanel work={work} />
      {asked && (
        <Confirm
          step={stepName(interview.stage, asked)}
          reasoned={REASONED.includes(asked)}
          yes={(reason) => void go(reason ? { to: asked, reason } : { to: asked })}
          no={() => setAsked(null)}
        />
      )}
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
  // In the lobby, collecting beforehand may become asking already; with the start it does by itself.
  const canOpen = whenOpen !== null && interview.asking !== whenOpen;
  return (
    <section class="card" aria-labelledby="asking">
      <h2 id="asking">{t("asking.title")}</h2>
      <p>
        <b>{t(`asking.${interview.asking}`)}</b>
      </p>
      {interview.asking_reason === "no_moderator" && (
        <p class="message warn" role="alert">
          {t("asking.no_moderator")}
        </p>
      )}
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

interface ConfirmProps {
  /** The name of the step, as in go.STEP and confirm.STEP. */
  step: string;
  reasoned: boolean;
  yes(reason: string): void;
  no(): void;
}

function Confirm({ step, reasoned, yes, no }: ConfirmProps) {
  const t = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={no} aria-labelledby="confirm">
      <h2 id="confirm">{t(`go.${step}`)}</h2>
      <p>{t(`confirm.${step}`)}</p>
      {reasoned && (
        <label class="field">
          <span>{t("confirm.reason")}</span>
          <textarea
            name="reason"
            rows={2}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
      )}
      <div class="actions">
        <button type="button" class="primary" onClick={() => yes(reason.trim())}>
          {t("confirm.yes", { what: t(`go.${step}`) })}
        </button>
        <button type="button" onClick={no}>
          {t("confirm.no")}
        </button>
      </div>
    </dialog>
  );
}
