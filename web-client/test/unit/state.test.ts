// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, StaffQuestion, StaffSnapshot } from "../../src/core/protocol.ts";
import { fold, fromSnapshot, type StaffState, withVotes } from "../../src/staff/state.ts";
import {
  activeClaim,
  byVotes,
  consoles,
  inTab,
  leaders,
  mayDecide,
  nextStages,
  onAir,
  queue,
  tabCounts,
  unqueued,
} from "../../src/staff/views.ts";

function empty(): StaffState {
  const snapshot: StaffSnapshot = {
    interview: {
      id: "i1",
      topic: "老旧小区加装电梯",
      departments: ["住建局"],
      guests: [{ name: "何敏" }],
      compere: { name: "田野" },
      languages: ["zh-Hans"],
      policy_documents: [],
      policy: { asking: "named", question_public: "on_approve" },
      stage: "lobby",
      asking: "closed",
      starts_at: "2026-11-24T07:00:00.000Z",
      minutes: 60,
      version: 4,
      roster: [{ user: "lin", duty: "moderator" }],
    },
    statements: [],
    questions: [],
    polls: [],
    notices: [],
    counts: { statements: 0, questions: 0, answered: 0 },
    to: 4,
    hash: "00",
  };
  return fromSnapshot(snapshot);
}

let n = 4;
function event(type: string, body: Record<string, unknown> = {}): Event {
  return { n: ++n, at: "2026-11-24T07:01:00.000Z", type, ...body };
}

function ask(id: string, stage = "pending"): Event {
  return event("question.received", {
    question: id,
    receipt_no: `R-${id}`,
    text: `电费怎么分摊 ${id}`,
    origin: "live",
    asker: "c:77",
    stage,
  });
}

function get(state: StaffState, id: string): StaffQuestion {
  const question = state.questions.get(id);
  assert.ok(question, id);
  return question;
}

const approve = (id: string, more: Record<string, unknown> = {}) =>
  event("question.approved", {
    question: id,
    receipt_no: `R-${id}`,
    origin: "live",
    public: false,
    text: `电费怎么分摊 ${id}`,
    edited: false,
    labels: [],
    public_at: "2026-11-24T07:01:10.000Z",
    by: "u:lin",
    ...more,
  });

test("the old state is never changed", () => {
  const before = fold(empty(), [ask("a")]);
  const copy = structuredClone(before.questions.get("a"));
  const after = fold(before, [approve("a"), event("question.queued", { question: "a" })]);
  assert.deepEqual(before.questions.get("a"), copy);
  assert.equal(before.questions.size, 1);
  assert.notEqual(after.questions, before.questions);
});

test("received, claimed, approved as a decision, then published", () => {
  let state = fold(empty(), [
    ask("a"),
    event("question.claimed", {
      question: "a",
      epoch: 3,
      until: "2026-11-24T07:02:30.000Z",
      by: "u:lin",
    }),
  ]);
  assert.deepEqual(get(state, "a").claim, {
    by: "lin",
    epoch: 3,
    until: "2026-11-24T07:02:30.000Z",
  });
  assert.equal(get(state, "a").version, 1);

  state = fold(state, [approve("a", { text: "电费怎么分?", edited: true, version: 2 })]);
  let question = get(state, "a");
  assert.equal(question.stage, "approved");
  assert.equal(question.version, 2);
  assert.equal(question.visibility, "hidden");
  assert.equal(question.text, "电费怎么分?");
  assert.equal(question.original, "电费怎么分摊 a");
  assert.equal(question.decided_by, "lin");
  assert.equal(question.claim, undefined);
  assert.equal(question.public_at, "2026-11-24T07:01:10.000Z");

  state = fold(state, [
    event("question.approved", {
      question: "a",
      receipt_no: "R-a",
      text: "电费怎么分?",
      edited: true,
      origin: "live",
      labels: [],
      votes: 6,
      public: true,
      version: 2,
    }),
  ]);
  question = get(state, "a");
  assert.equal(question.visibility, "public");
  assert.equal(question.version, 2);
  assert.equal(question.votes, 6);
  assert.equal(question.decided_by, "lin"); // the publication is nobody's new decision
});

test("undone: the original text and the wait are back", () => {
  const state = fold(empty(), [
    ask("a"),
    approve("a", { text: "改过", edited: true }),
    event("question.undone", { question: "a" }),
  ]);
  const question = get(state, "a");
  assert.equal(question.stage, "pending");
  assert.equal(question.text, "电费怎么分摊 a");
  assert.equal(question.edited, false);
  assert.equal(question.version, 3);
  for (const key of ["public_at", "decided_at", "decided_by"]) assert.ok(!(key in question), key);
});

test("rejected with reason and note; withdrawn leaves a tombstone only where it was public", () => {
  const state = fold(empty(), [
    ask("a"),
    ask("b"),
    ask("c"),
    event("question.rejected", { question: "a", code: "advert", note: "请勿推广", by: "lin" }),
    event("question.withdrawn", { question: "b" }),
    approve("c"),
    event("question.approved", { question: "c", receipt_no: "R-c", text: "x", votes: 0 }),
    event("question.withdrawn", { question: "c" }),
  ]);
  assert.equal(get(state, "a").code, "advert");
  assert.equal(get(state, "a").note, "请勿推广");
  assert.equal(get(state, "b").visibility, "hidden");
  assert.equal(get(state, "c").visibility, "tombstone");
  assert.deepEqual(tabCounts(state), { pending: 0, approved: 0, rejected: 1, all: 3 });
});

test("the way through the queue to the answer", () => {
  let state = fold(
    empty(),
    ["a", "b", "c"].flatMap((id) => [ask(id), approve(id)]),
  );
  state = fold(state, [
    event("question.queued", { question: "a" }),
    event("question.queued", { question: "b" }),
    event("question.queued", { question: "c", position: 1 }),
  ]);
  const order = () => queue(state).map((question) => question.question);
  assert.deepEqual(order(), ["c", "a", "b"]);
  state = fold(state, [event("question.reordered", { question: "b", position: 1 })]);
  assert.deepEqual(order(), ["b", "c", "a"]);
  const version = get(state, "b").version;
  state = fold(state, [event("question.on_air", { question: "b" })]);
  assert.equal(get(state, "b").version, version + 1);
  assert.deepEqual(order(), ["c", "a"]);
  assert.deepEqual(
    onAir(state).map((question) => question.question),
    ["b"],
  );
  state = fold(state, [event("question.off_air", { question: "b" })]);
  assert.deepEqual(order(), ["b", "c", "a"]);
  state = fold(state, [event("question.dequeued", { question: "c" })]);
  assert.deepEqual(
    unqueued(state).map((question) => question.question),
    ["c"],
  );
  state = fold(state, [
    event("question.on_air", { question: "b" }),
    event("statement.published", {
      statement: "s1",
      kind: "answer",
      speaker: { name: "何敏" },
      text: "按楼层系数分。",
      questions: ["b"],
      said_at: "2026-11-24T07:00:59.000Z",
      origin: "live",
    }),
    event("question.answered", { question: "b", statement: "s1" }),
  ]);
  const answered = get(state, "b");
  assert.equal(answered.stage, "answered");
  assert.deepEqual(answered.answers, ["s1"]);
  state = fold(state, [event("question.answered", { question: "b", statement: "s2" })]);
  assert.equal(get(state, "b").version, answered.version); // a further answer does not raise it
  assert.deepEqual(get(state, "b").answers, ["s1", "s2"]);
  assert.equal(state.statements.length, 1);
});

test("an interview's stages, times and version", () => {
  let state = fold(empty(), [
    event("interview.started", { stage: "live", version: 5 }),
    event("interview.suspended", { stage: "suspended", reason: "线路故障" }),
  ]);
  assert.equal(state.interview.stage, "suspended");
  assert.equal(state.interview.reason, "线路故障");
  assert.equal(state.interview.started_at, "2026-11-24T07:01:00.000Z");
  assert.equal(state.interview.version, 6);
  state = fold(state, [
    { ...event("interview.resumed", { stage: "live" }), at: "2026-11-24T07:09:00.000Z" },
    event("asking.set", { asking: "open" }),
    event("interview.updated", { topic: "新题目", policy: { asking: "anonymous" } }),
  ]);
  assert.equal(state.interview.reason, undefined);
  assert.equal(state.interview.started_at, "2026-11-24T07:01:00.000Z");
  assert.equal(state.interview.asking, "open");
  assert.equal(state.interview.topic, "新题目");
  assert.deepEqual(state.interview.policy, { asking: "anonymous", question_public: "on_approve" });
  assert.equal(state.interview.version, 8); // asking is not the announcement: no version
});

test("a guest meets a question with its approval", () => {
  const state = fold(empty(), [
    { n: ++n, type: "withheld" },
    approve("a", { version: 2 }),
    event("question.on_air", { question: "a" }),
    event("question.queued", { question: "never-seen" }),
  ]);
  assert.equal(get(state, "a").stage, "on_air");
  assert.equal(get(state, "a").version, 3);
  assert.equal(get(state, "a").receipt_no, "R-a");
  assert.equal(get(state, "a").visibility, "hidden");
  assert.equal(state.questions.size, 1);
});

test("unknown types and broken bodies change nothing", () => {
  const before = fold(empty(), [ask("a")]);
  const after = fold(before, [
    event("question.applauded", { question: "a" }),
    event("question.received", { question: "b" }),
    event("question.approved", {}),
    event("statement.published", { text: "?" }),
    event("asking.set", { asking: 3 }),
    ask("a"),
  ]);
  assert.deepEqual(after, before);
});

test("a claim ends by itself", () => {
  const question = {
    ...get(fold(empty(), [ask("a")]), "a"),
    claim: { by: "lin", epoch: 1, until: "2026-11-24T07:02:00.000Z" },
  };
  const until = Date.parse("2026-11-24T07:02:00.000Z");
  assert.ok(activeClaim(question, until - 1));
  assert.equal(activeClaim(question, until), undefined);
});

test("what waits is oldest first, what is decided newest first", () => {
  const state = fold(empty(), [
    ask("a", "held"),
    ask("b"),
    ask("c"),
    approve("c"),
    ask("d"),
    approve("d"),
  ]);
  const ids = (tab: Parameters<typeof inTab>[1]) =>
    inTab(state, tab).map((question) => question.question);
  assert.deepEqual(ids("pending"), ["a", "b"]);
  assert.deepEqual(ids("approved"), ["d", "c"]);
  assert.equal(ids("all").length, 4);
});

test("consoles follow duties", () => {
  assert.deepEqual(consoles(["reviewer", "moderator", "guest"], "staff"), ["moderator", "guest"]);
  assert.deepEqual(consoles(["picture_editor"], "staff"), []);
  assert.deepEqual(consoles(["moderator"], "portal_admin"), ["moderator", "compere"]);
  assert.ok(mayDecide(["guest", "reviewer"]));
  assert.ok(!mayDecide(["compere", "producer"]));
});

// A small generator with a seed, so that a failure can be repeated.
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("whatever happens, the queue has ranks 1…n and holds exactly the queued", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const pick = random(seed);
    const types = "queued reordered dequeued on_air off_air answered referred withdrawn undone";
    let state = fold(
      empty(),
      ["a", "b", "c", "d", "e"].flatMap((id) => [ask(id), approve(id)]),
    );
    for (let i = 0; i < 120; i++) {
      const type = types.split(" ")[pick(9)] ?? "";
      const id = "abcde"[pick(5)] ?? "";
      const question = get(state, id);
      if (type === "reordered" && question.stage !== "queued") continue;
      const position = pick(3) ? { position: pick(8) } : {};
      state = fold(state, [
        event(`question.${type}`, {
          question: id,
          statement: `s${i}`,
          department: "x",
          ...position,
        }),
      ]);
      const order = queue(state);
      assert.deepEqual(
        order.map((item) => item.queue_rank),
        order.map((_, index) => index + 1),
        `seed ${seed}, step ${i}, ${type}`,
      );
      const queued = [...state.questions.values()].filter((item) => item.stage === "queued");
      assert.equal(order.length, queued.length, `seed ${seed}, step ${i}, ${type}`);
    }
  }
});

test("planning is the administrator's, the course the compere's", () => {
  assert.deepEqual(nextStages("draft", "staff"), []);
  assert.deepEqual(nextStages("draft", "portal_admin"), ["in_review"]);
  assert.deepEqual(nextStages("live", "staff"), ["draining", "suspended"]);
  assert.deepEqual(nextStages("live", "portal_admin"), ["draining", "suspended"]);
  assert.deepEqual(nextStages("archived", "portal_admin"), []);
});

test("a joined question follows its leader, and both know of each other", () => {
  const joined = (id: string, count: number) =>
    event("question.grouped", { question: id, into: "a", count, by: "u:lin", version: 2 });
  let state = fold(empty(), [ask("a"), ask("b"), ask("c"), joined("b", 1), joined("c", 2)]);
  const get = (id: string) => state.questions.get(id) as StaffQuestion;
  assert.deepEqual([get("b").stage, get("b").group, get("b").version], ["grouped", "a", 2]);
  assert.deepEqual([get("a").grouped, get("a").version, get("b").decided_by], [2, 1, "lin"]);
  state = fold(state, [event("question.grouped", { into: "a", count: 5, public: true })]);
  assert.equal(get("a").grouped, 5, "the public number names the leader alone");
  state = fold(state, [
    event("question.ungrouped", { question: "b", into: "a", count: 1, version: 3 }),
  ]);
  assert.deepEqual([get("b").stage, get("b").group, get("a").grouped], ["pending", undefined, 1]);
  state = fold(state, [event("question.withdrawn", { question: "c", version: 3 })]);
  assert.deepEqual([get("c").stage, get("a").grouped], ["withdrawn", undefined]);
});

test("what others can be joined with: what stands, the public first, by number or words", () => {
  const state = fold(empty(), [
    ask("a"),
    ask("b"),
    ask("c"),
    ask("d"),
    event("question.rejected", { question: "d", code: "spam", by: "u:lin", version: 2 }),
    event("question.approved", { question: "b", text: "共享单车", by: "u:lin", version: 2 }),
    event("question.approved", { question: "b", text: "共享单车", votes: 0, public: true }),
  ]);
  const found = (ids: string[], words: string) =>
    leaders(state, ids, words).map(({ question }) => question);
  assert.deepEqual(found(["a"], ""), ["b", "c"]);
  assert.deepEqual(found([], " r-c "), ["c"]);
  assert.deepEqual(found([], "共享"), ["b"]);
});

test("votes are of the moment, and sort without moving the rest", () => {
  const state = withVotes(fold(empty(), [ask("a"), ask("b"), ask("c")]), { b: 3, none: 9 });
  assert.equal(state.questions.get("b")?.votes, 3);
  assert.equal(state.questions.size, 3);
  const order = byVotes(inTab(state, "pending")).map(({ question }) => question);
  assert.deepEqual(order, ["b", "a", "c"]);
});
