// SPDX-License-Identifier: Apache-2.0
// Behind a proxy that lets no WebSocket through: the page follows by an event stream, and where that
// is held back too, by the head and its blocks; it says so, and returns once a WebSocket comes
// through.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, MISSING } from "../kit/browser.mjs";
import { eventually } from "../kit/fangtan.mjs";
import { Stream } from "../kit/follow.mjs";
import { Gateway } from "../kit/gateway.mjs";
import { COMPERE, liveInterview } from "../kit/interview.mjs";
import { getInterview, server, staff, usePortal } from "../kit/portal.mjs";

const REDUCED = "Live, reduced";

usePortal();

let browser;
let gateway;

before(async () => {
  if (!MISSING) browser = await launch();
});

/** The proxy, as the story wants it. */
async function proxy(blocks = {}) {
  gateway ??= await Gateway.to(server.port);
  return Object.assign(gateway, { blocksSockets: false, blocksStreams: false }, blocks);
}

after(async () => {
  await browser?.close();
  gateway?.close();
});

const say = (interview, text) =>
  staff.compere.command("statement.publish", { interview, kind: "remark", speaker: COMPERE, text });

async function reader(interview) {
  const context = await browser.newContext({ baseURL: gateway.origin, locale: "en-GB" });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.goto(`/i/${interview}?lang=en`);
  return { context, page, faults };
}

const sees = (page, text) => page.locator("#cards").getByText(text, { exact: true }).waitFor();

function isEmpty(page) {
  return page.waitForFunction(() => document.querySelector("#net").textContent === "");
}

test("an event stream comes through a proxy at once, byte by byte as sent", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { port } = (await proxy()).listener.address();
  const [near, far] = [new Stream(server, interview), new Stream(server, interview, { port })];
  for (const stream of [near, far]) await stream.open();
  await eventually(() => near.snapshots.length && far.snapshots.length, "they begin");
  for (let i = 0; i < 3; i++) {
    await say(interview, `Word ${i}.`);
    await eventually(() => far.texts.length === i + 1, "it comes through before the next one");
  }
  assert.deepEqual(far.texts, near.texts);
  for (const stream of [near, far]) stream.cut();
});

test("without WebSockets the page follows by a stream, until there are", {
  skip: MISSING,
}, async () => {
  const { interview } = await liveInterview(staff.admin);
  await proxy({ blocksSockets: true });
  const { context, page, faults } = await reader(interview);
  await page.locator("#net").getByText(REDUCED).waitFor();
  assert.equal(gateway.open.size, 1);
  const said = await say(interview, "Through the stream.");
  await sees(page, "Through the stream.");
  const { statement, version } = said;
  await staff.compere.command("statement.retract", { statement, version, code: "mistake" });
  await page.locator("#cards").getByText("This statement was taken down").waitFor();
  assert.ok(!(await page.locator("#cards").textContent()).includes("Through the stream."));
  // A question goes as it goes without a script, instead of waiting for a connection.
  await page.locator("#ask-text").fill("Does a question come through?");
  await page.getByRole("button", { name: "Send question" }).click();
  await page.getByRole("heading", { name: "We have received your question" }).waitFor();
  await page.goto(`/i/${interview}?lang=en`);
  await page.locator("#net").getByText(REDUCED).waitFor();
  await proxy();
  await isEmpty(page);
  await eventually(() => gateway.open.size === 0, "the stream is ended");
  await say(interview, "Through the socket.");
  await sees(page, "Through the socket.");
  await page.locator("#viewers").getByText("1 watching").waitFor(); // the tally comes by the second
  assert.deepEqual(faults, []);
  await context.close();
});

test("without streams either it polls the head and its blocks", { skip: MISSING }, async () => {
  const { interview } = await liveInterview(staff.admin);
  for (let i = 0; i < 60; i++) await say(interview, `Before ${i}.`);
  await proxy({ blocksSockets: true, blocksStreams: true });
  const { context, page, faults } = await reader(interview);
  await page.locator("#net").getByText(REDUCED).waitFor();
  assert.ok(gateway.held >= 2, "a stream was tried");
  await say(interview, "By the head.");
  await sees(page, "By the head.");
  // So many between two looks that only blocks lead to the head.
  await context.setOffline(true);
  for (let i = 0; i < 150; i++) await say(interview, `Meanwhile ${i}.`);
  gateway.paths.length = 0;
  await context.setOffline(false);
  await sees(page, "Meanwhile 149.");
  await sees(page, "Meanwhile 0.");
  assert.ok(gateway.paths.some((path) => /\/ev\/\d+\?e=0$/.test(path)));
  assert.ok(!gateway.paths.includes(`/api/v1/interviews/${interview}`), "no snapshot is needed");
  // What the page has built is what the server writes.
  const built = await page.locator("#cards").textContent();
  await proxy();
  await isEmpty(page);
  await page.reload();
  assert.equal(await page.locator("#cards").textContent(), built);
  assert.equal((await getInterview(interview)).counts.statements, 211);
  assert.deepEqual(faults, []);
  await context.close();
});
