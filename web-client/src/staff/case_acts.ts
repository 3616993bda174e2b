// SPDX-License-Identifier: Apache-2.0
// Cases: which there are, what may be done about one, and what that asks first. Pure.
import type { CaseStage, StaffQuestion } from "../core/protocol.ts";
import type { StaffState } from "./folding.ts";
import { duties } from "./views.ts";

/** The rest of the command's name. */
export type CaseAct =
  | "accept"
  | "draft"
  | "reply"
  | "return_for_rework"
  | "stop_clock"
  | "resume_clock"
  | "extend"
  | "re_route";

export interface CaseField {
  name: string;
  kind: "line" | "area" | "days" | "check";
  optional?: boolean;
}

const NOTE: CaseField = { name: "note", kind: "area" };

/** What an act has to know; nothing: it is done at once. */
export const CASE_FIELDS: Readonly<Record<CaseAct, readonly CaseField[]>> = {
  accept: [],
  draft: [{ name: "text", kind: "area" }],
  reply: [
    { name: "text", kind: "area" },
    { name: "public", kind: "check", optional: true },
  ],
  return_for_rework: [NOTE],
  stop_clock: [NOTE],
  resume_clock: [],
  extend: [
    { name: "working_days", kind: "days" },
    { name: "reason", kind: "area" },
  ],
  re_route: [
    { name: "department", kind: "line" },
    { ...NOTE, optional: true },
  ],
};

/** By letter; stopping and resuming the clock are never possible both. */
export const CASE_KEYS: Readonly<Record<CaseAct, string>> = {
  accept: "f",
  draft: "e",
  reply: "a",
  return_for_rework: "b",
  stop_clock: "s",
  resume_clock: "s",
  extend: "z",
  re_route: "t",
};

const FROM: Readonly<Record<CaseAct, readonly CaseStage[]>> = {
  accept: ["opened"],
  draft: ["accepted", "draft_submitted", "returned"],
  reply: ["opened", "accepted", "clock_stopped", "draft_submitted", "returned"],
  return_for_rework: ["draft_submitted"],
  stop_clock: ["accepted", "returned"],
  resume_clock: ["clock_stopped"],
  extend: ["opened", "accepted", "draft_submitted", "returned"],
  re_route: ["opened", "accepted"],
};

const HANDLERS = ["moderator", "reviewer", "policy_checker", "portal_admin"];

/** What somebody is here: duties, and the role on the portal. */
function hats(state: StaffState, actor: string, role: string): string[] {
  return [...duties(state, actor), role];
}

export function handlesCases(state: StaffState, actor: string, role: string): boolean {
  const mine = hats(state, actor, role);
  const some = [...state.questions.values()].some((question) => question.case);
  return some && HANDLERS.some((hat) => mine.includes(hat));
}

/** The first due first; those without a date after them, as they came in. */
export function openCases(state: StaffState): StaffQuestion[] {
  const found = [...state.questions.values()].filter(({ stage }) => stage === "referred");
  const due = (question: StaffQuestion) => question.due ?? "~"; // after every date
  return found.sort((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0));
}

/** May this account let words of a hidden question through with the reply? */
export function mayShow(state: StaffState, actor: string): boolean {
  return duties(state, actor).some((duty) =>
    ["moderator", "reviewer", "policy_checker"].includes(duty),
  );
}

export function caseActs(
  state: StaffState,
  actor: string,
  role: string,
  question: StaffQuestion,
): CaseAct[] {
  const mine = hats(state, actor, role);
  const is = (...any: string[]) => any.some((hat) => mine.includes(hat));
  const file = question.case;
  if (question.stage !== "referred" || !file) return [];
  const own = file.draft?.by === actor;
  const checked = state.interview.roster.some(({ duty }) => duty === "policy_checker");
  const may: Record<CaseAct, boolean> = {
    accept: true,
    draft: true,
    reply: is("policy_checker", "reviewer", "portal_admin") && !(own && checked),
    return_for_rework: is("policy_checker", "reviewer") && !own,
    stop_clock: true,
    resume_clock: true,
    extend: is("reviewer", "portal_admin"),
    re_route: true,
  };
  const acts = Object.keys(FROM) as CaseAct[];
  return is(...HANDLERS) ? acts.filter((act) => may[act] && FROM[act].includes(file.stage)) : [];
}
