// SPDX-License-Identifier: Apache-2.0
// What is with departments, on the desk by keyboard alone and at two widths, under the eyes of axe;
// and what the asker, the page, its documents and the rule set say of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inspect, launch, MISSING } from "../kit/browser.mjs";
import { eventually, PASSWORD, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, advance, approve, liveInterview, ROSTER } from "../kit/interview.mjs";

const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 800 },
];

const rules = mkdtempSync(join(tmpdir(), "fangtan-cases-"));
writeFileSync(
  join(rules, "town.conf"),
  "answer_working_days = 5\nextension_working_days = 4\noverridable = open_cases\n",
);

let server;
let browser;
const staff = {};
const wrong = []; // what the screens' inspection found

before(async () => {
  server = await Server.start({
    accounts: { ...ACCOUNTS, checker: "staff", reviewer: "staff" },
    env: {
      FANGTAN_MODERATION_RULE_SETS: rules,
      FANGTAN_MODERATION_UNDO_MS: "10",
      FANGTAN_MODERATION_ADDRESS_BURST: "1000",
    },
  });
  for (const name of ["admin", "compere", "moderator", "checker", "reviewer"])
    staff[name] = (await server.staff(name)).keepOpen();
  if (!MISSING) browser = await launch();
});

after(async () => {
  for (const client of Object.values(staff)) await client.close();
  await browser?.close();
  await server?.finish();
  rmSync(rules, { recursive: true, force: true });
});

const DUTIES = [
  { user: "checker", duty: "policy_checker" },
  { user: "reviewer", duty: "reviewer" },
];

function live(topic) {
  return liveInterview(staff.admin, { topic, rule_set: "town" }, [...ROSTER, ...DUTIES]);
}

async function ask(interview, text) {
  const client = await server.citizen();
  const receipt = await client.command("question.ask", { interview, text });
  await client.close();
  return receipt;
}

async function refer({ question }, department, version, note) {
  const act = { question, version, department, ...(note ? { note } : {}) };
  return staff.moderator.command("question.refer", act);
}

/** Everybody has read it before it is referred. */
async function askPublic(interview, text) {
  const watch = await staff.compere.watch(interview);
  const receipt = await ask(interview, text);
  await approve(staff.moderator, receipt.question);
  const shown = (event) => event.type === "question.approved" && event.public;
  await watch.event((event) => shown(event) && event.question === receipt.question);
  return receipt;
}

async function status({ receipt_no, secret }) {
  const client = await server.citizen();
  const fate = await client.call("question.status", { receipt_no, secret });
  await client.close();
  return fate;
}

async function lookup({ receipt_no, secret }) {
  const body = new URLSearchParams({ receipt_no, secret });
  const page = await server.http("/q?lang=en", {
    method: "POST",
    body: String(body),
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
    },
  });
  return page.text;
}

// ---- what is said of a case ------------------------------------------------------------------

test("a moved date and its reason are read by everybody, what is to be made clear by its asker", async () => {
  const { interview } = await live("Moved dates");
  const asked = await askPublic(interview, "When is the weir mended?");
  const { question } = asked;
  let { version, due } = await refer(asked, "Water Bureau", 2);
  const act = async (who, method, more = {}) => {
    const done = await staff[who].command(method, { question, version, ...more });
    version = done.version;
    return done;
  };
  await act("checker", "case.accept");
  const extended = await act("reviewer", "case.extend", {
    working_days: 3,
    reason: "The weir is under water",
  });
  assert.ok(extended.due > due, "the date has moved");
  await assert.rejects(
    staff.reviewer.command("case.extend", { question, version, working_days: 2, reason: "More" }),
    ({ reason, data }) =>
      reason === "guard" &&
      data.guards[0].guard === "extension_working_days" &&
      data.guards[0].need === 4 &&
      data.guards[0].have === 5,
  );
  await act("checker", "case.stop_clock", { note: "Which of the two weirs?" });

  const fate = await status(asked);
  assert.equal(fate.case.stage, "clock_stopped");
  assert.equal(fate.case.due, extended.due);
  assert.equal(fate.case.stop_note, "Which of the two weirs?");
  assert.equal(fate.case.extension.reason, "The weir is under water");
  const own = await lookup(asked);
  assert.match(own, /Please make clear/);
  assert.match(own, /Which of the two weirs\?/);
  assert.match(own, /Extended because[\s\S]*The weir is under water/);

  for (const path of [
    `/i/${interview}?lang=en`,
    ...["txt", "md", "html", "json"].map(
      (format) => `/api/v1/interviews/${interview}/transcript.${format}?lang=en`,
    ),
  ]) {
    const { text } = await server.http(path);
    assert.match(text, /The weir is under water/, path);
    assert.match(text, /Paused on|stopped_at/, path);
    assert.doesNotMatch(text, /two weirs/, path);
  }
});

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
  await page.getByRole("link", { name: "With departments" }).press("Enter");
  await page.getByRole("heading", { name: /With departments:/ }).waitFor();
  return page;
}

const listOf = (page) => page.getByRole("listbox", { name: "Questions with departments" });
const row = (page, text) => listOf(page).getByRole("option").filter({ hasText: text });
const look = async (page, screen) => wrong.push(...(await inspect(page, screen)));

async function choose(page, text) {
  await listOf(page).focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press("k");
  while ((await row(page, text).getAttribute("aria-selected")) !== "true")
    await page.keyboard.press("j");
}

/** Keys and words in turn, then the word that its case has afterwards. */
async function act(page, text, keys, becomes) {
  await choose(page, text);
  for (const key of keys) {
    if (key.length > 1 && key.includes(" ")) await page.keyboard.type(key);
    else await page.keyboard.press(key);
  }
  if (becomes) await row(page, text).getByText(becomes, { exact: true }).waitFor();
}

for (const size of SIZES) {
  test(`cases are settled by keyboard, ${size.width} wide`, {
    skip: MISSING,
    timeout: 300_000,
  }, async () => {
    const topic = `Weirs, ${size.width}`;
    const { interview, version } = await live(topic);
    const shown = await askPublic(interview, "When is the weir mended?");
    await refer(shown, "Water Bureau", 2, "The one by the mill.");
    const hidden = await ask(interview, "Does Anna Weber of Mill Lane pay?");
    await refer(hidden, "Tax Office", 1);
    await advance(staff.admin, { interview, version }, "draining", "ended");

    const checker = await signedIn("checker", topic, size);
    const reviewer = await signedIn("reviewer", topic, size);
    await look(checker, "cases");

    await act(checker, "weir mended", ["f"], "In progress");
    await choose(checker, "weir mended");
    await checker.keyboard.press("s");
    await look(checker, "cases-stop");
    await checker.keyboard.press("Escape");
    await act(checker, "weir mended", ["s", "Which of them?", "Control+Enter"], "Clock stopped");
    assert.equal((await status(shown)).case.stop_note, "Which of them?");
    await act(checker, "weir mended", ["s"], "In progress");
    await act(checker, "weir mended", ["e", "In the spring.", "Control+Enter"], "Draft submitted");
    await choose(checker, "weir mended");
    assert.equal(
      await checker.getByRole("button", { name: /^Publish the reply/ }).count(),
      0,
      "nobody publishes his own draft",
    );

    await act(
      reviewer,
      "weir mended",
      ["b", "Say which year.", "Control+Enter"],
      "Returned for rework",
    );
    await checker.getByText("Returned by reviewer: Say which year.").waitFor();
    await look(checker, "cases-returned");
    await act(
      checker,
      "weir mended",
      ["e", "End", " Of 2028.", "Control+Enter"],
      "Draft submitted",
    );
    await choose(reviewer, "weir mended");
    await reviewer.keyboard.press("z");
    await look(reviewer, "cases-extend");
    await reviewer.keyboard.press("2");
    await reviewer.keyboard.press("Tab");
    await reviewer.keyboard.type("The weir is under water");
    await reviewer.keyboard.press("Control+Enter");
    await reviewer.getByText("Extended: The weir is under water").waitFor();
    await act(reviewer, "weir mended", ["a", "Control+Enter"]);
    await row(reviewer, "weir mended").waitFor({ state: "detached" });
    assert.match((await status(shown)).reply.text, /Of 2028\./);

    // One that nobody has seen: another department, then shown in other words with its reply.
    await act(checker, "Anna Weber", ["t"]);
    await checker.keyboard.type("Roads of the town");
    await checker.keyboard.press("Control+Enter");
    await row(checker, "Anna Weber").getByText("Roads of the town").waitFor();
    await act(checker, "Anna Weber", ["a", "Nobody pays for that.", "Tab", "Space"]);
    const words = checker.getByLabel("The question as everybody will read it");
    await words.waitFor();
    await look(checker, "cases-reply");
    await checker.keyboard.press("Tab");
    await checker.keyboard.press("Control+A");
    await checker.keyboard.type("Who pays in Mill Lane?");
    await checker.keyboard.press("Control+Enter");
    await checker.getByRole("heading", { name: "No question is with a department." }).waitFor();
    await look(checker, "cases-none");

    const page = async () => (await server.http(`/i/${interview}?lang=en`)).text;
    await eventually(async () => /Who pays in Mill Lane\?/.test(await page()), "it is public");
    assert.match(await page(), /Nobody pays for that\./);
    assert.doesNotMatch(await page(), /Anna Weber/);
    for (const one of [checker, reviewer]) await one.context().close();
  });
}

test("the screens are in order", { skip: MISSING }, () => assert.deepEqual(wrong, []));
