// SPDX-License-Identifier: Apache-2.0
// What is left at the end: no transcript is published while a question has no end, or a statement
// is on its way. A list that never moves under the eye (shown.ts), and one key for each act.
import { useEffect, useRef, useState } from "preact/hooks";
import { useAutoClaim } from "./claims.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { ActForm, type More } from "./gate_form.tsx";
import { KeyHelp, type KeyWords, useSingleKeys } from "./help.tsx";
import { GATE_KEYS, gateAction, isTyping, type ListAction, reasonOfKey } from "./keys.ts";
import { type Item, Left, Open, useItems, versionOf } from "./left.tsx";
import { pressReason } from "./reasons.tsx";
import { draftActs, type GateAct, questionActs, remaining } from "./remaining.ts";
import { useSettled } from "./settled.ts";
import { countNew, load, NOTHING_SHOWN, type Shown, step, takeOut } from "./shown.ts";
import { type DraftAct, duties, keptFor, mayDecide } from "./views.ts";

const HELP: readonly KeyWords[] = [
  ["j ↓", "keys.next"],
  ["k ↑", "keys.previous"],
  ...Object.entries(GATE_KEYS).map(([act, key]): KeyWords => [key, `gate.${act}`]),
  ["n", "keys.load"],
  ["?", "keys.help"],
  ["Esc", "keys.cancel"],
];

// These are done at once, the others ask something first.
const PLAIN: readonly GateAct[] = ["off_air", "uphold", "dismiss", "ungroup", "release", "pass"];

// What has become of a thing when it still wants an end.
const LEFT = [
  "held",
  "pending",
  "approved",
  "queued",
  "on_air",
  "prepared",
  "submitted",
  "delayed",
];

type Mode = GateAct | "read";

function actsOn(work: Work, { question, draft }: Item): GateAct[] {
  const { state, actor, desk } = work;
  const role = desk.who.value?.role ?? "";
  if (question) return questionActs(state, { actor, role, mayLapse: mayLapse(work) }, question);
  return draft ? draftActs(state, actor, draft) : [];
}

function mayLapse({ desk, state }: Work): boolean {
  const { rule_set } = state.interview;
  const known = desk.connection.hello?.rule_sets ?? [];
  return known.some(({ name, may_lapse }) => name === rule_set && may_lapse);
}

export function Gate({ work }: { work: Work }) {
  const t = useT();
  const { state } = work;
  const [shown, setShown] = useState<Shown>(NOTHING_SHOWN);
  const [mode, setMode] = useState<Mode>("read");
  const [help, setHelp] = useState(false);
  const singleKeys = useSingleKeys();
  const listbox = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const itemOf = useItems(work);
  const settled = useSettled((id) => versionOf(itemOf(id)));
  const ids = remaining(state).filter((id) => !settled.has(id));
  const fresh = countNew(shown, ids);
  // Nothing that is shown is left: there is nothing that newcomers could move.
  const idle = !shown.ids.some((id) => ids.includes(id));
  useEffect(() => {
    if (idle && (fresh > 0 || shown.ids.length > 0)) setShown((old) => load(old, ids));
  });

  const selected = shown.selected === null ? undefined : itemOf(shown.selected);
  const acts = selected ? actsOn(work, selected) : [];
  const doing = mode !== "read" && acts.includes(mode) ? mode : "read";
  useEffect(() => {
    if (doing === "read") setMode("read"); // somebody else was faster: the form is not for the next
  }, [doing]);
  const decides = mayDecide(duties(state, work.actor));
  useAutoClaim(work, decides && doing !== "read" ? selected?.question : undefined, true);

  // Once nothing is left, the list is gone and its heading says so.
  const focusList = () => (listbox.current ?? heading.current)?.focus({ preventScroll: true });
  const back = () => {
    setMode("read");
    focusList();
  };

  const why = keptFor(work.state.interview) ?? "frozen";
  const { busy, fault, setFault, attempt } = useAttempt(why, (id, what, stillLeft) => {
    if (!stillLeft) {
      settled.add(id);
      setShown((old) => takeOut(old, id));
    }
    const n = ids.filter((other) => stillLeft || other !== id).length;
    announce(t("moderator.said", { what, n }));
    setMode("read");
    if (n > 0) focusList();
    else heading.current?.focus();
  });
  const settle = useActs(work, attempt);

  const start = (act: GateAct) => {
    if (!selected || busy) return;
    if (PLAIN.includes(act)) void settle(selected, act, {});
    else setMode(act);
  };

  const moves: Record<ListAction, () => void> = {
    next: () => setShown((old) => step(old, 1)),
    previous: () => setShown((old) => step(old, -1)),
    load: () => {
      setShown((old) => load(old, ids));
      focusList();
    },
    help: () => setHelp(!help),
    cancel: () => {
      setHelp(false);
      setFault("");
      back();
    },
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isTyping(event.target)) return;
    const code = doing === "reject" && singleKeys ? reasonOfKey(event) : null;
    if (code && selected) {
      event.preventDefault();
      pressReason(event.currentTarget as HTMLElement, code);
      return;
    }
    const action = gateAction(event, singleKeys, acts);
    if (!action || (doing !== "read" && action !== "cancel")) return;
    event.preventDefault();
    if (action in moves) moves[action as ListAction]();
    else start(action as GateAct);
  };

  return (
    <section class="card gate" aria-labelledby="gate" onKeyDown={onKeyDown}>
      <h2 id="gate" ref={heading} tabIndex={-1}>
        {ids.length > 0 ? t("gate.title", { n: ids.length }) : t("gate.done")}
      </h2>
      {fresh > 0 && !idle && (
        <button type="button" class="fresh" onClick={moves.load}>
          {t("moderator.fresh", { n: fresh })}
        </button>
      )}
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      {shown.ids.length > 0 && (
        <div class="left">
          <Left
            listbox={listbox}
            itemOf={itemOf}
            shown={shown}
            left={new Set(ids)}
            choose={(id) => {
              setShown((old) => ({ ...old, selected: id }));
              setFault("");
              back();
            }}
          />
          {selected && (
            <Open item={selected}>
              {doing === "read" ? (
                ids.includes(selected.id) && <Acts acts={acts} busy={busy} start={start} />
              ) : (
                <ActForm
                  key={`${selected.id}-${doing}`}
                  work={work}
                  id={selected.id}
                  act={doing}
                  busy={busy}
                  send={(more) => void settle(selected, doing, more)}
                  group={
                    acts.includes("group")
                      ? ({ question }) => void settle(selected, "group", { into: question })
                      : undefined
                  }
                  cancel={back}
                />
              )}
            </Open>
          )}
        </div>
      )}
      {shown.ids.length > 0 && <KeyHelp keys={HELP} shown={help} toggle={() => setHelp(!help)} />}
    </section>
  );
}

// ---- doing it --------------------------------------------------------------------------------

type Done = (id: string, what: string, stillLeft: boolean) => void;
type Attempt = (id: string, act: () => Promise<unknown>) => Promise<void>;

/** One act at a time; what came of it, or why nothing did. */
function useAttempt(why: string, done: Done) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const attempt: Attempt = async (id, act) => {
    if (busy) return;
    setBusy(true);
    setFault("");
    try {
      const { stage, statement } = (await act()) as { stage: string; statement?: string };
      const isKept = stage === "prepared"; // the feed does not run still
      const said = isKept ? `kept.${why}` : `draft.done.${stage}`;
      done(id, t(statement ? said : `qstage.${stage}`), LEFT.includes(stage));
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, setFault, attempt };
}

function useActs({ open }: Work, attempt: Attempt) {
  return ({ id, question, draft }: Item, act: GateAct, more: More): Promise<void> => {
    const { code = "", note = "", text = "", department = "", into = "" } = more;
    return attempt(id, async () => {
      if (draft) return open.onWay(draft, act as DraftAct, note);
      if (!question) return undefined;
      switch (act) {
        case "refer":
          return open.refer(question, department);
        case "reject":
          return open.reject(question, { ...more, code });
        case "group":
          return open.group(question, into);
        case "reply":
          return open.reply(question, text);
        case "lapse":
          return open.lapse(question, note);
        case "uphold":
          return open.restore(question);
        case "dismiss":
          return open.dismiss(question);
        case "ungroup":
          return open.ungroup(question);
        default:
          return open.takeOffAir(question);
      }
    });
  };
}

interface ActsProps {
  acts: readonly GateAct[];
  busy: boolean;
  start(act: GateAct): void;
}

function Acts({ acts, busy, start }: ActsProps) {
  const t = useT();
  if (acts.length === 0) return <p class="meta">{t("gate.others")}</p>;
  return (
    <div class="actions">
      {acts.map((act) => (
        <button
          key={act}
          type="button"
          class={act === "reject" || act === "discard" ? "danger" : ""}
          aria-disabled={busy}
          onClick={() => start(act)}
        >
          {t(`gate.${act}`)} <kbd>{GATE_KEYS[act]}</kbd>
        </button>
      ))}
    </div>
  );
}
