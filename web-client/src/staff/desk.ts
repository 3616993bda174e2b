// SPDX-License-Identifier: Apache-2.0
// The desk's side of the wire: one connection while signed in, one open interview at a time, and
// the commands of the consoles. Screens read its stores and call its functions.
import { Feed } from "../core/feed.ts";
import type { Translate } from "../core/i18n.ts";
import {
  type AskResult,
  type CaseRow,
  type ClaimResult,
  type DraftStage,
  type DraftStatement,
  type Duty,
  type Grounds,
  type InterviewRow,
  newCommandId,
  type QuestionStage,
  type RosterEntry,
  RpcError,
  type StaffQuestion,
  type StaffSnapshot,
} from "../core/protocol.ts";
import {
  Connection,
  type ConnectionState,
  Disconnected,
  SignedOut,
  socketUrl,
} from "../core/socket.ts";
import { clock, serverNow, setServerTime } from "../core/time.ts";
import { ticket } from "./api.ts";
import type { CaseAct } from "./case_acts.ts";
import { actorName, given, type StaffState } from "./folding.ts";
import type { Span } from "./selection.ts";
import { fold, fromSnapshot, withVotes } from "./state.ts";
import { Store } from "./store.ts";
import { activeClaim, type DraftAct, isWaiting } from "./views.ts";

export interface Who {
  actor: string;
  role: string;
}

export class Desk {
  readonly connection: Connection;
  readonly link = new Store<ConnectionState>("connecting");
  readonly who = new Store<Who | null>(null);

  /** onSignedOut: the session is over; sign in again. */
  constructor(lang: string, onSignedOut: () => void) {
    this.connection = new Connection({
      url: socketUrl(location),
      client: "desk",
      lang,
      credentials: async () => {
        try {
          return await ticket();
        } catch (error) {
          if (error instanceof SignedOut) onSignedOut();
          throw error;
        }
      },
      onState: (state) => {
        this.link.value = state;
      },
      onHello: (hello) => {
        setServerTime(hello.server.time);
        this.who.value = { actor: actorName(hello.actor), role: hello.role };
      },
    });
  }

  async interviews(): Promise<InterviewRow[]> {
    const rows: InterviewRow[] = [];
    let before: string | undefined;
    do {
      const page = await this.connection.call<{ interviews: InterviewRow[]; next?: string }>(
        "interview.list",
        before ? { before } : {},
      );
      rows.push(...page.interviews);
      before = page.next;
    } while (before && rows.length < 500);
    // A member of staff has no business with the others; those are on the portal's pages.
    const all = this.who.value?.role !== "staff";
    return rows.filter((row) => all || !row.duties || row.duties.length > 0);
  }
}

// The stage of a question, of a statement (which the refusal names), or of the interview itself.
function stageName({ stage = "", statement }: RpcError["data"], t: Translate): string {
  const of = statement !== undefined ? ["draft.done", "qstage"] : ["qstage", "stage"];
  const words = of.map((kind) => t(`${kind}.${stage}`));
  return words.find((found, n) => found !== `${of[n]}.${stage}`) ?? stage;
}

/** What a screen says when something was not done. */
export function explain(error: unknown, t: Translate): string {
  if (error instanceof Disconnected) return t("fault.disconnected");
  if (!(error instanceof RpcError)) return t("fault.internal");
  const { reason, by, stage, until, at, limit, retry_ms } = error.data;
  if (reason === "claimed") {
    return t("fault.claimed", { by: actorName(by), time: clock(until) });
  }
  if (reason === "stale" || (reason === "wrong_stage" && by)) {
    const decided = stage !== undefined && stage !== "pending" && stage !== "held";
    const what = decided ? stageName(error.data, t) : t("fault.changed");
    return by && decided
      ? t("fault.stale_by", { by: actorName(by), what: at ? `${what} ${clock(at)}` : what })
      : t("fault.stale", { what });
  }
  if (reason === "too_long") return t("fault.too_long", { n: limit ?? "" });
  if (reason === "rate_limited") {
    return t("fault.rate_limited", { n: Math.ceil((retry_ms ?? 1000) / 1000) });
  }
  const known = ["not_authorized", "unavailable", "overloaded", "undisposed", "asking_closed"];
  if (known.includes(reason)) return t(`fault.${reason}`);
  // The server's own sentence, unless it has none and repeats the reason.
  return error.message && error.message !== reason ? error.message : t("fault.internal");
}

export interface EnterParams {
  text: string;
  origin: "phone" | "paper" | "hall" | "prepared";
  name?: string;
  contact?: string;
}

interface BulkRow {
  question: string;
  error?: Pick<RpcError, "code" | "message" | "data">;
}

export interface BulkOutcome {
  question: string;
  /** Why it was not done. */
  error?: RpcError;
}

interface Moved {
  stage: QuestionStage;
  version: number;
  /** Decided by the first of two persons only. */
  waits_for?: Duty;
}

export class OpenInterview {
  readonly state = new Store<StaffState | null>(null);
  readonly viewers = new Store<number | null>(null);
  readonly refused = new Store<RpcError | null>(null);
  private readonly feed: Feed<StaffSnapshot>;

  constructor(
    private readonly desk: Desk,
    readonly id: string,
  ) {
    this.feed = new Feed<StaffSnapshot>(desk.connection, id, {
      snapshot: (snapshot) => {
        this.state.value = fromSnapshot(snapshot);
      },
      events: (events) => {
        if (this.state.value) this.state.value = fold(this.state.value, events);
      },
      tally: (tally) => {
        if (tally.viewers !== undefined) this.viewers.value = tally.viewers;
        const votes = tally.votes;
        if (this.state.value && votes && Object.keys(votes).length > 0)
          this.state.value = withVotes(this.state.value, votes);
      },
      refused: (error) => {
        this.refused.value = error;
      },
    });
  }

  close(): void {
    this.feed.stop();
  }

  /** A command that changes something. One id is one intent: repeat it only to ask again. */
  command<R>(method: string, params: Record<string, unknown>, id = newCommandId()): Promise<R> {
    return this.desk.connection.call<R>(method, { ...params, command_id: id });
  }

  private get actor(): string {
    return this.desk.who.value?.actor ?? "";
  }

  /** Do decisions about questions take a second person, a reviewer, from now on? */
  setTwoPersons(two: boolean): Promise<unknown> {
    const { version, policy, chains } = this.state.value?.interview ?? { version: 0 };
    const set = { policy: { ...policy, chains: { ...chains, question: two ? ["reviewer"] : [] } } };
    return this.command("interview.update", { interview: this.id, version, set });
  }

  /** The whole roster anew; refused when it has changed since it was read. */
  setRoster(roster: readonly RosterEntry[]): Promise<unknown> {
    const { version } = this.state.value?.interview ?? { version: 0 };
    return this.command("interview.update", { interview: this.id, version, set: { roster } });
  }

  // ---- the moderator -------------------------------------------------------------------------

  claim(question: string): Promise<ClaimResult> {
    return this.command<ClaimResult>("question.claim", { question });
  }

  takeOver(question: string): Promise<ClaimResult> {
    return this.command<ClaimResult>("question.claim", { question, take_over: true });
  }

  letGo(question: string): Promise<unknown> {
    return this.command("question.let_go", { question });
  }

  // A decision needs a claim: the one that is held, or a new one.
  private async claimEpoch(question: StaffQuestion): Promise<number> {
    const claim = activeClaim(question, serverNow() + 2_000);
    if (claim?.by === this.actor) return claim.epoch;
    return (await this.claim(question.question)).claim_epoch;
  }

  /** text: approve with this text instead of the original. A held question is released first;
   * `why` it may go on is for colleagues. */
  async approve(
    question: StaffQuestion,
    text?: string,
    why = "",
  ): Promise<Moved & { public_at?: string }> {
    const claim_epoch = await this.claimEpoch(question);
    let version = question.version;
    if (question.stage === "held") {
      version = (await this.about("question.release", question, { note: why })).version;
    }
    return this.command("question.approve", {
      question: question.question,
      version,
      claim_epoch,
      ...(text === undefined ? {} : { text }),
    });
  }

  /** What was let through already (mayTurnDown) is claimed by nobody. */
  async reject(question: StaffQuestion, grounds: Grounds): Promise<Moved> {
    const claim_epoch = isWaiting(question) ? await this.claimEpoch(question) : 0;
    return this.command<Moved>("question.reject", {
      question: question.question,
      version: question.version,
      claim_epoch,
      ...grounds,
    });
  }

  // What needs no claim: the question and its version say what was looked at.
  private about(method: string, question: StaffQuestion, more: object): Promise<Moved> {
    const { question: id, version } = question;
    return this.command<Moved>(method, { question: id, version, ...more });
  }

  async hold(question: StaffQuestion): Promise<Moved> {
    return this.about("question.hold", question, { claim_epoch: await this.claimEpoch(question) });
  }

  retract(question: StaffQuestion, code: string, note: string): Promise<Moved> {
    const told = note.trim() ? { note: note.trim() } : {};
    return this.about("question.retract", question, { code, ...told });
  }

  /** Asks for it, or confirms what was asked for in the same words. */
  erase(question: StaffQuestion, kind: string, basis: string, note: string): Promise<Moved> {
    const why = note.trim() ? { note: note.trim() } : {};
    return this.about("question.erase", question, { class: kind, basis: basis.trim(), ...why });
  }

  /** Puts back what was taken down, or grants an appeal. */
  restore(question: StaffQuestion): Promise<Moved> {
    return this.about("question.restore", question, {});
  }

  /** Rejected once more, as it stands. */
  dismiss(question: StaffQuestion): Promise<Moved> {
    const { code = "", note, duplicate_of: into } = question;
    const grounds = { code, ...given<Grounds>({ note, into }) };
    return this.about("question.reject", question, { claim_epoch: 0, ...grounds });
  }

  reply(question: StaffQuestion, text: string): Promise<Moved> {
    return this.about("question.reply", question, { text });
  }

  // ---- cases ----------------------------------------------------------------------------------

  /** The open cases, and how late each is today. */
  async cases(): Promise<CaseRow[]> {
    const { id: interview } = this;
    return (await this.desk.connection.call<{ cases: CaseRow[] }>("case.list", { interview }))
      .cases;
  }

  onCase(question: StaffQuestion, act: CaseAct, more: object): Promise<{ case_stage?: string }> {
    const { question: id, version } = question;
    return this.command(`case.${act}`, { question: id, version, ...more });
  }

  refer(question: StaffQuestion, department: string): Promise<Moved> {
    return this.about("question.refer", question, { department });
  }

  /** An end without a reply; the asker reads why. */
  lapse(question: StaffQuestion, note: string): Promise<Moved> {
    return this.about("question.lapse", question, { note });
  }

  takeOffAir(question: StaffQuestion): Promise<Moved> {
    return this.command<Moved>("question.take_off_air", { question: question.question });
  }

  /** What becomes of a statement on its way. note: why it is given back. */
  onWay(
    { statement, version }: DraftStatement,
    step: DraftAct,
    note: string,
  ): Promise<{ statement: string; stage: DraftStage }> {
    const why = step === "return" ? { note } : {};
    return this.command(`statement.${step}`, { statement, version, ...why });
  }

  // ---- marks, and questions that staff enter --------------------------------------------------

  note(question: StaffQuestion, text: string): Promise<unknown> {
    return this.command("question.note", { question: question.question, text });
  }

  label(question: StaffQuestion, labels: string[]): Promise<Moved> {
    return this.about("question.label", question, { labels });
  }

  /** A guest's reply to a question that was given to him. */
  answerRoute(question: StaffQuestion, how: "accept" | "pass"): Promise<unknown> {
    return this.about(`question.${how}`, question, {});
  }

  redact(question: StaffQuestion, spans: Span[]): Promise<Moved> {
    const { question: id, version } = question;
    return this.command<Moved>("question.redact", { question: id, version, spans });
  }

  silence(question: StaffQuestion, minutes: number): Promise<{ until: string }> {
    return this.command("asker.silence", { question: question.question, minutes });
  }

  unsilence(question: StaffQuestion): Promise<unknown> {
    return this.command("asker.unsilence", { question: question.question });
  }

  /** id: the same as long as it is the same caller's question. */
  enter(params: EnterParams, id: string): Promise<AskResult> {
    return this.command<AskResult>("question.enter", { interview: this.id, ...params }, id);
  }

  async group(question: StaffQuestion, into: string): Promise<Moved> {
    const claim_epoch = isWaiting(question) ? await this.claimEpoch(question) : undefined;
    const { question: id, version } = question;
    return this.command<Moved>("question.group", {
      question: id,
      version,
      into,
      ...(claim_epoch === undefined ? {} : { claim_epoch }),
    });
  }

  ungroup(question: StaffQuestion): Promise<Moved> {
    const { question: id, version } = question;
    return this.command<Moved>("question.ungroup", { question: id, version });
  }

  /** One act on many; each has its own outcome. */
  async bulk(questions: readonly string[], action: string, params: object): Promise<BulkOutcome[]> {
    const { results } = await this.command<{ results: BulkRow[] }>("question.bulk", {
      questions,
      action,
      params,
    });
    return results.map(({ question, error }) => ({
      question,
      ...(error ? { error: new RpcError(error.code, error.message, error.data) } : {}),
    }));
  }

  undo(question: string): Promise<Moved> {
    return this.command<Moved>("question.undo", { question });
  }
}
