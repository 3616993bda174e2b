// SPDX-License-Identifier: Apache-2.0
// What still needs an end before the transcript is published, and what each may do about it. Pure;
// the server's own answers are question_has_end and the permission table.
import type {
  DraftStatement,
  Duty,
  InterviewStage,
  QuestionStage,
  StaffQuestion,
} from "../core/protocol.ts";
import type { StaffState } from "./folding.ts";
import {
  type DraftAct,
  draftSteps,
  duties,
  isAtGate,
  leads,
  mayDecide,
  mayTurnDown,
} from "./views.ts";

/** While the interview comes to its end everybody sees what is left. */
export function isEnding(stage: InterviewStage): boolean {
  return stage === "draining" || isAtGate(stage);
}

const UNDECIDED: readonly QuestionStage[] = ["held", "pending", "approved", "queued"];

function hasEnd(state: StaffState, question: StaffQuestion): boolean {
  if (question.stage === "grouped") {
    const leader = state.questions.get(question.group ?? "");
    return leader !== undefined && leads(leader);
  }
  const isOpen = UNDECIDED.includes(question.stage) || question.stage === "on_air";
  return !isOpen && question.appeal !== "open";
}

function isUnderWay(draft: DraftStatement): boolean {
  const isKeptBack = draft.stage === "prepared" && draft.cleared === true; // by a frozen feed
  return draft.stage === "submitted" || draft.stage === "delayed" || isKeptBack;
}

/** The questions in order of reception, then the statements that were sent and are not public. */
export function remaining(state: StaffState): string[] {
  const questions = [...state.questions.values()].filter((question) => !hasEnd(state, question));
  return [
    ...questions.map(({ question }) => question),
    ...state.drafts.filter(isUnderWay).map(({ statement }) => statement),
  ];
}

export type GateAct =
  | "refer"
  | "reject"
  | "group"
  | "reply"
  | "lapse"
  | "off_air"
  | "uphold"
  | "dismiss"
  | "ungroup"
  | DraftAct;

export interface Settler {
  actor: string;
  role: string;
  /** Does the rule set know an end without a reply? */
  mayLapse: boolean;
}

/** What may be done about a question, the usual way first; nothing once it has its end. */
export function questionActs(state: StaffState, who: Settler, question: StaffQuestion): GateAct[] {
  if (hasEnd(state, question)) return [];
  const held = duties(state, who.actor);
  const has = (...any: Duty[]) => any.some((duty) => held.includes(duty));
  const reviews = has("reviewer") || who.role === "portal_admin";
  const undecided = UNDECIDED.includes(question.stage);
  const decides = mayDecide(held);
  const ends = undecided && (decides || has("compere"));
  // Nobody has seen it, and nobody is joined with it: its end concerns its asker alone.
  const alone = question.visibility === "hidden" && !question.grouped;
  const appealed = question.appeal === "open" && question.decided_by !== who.actor;
  const turnsDown = decides && undecided && mayTurnDown(question, state.interview.stage);
  const acts: [GateAct, boolean][] = [
    ["off_air", question.stage === "on_air" && has("compere", "producer")],
    ["uphold", appealed && reviews],
    ["dismiss", appealed && reviews],
    ["ungroup", question.stage === "grouped" && decides],
    ["refer", ends],
    ["reject", turnsDown],
    ["group", decides && undecided && alone],
    ["reply", ends && alone],
    ["lapse", ends && who.mayLapse],
  ];
  return acts.filter(([, may]) => may).map(([act]) => act);
}

/** What may be done about a statement on its way. */
export function draftActs(state: StaffState, actor: string, draft: DraftStatement): GateAct[] {
  if (!isUnderWay(draft)) return [];
  const steps = draftSteps(state, actor, draft);
  return steps.filter((step) => step !== "edit");
}
