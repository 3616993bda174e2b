// SPDX-License-Identifier: Apache-2.0
// The staff's fold: a staff snapshot and the events after it become the state of one interview.
// Pure, and the twin of server/interview/fold.c: snapshot + events gives what a new snapshot would.
import type {
  Asking,
  Claim,
  DraftStage,
  DraftStatement,
  Duty,
  Event,
  InterviewStage,
  Person,
  PolicyDocument,
  QuestionStage,
  Reply,
  RosterEntry,
  Route,
  Silence,
  StaffInterview,
  StaffNotice,
  StaffQuestion,
  StaffSnapshot,
  StaffStatement,
  StatementKind,
} from "../core/protocol.ts";

/** Never changed in place: a new state shares with the old one what did not change. */
export interface StaffState {
  readonly interview: StaffInterview;
  readonly notices: readonly StaffNotice[];
  readonly statements: readonly StaffStatement[];
  /** On their way to the public, in order of writing. */
  readonly drafts: readonly DraftStatement[];
  /** By id, in order of reception. */
  readonly questions: ReadonlyMap<string, StaffQuestion>;
  readonly silences: readonly Silence[];
}

export function fromSnapshot(snapshot: StaffSnapshot): StaffState {
  return {
    interview: snapshot.interview,
    statements: snapshot.statements,
    notices: snapshot.notices ?? [],
    drafts: snapshot.drafts ?? [], // without a duty it is what everybody sees
    questions: new Map(snapshot.questions.map((question) => [question.question, question])),
    silences: snapshot.silences ?? [],
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
  notices: StaffNotice[];
  statements: StaffStatement[];
  drafts: DraftStatement[];
  questions: Map<string, StaffQuestion>;
  silences: Silence[];
}

type Handler = (draft: Draft, event: Event) => void;

const ANNOUNCEMENT = [
  "topic",
  "intro",
  "departments",
  "starts_at",
  "minutes",
  "topics",
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
  topics: string[];
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
    const base: StaffInterview = stage ? without(old, "reason", "before_down") : old;
    const next: StaffInterview = {
      ...base,
      ...announcement(event),
      ...(event.policy ? { policy: { ...old.policy, ...(event.policy as object) } } : {}),
      ...(event.chains ? { chains: event.chains as object } : {}),
      ...(Array.isArray(event.roster) ? { roster: event.roster as RosterEntry[] } : {}),
      ...given<StaffInterview>({ stage, reason: text(event, "reason") }),
      version: number(event, "version") ?? old.version + 1,
      ...more(event, old),
    };
    draft.interview = next.topics?.length === 0 ? without(next, "topics") : next;
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

// With the interview its answered questions are closed; their versions stay.
function closeAnswered(draft: Draft): void {
  for (const [id, question] of draft.questions) {
    if (question.stage === "answered") draft.questions.set(id, { ...question, stage: "closed" });
  }
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

// Whoever decides about the question is to know of this first.
function changed(event: Event, question: StaffQuestion): Pick<StaffQuestion, "version"> {
  const version = number(event, "version") ?? question.version + 1;
  const by = text(event, "by"); // a guest is not told, nor when
  return by === undefined
    ? { version }
    : { version, ...given<StaffQuestion>({ changed_by: actorName(by), changed_at: event.at }) };
}

// A change of stage: the version rises, and a place in the queue is lost.
function move(draft: Draft, event: Event, stage: QuestionStage, more: Partial<StaffQuestion> = {}) {
  change(draft, event, (question) => ({
    ...question,
    ...more,
    stage,
    ...changed(event, question),
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
      network: text(event, "network"),
      entered_by: event.asker === undefined ? actorName(text(event, "by")) : undefined,
      received_at: event.at,
    }),
  });
}

function claimed(draft: Draft, event: Event): void {
  const claim: Claim = {
    by: actorName(text(event, "by")),
    epoch: number(event, "epoch") ?? 0,
    until: text(event, "until") ?? "",
    ...given<Claim>({ at: event.at }),
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
    ...given<StaffQuestion>({
      received_at: text(event, "received_at") ?? event.at,
      to_guest: text(event, "to_guest"),
    }),
  });
}

// Who decided; a guest is not told.
function decider(event: Event): Partial<StaffQuestion> {
  const by = text(event, "by");
  return by === undefined ? {} : { decided_by: actorName(by) };
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
    ...decider(event),
    ...given<StaffQuestion>({
      text: text(event, "text"),
      public_at: text(event, "public_at"),
      decided_at: event.at,
    }),
  });
  endClaim(draft, event);
}

function forgetDecision(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...without(question, "public_at", "decided_at", "decided_by"),
    text: question.redacted ?? question.original ?? question.text ?? "",
    edited: question.redacted !== undefined,
    labels: [],
  }));
}

function undone(draft: Draft, event: Event): void {
  const id = text(event, "question") ?? "";
  if (draft.questions.get(id)?.original === undefined) {
    draft.questions.delete(id); // a guest sees what is approved only
    return;
  }
  forgetDecision(draft, event);
  move(draft, event, "pending");
}

function rejected(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...without(question, "code", "note"),
    ...(question.appeal === "open" ? { appeal: "dismissed" as const } : {}),
  }));
  move(draft, event, "rejected", {
    ...decider(event),
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

// What is shown of it changes, its stage does not.
function touch(draft: Draft, event: Event, more: Partial<StaffQuestion>): void {
  change(draft, event, (question) => ({
    ...question,
    ...more,
    version: number(event, "version") ?? question.version + 1,
  }));
}

function redacted(draft: Draft, event: Event): void {
  const shown = text(event, "text");
  if (shown === undefined) return;
  touch(draft, event, { text: shown, redacted: shown, edited: true });
}

function noted(draft: Draft, event: Event): void {
  const note = {
    by: actorName(text(event, "by")),
    text: text(event, "text") ?? "",
    at: event.at ?? "",
  };
  change(draft, event, (question) => ({
    ...question,
    notes: [...(question.notes ?? []), note],
  }));
}

function routed(draft: Draft, event: Event): void {
  const route: Route = {
    guest: text(event, "guest") ?? "",
    by: actorName(text(event, "by")),
    answer: "waits",
  };
  change(draft, event, (question) => ({ ...question, route }));
}

function routeAnswer(answer: "accepted" | "passed"): Handler {
  return (draft, event) =>
    change(draft, event, (question) => {
      if (!question.route) return question;
      const route: Route = {
        ...without(question.route, "note"),
        answer,
        answered_by: actorName(text(event, "by")),
        ...given<Route>({ note: text(event, "note") }),
      };
      return { ...question, route };
    });
}

// In order of the first word about each asker; the last word replaces it.
function silenced(draft: Draft, event: Event): void {
  const asker = text(event, "asker");
  if (asker === undefined) return;
  const silence: Silence = {
    asker,
    by: actorName(text(event, "by")),
    ...given<Silence>({ until: text(event, "until") }),
  };
  const at = draft.silences.findIndex((old) => old.asker === asker);
  if (at < 0) draft.silences.push(silence);
  else draft.silences[at] = silence;
}

// The act names both; the number alone, which is public, names the leader.
function grouped(draft: Draft, event: Event): void {
  if (text(event, "question") !== undefined) {
    change(draft, event, (question) => ({
      ...without(question, "public_at", "group"),
      ...given<StaffQuestion>({
        text: question.redacted ?? question.original,
        group: text(event, "into"),
      }),
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

// ---- second thoughts -------------------------------------------------------------------------

function held(draft: Draft, event: Event): void {
  change(draft, event, (question) => without(question, "held_note"));
  move(draft, event, "held", given<StaffQuestion>({ held_note: text(event, "note") }));
  endClaim(draft, event);
}

function questionRetractionAsked(draft: Draft, event: Event): void {
  const code = text(event, "code") ?? "";
  change(draft, event, (question) => ({
    ...without(question, "retraction_note"),
    ...given<StaffQuestion>({ retraction_note: text(event, "note") }),
    ...(event.waits === true
      ? { retraction: { by: actorName(text(event, "by")), code }, ...changed(event, question) }
      : {}),
  }));
}

function questionRetracted(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...without(question, "retraction", "retraction_note", "note"),
    ...given<StaffQuestion>({
      before: question.stage,
      visibility: "tombstone",
      code: text(event, "code"),
      note: question.retraction_note,
      retracted_by: actorName(text(event, "by")) || undefined,
    }),
  }));
  move(draft, event, "retracted");
  endClaim(draft, event);
}

// Of a rejected question: its appeal is granted. Nothing goes back on air by itself.
function restored(draft: Draft, event: Event): void {
  const id = text(event, "question") ?? "";
  const old = draft.questions.get(id);
  if (!old) return;
  if (old.stage === "rejected") {
    forgetDecision(draft, event);
    change(draft, event, (question) => without(question, "code", "note"));
    move(draft, event, "pending", { appeal: "upheld" });
    return;
  }
  const was = old.before ?? "approved";
  const waits = was === "queued" || was === "on_air";
  change(draft, event, (question) => ({
    ...without(question, "before", "code", "note", "retracted_by"),
    visibility: "public",
  }));
  move(draft, event, waits ? "queued" : was);
  if (waits) enterQueue(draft, id, was === "on_air" ? 1 : undefined);
}

function appealed(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...question,
    appeal: "open",
    ...given<StaffQuestion>({ appeal_note: text(event, "note") }),
    ...changed(event, question),
  }));
}

function replied(draft: Draft, event: Event): void {
  const reply = {
    text: text(event, "text") ?? "",
    at: event.at ?? "",
    ...given<Reply>({ department: text(event, "department") }),
  };
  move(draft, event, "closed", { reply });
  endClaim(draft, event);
}

function lapsed(draft: Draft, event: Event): void {
  move(draft, event, "lapsed", given<StaffQuestion>({ note: text(event, "note") }));
  endClaim(draft, event);
}

// ---- statements ------------------------------------------------------------------------------

function spoken(event: Event, id: string) {
  return {
    statement: id,
    kind: (text(event, "kind") as StatementKind | undefined) ?? "remark",
    speaker: (event.speaker as Person | undefined) ?? { name: "" },
    text: text(event, "text") ?? "",
    questions: texts(event, "questions"),
    origin: text(event, "origin") ?? "live",
    version: number(event, "version") ?? 1,
  };
}

function published(draft: Draft, event: Event): void {
  const id = text(event, "statement");
  if (!id || draft.statements.some((statement) => statement.statement === id)) return;
  const was = draft.drafts.find((other) => other.statement === id);
  draft.drafts = draft.drafts.filter((other) => other !== was);
  draft.statements.push({
    ...spoken(event, id),
    said_at: text(event, "said_at") ?? event.at ?? "",
    published_at: event.at ?? "",
    author: was?.author ?? actorName(text(event, "by")),
  });
}

function changeNotice(draft: Draft, event: Event, to: (notice: StaffNotice) => StaffNotice): void {
  draft.notices = draft.notices.map((n) => (n.notice === event.notice ? to(n) : n));
}

function issued(draft: Draft, event: Event): void {
  const notice = text(event, "notice");
  if (!notice || draft.notices.some((n) => n.notice === notice)) return;
  draft.notices.push({
    notice,
    to: (text(event, "to") ?? "staff") as StaffNotice["to"],
    level: (text(event, "level") ?? "info") as StaffNotice["level"],
    text: text(event, "text") ?? "",
    at: event.at ?? "",
    by: actorName(text(event, "by")),
    recalled: false,
    acknowledged: [],
  });
}

function acknowledged(draft: Draft, event: Event): void {
  const by = actorName(text(event, "by"));
  changeNotice(draft, event, (n) => ({
    ...n,
    acknowledged: [...(n.acknowledged ?? []), { by, at: event.at ?? "" }],
  }));
}

function mend(draft: Draft, event: Event, to: (statement: StaffStatement) => StaffStatement): void {
  draft.statements = draft.statements.map((statement) =>
    statement.statement === event.statement ? to(statement) : statement,
  );
}

function corrected(draft: Draft, event: Event): void {
  mend(draft, event, (statement) => ({
    ...statement,
    version: number(event, "version") ?? statement.version + 1,
    revisions: (statement.revisions ?? 0) + 1,
    ...given<StaffStatement>({ text: text(event, "text"), corrected_at: event.at }),
  }));
}

function retracted(draft: Draft, event: Event): void {
  mend(draft, event, (statement) => ({
    ...without(statement, "text", "corrected_at", "revisions", "retraction"),
    version: number(event, "version") ?? statement.version + 1,
    code: text(event, "code") ?? "",
    ...given<StaffStatement>({ retracted_at: event.at }),
  }));
}

function retractionAsked(draft: Draft, event: Event): void {
  const retraction = { by: actorName(text(event, "by")), code: text(event, "code") ?? "" };
  mend(draft, event, (statement) => ({ ...statement, retraction }));
}

// ---- drafts ----------------------------------------------------------------------------------

// A new draft, or the new text of one.
function written(draft: Draft, event: Event, id: string, stage: DraftStage): void {
  const by = actorName(text(event, "by"));
  const index = draft.drafts.findIndex((other) => other.statement === id);
  const old = draft.drafts[index];
  const now: DraftStatement = {
    ...spoken(event, id),
    version: number(event, "version") ?? (old?.version ?? 0) + 1,
    stage,
    author: old?.author ?? by,
    writer: by,
    entered_as: text(event, "entered_as") ?? "",
    ...given<DraftStatement>({ said_at: text(event, "said_at") }),
  };
  if (old) draft.drafts[index] = now;
  else draft.drafts.push(now);
}

function changeDraft(
  draft: Draft,
  event: Event,
  to: (statement: DraftStatement) => DraftStatement,
): void {
  draft.drafts = draft.drafts.map((old) =>
    old.statement === event.statement
      ? { ...to(old), version: number(event, "version") ?? old.version + 1 }
      : old,
  );
}

function unsent(statement: DraftStatement): DraftStatement {
  return without(statement, "step", "waits_for", "public_at", "cleared", "note", "cause");
}

// To the next duty of its chain, into the delay, or back with its chain done.
function sent(draft: Draft, event: Event): void {
  const id = text(event, "statement") ?? "";
  if (text(event, "text") !== undefined) written(draft, event, id, "submitted");
  const waits_for = text(event, "waits_for") as Duty | undefined;
  const public_at = text(event, "public_at");
  const stage: DraftStage = waits_for ? "submitted" : public_at ? "delayed" : "prepared";
  changeDraft(draft, event, (old) => ({
    ...unsent(old),
    stage,
    ...given<DraftStatement>({
      waits_for,
      public_at,
      step: number(event, "step") || undefined,
      said_at: text(event, "said_at"),
      origin: text(event, "origin"),
      cleared: event.cleared === true || undefined,
    }),
  }));
}

function returned(draft: Draft, event: Event): void {
  changeDraft(draft, event, (old) => ({
    ...unsent(old),
    stage: "returned",
    ...given<DraftStatement>({ note: text(event, "note"), cause: text(event, "cause") }),
  }));
}

function setFrozen(draft: Draft, frozen: boolean, reason: string | undefined): void {
  draft.interview = {
    ...without(draft.interview, "frozen", "frozen_reason"),
    ...(frozen ? { frozen } : {}),
    ...given<StaffInterview>({ frozen_reason: reason }),
  };
}

// Taken off air, or open again because its answers were retracted: it is the next one.
function offAir(draft: Draft, event: Event): void {
  change(draft, event, (question) =>
    question.stage === "answered" ? { ...question, answers: [] } : question,
  );
  move(draft, event, "queued");
  enterQueue(draft, text(event, "question") ?? "", 1);
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "asker.silenced": silenced,
  "asker.unsilenced": silenced,
  "asking.set": (draft, event) => {
    const asking = text(event, "asking") as Asking | undefined;
    if (!asking) return;
    draft.interview = {
      ...without(draft.interview, "asking_reason"),
      asking,
      ...given<StaffInterview>({ asking_reason: text(event, "reason") }),
    };
  },
  "case.reply_published": replied,
  "case.opened": (draft, event) =>
    change(draft, event, (question) => ({ ...question, ...referral(event) })),
  "feed.delay_changed": (draft, event) => {
    const delay = number(event, "seconds");
    draft.interview = {
      ...without(draft.interview, "delay"),
      ...(delay ? { delay } : {}),
    };
  },
  "feed.frozen": (draft, event) => setFrozen(draft, true, text(event, "reason")),
  "feed.unfrozen": (draft) => setFrozen(draft, false, undefined),
  "interview.announced": first("announced_at"),
  "interview.closed": (draft, event) => {
    plain(draft, event);
    closeAnswered(draft);
  },
  "interview.ended": changeInterview((event) => (event.at ? { ended_at: event.at } : {})),
  "interview.started": first("started_at"),
  "interview.taken_down": changeInterview((_event, old) => ({ before_down: old.stage })),
  "interview.transcript_published": first("published_at"),
  "notice.acknowledged": acknowledged,
  "notice.issued": issued,
  "notice.recalled": (draft, event) =>
    changeNotice(draft, event, (n) => ({ ...n, recalled: true })),
  "question.answered": answered,
  "question.appealed": appealed,
  "question.approved": approved,
  "question.claimed": claimed,
  "question.dequeued": (draft, event) => move(draft, event, "approved"),
  "question.guest_accepted": routeAnswer("accepted"),
  "question.guest_passed": routeAnswer("passed"),
  "question.held": held,
  "question.labelled": (draft, event) => touch(draft, event, { labels: texts(event, "labels") }),
  "question.lapsed": lapsed,
  "question.grouped": grouped,
  "question.let_go": endClaim,
  "question.noted": noted,
  "question.off_air": offAir,
  "question.on_air": (draft, event) => move(draft, event, "on_air"),
  "question.queued": queued,
  "question.received": received,
  "question.redacted": redacted,
  "question.referred": (draft, event) => {
    move(draft, event, "referred", referral(event));
    endClaim(draft, event);
  },
  "question.rejected": rejected,
  "question.replied": replied,
  "question.restored": restored,
  "question.retracted": questionRetracted,
  "question.retraction_asked": questionRetractionAsked,
  "question.taken_over": claimed,
  "question.released": (draft, event) => move(draft, event, "pending"),
  "question.reordered": (draft, event) =>
    enterQueue(draft, text(event, "question") ?? "", number(event, "position")),
  "question.routed_to_guest": routed,
  "question.undone": undone,
  "question.ungrouped": ungrouped,
  "question.withdrawn": withdrawn,
  "statement.corrected": corrected,
  "statement.discarded": (draft, event) => {
    draft.drafts = draft.drafts.filter((other) => other.statement !== event.statement);
  },
  "statement.passed_step": sent,
  "statement.prepared": (draft, event) =>
    written(draft, event, text(event, "statement") ?? "", "prepared"),
  "statement.published": published,
  "statement.retracted": retracted,
  "statement.retraction_asked": retractionAsked,
  "statement.returned": returned,
  "statement.submitted": sent,
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
    notices: [...state.notices],
    drafts: [...state.drafts],
    questions: new Map(state.questions),
    silences: [...state.silences],
  };
  for (const event of events) {
    const handler = HANDLERS[event.type] ?? (event.type.startsWith("interview.") ? plain : null);
    handler?.(draft, event);
  }
  return draft;
}
