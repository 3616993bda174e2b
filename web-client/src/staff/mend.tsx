// SPDX-License-Identifier: Apache-2.0
// What can be done about a published statement: correct it, or take it down.
import { useState } from "preact/hooks";
import { RETRACTION_CODES, type StaffStatement } from "../core/protocol.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { Writing } from "./pending.tsx";
import { mayCorrect, mayTakeDown } from "./views.ts";

export function Mend({ work, statement }: { work: Work; statement: StaffStatement }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<"correct" | "retract" | null>(null);
  const [code, setCode] = useState<string>(RETRACTION_CODES[0]);
  const role = work.desk.who.value?.role ?? "";
  const corrects = mayCorrect(work.state, work.actor, role);
  const retracts = mayTakeDown(work.state, work.actor, role);
  if (statement.code !== undefined || (!corrects && !retracts)) return null;

  // Words for when it is done, and for when others have to pass it first.
  const run = async (
    method: string,
    more: Record<string, unknown>,
    words: string,
    waits: string,
  ) => {
    if (busy) return;
    setBusy(true);
    setFault("");
    try {
      const { statement: id, version } = statement;
      const sent = { statement: id, version, ...more };
      const result = await work.open.command<{ waits_for?: string }>(method, sent);
      setOpen(null);
      announce(t(result.waits_for ? waits : words));
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      {statement.retraction && (
        <p class="quote">
          {t("mend.waits", {
            name: statement.retraction.by,
            reason: t(`reason.${statement.retraction.code}`),
          })}
        </p>
      )}
      {open === null && (
        <div class="actions">
          {corrects && (
            <button type="button" class="quiet" onClick={() => setOpen("correct")}>
              {t("mend.correct")}
            </button>
          )}
          {retracts && (
            <button type="button" class="quiet" onClick={() => setOpen("retract")}>
              {t("mend.retract")}
            </button>
          )}
        </div>
      )}
      {open === "correct" && (
        <Writing
          label={t("mend.text")}
          from={statement.text ?? ""}
          rows={5}
          send={t("mend.send")}
          done={(text) =>
            void run("statement.correct", { text }, "mend.corrected", "mend.submitted")
          }
          cancel={() => setOpen(null)}
        />
      )}
      {open === "retract" && (
        <div class="row wrap">
          <label class="inline grow">
            <span>{t("mend.why")}</span>
            <select value={code} onChange={(event) => setCode(event.currentTarget.value)}>
              {RETRACTION_CODES.map((name) => (
                <option key={name} value={name}>
                  {t(`reason.${name}`)}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            class="danger"
            aria-disabled={busy}
            onClick={() => void run("statement.retract", { code }, "mend.retracted", "mend.asked")}
          >
            {t("mend.retract_now")}
          </button>
          <button type="button" onClick={() => setOpen(null)}>
            {t("draft.cancel")}
          </button>
        </div>
      )}
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
