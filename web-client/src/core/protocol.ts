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

export type Duty =
  | "compere"
  | "guest"
  | "moderator"
  | "reviewer"
  | "stenographer"
  | "picture_editor"
  | "producer"
  | "policy_checker";

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
  started_at?: string;
  ended_at?: string;
  published_at?: string;
  reason?: string;
}

/** One row of `interview.list`. */
export type InterviewRow = Omit<
  Interview,
  "intro" | "compere" | "languages" | "policy_documents" | "policy"
> & {
  /** Staff only: what the account does in it. */
  duties?: Duty[];
};

export interface Statement {
  statement: string;
  kind: StatementKind;
  speaker: Person;
  text: string;
  questions: string[];
  said_at: string;
  published_at: string;
  origin: string;
  version: number;
}

/** A question as everybody sees it. A withdrawn one has only its id, number and stage. */
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
  /** Questions that were joined with it. */
  grouped?: number;
}

export interface Claim {
  by: string;
  epoch: number;
  until: string;
}

/** A question as staff see it; a guest's has no screening members. */
export interface StaffQuestion extends PublicQuestion {
  version: number;
  visibility: "hidden" | "public" | "tombstone";
  original?: string;
  received_at?: string;
  decided_at?: string;
  decided_by?: string;
  public_at?: string;
  code?: string;
  note?: string;
  to_guest?: string;
  contact?: string;
  asker?: string;
  claim?: Claim;
  queue_rank?: number;
  case?: string;
  /** The question it was joined with. */
  group?: string;
}

export interface Snapshot<I = Interview, Q = PublicQuestion> {
  interview: I;
  statements: Statement[];
  questions: Q[];
  polls: unknown[];
  notices: unknown[];
  counts: { statements: number; questions: number; answered: number };
  to: number;
  hash: string;
}

export interface StaffInterview extends Interview {
  version: number;
  roster: RosterEntry[];
  rule_set?: string;
}

export type StaffSnapshot = Snapshot<StaffInterview, StaffQuestion>;

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

/** What an error object carries beside its number and sentence. */
export interface ErrorData {
  reason: string;
  retry_ms?: number;
  limit?: number;
  version?: number;
  by?: string;
  stage?: string;
  until?: string;
  questions?: string[];
  guards?: string[];
  [member: string]: unknown;
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
  limits: Record<string, number>;
}

export interface WatchResult<S> {
  mode: "live" | "tail" | "snapshot";
  to: number;
  hash: string;
  snapshot?: S;
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
