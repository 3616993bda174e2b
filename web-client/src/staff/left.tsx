// SPDX-License-Identifier: Apache-2.0
// The list of what is left at the end, and what is chosen in it: a listbox with one tab stop.
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { DraftStatement, StaffQuestion } from "../core/protocol.ts";
import { firstLine } from "../core/text.ts";
import { useT, type Work } from "./context.tsx";
import { stageWords } from "./pending.tsx";
import type { Shown } from "./shown.ts";

/** One line of the list: a question, or a statement that is on its way or was. */
export interface Item {
  id: string;
  question?: StaffQuestion | undefined;
  draft?: DraftStatement | undefined;
  /** The statement went its way: what was last known of it. */
  gone?: DraftStatement | undefined;
  published?: boolean;
}

/** What stands behind an id; what was discarded or published keeps its place and its words. */
export function useItems({ state }: Work): (id: string) => Item {
  const { current: known } = useRef(new Map<string, DraftStatement>());
  for (const draft of state.drafts) known.set(draft.statement, draft);
  return (id) => {
    const question = state.questions.get(id);
    if (question) return { id, question };
    const draft = state.drafts.find(({ statement }) => statement === id);
    if (draft) return { id, draft };
    const published = state.statements.some(({ statement }) => statement === id);
    return { id, gone: known.get(id), published };
  };
}

export function versionOf({ question, draft }: Item): number | undefined {
  return (question ?? draft)?.version;
}

interface LeftProps {
  listbox: RefObject<HTMLDivElement | null>;
  itemOf(id: string): Item;
  shown: Shown;
  /** Of those that are shown and others: what is left. */
  left: ReadonlySet<string>;
  choose(id: string): void;
}

export function Left({ listbox, itemOf, shown, left, choose }: LeftProps) {
  const t = useT();
  const { ids, selected } = shown;
  useEffect(() => {
    if (selected) document.getElementById(`l-${selected}`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  return (
    <div
      class="list"
      role="listbox"
      tabIndex={0}
      ref={listbox}
      aria-label={t("gate.list")}
      aria-activedescendant={selected ? `l-${selected}` : undefined}
    >
      {ids.map((id) => (
        <Option
          key={id}
          item={itemOf(id)}
          selected={id === selected}
          done={!left.has(id)}
          choose={() => choose(id)}
        />
      ))}
    </div>
  );
}

interface OptionProps {
  item: Item;
  selected: boolean;
  done: boolean;
  choose(): void;
}

function Option({ item, selected, done, choose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the listbox
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled around the listbox
    <div
      id={`l-${item.id}`}
      class={`option ${done ? "done" : ""}`}
      role="option"
      aria-selected={selected}
      onClick={choose}
    >
      <Meta item={item} />
      <span class="line">{firstLine(textOf(item), 60)}</span>
    </div>
  );
}

function textOf({ question, draft, gone }: Item): string {
  return (question ?? draft ?? gone)?.text ?? "";
}

function Meta({ item }: { item: Item }) {
  const t = useT();
  const { question, draft, gone, published } = item;
  if (question) {
    return (
      <span class="meta">
        <span class={`flag ${question.stage}`}>{t(`qstage.${question.stage}`)}</span>
        {question.appeal === "open" && <span class="flag warn">{t("appeal.open")}</span>}
        <span>{question.name ?? t("question.anonymous")}</span>
        <span>{t("question.receipt", { n: question.receipt_no })}</span>
      </span>
    );
  }
  const words = draft
    ? stageWords(draft, t)
    : t(published ? "draft.done.published" : "draft.done.discarded");
  return (
    <span class="meta">
      <span class="flag">{words}</span>
      <span>{t("gate.statement", { name: (draft ?? gone)?.speaker.name ?? "" })}</span>
    </span>
  );
}

/** What is chosen, in full, and what may be done about it. */
export function Open({ item, children }: { item: Item; children: ComponentChildren }) {
  const t = useT();
  const { question, draft } = item;
  return (
    <section class="open" aria-label={t("gate.chosen")}>
      <Meta item={item} />
      <p class="text">{textOf(item)}</p>
      {question?.held_note && question.stage === "held" && (
        <p class="message">{t("second.held_note", { note: question.held_note })}</p>
      )}
      {question?.appeal === "open" && question.appeal_note && (
        <p class="quote">{question.appeal_note}</p>
      )}
      {draft?.note && <p class="quote">{t("draft.note", { note: draft.note })}</p>}
      {question?.stage === "on_air" && <p class="meta">{t("gate.on_air")}</p>}
      {children}
    </section>
  );
}
