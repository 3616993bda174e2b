// SPDX-License-Identifier: Apache-2.0
// The staff's fold: a staff snapshot and the events after it become the state of one interview.
// Pure, and the twin of server/interview/fold.c: snapshot + events gives what a new snapshot would.
import type {
  Asking,
  Claim,
  Event,
  InterviewStage,
  Person,
  PolicyDocument,
  QuestionStage,
  RosterEntry,
  StaffInterview,
  StaffQuestion,
  StaffSnapshot,
  Statement,
  StatementKind,
} from "../core/protocol.ts";

/** Never changed in place: a new state shares with the old one what did not change. */
export interface StaffState {
  readonly interview: StaffInterview;
  readonly statements: readonly Statement[];
  /** By id, in order of reception. */
  readonly questions: ReadonlyMap<string, StaffQuestion>;
}

export function fromSnapshot(snapshot: StaffSnapshot): StaffState {
  return {
    interview: snapshot.interview,
    statements: snapshot.statements,
    questions: new Map(snapshot.questions.map((question) => [question.question, question])),
  };
}

/** Account names come as "wang" or "u:wang". */
export function actorName(actor: string | undefined): string {
  return actor?.startsWith("u:") ? actor.slice(2) : (actor ?? "");
}

// ---- reading a body --------------------------------------------------------------------------

function text(event: Event, key: string): string | undefined {
  const value = event[key];
  return typeof value === "string" ? value : undefined;
}

function number(event: Event, key: string): number | undefined {
  const value = event[key];
  return typeof value === "number" ? value : undefined;
}

function texts(event: Event, key: string): string[] {
  const value = event[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The members that are there; what is undefined is left out (exactOptionalPropertyTypes). */
function given<T extends object>(members: { [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function without<T extends object, K extends keyof T>(from: T, ...keys: K[]): Omit<T, K> {
  const rest = { ...from };
  for (const key of keys) delete rest[key];
  return rest;
}

// ---- the fold --------------------------------------------------------------------------------

// What the handlers of one batch work on: the maps and lists are copies, their items are not.
interface Draft {
  interview: StaffInterview;
  statements: Statement[];
  questions: Map<string, StaffQuestion>;
}

type Handler = (draft: Draft, event: Event) => void;

const ANNOUNCEMENT = [
  "topic",
  "intro",
  "departments",
  "starts_at",
  "minutes",
  "guests",
  "compere",
  "languages",
  "policy_documents",
  "rule_set",
  "issue_no",
] as const;

interface Announcement {
  topic: string;
  intro: string;
  departments: string[];
  starts_at: string;
  minutes: number;
  guests: Person[];
  compere: Person;
  languages: string[];
  policy_documents: PolicyDocument[];
  rule_set: string;
  issue_no: number;
}

function announcement(event: Event): Partial<Announcement> {
  const members: Record<string, unknown> = {};
  for (const key of ANNOUNCEMENT) {
    if (event[key] !== undefined && event[key] !== null) members[key] = event[key];
  }
  return members as Partial<Announcement>;
}

/** What every interview.* event does: the announcement's fields, roster, stage and version. */
function changeInterview(more: (event: Event, old: StaffInterview) => Partial<StaffInterview>) {
  return (draft: Draft, event: Event): void => {
    const old = draft.interview;
    const stage = text(event, "stage") as InterviewStage | undefined;
    const base: StaffInterview = stage ? without(old, "reason") : old;
    draft.interview = {
      ...base,
      ...announcement(event),
      ...(event.policy ? { policy: { ...old.policy, ...(event.policy as object) } } : {}),
      ...(Array.isArray(event.roster) ? { roster: event.roster as RosterEntry[] } : {}),
      ...given<StaffInterview>({ stage, reason: text(event, "reason") }),
      version: number(event, "version") ?? old.version + 1,
      ...more(event, old),
    };
  };
}

const plain = changeInterview(() => ({}));

// The time of the first such event stays.
function first(key: "announced_at" | "started_at" | "published_at") {
  return changeInterview((event, old) => {
    const time = old[key] ?? event.at;
    return time ? { [key]: time } : {};
  });
}

/** The questions that stand in the compere's queue, next first. */
export function ranked(questions: ReadonlyMap<string, StaffQuestion>): StaffQuestion[] {
  return [...questions.values()]
    .filter((question) => question.queue_rank)
    .sort((a, b) => (a.queue_rank ?? 0) - (b.queue_rank ?? 0));
}

// Gives the queue this order, without gaps.
function renumber(draft: Draft, order: StaffQuestion[]): void {
  order.forEach((question, index) => {
    if (question.queue_rank === index + 1) return;
    draft.questions.set(question.question, { ...question, queue_rank: index + 1 });
  });
}

function leaveQueue(draft: Draft, id: string): void {
  const question = draft.questions.get(id);
  if (!question?.queue_rank) return;
  draft.questions.set(id, without(question, "queue_rank"));
  renumber(draft, ranked(draft.questions));
}

// position undefined, 0 or beyond the end: last.
function enterQueue(draft: Draft, id: string, position: number | undefined): void {
  leaveQueue(draft, id);
  const question = draft.questions.get(id);
  if (!question) return;
  const order = ranked(draft.questions);
  const index = position && position <= order.length ? position - 1 : order.length;
  order.splice(index, 0, question);
  renumber(draft, order);
}

// Changes the question that the event names; what is not known here is not for this reader.
function change(draft: Draft, event: Event, to: (question: StaffQuestion) => StaffQuestion): void {
  const id = text(event, "question") ?? "";
  const question = draft.questions.get(id);
  if (question) draft.questions.set(id, to(question));
}

// A change of stage: the version rises, and a place in the queue is lost.
function move(draft: Draft, event: Event, stage: QuestionStage, more: Partial<StaffQuestion> = {}) {
  change(draft, event, (question) => ({
    ...question,
    ...more,
    stage,
    version: number(event, "version") ?? question.version + 1,
  }));
  if (stage !== "queued") leaveQueue(draft, text(event, "question") ?? "");
}

function endClaim(draft: Draft, event: Event): void {
  change(draft, event, (question) => without(question, "claim"));
}

function received(draft: Draft, event: Event): void {
  const id = text(event, "question");
  const body = text(event, "text");
  if (!id || body === undefined || draft.questions.has(id)) return;
  draft.questions.set(id, {
    question: id,
    receipt_no: text(event, "receipt_no") ?? "",
    text: body,
    original: body,
    edited: false,
    labels: [],
    votes: 0,
    answers: [],
    stage: (text(event, "stage") as QuestionStage | undefined) ?? "pending",
    version: number(event, "version") ?? 1,
    visibility: "hidden",
    ...given<StaffQuestion>({
      name: text(event, "name"),
      origin: text(event, "origin"),
      to_guest: text(event, "to_guest"),
      contact: text(event, "contact"),
      asker: text(event, "asker"),
      received_at: event.at,
    }),
  });
}

function claimed(draft: Draft, event: Event): void {
  const claim: Claim = {
    by: actorName(text(event, "by")),
    epoch: number(event, "epoch") ?? 0,
    until: text(event, "until") ?? "",
  };
  change(draft, event, (question) => ({ ...question, claim }));
}

// A guest meets the question here for the first time.
function meet(draft: Draft, event: Event): void {
  const id = text(event, "question");
  if (!id || draft.questions.has(id)) return;
  draft.questions.set(id, {
    question: id,
    receipt_no: "",
    text: text(event, "text") ?? "",
    answers: [],
    votes: 0,
    stage: "approved",
    version: (number(event, "version") ?? 2) - 1,
    visibility: "hidden",
    ...given<StaffQuestion>({ received_at: event.at }),
  });
}

// An approval is two events of this type: the decision, and the publication, which is public and
// changes neither stage nor version. Only the publication says how many votes there are.
function isPublication(event: Event): boolean {
  return event.public === true || (event.public === undefined && event.votes !== undefined);
}

function approved(draft: Draft, event: Event): void {
  meet(draft, event);
  change(draft, event, (question) => ({
    ...question,
    ...given<StaffQuestion>({
      name: text(event, "name"),
      receipt_no: text(event, "receipt_no"),
      origin: text(event, "origin"),
    }),
  }));
  if (isPublication(event)) {
    change(draft, event, (question) => ({
      ...question,
      visibility: "public",
      votes: number(event, "votes") ?? 0,
      ...given<StaffQuestion>({ shown_at: question.shown_at ?? event.at }),
    }));
    return;
  }
  change(draft, event, (question) => without(question, "code", "note", "public_at"));
  move(draft, event, "approved", {
    edited: event.edited === true,
    labels: texts(event, "labels"),
    decided_by: actorName(text(event, "by")),
    ...given<StaffQuestion>({
      text: text(event, "text"),
      public_at: text(event, "public_at"),
      decided_at: event.at,
    }),
  });
  endClaim(draft, event);
}

function undone(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...without(question, "public_at", "decided_at", "decided_by"),
    text: question.original ?? question.text ?? "",
    edited: false,
    labels: [],
  }));
  move(draft, event, "pending");
}

function rejected(draft: Draft, event: Event): void {
  change(draft, event, (question) => without(question, "code", "note"));
  move(draft, event, "rejected", {
    decided_by: actorName(text(event, "by")),
    ...given<StaffQuestion>({
      code: text(event, "code"),
      note: text(event, "note"),
      decided_at: event.at,
    }),
  });
  endClaim(draft, event);
}

function withdrawn(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...question,
    visibility: question.visibility === "public" ? "tombstone" : question.visibility,
  }));
  leaveGroup(draft, event);
  move(draft, event, "withdrawn");
  endClaim(draft, event);
}

// The act names both; the number alone, which is public, names the leader.
function grouped(draft: Draft, event: Event): void {
  if (text(event, "question") !== undefined) {
    change(draft, event, (question) => ({
      ...without(question, "public_at", "group"),
      ...given<StaffQuestion>({ text: question.original, group: text(event, "into") }),
      edited: false,
      labels: [],
    }));
    move(draft, event, "grouped", {
      decided_by: actorName(text(event, "by")),
      ...given<StaffQuestion>({ decided_at: event.at }),
    });
    endClaim(draft, event);
  }
  countGroup(draft, text(event, "into"), number(event, "count"));
}

function ungrouped(draft: Draft, event: Event): void {
  if (text(event, "question") !== undefined) {
    change(draft, event, (question) => without(question, "group", "decided_at", "decided_by"));
    move(draft, event, "pending");
  }
  countGroup(draft, text(event, "into"), number(event, "count"));
}

function countGroup(draft: Draft, id: string | undefined, count: number | undefined): void {
  const leader = draft.questions.get(id ?? "");
  if (!leader || count === undefined) return;
  const rest = without(leader, "grouped");
  draft.questions.set(leader.question, count > 0 ? { ...rest, grouped: count } : rest);
}

function leaveGroup(draft: Draft, event: Event): void {
  const old = draft.questions.get(text(event, "question") ?? "");
  const leader = draft.questions.get(old?.group ?? "");
  if (!old?.group) return;
  change(draft, event, (question) => without(question, "group"));
  if (leader) countGroup(draft, leader.question, (leader.grouped ?? 1) - 1);
}

function queued(draft: Draft, event: Event): void {
  move(draft, event, "queued");
  enterQueue(draft, text(event, "question") ?? "", number(event, "position"));
}

function answered(draft: Draft, event: Event): void {
  const statement = text(event, "statement");
  if (statement === undefined) return;
  const old = draft.questions.get(text(event, "question") ?? "");
  change(draft, event, (question) => ({
    ...question,
    answers: [...(question.answers ?? []), statement],
  }));
  if (old && old.stage !== "answered") move(draft, event, "answered");
  endClaim(draft, event);
}

function referral(event: Event): Partial<StaffQuestion> {
  return given<StaffQuestion>({
    department: text(event, "department"),
    due: text(event, "due"),
    case: text(event, "case"),
  });
}

function published(draft: Draft, event: Event): void {
  const id = text(event, "statement");
  if (!id || draft.statements.some((statement) => statement.statement === id)) return;
  draft.statements.push({
    statement: id,
    kind: (text(event, "kind") as StatementKind | undefined) ?? "remark",
    speaker: (event.speaker as Person | undefined) ?? { name: "" },
    text: text(event, "text") ?? "",
    questions: texts(event, "questions"),
    said_at: text(event, "said_at") ?? event.at ?? "",
    published_at: event.at ?? "",
    origin: text(event, "origin") ?? "live",
    version: number(event, "version") ?? 1,
  });
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "asking.set": (draft, event) => {
    const asking = text(event, "asking") as Asking | undefined;
    if (asking) draft.interview = { ...draft.interview, asking };
  },
  "case.opened": (draft, event) =>
    change(draft, event, (question) => ({ ...question, ...referral(event) })),
  "interview.announced": first("announced_at"),
  "interview.ended": changeInterview((event) => (event.at ? { ended_at: event.at } : {})),
  "interview.started": first("started_at"),
  "interview.transcript_published": first("published_at"),
  "question.answered": answered,
  "question.approved": approved,
  "question.claimed": claimed,
  "question.dequeued": (draft, event) => move(draft, event, "approved"),
  "question.grouped": grouped,
  "question.let_go": endClaim,
  "question.off_air": (draft, event) => {
    move(draft, event, "queued");
    enterQueue(draft, text(event, "question") ?? "", 1);
  },
  "question.on_air": (draft, event) => move(draft, event, "on_air"),
  "question.queued": queued,
  "question.received": received,
  "question.referred": (draft, event) => {
    move(draft, event, "referred", referral(event));
    endClaim(draft, event);
  },
  "question.rejected": rejected,
  "question.released": (draft, event) => move(draft, event, "pending"),
  "question.reordered": (draft, event) =>
    enterQueue(draft, text(event, "question") ?? "", number(event, "position")),
  "question.undone": undone,
  "question.ungrouped": ungrouped,
  "question.withdrawn": withdrawn,
  "statement.published": published,
};

/** The numbers of the moment, which no event tells. */
export function withVotes(state: StaffState, votes: Readonly<Record<string, number>>): StaffState {
  const questions = new Map(state.questions);
  for (const [id, n] of Object.entries(votes)) {
    const question = questions.get(id);
    if (question) questions.set(id, { ...question, votes: n });
  }
  return { ...state, questions };
}

/** The state after these events. Types it does not know change nothing. */
export function fold(state: StaffState, events: readonly Event[]): StaffState {
  const draft: Draft = {
    interview: state.interview,
    statements: [...state.statements],
    questions: new Map(state.questions),
  };
  for (const event of events) {
    const handler = HANDLERS[event.type] ?? (event.type.startsWith("interview.") ? plain : null);
    handler?.(draft, event);
  }
  return draft;
}
