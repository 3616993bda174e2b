// SPDX-License-Identifier: Apache-2.0
// One question's life in real browsers on the real server: asked on the page, approved by keyboard,
// put on air, answered in the editor, read by everybody; also without a line for a while, without
// a script, and under the eyes of axe. Pictures of every screen go to build/artefacts.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ARTEFACTS, inspect, launch, MISSING } from "../kit/browser.mjs";
import { eventually, PASSWORD, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, advance, liveInterview, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { Line } from "../kit/line.mjs";

const WIDTHS = [390, 1280];
const TOPIC = "Drinking water in the old town";
const QUESTION =
  "When will the pipes in Well Lane be replaced? The water has been brown since May.";
const PLAIN = "Asked without a script: who pays for the new meters?";
const ANSWER = "In September. Until then a tank wagon stands at the corner every morning.";

const REMARK = "The tank wagon is there from Monday.";

let server;
let browser;
let line; // of the reader
let interview;
const faults = []; // what the pages' own consoles complained about

before(async () => {
  if (MISSING) return;
  server = await Server.start({
    accounts: ACCOUNTS,
    env: { FANGTAN_MODERATION_UNDO_MS: "1500", FANGTAN_MODERATION_ADDRESS_BURST: "1000" },
  });
  const admin = await server.staff("admin");
  const coming = await plan(admin, { topic: "Bicycle lanes: announced only" });
  await advance(admin, coming, ...TO_ANNOUNCED);
  await admin.command("asking.set", { interview: coming.interview, state: "precollect" });
  interview = (await liveInterview(admin, { topic: TOPIC })).interview;
  await admin.close();
  line = await Line.to(server.port);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  line?.close();
  await server?.finish();
});

// ---- people ----------------------------------------------------------------------------------

async function person(name, options = {}) {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`${name}: ${error}`));
  page.on("console", (message) => {
    const text = message.text();
    const isOffline =
      /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_EMPTY_RESPONSE|WebSocket connection/.test(
        text,
      );
    if (message.type() === "error" && !isOffline) faults.push(`${name}: ${text}`);
  });
  return { name, context, page };
}

async function citizen(name, options) {
  const someone = await person(name, options);
  await someone.page.goto(`/i/${interview}?lang=en`);
  return someone;
}

async function member(name, console) {
  const someone = await person(name);
  const { page } = someone;
  await page.goto("/desk/?lang=en");
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: TOPIC }).click();
  if (console) await page.locator(`a[href$="/${console}"]`).click();
  await page.getByRole("heading", { name: TOPIC }).waitFor();
  return someone;
}

/** New cards may wait behind a button, where the reader is in the middle of something. */
async function sees(page, text) {
  const card = page.locator("#cards").getByText(text, { exact: false }).first();
  await eventually(
    async () => {
      const more = page.locator("#more");
      if (await more.isVisible()) await more.click();
      return card.isVisible();
    },
    `the page shows: ${text}`,
    20_000,
  );
}

// ---- looking at screens ----------------------------------------------------------------------

/** Pictures at both widths, and what axe finds there. path: as the person's browser shows it. */
async function look(someone, screen, url = undefined) {
  const { context, page } = someone;
  const eye = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    storageState: await context.storageState(),
    bypassCSP: true, // axe is a script that our pages would not load
  });
  const copy = await eye.newPage();
  const found = [];
  for (const width of WIDTHS) {
    await copy.setViewportSize({ width, height: 900 });
    await copy.goto(url ?? page.url(), { waitUntil: "load" });
    await copy.waitForTimeout(700); // the desk connects and draws
    found.push(...(await inspect(copy, screen)));
  }
  await eye.close();
  return found;
}

// ---- the story -------------------------------------------------------------------------------

test("one question's life", { skip: MISSING, timeout: 600_000 }, async (t) => {
  const violations = [];
  const plain = await citizen("plain", { javaScriptEnabled: false });
  const asker = await citizen("asker");
  const reader = await citizen("reader", {
    baseURL: line.origin,
    viewport: { width: 390, height: 800 },
  });

  await t.test("without a script the page is read and the form sent", async () => {
    const { page } = plain;
    assert.equal(await page.locator("h1").first().textContent(), TOPIC);
    await page.goto(`/i/${interview}/ask?lang=en`);
    await page.getByLabel("Your question").fill(PLAIN);
    await page.getByRole("button", { name: "Send question" }).click();
    await page.getByRole("heading", { name: "We have received your question" }).waitFor();
    const [no, secret] = await page.locator("dd.code").allInnerTexts();
    await page.screenshot({ path: join(ARTEFACTS, "receipt-plain-1280.png"), fullPage: true });
    await page.goto("/q?lang=en");
    await page.getByLabel("Receipt number").fill(no);
    await page.getByLabel("Query code").fill(secret);
    await page.getByRole("button", { name: "Look up" }).click();
    assert.match(await page.locator("main").textContent(), /Waiting to be checked/);
    await page.screenshot({ path: join(ARTEFACTS, "lookup-plain-1280.png"), fullPage: true });
  });

  await t.test("a citizen asks on the page and gets a receipt", async () => {
    const { page } = asker;
    await page.locator("#ask-text").fill(QUESTION);
    await page.locator("#ask-name").fill("Mrs Gu");
    await page.getByRole("button", { name: "Send question" }).click();
    await page.locator("#receipt").waitFor();
    assert.match(
      await page.locator("#receipt dd.code").first().textContent(),
      /^[0-9A-Z]{4}-[0-9A-Z]{4}$/,
    );
    assert.equal(await page.locator("#ask-text").inputValue(), "");
    await page.locator("#mine").getByText("Waiting to be checked", { exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/i/${interview}`, "without leaving the page");
  });

  await t.test("too long a question is not sent, and the fault has the focus", async () => {
    const { page } = reader;
    await page.locator("#ask-text").fill("水".repeat(1001));
    await page.getByRole("button", { name: "Send question" }).click();
    await page.getByText("Shorten it to 1000 characters").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "ask-faults");
    await page.locator("#ask-text").fill("");
    await page.locator("h1").first().click();
  });

  const moderator = await member("moderator");
  violations.push(...(await look(moderator, "desk-moderator")));
  await reader.context.setOffline(true);
  line.cut();

  await t.test("the moderator approves it by keyboard: j, f", async () => {
    const { page } = moderator;
    const list = page.getByRole("listbox");
    await list.getByRole("option").nth(1).waitFor();
    await list.focus();
    await page.keyboard.press("j");
    const selected = page.locator('[role="option"][aria-selected="true"]');
    assert.match(await selected.textContent(), /When will the pipes in Well Lane/);
    await page.keyboard.press("f");
    await page.getByRole("button", { name: /Undo approval/ }).waitFor();
    assert.equal(await list.getByRole("option").count(), 1, "the other one is left");
  });

  await t.test("everybody sees the card, who was offline too once the line is back", async () => {
    await sees(asker.page, "When will the pipes in Well Lane");
    const { page } = reader;
    assert.equal(await page.locator("#cards").getByText("When will the pipes").count(), 0);
    await page.getByText("You are offline").waitFor();
    line.mend();
    await reader.context.setOffline(false);
    await sees(page, "When will the pipes in Well Lane");
    await asker.page.locator("#mine").getByText("Approved", { exact: true }).waitFor();
  });

  const compere = await member("compere");
  const guest = await member("guest");

  await t.test("the compere puts it on air", async () => {
    const { page } = compere;
    await page.getByRole("button", { name: "Put on air" }).first().click();
    await page.getByRole("button", { name: "Take off air" }).waitFor();
    await guest.page.locator(".onair").getByText("When will the pipes in Well Lane").waitFor();
    for (const { page: seen } of [asker, reader])
      await seen.locator("#on-air").getByText("When will the pipes in Well Lane").first().waitFor();
  });
  for (const someone of [compere, guest])
    violations.push(...(await look(someone, `desk-${someone.name}`)));

  await t.test("the guest answers in the editor, and everybody reads it", async () => {
    const { page } = guest;
    await page.locator("textarea").fill(ANSWER);
    await page.getByRole("button", { name: /^Publish/ }).click();
    await eventually(async () => (await page.locator("textarea").inputValue()) === "", "published");
    for (const { page: seen } of [asker, reader]) {
      await sees(seen, "In September. Until then");
      assert.equal(await seen.locator("#on-air").isVisible(), false);
    }
    await asker.page.locator("#mine").getByText("Answered").first().waitFor();
    await compere.page.getByText("In September. Until then").first().waitFor();
    await plain.page.goto(`/i/${interview}?lang=en`);
    const words = await plain.page.locator("#cards").textContent();
    assert.ok(words.includes(QUESTION) && words.includes(ANSWER));
    assert.ok(!words.includes("who pays for the new meters"), "the other one is still hidden");
  });

  await t.test("a reader wants to know it too, and everybody sees how many do", async () => {
    const { page } = reader;
    await page.getByRole("button", { name: "I want to know too" }).first().click();
    await page.locator('button[form="vote"][aria-pressed="true"]').waitFor();
    await asker.page.locator("#cards .vote b").getByText("1", { exact: true }).waitFor();
  });

  await t.test("the moderator joins the other one by keyboard: g, words, Enter", async () => {
    const { page } = moderator;
    await page.getByRole("listbox").focus();
    await page.keyboard.press("g");
    await page.getByLabel("Receipt number or words").fill("when will the pipes");
    await page.keyboard.press("Enter");
    await page.getByText("No questions").waitFor();
    await asker.page.locator("#cards").getByText("Similar questions: 1").waitFor();
    assert.ok(!(await asker.page.content()).includes("who pays for the new meters"));
  });

  await t.test("what the script has built is what a reload gives", async () => {
    const { page } = reader;
    const built = await page.locator("#cards").textContent();
    await page.reload();
    assert.equal(await page.locator("#cards").textContent(), built);
  });

  await t.test("from the desk the feed is held and runs on; a draft waits meanwhile", async () => {
    const { page } = compere;
    await page.locator(".editor textarea").fill(REMARK);
    await page.getByRole("button", { name: "Save as draft" }).click();
    await page.locator(".item").getByText(REMARK).waitFor();
    await page.getByRole("button", { name: "Hold the public feed" }).click();
    await page.getByRole("button", { name: "Hold it now" }).click();
    const banner = reader.page.locator("#frozen");
    await banner.getByText("Updates are on hold").waitFor();
    await banner.getByText("Content is being checked").waitFor();
    violations.push(...(await look(compere, "desk-frozen")));
    violations.push(...(await look(reader, "live-frozen")));
    await page.getByRole("button", { name: "Resume the public feed" }).click();
    await eventually(async () => !(await banner.isVisible()), "the banner goes");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await sees(reader.page, REMARK);
  });

  await t.test("a correction and a retraction reach the reader at their place", async () => {
    const { page } = compere;
    const cards = reader.page.locator("#cards");
    const said = page.locator("li.statement").first();
    await said.getByRole("button", { name: "Correct" }).click();
    await said.getByLabel("Corrected text").fill(`${REMARK} At nine.`);
    await said.getByRole("button", { name: "Publish correction" }).click();
    await cards.getByText(`${REMARK} At nine.`).waitFor();
    await cards.locator(".corrected").waitFor();
    await said.getByRole("button", { name: "Take down" }).click();
    await said.getByRole("button", { name: "Take it down" }).click();
    await cards.getByText("This statement was taken down: It contained a mistake").waitFor();
    assert.ok(!(await cards.textContent()).includes(REMARK));
    const built = await cards.textContent();
    await reader.page.reload();
    assert.equal(await cards.textContent(), built);
  });

  await t.test("axe finds nothing on any screen", async () => {
    const nobody = await person("nobody");
    violations.push(...(await look(nobody, "column", "/?lang=en")));
    violations.push(...(await look(nobody, "lookup", "/q?lang=en")));
    violations.push(...(await look(nobody, "ask", `/i/${interview}/ask?lang=en`)));
    violations.push(...(await look(nobody, "error", "/nothing?lang=en")));
    violations.push(...(await look(nobody, "desk-signin", "/desk/?lang=en")));
    violations.push(...(await look(moderator, "desk-list", "/desk/?lang=en")));
    violations.push(...(await look(asker, "live", `/i/${interview}?lang=zh-Hans`)));
    await publish();
    violations.push(...(await look(nobody, "record", `/i/${interview}?lang=zh-Hant`)));
    assert.deepEqual(violations, []);
  });

  await t.test("no page has complained", () => {
    assert.deepEqual(faults, []);
  });
});

/** Ends the interview; what was left is rejected. */
async function publish() {
  const admin = await server.staff("admin");
  const moderator = await server.staff("moderator");
  const { snapshot } = await moderator.watch(interview);
  for (const row of snapshot.questions.filter(({ stage }) => stage === "pending")) {
    const claim = await moderator.command("question.claim", {
      question: row.question,
      take_over: true,
    });
    await moderator.command("question.reject", {
      question: row.question,
      version: row.version,
      claim_epoch: claim.claim_epoch,
      code: "unclear",
    });
  }
  const { version } = snapshot.interview;
  await advance(admin, { interview, version }, "draining", "ended", "editing", "published");
  for (const client of [admin, moderator]) await client.close();
}
