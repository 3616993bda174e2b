// SPDX-License-Identifier: Apache-2.0
// A snapshot and the events after it give what a fresh snapshot gives: for everybody by the public
// fold of tests/kit, for guests and colleagues by the desk's own, over the random commands of
// model_test.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fold, fromSnapshot } from "../kit/desk.mjs";
import { applyPublic } from "../kit/public.mjs";

const commands = process.env.FANGTAN_LONG ? 100000 : 10000;
const seed = 1;
const folder = mkdtempSync(join(tmpdir(), "fangtan-tails-"));
after(() => rmSync(folder, { recursive: true }));

const asPublic = {
  from: (snapshot) => structuredClone(snapshot),
  add(state, { hash, events }) {
    for (const event of events) applyPublic(state, event);
    state.hash = hash;
    return state;
  },
};

const asStaff = {
  from: fromSnapshot,
  add: (state, { events }) => fold(state, events),
};

// A guest meets questions as they are let through, and a fresh snapshot has them as they came in.
const guests = (questions) => questions.sort((a, b) => (a.question < b.question ? -1 : 1));

// As a list: their order is part of what is seen, and a Map's equality does not look at it.
function told(state, sight) {
  if (sight === "public") return state;
  const questions = [...state.questions.values()];
  return { ...state, questions: sight === "guest" ? guests(questions) : questions };
}

class Watch {
  checks = 0;
  events = 0;

  constructor(sight) {
    this.way = sight === "public" ? asPublic : asStaff;
    this.sight = sight;
  }

  take({ frame, fresh }) {
    if (fresh) this.compare(fresh);
    else if (frame.result?.snapshot) this.begin(frame.result);
    else if (frame.method === "events") this.go(frame.params);
    else if (frame.method === "head" && frame.params.to > this.n) this.state = undefined;
  }

  // After what was taken down is back all begin anew, with the next watch.
  begin({ snapshot, to }) {
    this.state = this.way.from(snapshot);
    this.n = to;
  }

  go(params) {
    if (!this.state) return;
    assert.equal(params.from, this.n + 1, `${this.sight}: an event is missing`);
    this.state = this.way.add(this.state, params);
    this.n = params.to;
    this.events += params.events.length;
  }

  compare(fresh) {
    if (!this.state) return;
    this.checks++;
    const where = `${this.sight}, at ${this.n} of ${fresh.interview.id} (seed ${seed})`;
    assert.deepEqual(told(this.state, this.sight), told(this.way.from(fresh), this.sight), where);
  }
}

test("snapshot and tail give a fresh snapshot, for everybody, guests and staff", async () => {
  const path = join(folder, "tails");
  const run = spawnSync(
    process.env.MODEL_TEST,
    ["--seed", `${seed}`, "--commands", `${commands}`, "--tails", path],
    { encoding: "utf8" },
  );
  assert.equal(run.status, 0, run.stderr);
  const watches = new Map(["public", "guest", "staff"].map((sight) => [sight, new Watch(sight)]));
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { sight, ...said } = JSON.parse(line);
    watches.get(sight).take(said);
  }
  for (const { sight, checks, events } of watches.values()) {
    console.log(`${sight}: ${checks} comparisons after ${events} events`);
    assert.ok(checks > 0 && events > 0, `${sight} was watched`);
  }
});
