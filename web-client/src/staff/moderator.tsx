// SPDX-License-Identifier: Apache-2.0
// The moderator's console: what waits, oldest first, decided by keyboard or by touch.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Grounds, StaffQuestion } from "../core/protocol.ts";
import { duration, serverNow } from "../core/time.ts";
import { useAutoClaim } from "./claims.ts";
import { announce, useT, type Work } from "./context.tsx";
import { type Undoable, useDecisions } from "./decisions.ts";
import { explain } from "./desk.ts";
import { Detail, type Mode } from "./detail.tsx";
import { EnterQuestion } from "./enter.tsx";
import { ChooseLeader, MarkedBar } from "./group.tsx";
import { KeyHelp, QUEUE_HELP, useSingleKeys } from "./help.tsx";
import { digitOfKey, isTyping, type QueueAction, queueAction, reasonOfKey } from "./keys.ts";
import { selectedSpan } from "./marks.tsx";
import { QuestionList } from "./questions.tsx";
import { pressReady, pressReason, Reasons } from "./reasons.tsx";
import type { Span } from "./selection.ts";
import { useSettled } from "./settled.ts";
import { countNew, load, NOTHING_SHOWN, putBack, type Shown, step, takeOut } from "./shown.ts";
import { useTick } from "./store.ts";
import {
  byVotes,
  inTab,
  isAtGate,
  isQueue,
  isWaiting,
  TABS,
  type Tab,
  tabCounts,
  takesTwo,
  textStands,
} from "./views.ts";

export function ModeratorConsole({ work }: { work: Work }) {
  const t = useT();
  const { state } = work;
  const [tab, setTab] = useState<Tab>("pending");
  const [shown, setShown] = useState<Shown>(NOTHING_SHOWN);
  const [mode, setMode] = useState<Mode>("read");
  const singleKeys = useSingleKeys();
  const [help, setHelp] = useState(false);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState(false); // the most wanted first
  const [narrowOpen, setNarrowOpen] = useState(false); // on phones: the question, not the list
  const listbox = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const focusList = () => listbox.current?.focus({ preventScroll: true });

  const settled = useSettled((id) => state.questions.get(id)?.version);
  const inOrder = (which: Tab, most: boolean) => {
    const there = inTab(state, which).filter(
      ({ question }) => !isQueue(which) || !settled.has(question),
    );
    return (most ? byVotes(there) : there).map((question) => question.question);
  };
  const ids = inOrder(tab, wanted);
  const fresh = countNew(shown, ids);
  // Nothing that still belongs here is shown: there is nothing that newcomers could move.
  const idle = !shown.ids.some((id) => ids.includes(id));
  useEffect(() => {
    if (idle && fresh > 0) setShown((old) => load(old, ids));
  });

  const selected = shown.selected === null ? undefined : state.questions.get(shown.selected);
  const decidable = selected && isWaiting(selected) ? selected : undefined;
  // At the end others settle things too, and a look alone is not to keep them from it.
  const looksOnly = isAtGate(state.interview.stage) && mode === "read";
  useAutoClaim(work, looksOnly ? undefined : selected, mode !== "read");

  const decisions = useDecisions(work, {
    // The next one takes the place, and the reader hears what is left.
    decided: (question, words) => {
      settled.add(question.question);
      if (isQueue(tab)) setShown((old) => takeOut(old, question.question));
      setMode("read");
      const left = tabCounts(state)[isQueue(tab) ? tab : "pending"] - (isWaiting(question) ? 1 : 0);
      announce(t("moderator.said", { what: words, n: Math.max(0, left) }));
      focusList();
    },
    bulkDone: (those, words) => {
      those.forEach(settled.add);
      if (isQueue(tab)) setShown((old) => those.reduce(takeOut, old));
      setMarked(new Set());
      setMode("read");
      announce(words);
      focusList();
    },
    undone: (question) => {
      settled.forget(question);
      setTab("pending");
      setShown((old) => putBack(tab === "pending" ? old : NOTHING_SHOWN, question));
      announce(t("moderator.undone"));
      focusList();
    },
  });

  // What is selected in the text goes at once: the selecting was the deliberate part.
  const redact = async (question: StaffQuestion, span: Span) => {
    try {
      await work.open.redact(question, [span]);
      announce(t("mark.redacted"));
    } catch (error) {
      decisions.setFault(explain(error, t));
    }
  };

  const loadNew = () => {
    setShown((old) => load(old, ids));
    if (fresh > 0) announce(t("moderator.loaded", { n: fresh }));
    focusList();
  };

  const cancel = () => {
    setMode("read");
    setHelp(false);
    setNarrowOpen(false);
    focusList();
  };

  const many = marked.size > 0;
  // What is asked in the pane has to be seen; where there is room for one, focus goes along.
  const asks = mode !== "read" && !many;
  const asked = useRef(asks);
  useEffect(() => {
    const lost = !(document.activeElement as HTMLElement | null)?.offsetParent; // gone, or hidden
    if (lost && asks && !asked.current) pane.current?.focus({ preventScroll: true });
    if (lost && !asks && asked.current) focusList();
    asked.current = asks;
  }, [asks]);
  const groupMarked = ({ question }: StaffQuestion) =>
    void decisions.bulk([...marked], "group", { into: question });
  const rejectMarked = (grounds: Grounds) => void decisions.bulk([...marked], "reject", grounds);

  const actions: Record<QueueAction, () => void> = {
    next: () => setShown((old) => step(old, 1)),
    previous: () => setShown((old) => step(old, -1)),
    approve: () => {
      if (decidable?.stage === "held") setMode("release");
      else if (decidable) void decisions.approve(decidable);
    },
    edit: () => decidable && setMode("edit"),
    hold: () => decidable?.stage === "pending" && void decisions.hold(decidable),
    reject: () => (decidable || many) && setMode("reject"),
    group: () => (decidable || many) && setMode("group"),
    mark: () => selected && setMarked(toggled(marked, selected.question)),
    undo: () => void decisions.undo(),
    note: () => selected && setMode("note"),
    label: () => selected && textStands(selected) && setMode("label"),
    redact: () => {
      if (!selected || !textStands(selected)) return;
      const span = selectedSpan(selected);
      if (span) void redact(selected, span);
      else setMode("redact");
    },
    silence: () => selected?.asker && setMode("silence"),
    load: loadNew,
    help: () => setHelp(!help),
    cancel,
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isTyping(event.target)) return;
    const code = mode === "reject" && singleKeys ? reasonOfKey(event) : null;
    if (code && (decidable || many)) {
      event.preventDefault();
      pressReason(event.currentTarget as HTMLElement, code);
      return;
    }
    const digit = mode === "release" && singleKeys ? digitOfKey(event) : null;
    if (digit) {
      event.preventDefault();
      pressReady(event.currentTarget as HTMLElement, digit);
      return;
    }
    const action = queueAction(event, singleKeys);
    if (!action || (mode !== "read" && action !== "cancel")) return;
    event.preventDefault();
    actions[action]();
  };

  const chooseTab = (next: Tab) => {
    setTab(next);
    setMarked(new Set());
    setShown(load(NOTHING_SHOWN, inOrder(next, wanted)));
    setMode("read");
    setNarrowOpen(false);
  };

  const choose = (id: string) => {
    setShown((old) => ({ ...old, selected: id }));
    setMode("read");
    decisions.setFault("");
    setNarrowOpen(true);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the list inside, which has focus
    <div class={`moderator ${narrowOpen || asks ? "detail-open" : ""}`} onKeyDown={onKeyDown}>
      <div class="bar">
        <QueueTabs work={work} tab={tab} choose={chooseTab} />
        <label class="check">
          <input
            type="checkbox"
            checked={wanted}
            onChange={() => {
              setWanted(!wanted);
              setShown(load(NOTHING_SHOWN, inOrder(tab, !wanted)));
            }}
          />
          <span>{t("moderator.by_votes")}</span>
        </label>
        <span class="grow" />
        {fresh > 0 && !idle && (
          <button type="button" class="fresh" onClick={loadNew}>
            {t("moderator.fresh", { n: fresh })}
          </button>
        )}
      </div>
      <MarkedBar
        count={marked.size}
        reject={actions.reject}
        group={actions.group}
        clear={() => setMarked(new Set())}
      />
      {many && mode === "group" && (
        <ChooseLeader
          work={work}
          ids={[...marked]}
          busy={decisions.busy}
          choose={groupMarked}
          cancel={cancel}
        />
      )}
      {many && mode === "reject" && (
        <Reasons
          work={work}
          ids={[...marked]}
          busy={decisions.busy}
          reject={rejectMarked}
          group={groupMarked}
          cancel={cancel}
        />
      )}
      {decisions.fault && (
        <p class="message bad" role="alert">
          {decisions.fault}
        </p>
      )}
      <div class="panes">
        <QuestionList
          listbox={listbox}
          questions={shown.ids.flatMap((id) => state.questions.get(id) ?? [])}
          selected={shown.selected}
          marked={marked}
          actor={work.actor}
          queue={isQueue(tab)}
          choose={choose}
        />
        <Pane
          work={work}
          pane={pane}
          selected={selected}
          mode={many ? "read" : mode}
          setMode={(next) => {
            setMode(next);
            if (next === "read") focusList();
          }}
          decisions={decisions}
          back={() => {
            setMode("read");
            setNarrowOpen(false);
          }}
          marked={shown.selected !== null && marked.has(shown.selected)}
          mark={actions.mark}
        />
      </div>
      <EnterQuestion work={work} />
      <Undo work={work} undoable={decisions.undoable} undo={() => void decisions.undo()} />
      <KeyHelp keys={QUEUE_HELP} shown={help} toggle={() => setHelp(!help)} />
    </div>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface PaneProps {
  pane: RefObject<HTMLElement | null>;
  work: Work;
  selected: StaffQuestion | undefined;
  mode: Mode;
  setMode(mode: Mode): void;
  decisions: ReturnType<typeof useDecisions>;
  back(): void;
  marked: boolean;
  mark(): void;
}

function Pane({ work, pane, selected, mode, setMode, decisions, back, marked, mark }: PaneProps) {
  const t = useT();
  return (
    <section class="detail card" aria-label={t("moderator.detail")} ref={pane} tabIndex={-1}>
      <button type="button" class="back quiet" onClick={back}>
        {t("moderator.back")}
      </button>
      {selected && (
        <button type="button" class="quiet" aria-pressed={marked} onClick={mark}>
          {t("keys.mark")} <kbd>x</kbd>
        </button>
      )}
      {selected ? (
        <Detail
          key={selected.question}
          work={work}
          question={selected}
          mode={mode}
          setMode={setMode}
          decisions={decisions}
        />
      ) : (
        <p class="empty">{t("moderator.nothing")}</p>
      )}
    </section>
  );
}

interface TabsProps {
  work: Work;
  tab: Tab;
  choose(tab: Tab): void;
}

function QueueTabs({ work, tab, choose }: TabsProps) {
  const t = useT();
  useTick(10_000);
  const counts = tabCounts(work.state);
  const oldest = inTab(work.state, "pending")[0]?.received_at;
  const age = oldest ? duration(serverNow() - Date.parse(oldest)) : "";
  return (
    <fieldset class="tabs">
      <legend class="hidden-text">{t("moderator.tabs")}</legend>
      {TABS.filter((name) => name !== "review" || takesTwo(work.state)).map((name) => (
        <button key={name} type="button" aria-pressed={name === tab} onClick={() => choose(name)}>
          {t(`tab.${name}`)} <b>{counts[name]}</b>
          {name === "pending" && age && <small>{t("moderator.oldest", { time: age })}</small>}
        </button>
      ))}
    </fieldset>
  );
}

interface UndoProps {
  work: Work;
  undoable: Undoable | null;
  undo(): void;
}

function Undo({ work, undoable, undo }: UndoProps) {
  const t = useT();
  useTick(500);
  const left = undoable ? undoable.until - serverNow() : 0;
  const question = undoable && work.state.questions.get(undoable.question);
  const isLetThrough = question?.stage === "approved" || question?.stage === "queued";
  const moved = question && !isLetThrough && !isWaiting(question);
  if (!undoable || left <= 0 || moved || question?.visibility === "public") return null;
  const seconds = Number.isFinite(left)
    ? t("moderator.seconds", { n: Math.ceil(left / 1000) })
    : "";
  return (
    <div class="undo">
      <span class="one-line">
        {t("moderator.approved")} · {undoable.text}
      </span>
      <button type="button" onClick={undo}>
        {t("moderator.undo")} {seconds} <kbd>u</kbd>
      </button>
    </div>
  );
}
