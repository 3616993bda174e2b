// SPDX-License-Identifier: Apache-2.0
// What the consoles show of a state: tabs, queue, claims, duties, and the next stages. Pure.
import type {
  Asking,
  Claim,
  DraftStatement,
  Duty,
  InterviewStage,
  Invitation,
  QuestionStage,
  StaffInterview,
  StaffQuestion,
  UnmetGuard,
} from "../core/protocol.ts";
import { ranked } from "./fold_question.ts";
import type { StaffState } from "./folding.ts";

export type Tab = "pending" | "review" | "approved" | "rejected" | "all";
export const TABS: readonly Tab[] = ["pending", "review", "approved", "rejected", "all"];

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

// What the first of two persons has decided waits in a list of its own.
function tabOf({ stage, proposal }: StaffQuestion): Tab | null {
  return proposal ? "review" : TAB_OF[stage];
}

/** Lists of what waits: oldest first, and what is decided in them is done with. */
export function isQueue(tab: Tab): boolean {
  return tab === "pending" || tab === "review";
}

/** Do decisions about questions take two persons here, or does one still wait for the second? */
export function takesTwo(state: StaffState): boolean {
  return (state.interview.chains?.question ?? []).length > 0 || tabCounts(state).review > 0;
}

/** May this account be the second person, who makes the decision hold? */
export function mayAgree(state: StaffState, actor: string, { proposal }: StaffQuestion): boolean {
  return (
    proposal !== undefined && proposal.by !== actor && duties(state, actor).includes("reviewer")
  );
}

export function isWaiting(question: StaffQuestion): boolean {
  return TAB_OF[question.stage] === "pending";
}

/** Over, but for what is left: a decision closes something instead of opening it to the public. */
export function isAtGate(stage: InterviewStage): boolean {
  return stage === "ended" || stage === "editing";
}

/** May it be rejected: what waits always, what was let through at the end gate while it is hidden. */
export function mayTurnDown(question: StaffQuestion, stage: InterviewStage): boolean {
  if (isWaiting(question)) return true;
  const isLetThrough = question.stage === "approved" || question.stage === "queued";
  return isAtGate(stage) && isLetThrough && question.visibility === "hidden";
}

/** Oldest first for what waits; the newest first for what is decided. */
export function inTab(state: StaffState, tab: Tab): StaffQuestion[] {
  const found = [...state.questions.values()].filter(
    (question) => tab === "all" || tabOf(question) === tab,
  );
  return isQueue(tab) ? found : found.reverse();
}

export function tabCounts(state: StaffState): Record<Tab, number> {
  const counts = { pending: 0, review: 0, approved: 0, rejected: 0, all: state.questions.size };
  for (const question of state.questions.values()) {
    const tab = tabOf(question);
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

/** Is there a text that could be labelled or redacted? */
export function textStands(question: StaffQuestion): boolean {
  return !question.erased && !["rejected", "withdrawn", "retracted"].includes(question.stage);
}

/** Until when this asker may not ask, as far as this interview's log tells. */
export function silencedUntil(
  state: StaffState,
  asker: string | undefined,
  nowMs: number,
): string | undefined {
  const until = state.silences.find((silence) => silence.asker === asker)?.until;
  return until && Date.parse(until) > nowMs ? until : undefined;
}

/** May staff still write down what callers ask? */
export function mayEnter(stage: InterviewStage): boolean {
  return ["announced", "lobby", "live", "suspended", "draining"].includes(stage);
}

const CAME_TO_NOTHING: readonly QuestionStage[] = [
  "rejected",
  "grouped",
  "withdrawn",
  "retracted",
  "lapsed",
];

/** May others be joined with it, and share its fate? */
export function leads(question: StaffQuestion): boolean {
  return !question.erased && !CAME_TO_NOTHING.includes(question.stage);
}

/** What these may be joined with, by receipt number or words; the nearest to the public first. */
export function leaders(state: StaffState, ids: readonly string[], words: string): StaffQuestion[] {
  const key = words.trim().toUpperCase();
  const found = [...state.questions.values()].filter(
    (question) =>
      !ids.includes(question.question) &&
      leads(question) &&
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

export type Console =
  | "moderator"
  | "compere"
  | "guest"
  | "checker"
  | "cases"
  | "roster"
  | "erasure";

const CONSOLE_OF: Readonly<Partial<Record<Duty, Console>>> = {
  moderator: "moderator",
  reviewer: "moderator",
  compere: "compere",
  producer: "compere",
  stenographer: "compere",
  guest: "guest",
  policy_checker: "checker",
};

/**
 * The consoles for these duties, without repetition. An administrator always has the compere's,
 * where an interview is moved on, and invites those on the roster.
 */
export function consoles(held: readonly Duty[], role: string): Console[] {
  const found = held.map((duty) => CONSOLE_OF[duty]).filter((name) => name !== undefined);
  return [...new Set([...found, ...(BY_ROLE[role] ?? [])])];
}

const BY_ROLE: Readonly<Record<string, readonly Console[]>> = {
  portal_admin: ["compere", "roster", "erasure"],
  auditor: ["erasure"],
};

export interface Member {
  user: string;
  duties: Duty[];
  /** The newest; older ones are over. */
  invitation: Invitation | undefined;
}

/** Who is on the roster, each once. */
export function members(state: StaffState): Member[] {
  const users = [...new Set(state.interview.roster.map(({ user }) => user))];
  return users.map((user) => ({
    user,
    duties: duties(state, user),
    invitation: state.invitations.filter((invitation) => invitation.user === user).pop(),
  }));
}

/** What a link is at this time. */
export function invitationState(
  invitation: Invitation | undefined,
  nowMs: number,
): "none" | "expired" | Invitation["stage"] {
  if (!invitation) return "none";
  const isOver = invitation.stage === "open" && Date.parse(invitation.until) <= nowMs;
  return isOver ? "expired" : invitation.stage;
}

const SPEECH: readonly InterviewStage[] = [
  "lobby",
  "live",
  "suspended",
  "draining",
  "ended",
  "editing",
];

const MENDED: readonly InterviewStage[] = [...SPEECH, "published", "closed"];

const INVITING: readonly InterviewStage[] = [
  "draft",
  "in_review",
  "scheduled",
  "announced",
  ...SPEECH,
  "postponed",
];

const PLANNING: readonly InterviewStage[] = [
  "draft",
  "in_review",
  "scheduled",
  "announced",
  ...SPEECH.slice(0, 4),
  "postponed",
  "cancelled",
];

/** May the plan, and with it the roster, still be changed? */
export function mayPlan(stage: InterviewStage): boolean {
  return PLANNING.includes(stage);
}

export function mayInvite(stage: InterviewStage): boolean {
  return INVITING.includes(stage);
}

const RETRACTABLE: readonly QuestionStage[] = [
  "approved",
  "queued",
  "on_air",
  "answered",
  "referred",
  "closed",
  "lapsed",
];

/** Has everybody seen it, so that it can only be taken down? */
export function mayRetract(question: StaffQuestion): boolean {
  return (
    !question.erased && question.visibility === "public" && RETRACTABLE.includes(question.stage)
  );
}

/** Whoever took it down does not put it back. */
export function mayRestore(question: StaffQuestion, actor: string): boolean {
  return !question.erased && question.stage === "retracted" && question.retracted_by !== actor;
}

/** May he ask for erasing it by law, or confirm what somebody else has asked for? */
export function mayErase(
  question: StaffQuestion,
  actor: string,
  role: string,
  held: readonly Duty[],
): "ask" | "confirm" | null {
  if (question.erased || !HAS_END.includes(question.stage) || question.appeal === "open")
    return null;
  const confirms = role === "portal_admin" || role === "auditor" || held.includes("reviewer");
  if (question.erasure && question.erasure.by !== actor && confirms) return "confirm";
  return role === "portal_admin" ? "ask" : null;
}

const HAS_END: readonly QuestionStage[] = [
  "answered",
  "closed",
  "rejected",
  "grouped",
  "referred",
  "withdrawn",
  "retracted",
  "lapsed",
];

/** Those to be erased: what waits for a second person, then what is found by number or words. */
export function toErase(state: StaffState, words: string): StaffQuestion[] {
  const key = words.trim().toUpperCase();
  const all = [...state.questions.values()];
  const waits = all.filter((question) => question.erasure && !question.erased);
  const found = key
    ? all.filter(
        (question) =>
          !waits.includes(question) &&
          [question.receipt_no, question.text, question.original, question.name].some((field) =>
            field?.toUpperCase().includes(key),
          ),
      )
    : [];
  return [...waits, ...found];
}

/** May somebody with these duties decide about questions? */
export function mayDecide(held: readonly Duty[]): boolean {
  return held.includes("moderator") || held.includes("reviewer");
}

// ---- statements ------------------------------------------------------------------------------

/** What may be done with a draft, the usual step first. */
export type DraftStep = "edit" | DraftAct;
/** What becomes of a statement on its way by one command alone. */
export type DraftAct = "release" | "pass" | "return" | "discard";

// Whose words they are; who does not lead takes the chain of his own kind, where it has any steps.
function chainOf(state: StaffState, draft: DraftStatement): readonly Duty[] {
  const { guest = [], compere = [], stenographer = [] } = state.interview.chains ?? {};
  const words = draft.speaker.role === "compere" ? compere : guest;
  const kinds: Readonly<Record<string, readonly Duty[]>> = { guest, stenographer };
  const own = kinds[draft.entered_as] ?? words;
  return own.length > 0 ? own : words;
}

export function draftSteps(state: StaffState, actor: string, draft: DraftStatement): DraftStep[] {
  const held = duties(state, actor);
  const leads = held.includes("compere") || held.includes("producer");
  const own = draft.author === actor || draft.writer === actor;
  const resting = draft.stage === "prepared" || draft.stage === "returned";
  const chain = chainOf(state, draft);
  const watches = held.some((duty) => chain.includes(duty));
  const asked = draft.waits_for !== undefined && held.includes(draft.waits_for);
  const speech = SPEECH.includes(state.interview.stage);
  // A correction is passed as long as there is something to correct, and entered anew when it was
  // given back.
  const corrects = draft.corrects !== undefined;
  const passable = speech || (corrects && MENDED.includes(state.interview.stage));
  const steps: [DraftStep, boolean][] = [
    ["release", resting && speech && !corrects && (own || held.includes("compere"))],
    ["pass", draft.stage === "submitted" && passable && asked && !own],
    ["edit", resting && !corrects && (own || leads)],
    ["return", !resting && (asked || watches || leads || own)],
    ["discard", own || leads],
  ];
  return steps.filter(([, may]) => may).map(([step]) => step);
}

function holds(state: StaffState, actor: string, role: string, among: readonly Duty[]): boolean {
  return role === "portal_admin" || duties(state, actor).some((duty) => among.includes(duty));
}

export function mayCorrect(state: StaffState, actor: string, role: string): boolean {
  return holds(state, actor, role, ["compere", "stenographer", "policy_checker"]);
}

export function mayTakeDown(state: StaffState, actor: string, role: string): boolean {
  return holds(state, actor, role, ["compere", "producer", "reviewer", "policy_checker"]);
}

/** May this account hold the feed? */
export function mayBrake(state: StaffState, actor: string, role: string): boolean {
  return holds(state, actor, role, ["compere", "producer", "moderator"]);
}

/** Why what is said is kept and not made public: the words' key in "kept.", or null. */
export function keptFor(interview: StaffInterview): "lobby" | "ended" | "frozen" | null {
  const { stage, frozen } = interview;
  if (stage === "lobby" || stage === "ended") return stage;
  return frozen || stage === "suspended" ? "frozen" : null;
}

const NEVER_HELD: readonly InterviewStage[] = [
  "draft",
  "in_review",
  "scheduled",
  "archived",
  "taken_down",
];

/** May anything new become public, which could be held back? */
export function mayBeHeld(stage: InterviewStage): boolean {
  return !NEVER_HELD.includes(stage);
}

/** Are statements made public one after the other, as they are said? */
export function feedRuns(stage: InterviewStage): boolean {
  return SPEECH.slice(0, 4).includes(stage);
}

const BY_ADMIN: Readonly<Partial<Record<InterviewStage, readonly InterviewStage[]>>> = {
  draft: ["in_review"],
  in_review: ["scheduled"],
  scheduled: ["announced"],
  postponed: ["announced", "scheduled"],
  published: ["closed"],
  closed: ["archived"],
};

// Out of the usual order: back, off, or away. Only an administrator's.
const BEFORE_START: readonly InterviewStage[] = ["scheduled", "announced", "lobby"];
const NEVER_SHOWN: readonly InterviewStage[] = ["draft", "in_review", "scheduled"];

const BY_COMPERE: Readonly<Partial<Record<InterviewStage, readonly InterviewStage[]>>> = {
  announced: ["lobby"],
  lobby: ["live"],
  live: ["draining", "suspended"],
  suspended: ["live", "draining"],
  draining: ["ended"],
  ended: ["editing"],
  editing: ["published"],
};

/** Where the interview may go from here; the first is the usual next step. A producer ends none. */
export function nextStages(
  stage: InterviewStage,
  role: string,
  held: readonly Duty[] = ["compere"],
): readonly InterviewStage[] {
  if (stage === "draining" && role !== "portal_admin" && !held.includes("compere")) return [];
  const planned = role === "portal_admin" ? BY_ADMIN[stage] : undefined;
  return BY_COMPERE[stage] ?? planned ?? [];
}

/** Where an administrator may take it besides. */
export function otherStages(interview: StaffInterview, role: string): readonly InterviewStage[] {
  const { stage, before_down } = interview;
  if (role !== "portal_admin") return [];
  if (stage === "taken_down") return before_down ? [before_down] : [];
  const others: InterviewStage[] = [];
  if (stage === "in_review") others.push("draft");
  if (BEFORE_START.includes(stage)) others.push("postponed", "cancelled");
  if (!NEVER_SHOWN.includes(stage)) others.push("taken_down");
  return others;
}

/** Of a guard about a list: what is still missing. */
export function missing({ need, have }: UnmetGuard): string[] {
  if (!Array.isArray(need)) return [];
  return need.filter((name) => !Array.isArray(have) || !have.includes(name));
}

/** The message that names the step: coming back is not the same step as going there first. */
export function stepName(from: InterviewStage, to: InterviewStage): string {
  if (from === "taken_down") return "restore";
  if (from === "suspended" && to === "live") return "resume";
  return to;
}

/** May asking be open at all in this stage, and as what? */
export function askingWhenOpen(stage: InterviewStage): Asking | null {
  if (stage === "announced") return "precollect";
  return stage === "lobby" || stage === "live" ? "open" : null;
}
