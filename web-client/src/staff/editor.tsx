// SPDX-License-Identifier: Apache-2.0
// Where statements are written: who speaks, what it is, and the text. Nothing written is lost.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Translate } from "../core/i18n.ts";
import {
  newCommandId,
  type Person,
  type StaffInterview,
  type StaffQuestion,
  type StatementKind,
} from "../core/protocol.ts";
import { countPoints } from "../core/text.ts";
import { clock, serverNow } from "../core/time.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { loadDraft, newDraft, type StatementDraft, saveDraft } from "./drafts.ts";
import { isComposing } from "./keys.ts";
import { keptFor, onAir } from "./views.ts";

export const KINDS: readonly StatementKind[] = [
  "opening",
  "explanation",
  "question_read",
  "answer",
  "remark",
  "closing",
];

/** What a statement most likely is, by who speaks and whether a question is on air. */
export function likelyKind(role: string | undefined, linked: boolean): StatementKind {
  if (role === "guest") return linked ? "answer" : "explanation";
  return linked ? "question_read" : "remark";
}

/** An answer may be to any of them; what else points at a question would tell of a hidden one. */
export function linkable(
  kind: StatementKind,
  questions: readonly StaffQuestion[],
): StaffQuestion[] {
  return questions.filter((question) => kind === "answer" || question.visibility === "public");
}

/** Of several on air, those put to the speaker; if there is none, the first. */
export function likelyLinks(
  current: readonly StaffQuestion[],
  speaker: string | undefined,
): StaffQuestion[] {
  const own = current.filter((question) => question.to_guest && question.to_guest === speaker);
  return own.length > 0 ? own : current.slice(0, 1);
}

const SAVE_AFTER_MS = 400;

interface EditorProps {
  work: Work;
  /** Names the draft: one for each console. */
  place: string;
  speakers: Person[];
  /** Only the text: kind and question are what is likely. */
  plain?: boolean;
}

export function Editor({ work, place, speakers, plain }: EditorProps) {
  const t = useT();
  const { open, state } = work;
  const [draft, setDraft] = useState<StatementDraft>(() => loadDraft(open.id, place));
  const [picked, setPicked] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const [done, setDone] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);

  // Saved a moment after each change, and when the editor or the page goes away.
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(() => {
    const timer = setTimeout(() => saveDraft(open.id, place, latest.current), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, open.id, place]);
  useEffect(() => {
    const save = () => saveDraft(open.id, place, latest.current);
    window.addEventListener("pagehide", save);
    return () => {
      window.removeEventListener("pagehide", save);
      save();
    };
  }, [open.id, place]);

  const speaker = speakers.find((person) => person.name === draft.speaker) ?? speakers[0];
  const current = onAir(state);
  const meant = likelyLinks(current, speaker?.name);
  const isLinked = (question: StaffQuestion) =>
    picked.get(question.question) ?? meant.includes(question);
  const chosen = current.filter(isLinked);
  const kind = (draft.kind || likelyKind(speaker?.role, chosen.length > 0)) as StatementKind;
  const linked = linkable(kind, chosen);
  // Of a feed on hold the brake's banner tells.
  const kept = keptFor(state.interview);
  const isOff = kept === "frozen" ? null : kept;
  const limit = work.desk.connection.hello?.limits.statement ?? 10_000;
  const points = countPoints(draft.text);

  // Another text is another intent.
  const change = (part: Partial<StatementDraft>) =>
    setDraft((old) => ({ ...old, ...part, commandId: newCommandId() }));

  const say = async (method: "statement.publish" | "statement.prepare") => {
    if (busy || !speaker) return;
    if (points === 0 || points > limit) {
      setFault(points === 0 ? t("editor.missing") : t("fault.too_long", { n: limit }));
      area.current?.focus();
      return;
    }
    setBusy(true);
    setFault("");
    setDone("");
    try {
      const result = await open.command<Outcome>(
        method,
        {
          interview: open.id,
          kind,
          speaker,
          text: draft.text,
          ...(linked.length > 0 ? { questions: linked.map((question) => question.question) } : {}),
          ...(method === "statement.publish" && state.interview.stage !== "lobby"
            ? { said_at: new Date(serverNow()).toISOString() }
            : {}),
        },
        draft.commandId,
      );
      setDraft(newDraft(draft.speaker));
      setPicked(new Map()); // the next statement is about what is likely then
      const words = outcomeWords(result, state.interview, t);
      setDone(words);
      announce(words);
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      setBusy(false);
      area.current?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void say("statement.publish");
  };

  return (
    <section class={`card editor ${plain ? "plain" : ""}`} aria-label={t("editor.title")}>
      {speakers.length > 1 && (
        <Speakers
          name={`speaker-${place}`}
          speakers={speakers}
          current={speaker}
          choose={(name) => change({ speaker: name })}
        />
      )}
      <div class="row wrap">
        {!plain && (
          <label class="inline">
            <span>{t("editor.kind")}</span>
            <select value={kind} onChange={(event) => change({ kind: event.currentTarget.value })}>
              {KINDS.map((name) => (
                <option key={name} value={name}>
                  {t(`kind.${name}`)}
                </option>
              ))}
            </select>
          </label>
        )}
        {(!plain || current.length > 1) &&
          current.map((question) => (
            <label key={question.question} class="check">
              <input
                type="checkbox"
                checked={isLinked(question)}
                onChange={(event) =>
                  setPicked(new Map(picked).set(question.question, event.currentTarget.checked))
                }
              />
              <span class="one-line">{t("editor.link", { text: question.text ?? "" })}</span>
            </label>
          ))}
      </div>
      <label class="field">
        <span>{t("editor.text", { name: speaker?.name ?? "" })}</span>
        <textarea
          ref={area}
          rows={plain ? 10 : 5}
          value={draft.text}
          readOnly={busy}
          onInput={(event) => change({ text: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
      </label>
      {isOff && <p class="hint">{t(`kept.before.${isOff}`)}</p>}
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      {done && draft.text === "" && <p class="meta">{done}</p>}
      <div class="row wrap">
        <span class={`meta grow ${points > limit ? "over" : ""}`}>
          {t("editor.count", { n: points, limit })}
          {draft.text !== "" && ` · ${t("editor.saved")}`}
        </span>
        <button type="button" aria-disabled={busy} onClick={() => void say("statement.prepare")}>
          {t("editor.prepare")}
        </button>
        <button
          type="button"
          class="primary big"
          aria-disabled={busy}
          onClick={() => void say("statement.publish")}
        >
          {busy ? t("editor.publishing") : t(isOff ? "editor.submit" : "editor.publish")}{" "}
          <kbd>Ctrl+Enter</kbd>
        </button>
      </div>
    </section>
  );
}

interface Outcome {
  stage: string;
  waits_for?: string;
  public_at?: string;
  kept?: boolean;
}

function outcomeWords(result: Outcome, interview: StaffInterview, t: Translate): string {
  if (result.kept) return t(`kept.${keptFor(interview) ?? "frozen"}`);
  if (result.waits_for) return t("draft.stage.submitted", { duty: t(`duty.${result.waits_for}`) });
  if (result.public_at) return t("draft.stage.delayed", { time: clock(result.public_at) });
  return t(result.stage === "prepared" ? "editor.prepared" : "editor.published");
}

interface SpeakersProps {
  name: string;
  speakers: Person[];
  current: Person | undefined;
  choose(name: string): void;
}

function Speakers({ name, speakers, current, choose }: SpeakersProps) {
  const t = useT();
  return (
    <fieldset class="speakers">
      <legend>{t("editor.speaker")}</legend>
      {speakers.map((person) => (
        <label key={`${person.role}-${person.name}`} class="chip">
          <input
            type="radio"
            name={name}
            checked={person === current}
            onChange={() => choose(person.name)}
          />
          <span>
            {person.name} <small>{person.title ?? t(`role.${person.role ?? "guest"}`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
