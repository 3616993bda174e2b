// SPDX-License-Identifier: Apache-2.0
// Below the moderator's list: single keys on or off, and what they do.
import { useT } from "./context.tsx";

const HELP: readonly [string, string][] = [
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
  singleKeys: boolean;
  toggleKeys(): void;
  shown: boolean;
  toggle(): void;
}

export function KeyHelp({ singleKeys, toggleKeys, shown, toggle }: HelpProps) {
  const t = useT();
  return (
    <>
      <div class="bar foot">
        <label class="check">
          <input type="checkbox" checked={singleKeys} onChange={toggleKeys} />
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
            {HELP.map(([keys, words]) => (
              <div key={words}>
                <dt>
                  {keys.split(" ").map((key) => (
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
