// SPDX-License-Identifier: Apache-2.0
// What every screen of the desk needs: words, the wire, and a voice for screen readers.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import en from "../../i18n/desk/en.json";
import zhHans from "../../i18n/desk/zh-Hans.json";
import zhHant from "../../i18n/desk/zh-Hant.json";
import { type Catalogue, type Translate, translator } from "../core/i18n.ts";
import type { Desk, OpenInterview } from "./desk.ts";
import type { StaffState } from "./folding.ts";
import { Store } from "./store.ts";

export type Lang = "zh-Hans" | "zh-Hant" | "en";
export const LANGS: readonly [Lang, ...Lang[]] = ["zh-Hans", "zh-Hant", "en"];
export const LANG_NAMES: Readonly<Record<Lang, string>> = {
  "zh-Hans": "简体中文",
  "zh-Hant": "繁體中文",
  en: "English",
};
export const CATALOGUES: Readonly<Record<Lang, Catalogue>> = {
  "zh-Hans": zhHans,
  "zh-Hant": zhHant,
  en,
};

const TranslateContext = createContext<Translate>(translator(zhHans));
export const TranslateProvider = TranslateContext.Provider;

/** The words of the reader's language. */
export function useT(): Translate {
  return useContext(TranslateContext);
}

/** What screen readers hear next, politely. */
export const spoken = new Store("");

export function announce(text: string): void {
  // The same sentence twice is said twice only when the text differs.
  spoken.value = spoken.value === text ? `${text}\u00a0` : text;
}

/** What a console works on. */
export interface Work {
  desk: Desk;
  open: OpenInterview;
  state: StaffState;
  actor: string;
}
