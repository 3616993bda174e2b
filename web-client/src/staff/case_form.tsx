// SPDX-License-Identifier: Apache-2.0
// What an act on a case asks before it is done.
import { useRef, useState } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { CASE_FIELDS, type CaseAct, type CaseField, mayShow } from "./case_acts.ts";
import { useT, type Work } from "./context.tsx";
import { departmentsOf } from "./gate_form.tsx";
import { formKeys } from "./keys.ts";
import { useFocusAtOnce } from "./store.ts";

interface FormProps {
  work: Work;
  question: StaffQuestion;
  act: CaseAct;
  busy: boolean;
  /** About the question as it was when the form appeared: whoever changes it since is heard first. */
  send(read: StaffQuestion, params: object): void;
  cancel(): void;
}

type Params = Record<string, string | number | boolean>;

export function CaseForm({ work, question: now, act, busy, send, cancel }: FormProps) {
  const t = useT();
  const [question] = useState(now);
  const [shows, setShows] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isHidden = question.visibility === "hidden" && mayShow(work.state, work.actor);
  const fields = CASE_FIELDS[act].filter(({ kind }) => kind !== "check" || isHidden);
  const draft = act === "draft" || act === "reply" ? question.case?.draft?.text : undefined;

  const submit = (element: HTMLFormElement) => {
    const params: Params = {};
    for (const [name, value] of new FormData(element)) {
      const words = String(value).trim();
      if (words) params[name] = name === "working_days" ? Number(words) : words;
    }
    if (shows) params.public = true;
    // What stands already is not said once more.
    if (params.question_text === question.text) delete params.question_text;
    const submitted = question.case?.stage === "draft_submitted";
    if (act === "reply" && submitted && params.text === draft) delete params.text;
    send(question, params);
  };

  return (
    <form
      ref={form}
      onKeyDown={formKeys(() => form.current?.requestSubmit(), cancel)}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) submit(event.currentTarget);
      }}
    >
      {fields.map((field, index) =>
        field.kind === "check" ? (
          <label key={field.name} class="check">
            <input
              type="checkbox"
              checked={shows}
              onChange={(event) => setShows(event.currentTarget.checked)}
            />
            <span>{t("case.field.public")}</span>
          </label>
        ) : (
          <Field
            key={field.name}
            field={field}
            label={t(`case.field.${field.name === "note" ? act : field.name}`)}
            from={field.name === "text" ? (draft ?? "") : ""}
            first={index === 0}
          />
        ),
      )}
      {shows && (
        <Field
          field={{ name: "question_text", kind: "area" }}
          label={t("case.field.question_text")}
          from={question.text ?? ""}
        />
      )}
      {act === "re_route" && (
        <datalist id="case-department">
          {departmentsOf(work).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      )}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={busy}>
          {t(`case.${act}`)} <kbd>Ctrl+Enter</kbd>
        </button>
        <button type="button" onClick={cancel}>
          {t("draft.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  field: CaseField;
  label: string;
  from: string;
  /** Gets the focus as the form appears. */
  first?: boolean;
}

function Field({ field, label, from, first }: FieldProps) {
  const { name, kind, optional } = field;
  const area = useFocusAtOnce<HTMLTextAreaElement>();
  const line = useFocusAtOnce<HTMLInputElement>();
  const id = `case-field-${name}`;
  const common = { id, name, required: !optional, defaultValue: from };
  return (
    <label class="field" htmlFor={id}>
      <span>{label}</span>
      {kind === "area" ? (
        <textarea {...common} rows={name === "text" ? 5 : 3} ref={first ? area : null} />
      ) : (
        <input
          {...common}
          ref={first ? line : null}
          {...(kind === "days"
            ? { type: "number", min: 1, max: 365 }
            : { type: "text", list: "case-department" })}
        />
      )}
    </label>
  );
}
