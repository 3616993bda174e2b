// SPDX-License-Identifier: Apache-2.0
// golden.mjs RENDERER FIXTURES: what the C pages write and what the script builds is the same, for
// a snapshot and for every tail of events applied to an earlier page. Exit 77 without Chromium.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { options } from "../build.mjs";
import { haveChromium, startChromium } from "./chromium.mjs";

const [renderer, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: golden.mjs RENDERER FIXTURES");
  process.exit(2);
}
if (!haveChromium()) {
  console.log("skipped: no Chromium");
  process.exit(77);
}

const here = dirname(fileURLToPath(import.meta.url));
const bundle = await esbuild.build({
  ...options,
  entryPoints: [join(here, "golden-page.ts")],
  format: "iife",
  minify: false,
});
const script = bundle.outputFiles[0].text;

let checks = 0;
let faults = 0;

function compare(what, got, want) {
  checks++;
  if (got === want) return;
  faults++;
  let at = 0;
  while (got[at] === want[at]) at++;
  const near = (text) => text.slice(Math.max(0, at - 120), at + 120);
  console.error(`${what} differs at ${at}\n  script: ${near(got)}\n  server: ${near(want)}`);
}

// The server's bytes as the browser's serialiser writes them, in a page for the script to work on.
async function load(page, step) {
  await page.setContent(`<!DOCTYPE html><body>${step.on_air}${step.cards}</body>`);
  await page.addScriptTag({ content: script });
  return page.evaluate(() => window.shown());
}

async function check(page, name) {
  const fixture = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const steps = JSON.parse(
    execFileSync(renderer, [join(folder, name)], { encoding: "utf8", maxBuffer: 1 << 26 }),
  );
  const setting = {
    lang: fixture.lang,
    offset: fixture.utc_offset_minutes,
    starts: Date.parse(fixture.events[0].body.starts_at),
  };
  const events = fixture.events.map((event, i) => ({
    n: i + 1,
    at: event.at,
    type: event.type,
    ...event.body,
  }));
  const last = steps.at(-1);
  const want = await load(page, last);
  for (let n = 0; n < steps.length; n++) {
    const here = await load(page, steps[n]);
    const { snapshot } = steps[n];
    const built = await page.evaluate(([s, j]) => window.fromSnapshot(s, j), [setting, snapshot]);
    compare(`${name}: snapshot after event ${n + 1}`, built.cards, here.cards);
    compare(`${name}: on air after event ${n + 1}`, built.onAir, here.onAir);
    await load(page, steps[n]);
    const grown = await page.evaluate(
      ([s, e]) => window.fromEvents(s, e),
      [setting, events.slice(n + 1)],
    );
    compare(`${name}: events from ${n + 2}`, grown.cards, want.cards);
    compare(`${name}: on air, events from ${n + 2}`, grown.onAir, want.onAir);
  }
}

const browser = await startChromium();
try {
  const page = await browser.newPage();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    await check(page, name);
  }
} finally {
  await browser.close();
}
console.log(`${checks} comparisons, ${faults} faults`);
process.exit(faults ? 1 : 0);
