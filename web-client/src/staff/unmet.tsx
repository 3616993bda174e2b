// SPDX-License-Identifier: Apache-2.0
// What the rule set still demands of a step, in words; an administrator may go on with a reason.
import { useState } from "preact/hooks";
import type { UnmetGuard } from "../core/protocol.ts";
import { useT } from "./context.tsx";
import { missing } from "./views.ts";

// Lists are of these words: fields of the announcement, or duties.
const WORD_OF: Readonly<Record<string, string>> = {
  fields: "field",
  roster: "duty",
  must_attend: "duty",
  sign_off: "duty",
};

export interface UnmetProps {
  guards: readonly UnmetGuard[];
  /** May this account pass them by? */
  admin: boolean;
  busy: boolean;
  override(why: string): void;
  /** Lets the public feed run on, for this account may; the guard "feed" waits for that. */
  unfreeze?: (() => void) | undefined;
}

export function Unmet({ guards, admin, busy, override, unfreeze }: UnmetProps) {
  const t = useT();
  const sentence = (guard: UnmetGuard) => {
    const word = WORD_OF[guard.guard] ?? "";
    const names = missing(guard).map((name) => t(`${word}.${name}`));
    return t(`unmet.${guard.guard}`, {
      need: String(guard.need ?? ""),
      have: String(guard.have ?? ""),
      what: names.join(t("list.comma")),
    });
  };
  const passable = admin && guards.every((guard) => guard.may_override);
  return (
    <section class="message bad unmet" role="alert" aria-labelledby="unmet">
      <h3 id="unmet">{t("unmet.title")}</h3>
      <ul>
        {guards.map((guard) => (
          <li key={guard.guard}>
            {sentence(guard)}
            {guard.guard === "feed" && unfreeze && (
              <button type="button" class="primary" onClick={unfreeze}>
                {t("brake.unfreeze")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {passable && <Override busy={busy} override={override} />}
    </section>
  );
}

function Override({ busy, override }: Pick<UnmetProps, "busy" | "override">) {
  const t = useT();
  const [why, setWhy] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && why.trim()) override(why.trim());
      }}
    >
      <label class="field">
        <span>{t("unmet.override")}</span>
        <textarea
          name="override"
          rows={2}
          required
          value={why}
          onInput={(event) => setWhy(event.currentTarget.value)}
        />
      </label>
      <p class="hint">{t("unmet.override_hint")}</p>
      <button type="submit" aria-disabled={busy}>
        {t("unmet.override_go")}
      </button>
    </form>
  );
}
