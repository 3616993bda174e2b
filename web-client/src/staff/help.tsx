// SPDX-License-Identifier: Apache-2.0
// Below a list: single keys on or off, and what they do.
import { useT } from "./context.tsx";
import { remember, remembered, Store, useStore } from "./store.ts";

const KEYS_OFF = "fangtan.keys_off";
const singleKeys = new Store(remembered(KEYS_OFF) === null);

/** Do single keys act? One switch for all lists; it is remembered. */
export function useSingleKeys(): boolean {
  return useStore(singleKeys);
}

function toggleSingleKeys(): void {
  remember(KEYS_OFF, singleKeys.value ? "1" : null);
  singleKeys.value = !singleKeys.value;
}

/** Keys, and the message that says what they do. */
export type KeyWords = readonly [string, string];

export const QUEUE_HELP: readonly KeyWords[] = [
  ["j ↓", "keys.next"],
  ["k ↑", "keys.previous"],
  ["f", "keys.approve"],
  ["e", "keys.edit"],
  ["d", "keys.reject"],
  ["h", "keys.hold"],
  ["g", "keys.group"],
  ["x", "keys.mark"],
  ["u", "keys.undo"],
  ["m", "keys.note"],
  ["l", "keys.label"],
  ["r", "keys.redact"],
  ["s", "keys.silence"],
  ["n", "keys.load"],
  ["?", "keys.help"],
  ["Esc", "keys.cancel"],
];

interface HelpProps {
  keys: readonly KeyWords[];
  shown: boolean;
  toggle(): void;
}

export function KeyHelp({ keys, shown, toggle }: HelpProps) {
  const t = useT();
  const isOn = useSingleKeys();
  return (
    <>
      <div class="bar foot">
        <label class="check">
          <input type="checkbox" checked={isOn} onChange={toggleSingleKeys} />
          <span>{t("keys.switch")}</span>
        </label>
        <button type="button" class="quiet" aria-expanded={shown} onClick={toggle}>
          {t("keys.show")}
        </button>
      </div>
      {shown && (
        <section class="card help" aria-label={t("keys.show")}>
          <p>{t("keys.where")}</p>
          <dl>
            {keys.map(([names, words]) => (
              <div key={words}>
                <dt>
                  {names.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{t(words)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}
