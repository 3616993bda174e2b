// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium for stories about screens, and axe's eye on them.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { haveChromium, startChromium } from "../../web-client/test/chromium.mjs";
import { fromWebClient, ROOT } from "./fangtan.mjs";

const AXE = fromWebClient.resolve("axe-core/axe.min.js");
const QR_READER = fromWebClient.resolve("jsqr");

export const ARTEFACTS = process.env.FANGTAN_ARTEFACTS ?? join(ROOT, "build/artefacts");
/** Why a story about screens is skipped, or false. */
export const MISSING = !haveChromium() && "no Chromium";

export function launch() {
  mkdirSync(ARTEFACTS, { recursive: true });
  return startChromium();
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

/** What a phone's camera reads in a QR code, from the picture of it as the browser shows it. */
export async function readCode(code) {
  const picture = (await code.screenshot()).toString("base64");
  const eye = await code.page().context().browser().newPage();
  try {
    await eye.addScriptTag({ path: QR_READER });
    return await eye.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const { width, height } = bitmap;
      const canvas = new OffscreenCanvas(width, height).getContext("2d");
      canvas.drawImage(bitmap, 0, 0);
      return globalThis.jsQR(canvas.getImageData(0, 0, width, height).data, width, height)?.data;
    }, picture);
  } finally {
    await eye.close();
  }
}
