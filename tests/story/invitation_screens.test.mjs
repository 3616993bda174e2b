// SPDX-License-Identifier: Apache-2.0
// A one-time link on the screens it goes over: made on an administrator's desk for somebody put on
// the roster there, read from its QR code, opened on a guest's phone, by keyboard only, in two widths and under the eyes of axe; and the way without a script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, launch, MISSING, readCode } from "../kit/browser.mjs";
import { PASSWORD, refusal, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, liveInterview, ROSTER } from "../kit/interview.mjs";

const TOPIC = "Drinking water in the old town";
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 800 };
const NAME = "沈玉兰"; // comes on the roster, without an account

let server;
let browser;
let admin; // his page
let interview;
const wrong = []; // what the screens' inspection found

before(async () => {
  if (MISSING) return;
  server = await Server.start({ accounts: ACCOUNTS });
  const client = await server.staff("admin");
  const guests = ["second", "third"].map((user) => ({ user, duty: "guest" }));
  const roster = [...ROSTER, ...guests];
  ({ interview } = await liveInterview(client, { topic: TOPIC }, roster));
  await client.close();
  browser = await launch();
  admin = await opened("/desk/?lang=en", DESK);
  await admin.getByLabel("User name").fill("admin");
  await admin.getByLabel("Password").fill(PASSWORD);
  await admin.getByRole("button", { name: "Sign in" }).click();
  await admin.getByRole("link", { name: TOPIC }).press("Enter");
  await admin.getByRole("link", { name: "Roster" }).press("Enter");
  await admin.getByRole("heading", { name: "Roster and invitations" }).waitFor();
});

after(async () => {
  await browser?.close();
  await server?.finish();
});

async function opened(url, viewport, options = {}) {
  const context = await browser.newContext({
    baseURL: server.origin,
    locale: "en-GB",
    viewport,
    bypassCSP: true, // for axe alone
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** In both widths. */
async function look(page, screen) {
  const usual = page.viewportSize();
  for (const size of [DESK, PHONE]) {
    await page.setViewportSize(size);
    wrong.push(...(await inspect(page, screen)));
  }
  await page.setViewportSize(usual);
}

/** Invites from the desk; the link that it shows. */
async function invite(user) {
  await admin
    .getByRole("button", { name: new RegExp(`^(Invite|New link) ${user}$`) })
    .press("Enter");
  const heading = admin.getByRole("heading", { name: `Link for ${user}` });
  await heading.waitFor();
  return admin.getByRole("textbox", { name: `Link for ${user}` }).inputValue();
}

const row = (user) => admin.locator(".roster > ul > li").filter({ hasText: user });

const isFocused = (one) => one.evaluate((element) => element === document.activeElement);

/** Tab until the button has the focus, then Enter. */
async function pressByKeyboard(page, name) {
  const button = page.getByRole("button", { name });
  await button.waitFor();
  for (let i = 0; i < 40 && !(await isFocused(button)); i++) await page.keyboard.press("Tab");
  assert.ok(await isFocused(button), `${name} is reached by Tab`);
  await page.keyboard.press("Enter");
}

test("somebody is put on the roster and taken off, by keyboard", {
  skip: MISSING,
  timeout: 120_000,
}, async () => {
  const name = admin.getByLabel("User name, or the name to invite");
  const add = async (user, key) => {
    for (let i = 0; i < 60 && !(await isFocused(name)); i++) await admin.keyboard.press("Tab");
    await admin.keyboard.type(user);
    await admin.keyboard.press("Tab");
    await admin.keyboard.type(key); // the select's own search
    await admin.keyboard.press("Tab");
    await admin.keyboard.press("Enter");
  };
  await add(NAME, "a mod");
  await row(NAME).getByText("a moderator").waitFor();
  assert.equal(await name.inputValue(), "", "ready for the next");
  await add(NAME, "a gue");
  await row(NAME).getByText("a guest").waitFor();
  await look(admin, "roster-added");
  await add(NAME, "a gue");
  await admin.getByRole("alert").getByText("has this duty already").waitFor();
  await look(admin, "roster-twice");
  await name.fill("");

  await row(NAME)
    .getByRole("button", { name: `Take ${NAME} off as a moderator` })
    .press("Enter");
  await row(NAME).getByText("a moderator").waitFor({ state: "detached" });
  await admin.waitForFunction(() => document.activeElement?.id === "roster-h");

  // As the server has it; and who is no administrator may not.
  const client = await server.staff("compere");
  const { snapshot } = await client.watch(interview);
  const duties = snapshot.interview.roster.filter(({ user }) => user === NAME);
  assert.deepEqual(duties, [{ user: NAME, duty: "guest" }]);
  const { version } = snapshot.interview;
  const set = { roster: [...ROSTER, { user: "compere", duty: "moderator" }] };
  assert.equal(
    (await refusal(client.command("interview.update", { interview, version, set }))).reason,
    "not_authorized",
  );
  await client.close();
});

test("a link is made on the desk, and opened on a phone", {
  skip: MISSING,
  timeout: 300_000,
}, async () => {
  await look(admin, "roster");
  const link = await invite(NAME);
  assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/invitation#v\w{16}\.[\w-]{43}$/);
  const isOnHeading = () => document.activeElement?.textContent;
  assert.match(await admin.evaluate(isOnHeading), /Link for/, "the focus goes to the link");
  const code = admin.getByRole("img", { name: `QR code of the link for ${NAME}` });
  const read = await readCode(code);
  assert.equal(read, link, "the code says what the field says");
  await admin.setViewportSize(PHONE);
  assert.equal(await readCode(code), link, "a small screen's code, too");
  await admin.setViewportSize(DESK);
  await row(NAME)
    .getByText(/Link open until/)
    .waitFor();
  await look(admin, "invitation-made");

  const phone = await opened(read, PHONE);
  await phone.getByRole("heading", { name: `You are invited to “${TOPIC}”` }).waitFor();
  assert.equal(new URL(phone.url()).hash, "", "the token is not in the address any more");
  await look(phone, "invitation-welcome");
  await row(NAME)
    .getByText(/Link open until/)
    .waitFor(); // nothing is used up yet
  await pressByKeyboard(phone, `Enter as ${NAME}`);
  await phone.getByRole("heading", { name: TOPIC }).waitFor();
  assert.match(new URL(phone.url()).hash, /^#\/i\//, "on the desk, in his interview");
  await phone.getByText("Connected", { exact: true }).waitFor();
  await look(phone, "invitation-entered");
  await row(NAME)
    .getByText(/Entered by link at/)
    .waitFor(); // without a reload

  // The link in the chat again: he goes on where he was.
  await phone.goto(link);
  await phone.getByRole("heading", { name: TOPIC }).waitFor();
  // Anybody else is told.
  const stranger = await opened(link, PHONE);
  await stranger
    .getByRole("alert")
    .getByText(/has been used/)
    .waitFor();
  await look(stranger, "invitation-used");
  await stranger.context().close();

  await row(NAME)
    .getByRole("button", { name: /Revoke and sign out/ })
    .press("Enter");
  await row(NAME)
    .getByText(/Link revoked at/)
    .waitFor();
  await phone.getByLabel("User name").waitFor(); // signed out, without a reload
  await phone.context().close();
});

test("without a script the code is pasted", { skip: MISSING, timeout: 120_000 }, async () => {
  const link = await invite("second");
  const page = await opened(link.replace("#", "?lang=en#"), DESK, { javaScriptEnabled: false });
  await page.getByLabel("Link or code").fill(link);
  await page.getByRole("button", { name: "Continue" }).press("Enter");
  await page.getByRole("button", { name: "Enter as second" }).press("Enter");
  await page.waitForURL(/\/desk\//);
  await row("second")
    .getByText(/Entered by link at/)
    .waitFor();
  await page.context().close();

  const form = await opened("/invitation?lang=en", PHONE);
  await look(form, "invitation-form");
  await form.context().close();
});

test("nobody who was signed in before stays so, and the link is copied", {
  skip: MISSING,
  timeout: 120_000,
}, async () => {
  const link = await invite("third");
  await admin.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await pressByKeyboard(admin, "Copy");
  await admin.getByText("Link copied").waitFor({ state: "attached" });
  assert.equal(await admin.evaluate(() => navigator.clipboard.readText()), link);
  const page = await opened("/desk/?lang=en", DESK);
  await page.getByLabel("User name").fill("compere");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).press("Enter");
  await page.getByRole("link", { name: TOPIC }).waitFor();
  await page.goto(link);
  await page.getByRole("button", { name: "Enter as third" }).press("Enter");
  await page.getByRole("heading", { name: TOPIC }).waitFor();
  await page.locator(".account", { hasText: "third" }).waitFor();
  await page.context().close();
});

test("no screen breaks a rule of accessibility", { skip: MISSING }, () => {
  assert.deepEqual(wrong, []);
});
