// SPDX-License-Identifier: Apache-2.0
// Which cases there are, and what each duty may do about one.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseStage, Duty, StaffQuestion } from "../../src/core/protocol.ts";
import { CASE_KEYS, caseActs, handlesCases, openCases } from "../../src/staff/case_acts.ts";
import type { StaffState } from "../../src/staff/folding.ts";

const ROSTER: { user: string; duty: Duty }[] = [
  { user: "mo", duty: "moderator" },
  { user: "re", duty: "reviewer" },
  { user: "po", duty: "policy_checker" },
  { user: "gu", duty: "guest" },
];

function question(id: string, stage: CaseStage, more: Partial<StaffQuestion> = {}): StaffQuestion {
  const referred = stage === "closed" ? "closed" : "referred";
  return {
    question: id,
    receipt_no: id,
    stage: referred,
    version: 1,
    visibility: "hidden",
    case: { case: "c", stage, draft: { by: "po", text: "Soon", at: "" } },
    ...more,
  };
}

function state(...questions: StaffQuestion[]): StaffState {
  const found = new Map(questions.map((one) => [one.question, one]));
  return { interview: { roster: ROSTER }, questions: found } as unknown as StaffState;
}

test("the first due comes first, without a date last, and what is closed not at all", () => {
  const all = state(
    question("none", "opened"),
    question("late", "opened", { due: "2026-12-02T15:59:59.000Z" }),
    question("done", "closed", { due: "2026-11-01T15:59:59.000Z" }),
    question("soon", "opened", { due: "2026-12-01T15:59:59.000Z" }),
  );
  const ids = openCases(all).map((one) => one.question);
  assert.deepEqual(ids, ["soon", "late", "none"]);
  assert.ok(handlesCases(all, "mo", "staff") && handlesCases(all, "x", "portal_admin"));
  assert.ok(!handlesCases(all, "gu", "staff") && !handlesCases(state(), "mo", "staff"));
});

test("each duty does its own, by stage; nobody checks or publishes his own draft", () => {
  const acts = (actor: string, stage: CaseStage, role = "staff") => {
    const one = question("q", stage);
    return caseActs(state(one), actor, role, one);
  };
  assert.deepEqual(acts("mo", "opened"), ["accept", "re_route"]);
  assert.deepEqual(acts("re", "opened"), ["accept", "reply", "extend", "re_route"]);
  assert.deepEqual(acts("re", "clock_stopped"), ["reply", "resume_clock"]);
  assert.deepEqual(acts("po", "draft_submitted"), ["draft"]);
  assert.deepEqual(acts("re", "draft_submitted"), [
    "draft",
    "reply",
    "return_for_rework",
    "extend",
  ]);
  assert.deepEqual(acts("mo", "returned"), ["draft", "stop_clock"]);
  assert.deepEqual(acts("boss", "opened", "portal_admin"), [
    "accept",
    "reply",
    "extend",
    "re_route",
  ]);
  assert.deepEqual(acts("re", "closed"), []);
  assert.deepEqual(acts("gu", "opened"), []);
});

test("no two acts that are possible at once share a key", () => {
  for (const stage of [
    "opened",
    "accepted",
    "clock_stopped",
    "draft_submitted",
    "returned",
  ] as const)
    for (const actor of ["mo", "re", "po"]) {
      const one = question("q", stage);
      const keys = caseActs(state(one), actor, "portal_admin", one).map((act) => CASE_KEYS[act]);
      assert.equal(new Set(keys).size, keys.length, `${stage}: ${keys}`);
    }
});
