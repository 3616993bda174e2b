// SPDX-License-Identifier: Apache-2.0
// The frame of the desk: language, sign-in, and which screen the address names.
// Addresses: #/ the list, #/portal what administrators set, #/i/ID and #/i/ID/CONSOLE one interview.
import { useEffect, useMemo, useState } from "preact/hooks";
import { chooseLanguage, translator } from "../core/i18n.ts";
import type { ConnectionState } from "../core/socket.ts";
import { logout } from "./api.ts";
import {
  CATALOGUES,
  LANG_NAMES,
  LANGS,
  type Lang,
  spoken,
  TranslateProvider,
  useT,
} from "./context.tsx";
import { Desk } from "./desk.ts";
import { InterviewScreen } from "./interview.tsx";
import { InterviewList } from "./list.tsx";
import { PortalScreen } from "./portal.tsx";
import { type Account, SignIn } from "./signin.tsx";
import { remember, remembered, useStore } from "./store.ts";

const LANG_KEY = "fangtan.lang";
const SIGNED_IN_KEY = "fangtan.csrf"; // there while a session may exist

function firstLang(shellLang: string | undefined): Lang {
  const asked = new URLSearchParams(location.search).get("lang");
  const wishes = [asked, remembered(LANG_KEY), shellLang, navigator.language];
  return chooseLanguage(wishes, LANGS) as Lang;
}

export interface Route {
  portal?: boolean;
  interview: string | null;
  console: string | null;
}

export function parseRoute(hash: string): Route {
  const [, place, interview, console] = hash.replace(/^#/, "").split("/");
  if (place === "portal") return { portal: true, interview: null, console: null };
  if (place !== "i" || !interview) return { interview: null, console: null };
  try {
    return { interview: decodeURIComponent(interview), console: console ?? null };
  } catch {
    return { interview: null, console: null }; // damaged on its way here
  }
}

/** The demo's addresses bring an account along: #sign-in=NAME:PASSWORD. */
export function parseOffer(hash: string): Account | null {
  const [, name, password] = /^#sign-in=([^:]+):(.+)$/.exec(hash) ?? [];
  return name && password ? { name, password } : null;
}

// Taken once, and out of the address bar and the history at once. Elsewhere than in a demo such an
// address would sign somebody in under an account of another's choice.
function takeOffer(isDemo: boolean): Account | null {
  const offer = parseOffer(location.hash);
  if (offer) history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  return isDemo ? offer : null;
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return useMemo(() => parseRoute(hash), [hash]);
}

export function App(props: { shellLang: string | undefined; isDemo: boolean }) {
  const [lang, setLang] = useState<Lang>(() => firstLang(props.shellLang));
  const t = useMemo(() => translator(CATALOGUES[lang]), [lang]);
  const [offer, setOffer] = useState(() => takeOffer(props.isDemo));
  const [signedIn, setSignedIn] = useState(() => !offer && remembered(SIGNED_IN_KEY) !== null);
  const [expired, setExpired] = useState(false);
  const [desk, setDesk] = useState<Desk | null>(null);

  useEffect(() => {
    document.documentElement.lang = lang;
    document.title = t("desk.title");
  }, [lang, t]);

  useEffect(() => {
    if (!signedIn) return;
    const made = new Desk(lang, () => {
      remember(SIGNED_IN_KEY, null);
      setSignedIn(false);
      setExpired(true);
    });
    setDesk(made);
    return () => {
      setDesk(null);
      made.connection.close();
    };
  }, [signedIn, lang]);

  const choose = (next: Lang) => {
    remember(LANG_KEY, next);
    setLang(next);
  };
  const signOut = async () => {
    await logout().catch(() => {}); // without a network the session ends by itself
    setSignedIn(false);
    setExpired(false);
    location.hash = "";
  };

  return (
    <TranslateProvider value={t}>
      <Header lang={lang} choose={choose} desk={desk} signOut={signOut} />
      <main id="main">
        {!signedIn && (
          <SignIn
            expired={expired}
            offer={offer}
            done={() => {
              setOffer(null);
              setExpired(false);
              setSignedIn(true);
            }}
          />
        )}
        {signedIn && desk && <Screen desk={desk} />}
      </main>
      <Voice />
    </TranslateProvider>
  );
}

function Screen(props: { desk: Desk }) {
  const route = useRoute();
  const who = useStore(props.desk.who);
  const t = useT();
  if (!who) {
    return (
      <p class="waiting" role="status">
        {t("link.connecting")}
      </p>
    );
  }
  if (route.portal && who.role === "portal_admin") return <PortalScreen desk={props.desk} />;
  if (route.interview === null) return <InterviewList desk={props.desk} />;
  return (
    <InterviewScreen
      key={route.interview}
      desk={props.desk}
      who={who}
      id={route.interview}
      console={route.console}
    />
  );
}

interface HeaderProps {
  lang: Lang;
  choose(lang: Lang): void;
  desk: Desk | null;
  signOut(): void;
}

function Header({ lang, choose, desk, signOut }: HeaderProps) {
  const t = useT();
  return (
    <header class="top">
      <a class="brand" href="#/">
        {t("desk.title")}
      </a>
      <span class="grow" />
      {desk && <Link desk={desk} />}
      <label>
        <span class="hidden-text">{t("desk.language")}</span>
        <select
          value={lang}
          onChange={(event) => choose(event.currentTarget.value as Lang)}
          name="lang"
        >
          {LANGS.map((name) => (
            <option key={name} value={name} lang={name}>
              {LANG_NAMES[name]}
            </option>
          ))}
        </select>
      </label>
      {desk && (
        <button type="button" class="quiet" onClick={signOut}>
          {t("desk.sign_out")}
        </button>
      )}
    </header>
  );
}

const LINK_CLASS: Readonly<Record<ConnectionState, string>> = {
  connecting: "warn",
  live: "good",
  reconnecting: "warn",
  offline: "bad",
  closed: "bad",
};

function Link({ desk }: { desk: Desk }) {
  const t = useT();
  const link = useStore(desk.link);
  const who = useStore(desk.who);
  return (
    <span class="who">
      {who && <span class="account">{who.actor}</span>}
      <span class={`link ${LINK_CLASS[link]}`} role="status">
        <span>{t(`link.${link}`)}</span>
      </span>
    </span>
  );
}

function Voice() {
  return (
    <div class="hidden-text" role="status">
      {useStore(spoken)}
    </div>
  );
}
