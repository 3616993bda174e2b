// SPDX-License-Identifier: Apache-2.0
// One-time links: who gets in by one, once; how far it carries; and that it is written nowhere.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, PASSWORD, refusal, run } from "../kit/fangtan.mjs";
import { GUEST, liveInterview, ROSTER } from "../kit/interview.mjs";
import { isProblem, server, staff, usePortal } from "../kit/portal.mjs";

usePortal({ accounts: { wide: "portal_admin" } });

const VISITOR = "visitor"; // on the roster, without an account
const roster = [...ROSTER, { user: VISITOR, duty: "guest" }, { user: "wide", duty: "guest" }];
const tokens = []; // every one that was made
let interview;
let other; // an interview with the same roster

test("two interviews run", async () => {
  interview = (await liveInterview(staff.admin, { topic: "By invitation" }, roster)).interview;
  other = (await liveInterview(staff.admin, { topic: "Another one" }, roster)).interview;
});

// ---- what people do ----------------------------------------------------------------------------

async function invite(user, more = {}) {
  const params = { interview, user, ...more };
  const issued = await staff.admin.command("invitation.issue", params);
  tokens.push(issued.token);
  return issued;
}

const show = (token, headers) => server.postForm("/invitation?lang=en", { token }, headers);

/** The form behind the button of a page that show() answered. */
function formOf(page) {
  assert.equal(page.status, 200, page.text);
  const fields = page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries(Array.from(fields, ([, name, value]) => [name, value]));
}

const press = (form, headers) => server.postForm("/invitation/enter?lang=en", form, headers);

/** What a browser keeps after its button was pressed. */
async function sessionOf(answer) {
  assert.equal(answer.status, 303, answer.text);
  const cookie = [answer.headers["set-cookie"]].flat()[0].split(";")[0];
  const desk = await server.http("/desk/", { headers: { Cookie: cookie } });
  const csrf = /data-csrf="([0-9a-f]{64})"/.exec(desk.text)[1];
  return { cookie, csrf };
}

async function enter(token) {
  return sessionOf(await press(formOf(await show(token))));
}

/** A connection by that session; name: any, to keep it apart from others. */
async function connected(name, session) {
  server.sessions.set(name, session);
  return server.staff(name);
}

function isRefused(page, sentence, status = 410) {
  assert.equal(page.status, status, page.text);
  assert.match(page.text, sentence);
  assert.match(page.headers["content-type"], /^text\/html/);
  assert.equal(page.headers["set-cookie"], undefined);
}

// ---- stories -----------------------------------------------------------------------------------

test("what fetches a link does not use it up, a button does, and once", async () => {
  const { invitation, token } = await invite("guest");
  for (const method of ["GET", "HEAD", "GET"]) {
    const page = await server.http("/invitation?lang=en", { method });
    assert.equal(page.status, 200);
    assert.equal(page.headers["cache-control"], "no-store");
    assert.match(page.headers["content-security-policy"], /frame-ancestors 'none'/);
  }
  const first = formOf(await show(token));
  const second = formOf(await show(` https://portal.example/invitation#${token}\n`));
  assert.notEqual(first.command_id, second.command_id);
  assert.equal(second.token, token, "a whole link is as good");
  const page = await show(token);
  assert.match(page.text, /Enter as guest/);
  assert.match(page.text, /By invitation/);
  assert.equal(page.headers["cache-control"], "no-store");

  const entered = await press(first);
  assert.equal(entered.headers.location, `/desk/?lang=en#/i/${interview}`);
  assert.equal(entered.headers["cache-control"], "no-store");
  assert.match([entered.headers["set-cookie"]].flat()[0], /HttpOnly; SameSite=Strict/);
  isRefused(await press(second), /has been used/);
  isRefused(await press({ token }), /has been used/);
  isRefused(await show(token), /has been used/);
  const { snapshot } = await staff.admin.watch(interview);
  const row = snapshot.invitations.find((one) => one.invitation === invitation);
  assert.deepEqual([row.user, row.by, row.stage], ["guest", "admin", "used"]);
  assert.ok(Date.parse(row.used_at) >= Date.parse(row.at));
});

test("who opens his used link in the same browser goes on to the desk", async () => {
  const { token } = await invite("guest");
  const { cookie } = await enter(token);
  const again = await show(token, { Cookie: cookie });
  assert.equal(again.status, 303);
  assert.equal(again.headers.location, `/desk/?lang=en#/i/${interview}`);
  const { cookie: stranger } = await server.session("compere");
  isRefused(await show(token, { Cookie: stranger }), /has been used/);
});

test("a lost answer: the same page may ask again, and there is one session still", async () => {
  const { token } = await invite("guest");
  const form = formOf(await show(token));
  const lost = await sessionOf(await press(form));
  const kept = await sessionOf(await press(form));
  const tickets = [lost, kept].map(({ cookie, csrf }) =>
    server.postJson("/api/v1/ticket", {}, { Cookie: cookie, "X-Fangtan-CSRF": csrf }),
  );
  const [gone, good] = await Promise.all(tickets);
  assert.equal(good.status, 200);
  assert.notEqual(gone.status, 200);
});

test("the session is for one interview and its duty", async () => {
  const { token } = await invite("guest");
  const guest = await connected("guest by link", await enter(token));
  assert.deepEqual([guest.hello.role, guest.hello.actor], ["staff", "guest"]);
  const { interviews } = await guest.call("interview.list", {});
  assert.deepEqual(
    interviews.map(({ id, duties }) => [id, duties]),
    [[interview, ["guest"]]],
  );
  const said = { kind: "remark", speaker: GUEST, text: "By link." };
  await guest.command("statement.publish", { interview, ...said });
  const elsewhere = guest.command("statement.publish", { interview: other, ...said });
  assert.equal((await refusal(elsewhere)).reason, "not_authorized");
  await staff.guest.command("statement.publish", { interview: other, ...said }); // by password
  const { snapshot } = await guest.watch(interview);
  assert.ok(snapshot.interview.roster);
  assert.equal(snapshot.invitations, undefined, "who was invited is not for guests");
  const there = await guest.watch(other);
  assert.equal(there.snapshot.interview.roster, undefined, "as everybody sees it");
  await guest.close();
});

test("an administrator who is invited as a guest is a guest", async () => {
  const { token } = await invite("wide");
  const wide = await connected("wide by link", await enter(token));
  assert.equal(wide.hello.role, "staff");
  const why = await refusal(wide.command("invitation.issue", { interview, user: "guest" }));
  assert.equal(why.reason, "not_authorized");
  assert.equal(
    (await refusal(wide.command("reason.word", { code: "spam", lang: "en" }))).reason,
    "not_authorized",
  );
  await wide.close();
});

test("nobody needs an account to be invited, and none is made", async () => {
  const { token } = await invite(VISITOR);
  const visitor = await connected(VISITOR, await enter(token));
  const statement = { interview, kind: "remark", speaker: GUEST, text: "Without an account." };
  await visitor.command("statement.publish", statement);
  await visitor.close();
  isProblem(await server.postJson("/api/v1/login", { name: VISITOR, password: PASSWORD }), 401);
  const nobody = { interview, user: "nobody at all" };
  assert.equal(
    (await refusal(staff.admin.command("invitation.issue", nobody))).reason,
    "bad_params",
  );
  assert.equal(
    (await refusal(staff.compere.command("invitation.issue", { interview, user: "guest" }))).reason,
    "not_authorized",
  );
});

test("a revoked link does not open, and whom it let in is out at once", async () => {
  const { invitation, token } = await invite("guest");
  const form = formOf(await show(token));
  await staff.admin.command("invitation.revoke", { interview, invitation });
  isRefused(await press(form), /has been revoked/);
  isRefused(await show(token), /has been revoked/);

  const next = await invite("guest");
  const session = await enter(next.token);
  const guest = await connected("guest by link", session);
  const { closed } = guest;
  await staff.admin.command("invitation.revoke", { interview, invitation: next.invitation });
  assert.equal((await closed).code, 4401);
  const headers = { Cookie: session.cookie, "X-Fangtan-CSRF": session.csrf };
  isProblem(await server.postJson("/api/v1/ticket", {}, headers), 401);
  const request = { jsonrpc: "2.0", id: 1, method: "interview.list", params: {} };
  isProblem(await server.postJson("/api/v1/rpc", request, headers), 401);
});

test("a newer link revokes the older, and entering by it ends the older session", async () => {
  const old = await invite("guest");
  const form = formOf(await show(old.token));
  const used = await invite("guest");
  isRefused(await press(form), /replaced by a newer one/);
  const guest = await connected("guest by link", await enter(used.token));
  const { closed } = guest;
  const newest = await invite("guest"); // he stays until it is used
  await guest.call("interview.list", {});
  const again = await connected("guest by a newer link", await enter(newest.token));
  assert.equal((await closed).code, 4401);
  await again.call("interview.list", {});
  await again.close();
});

test("a link has its time", async () => {
  const until = new Date(Date.now() + 1_000).toISOString();
  const issued = await invite("guest", { until });
  assert.equal(issued.until, until);
  await eventually(async () => (await show(issued.token)).status === 410, "the link expires");
  isRefused(await show(issued.token), /has expired/);
  isRefused(await press({ token: issued.token }), /has expired/);
  const late = new Date(Date.now() + 40 * 86_400_000).toISOString();
  for (const wrong of [late, new Date(Date.now() - 1_000).toISOString()])
    assert.equal((await refusal(invite("guest", { until: wrong }))).reason, "bad_params");
});

test("another site's page cannot press the button", async () => {
  const { token } = await invite("guest");
  const form = formOf(await show(token));
  const foreign = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  for (const answer of [await press(form, foreign), await show(token, foreign)])
    assert.equal(answer.status, 403);
  assert.equal((await press(form)).status, 303);
});

test("many browsers at once: one gets in, and after a kill -9 the link stays used", async () => {
  const { token } = await invite("guest");
  const pages = await Promise.all(Array.from({ length: 8 }, () => show(token)));
  const answers = await Promise.all(pages.map((page) => press(formOf(page))));
  const won = answers.filter(({ status }) => status === 303);
  assert.equal(won.length, 1);
  for (const answer of answers) if (answer !== won[0]) isRefused(answer, /has been used/);
  const session = await sessionOf(won[0]);

  const hasty = await invite(VISITOR);
  const form = formOf(await show(hasty.token));
  // Killed as soon as the record has it: the session may or may not be there.
  const watch = await staff.admin.watch(interview);
  const accepted = watch.event((event) => {
    return event.type === "invitation.accepted" && event.invitation === hasty.invitation;
  });
  const cut = press(form).catch(() => null);
  await accepted;
  await server.kill();
  await cut;
  await server.start();
  for (const client of Object.values(staff))
    await eventually(() => client.live, "everybody is back", 30_000);
  isRefused(await show(token), /has been used/);
  isRefused(await show(hasty.token), /has been used/);
  isRefused(await press({ token: hasty.token }), /has been used/);
  await sessionOf(await press(form)); // whose answer was lost
  const guest = await connected("guest by link", session);
  await guest.call("interview.list", {});
  await guest.close();
});

test("wrong tokens are told so, and soon no more", async () => {
  const { token } = await invite("guest");
  const [id, proof] = token.split(".");
  const forged = `${id}.${proof.replace(/./g, "A")}`;
  isRefused(await show(forged), /not a valid invitation/, 404);
  isRefused(await press({ token: forged }), /not a valid invitation/, 404);
  isRefused(await show(""), /not a valid invitation/, 404);
  await eventually(async () => (await show(forged)).status === 429, "too many attempts");
  isRefused(await show(token), /Too many wrong attempts/, 429);
});

// The last one: it stops the server.
test("the record says who invited whom and that it was used, and no token is anywhere", async () => {
  await server.stop();
  const { stdout, status } = await run(["log", interview, "--data", server.data]);
  assert.equal(status, 0);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const issued = events.find(({ type }) => type === "invitation.issued");
  assert.deepEqual([issued.by, issued.body.user, issued.public], ["u:admin", "guest", false]);
  const accepted = events.find(({ type }) => type === "invitation.accepted");
  assert.deepEqual([accepted.by, accepted.public], ["u:guest", false]);
  assert.equal(accepted.body.invitation, issued.body.invitation);
  assert.ok(events.some(({ type, by }) => type === "invitation.revoked" && by === "u:admin"));

  const files = readdirSync(server.data).map((name) => readFileSync(join(server.data, name)));
  assert.ok(files.length >= 3 && tokens.length > 10);
  for (const token of tokens) {
    const proof = token.split(".")[1];
    assert.equal(stdout.includes(proof), false);
    assert.equal(server.log.join("\n").includes(proof), false);
    for (const bytes of files) {
      assert.equal(bytes.includes(proof), false);
      assert.equal(bytes.includes(Buffer.from(proof, "base64url")), false);
    }
  }
});
