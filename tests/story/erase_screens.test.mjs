// SPDX-License-Identifier: Apache-2.0
// Erasing a question at the desk, by keyboard alone: an administrator asks, an auditor confirms; the
// live page shows a tombstone, and the asker's browser forgets the text. At two widths, under the
// eyes of axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, launch, MISSING } from "../kit/browser.mjs";
import { eventually, PASSWORD, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, approve, liveInterview } from "../kit/interview.mjs";

const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 800 },
];
const LAW = "Personal Information Protection Law, Article 47";

let server;
let browser;
const staff = {};
const wrong = []; // what the screens' inspection found

before(async () => {
  if (MISSING) return;
  server = await Server.start({
    accounts: { ...ACCOUNTS, auditor: "auditor" },
    env: { FANGTAN_MODERATION_UNDO_MS: "10", FANGTAN_MODERATION_ADDRESS_BURST: "1000" },
  });
  for (const name of ["admin", "guest", "moderator"])
    staff[name] = (await server.staff(name)).keepOpen();
  browser = await launch();
});

after(async () => {
  for (const client of Object.values(staff)) await client.close();
  await browser?.close();
  await server?.finish();
});

const look = async (page, screen) => wrong.push(...(await inspect(page, screen)));

async function opened(viewport, path) {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    viewport,
    bypassCSP: true, // for axe alone
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** The screen for erasing, as this account has it. */
async function atTheDesk(name, topic, viewport) {
  const page = await opened(viewport, "/desk/?lang=en");
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: topic }).press("Enter");
  await page.getByRole("heading", { name: topic }).waitFor();
  const own = page.getByRole("navigation").getByRole("link", { name: "Erase by law" });
  if (await own.count()) await own.press("Enter");
  await page.getByRole("heading", { name: "Erase by law" }).waitFor();
  return page;
}

for (const size of SIZES) {
  test(`asked for, confirmed, and gone, ${size.width} wide`, {
    skip: MISSING,
    timeout: 300_000,
  }, async () => {
    const topic = `Pipes, ${size.width}`;
    const { interview } = await liveInterview(staff.admin, { topic });
    const asker = await opened(size, `/i/${interview}?lang=en`);
    await asker.locator("#ask textarea").fill("Mr Gu of Well Lane 7 has not paid. Why?");
    await asker.locator("#ask button[type=submit]").press("Enter");
    await asker.locator("#mine li").waitFor();
    const { questions } = (await staff.moderator.watch(interview)).snapshot;
    const { question, receipt_no } = questions[0];
    await approve(staff.moderator, question);
    const card = asker.locator(`#q-${question}`);
    await card.waitFor();
    await staff.guest.command("statement.publish", {
      interview,
      kind: "answer",
      speaker: "Shen Yulan",
      text: "It will be looked into.",
      questions: [question],
    });

    const admin = await atTheDesk("admin", topic, size);
    await admin.getByLabel("Number or words").fill("well lane");
    await admin.getByText("Ask for erasure by law").press("Enter");
    await admin.getByRole("button", { name: "Ask for erasure" }).press("Enter");
    await admin.getByRole("alert").waitFor(); // nothing was filled in
    await admin.getByLabel("Class of basis").selectOption("personal_data");
    await admin.getByLabel("Legal basis").fill(LAW);
    await admin.getByLabel(`Type the number ${receipt_no}`).fill(receipt_no.toLowerCase());
    await look(admin, "erase-ask");
    await admin.getByRole("button", { name: "Ask for erasure" }).press("Enter");
    await admin.getByText("admin asks for erasure by law").waitFor();

    const auditor = await atTheDesk("auditor", topic, size);
    await auditor.getByText("admin asks for erasure by law").waitFor(); // without searching
    await auditor.getByText("Confirm erasure by law").press("Enter");
    await auditor.getByLabel(`Type the number ${receipt_no}`).fill(receipt_no);
    await look(auditor, "erase-confirm");
    await auditor.getByRole("button", { name: "Erase for good" }).press("Enter");

    await asker
      .getByText("This question was erased by law: protection of personal data")
      .first()
      .waitFor();
    await asker.locator("#mine").getByText("erased by law").waitFor();
    const kept = () =>
      asker.evaluate(
        () => JSON.stringify(Object.entries(localStorage)) + document.body.textContent,
      );
    await eventually(async () => !(await kept()).includes("Well Lane"), "the browser forgets it");
    await asker.getByText("It will be looked into.").first().waitFor(); // the office's own
    await look(asker, "erase-tombstone");
    for (const page of [admin, auditor]) {
      await page.getByLabel("Number or words").fill(receipt_no);
      await page.getByText(/Erased by law .*admin, auditor/).waitFor();
      assert.ok(!(await page.locator("body").textContent()).includes("Well Lane"));
    }
    await look(admin, "erase-done");
    for (const page of [asker, admin, auditor]) await page.context().close();
  });
}

test("nothing is wrong with the screens", { skip: MISSING }, () => {
  assert.deepEqual(wrong, []);
});
