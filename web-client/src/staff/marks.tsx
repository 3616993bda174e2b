// SPDX-License-Identifier: Apache-2.0
// What staff mark on a question without deciding about it: notes, labels, stretches made
// unreadable; and whether its asker may go on asking.
import { useRef, useState } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { dateClock, serverNow } from "../core/time.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { formKeys } from "./keys.ts";
import { type Span, spanIn, spanOf } from "./selection.ts";
import { useFocusAtOnce } from "./store.ts";
import { silencedUntil, textStands } from "./views.ts";

export type Mark = "note" | "label" | "redact" | "silence";

/** The id of the element that shows the text of a question, and nothing else. */
export function textId(question: StaffQuestion): string {
  return `t-${question.question}`;
}

/** What is selected in the text that is shown. */
export function selectedSpan(question: StaffQuestion): Span | null {
  return spanIn(document.getElementById(textId(question)), question.text ?? "");
}

interface MarksProps {
  work: Work;
  question: StaffQuestion;
  mode: string;
  setMode(mode: Mark | "read"): void;
}

interface FormProps {
  question: StaffQuestion;
  /** Does it, says the words, and goes back to reading; a fault stays in view. */
  act(does: () => Promise<unknown>, words: string): void;
  cancel(): void;
}

export function Marks({ work, question, mode, setMode }: MarksProps) {
  const t = useT();
  const [fault, setFault] = useState("");
  const busy = useRef(false);
  const act = async (does: () => Promise<unknown>, words: string) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await does();
      setFault("");
      setMode("read");
      if (words) announce(words);
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      busy.current = false;
    }
  };
  const form = { question, act, cancel: () => setMode("read") };
  return (
    <div class="marks">
      <Written work={work} question={question} act={act} />
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      {mode === "read" && (
        <MarkActions
          question={question}
          choose={(mark) => {
            const span = mark === "redact" ? selectedSpan(question) : null;
            if (span) void act(() => work.open.redact(question, [span]), t("mark.redacted"));
            else setMode(mark);
          }}
        />
      )}
      {mode === "note" && <NoteForm {...form} work={work} />}
      {mode === "label" && <LabelForm {...form} work={work} />}
      {mode === "redact" && <RedactForm {...form} work={work} />}
      {mode === "silence" && <SilenceForm {...form} work={work} />}
    </div>
  );
}

interface MarkActionsProps {
  question: StaffQuestion;
  choose(mark: Mark): void;
}

function MarkActions({ question, choose }: MarkActionsProps) {
  const t = useT();
  const stands = textStands(question);
  const marks: [Mark, string, boolean][] = [
    ["note", "m", true],
    ["label", "l", stands],
    ["redact", "r", stands],
    ["silence", "s", question.asker?.startsWith("c:") === true],
  ];
  return (
    <div class="actions">
      {marks
        .filter(([, , shown]) => shown)
        .map(([mark, key]) => (
          <button key={mark} type="button" class="quiet" onClick={() => choose(mark)}>
            {t(`keys.${mark}`)} <kbd>{key}</kbd>
          </button>
        ))}
    </div>
  );
}

// What is written already.
function Written({ work, question, act }: Pick<MarksProps, "work" | "question"> & { act: Act }) {
  const t = useT();
  const until = silencedUntil(work.state, question.asker, serverNow());
  const { notes, labels } = question;
  return (
    <>
      {labels && labels.length > 0 && (
        <p class="meta">
          {labels.map((label) => (
            <span key={label} class="flag">
              {label}
            </span>
          ))}
        </p>
      )}
      {until && (
        <p class="message warn row">
          <span class="grow">{t("mark.silenced", { time: dateClock(until) })}</span>
          <button
            type="button"
            onClick={() => act(() => work.open.unsilence(question), t("mark.unsilenced"))}
          >
            {t("mark.unsilence")}
          </button>
        </p>
      )}
      {notes && notes.length > 0 && (
        <section aria-label={t("mark.notes")}>
          <ul class="notes">
            {notes.map((note) => (
              <li key={`${note.at}${note.by}`}>
                <span class="meta">
                  {note.by.startsWith("c:") ? t("mark.asker") : note.by}{" "}
                  <time dateTime={note.at}>{dateClock(note.at)}</time>
                </span>
                <p class="text">{note.text}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

type Act = FormProps["act"];
type Form = FormProps & { work: Work };

interface ButtonsProps {
  words: string;
  send(): void;
  cancel(): void;
}

function Buttons({ words, send, cancel }: ButtonsProps) {
  const t = useT();
  return (
    <div class="actions">
      <button type="button" class="primary" onClick={send}>
        {words} <kbd>Ctrl+Enter</kbd>
      </button>
      <button type="button" onClick={cancel}>
        {t("moderator.cancel")} <kbd>Esc</kbd>
      </button>
    </div>
  );
}

function NoteForm({ work, question, act, cancel }: Form) {
  const t = useT();
  const [text, setText] = useState("");
  const area = useFocusAtOnce<HTMLTextAreaElement>();
  const send = () => {
    if (text.trim()) act(() => work.open.note(question, text), t("mark.noted"));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div onKeyDown={formKeys(send, cancel)}>
      <label class="field">
        <span>{t("mark.note")}</span>
        <textarea
          ref={area}
          rows={3}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <Buttons words={t("mark.note_send")} send={send} cancel={cancel} />
    </div>
  );
}

function LabelForm({ work, question, act, cancel }: Form) {
  const t = useT();
  const [text, setText] = useState((question.labels ?? []).join(", "));
  const field = useFocusAtOnce<HTMLInputElement>();
  const send = () => {
    const labels = text.split(/[,，、;；]/).map((label) => label.trim());
    const given = [...new Set(labels.filter((label) => label))];
    act(() => work.open.label(question, given), t("mark.labelled"));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div onKeyDown={formKeys(send, cancel)}>
      <label class="field">
        <span>{t("mark.labels")}</span>
        <input ref={field} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {question.visibility === "public" && <p class="meta">{t("mark.labels_public")}</p>}
      <Buttons words={t("mark.label_send")} send={send} cancel={cancel} />
    </div>
  );
}

// For who selects by keyboard: a field that cannot be written in, where Shift and arrows select.
function RedactForm({ work, question, act, cancel }: Form) {
  const t = useT();
  const area = useFocusAtOnce<HTMLTextAreaElement>();
  const [missing, setMissing] = useState(false);
  const text = question.text ?? "";
  const send = () => {
    const { selectionStart = 0, selectionEnd = 0 } = area.current ?? {};
    const span = spanOf(text, selectionStart, selectionEnd);
    setMissing(span === null);
    if (span) act(() => work.open.redact(question, [span]), t("mark.redacted"));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div onKeyDown={formKeys(send, cancel)}>
      <label class="field">
        <span>{t("mark.redact")}</span>
        <textarea ref={area} rows={5} readOnly value={text} />
      </label>
      <p class="meta">{t("mark.redact_why")}</p>
      {missing && (
        <p class="message bad" role="alert">
          {t("mark.redact_none")}
        </p>
      )}
      <Buttons words={t("mark.redact_send")} send={send} cancel={cancel} />
    </div>
  );
}

const SILENCES: readonly [number, string, number][] = [
  [10, "mark.minutes", 10],
  [60, "mark.minutes", 60],
  [24 * 60, "mark.hours", 24],
  [7 * 24 * 60, "mark.days", 7],
];

function SilenceForm({ work, question, act, cancel }: Form) {
  const t = useT();
  const [minutes, setMinutes] = useState(60);
  const field = useFocusAtOnce<HTMLSelectElement>();
  const send = () =>
    act(async () => {
      const { until } = await work.open.silence(question, minutes);
      announce(t("mark.silenced", { time: dateClock(until) }));
    }, "");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div onKeyDown={formKeys(send, cancel)}>
      <label class="field">
        <span>{t("mark.silence")}</span>
        <select
          ref={field}
          value={String(minutes)}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
        >
          {SILENCES.map(([value, words, n]) => (
            <option key={value} value={String(value)}>
              {t(words, { n })}
            </option>
          ))}
        </select>
      </label>
      <p class="meta">{t("mark.silence_why")}</p>
      <Buttons words={t("mark.silence_send")} send={send} cancel={cancel} />
    </div>
  );
}
