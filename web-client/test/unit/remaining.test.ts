// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  DraftStatement,
  Duty,
  InterviewStage,
  StaffInterview,
  StaffQuestion,
} from "../../src/core/protocol.ts";
import type { StaffState } from "../../src/staff/folding.ts";
import { draftActs, isEnding, questionActs, remaining } from "../../src/staff/remaining.ts";

function question(id: string, stage: StaffQuestion["stage"], more: Partial<StaffQuestion> = {}) {
  const visibility = "hidden";
  return {
    question: id,
    receipt_no: id,
    text: id,
    stage,
    version: 2,
    visibility,
    ...more,
  } as const;
}

function draft(id: string, stage: DraftStatement["stage"], more: Partial<DraftStatement> = {}) {
  const by = { author: "he", writer: "he", entered_as: "guest", speaker: { name: "He" } };
  return { statement: id, stage, version: 1, ...by, ...more } as DraftStatement;
}

function state(
  questions: StaffQuestion[],
  {
    stage = "editing" as InterviewStage,
    held = [] as Duty[],
    drafts = [] as DraftStatement[],
  } = {},
): StaffState {
  const roster = held.map((duty) => ({ user: "lin", duty }));
  return {
    interview: { stage, roster, chains: { guest: ["moderator"] } } as unknown as StaffInterview,
    statements: [],
    notices: [],
    drafts,
    questions: new Map(questions.map((one) => [one.question, one])),
    silences: [],
    invitations: [],
  };
}

test("left are questions without an end and statements on their way, in this order", () => {
  const ended = ["answered", "closed", "rejected", "referred", "withdrawn", "retracted", "lapsed"];
  const left = state(
    [
      ...ended.map((stage) => question(stage, stage as StaffQuestion["stage"])),
      ...(["held", "pending", "approved", "queued", "on_air"] as const).map((stage) =>
        question(stage, stage),
      ),
      question("appealed", "rejected", { appeal: "open" }),
      question("settled", "rejected", { appeal: "dismissed" }),
      question("joined", "grouped", { group: "referred" }),
      question("orphan", "grouped", { group: "lapsed" }),
      question("lost", "grouped"),
    ],
    {
      drafts: [
        draft("s1", "prepared"),
        draft("s2", "submitted"),
        draft("s3", "returned"),
        draft("s4", "delayed"),
      ],
    },
  );
  assert.deepEqual(remaining(left), [
    ...["held", "pending", "approved", "queued", "on_air"],
    ...["appealed", "orphan", "lost", "s2", "s4"],
  ]);
  assert.deepEqual(
    (["live", "suspended", "draining", "ended", "editing", "published"] as const).filter(isEnding),
    ["draining", "ended", "editing"],
  );
});

test("who may do what about a question, in each stage", () => {
  const who = { actor: "lin", role: "staff", mayLapse: true };
  const acts = (one: StaffQuestion, held: Duty[], stage: InterviewStage = "editing", more = {}) =>
    questionActs(state([one], { stage, held }), { ...who, ...more }, one);
  for (const stage of ["held", "pending", "approved"] as const) {
    const all = ["refer", "reject", "group", "reply", "lapse"];
    assert.deepEqual(acts(question("a", stage), ["moderator"]), all, stage);
    assert.deepEqual(acts(question("a", stage), ["compere"]), ["refer", "reply", "lapse"], stage);
    assert.deepEqual(acts(question("a", stage), ["producer", "guest"]), [], stage);
  }
  const noLapse = { mayLapse: false };
  assert.deepEqual(acts(question("a", "queued"), ["reviewer"], "ended", noLapse), [
    "refer",
    "reject",
    "group",
    "reply",
  ]);
  assert.deepEqual(acts(question("a", "queued"), ["moderator"], "draining"), [
    "refer",
    "group",
    "reply",
    "lapse",
  ]);
  const shown = question("a", "approved", { visibility: "public" });
  assert.deepEqual(acts(shown, ["moderator"]), ["refer", "lapse"]);
  const leader = question("a", "pending", { grouped: 2 });
  assert.deepEqual(acts(leader, ["moderator"]), ["refer", "reject", "lapse"]);
  assert.deepEqual(acts(question("a", "on_air"), ["producer"]), ["off_air"]);
  assert.deepEqual(acts(question("a", "on_air"), ["moderator"]), []);
  assert.deepEqual(acts(question("a", "grouped", { group: "?" }), ["moderator"]), ["ungroup"]);
  assert.deepEqual(acts(question("a", "referred"), ["moderator"]), []);
});

test("of an appeal decides a reviewer or an administrator, and not who decided first", () => {
  const appealed = question("a", "rejected", { appeal: "open", decided_by: "wang" });
  const acts = (held: Duty[], role: string, one: StaffQuestion = appealed) =>
    questionActs(state([one], { held }), { actor: "lin", role, mayLapse: true }, one);
  assert.deepEqual(acts(["reviewer"], "staff"), ["uphold", "dismiss"]);
  assert.deepEqual(acts([], "portal_admin"), ["uphold", "dismiss"]);
  assert.deepEqual(acts(["moderator"], "staff"), []);
  assert.deepEqual(acts(["reviewer"], "staff", { ...appealed, decided_by: "lin" }), []);
});

test("a statement is passed by the duty it waits for, returned and discarded by others", () => {
  const waits = draft("s", "submitted", { waits_for: "moderator" });
  const acts = (held: Duty[], one: DraftStatement = waits) =>
    draftActs(state([], { held, drafts: [one] }), "lin", one);
  assert.deepEqual(acts(["moderator"]), ["pass", "return"]);
  assert.deepEqual(acts(["compere"]), ["return", "discard"]);
  assert.deepEqual(acts(["compere"], draft("s", "delayed")), ["return", "discard"]);
  assert.deepEqual(acts(["compere"], draft("s", "prepared")), []);
  assert.deepEqual(acts(["reviewer"]), []);
});
