// SPDX-License-Identifier: Apache-2.0
// Message catalogues: flat keys, texts with {placeholders}, no plural forms (the wordings are made
// so that a number fits beside them).

export type Catalogue = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

/** Gives the text of a key with its placeholders filled. An unknown key gives the key itself. */
export type Translate = (key: string, values?: Values) => string;

export function fill(text: string, values: Values): string {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function translator(catalogue: Catalogue): Translate {
  return (key, values = {}) => fill(catalogue[key] ?? key, values);
}

/**
 * The first wish that can be met. A wish is a BCP 47 tag or nothing: "zh-TW" is met by "zh-Hant",
 * other "zh" by "zh-Hans", "en-GB" by "en". Without any, the first of the offered ones.
 */
export function chooseLanguage(
  wishes: readonly (string | null | undefined)[],
  offered: readonly [string, ...string[]],
): string {
  for (const wish of wishes) {
    if (!wish) continue;
    const tag = wish.toLowerCase();
    const exact = offered.find((lang) => lang.toLowerCase() === tag);
    if (exact) return exact;
    const script = /^zh(-hant|-tw|-hk|-mo)(-|$)/.test(tag) ? "zh-Hant" : "zh-Hans";
    const near = tag.split("-")[0] === "zh" ? script : tag.split("-")[0];
    const found = offered.find((lang) => lang === near);
    if (found) return found;
  }
  return offered[0];
}
