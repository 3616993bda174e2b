// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Feed } from "../../src/core/feed.ts";
import { type Notification, type Position, RpcError } from "../../src/core/protocol.ts";
import { type ConnectionState, Disconnected } from "../../src/core/socket.ts";

interface Asked {
  method: string;
  params: Record<string, unknown>;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

// A connection whose server is the test.
class Wire {
  state: ConnectionState = "live";
  readonly asked: Asked[] = [];
  private listener: (notification: Notification) => void = () => {};
  live: () => void = () => {};

  call<R>(method: string, params: Record<string, unknown> = {}): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.asked.push({ method, params, resolve: resolve as (result: unknown) => void, reject });
    });
  }

  onNotification(listener: (notification: Notification) => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = () => {};
    };
  }

  onLive(listener: () => void): () => void {
    this.live = listener;
    listener();
    return () => {};
  }

  events(from: number, to: number, hash = `h${to}`, interview = "i"): void {
    const events = Array.from({ length: to - from + 1 }, (_, index) => ({
      n: from + index,
      type: "t",
    }));
    this.listener({ method: "events", params: { interview, from, to, hash, events } });
  }

  head(to: number, hash = `h${to}`): void {
    this.listener({ method: "head", params: { interview: "i", to, hash } });
  }

  last(): Asked {
    const found = this.asked.at(-1);
    assert.ok(found);
    return found;
  }
}

let got: string[] = [];
let wire: Wire;

beforeEach(() => {
  got = [];
  wire = new Wire();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

afterEach(() => mock.timers.reset());

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

function feed(at?: Position): Feed<string> {
  return new Feed<string>(
    wire,
    "i",
    {
      snapshot: (snapshot, position) => got.push(`snapshot ${snapshot} ${position.n}`),
      events: (events) => got.push(events.map((event) => event.n).join()),
      tally: () => got.push("tally"),
      refused: (error) => got.push(`refused ${error.reason}`),
    },
    at,
  );
}

async function watched(result: Record<string, unknown>): Promise<void> {
  wire.last().resolve(result);
  await settle();
}

test("without a position it starts from a snapshot, and takes nothing before it", async () => {
  const it = feed();
  assert.deepEqual(wire.last().params, { interview: "i" });
  wire.events(1, 2);
  await watched({ mode: "snapshot", to: 7, hash: "h7", snapshot: "S" });
  wire.events(8, 9);
  assert.deepEqual(got, ["snapshot S 7", "8,9"]);
  assert.deepEqual(it.position, { n: 9, hash: "h9" });
});

test("with a position it gives it, and a tail comes as events", async () => {
  const it = feed({ n: 3, hash: "h3" });
  assert.deepEqual(wire.last().params, { interview: "i", at: { n: 3, hash: "h3" } });
  await watched({ mode: "tail", to: 5, hash: "h5" });
  assert.deepEqual(it.position, { n: 3, hash: "h3" });
  wire.events(4, 5);
  assert.deepEqual(got, ["4,5"]);
});

test("before the first event there is no position to give", async () => {
  feed({ n: 0, hash: "" });
  assert.deepEqual(wire.last().params, { interview: "i" });
  await watched({ mode: "snapshot", to: 0, hash: "", snapshot: "none" });
  wire.events(1, 1);
  assert.deepEqual(got, ["snapshot none 0", "1"]);
});

test("what is known already is ignored; another interview's frames are not ours", async () => {
  feed({ n: 5, hash: "h5" });
  await watched({ mode: "live", to: 5, hash: "h5" });
  wire.events(4, 5);
  wire.events(6, 6, "x", "other");
  wire.events(6, 6);
  wire.events(6, 6);
  assert.deepEqual(got, ["6"]);
  assert.equal(wire.asked.length, 1);
});

test("a gap and an overlap are not applied: it watches again from where it is", async () => {
  for (const [from, to] of [
    [7, 8],
    [4, 8],
  ] as const) {
    wire = new Wire();
    got = [];
    feed({ n: 5, hash: "h5" });
    await watched({ mode: "live", to: 5, hash: "h5" });
    mock.timers.tick(2_000);
    wire.events(from, to);
    assert.deepEqual(got, []);
    assert.equal(wire.asked.length, 2);
    assert.deepEqual(wire.last().params, { interview: "i", at: { n: 5, hash: "h5" } });
    wire.events(from, to); // one question at a time
    assert.equal(wire.asked.length, 2);
    await watched({ mode: "tail", to: 8, hash: "h8" });
    wire.events(6, 8);
    assert.deepEqual(got, ["6,7,8"]);
  }
});

test("gaps in quick succession do not become a storm", async () => {
  feed({ n: 5, hash: "h5" });
  await watched({ mode: "live", to: 5, hash: "h5" });
  for (let i = 0; i < 20; i++) wire.events(9, 9);
  assert.equal(wire.asked.length, 1);
  mock.timers.tick(1_000);
  assert.equal(wire.asked.length, 2);
});

test("a head shows that the last event was lost, or that the record went another way", async () => {
  feed({ n: 5, hash: "h5" });
  await watched({ mode: "live", to: 5, hash: "h5" });
  mock.timers.tick(2_000);
  wire.head(5);
  wire.head(4);
  assert.equal(wire.asked.length, 1);
  wire.head(6);
  assert.equal(wire.asked.length, 2);
  await watched({ mode: "tail", to: 6, hash: "h6" });
  wire.events(6, 6);
  mock.timers.tick(2_000);
  wire.head(6, "other");
  assert.equal(wire.asked.length, 3);
  await watched({ mode: "snapshot", to: 2, hash: "k2", snapshot: "rolled back" });
  wire.events(3, 3);
  assert.deepEqual(got, ["6", "snapshot rolled back 2", "3"]);
});

test("after a reconnection it watches from where it is; an older answer says nothing", async () => {
  const it = feed();
  const first = wire.last();
  wire.live();
  first.resolve({ mode: "snapshot", to: 1, hash: "h1", snapshot: "old" });
  await settle();
  assert.deepEqual(got, []);
  await watched({ mode: "snapshot", to: 4, hash: "h4", snapshot: "new" });
  wire.events(5, 5);
  wire.live();
  assert.deepEqual(wire.last().params, { interview: "i", at: { n: 5, hash: "h5" } });
  wire.last().reject(new Disconnected("interview.watch"));
  await settle();
  assert.equal(it.position?.n, 5);
  assert.deepEqual(got, ["snapshot new 4", "5"]);
});

test("a refusal is told; a passing one is tried again", async () => {
  feed();
  wire.last().reject(new RpcError(-32000, "", { reason: "overloaded", retry_ms: 3000 }));
  await settle();
  assert.deepEqual(got, []);
  mock.timers.tick(3_000);
  assert.equal(wire.asked.length, 2);
  wire.last().reject(new RpcError(-32000, "", { reason: "not_found" }));
  await settle();
  assert.deepEqual(got, ["refused not_found"]);
});

test("stopped without a connection, it leaves no unwatch for the next one", () => {
  const it = feed({ n: 1, hash: "h1" });
  wire.state = "reconnecting";
  it.stop();
  assert.deepEqual(
    wire.asked.map((asked) => asked.method),
    ["interview.watch"],
  );
});

test("stopped, it hears nothing and tells the server", async () => {
  const it = feed({ n: 1, hash: "h1" });
  const first = wire.last();
  it.stop();
  assert.equal(wire.last().method, "interview.unwatch");
  first.resolve({ mode: "snapshot", to: 4, hash: "h4", snapshot: "late" });
  await settle();
  wire.events(2, 2);
  wire.head(9);
  assert.deepEqual(got, []);
});
