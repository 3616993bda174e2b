// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SignedOut } from "../../src/core/socket.ts";
import { login, logout, ticket } from "../../src/staff/api.ts";

let kept: Map<string, string>;
let asked: { path: string; csrf: string | undefined; body: unknown }[];

// The server's next answer; an Error is a network that fails.
function answers(status: number, body: unknown, headers: Record<string, string> = {}): void {
  globalThis.fetch = (async (path: string, init: RequestInit) => {
    const sent = init.headers as Record<string, string>;
    asked.push({ path, csrf: sent["X-Fangtan-CSRF"], body: JSON.parse(String(init.body)) });
    assert.ok(init.signal, "a server that never answers is given up");
    if (body instanceof Error) throw body;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status, headers });
  }) as typeof fetch;
}

beforeEach(() => {
  kept = new Map();
  asked = [];
  const stub = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  Object.defineProperty(globalThis, "localStorage", { value: stub, configurable: true });
});

test("signed in: the token is kept and sent along afterwards", async () => {
  answers(200, { csrf: "token" });
  assert.deepEqual(await login("lin", "geheim 字"), { ok: true });
  assert.deepEqual(asked[0]?.body, { name: "lin", password: "geheim 字" });
  answers(204, null);
  await logout();
  assert.equal(asked[1]?.path, "/api/v1/logout");
  assert.equal(asked[1]?.csrf, "token");
  assert.equal(kept.size, 0);
});

test("why it was not signed in", async () => {
  answers(401, { code: "wrong_credentials" });
  assert.deepEqual(await login("a", "b"), { ok: false, why: "wrong" });
  answers(429, { code: "locked", retry_ms: 61_000 });
  assert.deepEqual(await login("a", "b"), { ok: false, why: "locked", minutes: 2 });
  answers(429, "", { "Retry-After": "900" });
  assert.deepEqual(await login("a", "b"), { ok: false, why: "locked", minutes: 15 });
  answers(503, "<html>");
  assert.deepEqual(await login("a", "b"), { ok: false, why: "busy_server" });
  answers(0, new TypeError("no network"));
  assert.deepEqual(await login("a", "b"), { ok: false, why: "network" });
  assert.equal(kept.size, 0);
});

test("signing out forgets the token even without a network", async () => {
  kept.set("fangtan.csrf", "token");
  answers(0, new TypeError("no network"));
  await assert.rejects(logout());
  assert.equal(kept.size, 0);
});

test("a ticket, and the end of the session", async () => {
  answers(200, { ticket: "t1" });
  assert.deepEqual(await ticket(), { ticket: "t1" });
  answers(401, { code: "not_authorized" });
  await assert.rejects(ticket(), SignedOut);
  for (const body of [{}, "x", { ticket: 5 }]) {
    answers(200, body);
    await assert.rejects(ticket(), (error) => !(error instanceof SignedOut));
  }
  answers(503, { code: "overloaded" });
  await assert.rejects(ticket(), (error) => !(error instanceof SignedOut));
});
