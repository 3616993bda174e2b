// SPDX-License-Identifier: Apache-2.0
// Entering what somebody asks on the phone, by letter or in the hall, and the receipt to hand over;
// and the house's own questions, which everybody sees marked as such.
import { useRef, useState } from "preact/hooks";
import { type AskResult, newCommandId } from "../core/protocol.ts";
import { announce, useT, type Work } from "./context.tsx";
import { type EnterParams, explain } from "./desk.ts";
import { mayEnter } from "./views.ts";

const ORIGINS = ["phone", "paper", "hall", "prepared"] as const;
const NOTHING: EnterParams = { text: "", origin: "phone", name: "", contact: "" };

export function EnterQuestion({ work }: { work: Work }) {
  const t = useT();
  const [receipt, setReceipt] = useState<AskResult | null>(null);
  if (!mayEnter(work.state.interview.stage)) return null;
  return (
    <details class="card enter">
      <summary>{t("enter.title")}</summary>
      {receipt ? (
        <Receipt receipt={receipt} next={() => setReceipt(null)} />
      ) : (
        <EnterForm work={work} done={setReceipt} />
      )}
    </details>
  );
}

function EnterForm({ work, done }: { work: Work; done(receipt: AskResult): void }) {
  const t = useT();
  const [given, setGiven] = useState(NOTHING);
  const [fault, setFault] = useState("");
  // One question is one command, however often it has to be sent.
  const command = useRef(newCommandId());
  const busy = useRef(false);
  const own = given.origin === "prepared"; // nobody's but the house's
  const set = (more: Partial<EnterParams>) => {
    command.current = newCommandId();
    setGiven({ ...given, ...more });
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy.current || !given.text.trim()) return;
    busy.current = true;
    setFault("");
    try {
      const { text, origin, name, contact } = given;
      const params: EnterParams = { text, origin };
      if (name?.trim() && !own) params.name = name;
      if (contact?.trim() && !own) params.contact = contact;
      const receipt = await work.open.enter(params, command.current);
      done(receipt);
      announce(t("enter.done"));
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      busy.current = false;
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <label class="field">
        <span>{t("enter.origin")}</span>
        <select
          value={given.origin}
          onChange={(event) => set({ origin: event.currentTarget.value as EnterParams["origin"] })}
        >
          {ORIGINS.map((origin) => (
            <option key={origin} value={origin}>
              {t(`origin.${origin}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{t("enter.text")}</span>
        <textarea
          rows={4}
          required
          value={given.text}
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
      </label>
      {!own && (
        <>
          <label class="field">
            <span>{t("enter.name")}</span>
            <input
              value={given.name}
              onInput={(event) => set({ name: event.currentTarget.value })}
            />
          </label>
          <label class="field">
            <span>{t("enter.contact")}</span>
            <input
              value={given.contact}
              onInput={(event) => set({ contact: event.currentTarget.value })}
            />
          </label>
        </>
      )}
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="primary">
          {t("enter.send")}
        </button>
      </div>
    </form>
  );
}

function Receipt({ receipt, next }: { receipt: AskResult; next(): void }) {
  const t = useT();
  return (
    <div role="status">
      <p>{t("enter.done")}</p>
      <dl class="receipt">
        <dt>{t("enter.receipt")}</dt>
        <dd>
          <code class="digits">{receipt.receipt_no}</code>
        </dd>
        <dt>{t("enter.secret")}</dt>
        <dd>
          <code class="digits">{receipt.secret}</code>
        </dd>
      </dl>
      <button type="button" onClick={next}>
        {t("enter.next")}
      </button>
    </div>
  );
}
