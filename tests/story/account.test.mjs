// SPDX-License-Identifier: Apache-2.0
// Signing in and out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Disconnected, eventually, newId, PASSWORD, run } from "../kit/fangtan.mjs";
import { isProblem, server, staff, usePortal } from "../kit/portal.mjs";

usePortal({
  accounts: { auditor: "auditor", forgetful: "staff", locked: "staff", leaver: "staff" },
});

test("a wrong name and a wrong password get the same answer", async () => {
  const password = await server.postJson("/api/v1/login", {
    name: "forgetful",
    password: "not this one",
  });
  const name = await server.postJson("/api/v1/login", { name: "stranger", password: PASSWORD });
  const [a, b] = [password, name].map((answer) => isProblem(answer, 401));
  assert.deepEqual(a, b);
  assert.equal(password.headers["set-cookie"], undefined);
});

test("after five failures an account is locked for a while, also for the right password", async () => {
  for (let i = 0; i < 5; i++) {
    const answer = await server.postJson("/api/v1/login", {
      name: "locked",
      password: `wrong ${i}`,
    });
    assert.equal(answer.status, 401);
  }
  const answer = await server.postJson("/api/v1/login", { name: "locked", password: PASSWORD });
  isProblem(answer, 429);
  assert.ok(Number(answer.headers["retry-after"]) > 0);
});

test("a passphrase may use all of its characters, also Han ones, and is never cut", async () => {
  const passphrase = "松柏之后凋岁寒然知".repeat(14).slice(0, 50);
  const passwd = ["user", "passwd", "reader", "--password-stdin", "--data", server.data];
  await server.addUser("reader", "staff", passphrase);
  const login = (password) => server.postJson("/api/v1/login", { name: "reader", password });
  assert.equal((await login(passphrase)).status, 200);
  assert.equal((await login(passphrase.slice(0, 43))).status, 401);
  for (const input of ["x".repeat(129), "x".repeat(2000), "松".repeat(200)]) {
    const { status, stderr } = await run(passwd, { input: `${input}\n` });
    assert.equal(status, 1);
    assert.match(stderr, /^fangtan: .+\n$/);
  }
  assert.equal((await login(passphrase)).status, 200, "refused ones changed nothing");
  const longest = "松".repeat(128);
  assert.equal((await run(passwd, { input: longest })).status, 0);
  assert.equal((await login(longest)).status, 200);
});

test("the session's cookie is for the server alone, and signing out ends it", async () => {
  const answer = await server.postJson("/api/v1/login", { name: "auditor", password: PASSWORD });
  assert.equal(answer.status, 200);
  const cookie = [answer.headers["set-cookie"]].flat()[0];
  assert.match(cookie, /HttpOnly/i);
  assert.match(cookie, /SameSite=(Strict|Lax)/i);
  const headers = { Cookie: cookie.split(";")[0], "X-Fangtan-CSRF": answer.json().csrf };
  const foreign = { ...headers, Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  isProblem(await server.postJson("/api/v1/ticket", {}, foreign), 403);
  assert.equal((await server.postJson("/api/v1/ticket", {}, headers)).status, 200);
  const out = await server.postJson("/api/v1/logout", {}, headers);
  assert.ok([200, 204].includes(out.status));
  isProblem(await server.postJson("/api/v1/ticket", {}, headers), 401);
});

/** Ends a sign-in, and waits until the open connection of it is told. */
async function endsConnection(name, how) {
  const client = await server.staff(name);
  let code;
  client.closed.then((end) => {
    code = end.code;
  });
  await how(client);
  await eventually(() => code, `${name}'s connection is closed`);
  assert.equal(code, 4401);
  server.sessions.delete(name);
  await assert.rejects(client.call("interview.list", {}), Disconnected);
}

test("an open connection ends with its sign-in: log-out, new password, disabled account", async () => {
  const citizen = await server.citizen();
  await endsConnection("leaver", async (client) => {
    const { cookie, csrf } = await server.session("leaver");
    const headers = { Cookie: cookie, "X-Fangtan-CSRF": csrf };
    assert.equal((await server.postJson("/api/v1/logout", {}, headers)).status, 204);
    await assert.rejects(client.command("interview.list", {}, newId()), Disconnected, "at once");
  });
  const user = async (...args) => {
    const input = `${PASSWORD}\n`;
    const { status } = await run(["user", ...args, "--data", server.data], { input });
    assert.equal(status, 0);
  };
  await endsConnection("leaver", () => user("passwd", "leaver", "--password-stdin"));
  await endsConnection("leaver", () => user("disable", "leaver"));
  await citizen.call("interview.list", {});
  await staff.moderator.call("interview.list", {}); // nobody else is touched
  assert.equal(staff.moderator.sockets, 1);
  await citizen.close();
});
