// SPDX-License-Identifier: Apache-2.0
// Statements on their way to the public: drafts, what waits for a duty, and what the delay holds.
import { useState } from "preact/hooks";
import type { Translate } from "../core/i18n.ts";
import type { DraftStatement } from "../core/protocol.ts";
import { clock } from "../core/time.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { formKeys } from "./keys.ts";
import { useFocusAtOnce } from "./store.ts";
import { type DraftStep, draftSteps, keptFor } from "./views.ts";

export function PendingList({ work }: { work: Work }) {
  const t = useT();
  const { drafts } = work.state;
  if (drafts.length === 0) return null;
  return (
    <section class="card" aria-labelledby="pending-statements">
      <h2 id="pending-statements">{t("draft.title", { n: drafts.length })}</h2>
      <ul>
        {drafts.map((draft) => (
          <PendingItem key={draft.statement} work={work} draft={draft} />
        ))}
      </ul>
    </section>
  );
}

const PLAIN: readonly DraftStep[] = ["release", "pass", "discard"];

function PendingItem({ work, draft }: { work: Work; draft: DraftStatement }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const [writing, setWriting] = useState<"edit" | "return" | null>(null);
  const steps = draftSteps(work.state, work.actor, draft);

  const run = async (method: string, more: Record<string, unknown>) => {
    if (busy) return;
    setBusy(true);
    setFault("");
    try {
      const { statement, version } = draft;
      const sent = { statement, version, ...more };
      const result = await work.open.command<{ stage: string; kept?: boolean }>(method, sent);
      setWriting(null);
      const why = keptFor(work.state.interview) ?? "frozen";
      announce(t(result.kept ? `kept.${why}` : `draft.done.${result.stage}`));
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };

  const rewrite = (text: string) => {
    const { kind, speaker, questions } = draft;
    return run("statement.prepare", { interview: work.open.id, kind, speaker, questions, text });
  };

  return (
    <li class="item">
      <p class="meta">
        <b>{draft.speaker.name}</b>
        <span>{t(`kind.${draft.kind}`)}</span>
        {draft.corrects && <span class="flag">{t("draft.corrects")}</span>}
        <span class="flag">{stageWords(draft, t)}</span>
        <span>{t("draft.by", { name: draft.author })}</span>
      </p>
      {draft.note && <p class="quote">{t("draft.note", { note: draft.note })}</p>}
      {draft.cause === "question" && <p class="quote">{t("draft.cause_question")}</p>}
      {writing !== "edit" && <p class="text">{draft.text}</p>}
      {writing === "edit" && (
        <Writing
          label={t("draft.text")}
          from={draft.text}
          rows={5}
          send={t("draft.save")}
          done={(text) => void rewrite(text)}
          cancel={() => setWriting(null)}
        />
      )}
      {writing === "return" && (
        <Writing
          label={t("draft.why")}
          from=""
          rows={2}
          send={t("draft.return")}
          done={(note) => void run("statement.return", { note })}
          cancel={() => setWriting(null)}
        />
      )}
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      {writing === null && (
        <div class="actions">
          {steps.map((step, index) => (
            <button
              key={step}
              type="button"
              class={index === 0 && PLAIN.includes(step) && step !== "discard" ? "primary" : ""}
              aria-disabled={busy}
              onClick={() => {
                if (step === "edit" || step === "return") setWriting(step);
                else void run(`statement.${step}`, {});
              }}
            >
              {t(`draft.${step}`)}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}

export function stageWords(draft: DraftStatement, t: Translate): string {
  if (draft.stage === "submitted" && draft.waits_for)
    return t("draft.stage.submitted", { duty: t(`duty.${draft.waits_for}`) });
  if (draft.stage === "delayed") return t("draft.stage.delayed", { time: clock(draft.public_at) });
  return t(`draft.stage.${draft.stage}`);
}

interface WritingProps {
  label: string;
  from: string;
  rows: number;
  send: string;
  done(text: string): void;
  cancel(): void;
}

/** A text to be written in place. */
export function Writing({ label, from, rows, send, done, cancel }: WritingProps) {
  const t = useT();
  const [text, setText] = useState(from);
  const area = useFocusAtOnce<HTMLTextAreaElement>();
  const finish = () => {
    if (text.trim()) done(text);
  };
  return (
    <>
      <label class="field">
        <span>{label}</span>
        <textarea
          rows={rows}
          value={text}
          ref={area}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={formKeys(finish, cancel)}
        />
      </label>
      <div class="actions">
        <button type="button" class="primary" aria-disabled={text.trim() === ""} onClick={finish}>
          {send} <kbd>Ctrl+Enter</kbd>
        </button>
        <button type="button" onClick={cancel}>
          {t("draft.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </>
  );
}
