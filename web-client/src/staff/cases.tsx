// SPDX-License-Identifier: Apache-2.0
// What is with departments: a list by date, what is chosen in it, and one key for each act.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CaseRow, StaffQuestion } from "../core/protocol.ts";
import { firstLine } from "../core/text.ts";
import { dateClock } from "../core/time.ts";
import { CASE_FIELDS, CASE_KEYS, type CaseAct, caseActs, openCases } from "./case_acts.ts";
import { CaseForm } from "./case_form.tsx";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { KeyHelp, type KeyWords, useSingleKeys } from "./help.tsx";
import { actOfKey, isTyping, type ListAction } from "./keys.ts";
import { step } from "./shown.ts";
import { useTick } from "./store.ts";

const HELP: readonly KeyWords[] = [
  ["j ↓", "keys.next"],
  ["k ↑", "keys.previous"],
  ...Object.entries(CASE_KEYS).map(([act, key]): KeyWords => [key, `case.${act}`]),
  ["?", "keys.help"],
  ["Esc", "keys.cancel"],
];

const LOOK_MS = 60_000;
type Levels = Readonly<Record<string, CaseRow["level"]>>;

// The calendar is the server's: it is asked again when a case has changed, and as time goes on.
function useLevels({ open }: Work, cases: readonly StaffQuestion[]): Levels {
  const [levels, setLevels] = useState<Levels>({});
  const minute = Math.floor(Date.now() / LOOK_MS);
  useTick(LOOK_MS);
  const state = cases.map(({ question, version }) => `${question}@${version}`).join(" ");
  useEffect(() => {
    open.cases().then(
      (rows) => setLevels(Object.fromEntries(rows.map((row) => [row.question, row.level]))),
      () => {}, // asked again in a minute
    );
  }, [open, state, minute]);
  return levels;
}

export function CasesConsole({ work }: { work: Work }) {
  const t = useT();
  const { state, actor, desk, open } = work;
  const [chosen, setChosen] = useState<string | null>(null);
  const [doing, setDoing] = useState<CaseAct | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const [help, setHelp] = useState(false);
  const singleKeys = useSingleKeys();
  const listbox = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const cases = openCases(state);
  const levels = useLevels(work, cases);
  const ids = cases.map(({ question }) => question);
  const selected = cases.find(({ question }) => question === chosen) ?? cases[0];
  const acts = selected ? caseActs(state, actor, desk.who.value?.role ?? "", selected) : [];
  const form = doing && acts.includes(doing) ? doing : null;

  const focusList = () => (listbox.current ?? heading.current)?.focus({ preventScroll: true });
  const choose = (id: string | null) => {
    setChosen(id);
    setDoing(null);
    setFault("");
  };
  const settle = async (question: StaffQuestion, act: CaseAct, params: object) => {
    if (busy) return;
    setBusy(true);
    setFault("");
    const { selected: next } = step({ ids, selected: question.question }, 1);
    try {
      const { case_stage = "closed" } = await open.onCase(question, act, params);
      announce(t(`case.stage.${case_stage}`));
      if (act === "reply") setChosen(next);
      setDoing(null);
      focusList();
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };
  const start = (act: CaseAct) => {
    if (!selected || busy) return;
    if (CASE_FIELDS[act].length > 0) setDoing(act);
    else void settle(selected, act, {});
  };
  const go = (by: 1 | -1) =>
    choose(step({ ids, selected: selected?.question ?? null }, by).selected);
  const moves: Record<ListAction, () => void> = {
    next: () => go(1),
    previous: () => go(-1),
    load: () => {}, // nothing waits to be loaded
    help: () => setHelp(!help),
    cancel: () => {
      setHelp(false);
      choose(selected?.question ?? null);
      focusList();
    },
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isTyping(event.target)) return;
    const action = actOfKey(event, singleKeys, acts, CASE_KEYS);
    if (!action || (form && action !== "cancel")) return;
    event.preventDefault();
    if (action in moves) moves[action as ListAction]();
    else start(action as CaseAct);
  };

  return (
    <section class="card gate" aria-labelledby="cases" onKeyDown={onKeyDown}>
      <h2 id="cases" ref={heading} tabIndex={-1}>
        {cases.length > 0 ? t("case.title", { n: cases.length }) : t("case.none")}
      </h2>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      {selected && (
        <div class="left">
          <div
            class="list"
            role="listbox"
            tabIndex={0}
            ref={listbox}
            aria-label={t("case.list")}
            aria-activedescendant={`c-${selected.question}`}
          >
            {cases.map((question) => (
              <Row
                key={question.question}
                question={question}
                level={levels[question.question]}
                selected={question === selected}
                choose={() => {
                  choose(question.question);
                  focusList();
                }}
              />
            ))}
          </div>
          <section class="open" aria-label={t("gate.chosen")}>
            <Meta question={selected} level={levels[selected.question]} />
            <p class="text">{selected.text}</p>
            <Known question={selected} />
            {form ? (
              <CaseForm
                key={`${selected.question}-${form}`}
                work={work}
                question={selected}
                act={form}
                busy={busy}
                send={(read, params) => void settle(read, form, params)}
                cancel={moves.cancel}
              />
            ) : (
              <div class="actions">
                {acts.map((act) => (
                  <button key={act} type="button" aria-disabled={busy} onClick={() => start(act)}>
                    {t(`case.${act}`)} <kbd>{CASE_KEYS[act]}</kbd>
                  </button>
                ))}
              </div>
            )}
          </section>
        </div>
      )}
      {selected && <KeyHelp keys={HELP} shown={help} toggle={() => setHelp(!help)} />}
    </section>
  );
}

interface RowProps {
  question: StaffQuestion;
  level: CaseRow["level"];
  selected: boolean;
  choose(): void;
}

function Row({ question, level, selected, choose }: RowProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the listbox
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled around the listbox
    <div
      id={`c-${question.question}`}
      class="option"
      role="option"
      aria-selected={selected}
      onClick={choose}
    >
      <Meta question={question} level={level} />
      <span class="line">{firstLine(question.text ?? "", 60)}</span>
    </div>
  );
}

function Meta({ question, level }: Pick<RowProps, "question" | "level">) {
  const t = useT();
  const { due, department } = question;
  return (
    <span class="meta">
      <span class="flag">{t(`case.stage.${question.case?.stage ?? "opened"}`)}</span>
      {level && (
        <span class={`flag ${level === "due_soon" ? "warn" : "rejected"}`}>
          {t(`case.level.${level}`)}
        </span>
      )}
      {question.visibility === "hidden" && <span class="flag">{t("case.hidden")}</span>}
      <span>{department}</span>
      {due && <span>{t("case.due", { time: dateClock(due) })}</span>}
      <span>{t("question.receipt", { n: question.receipt_no })}</span>
    </span>
  );
}

/** What those before have left with it. */
function Known({ question }: { question: StaffQuestion }) {
  const t = useT();
  const { note, stop_note, draft, returned } = question.case ?? {};
  const said = [
    ["note", note],
    ["stop_note", stop_note],
    ["extended", question.extension?.reason],
    ["returned", returned && `${returned.by}: ${returned.text}`],
  ] as const;
  return (
    <>
      {said.map(
        ([key, words]) =>
          words && (
            <p key={key} class="message">
              {t(`case.was.${key}`, { words })}
            </p>
          ),
      )}
      {draft && (
        <div class="reply">
          <p class="meta">
            <span>{t("case.was.draft", { by: draft.by })}</span>
            <time dateTime={draft.at}>{dateClock(draft.at)}</time>
          </p>
          <p class="text">{draft.text}</p>
        </div>
      )}
    </>
  );
}
