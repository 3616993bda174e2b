// SPDX-License-Identifier: Apache-2.0
// Second thoughts about a question: laid aside, taken down and put back, an appeal, a written
// reply. What the server refuses is said in its words.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { REASON_CODES, type StaffQuestion } from "../core/protocol.ts";
import { dateClock } from "../core/time.ts";
import { useT, type Work } from "./context.tsx";
import type { Decisions } from "./decisions.ts";
import { Erasure } from "./erasure.tsx";
import { duties, isWaiting, mayRestore, mayRetract } from "./views.ts";

interface Props {
  work: Work;
  question: StaffQuestion;
  decisions: Decisions;
}

export function SecondThoughts(props: Props) {
  const { question, work } = props;
  const held = duties(work.state, work.actor);
  const reviews = held.includes("reviewer");
  const hidden = question.visibility === "hidden";
  return (
    <>
      <Known question={question} />
      {mayRetract(question) && <Retract {...props} />}
      {question.stage === "retracted" && mayRestore(question, work.actor) && reviews && (
        <Restore {...props} />
      )}
      {question.appeal === "open" && <Appeal {...props} may={reviews} />}
      {hidden && (isWaiting(question) || question.stage === "approved") && (
        <WrittenReply {...props} />
      )}
      <Erasure work={work} question={question} />
    </>
  );
}

/** What colleagues and departments have left with the question. */
function Known({ question }: { question: StaffQuestion }) {
  const t = useT();
  const { reply, retraction } = question;
  return (
    <>
      {question.held_note && question.stage === "held" && (
        <p class="message">{t("second.held_note", { note: question.held_note })}</p>
      )}
      {retraction && (
        <p class="message warn">
          {t("second.asked", { by: retraction.by, reason: t(`reason.${retraction.code}`) })}
        </p>
      )}
      {question.appeal && question.appeal !== "open" && (
        <p class="meta">{t(`appeal.${question.appeal}`)}</p>
      )}
      {reply && (
        <div class="reply">
          <p class="meta">
            <span>{reply.department ?? t("second.to_asker")}</span>
            <time dateTime={reply.at}>{dateClock(reply.at)}</time>
          </p>
          <p class="text">{reply.text}</p>
        </div>
      )}
    </>
  );
}

interface FormProps {
  title: string;
  children: ComponentChildren;
  send: string;
  busy: boolean;
  /** Sends; false: something is missing. */
  onSend(): void;
  danger?: boolean;
}

// Closed until it is wanted, so that a stray key does nothing.
function Form({ title, children, send, busy, onSend, danger }: FormProps) {
  return (
    <details class="second">
      <summary>{title}</summary>
      {children}
      <button
        type="button"
        class={danger ? "danger" : undefined}
        aria-disabled={busy}
        onClick={onSend}
      >
        {send}
      </button>
    </details>
  );
}

interface TextProps {
  label: string;
  value: string;
  change(value: string): void;
}

function TextField({ label, value, change }: TextProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <textarea rows={3} value={value} onInput={(event) => change(event.currentTarget.value)} />
    </label>
  );
}

function ReasonField({ value, change }: Omit<TextProps, "label">) {
  const t = useT();
  return (
    <label class="field">
      <span>{t("gate.reason")}</span>
      <select value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{t("gate.choose")}</option>
        {REASON_CODES.map((reason) => (
          <option key={reason} value={reason}>
            {t(`reason.${reason}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Retract({ question, decisions }: Props) {
  const t = useT();
  const [code, setCode] = useState(question.retraction?.code ?? "");
  const [note, setNote] = useState("");
  return (
    <Form
      title={t("second.retract")}
      send={t("second.retract_send")}
      busy={decisions.busy}
      danger
      onSend={() => {
        if (code) void decisions.retract(question, code, note);
        else decisions.setFault(t("gate.missing"));
      }}
    >
      <ReasonField value={code} change={setCode} />
      <TextField label={t("moderator.note")} value={note} change={setNote} />
    </Form>
  );
}

function Restore({ question, decisions }: Props) {
  const t = useT();
  return (
    <div class="actions">
      <button
        type="button"
        aria-disabled={decisions.busy}
        onClick={() => void decisions.restore(question)}
      >
        {t("second.restore")}
      </button>
    </div>
  );
}

function Appeal({ question, decisions, may }: Props & { may: boolean }) {
  const t = useT();
  return (
    <section class="message warn" aria-label={t("appeal.open")}>
      <p>{t("appeal.open")}</p>
      {question.appeal_note && <p class="text">{question.appeal_note}</p>}
      {may && (
        <div class="actions">
          <button
            type="button"
            aria-disabled={decisions.busy}
            onClick={() => void decisions.restore(question)}
          >
            {t("appeal.uphold")}
          </button>
          <button
            type="button"
            aria-disabled={decisions.busy}
            onClick={() => void decisions.dismiss(question)}
          >
            {t("appeal.dismiss")}
          </button>
        </div>
      )}
    </section>
  );
}

function WrittenReply({ question, decisions }: Props) {
  const t = useT();
  const [text, setText] = useState("");
  return (
    <Form
      title={t("second.reply_asker")}
      send={t("second.reply_send")}
      busy={decisions.busy}
      onSend={() => {
        if (text.trim()) void decisions.reply(question, text);
        else decisions.setFault(t("editor.missing"));
      }}
    >
      <TextField label={t("second.reply_text")} value={text} change={setText} />
    </Form>
  );
}
