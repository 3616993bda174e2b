// SPDX-License-Identifier: Apache-2.0
// What the consoles show of a state: tabs, queue, claims, duties, and the next stages. Pure.
import type {
  Asking,
  Claim,
  Duty,
  InterviewStage,
  QuestionStage,
  StaffQuestion,
} from "../core/protocol.ts";
import { ranked, type StaffState } from "./state.ts";

export type Tab = "pending" | "approved" | "rejected" | "all";
export const TABS: readonly Tab[] = ["pending", "approved", "rejected", "all"];

const TAB_OF: Readonly<Record<QuestionStage, Tab | null>> = {
  held: "pending",
  pending: "pending",
  approved: "approved",
  queued: "approved",
  on_air: "approved",
  answered: "approved",
  closed: "approved",
  rejected: "rejected",
  grouped: "rejected",
  referred: "approved",
  withdrawn: null,
  retracted: "rejected",
  lapsed: "rejected",
};

export function isWaiting(question: StaffQuestion): boolean {
  return TAB_OF[question.stage] === "pending";
}

/** Oldest first for what waits; the newest first for what is decided. */
export function inTab(state: StaffState, tab: Tab): StaffQuestion[] {
  const found = [...state.questions.values()].filter(
    (question) => tab === "all" || TAB_OF[question.stage] === tab,
  );
  return tab === "pending" ? found : found.reverse();
}

export function tabCounts(state: StaffState): Record<Tab, number> {
  const counts = { pending: 0, approved: 0, rejected: 0, all: state.questions.size };
  for (const question of state.questions.values()) {
    const tab = TAB_OF[question.stage];
    if (tab) counts[tab]++;
  }
  return counts;
}

export function onAir(state: StaffState): StaffQuestion[] {
  return [...state.questions.values()].filter((question) => question.stage === "on_air");
}

/** The compere's queue, next first. */
export function queue(state: StaffState): StaffQuestion[] {
  return ranked(state.questions);
}

/** Approved, but not yet in the queue; oldest first. */
export function unqueued(state: StaffState): StaffQuestion[] {
  return [...state.questions.values()].filter((question) => question.stage === "approved");
}

const LED: readonly QuestionStage[] = ["rejected", "grouped", "withdrawn", "retracted", "lapsed"];

/** What these may be joined with, by receipt number or words; the nearest to the public first. */
export function leaders(state: StaffState, ids: readonly string[], words: string): StaffQuestion[] {
  const key = words.trim().toUpperCase();
  const found = [...state.questions.values()].filter(
    (question) =>
      !ids.includes(question.question) &&
      !LED.includes(question.stage) &&
      (question.receipt_no.toUpperCase().includes(key) ||
        (question.text ?? "").toUpperCase().includes(key)),
  );
  const rank = (question: StaffQuestion) => (question.visibility === "public" ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || (b.grouped ?? 0) - (a.grouped ?? 0));
}

/** The most wanted first; others in their order. */
export function byVotes(questions: StaffQuestion[]): StaffQuestion[] {
  return [...questions].sort((a, b) => (b.votes ?? 0) - (a.votes ?? 0));
}

/** The claim, if it still holds at this time. */
export function activeClaim(question: StaffQuestion, nowMs: number): Claim | undefined {
  const claim = question.claim;
  return claim && Date.parse(claim.until) > nowMs ? claim : undefined;
}

/** What this account does in this interview. */
export function duties(state: StaffState, actor: string): Duty[] {
  const roster = Array.isArray(state.interview.roster) ? state.interview.roster : [];
  return roster.filter((entry) => entry.user === actor).map((entry) => entry.duty);
}

export type Console = "moderator" | "compere" | "guest";

const CONSOLE_OF: Readonly<Partial<Record<Duty, Console>>> = {
  moderator: "moderator",
  reviewer: "moderator",
  compere: "compere",
  producer: "compere",
  stenographer: "compere",
  guest: "guest",
};

/**
 * The consoles for these duties, without repetition. An administrator always has the compere's,
 * where an interview is moved on.
 */
export function consoles(held: readonly Duty[], role: string): Console[] {
  const found = held.map((duty) => CONSOLE_OF[duty]).filter((name) => name !== undefined);
  return [...new Set(role === "portal_admin" ? [...found, "compere" as const] : found)];
}

/** May somebody with these duties decide about questions? */
export function mayDecide(held: readonly Duty[]): boolean {
  return held.includes("moderator") || held.includes("reviewer");
}

const BY_ADMIN: Readonly<Partial<Record<InterviewStage, readonly InterviewStage[]>>> = {
  draft: ["in_review"],
  in_review: ["scheduled"],
  scheduled: ["announced"],
};

const BY_COMPERE: Readonly<Partial<Record<InterviewStage, readonly InterviewStage[]>>> = {
  announced: ["lobby"],
  lobby: ["live"],
  live: ["draining", "suspended"],
  suspended: ["live", "draining"],
  draining: ["ended"],
  ended: ["editing"],
  editing: ["published"],
};

/** Where the interview may go from here; the first is the usual next step. */
export function nextStages(stage: InterviewStage, role: string): readonly InterviewStage[] {
  const planned = role === "portal_admin" ? BY_ADMIN[stage] : undefined;
  return BY_COMPERE[stage] ?? planned ?? [];
}

/** May asking be open at all in this stage, and as what? */
export function askingWhenOpen(stage: InterviewStage): Asking | null {
  if (stage === "announced") return "precollect";
  return stage === "lobby" || stage === "live" || stage === "suspended" ? "open" : null;
}
