// SPDX-License-Identifier: Apache-2.0
// "I want to know that too" without leaving the page: the cards' buttons belong to one form, which
// is taken over here. What this browser voted for is remembered and can be taken back.
import { type PublicQuestion, RpcError } from "../core/protocol.ts";
import type { Connection } from "../core/socket.ts";
import { byId } from "./dom.ts";
import { store } from "./store.ts";
import type { Texts } from "./texts.ts";

const SAID_MS = 6_000;

/** The numbers of the moment, which no event tells; by question. */
export type Votes = Map<string, number>;

export function votesOf(votes: Votes, q: PublicQuestion): number {
  return votes.get(q.question) ?? q.votes ?? 0;
}

export class VoteButtons {
  private readonly form = byId("vote");

  constructor(
    private readonly t: Texts,
    private readonly connection: Connection,
    private readonly interview: string,
    private readonly tell: (votes: Record<string, number>) => void,
  ) {
    this.form?.addEventListener("submit", (event) => {
      const button = (event as SubmitEvent).submitter;
      // Without a connection the form goes its own way.
      if (!(button instanceof HTMLButtonElement) || connection.state !== "live") return;
      event.preventDefault();
      void this.vote(button.value);
    });
    this.mark();
  }

  /** Shows which ones this browser wants; again whenever cards have come. */
  mark(): void {
    const mine = new Set(store.votes(this.interview));
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[form=vote]")) {
      button.setAttribute("aria-pressed", String(mine.has(button.value)));
    }
  }

  private async vote(question: string): Promise<void> {
    const mine = store.votes(this.interview);
    const on = !mine.includes(question);
    const others = mine.filter((id) => id !== question);
    try {
      const { votes } = await this.connection.call<{ votes: number }>("question.vote", {
        question,
        on,
      });
      store.setVotes(this.interview, on ? [...others, question] : others);
      this.tell({ [question]: votes });
      this.mark();
    } catch (error) {
      this.say(error instanceof RpcError ? error.message : this.t.say("refuse.unavailable"));
    }
  }

  private say(words: string): void {
    const place = byId("net");
    if (!place) return;
    place.textContent = words;
    setTimeout(() => {
      if (place.textContent === words) place.textContent = "";
    }, SAID_MS);
  }
}
