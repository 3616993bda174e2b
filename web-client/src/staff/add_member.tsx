// SPDX-License-Identifier: Apache-2.0
// Below the roster: somebody new on it, or another duty for somebody.
import { useRef, useState } from "preact/hooks";
import { DUTIES, type Duty } from "../core/protocol.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { members } from "./views.ts";

export function AddMember({ work }: { work: Work }) {
  const t = useT();
  const { roster } = work.state.interview;
  const [name, setName] = useState("");
  const [duty, setDuty] = useState<Duty>("guest");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const field = useRef<HTMLInputElement>(null);

  const add = async (user: string) => {
    const words = { user, duty: t(`duty.${duty}`) };
    if (roster.some((entry) => entry.user === user && entry.duty === duty)) {
      setFault(t("roster.twice", words));
      return;
    }
    setFault("");
    setBusy(true);
    try {
      await work.open.setRoster([...roster, { user, duty }]);
      announce(t("roster.added", words));
      setName("");
    } catch (error) {
      setFault(explain(error, t));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="row add"
      aria-labelledby="add-h"
      onSubmit={(event) => {
        event.preventDefault();
        field.current?.focus(); // for the next, or to be mended
        const user = name.trim();
        if (user && !busy) void add(user);
      }}
    >
      <h3 id="add-h">{t("roster.add_title")}</h3>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <label class="field grow">
        <span>{t("roster.user")}</span>
        <input
          ref={field}
          required
          maxLength={64}
          list="roster-users"
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <datalist id="roster-users">
        {members(work.state).map(({ user }) => (
          <option key={user} value={user} />
        ))}
      </datalist>
      <label class="field">
        <span>{t("roster.duty")}</span>
        <select value={duty} onChange={(event) => setDuty(event.currentTarget.value as Duty)}>
          {DUTIES.map((one) => (
            <option key={one} value={one}>
              {t(`duty.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" aria-disabled={busy}>
        {t("roster.add")}
      </button>
    </form>
  );
}
