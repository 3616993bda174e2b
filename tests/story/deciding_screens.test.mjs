// SPDX-License-Identifier: Apache-2.0
// Deciding by two persons on the desk, by keyboard alone: what a reason or a held question still
// asks for, what the first person proposes, and the same keys by which the second agrees. At two
// widths, under the eyes of axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, launch, MISSING } from "../kit/browser.mjs";
import { eventually, PASSWORD, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, approve, liveInterview, ROSTER } from "../kit/interview.mjs";

const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 800 },
];

let server;
let browser;
const staff = {};
const wrong = []; // what the screens' inspection found
const look = async (page, screen) => wrong.push(...(await inspect(page, screen)));

before(async () => {
  if (MISSING) return;
  server = await Server.start({
    accounts: ACCOUNTS,
    env: { FANGTAN_MODERATION_UNDO_MS: "10", FANGTAN_MODERATION_ADDRESS_BURST: "1000" },
  });
  for (const name of ["admin", "moderator"]) staff[name] = (await server.staff(name)).keepOpen();
  browser = await launch();
});

after(async () => {
  for (const client of Object.values(staff)) await client.close();
  await browser?.close();
  await server?.finish();
});

async function ask(interview, text) {
  const client = await server.citizen();
  const { question } = await client.command("question.ask", { interview, text });
  await client.close();
  return question;
}

/** What waits: one is public already and one was held. The ids by name. */
async function waiting(topic) {
  const roster = [...ROSTER.filter(({ user }) => user !== "moderator2")];
  roster.push({ user: "moderator2", duty: "reviewer" });
  const live = await liveInterview(staff.admin, { topic }, roster);
  const { interview } = live;
  const first = await ask(interview, "When does the bath open?");
  await approve(staff.moderator, first);
  const ids = {
    held: await ask(interview, "Who sold the old bath?"),
    bus: await ask(interview, "Why is the bus late?"),
    again: await ask(interview, "When will the bath be open?"),
    lamp: await ask(interview, "A lamp is out, call 555-0143."),
  };
  const { claim_epoch } = await staff.moderator.command("question.claim", { question: ids.held });
  const hold = { question: ids.held, version: 1, claim_epoch };
  await staff.moderator.command("question.hold", hold);
  const { version } = (await staff.admin.watch(interview)).snapshot.interview;
  await staff.admin.command("interview.update", {
    interview,
    version,
    set: {
      policy: {
        asking: "anonymous",
        question_public: "on_approve",
        chains: { question: ["reviewer"] },
      },
    },
  });
  return { interview, first, ids };
}

async function signedIn(name, topic, viewport) {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    viewport,
    bypassCSP: true, // for axe alone
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto("/desk/?lang=en");
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: topic }).press("Enter");
  await page.getByRole("heading", { name: topic }).waitFor();
  return page;
}

const listOf = (page) => page.getByRole("listbox", { name: "Questions" });
const optionOf = (page, text) => listOf(page).getByRole("option").filter({ hasText: text });

/** Goes through the list until this one is chosen. */
async function choose(page, text) {
  await optionOf(page, text).waitFor();
  await listOf(page).focus();
  for (let i = 0; i < 20; i++) {
    if ((await optionOf(page, text).getAttribute("aria-selected")) === "true") return;
    await page.keyboard.press(i < 10 ? "j" : "k");
  }
  assert.fail(`${text} is not reached`);
}

const isGone = (page, text) => optionOf(page, text).waitFor({ state: "detached" });

for (const size of SIZES) {
  test(`two persons decide by the same keys, ${size.width} wide`, {
    skip: MISSING,
    timeout: 300_000,
  }, async () => {
    const topic = `Bath, ${size.width}`;
    const { interview, first, ids } = await waiting(topic);
    const one = await signedIn("moderator", topic, size);
    await choose(one, "old bath");
    await one.keyboard.press("f");
    await look(one, "release");
    await one.keyboard.press("2"); // ready words
    await isGone(one, "old bath");
    await choose(one, "bus late");
    await one.keyboard.press("d");
    await one.keyboard.press("3");
    await look(one, "pointer");
    await one.keyboard.type("Ask the traffic office.");
    await one.keyboard.press("Control+Enter");
    await isGone(one, "bus late");
    await choose(one, "bath be open");
    await one.keyboard.press("d");
    await one.keyboard.press("1");
    await one.keyboard.type("does the bath");
    await look(one, "duplicate");
    await one.keyboard.press("Shift+Enter");
    await isGone(one, "bath be open");
    await choose(one, "A lamp");
    await one.keyboard.press("e");
    await one.keyboard.press("Control+a");
    await one.keyboard.type("A lamp is out.");
    await one.keyboard.press("Control+Enter");
    await isGone(one, "A lamp");

    const two = await signedIn("moderator2", topic, size);
    await two.getByRole("button", { name: /For review 4/ }).press("Enter");
    await choose(two, "A lamp");
    await two.locator("del", { hasText: "555-0143" }).waitFor({ state: "attached" });
    await look(two, "proposal");
    await two.keyboard.press("f");
    await isGone(two, "A lamp");
    await choose(two, "old bath");
    await two.keyboard.press("f");
    await isGone(two, "old bath");
    for (const [text, digit] of [
      ["bus late", "3"],
      ["bath be open", "1"],
    ]) {
      await choose(two, text);
      await two.keyboard.press("d");
      if (digit === "3") await look(two, "agree");
      await two.keyboard.press(digit);
      await isGone(two, text);
    }
    const rows = async () => {
      const { snapshot } = await staff.admin.watch(interview);
      return new Map(snapshot.questions.map((row) => [row.question, row]));
    };
    await eventually(
      async () => (await rows()).get(ids.again).stage === "rejected",
      "the last one has come",
    );
    const found = await rows();
    const of = (id) => found.get(id);
    assert.deepEqual([of(ids.lamp).stage, of(ids.lamp).text], ["approved", "A lamp is out."]);
    assert.equal(of(ids.held).notes[0].text, "Checked: no personal data in it");
    assert.deepEqual(
      [of(ids.bus).code, of(ids.bus).note],
      ["not_our_remit", "Ask the traffic office."],
    );
    assert.deepEqual([of(ids.again).code, of(ids.again).duplicate_of], ["duplicate", first]);
    for (const id of Object.values(ids))
      assert.deepEqual([of(id).passed_by, of(id).decided_by], ["moderator", "moderator2"]);
    for (const page of [one, two]) await page.context().close();
  });
}

test("no screen breaks a rule of accessibility", { skip: MISSING }, () => {
  assert.deepEqual(wrong, []);
});
