// SPDX-License-Identifier: Apache-2.0
// What an act at the end asks before it is done: a department, a reason, words.
import { useState } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { useT, type Work } from "./context.tsx";
import { ChooseLeader } from "./group.tsx";
import { isComposing } from "./keys.ts";
import { Writing } from "./pending.tsx";
import { Reasons } from "./reasons.tsx";
import type { GateAct } from "./remaining.ts";
import { useFocusAtOnce } from "./store.ts";

/** What an act still needs to know. */
export interface More {
  code?: string;
  note?: string;
  text?: string;
  department?: string;
  into?: string;
}

interface FormProps {
  work: Work;
  /** What it is about. */
  id: string;
  act: GateAct;
  busy: boolean;
  send(more: More): void;
  /** Joins it instead of turning it down; absent: not possible. */
  group?: ((leader: StaffQuestion) => void) | undefined;
  cancel(): void;
}

export function ActForm({ work, id, act, busy, send, group, cancel }: FormProps) {
  const t = useT();
  switch (act) {
    case "refer":
      return <Refer work={work} send={send} cancel={cancel} />;
    case "reject":
      return (
        <Reasons work={work} ids={[id]} busy={busy} reject={send} group={group} cancel={cancel} />
      );
    case "group":
      return (
        <ChooseLeader
          work={work}
          ids={[id]}
          busy={busy}
          choose={({ question }) => send({ into: question })}
          cancel={cancel}
        />
      );
    case "discard":
      return <Discard send={() => send({})} cancel={cancel} />;
    default: {
      const isReply = act === "reply";
      return (
        <Writing
          label={t(isReply ? "second.reply_text" : act === "return" ? "draft.why" : "gate.why")}
          from=""
          rows={isReply ? 4 : 2}
          send={t(`gate.${act}`)}
          done={(text) => send(isReply ? { text } : { note: text.trim() })}
          cancel={cancel}
        />
      );
    }
  }
}

function Refer({ work, send, cancel }: Pick<FormProps, "work" | "send" | "cancel">) {
  const t = useT();
  const known = departmentsOf(work);
  const [department, setDepartment] = useState(known[0] ?? "");
  const field = useFocusAtOnce<HTMLInputElement>();
  return (
    <form
      onKeyDown={(event) => {
        if (event.key !== "Escape" || isComposing(event)) return;
        event.stopPropagation();
        cancel();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (department.trim()) send({ department: department.trim() });
      }}
    >
      <label class="field">
        <span>{t("gate.department")}</span>
        <input
          ref={field}
          list="departments"
          required
          value={department}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => setDepartment(event.currentTarget.value)}
        />
      </label>
      <datalist id="departments">
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div class="actions">
        <button type="submit" class="primary">
          {t("gate.refer")} <kbd>Enter</kbd>
        </button>
        <button type="button" onClick={cancel}>
          {t("draft.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </form>
  );
}

export function departmentsOf(work: Work): string[] {
  const { departments, guests } = work.state.interview;
  return [...new Set([...departments, ...guests.flatMap((guest) => guest.department ?? [])])];
}

// It cannot be had back: the one act here that asks once more.
function Discard({ send, cancel }: { send(): void; cancel(): void }) {
  const t = useT();
  const button = useFocusAtOnce<HTMLButtonElement>();
  return (
    <>
      <p>{t("gate.sure")}</p>
      <div class="actions">
        <button type="button" class="danger" ref={button} onClick={send}>
          {t("gate.discard")} <kbd>Enter</kbd>
        </button>
        <button type="button" onClick={cancel}>
          {t("draft.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </>
  );
}
