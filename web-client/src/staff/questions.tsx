// SPDX-License-Identifier: Apache-2.0
// The moderator's list: a listbox with one tab stop. The selection is spoken by the browser.
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { firstLine } from "../core/text.ts";
import { clock, serverNow } from "../core/time.ts";
import { useT } from "./context.tsx";
import { useTick } from "./store.ts";
import { activeClaim, isWaiting } from "./views.ts";

interface ListProps {
  listbox: RefObject<HTMLDivElement | null>;
  questions: StaffQuestion[];
  selected: string | null;
  marked: ReadonlySet<string>;
  actor: string;
  /** The list of what waits: what is decided in it is marked as done with. */
  queue: boolean;
  choose(id: string): void;
}

export function QuestionList(props: ListProps) {
  const t = useT();
  const { listbox, selected, questions } = props;
  useTick(5_000); // claims run out

  useEffect(() => {
    if (selected) document.getElementById(`o-${selected}`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);

  return (
    <div
      class="list card"
      role="listbox"
      tabIndex={0}
      ref={listbox}
      aria-label={t("moderator.list")}
      aria-activedescendant={selected ? `o-${selected}` : undefined}
    >
      {questions.length === 0 && <p class="empty">{t("moderator.empty")}</p>}
      {questions.map((question) => (
        <Option
          key={question.question}
          question={question}
          selected={question.question === selected}
          marked={props.marked.has(question.question)}
          actor={props.actor}
          queue={props.queue}
          choose={() => {
            props.choose(question.question);
            listbox.current?.focus({ preventScroll: true });
          }}
        />
      ))}
    </div>
  );
}

interface OptionProps {
  question: StaffQuestion;
  selected: boolean;
  marked: boolean;
  actor: string;
  queue: boolean;
  choose(): void;
}

function Option({ question, selected, marked, actor, queue, choose }: OptionProps) {
  const t = useT();
  const claim = isWaiting(question) ? activeClaim(question, serverNow()) : undefined;
  const done = queue && !isWaiting(question);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the listbox
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled around the listbox
    <div
      id={`o-${question.question}`}
      class={`option ${done ? "done" : ""} ${marked ? "marked" : ""}`}
      role="option"
      aria-selected={selected}
      onClick={choose}
    >
      <span class="meta">
        {marked && (
          <b>
            <span aria-hidden="true">✓</span>
            <span class="hidden-text">{t("question.marked")}</span>
          </b>
        )}
        <time dateTime={question.received_at}>{clock(question.received_at)}</time>
        <span>{question.name ?? t("question.anonymous")}</span>
        {question.stage === "held" && <span class="flag warn">{t("question.held")}</span>}
        {question.proposal && (
          <span class="flag warn">{t(`proposal.${question.proposal.decision}`)}</span>
        )}
        {question.appeal === "open" && <span class="flag warn">{t("appeal.open")}</span>}
        {(done || !isWaiting(question)) && <Outcome question={question} />}
        <Echo question={question} />
        {claim && (
          <span class={`flag ${claim.by === actor ? "mine" : "other"}`}>
            {claim.by === actor ? t("question.mine") : t("question.claimed", { by: claim.by })}
          </span>
        )}
      </span>
      <span class="line">{firstLine(question.text ?? "", 60)}</span>
    </div>
  );
}

/** How many others want to know it too. */
export function Echo({ question }: { question: StaffQuestion }) {
  const t = useT();
  const { votes, grouped } = question;
  return (
    <>
      {votes ? <span>{t("question.votes", { n: votes })}</span> : null}
      {grouped ? <span>{t("question.joined", { n: grouped })}</span> : null}
    </>
  );
}

/** How the asker is reached; never public, and not in what a guest gets. */
export function Contact({ question: { contact } }: { question: StaffQuestion }) {
  const t = useT();
  return contact ? <bdi class="contact">{t("question.contact", { contact })}</bdi> : null;
}

/** What became of a question, and by whose hand. */
export function Outcome({ question }: { question: StaffQuestion }) {
  const t = useT();
  const what = t(`qstage.${question.stage}`);
  const by = question.decided_by;
  return (
    <span class={`flag ${question.stage}`}>
      {by ? t("question.outcome", { what, by, time: clock(question.decided_at) }) : what}
    </span>
  );
}
