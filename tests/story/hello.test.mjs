// SPDX-License-Identifier: Apache-2.0
// The handshake and the first word, well-formed and not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, fromWebClient, refusal } from "../kit/fangtan.mjs";
import { server, usePortal } from "../kit/portal.mjs";

usePortal();

/** A raw connection without a hello. */
async function rawSocket() {
  const ws = server.socket();
  const closed = new Promise((done) => ws.on("close", (code) => done(code)));
  const messages = [];
  ws.on("message", (data) => messages.push(JSON.parse(data.toString("utf8"))));
  await new Promise((done, fail) => {
    ws.on("open", done);
    ws.on("error", fail);
  });
  return { ws, closed, messages };
}

const helloText = (params) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "hello",
    params: { client: "story", ...params },
  });

test("hello makes a citizen, and the same token is the same citizen again", async () => {
  const first = await server.citizen();
  assert.equal(first.hello.role, "citizen");
  assert.ok(first.hello.actor);
  assert.ok(first.hello.token);
  assert.match(first.hello.server.version, /^\d+\.\d+/);
  assert.ok(Math.abs(Date.parse(first.hello.server.time) - Date.now()) < 60_000);
  assert.equal(typeof first.hello.limits, "object");
  assert.ok(first.hello.retry_ms >= 1000, "how long all who are here may take to come back");
  const again = await server.citizen(first.token);
  assert.equal(again.hello.actor, first.hello.actor);
  const other = await server.citizen();
  assert.notEqual(other.hello.actor, first.hello.actor);
  for (const client of [first, again, other]) await client.close();
});

test("hello with a ticket makes a member of staff, and a ticket serves once", async () => {
  const ticket = await server.ticket("moderator");
  const first = await rawSocket();
  first.ws.send(helloText({ ticket }));
  await eventually(() => first.messages.length, "an answer to hello");
  assert.match(first.messages[0].result.actor, /moderator/);
  first.ws.close();
  const second = await rawSocket();
  second.ws.send(helloText({ ticket }));
  assert.equal(await second.closed, 4401);
});

test("a bad ticket closes with 4401, a message that is none with 4400", async () => {
  const ticket = await rawSocket();
  ticket.ws.send(helloText({ ticket: "0".repeat(64) }));
  assert.equal(await ticket.closed, 4401);
  for (const text of ["{", "hello", "", "\ufeff{}", '{"a":1,"a":2}', '{"id":"\\ud800"}']) {
    const socket = await rawSocket();
    socket.ws.send(text);
    assert.equal(await socket.closed, 4400, text);
  }
});

test("JSON that is no request is answered with JSON-RPC's number for it", async () => {
  const texts = [
    "[]",
    '"hello"',
    '{"jsonrpc":"1.0","id":1,"method":"hello"}',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","id":1,"method":"hello","params":[]}',
  ];
  for (const text of texts) {
    const socket = await rawSocket();
    socket.ws.send(text);
    await eventually(() => socket.messages.length, `an answer to ${text}`);
    assert.ok([-32600, -32602].includes(socket.messages[0].error?.code), text);
    socket.ws.terminate();
  }
});

test("without a hello nothing is answered, and the time for it ends with 4408", async () => {
  const eager = await rawSocket();
  eager.ws.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "interview.list", params: {} }));
  const silent = await rawSocket();
  assert.equal(await silent.closed, 4408);
  assert.deepEqual(
    eager.messages.filter((message) => "result" in message),
    [],
  );
  eager.ws.terminate();
});

test("a message beyond the limit closes with 1009", async () => {
  const citizen = await server.citizen();
  citizen.ws.send(
    JSON.stringify({ jsonrpc: "2.0", id: 9, method: "x", params: { a: "x".repeat(300_000) } }),
  );
  assert.equal((await citizen.closed).code, 1009);
});

test("who floods a connection is closed with 4429, and nobody else notices", async () => {
  const loud = await server.citizen();
  const calm = await server.citizen();
  const calls = [];
  for (let i = 0; i < 200; i++)
    calls.push(
      loud.call("interview.list", {}).then(
        () => true,
        () => false,
      ),
    );
  assert.equal((await loud.closed).code, 4429);
  const answered = (await Promise.all(calls)).filter((is) => is).length;
  assert.ok(answered >= 90 && answered < 200, `${answered} were answered`);
  assert.ok((await calm.call("interview.list", {})).interviews);
  const again = await server.citizen(loud.token);
  assert.ok((await again.call("interview.list", {})).interviews, "a new line is served");
  for (const client of [calm, again]) await client.close();
});

test("the subprotocol is required", async () => {
  const { WebSocket } = fromWebClient("ws");
  const outcome = await new Promise((done) => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ws`);
    ws.on("open", () => {
      done("open");
      ws.terminate();
    });
    ws.on("error", () => done("refused"));
  });
  assert.equal(outcome, "refused");
});

test("malformed requests get JSON-RPC's numbers and a reason", async () => {
  const citizen = await server.citizen();
  assert.equal((await refusal(citizen.call("question.eat", {}))).code, -32601);
  const missing = await refusal(citizen.call("interview.watch", {}));
  assert.deepEqual([missing.code, missing.reason], [-32602, "bad_params"]);
  const unknown = await refusal(citizen.call("interview.list", { colour: "red" }));
  assert.deepEqual([unknown.code, unknown.reason], [-32602, "bad_params"]);
  const bare = await refusal(
    citizen.call("question.ask", { interview: "x", text: "No command id" }),
  );
  assert.equal(bare.reason, "bad_params");
  await citizen.close();
});

test("a refusal's sentence is in the client's language, for citizens and for staff", async () => {
  const ticket = await server.ticket("moderator");
  for (const credentials of [{}, { ticket }]) {
    const { ws, messages } = await rawSocket();
    ws.send(helloText({ lang: "en", ...credentials }));
    const params = { interview: "nothing" };
    ws.send(JSON.stringify({ jsonrpc: "2.0", id: 2, method: "interview.watch", params }));
    await eventually(() => messages.length === 2, "both answers");
    assert.match(messages[1].error.message, /^[A-Z][a-z ]+\.$/);
    ws.close();
  }
});
