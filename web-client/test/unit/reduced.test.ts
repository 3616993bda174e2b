// SPDX-License-Identifier: Apache-2.0
// Following without a WebSocket, against a stream and documents that the test makes.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { reduce } from "../../src/citizen/reduced.ts";
import { Feed } from "../../src/core/feed.ts";
import type { Position, Snapshot } from "../../src/core/protocol.ts";
import type { Connection } from "../../src/core/socket.ts";

class Source extends EventTarget {
  static all: Source[] = [];
  onerror: () => void = () => {};
  closed = false;

  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }

  close(): void {
    this.closed = true;
  }

  say(type: string, data: unknown, lastEventId = ""): void {
    const message = Object.assign(new Event(type), { data: JSON.stringify(data), lastEventId });
    this.dispatchEvent(message);
  }
}

// A WebSocket that comes when the test says so.
class Wire {
  state = "reconnecting";
  asked: Record<string, unknown>[] = [];
  private lives = new Set<() => void>();

  call(_method: string, params: Record<string, unknown>): Promise<unknown> {
    this.asked.push(params);
    return new Promise(() => {});
  }

  onNotification(): () => void {
    return () => {};
  }

  onLive(listener: () => void): () => void {
    this.lives.add(listener);
    if (this.state === "live") listener();
    return () => this.lives.delete(listener);
  }

  live(): void {
    this.state = "live";
    for (const listener of [...this.lives]) listener();
  }
}

const hashAt = (n: number) => (n ? `h${n}` : "");
const eventAt = (n: number) => ({ n, type: "t" });

/** A head or block of the events from…to, of which those up to the epoch are withheld. */
function stretch(from: number, to: number, epoch = 0) {
  const told = (n: number) => (n >= epoch ? hashAt(n) : "");
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return {
    interview: "i",
    epoch,
    from,
    to,
    hash: hashAt(to),
    retry_ms: 5000,
    before: told(from - 1),
    hashes: numbers.map(told),
    events: numbers.map((n) => (n > epoch ? eventAt(n) : { n, type: "withheld" })),
  };
}

let wire: Wire;
let got: string[] = [];
let states: boolean[] = [];
let documents: Record<string, unknown> = {};
let fetched: string[] = [];

beforeEach(() => {
  wire = new Wire();
  got = [];
  states = [];
  documents = {};
  fetched = [];
  Source.all = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  Object.assign(globalThis, {
    EventSource: Source,
    fetch: async (path: string) => {
      fetched.push(path);
      const found = documents[path];
      const text = async () => JSON.stringify(found);
      return { ok: found !== undefined, status: found === undefined ? 404 : 200, text };
    },
  });
});

afterEach(() => {
  mock.timers.reset();
  wire.live(); // ends whatever goes on
});

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}

function follow(at?: Position): Feed<Snapshot> {
  const feed = new Feed<Snapshot>(
    wire as unknown as Connection,
    "i",
    {
      snapshot: (snapshot) => got.push(`snapshot ${snapshot.to}`),
      events: (events) => got.push(events.map(({ n }) => n).join(" ")),
    },
    at,
  );
  reduce(wire as unknown as Connection, [feed], (good) => states.push(good));
  return feed;
}

const last = () => {
  const source = Source.all.at(-1);
  assert.ok(source);
  return source;
};

/** No stream comes through. */
async function silence(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    last().onerror();
    mock.timers.tick(60_000);
    await settle();
  }
}

test("a stream goes on from where the page is, and is said to be good once it speaks", async () => {
  const feed = follow({ n: 7, hash: "h7" });
  await settle();
  assert.match(last().url, /\/interviews\/i\/events\?after=7:h7$/);
  assert.deepEqual(states, []);
  last().say("head", { interview: "i", to: 9, hash: "h9" });
  last().say("message", eventAt(8), "8:h8");
  last().say("message", eventAt(9), "9:h9");
  assert.deepEqual(got, ["8", "9"]);
  assert.deepEqual(feed.position, { n: 9, hash: "h9" });
  assert.ok(states.every((good) => good) && states.length > 0);
  mock.timers.tick(2_000);
  assert.equal(Source.all.length, 1, "the head came before its tail: nothing is missing");
  last().say("snapshot", { to: 20, hash: "h20" }, "20:h20");
  last().say("message", eventAt(21), "21:h21");
  assert.deepEqual(got.slice(2), ["snapshot 20", "21"]);
  last().say("head", { interview: "i", to: 22, hash: "h22" });
  mock.timers.tick(2_000);
  await settle();
  assert.match(last().url, /after=21:h21$/, "a later head that is further: it watches again");
});

test("a stream that breaks is opened again from the last event; a silent one is one that broke", async () => {
  follow({ n: 1, hash: "h1" });
  await settle();
  last().say("message", eventAt(2), "2:h2");
  const before = last();
  mock.timers.tick(55_000);
  assert.ok(before.closed, "nothing was heard for too long");
  assert.equal(states.at(-1), false);
  mock.timers.tick(60_000);
  assert.match(last().url, /after=2:h2$/);
  assert.equal(Source.all.length, 2);
});

test("where no stream comes through it polls: head, blocks, head again", async () => {
  follow({ n: 3, hash: "h3" });
  await settle();
  documents["/i/i/head"] = stretch(1, 5);
  await silence();
  assert.deepEqual(got, ["4 5"]);
  documents["/i/i/head"] = stretch(129, 130);
  documents["/i/i/ev/0?e=0"] = stretch(1, 64);
  documents["/i/i/ev/1?e=0"] = stretch(65, 128);
  mock.timers.tick(60_000);
  await settle();
  const numbers = got.slice(1).flatMap((text) => text.split(" ").map(Number));
  assert.deepEqual(
    numbers,
    Array.from({ length: 125 }, (_, i) => 6 + i),
  );
  assert.equal(Source.all.length, 2, "streams are not tried again");
  const asked = fetched.length;
  mock.timers.tick(60_000);
  await settle();
  assert.equal(fetched.length, asked + 1, "the head alone");
});

test("from before what was taken back, and from another record, it begins anew", async () => {
  follow({ n: 3, hash: "h3" });
  await settle();
  documents["/i/i/head"] = stretch(1, 9, 5);
  documents["/api/v1/interviews/i"] = { to: 9, hash: "h9" };
  await silence();
  assert.deepEqual(got, ["snapshot 9"]);
  documents["/i/i/head"] = { ...stretch(1, 10, 5), hashes: Array(10).fill("x") };
  documents["/api/v1/interviews/i"] = { to: 10, hash: "x" };
  mock.timers.tick(60_000);
  await settle();
  assert.deepEqual(got, ["snapshot 9", "snapshot 10"]);
  // A cache that does not look at the epoch.
  documents["/i/i/head"] = stretch(129, 130, 10);
  documents["/i/i/ev/0?e=10"] = stretch(1, 64, 0);
  documents["/api/v1/interviews/i"] = { to: 130, hash: "h130" };
  mock.timers.tick(60_000);
  await settle();
  assert.deepEqual(got.slice(2), ["snapshot 130"]);
});

test("once there is a WebSocket it ends, and the feed goes on from where it is", async () => {
  follow({ n: 7, hash: "h7" });
  await settle();
  last().say("message", eventAt(8), "8:h8");
  wire.live();
  await settle();
  assert.ok(last().closed);
  assert.equal(states.at(-1), false);
  assert.deepEqual(wire.asked.at(-1), { interview: "i", at: { n: 8, hash: "h8" } });
  const count = Source.all.length;
  last().say("message", eventAt(9), "9:h9");
  mock.timers.tick(600_000);
  await settle();
  assert.deepEqual(got, ["8"]);
  assert.equal(Source.all.length, count);
});
