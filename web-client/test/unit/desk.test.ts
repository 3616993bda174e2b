// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import zhHans from "../../i18n/desk/zh-Hans.json";
import { translator } from "../../src/core/i18n.ts";
import { type DraftStatement, RpcError, type StaffQuestion } from "../../src/core/protocol.ts";
import { Disconnected } from "../../src/core/socket.ts";
import { parseOffer, parseRoute } from "../../src/staff/app.tsx";
import { type Desk, explain, OpenInterview } from "../../src/staff/desk.ts";
import { loadDraft, newDraft, saveDraft } from "../../src/staff/drafts.ts";
import { likelyKind, likelyLinks, linkable } from "../../src/staff/editor.tsx";
import { Store } from "../../src/staff/store.ts";
import { mayTurnDown } from "../../src/staff/views.ts";

interface Call {
  method: string;
  params: Record<string, unknown>;
}

// A desk whose server answers each method with the given result, or throws it.
function opened(answers: Record<string, unknown>): { open: OpenInterview; calls: Call[] } {
  const calls: Call[] = [];
  const connection = {
    call: async (method: string, params: Record<string, unknown>) => {
      calls.push({ method, params });
      if (answers[method] instanceof Error) throw answers[method];
      return answers[method] ?? new Promise(() => {});
    },
    onNotification: () => () => {},
    onLive: () => () => {},
  };
  const who = new Store({ actor: "lin", role: "staff" });
  const open = new OpenInterview({ connection, who } as unknown as Desk, "i1");
  return { open, calls };
}

const waiting: StaffQuestion = {
  question: "q1",
  receipt_no: "R-1",
  text: "路灯不亮",
  original: "路灯不亮",
  stage: "pending",
  version: 1,
  visibility: "hidden",
};

const claimResult = { claim_epoch: 5, until: "2099-01-01T00:00:00Z", version: 1 };

test("a decision claims first, and carries version and epoch", async () => {
  const { open, calls } = opened({
    "question.claim": claimResult,
    "question.approve": { stage: "approved", version: 2 },
  });
  await open.approve(waiting);
  assert.deepEqual(
    calls.map((call) => call.method),
    ["question.claim", "question.approve"],
  );
  const { command_id, ...params } = calls[1]?.params ?? {};
  assert.match(String(command_id), /^[0-9a-f]{32}$/);
  assert.deepEqual(params, { question: "q1", version: 1, claim_epoch: 5 });
  assert.notEqual(calls[0]?.params.command_id, command_id);
});

test("an own claim is used, another's or one that has run out is not", async () => {
  const answers = { "question.claim": claimResult, "question.reject": {} };
  const claims = [
    { by: "lin", epoch: 3, until: "2099-01-01T00:00:00Z" },
    { by: "lin", epoch: 3, until: "2001-01-01T00:00:00Z" },
    { by: "wang", epoch: 3, until: "2099-01-01T00:00:00Z" },
  ];
  const expected = [["question.reject"], ["question.claim", "question.reject"]];
  for (const [index, claim] of claims.entries()) {
    const { open, calls } = opened(answers);
    await open.reject({ ...waiting, claim }, { code: "advert" });
    assert.deepEqual(
      calls.map((call) => call.method),
      expected[Math.min(index, 1)],
    );
    assert.equal(calls.at(-1)?.params.claim_epoch, index === 0 ? 3 : 5);
    assert.ok(!("note" in (calls.at(-1)?.params ?? {})));
  }
});

test("at the end gate a hidden question that was let through is rejected without a claim", async () => {
  const hidden: StaffQuestion = { ...waiting, stage: "approved", version: 2 };
  assert.ok(mayTurnDown(waiting, "live"));
  assert.ok(!mayTurnDown(hidden, "live"));
  assert.ok(mayTurnDown(hidden, "ended"));
  assert.ok(mayTurnDown({ ...hidden, stage: "queued" }, "editing"));
  assert.ok(!mayTurnDown({ ...hidden, visibility: "public" }, "editing"));
  assert.ok(!mayTurnDown({ ...hidden, stage: "on_air" }, "editing"));
  const { open, calls } = opened({ "question.reject": {} });
  await open.reject(hidden, { code: "duplicate", into: "q9" });
  assert.deepEqual(
    calls.map((call) => call.method),
    ["question.reject"],
  );
});

test("labels and guests' replies say which version they are about", async () => {
  const { open, calls } = opened({ "question.label": {}, "question.accept": {} });
  await open.label({ ...waiting, version: 3 }, ["路灯"]);
  await open.answerRoute({ ...waiting, version: 3 }, "accept");
  assert.deepEqual(
    calls.map(({ method, params: { command_id, ...params } }) => [method, params]),
    [
      ["question.label", { question: "q1", version: 3, labels: ["路灯"] }],
      ["question.accept", { question: "q1", version: 3 }],
    ],
  );
});

test("what ends a question or a statement carries its version, and a reason only where one is asked", async () => {
  const { open, calls } = opened({
    "question.lapse": {},
    "statement.pass": {},
    "statement.return": {},
  });
  const draft = { statement: "s1", version: 4 } as DraftStatement;
  await open.lapse(waiting, "时间已到");
  await open.onWay(draft, "pass", "");
  await open.onWay(draft, "return", "请写明");
  assert.deepEqual(
    calls.map(({ params: { command_id, ...params } }) => params),
    [
      { question: "q1", version: 1, note: "时间已到" },
      { statement: "s1", version: 4 },
      { statement: "s1", version: 4, note: "请写明" },
    ],
  );
});

test("somebody else's claim ends the decision before it is made", async () => {
  const claimed = new RpcError(-32000, "", { reason: "claimed", by: "u:wang" });
  const { open, calls } = opened({ "question.claim": claimed });
  await assert.rejects(open.approve(waiting), claimed);
  assert.equal(calls.length, 1);
});

test("a held question is released, and approved with the version after that", async () => {
  const { open, calls } = opened({
    "question.claim": claimResult,
    "question.release": { stage: "pending", version: 2 },
    "question.approve": { stage: "approved", version: 3 },
  });
  await open.approve({ ...waiting, stage: "held" }, "路灯不亮,报修电话是多少?", "误拦");
  assert.deepEqual(
    calls.map((call) => call.method),
    ["question.claim", "question.release", "question.approve"],
  );
  assert.equal(calls[1]?.params.note, "误拦");
  assert.equal(calls[2]?.params.version, 2);
  assert.equal(calls[2]?.params.text, "路灯不亮,报修电话是多少?");
});

test("refusals are said in words, with who and what", () => {
  const t = translator(zhHans);
  const refusal = (data: { reason: string; [member: string]: unknown }, message = "") =>
    explain(new RpcError(-32000, message, data), t);
  assert.match(refusal({ reason: "stale", by: "u:wang", stage: "approved" }), /wang.*已采用/);
  assert.match(refusal({ reason: "stale", stage: "rejected" }), /未采用/);
  assert.match(refusal({ reason: "stale", by: "lin", stage: "pending" }), /内容已更新/);
  assert.match(refusal({ reason: "stale", version: 7 }), /内容已更新/);
  assert.match(refusal({ reason: "claimed", by: "u:wang", until: "2026-11-24T07:00:00Z" }), /wang/);
  assert.match(refusal({ reason: "too_long", limit: 10000 }), /10000/);
  assert.match(refusal({ reason: "rate_limited", retry_ms: 4100 }), /5 秒/);
  assert.equal(refusal({ reason: "guard" }, "还没有审核员到位"), "还没有审核员到位");
  assert.equal(refusal({ reason: "new_reason" }), zhHans["fault.internal"]);
  assert.match(
    refusal({ reason: "wrong_stage", by: "u:lin", stage: "queued" }),
    /lin.*待答|lin.*队列/,
  );
  assert.equal(refusal({ reason: "wrong_stage" }, "wrong_stage"), zhHans["fault.internal"]);
  assert.equal(explain(new Disconnected("x"), t), zhHans["fault.disconnected"]);
  assert.equal(explain(new TypeError("x"), t), zhHans["fault.internal"]);
});

test("what a statement most likely is", () => {
  assert.equal(likelyKind("guest", true), "answer");
  assert.equal(likelyKind("guest", false), "explanation");
  assert.equal(likelyKind("compere", true), "question_read");
  assert.equal(likelyKind("compere", false), "remark");
});

test("of several questions on air a statement is about the speaker's own", () => {
  const other: StaffQuestion = { ...waiting, question: "q2", to_guest: "何敏" };
  assert.deepEqual(likelyLinks([waiting, other], "何敏"), [other]);
  assert.deepEqual(likelyLinks([waiting, other], "邵立群"), [waiting]);
  assert.deepEqual(likelyLinks([waiting], undefined), [waiting]);
  assert.deepEqual(likelyLinks([], "何敏"), []);
});

test("only an answer may point at a question that is still hidden", () => {
  const shown: StaffQuestion = { ...waiting, question: "q2", visibility: "public" };
  assert.deepEqual(linkable("answer", [waiting, shown]), [waiting, shown]);
  assert.deepEqual(linkable("question_read", [waiting, shown]), [shown]);
});

test("drafts: kept with the id of their publication; a damaged or forbidden store is no fault", () => {
  const kept = new Map<string, string>();
  const stub = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  Object.defineProperty(globalThis, "localStorage", { value: stub, configurable: true });
  const draft = { ...newDraft("何敏"), text: "先报修", kind: "answer" };
  saveDraft("i1", "compere", draft);
  assert.deepEqual(loadDraft("i1", "compere"), draft);
  assert.equal(loadDraft("i1", "guest").text, "");
  assert.equal(loadDraft("i2", "compere").text, "");
  saveDraft("i1", "compere", newDraft());
  assert.equal(kept.size, 0);
  for (const broken of ["{", "7", "null", '"x"', '{"text":5}']) {
    kept.set("fangtan.draft.i1.compere", broken);
    assert.equal(loadDraft("i1", "compere").text, "", broken);
  }
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new Error("forbidden");
    },
  });
  assert.equal(loadDraft("i1", "compere").text, "");
  saveDraft("i1", "compere", draft);
});

test("addresses of the desk", () => {
  assert.deepEqual(parseRoute(""), { interview: null, console: null });
  assert.deepEqual(parseRoute("#/"), { interview: null, console: null });
  assert.deepEqual(parseRoute("#/i/2026-a/guest"), { interview: "2026-a", console: "guest" });
  assert.deepEqual(parseRoute("#/i/2026-a"), { interview: "2026-a", console: null });
  assert.deepEqual(parseRoute("#/i/%zz/guest"), { interview: null, console: null });
  assert.deepEqual(parseOffer("#sign-in=wang:M9T9-ZYDK-03"), {
    name: "wang",
    password: "M9T9-ZYDK-03",
  });
  assert.equal(parseOffer("#sign-in=wang:")?.name, undefined);
  assert.equal(parseOffer("#/i/sign-in=wang:x"), null);
});
