// SPDX-License-Identifier: Apache-2.0
// The desk in a real browser: what a rule set still demands, an override, a step with a reason,
// and the way back from being taken down. By keyboard only, and under the eyes of axe.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inspect, launch, MISSING } from "../kit/browser.mjs";
import { eventually, PASSWORD, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, advance, plan } from "../kit/interview.mjs";

const TOPIC = "Drinking water in the old town";

let server;
let browser;
let planned;
let rules;

before(async () => {
  if (MISSING) return;
  rules = mkdtempSync(join(tmpdir(), "fangtan-rules-"));
  writeFileSync(
    join(rules, "city.conf"),
    "notice_days = 3\nmin_topics = 2\nmust_attend = compere guest\n" +
      "overridable = notice_days min_topics\n",
  );
  server = await Server.start({
    accounts: ACCOUNTS,
    env: { FANGTAN_MODERATION_RULE_SETS: rules },
  });
  const admin = await server.staff("admin");
  const roster = [{ user: "compere", duty: "compere" }];
  planned = await plan(admin, { topic: TOPIC, rule_set: "city", topics: ["Pipes"] }, roster);
  await admin.close();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.finish();
  if (rules) rmSync(rules, { recursive: true, force: true });
});

async function signedIn(name) {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    viewport: { width: 1280, height: 900 },
    bypassCSP: true, // for axe alone
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto("/desk/?lang=en");
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: TOPIC }).click();
  await page.getByRole("heading", { name: TOPIC }).waitFor();
  return page;
}

// Focuses a button and presses it without a mouse.
async function press(page, name) {
  const button = page.getByRole("button", { name, exact: true });
  await button.focus();
  await page.keyboard.press("Enter");
}

const isAt = (page, stage) => page.locator(".course b", { hasText: stage }).first().waitFor();

async function look(page, screen) {
  assert.deepEqual(await inspect(page, screen), []);
}

test("an administrator reads what is unmet, and goes on where the rule set lets him", {
  skip: MISSING,
  timeout: 120_000,
}, async () => {
  const page = await signedIn("admin");
  await press(page, "Submit for review");
  const unmet = page.locator(".unmet");
  await unmet.waitFor();
  const said = await unmet.textContent();
  assert.match(said, /Topics announced: 1; required: 2/);
  assert.match(said, /Nobody on the roster is: a guest/);
  assert.equal(await unmet.locator("textarea").count(), 0, "the roster cannot be passed by");
  await look(page, "unmet");

  const admin = await server.staff("admin");
  const { interview, version } = planned;
  const roster = [
    { user: "compere", duty: "compere" },
    { user: "guest", duty: "guest" },
  ];
  await admin.command("interview.update", { interview, version, set: { roster } });
  await admin.close();
  // Until the desk has heard of the new roster, its step is refused as a stale one.
  await eventually(async () => {
    await press(page, "Submit for review");
    await page.waitForTimeout(300);
    return (await unmet.locator("textarea").count()) > 0;
  }, "only the topics are missing");
  await unmet.locator("textarea").fill("The list of topics follows.");
  await look(page, "override");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await isAt(page, "In review");

  await press(page, "Return to the draft");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Another guest.");
  await look(page, "reason");
  await dialog.getByRole("button", { name: "Yes: Return to the draft" }).press("Enter");
  await isAt(page, "Draft");
  await page.context().close();
});

test("what is taken down is restored from the desk", {
  skip: MISSING,
  timeout: 120_000,
}, async () => {
  const client = await server.staff("admin");
  const { interview } = planned;
  const { snapshot } = await client.watch(interview);
  const { version } = snapshot.interview;
  const set = { rule_set: "none" };
  const free = await client.command("interview.update", { interview, version, set });
  await advance(client, free, "in_review", "scheduled", "announced");
  await client.close();
  const page = await signedIn("admin");
  await press(page, "Take down");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("A mistake in the topic.");
  await dialog.getByRole("button", { name: "Yes: Take down" }).press("Enter");
  await isAt(page, "Taken down");
  await press(page, "Restore");
  await dialog.getByRole("button", { name: "Yes: Restore" }).press("Enter");
  await isAt(page, "Announced");
  await page.context().close();
});

test("nobody goes live while the feed is held, and one key lets it run on", {
  skip: MISSING,
  timeout: 120_000,
}, async () => {
  const client = await server.staff("admin");
  const { interview } = planned;
  const { snapshot } = await client.watch(interview);
  await advance(client, { interview, version: snapshot.interview.version }, "lobby");
  await client.command("feed.freeze", { interview, reason: "The hall is not ready" });
  await client.close();
  const page = await signedIn("admin");
  await press(page, "Go live");
  const unmet = page.locator(".unmet");
  await unmet.getByText("The public feed is on hold").waitFor();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, "unmet-feed");
  }
  await unmet.getByRole("button", { name: "Resume the public feed" }).press("Enter");
  await page.getByRole("button", { name: "Hold the public feed" }).waitFor();
  await press(page, "Go live");
  await isAt(page, "Live");
  await page.context().close();
});
