// SPDX-License-Identifier: Apache-2.0
// The end of an interview on the desk, by keyboard alone: compere and moderator settle what is left,
// each with one key, and the transcript is published. At two widths, under the eyes of axe.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inspect, launch, MISSING } from "../kit/browser.mjs";
import { eventually, PASSWORD, Server } from "../kit/fangtan.mjs";
import {
  ACCOUNTS,
  advance,
  approve,
  COMPERE,
  GUEST,
  liveInterview,
  ROSTER,
  reject,
} from "../kit/interview.mjs";

const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 800 },
];

const rules = mkdtempSync(join(tmpdir(), "fangtan-gate-"));
writeFileSync(join(rules, "town.conf"), "may_lapse = yes\n");

let server;
let browser;
const staff = {};
const wrong = []; // what the screens' inspection found

before(async () => {
  if (MISSING) return;
  server = await Server.start({
    accounts: ACCOUNTS,
    env: {
      FANGTAN_MODERATION_RULE_SETS: rules,
      FANGTAN_MODERATION_UNDO_MS: "10",
      FANGTAN_MODERATION_ADDRESS_BURST: "1000",
    },
  });
  for (const name of ["admin", "compere", "guest", "moderator", "moderator2"])
    staff[name] = (await server.staff(name)).keepOpen();
  browser = await launch();
});

after(async () => {
  for (const client of Object.values(staff)) await client.close();
  await browser?.close();
  await server?.finish();
  rmSync(rules, { recursive: true, force: true });
});

// ---- what is left ----------------------------------------------------------------------------

/** An interview in `editing` in which nearly everything is left; its id. */
async function ending(topic) {
  const roster = [...ROSTER, { user: "moderator", duty: "reviewer" }];
  const policy = {
    asking: "anonymous",
    question_public: "on_approve",
    chains: { guest: ["moderator"], compere: [], stenographer: [] },
  };
  const changes = { topic, policy, rule_set: "town" };
  const { interview, version } = await liveInterview(staff.admin, changes, roster);
  const citizen = async (text) => {
    const client = await server.citizen();
    const { question, receipt_no, secret } = await client.command("question.ask", {
      interview,
      text,
    });
    await client.close();
    return { question, receipt_no, secret };
  };
  const watch = await staff.compere.watch(interview);
  const isPublic = (id) => (event) => event.type === "question.approved" && event.question === id;

  const leader = await citizen("Who pays for the meters?");
  await approve(staff.moderator, leader.question);
  await watch.event((event) => isPublic(leader.question)(event) && event.public);
  const say = (who, speaker, text, more = {}) =>
    staff[who].command("statement.publish", {
      interview,
      kind: "answer",
      speaker,
      text,
      questions: [],
      ...more,
    });
  await say("compere", COMPERE.name, "The bureau does.", { questions: [leader.question] });

  await citizen("Is lead in the pipes of Mill Street?");
  await citizen("Buy filters from us.");
  await citizen("Meters, who pays for them?");
  await citizen("My bill of May is wrong.");
  await citizen("Will it ever rain again?");
  const aside = await citizen("Who was told of the leak?");
  const { claim_epoch } = await staff.moderator.command("question.claim", {
    question: aside.question,
  });
  await staff.moderator.command("question.hold", {
    question: aside.question,
    version: 1,
    claim_epoch,
    note: "Ask the lawyers.",
  });
  const appealed = await citizen("Why is the tower closed?");
  await reject(staff.moderator2, appealed.question, "off_topic");
  const { receipt_no, secret } = appealed;
  const asker = await server.citizen();
  await asker.command("question.appeal", { receipt_no, secret, note: "It is a water tower." });
  await asker.close();
  const current = await citizen("When does Well Lane get new pipes?");
  await approve(staff.moderator, current.question);
  await staff.compere.command("question.put_on_air", { question: current.question });

  await say("guest", GUEST.name, "The tanks were cleaned in May.");
  await say("guest", GUEST.name, "I am not sure about June.");
  await say("guest", GUEST.name, "Nobody knows.");
  const { statement } = await say("guest", GUEST.name, "Passed while all was on hold.");
  await staff.compere.command("feed.freeze", { interview, reason: "A moment" });
  await staff.moderator.command("statement.pass", { statement, version: 1 });
  await staff.compere.command("feed.unfreeze", { interview });
  await staff.compere.command("feed.delay", { interview, seconds: 300 });
  await say("compere", COMPERE.name, "One word in closing.", { kind: "remark" });
  await advance(staff.admin, { interview, version }, "draining", "ended", "editing");
  return interview;
}

// ---- by keyboard -----------------------------------------------------------------------------

async function signedIn(name, topic, viewport) {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    viewport,
    bypassCSP: true, // for axe alone
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto("/desk/?lang=en");
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: topic }).press("Enter");
  await page.getByRole("heading", { name: topic }).waitFor();
  return page;
}

const listOf = (page) => page.getByRole("listbox", { name: "What is left to settle" });

/** Tab until it has the focus. */
async function tabTo(page, target) {
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let i = 0; i < 60 && !(await isThere()); i++) await page.keyboard.press("Tab");
  assert.ok(await isThere(), "it is reached by Tab");
}

/** Goes through the list until this one is chosen. */
async function choose(page, text) {
  const chosen = listOf(page).locator('[aria-selected="true"]');
  const option = listOf(page).getByRole("option").filter({ hasText: text });
  await option.waitFor();
  const place = (one) =>
    one.evaluate((element) => [...element.parentElement.children].indexOf(element));
  for (;;) {
    const way = (await place(option)) - (await place(chosen));
    if (way === 0) return;
    await page.keyboard.press(way > 0 ? "j" : "ArrowUp");
  }
}

/** Chooses one, presses these keys, and waits until it has left the list. */
async function settle(page, text, ...keys) {
  await choose(page, text);
  for (const key of keys) {
    if (key.length > 1 && key.includes(" ")) await page.keyboard.type(key);
    else await page.keyboard.press(key);
  }
  const option = listOf(page).getByRole("option").filter({ hasText: text });
  await option.waitFor({ state: "detached" });
}

const order = (page) =>
  listOf(page)
    .getByRole("option")
    .evaluateAll((options) => options.map(({ id }) => id));

const look = async (page, screen) => wrong.push(...(await inspect(page, screen)));

for (const size of SIZES) {
  test(`what is left is settled by keyboard, and published, ${size.width} wide`, {
    skip: MISSING,
    timeout: 300_000,
  }, async () => {
    const topic = `Water, ${size.width}`;
    await ending(topic);
    const compere = await signedIn("compere", topic, size);
    const moderator = await signedIn("moderator", topic, size);
    for (const page of [compere, moderator]) {
      await page.getByRole("heading", { name: /13 to settle/ }).waitFor();
      await tabTo(page, listOf(page));
    }
    await look(compere, "gate-compere");
    await look(moderator, "gate-moderator");

    // The compere: a department, no reply, off air, and what the delay holds.
    await choose(compere, "Is lead in the pipes");
    await compere.keyboard.press("t");
    await look(compere, "gate-refer");
    await compere.keyboard.press("Escape");
    await settle(compere, "Is lead in the pipes", "t", "Enter");
    await choose(compere, "Will it ever rain");
    await compere.keyboard.press("z");
    await look(compere, "gate-lapse");
    await compere.keyboard.press("Escape");
    await settle(compere, "Will it ever rain", "z", "Nobody here can tell.", "Control+Enter");
    await choose(compere, "Buy filters");
    assert.equal(
      await compere.getByRole("button", { name: /^Do not approve/ }).count(),
      0,
      "a compere does not turn down",
    );
    await choose(compere, "Well Lane");
    await compere.keyboard.press("o");
    await listOf(compere)
      .getByRole("option")
      .filter({ hasText: "Well Lane" })
      .getByText("Queued")
      .waitFor();
    await settle(compere, "Well Lane", "t", "Roads of the town", "Enter");
    await settle(compere, "One word in closing", "b", "Too late.", "Control+Enter");
    await settle(compere, "Nobody knows", "c", "Enter");
    await settle(compere, "Passed while all was on hold", "f");

    // The list stays as it is under the compere's eyes while the moderator is at work.
    const before = await order(compere);
    await listOf(moderator)
      .getByRole("option")
      .filter({ hasText: "Nobody knows" })
      .and(moderator.locator(".done"))
      .waitFor();
    await choose(moderator, "Buy filters");
    await moderator.keyboard.press("d");
    await look(moderator, "gate-reject");
    await moderator.keyboard.press("Escape");
    await settle(moderator, "Buy filters", "d", "0"); // the tenth reason
    await choose(moderator, "Meters, who pays");
    await moderator.keyboard.press("g");
    await look(moderator, "gate-group");
    await moderator.keyboard.press("Escape");
    await settle(moderator, "Meters, who pays", "g", "pays for the meters?", "Enter");
    await settle(moderator, "My bill of May", "a", "We shall write to you.", "Control+Enter");
    await settle(moderator, "Who was told of the leak", "t", "Enter");
    await choose(moderator, "Why is the tower");
    await moderator.keyboard.press("f"); // the appeal is granted …
    await moderator.keyboard.press("j");
    await listOf(moderator)
      .getByRole("option")
      .filter({ hasText: "Why is the tower" })
      .getByText("Waiting")
      .waitFor();
    await settle(moderator, "Why is the tower", "t", "Enter"); // … and now somebody looks at it
    await settle(moderator, "I am not sure", "b", "Say what you know.", "Control+Enter");
    assert.deepEqual(await order(compere), before);

    // After a reload the list is there again, without what is settled.
    await compere.reload();
    await compere.getByRole("heading", { name: /1 to settle/ }).waitFor();
    assert.equal((await order(compere)).length, 1);
    await tabTo(compere, listOf(compere));
    await compere.keyboard.press("?");
    await look(compere, "gate-keys");
    await settle(moderator, "The tanks were cleaned", "f");
    for (const page of [compere, moderator])
      await page.getByRole("heading", { name: "Nothing is left to settle." }).waitFor();
    await look(moderator, "gate-empty");

    await tabTo(compere, compere.getByRole("button", { name: "Publish the transcript" }));
    await compere.keyboard.press("Enter");
    await tabTo(compere, compere.getByRole("button", { name: "Yes: Publish the transcript" }));
    await compere.keyboard.press("Enter");
    await eventually(
      async () => (await compere.locator(".course b").first().textContent()) === "Published",
      "the transcript is published",
    );
    for (const page of [compere, moderator]) await page.context().close();
  });
}

test("no screen breaks a rule of accessibility", { skip: MISSING }, () => {
  assert.deepEqual(wrong, []);
});
