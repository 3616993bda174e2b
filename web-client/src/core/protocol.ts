// SPDX-License-Identifier: Apache-2.0
// The wire contract as types, and the only place where the client parses JSON. What is typed here
// is what the server promises; a member it may leave out is optional here.

export const SUBPROTOCOL = "fangtan.v1";

// ---- words ---------------------------------------------------------------------------------

export type QuestionStage =
  | "held"
  | "pending"
  | "approved"
  | "queued"
  | "on_air"
  | "answered"
  | "closed"
  | "rejected"
  | "grouped"
  | "referred"
  | "withdrawn"
  | "retracted"
  | "lapsed";

export type InterviewStage =
  | "draft"
  | "in_review"
  | "scheduled"
  | "announced"
  | "lobby"
  | "live"
  | "suspended"
  | "draining"
  | "ended"
  | "editing"
  | "published"
  | "closed"
  | "archived"
  | "postponed"
  | "cancelled"
  | "taken_down";

export type Asking = "closed" | "precollect" | "open";

export type StatementKind =
  | "opening"
  | "explanation"
  | "question_read"
  | "answer"
  | "remark"
  | "closing"
  | "picture";

export const DUTIES = [
  "compere",
  "guest",
  "moderator",
  "reviewer",
  "stenographer",
  "picture_editor",
  "producer",
  "policy_checker",
] as const;
export type Duty = (typeof DUTIES)[number];

/** Why a question is not let through, in the order of the moderator's digit keys. */
export const REASON_CODES = [
  "duplicate",
  "off_topic",
  "not_our_remit",
  "unclear",
  "personal_case",
  "petition_channel",
  "personal_data",
  "abusive",
  "illegal",
  "advert",
  "spam",
  "impersonation",
  "secret",
  "test",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];
/** Those that point elsewhere: a note says where. */
export const POINTING_CODES: readonly ReasonCode[] = ["off_topic", "not_our_remit"];

/** Why a question is turned down; `into`: which one it repeats. */
export interface Grounds {
  code: string;
  note?: string;
  into?: string;
}

// ---- what an interview is made of ------------------------------------------------------------

export interface Person {
  name: string;
  title?: string;
  department?: string;
  role?: string;
}

export interface PolicyDocument {
  title: string;
  url: string;
}

export interface RosterEntry {
  user: string;
  duty: Duty;
}

export interface Interview {
  id: string;
  issue_no?: number;
  topic: string;
  intro?: string;
  departments: string[];
  guests: Person[];
  compere: Person;
  languages: string[];
  policy_documents: PolicyDocument[];
  policy: { asking?: string; question_public?: string };
  stage: InterviewStage;
  asking: Asking;
  announced_at?: string;
  starts_at: string;
  minutes: number;
  /** What it is to be about, in few words each. */
  topics?: string[];
  started_at?: string;
  ended_at?: string;
  published_at?: string;
  reason?: string;
  /** Nothing new becomes public. */
  frozen?: boolean;
  frozen_reason?: string;
  /** Seconds between saying and publication. */
  delay?: number;
}

/** One row of `interview.list`. */
export type InterviewRow = Omit<
  Interview,
  "intro" | "compere" | "languages" | "policy_documents" | "policy" | "topics"
> & {
  /** Staff only: never public. */
  rehearsal?: boolean;
  /** Staff only: what the account does in it. */
  duties?: Duty[];
};

/** What was said, as everybody sees it. A retracted one has a code and no text. */
export interface Statement {
  statement: string;
  kind: StatementKind;
  speaker: Person;
  text?: string;
  questions: string[];
  said_at: string;
  published_at: string;
  origin: string;
  version: number;
  corrected_at?: string;
  /** How many earlier texts there are. */
  revisions?: number;
  retracted_at?: string;
  code?: string;
}

export interface Notice {
  notice: string;
  to: "interview" | "portal" | "staff";
  level: "info" | "warning" | "urgent";
  text: string;
  at: string;
}

/** What a department wrote to a question; without a department, to its asker alone. */
export interface Reply {
  department?: string;
  text: string;
  at: string;
}

/** An administrator's words for a coded reason; without a text the built-in ones stand again. */
export interface Wording {
  code: string;
  lang: string;
  audience: "asker" | "public";
  text?: string;
}

/** Staff see who issued and who has acknowledged it. */
export interface StaffNotice extends Notice {
  by?: string;
  recalled?: boolean;
  acknowledged?: { by: string; at: string }[];
}

export interface StaffStatement extends Statement {
  author?: string;
  /** Waits for a second person. */
  retraction?: { by: string; code: string };
}

export type DraftStage = "prepared" | "submitted" | "returned" | "delayed";

/** A statement on its way to the public; staff only. */
export interface DraftStatement
  extends Omit<Statement, "said_at" | "published_at" | "corrected_at" | "retracted_at" | "code"> {
  text: string;
  said_at?: string;
  stage: DraftStage;
  author: string;
  writer: string;
  entered_as: string;
  /** The published statement whose text this is to replace. */
  corrects?: string;
  step?: number;
  waits_for?: Duty;
  public_at?: string;
  cleared?: boolean;
  note?: string;
  cause?: string;
}

/** Why a statement is taken down, beside the reasons of questions. */
export const RETRACTION_CODES = ["mistake", "early", "personal_data", "secret", "illegal"] as const;

/** Classes of legal bases by which a question is erased; in words `erasure.CLASS`. */
export const ERASURE_CLASSES = ["personal_data", "minor", "secret", "court", "other"] as const;

/** A question as everybody sees it. A tombstone has only its id, number, stage and, when it was
 * taken down, the reason's code. */
export interface PublicQuestion {
  question: string;
  receipt_no: string;
  name?: string;
  text?: string;
  edited?: boolean;
  origin?: string;
  labels?: string[];
  votes?: number;
  stage: QuestionStage;
  shown_at?: string;
  answers?: string[];
  department?: string;
  due?: string;
  /** While its department has it: the clock stands since then, and why the date was moved. */
  stopped_at?: string;
  extension?: { reason: string; at: string };
  reply?: Reply;
  code?: string;
  note?: string;
  /** Questions that were joined with it. */
  grouped?: number;
  /** By law: its words are gone for good. */
  erased?: { at: string; class: string };
}

export interface Claim {
  by: string;
  epoch: number;
  until: string;
  at?: string;
}

export type Appeal = "open" | "upheld" | "dismissed";
/** What staff wrote on a question for colleagues; `by` may be the asker's own "c:…". */
export interface Note {
  by: string;
  text: string;
  at: string;
}

/** The guest a question was given to, and what became of it. */
export interface Route {
  guest: string;
  by?: string;
  answer: "waits" | "accepted" | "passed";
  answered_by?: string;
  note?: string;
}

/** The last that was said in an interview about an asker's speaking; without `until` he may. */
export interface Silence {
  asker: string;
  by?: string;
  until?: string;
}

/** What the first of two persons has decided about a question that waits. */
export interface Proposal {
  by: string;
  at: string;
  decision: "approved" | "rejected";
  text?: string;
  labels?: string[];
  code?: string;
  note?: string;
  duplicate_of?: string;
}

export type CaseStage =
  | "opened"
  | "accepted"
  | "clock_stopped"
  | "draft_submitted"
  | "returned"
  | "closed";

/** The case of a referred question, beside the question's own stage. */
export interface Case {
  case: string;
  stage: CaseStage;
  /** To the department that has it. */
  note?: string;
  opened_at?: string;
  accepted_by?: string;
  accepted_at?: string;
  /** To the asker. */
  stop_note?: string;
  extended_days?: number;
  draft?: Note;
  returned?: { text: string; by: string };
}

/** How late a case is today, as the server's calendar says; absent: in time. */
export interface CaseRow {
  question: string;
  level?: "due_soon" | "overdue" | "long_overdue";
}

/** A question as staff see it; a guest's has no screening members. */
export interface StaffQuestion extends PublicQuestion {
  version: number;
  visibility: "hidden" | "public" | "tombstone";
  original?: string;
  received_at?: string;
  decided_at?: string;
  decided_by?: string;
  /** While it waits for a reviewer. */
  proposal?: Proposal;
  /** Of a decision by two persons the first. */
  passed_by?: string;
  public_at?: string;
  changed_by?: string;
  changed_at?: string;
  held_note?: string;
  /** While retracted: the stage that restoring gives back. */
  before?: QuestionStage;
  before_code?: string;
  before_note?: string;
  retracted_by?: string;
  /** Somebody asked for a retraction that another person has to confirm. */
  retraction?: { by: string; code: string };
  retraction_note?: string;
  appeal?: Appeal;
  appeal_note?: string;
  to_guest?: string;
  contact?: string;
  asker?: string;
  claim?: Claim;
  route?: Route;
  notes?: Note[];
  /** The text as last redacted; undoing an approval brings no more back. */
  redacted?: string;
  entered_by?: string;
  network?: string;
  /** Asked for by one person; done when it is erased. */
  erasure?: { by: string; class: string; basis: string; note?: string; confirmed_by?: string };
  queue_rank?: number;
  case?: Case;
  /** The question it was joined with. */
  group?: string;
  /** While rejected: the question it repeats. */
  duplicate_of?: string;
}

export interface Snapshot<I = Interview, Q = PublicQuestion> {
  interview: I;
  statements: Statement[];
  questions: Q[];
  polls: unknown[];
  notices: Notice[];
  /** Of the portal's own log only. */
  wordings?: Wording[];
  counts: { statements: number; questions: number; answered: number };
  to: number;
  hash: string;
}

export interface StaffInterview extends Interview {
  version: number;
  roster: RosterEntry[];
  rule_set?: string;
  /** While it is taken down: where it was, and the only stage it may go back to. */
  before_down?: InterviewStage;
  /** Why asking was closed, when nobody closed it. */
  asking_reason?: string;
  rehearsal?: boolean;
  /** The duties that pass a statement, by who enters it. */
  chains?: { guest?: Duty[]; compere?: Duty[]; stenographer?: Duty[]; question?: Duty[] };
}

/** A one-time link for somebody on the roster; the link itself comes once, when it is made. */
export interface Invitation {
  invitation: string;
  user: string;
  by: string;
  at: string;
  until: string;
  stage: "open" | "used" | "revoked";
  used_at?: string;
  revoked_at?: string;
}

export interface InvitationResult {
  invitation: string;
  until: string;
  token: string;
}

export interface StaffSnapshot extends Snapshot<StaffInterview, StaffQuestion> {
  statements: StaffStatement[];
  drafts: DraftStatement[];
  silences?: Silence[];
  invitations?: Invitation[];
}

/** An event of the log. The members beside n, at and type are its body (see server/interview). */
export interface Event {
  n: number;
  at?: string;
  type: string;
  [member: string]: unknown;
}

// ---- messages --------------------------------------------------------------------------------

/** A place in the log: a number, and the chain's hash up to there. */
export interface Position {
  n: number;
  hash: string;
}

export interface EventsParams {
  interview: string;
  from: number;
  to: number;
  hash: string;
  events: Event[];
}

export interface HeadParams {
  interview: string;
  to: number;
  hash: string;
  /** Who loses the line comes back within so long, at a random moment. */
  retry_ms?: number;
}

export interface TallyParams {
  interview: string;
  viewers?: number;
  votes?: Record<string, number>;
}

export interface ByeParams {
  reason: string;
  retry_ms?: number;
}

export type Notification =
  | { method: "events"; params: EventsParams }
  | { method: "head"; params: HeadParams }
  | { method: "tally"; params: TallyParams }
  | { method: "bye"; params: ByeParams };

/** A demand of the rule set that is not met; need and have are of the same kind. */
export interface UnmetGuard {
  guard: string;
  need?: number | string | string[];
  have?: number | string | string[];
  may_override: boolean;
}

/** What an error object carries beside its number and sentence. */
export interface ErrorData {
  reason: string;
  retry_ms?: number;
  limit?: number;
  version?: number;
  by?: string;
  stage?: string;
  statement?: string; // which one it is about
  /** When it was decided or claimed. */
  at?: string;
  until?: string;
  questions?: string[];
  statements?: string[];
  guards?: UnmetGuard[];
}

/** A refusal of the server. `message` is a sentence for people, `data.reason` is for programs. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: ErrorData,
  ) {
    super(message);
  }

  get reason(): string {
    return this.data.reason;
  }
}

export interface HelloResult {
  role: string;
  actor: string;
  token?: string;
  server: { version: string; time: string };
  /** As in head. */
  retry_ms?: number;
  limits: Record<string, number>;
  /** Staff only: the rule sets that are installed on this server. */
  rule_sets?: { name: string; may_lapse: boolean }[];
}

export interface WatchResult<S> {
  mode: "live" | "tail" | "snapshot";
  to: number;
  hash: string;
  snapshot?: S;
  /** The position that was given is of a record that is no more. */
  rolled_back?: boolean;
}

export interface AskResult {
  question: string;
  receipt_no: string;
  secret: string;
  digest: string;
  nonce: string;
  stage: QuestionStage;
}

export interface ClaimResult {
  claim_epoch: number;
  until: string;
  version: number;
}

export type Incoming =
  | { kind: "result"; id: number; result: unknown }
  | { kind: "error"; id: number | null; error: RpcError }
  | { kind: "notification"; notification: Notification };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Any JSON text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the body of an error, from JSON-RPC's `error` member. */
function readError(error: Record<string, unknown>): RpcError {
  const data = isObject(error.data) ? error.data : {};
  const reason = typeof data.reason === "string" ? data.reason : "internal";
  return new RpcError(
    typeof error.code === "number" ? error.code : 0,
    typeof error.message === "string" ? error.message : "",
    { ...data, reason },
  );
}

/** One frame from the server, or undefined when it is not a message of the contract. */
export function parseMessage(text: string): Incoming | undefined {
  const message = parseJson(text);
  if (!isObject(message) || message.jsonrpc !== "2.0") return undefined;
  if (typeof message.method === "string") {
    if (!isObject(message.params)) return undefined;
    const notification = { method: message.method, params: message.params };
    return { kind: "notification", notification: notification as unknown as Notification };
  }
  const id = typeof message.id === "number" ? message.id : null;
  if (isObject(message.error)) return { kind: "error", id, error: readError(message.error) };
  if (id !== null && "result" in message) return { kind: "result", id, result: message.result };
  return undefined;
}

/** An identifier for one intent: repeating a command with it does nothing twice. */
export function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
