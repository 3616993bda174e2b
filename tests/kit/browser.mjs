// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium for stories about screens, and axe's eye on them.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromWebClient, ROOT } from "./fangtan.mjs";

const CHROMIUM = "/usr/bin/chromium";
const AXE = fromWebClient.resolve("axe-core/axe.min.js");
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const ARTEFACTS = process.env.FANGTAN_ARTEFACTS ?? join(ROOT, "build/artefacts");
/** Why a story about screens is skipped, or false. */
export const MISSING = !existsSync(CHROMIUM) && `no ${CHROMIUM}`;

export function launch() {
  mkdirSync(ARTEFACTS, { recursive: true });
  const { chromium } = fromWebClient("playwright-core");
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/**
 * A picture of the page as it is, and what is wrong with it: axe's violations, scrolling sideways.
 * Its context has bypassCSP: axe is a script that our pages would not load.
 */
export async function inspect(page, screen) {
  const { width } = page.viewportSize();
  await page.screenshot({ path: join(ARTEFACTS, `${screen}-${width}.png`), fullPage: true });
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
  await page.addScriptTag({ content: readFileSync(AXE, "utf8") });
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return [
    ...(isWide ? [`${screen} at ${width}: scrolls sideways`] : []),
    ...violations.map(
      ({ id, help, nodes }) =>
        `${screen} at ${width}: ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`,
    ),
  ];
}
