// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { RpcError } from "../../src/core/protocol.ts";
import {
  Connection,
  type ConnectionOptions,
  type ConnectionState,
  Disconnected,
  SignedOut,
  socketUrl,
} from "../../src/core/socket.ts";

// A socket whose other end is the test.
class Line {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: { id: number; method: string; params: Record<string, unknown> }[] = [];
  closed = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  receive(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  hello(): void {
    this.onopen?.();
    this.receive({
      jsonrpc: "2.0",
      id: 0,
      result: {
        role: "citizen",
        actor: "c:1",
        token: "t1",
        server: { version: "1", time: "2026-11-24T07:00:00.000Z" },
        limits: {},
      },
    });
  }

  answer(index: number, result: unknown): void {
    this.receive({ jsonrpc: "2.0", id: this.sent[index]?.id, result });
  }
}

let lines: Line[] = [];
let states: ConnectionState[] = [];
let connection: Connection | undefined;

beforeEach(() => {
  lines = [];
  states = [];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

afterEach(() => {
  connection?.close();
  mock.timers.reset();
});

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

async function start(options: Partial<ConnectionOptions> = {}): Promise<Connection> {
  connection = new Connection({
    url: "ws://desk.test/ws",
    client: "test",
    credentials: () => ({ token: "t0" }),
    onState: (state) => states.push(state),
    open: (url, protocol) => {
      const line = new Line(url, protocol);
      lines.push(line);
      return line as unknown as WebSocket;
    },
    random: () => 1,
    ...options,
  });
  await settle();
  return connection;
}

function line(index: number): Line {
  const found = lines[index];
  assert.ok(found, `connection ${index}`);
  return found;
}

async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await settle();
}

test("hello is the first message, with the credentials; then it is live", async () => {
  const it = await start({ lang: "en" });
  assert.equal(line(0).protocol, "fangtan.v1");
  assert.deepEqual(states, []);
  line(0).hello();
  assert.deepEqual(line(0).sent[0], {
    jsonrpc: "2.0",
    id: 0,
    method: "hello",
    params: { client: "test", lang: "en", token: "t0" },
  });
  assert.deepEqual(states, ["live"]);
  assert.equal(it.hello?.actor, "c:1");
});

test("a call before the connection is live waits for it", async () => {
  const it = await start();
  const answer = it.call<{ ok: number }>("interview.list");
  assert.equal(line(0).sent.length, 0);
  line(0).hello();
  assert.equal(line(0).sent[1]?.method, "interview.list");
  line(0).answer(1, { ok: 1 });
  assert.deepEqual(await answer, { ok: 1 });
});

test("answers find their calls in any order; refusals come as RpcError", async () => {
  const it = await start();
  line(0).hello();
  const first = it.call("a");
  const second = it.call("b");
  line(0).receive({
    jsonrpc: "2.0",
    id: line(0).sent[2]?.id,
    error: { code: -32000, message: "已由他人处理", data: { reason: "stale", by: "u:wang" } },
  });
  line(0).answer(1, "A");
  assert.equal(await first, "A");
  await assert.rejects(second, (error) => {
    assert.ok(error instanceof RpcError);
    assert.equal(error.reason, "stale");
    assert.equal(error.data.by, "u:wang");
    assert.equal(error.message, "已由他人处理");
    return true;
  });
});

test("a broken connection: commands are sent again with the same id, others are rejected", async () => {
  const it = await start();
  line(0).hello();
  const command = it.call("question.ask", { command_id: "k1", text: "水压" });
  const query = it.call("interview.list");
  line(0).onclose?.({ code: 1006 });
  await assert.rejects(query, Disconnected);
  assert.deepEqual(states, ["live", "reconnecting"]);
  await pass(500);
  line(1).hello();
  assert.deepEqual(line(1).sent[1]?.params, { command_id: "k1", text: "水压" });
  assert.equal(line(1).sent.length, 2);
  line(1).answer(1, "once");
  assert.equal(await command, "once");
});

test("pauses double to 30 s and end when the connection has lived", async () => {
  await start();
  const waits = [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000];
  for (const [index, wait] of waits.entries()) {
    line(index).onclose?.({ code: 1006 });
    await pass(wait - 1);
    assert.equal(lines.length, index + 1, `not before ${wait} ms`);
    await pass(1);
    assert.equal(lines.length, index + 2, `at ${wait} ms`);
  }
  line(8).hello();
  await pass(11_000);
  line(8).onclose?.({ code: 1006 });
  await pass(500);
  assert.equal(lines.length, 10);
});

test("the pause is spread: full jitter", async () => {
  await start({ random: () => 0.1 });
  line(0).onclose?.({ code: 1006 });
  await pass(49);
  assert.equal(lines.length, 1);
  await pass(1);
  assert.equal(lines.length, 2);
});

test("a server that accepts and drops at once is not hammered", async () => {
  await start();
  for (let i = 0; i < 3; i++) {
    line(i).hello();
    line(i).onclose?.({ code: 1006 });
    await pass(500 * 2 ** i);
  }
  assert.equal(lines.length, 4);
  line(3).hello();
  line(3).onclose?.({ code: 1006 });
  await pass(3999);
  assert.equal(lines.length, 4);
});

test("what bye asks for is kept", async () => {
  await start({ random: () => 0 });
  line(0).hello();
  line(0).receive({
    jsonrpc: "2.0",
    method: "bye",
    params: { reason: "draining", retry_ms: 7000 },
  });
  line(0).onclose?.({ code: 1001 });
  await pass(6999);
  assert.equal(lines.length, 1);
  await pass(1);
  assert.equal(lines.length, 2);
});

test("a refused hello asks for other credentials", async () => {
  const asked: boolean[] = [];
  await start({
    credentials: (refused) => {
      asked.push(refused);
      return refused ? {} : { token: "old" };
    },
  });
  line(0).onopen?.();
  line(0).receive({
    jsonrpc: "2.0",
    id: 0,
    error: { code: -32000, message: "", data: { reason: "not_authorized" } },
  });
  await pass(500);
  line(1).hello();
  assert.deepEqual(asked, [false, true]);
  assert.deepEqual(line(1).sent[0]?.params, { client: "test" });
});

test("a ticket that cannot be had: retried when it failed, ended when signed out", async () => {
  let failures = 1;
  const it = await start({
    credentials: async () => {
      if (failures-- > 0) throw new TypeError("network");
      throw new SignedOut();
    },
  });
  const waiting = it.call("x", { command_id: "1" });
  assert.deepEqual(states, ["reconnecting"]);
  const rejected = assert.rejects(waiting, Disconnected);
  await pass(500);
  assert.deepEqual(states, ["reconnecting", "closed"]);
  await rejected;
  await pass(60_000);
  assert.equal(lines.length, 0);
  await assert.rejects(it.call("y"), Disconnected);
});

test("a message the server could not take is not sent again", async () => {
  const it = await start();
  line(0).hello();
  const command = it.call("statement.publish", { command_id: "k", text: "长" });
  line(0).onclose?.({ code: 1009 });
  await assert.rejects(command, Disconnected);
});

test("a line that gives no answer is given up", async () => {
  const it = await start();
  line(0).hello();
  const command = it.call("question.ask", { command_id: "k" });
  await pass(20_000);
  assert.equal(it.state, "live");
  await pass(5_000);
  assert.equal(it.state, "reconnecting");
  assert.ok(line(0).closed);
  await pass(500);
  line(1).hello();
  line(1).answer(1, 1);
  assert.equal(await command, 1);
  await pass(120_000); // nothing is due: silence is no fault
  assert.equal(it.state, "live");
});

test("a hello that is never answered is given up", async () => {
  const it = await start();
  line(0).onopen?.();
  await pass(25_000);
  assert.equal(it.state, "reconnecting");
});

test("what is no message of the contract is ignored", async () => {
  const it = await start();
  line(0).hello();
  const heard: unknown[] = [];
  const end = it.onNotification((notification) => heard.push(notification));
  for (const text of ["", "{", "null", "[]", '{"jsonrpc":"2.0"}', '{"id":1,"result":1}', '"x"']) {
    line(0).receive(text);
  }
  line(0).receive({ jsonrpc: "2.0", method: "events" });
  line(0).receive({ jsonrpc: "2.0", id: 999, result: 1 });
  line(0).onmessage?.({ data: new ArrayBuffer(2) });
  assert.deepEqual(heard, []);
  line(0).receive({ jsonrpc: "2.0", method: "head", params: { interview: "i", to: 1, hash: "h" } });
  assert.equal(heard.length, 1);
  end();
  line(0).receive({ jsonrpc: "2.0", method: "head", params: { interview: "i", to: 1, hash: "h" } });
  assert.equal(heard.length, 1);
});

test("closing is final", async () => {
  const it = await start();
  line(0).hello();
  const command = it.call("a", { command_id: "1" });
  const rejected = assert.rejects(command, Disconnected);
  it.close();
  await rejected;
  assert.ok(line(0).closed);
  await pass(60_000);
  assert.equal(lines.length, 1);
  assert.equal(it.state, "closed");
});

test("the socket's address follows the page's", () => {
  assert.equal(socketUrl({ protocol: "https:", host: "a.test" }), "wss://a.test/ws");
  assert.equal(socketUrl({ protocol: "http:", host: "a.test:8080" }), "ws://a.test:8080/ws");
});
