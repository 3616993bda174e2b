// SPDX-License-Identifier: Apache-2.0
// Choosing the question that others are joined with, by receipt number or words; and what can be
// done with all that are marked.
import { useState } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { firstLine } from "../core/text.ts";
import { useT, type Work } from "./context.tsx";
import { isComposing } from "./keys.ts";
import { useFocusAtOnce } from "./store.ts";
import { leaders } from "./views.ts";

const SHOWN_MOST = 8;

interface ChooseProps {
  work: Work;
  /** Those that are to be joined. */
  ids: readonly string[];
  busy: boolean;
  /** Joins them with that one; absent: not possible. */
  choose?: ((leader: StaffQuestion) => void) | undefined;
  /** … or only turns them down because they repeat it. */
  repeat?(leader: StaffQuestion): void;
  cancel(): void;
}

export function ChooseLeader({ work, ids, busy, choose, repeat, cancel }: ChooseProps) {
  const t = useT();
  const [words, setWords] = useState("");
  const field = useFocusAtOnce<HTMLInputElement>();
  const found = leaders(work.state, ids, words);
  const act = choose ?? repeat;
  const both = choose && repeat;
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      cancel();
    } else if (event.key === "Enter" && found[0] && found.length === 1 && !busy) {
      event.preventDefault();
      (both && event.shiftKey ? repeat : act)?.(found[0]);
    }
  };
  return (
    <fieldset class="reasons">
      <legend>{t(choose ? "group.title" : "group.repeated", { n: ids.length })}</legend>
      {both && <p class="meta">{t("group.or_repeat")}</p>}
      <label class="field">
        <span>{t("group.find")}</span>
        <input
          ref={field}
          type="search"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      {found.length === 0 && <p class="empty">{t("group.none")}</p>}
      <ul class="leaders">
        {found.slice(0, SHOWN_MOST).map((leader) => (
          <li key={leader.question} class="row">
            <button type="button" aria-disabled={busy} onClick={() => !busy && act?.(leader)}>
              {leader.receipt_no} · {t(`qstage.${leader.stage}`)} ·{" "}
              {firstLine(leader.text ?? "", 60)}
            </button>
            {both && (
              <button
                type="button"
                class="danger"
                aria-disabled={busy}
                onClick={() => !busy && repeat(leader)}
              >
                {t("group.repeat")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" onClick={cancel}>
        {t("moderator.cancel")} <kbd>Esc</kbd>
      </button>
    </fieldset>
  );
}

interface MarkedProps {
  count: number;
  reject(): void;
  group(): void;
  clear(): void;
}

/** What is marked, and what may be done with all of it. */
export function MarkedBar({ count, reject, group, clear }: MarkedProps) {
  const t = useT();
  if (count === 0) return null;
  return (
    <div class="bar" role="status">
      <b>{t("marked.count", { n: count })}</b>
      <button type="button" class="danger" onClick={reject}>
        {t("keys.reject")} <kbd>d</kbd>
      </button>
      <button type="button" onClick={group}>
        {t("keys.group")} <kbd>g</kbd>
      </button>
      <button type="button" class="quiet" onClick={clear}>
        {t("marked.clear")}
      </button>
    </div>
  );
}
