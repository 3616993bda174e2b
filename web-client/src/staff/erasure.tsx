// SPDX-License-Identifier: Apache-2.0
// Erasing a question by law: an administrator asks and says by which law, a second person confirms.
// It cannot be taken back, so each writes the receipt number before it is done.
import { useState } from "preact/hooks";
import { ERASURE_CLASSES, type StaffQuestion } from "../core/protocol.ts";
import { dateClock } from "../core/time.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { duties, mayErase, toErase } from "./views.ts";

const SHOWN_MOST = 30;

interface Props {
  work: Work;
  question: StaffQuestion;
}

/** What is known of its erasing, and the form for it. */
export function Erasure({ work, question }: Props) {
  const t = useT();
  const { erased, erasure } = question;
  const role = work.desk.who.value?.role ?? "";
  const held = duties(work.state, work.actor);
  const may = mayErase(question, work.actor, role, held);
  const basis = (kind: string, words = "") =>
    [t(`erasure.${kind}`), words].filter(Boolean).join("; ");
  return (
    <>
      {erased && (
        <p class="message">
          {t("erase.done", {
            time: dateClock(erased.at),
            basis: basis(erased.class, erasure?.basis),
            by: [erasure?.by, erasure?.confirmed_by].filter(Boolean).join(", "),
          })}
        </p>
      )}
      {erasure && !erased && (
        <p class="message warn">
          {t("erase.asked", { by: erasure.by, basis: basis(erasure.class, erasure.basis) })}{" "}
          {erasure.note}
        </p>
      )}
      {may && <Form key={`${may}${question.version}`} work={work} question={question} may={may} />}
    </>
  );
}

// Closed until it is wanted.
function Form({ work, question, may }: Props & { may: "ask" | "confirm" }) {
  const t = useT();
  const asked = may === "confirm" ? question.erasure : undefined;
  const [kind, setKind] = useState(asked?.class ?? "");
  const [basis, setBasis] = useState(asked?.basis ?? "");
  const [note, setNote] = useState("");
  const [number, setNumber] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (busy) return;
    if (!kind || !basis.trim() || number.trim().toUpperCase() !== question.receipt_no) {
      setFault(t("erase.missing"));
      return;
    }
    setBusy(true);
    setFault("");
    try {
      await work.open.erase(question, kind, basis, note);
      announce(t(may === "ask" ? "erase.sent" : "erase.erased"));
    } catch (error) {
      setFault(explain(error, t));
      setBusy(false);
    }
  };
  return (
    <details class="second">
      <summary>{t(`erase.${may}`)}</summary>
      <p class="message warn">{t("erase.final")}</p>
      {may === "ask" && (
        <>
          <label class="field">
            <span>{t("erase.class")}</span>
            <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
              <option value="">{t("gate.choose")}</option>
              {ERASURE_CLASSES.map((name) => (
                <option key={name} value={name}>
                  {t(`erasure.${name}`)}
                </option>
              ))}
            </select>
          </label>
          <Field label={t("erase.basis")} value={basis} change={setBasis} />
          <Field label={t("erase.note")} value={note} change={setNote} />
        </>
      )}
      <Field
        label={t("erase.number", { n: question.receipt_no })}
        value={number}
        change={setNumber}
      />
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <button type="button" class="danger" aria-disabled={busy} onClick={() => void send()}>
        {t(may === "ask" ? "erase.ask_send" : "erase.confirm_send")}
      </button>
    </details>
  );
}

interface FieldProps {
  label: string;
  value: string;
  change(value: string): void;
}

function Field({ label, value, change }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input value={value} onInput={(event) => change(event.currentTarget.value)} />
    </label>
  );
}

/** For administrators and auditors, who need no duty in the interview. */
export function ErasureConsole({ work }: { work: Work }) {
  const t = useT();
  const [words, setWords] = useState("");
  const found = toErase(work.state, words);
  return (
    <section aria-labelledby="erasure-h">
      <h2 id="erasure-h">{t("console.erasure")}</h2>
      <p class="meta">{t("erase.lead")}</p>
      <Field label={t("erase.search")} value={words} change={setWords} />
      <ul class="erasures">
        {found.slice(0, SHOWN_MOST).map((question) => (
          <li key={question.question} class="card">
            <p class="meta">
              <span>{t("question.receipt", { n: question.receipt_no })}</span>
              <span>{t(`qstage.${question.stage}`)}</span>
              {question.name && <span>{question.name}</span>}
            </p>
            {question.text && <p class="text">{question.text}</p>}
            <Erasure work={work} question={question} />
          </li>
        ))}
      </ul>
      {words.trim() && found.length === 0 && <p class="meta">{t("erase.none")}</p>}
    </section>
  );
}
