// SPDX-License-Identifier: Apache-2.0
// The list of cards as a whole: adopts what the server wrote, applies events to it, or builds it
// anew from a snapshot. Newest first; a question comes to the top with its first statement.
import type { Event, PublicQuestion, Reply, Snapshot, Statement } from "../core/protocol.ts";
import {
  addReply,
  answerBlock,
  answerPointer,
  correct,
  entomb,
  entombStatement,
  lapse,
  markCase,
  markGrouped,
  markState,
  markVotes,
  onAirEntry,
  questionCard,
  type Referral,
  redact,
  redraw,
  statementCard,
} from "./card.ts";
import { byId } from "./dom.ts";
import type { Texts } from "./texts.ts";
import { type Votes, votesOf } from "./vote.ts";

export class CardList {
  private readonly votes: Votes = new Map();

  constructor(
    private readonly t: Texts,
    private readonly cards: HTMLElement,
    private readonly onAir: HTMLElement | null,
  ) {}

  get first(): HTMLElement | null {
    return this.cards.firstElementChild as HTMLElement | null;
  }

  get size(): number {
    return this.cards.childElementCount;
  }

  private question(id: unknown): HTMLElement | null {
    return typeof id === "string" ? byId(`q-${id}`) : null;
  }

  private addStatement(s: Statement): void {
    if (byId(`s-${s.statement}`)) return;
    let home: HTMLElement | null = null;
    for (const id of new Set(s.questions)) {
      const card = this.question(id);
      const article = card?.querySelector("article");
      if (!card || !article) continue;
      if (!article.querySelector(".answer, .see")) this.cards.prepend(card);
      article.append(
        home ? answerPointer(this.t, s, home.dataset.no ?? "") : answerBlock(this.t, s),
      );
      home = home ?? card;
    }
    if (!home) this.cards.prepend(statementCard(this.t, s));
  }

  /** Applies one event. Returns false for those that do not concern the list. */
  apply(event: Event): boolean {
    const card = this.question(event.question);
    const said = byId(`s-${word(event.statement) ?? ""}`);
    switch (event.type) {
      case "question.approved":
        if (!card) this.addQuestion(shown(event));
        break;
      case "statement.published":
        this.addStatement(published(event));
        break;
      case "statement.corrected":
        if (said) correct(this.t, said, word(event.text) ?? "", event.at ?? "");
        break;
      case "statement.retracted":
        if (said) entombStatement(this.t, said, word(event.code) ?? "");
        break;
      case "question.on_air":
        if (card) markState(this.t, card, "on_air");
        break;
      case "question.off_air":
        if (card?.dataset.state === "on_air" || card?.dataset.state === "answered")
          markState(this.t, card, "waiting");
        break;
      case "question.answered":
        if (card) markState(this.t, card, "answered");
        break;
      case "question.referred":
        if (card) markState(this.t, card, "referred", event as unknown as Referral);
        break;
      case "case.re_routed":
      case "case.clock_stopped":
      case "case.clock_resumed":
      case "case.extension_granted":
        if (card) markCase(this.t, card, event);
        break;
      case "question.redacted":
        if (card) redact(this.t, card, word(event.text) ?? "");
        if (this.onAir) delete this.onAir.dataset.key; // which shows the text once more
        break;
      case "question.grouped":
      case "question.ungrouped": {
        const leader = this.question(event.into);
        if (leader) markGrouped(this.t, leader, Number(event.count) || 0);
        break;
      }
      case "question.withdrawn":
      case "question.retracted":
      case "question.erased":
        if (card) entomb(this.t, card, event.type.slice(9), word(event.code), word(event.class));
        break;
      case "question.restored":
        if (card) {
          const q = event as unknown as PublicQuestion;
          redraw(this.t, card, q, votesOf(this.votes, q));
        }
        break;
      case "question.lapsed":
        if (card) lapse(this.t, card, word(event.note) ?? "");
        break;
      case "case.reply_published":
        if (card) addReply(this.t, card, event as unknown as Reply);
        break;
      default:
        return false;
    }
    this.pin();
    return true;
  }

  /** Everything anew. */
  rebuild(snapshot: Snapshot): void {
    this.cards.replaceChildren();
    const early = [...snapshot.questions];
    const takeUntil = (ms: number) => {
      while (early.length && shownMs(early[0]) <= ms) this.addQuestion(early.shift());
    };
    for (const s of snapshot.statements) {
      takeUntil(Date.parse(s.published_at));
      this.addStatement(s);
    }
    takeUntil(Number.POSITIVE_INFINITY);
    this.pin();
  }

  private addQuestion(q: PublicQuestion | undefined): void {
    if (q) this.cards.prepend(questionCard(this.t, q, votesOf(this.votes, q)));
  }

  /** The numbers of the moment, for what is here and for what comes. */
  tally(votes: Record<string, number>): void {
    for (const [id, n] of Object.entries(votes)) {
      this.votes.set(id, n);
      const card = this.question(id);
      if (card) markVotes(card, n);
    }
  }

  /** Shows the questions that are being answered above the list. */
  private pin(): void {
    const list = this.onAir?.querySelector("ul");
    if (!this.onAir || !list) return;
    const cards = Array.from(this.cards.children).reverse() as HTMLElement[];
    const now = cards.filter((card) => card.dataset.state === "on_air");
    const at = (card: HTMLElement) => card.querySelector("time")?.dateTime ?? "";
    now.sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
    const key = now.map((card) => card.id).join(" ");
    if (list.children.length === now.length && this.onAir.dataset.key === key) return;
    this.onAir.dataset.key = key;
    list.replaceChildren(...now.map(onAirEntry));
    this.onAir.hidden = now.length === 0;
  }
}

function shownMs(q: PublicQuestion | undefined): number {
  return Date.parse(q?.shown_at ?? "") || 0;
}

function word(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function shown(event: Event): PublicQuestion {
  const q = event as unknown as PublicQuestion;
  return { ...q, stage: "approved", shown_at: event.at ?? "" };
}

function published(event: Event): Statement {
  const s = event as unknown as Statement;
  return { ...s, questions: s.questions ?? [], published_at: event.at ?? "", version: 1 };
}
