// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Event,
  InterviewStage,
  StaffInterview,
  StaffQuestion,
  StaffSnapshot,
} from "../../src/core/protocol.ts";
import type { StaffState } from "../../src/staff/folding.ts";
import { fold, fromSnapshot, withVotes } from "../../src/staff/state.ts";
import {
  activeClaim,
  byVotes,
  consoles,
  draftSteps,
  inTab,
  leaders,
  mayDecide,
  mayRestore,
  mayRetract,
  missing,
  nextStages,
  onAir,
  otherStages,
  queue,
  silencedUntil,
  stepName,
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
    drafts: [],
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
    at: "2026-11-24T07:01:00.000Z",
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
  assert.deepEqual(tabCounts(state), { pending: 0, approved: 0, rejected: 1, review: 0, all: 3 });
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
  assert.equal(get(state, "b").version, answered.version + 1);
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

test("a guest forgets what is let through no longer", () => {
  // As a guest gets them: without who did it.
  const { by, ...approval } = approve("a", { version: 2 });
  const other = event("question.approved", { ...approve("b"), by: undefined });
  const known = [approval as Event, event("question.queued", { question: "a" }), other];
  const after = (...events: Event[]) => [...fold(empty(), [...known, ...events]).questions.keys()];
  assert.deepEqual(after(), ["a", "b"]);
  assert.deepEqual(after(event("question.undone", { question: "a" })), ["b"]);
  const joined = event("question.grouped", { question: "a", into: "b", count: 1 });
  assert.deepEqual(after(joined), ["b"]);
  const number = (...events: Event[]) => get(fold(empty(), [...known, ...events]), "b").grouped;
  assert.equal(number(joined), undefined, "of what nobody sees no number is told");
  const shown = event("question.approved", { question: "b", public: true, votes: 0, grouped: 1 });
  assert.equal(number(joined, shown), 1);
  assert.equal(number(joined, shown, event("question.retracted", { question: "b" })), undefined);
  assert.deepEqual(
    after(
      event("question.rejected", { question: "b", code: "unclear" }),
      event("question.restored", { question: "b" }), // its appeal was granted
    ),
    ["a"],
  );
});

test("a route raises the version, and ends with what it is a route of", () => {
  const routed = event("question.routed_to_guest", { question: "a", guest: "Shen Yulan" });
  const state = fold(empty(), [ask("a"), approve("a"), routed]);
  assert.equal(get(state, "a").version, 3);
  assert.equal(get(state, "a").changed_by, "lin");
  const passed = fold(state, [event("question.guest_passed", { question: "a" })]);
  assert.equal(get(passed, "a").version, 4);
  const undone = fold(state, [event("question.undone", { question: "a" })]);
  assert.equal(get(undone, "a").route, undefined);
  const guests = fold(empty(), [approve("a", { version: 2 }), routed]);
  assert.equal(get(guests, "a").changed_by, undefined, "a guest is not told who did what");
});

test("what was retracted is closed with its interview", () => {
  const state = fold(empty(), [
    ask("a"),
    approve("a"),
    event("question.answered", { question: "a", statement: "s" }),
    event("question.retracted", { question: "a", code: "unclear" }),
    event("interview.closed", { stage: "closed" }),
  ]);
  assert.equal(get(state, "a").before, "closed");
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

const about = (type: string, question: string, more: Record<string, unknown> = {}) =>
  event(`question.${type}`, { question, by: "u:lin", ...more });
const publish = (id: string) =>
  event("question.approved", { question: id, text: `电费怎么分摊 ${id}`, votes: 0, public: true });

test("taken down and put back: where it stood, and nothing goes back on air", () => {
  let state = fold(
    empty(),
    ["a", "b"].flatMap((id) => [ask(id), approve(id), publish(id)]),
  );
  state = fold(state, [
    about("queued", "b"),
    event("question.on_air", { question: "a" }),
    about("retraction_asked", "a", { code: "secret", note: "n", waits: true }),
  ]);
  assert.deepEqual(get(state, "a").retraction, { by: "lin", code: "secret" });
  const { version } = get(state, "a");
  state = fold(state, [about("retracted", "a", { code: "secret" })]);
  let question = get(state, "a");
  assert.deepEqual(
    [question.stage, question.visibility, question.before, question.code, question.note],
    ["retracted", "tombstone", "on_air", "secret", "n"],
  );
  assert.equal(question.version, version + 1);
  assert.equal(question.retraction, undefined);
  assert.ok(!mayRestore(question, "lin") && mayRestore(question, "wu"));
  state = fold(state, [about("restored", "a", { stage: "approved" })]);
  question = get(state, "a");
  assert.deepEqual([question.stage, question.visibility], ["queued", "public"]);
  assert.equal(question.code ?? question.before ?? question.retracted_by, undefined);
  assert.deepEqual(
    queue(state).map((item) => item.question),
    ["a", "b"],
  );
  assert.ok(mayRetract(question));
});

test("put back without an answer that stands, it waits for one; with one, or a reply, it does not", () => {
  const said = (statement: string) =>
    event("statement.published", { statement, kind: "answer", questions: ["a"], text: "x" });
  const shownAndAnswered = [
    ask("b"),
    approve("b"),
    about("queued", "b"),
    ask("a"),
    approve("a"),
    publish("a"),
    said("s1"),
    said("s2"),
    event("question.answered", { question: "a", statement: "s1" }),
    event("question.answered", { question: "a", statement: "s2" }),
  ];
  const gone = (statement: string) => event("statement.retracted", { statement, code: "mistake" });
  const after = (...events: Event[]) =>
    fold(empty(), [
      ...shownAndAnswered,
      about("retracted", "a", { code: "secret" }),
      ...events,
      about("restored", "a", { stage: "approved" }),
    ]);
  const one = get(after(gone("s1")), "a");
  assert.deepEqual([one.stage, one.answers], ["answered", ["s1", "s2"]]);
  const none = after(gone("s1"), gone("s2"));
  assert.deepEqual([get(none, "a").stage, get(none, "a").answers], ["queued", []]);
  assert.deepEqual(
    queue(none).map((item) => item.question),
    ["a", "b"],
  );
  const replied = fold(empty(), [
    ask("c"),
    approve("c"),
    publish("c"),
    about("referred", "c", { department: "住建局" }),
    event("case.reply_published", { question: "c", department: "住建局", text: "办好了" }),
    about("retracted", "c", { code: "secret" }),
    about("restored", "c", { stage: "closed" }),
  ]);
  assert.equal(get(replied, "c").stage, "closed");
});

test("an appeal is open until somebody decides about it", () => {
  const turnedDown = [ask("a"), about("rejected", "a", { code: "unclear" })];
  const open = fold(empty(), [...turnedDown, event("question.appealed", { question: "a" })]);
  assert.deepEqual([get(open, "a").appeal, get(open, "a").version], ["open", 3]);
  const no = get(fold(open, [about("rejected", "a", { code: "unclear" })]), "a");
  assert.deepEqual([no.appeal, no.stage], ["dismissed", "rejected"]);
  const yes = get(fold(open, [about("restored", "a")]), "a");
  assert.deepEqual([yes.appeal, yes.stage, yes.code], ["upheld", "pending", undefined]);
});

test("held, taken over, replied to and lapsed", () => {
  const until = "2026-11-24T07:02:30.000Z";
  let state = fold(empty(), [
    ask("a"),
    ask("b"),
    about("claimed", "a", { epoch: 1, until }),
    event("question.taken_over", { question: "a", epoch: 2, until, from: "lin", by: "u:wu" }),
  ]);
  assert.equal(get(state, "a").claim?.by, "wu");
  state = fold(state, [about("held", "a", { note: "法务" })]);
  assert.deepEqual([get(state, "a").stage, get(state, "a").held_note], ["held", "法务"]);
  assert.equal(get(state, "a").claim, undefined);
  state = fold(state, [
    about("replied", "a", { text: "答复" }),
    about("lapsed", "b", { note: "时间不够" }),
  ]);
  assert.equal(get(state, "a").stage, "closed");
  assert.equal(get(state, "a").reply?.text, "答复");
  assert.deepEqual([get(state, "b").stage, get(state, "b").note], ["lapsed", "时间不够"]);
  state = fold(state, [
    ask("c"),
    about("referred", "c", { department: "住建局" }),
    event("case.reply_published", { question: "c", department: "住建局", text: "办好了" }),
  ]);
  assert.deepEqual(get(state, "c").reply, {
    text: "办好了",
    at: "2026-11-24T07:01:00.000Z",
    department: "住建局",
  });
});

test("consoles follow duties", () => {
  assert.deepEqual(consoles(["reviewer", "moderator", "guest"], "staff"), ["moderator", "guest"]);
  assert.deepEqual(consoles(["picture_editor"], "staff"), []);
  const admins = ["moderator", "compere", "roster", "erasure"];
  assert.deepEqual(consoles(["moderator"], "portal_admin"), admins);
  assert.deepEqual(consoles([], "auditor"), ["erasure"]);
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
  assert.deepEqual(nextStages("draining", "staff", ["producer"]), [], "that is the compere's");
  assert.deepEqual(nextStages("draining", "staff", ["compere"]), ["ended"]);
  assert.deepEqual(nextStages("archived", "portal_admin"), []);
  assert.deepEqual(nextStages("published", "staff"), []);
  assert.deepEqual(nextStages("published", "portal_admin"), ["closed"]);
});

test("out of the usual order only an administrator goes, and back only to where it was", () => {
  const at = (stage: InterviewStage, before_down?: InterviewStage) =>
    ({ ...empty().interview, stage, ...(before_down ? { before_down } : {}) }) as StaffInterview;
  assert.deepEqual(otherStages(at("live"), "staff"), []);
  assert.deepEqual(otherStages(at("live"), "portal_admin"), ["taken_down"]);
  assert.deepEqual(otherStages(at("in_review"), "portal_admin"), ["draft"]);
  assert.deepEqual(otherStages(at("scheduled"), "portal_admin"), ["postponed", "cancelled"]);
  assert.deepEqual(otherStages(at("lobby"), "portal_admin"), [
    "postponed",
    "cancelled",
    "taken_down",
  ]);
  assert.deepEqual(otherStages(at("taken_down", "closed"), "portal_admin"), ["closed"]);
  assert.equal(stepName("taken_down", "live"), "restore");
  assert.equal(stepName("suspended", "live"), "resume");
  assert.equal(stepName("lobby", "live"), "live");
});

test("of a list that is demanded, what is missing is named", () => {
  const may_override = false;
  const guard = { guard: "roster", need: ["compere", "guest"], have: ["guest"], may_override };
  assert.deepEqual(missing(guard), ["compere"]);
  assert.deepEqual(missing({ guard: "fields", need: ["topic"], may_override }), ["topic"]);
  assert.deepEqual(missing({ guard: "notice_days", need: 3, have: 1, may_override }), []);
});

test("answered questions are closed with the interview, and keep their versions", () => {
  const before = fold(empty(), [
    ask("a"),
    ask("b"),
    approve("a"),
    event("question.answered", { question: "a", statement: "s-1" }),
  ]);
  const after = fold(before, [event("interview.closed", { stage: "closed" })]);
  assert.equal(get(after, "a").stage, "closed");
  assert.equal(get(after, "a").version, get(before, "a").version);
  assert.equal(get(after, "b").stage, "pending");
  assert.equal(get(before, "a").stage, "answered");
});

test("taken down and restored; topics; why asking was closed", () => {
  let state = fold(empty(), [
    event("interview.suspended", { stage: "suspended", reason: "线路故障" }),
    event("interview.taken_down", { stage: "taken_down", reason: "内容有误" }),
  ]);
  assert.equal(state.interview.before_down, "suspended");
  state = fold(state, [
    event("interview.restored", { stage: "suspended", reason: "线路故障" }),
    event("interview.updated", { topics: ["水价", "管网"] }),
    event("asking.set", { asking: "closed", reason: "no_moderator" }),
  ]);
  assert.equal(state.interview.stage, "suspended");
  assert.equal(state.interview.reason, "线路故障");
  assert.equal(state.interview.before_down, undefined);
  assert.deepEqual(state.interview.topics, ["水价", "管网"]);
  assert.equal(state.interview.asking_reason, "no_moderator");
  const version = state.interview.version;
  state = fold(state, [
    event("interview.updated", { topics: [] }),
    event("asking.set", { asking: "open" }),
    event("interview.overridden", { to: "live", guards: ["must_attend"], why: "病假" }),
  ]);
  assert.equal(state.interview.topics, undefined);
  assert.equal(state.interview.asking_reason, undefined);
  assert.equal(state.interview.version, version + 2);
});

test("redacted: the text changes, the original stays, and undoing brings nothing back", () => {
  let state = fold(empty(), [ask("a")]);
  state = fold(state, [event("question.redacted", { question: "a", text: "电费█", version: 2 })]);
  assert.deepEqual(
    [get(state, "a").text, get(state, "a").original, get(state, "a").edited],
    ["电费█", "电费怎么分摊 a", true],
  );
  assert.equal(get(state, "a").version, 2);
  state = fold(state, [approve("a"), event("question.undone", { question: "a" })]);
  assert.deepEqual([get(state, "a").text, get(state, "a").edited], ["电费█", true]);
});

test("labels, notes and the guest a question goes to", () => {
  let state = fold(empty(), [
    ask("a"),
    event("question.labelled", { question: "a", labels: ["电费"], version: 2 }),
    event("question.noted", { question: "a", text: "问过了", by: "u:lin" }),
    event("question.noted", { question: "a", text: "已回电", by: "u:wang" }),
    event("question.routed_to_guest", { question: "a", guest: "何敏", by: "u:tian" }),
  ]);
  const { labels, version, notes, route, changed_by } = get(state, "a");
  assert.deepEqual([labels, version, changed_by], [["电费"], 3, "tian"]);
  assert.deepEqual(
    notes?.map(({ by, text }) => [by, text]),
    [
      ["lin", "问过了"],
      ["wang", "已回电"],
    ],
  );
  assert.deepEqual(route, { guest: "何敏", by: "tian", answer: "waits" });
  const pass = event("question.guest_passed", { question: "a", note: "不归我", by: "u:he" });
  state = fold(state, [pass]);
  assert.deepEqual(get(state, "a").route, {
    guest: "何敏",
    by: "tian",
    answer: "passed",
    answered_by: "he",
    note: "不归我",
  });
  state = fold(state, [event("question.guest_accepted", { question: "a", by: "u:he" })]);
  assert.deepEqual(
    [get(state, "a").route?.answer, get(state, "a").route?.note, get(state, "a").version],
    ["accepted", undefined, 5],
  );
});

test("who entered a question is known where there is no asker", () => {
  const entered = event("question.received", {
    question: "a",
    receipt_no: "R-a",
    text: "打电话来问的",
    origin: "phone",
    by: "u:ji",
    stage: "pending",
  });
  const state = fold(empty(), [entered, ask("b")]);
  assert.deepEqual([get(state, "a").entered_by, get(state, "b").entered_by], ["ji", undefined]);
});

test("of a silence the last word counts, until its time is over", () => {
  const until = "2026-11-24T08:00:00.000Z";
  const silence = (type: string, by: string, more = {}) =>
    event(`asker.${type}`, { question: "a", asker: "c:77", by, ...more });
  let state = fold(empty(), [ask("a"), silence("silenced", "u:lin", { until })]);
  assert.deepEqual(state.silences, [{ asker: "c:77", by: "lin", until }]);
  assert.equal(silencedUntil(state, "c:77", Date.parse(until) - 1), until);
  assert.equal(silencedUntil(state, "c:77", Date.parse(until)), undefined);
  assert.equal(silencedUntil(state, "c:78", 0), undefined);
  assert.equal(silencedUntil(state, undefined, 0), undefined);
  state = fold(state, [silence("unsilenced", "u:wang")]);
  assert.deepEqual(state.silences, [{ asker: "c:77", by: "wang" }]);
  assert.equal(silencedUntil(state, "c:77", 0), undefined);
});

// ---- statements ------------------------------------------------------------------------------

function spoken(id: string, text: string) {
  return { statement: id, kind: "answer", speaker: { name: "何敏" }, text, questions: ["q1"] };
}

test("a draft walks its chain, comes back, is written anew and published once", () => {
  let state = fold(empty(), [
    event("statement.submitted", {
      ...spoken("s1", "分摊按楼层"),
      by: "u:he",
      version: 1,
      origin: "live",
      entered_as: "guest",
      said_at: "2026-11-24T07:01:00.000Z",
      step: 0,
      waits_for: "reviewer",
    }),
  ]);
  assert.deepEqual(
    state.drafts.map((d) => [d.stage, d.waits_for, d.author, d.version]),
    [["submitted", "reviewer", "he", 1]],
  );
  state = fold(state, [
    event("statement.passed_step", {
      statement: "s1",
      step: 1,
      waits_for: "policy_checker",
      version: 2,
    }),
    event("statement.returned", { statement: "s1", note: "请写明比例", version: 3 }),
  ]);
  assert.equal(state.drafts[0]?.stage, "returned");
  assert.equal(state.drafts[0]?.note, "请写明比例");
  assert.equal(state.drafts[0]?.waits_for, undefined);
  state = fold(state, [
    event("statement.prepared", {
      ...spoken("s1", "按楼层分摊,一层不摊"),
      by: "u:ji",
      version: 4,
      origin: "live",
      entered_as: "guest",
    }),
  ]);
  const [draft] = state.drafts;
  assert.deepEqual([draft?.author, draft?.writer, draft?.note], ["he", "ji", undefined]);
  state = fold(state, [
    event("statement.submitted", {
      statement: "s1",
      step: 0,
      public_at: "2026-11-24T07:02:00.000Z",
      version: 5,
    }),
  ]);
  assert.equal(state.drafts[0]?.stage, "delayed");
  assert.equal(state.drafts[0]?.text, "按楼层分摊,一层不摊");
  state = fold(state, [
    event("statement.published", { ...spoken("s1", "按楼层分摊,一层不摊"), version: 1 }),
  ]);
  assert.equal(state.drafts.length, 0);
  assert.deepEqual(
    state.statements.map((s) => [s.statement, s.version, s.author]),
    [["s1", 1, "he"]],
  );
});

test("a correction and a retraction stay at their place; the question is open again", () => {
  let state = fold(empty(), [
    ask("q1"),
    event("question.approved", { question: "q1", text: "t", version: 2, public: false }),
    event("statement.published", { ...spoken("s1", "一"), public: true }),
    event("question.answered", { question: "q1", statement: "s1", version: 3, public: true }),
    event("statement.published", { ...spoken("s2", "二"), public: true }),
    event("statement.corrected", { statement: "s1", text: "壹", version: 2 }),
  ]);
  assert.deepEqual(
    state.statements.map((s) => [s.text, s.revisions]),
    [
      ["壹", 1],
      ["二", undefined],
    ],
  );
  state = fold(state, [
    event("statement.retraction_asked", { statement: "s1", code: "mistake", by: "u:tian" }),
  ]);
  assert.deepEqual(state.statements[0]?.retraction, { by: "tian", code: "mistake" });
  state = fold(state, [
    event("statement.retracted", { statement: "s1", code: "mistake", version: 3 }),
    event("question.off_air", { question: "q1", version: 4, public: true }),
  ]);
  const [gone] = state.statements;
  assert.deepEqual([gone?.text, gone?.code, gone?.retraction], [undefined, "mistake", undefined]);
  const question = state.questions.get("q1");
  assert.deepEqual([question?.stage, question?.queue_rank, question?.answers], ["queued", 1, []]);
});

test("a correction waits as a draft until its chain has passed it, or it is about nothing any more", () => {
  const correction = (id: string) =>
    event("statement.submitted", {
      ...spoken(id, "壹"),
      by: "u:tian",
      corrects: "s1",
      entered_as: "compere",
      step: 0,
      waits_for: "policy_checker",
      version: 1,
    });
  let state = fold(empty(), [
    event("statement.published", { ...spoken("s1", "一"), public: true }),
    event("interview.rostered", {
      chains: { guest: ["policy_checker"], compere: ["producer"] },
      roster: [
        { user: "wu", duty: "policy_checker" },
        { user: "tian", duty: "compere" },
      ],
    }),
    correction("c1"),
    correction("c2"),
  ]);
  const [draft] = state.drafts;
  assert.ok(draft);
  assert.deepEqual([draft.corrects, state.statements[0]?.text], ["s1", "一"]);
  assert.deepEqual(draftSteps(state, "wu", draft), ["pass", "return"]);
  state = fold(state, [event("interview.transcript_published", { stage: "published" })]);
  assert.deepEqual(draftSteps(state, "wu", draft), ["pass", "return"]);
  const { corrects, ...plain } = draft;
  assert.deepEqual([corrects, draftSteps(state, "wu", plain)], ["s1", ["return"]]);
  const back = { ...draft, stage: "returned" as const };
  assert.deepEqual(draftSteps(state, "tian", back), ["discard"]);
  const made = fold(state, [event("statement.corrected", { statement: "s1", text: "壹" })]);
  assert.deepEqual([made.drafts, made.statements[0]?.text], [[], "壹"]);
  const gone = fold(state, [event("statement.retracted", { statement: "s1", code: "mistake" })]);
  assert.deepEqual(gone.drafts, []);
});

test("with the interview what waits in it lapses, and what is joined with it", () => {
  const before = fold(empty(), [
    ...["a", "b", "c", "d", "e"].map((id) => ask(id)),
    event("question.claimed", { question: "a", by: "u:lin", epoch: 1 }),
    event("question.grouped", { question: "b", into: "c", count: 1, by: "u:lin", version: 2 }),
    event("question.approved", { question: "c", text: "t", version: 2, public: false }),
    event("question.queued", { question: "c", version: 3 }),
    event("question.referred", { question: "d", department: "水务局", version: 2 }),
    event("question.rejected", { question: "e", code: "unclear", by: "u:lin", version: 2 }),
    event("question.appealed", { question: "e", version: 3 }),
  ]);
  const cancelled = event("interview.cancelled", { stage: "cancelled", reason: "台风" });
  const after = fold(before, [cancelled]);
  const row = (id: string) => after.questions.get(id);
  assert.deepEqual(
    ["a", "b", "c", "d", "e"].map((id) => [row(id)?.stage, row(id)?.code, row(id)?.version]),
    [
      ["lapsed", "cancelled", 1],
      ["lapsed", "cancelled", 2],
      ["lapsed", "cancelled", 3],
      ["referred", undefined, 2],
      ["lapsed", "cancelled", 3],
    ],
  );
  for (const id of ["a", "b", "c", "e"]) {
    const question = row(id);
    assert.equal(question?.note, "台风");
    for (const key of ["claim", "queue_rank", "group", "grouped"] as const)
      assert.equal(question?.[key], undefined, `${id} ${key}`);
  }
  assert.equal(row("e")?.appeal, "dismissed");
});

test("the feed is held and let go; who may do what with a draft", () => {
  let state = fold(empty(), [
    event("feed.frozen", { reason: "核实" }),
    event("feed.delay_changed", { seconds: 30 }),
  ]);
  assert.deepEqual(
    [state.interview.frozen, state.interview.frozen_reason, state.interview.delay],
    [true, "核实", 30],
  );
  assert.equal(state.interview.version, 4, "the feed is not the interview's stage");
  state = fold(state, [event("feed.unfrozen"), event("feed.delay_changed", { seconds: 0 })]);
  assert.equal("frozen" in state.interview || "delay" in state.interview, false);
  state = fold(state, [
    event("interview.rostered", {
      version: 5,
      chains: { guest: ["moderator"] },
      roster: [
        { user: "lin", duty: "moderator" },
        { user: "he", duty: "guest" },
        { user: "tian", duty: "compere" },
      ],
    }),
    event("statement.submitted", {
      ...spoken("s1", "一"),
      by: "u:he",
      step: 0,
      waits_for: "moderator",
      entered_as: "guest",
    }),
  ]);
  assert.deepEqual(state.interview.chains, { guest: ["moderator"] });
  const [draft] = state.drafts;
  assert.ok(draft);
  assert.deepEqual(draftSteps(state, "lin", draft), ["pass", "return"]);
  assert.deepEqual(draftSteps(state, "he", draft), ["return", "discard"]);
  assert.deepEqual(draftSteps(state, "tian", draft), ["return", "discard"]);
  assert.deepEqual(draftSteps(state, "nobody", draft), []);
  const resting = { ...draft, stage: "prepared" as const };
  assert.deepEqual(draftSteps(state, "tian", resting), ["release", "edit", "discard"]);
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
  const redacted = fold(empty(), [
    ask("a"),
    ask("b"),
    event("question.redacted", { question: "b", text: "█", version: 2 }),
    joined("b", 1),
  ]).questions.get("b");
  assert.deepEqual([redacted?.text, redacted?.edited], ["█", true]);
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

test("a guest finds questions in the order in which they came in", () => {
  const approved = (question: string, minute: number) =>
    event("question.approved", {
      question,
      receipt_no: `R-${question}`,
      text: "t",
      by: undefined,
      received_at: `2026-11-24T07:0${minute}:00.000Z`,
    });
  const state = fold(empty(), [approved("c", 3), approved("a", 1), approved("b", 2)]);
  assert.deepEqual([...state.questions.keys()], ["a", "b", "c"]);
});

test("a question that had lapsed comes back from a retraction with its reason", () => {
  let state = fold(empty(), [
    event("question.received", { question: "a", receipt_no: "R-a", text: "t", stage: "pending" }),
    event("question.approved", { question: "a", text: "t", version: 2 }),
    event("question.approved", { question: "a", votes: 0, public: true }),
    event("question.lapsed", { question: "a", note: "The hour was over.", version: 3 }),
    event("question.retraction_asked", { question: "a", code: "spam", note: "Look!" }),
    event("question.retracted", { question: "a", code: "spam", version: 4 }),
  ]);
  const gone = state.questions.get("a");
  assert.deepEqual([gone?.stage, gone?.code, gone?.note], ["retracted", "spam", "Look!"]);
  state = fold(state, [event("question.restored", { question: "a", text: "t", version: 5 })]);
  const back = state.questions.get("a");
  assert.deepEqual(
    [back?.stage, back?.code, back?.note],
    ["lapsed", undefined, "The hour was over."],
  );
});
