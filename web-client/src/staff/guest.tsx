// SPDX-License-Identifier: Apache-2.0
// The guest's console: the question on air and one big editor, nothing else.
import { useState } from "preact/hooks";
import { useT, type Work } from "./context.tsx";
import { Editor } from "./editor.tsx";
import { PendingList } from "./pending.tsx";
import { Routed } from "./routes.tsx";
import { remember, remembered } from "./store.ts";
import { onAir } from "./views.ts";

export function GuestConsole({ work }: { work: Work }) {
  const t = useT();
  const { guests, id } = work.state.interview;
  const key = `fangtan.guest.${id}.${work.actor}`;
  const [me, setMe] = useState(() => remembered(key) ?? "");
  const self = guests.length === 1 ? guests[0] : guests.find((guest) => guest.name === me);
  const current = onAir(work.state);
  return (
    <div class="guest">
      {guests.length > 1 && (
        <label class="field">
          <span>{t("guest.who")}</span>
          <select
            value={self?.name ?? ""}
            onChange={(event) => {
              remember(key, event.currentTarget.value);
              setMe(event.currentTarget.value);
            }}
          >
            <option value="">{t("guest.choose")}</option>
            {guests.map((guest) => (
              <option key={guest.name} value={guest.name}>
                {guest.name} {guest.title}
              </option>
            ))}
          </select>
        </label>
      )}
      <section class="card onair" aria-label={t("queue.now")} aria-live="polite">
        <h2>{t("queue.now")}</h2>
        {current.length === 0 && <p class="empty">{t("guest.wait")}</p>}
        {current.map((question) => (
          <div key={question.question}>
            <p class="meta">{question.name ?? t("question.anonymous")}</p>
            <p class="text large">{question.text}</p>
          </div>
        ))}
      </section>
      {self && <Routed work={work} guest={self.name} />}
      {self && (
        <Editor
          key={self.name}
          work={work}
          place={`guest.${self.name}`}
          speakers={[{ ...self, role: "guest" }]}
          plain
        />
      )}
      <PendingList work={work} />
    </div>
  );
}
