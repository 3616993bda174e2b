// SPDX-License-Identifier: Apache-2.0
// Why a question is not let through, or goes on though it was held: a reason by one key, a note where the reason points elsewhere,
// and the question that a duplicate repeats.
import { useRef, useState } from "preact/hooks";
import {
  type Grounds,
  POINTING_CODES,
  type Proposal,
  REASON_CODES,
  type ReasonCode,
  type StaffQuestion,
} from "../core/protocol.ts";
import { useT, type Work } from "./context.tsx";
import { ChooseLeader } from "./group.tsx";
import { formKeys, reasonKey } from "./keys.ts";

interface ReasonsProps {
  work: Work;
  /** Those that are turned down. */
  ids: readonly string[];
  /** What another has proposed: the same key proposes it again, or agrees. */
  proposal?: Proposal | undefined;
  busy: boolean;
  reject(grounds: Grounds): void;
  /** Joins a duplicate with what it repeats, which serves its asker better; absent: not possible. */
  group?: ((leader: StaffQuestion) => void) | undefined;
  cancel(): void;
}

const READY = ["1", "2", "3", "4"];

interface ReleaseProps {
  busy: boolean;
  done(why: string): void;
  cancel(): void;
}

/** Chooses the ready words of this digit among those shown inside the element. */
export function pressReady(element: HTMLElement, digit: string): void {
  element.querySelector<HTMLButtonElement>(`button[data-ready="${digit}"]`)?.click();
}

/** Why a held question may go on: ready words by one key, or one's own. */
export function Release({ busy, done, cancel }: ReleaseProps) {
  const t = useT();
  const [why, setWhy] = useState("");
  const send = () => {
    if (why.trim() && !busy) done(why.trim());
  };
  return (
    <fieldset class="reasons">
      <legend>{t("release.why")}</legend>
      <div class="grid">
        {READY.map((digit) => (
          <button
            key={digit}
            type="button"
            data-ready={digit}
            aria-disabled={busy}
            onClick={() => !busy && done(t(`release.${digit}`))}
          >
            <kbd>{digit}</kbd> {t(`release.${digit}`)}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t("release.own")}</span>
        <textarea
          rows={2}
          value={why}
          onInput={(event) => setWhy(event.currentTarget.value)}
          onKeyDown={formKeys(send, cancel)}
        />
      </label>
      <div class="actions">
        <button type="button" class="primary" aria-disabled={busy || !why.trim()} onClick={send}>
          {t("keys.approve")} <kbd>Ctrl+Enter</kbd>
        </button>
        <button type="button" onClick={cancel}>
          {t("moderator.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </fieldset>
  );
}

/** Chooses the reason of this key among those shown inside the element. */
export function pressReason(element: HTMLElement, code: ReasonCode): void {
  element.querySelector<HTMLButtonElement>(`button[data-code="${code}"]`)?.click();
}

export function Reasons({ work, ids, proposal, busy, reject, group, cancel }: ReasonsProps) {
  const t = useT();
  const [note, setNote] = useState(proposal?.note ?? "");
  const [chosen, setChosen] = useState<ReasonCode | null>(null); // that asks for something more
  const area = useRef<HTMLTextAreaElement>(null);
  const told = () => (note.trim() ? { note: note.trim() } : {});
  const pick = (code: ReasonCode) => {
    const into = code === proposal?.code ? proposal.duplicate_of : undefined;
    if (into) {
      reject({ code, ...told(), into });
      return;
    }
    const points = POINTING_CODES.includes(code) && !note.trim();
    if (code !== "duplicate" && !points) {
      reject({ code, ...told() });
      return;
    }
    setChosen(code);
    area.current?.focus();
  };
  if (chosen === "duplicate")
    return (
      <ChooseLeader
        work={work}
        ids={ids}
        busy={busy}
        choose={group}
        repeat={({ question }) => reject({ code: "duplicate", ...told(), into: question })}
        cancel={() => setChosen(null)}
      />
    );
  return (
    <fieldset class="reasons">
      <legend>{t("moderator.why")}</legend>
      <div class="grid">
        {REASON_CODES.map((code) => (
          <button
            key={code}
            type="button"
            data-code={code}
            aria-disabled={busy}
            class={code === proposal?.code ? "primary" : undefined}
            aria-pressed={code === chosen}
            onClick={() => !busy && pick(code)}
          >
            <kbd>{reasonKey(code)}</kbd> {t(`reason.${code}`)}
          </button>
        ))}
      </div>
      {chosen && (
        <p class="message warn" role="alert">
          {t("moderator.points")}
        </p>
      )}
      <label class="field">
        <span>{t(chosen ? "moderator.pointer" : "moderator.note")}</span>
        <textarea
          ref={area}
          rows={2}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
          onKeyDown={formKeys(() => chosen && !busy && pick(chosen), cancel)}
        />
      </label>
      <div class="actions">
        {chosen && (
          <button
            type="button"
            class="danger"
            aria-disabled={busy}
            onClick={() => !busy && pick(chosen)}
          >
            {t("keys.reject")} <kbd>Ctrl+Enter</kbd>
          </button>
        )}
        <button type="button" onClick={cancel}>
          {t("moderator.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </fieldset>
  );
}
