// SPDX-License-Identifier: Apache-2.0
// The administrator's screen (#/portal): a notice to every visitor, and the words that askers and
// everybody read for each coded reason, in three languages.
import { useEffect, useState } from "preact/hooks";
import { Feed } from "../core/feed.ts";
import { type Notice, newCommandId, type Snapshot } from "../core/protocol.ts";
import { LANG_NAMES, LANGS, type Lang, useT } from "./context.tsx";
import { type Desk, explain } from "./desk.ts";
import { LevelSelect } from "./notices.tsx";
import { useFocusOnShow } from "./store.ts";

interface Reason {
  code: string;
  asker: Record<Lang, string>;
  public: Record<Lang, string>;
}

const AUDIENCES = ["asker", "public"] as const;
type Audience = (typeof AUDIENCES)[number];

export function PortalScreen({ desk }: { desk: Desk }) {
  const t = useT();
  const heading = useFocusOnShow();
  const [fault, setFault] = useState("");
  const run = async (method: string, params: Record<string, unknown>): Promise<boolean> => {
    setFault("");
    try {
      await desk.connection.call(method, { ...params, command_id: newCommandId() });
      return true;
    } catch (error) {
      setFault(explain(error, t));
      return false;
    }
  };
  return (
    <div class="page">
      <h1 ref={heading} tabIndex={-1}>
        {t("portal.title")}
      </h1>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <PortalNotices desk={desk} run={run} />
      <Wordings desk={desk} run={run} />
    </div>
  );
}

interface PartProps {
  desk: Desk;
  run(method: string, params: Record<string, unknown>): Promise<boolean>;
}

function PortalNotices({ desk, run }: PartProps) {
  const t = useT();
  const [level, setLevel] = useState("info");
  const [text, setText] = useState("");
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  useEffect(() => {
    let now: Notice[] = [];
    const feed = new Feed<Snapshot>(desk.connection, "portal", {
      snapshot: (snapshot) => {
        now = (snapshot.notices as (Notice & { recalled?: boolean })[]).filter((n) => !n.recalled);
        setNotices(now);
      },
      events: (events) => {
        for (const event of events) {
          if (event.type === "notice.issued") now = [...now, event as unknown as Notice];
          if (event.type === "notice.recalled") now = now.filter((n) => n.notice !== event.notice);
        }
        setNotices(now);
      },
    });
    return () => feed.stop();
  }, [desk]);
  const send = async (event: Event) => {
    event.preventDefault();
    if (await run("notice.issue", { to: "portal", level, text })) setText("");
  };
  return (
    <section class="card" aria-labelledby="portal-notices-h">
      <h2 id="portal-notices-h">{t("portal.notices")}</h2>
      <form class="row wrap" onSubmit={send}>
        <LevelSelect level={level} setLevel={setLevel} />
        <label class="grow">
          {t("notice.text")}{" "}
          <input
            value={text}
            required
            maxLength={500}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit">{t("notice.issue")}</button>
      </form>
      <ul>
        {notices.map(({ notice, text: words }) => (
          <li key={notice}>
            {words}{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => run("notice.recall", { interview: "portal", notice })}
            >
              {t("notice.recall")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Wordings({ desk, run }: PartProps) {
  const t = useT();
  const [reasons, setReasons] = useState<Reason[]>([]);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    desk.connection.call<{ reasons: Reason[] }>("reason.list", {}).then(
      (found) => {
        if (current) setReasons(found.reasons);
      },
      () => {}, // the next connection brings the screen anew
    );
    return () => {
      current = false;
    };
  }, [desk, round]);
  const save = async (code: string, lang: Lang, audience: Audience, text: string) => {
    const word = { code, lang, audience, ...(text ? { text } : {}) };
    if (await run("reason.word", word)) setRound(round + 1);
  };
  return (
    <section class="card" aria-labelledby="wordings-h">
      <h2 id="wordings-h">{t("portal.wordings")}</h2>
      <p class="meta">{t("portal.wordings_hint")}</p>
      {reasons.map((reason) => (
        <fieldset key={reason.code}>
          <legend>
            {t(`reason.${reason.code}`)} <code>{reason.code}</code>
          </legend>
          {AUDIENCES.map((audience) => (
            <fieldset key={audience} class="audience">
              <legend>{t(`portal.to.${audience}`)}</legend>
              {LANGS.map((lang) => (
                <label key={lang} class="row">
                  <span>{LANG_NAMES[lang]}</span>
                  <input
                    class="grow"
                    lang={lang}
                    defaultValue={reason[audience][lang]}
                    key={reason[audience][lang]}
                    maxLength={500}
                    onChange={(event) =>
                      save(reason.code, lang, audience, event.currentTarget.value.trim())
                    }
                  />
                </label>
              ))}
            </fieldset>
          ))}
        </fieldset>
      ))}
    </section>
  );
}
