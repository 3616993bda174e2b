// SPDX-License-Identifier: Apache-2.0
// Protects the reader: new cards come in at once only at the live edge; otherwise they wait behind
// a button, and what is being read never moves.
import type { Event, Snapshot } from "../core/protocol.ts";
import { byId } from "./dom.ts";
import type { CardList } from "./list.ts";
import type { Texts } from "./texts.ts";

function isNew(event: Event): boolean {
  return event.type === "question.approved" || event.type === "statement.published";
}

const TAKES_BACK = new Set([
  "question.withdrawn",
  "question.retracted",
  "question.redacted",
  "question.erased",
  "statement.retracted",
]);

export class Reader {
  private held: Event[] = [];
  private heldSnapshot: Snapshot | undefined;
  private paused = false;
  private readonly more = byId("more");
  private readonly pause = byId("tool-pause");
  private readonly empty = byId("empty");

  constructor(
    private readonly t: Texts,
    private readonly list: CardList,
    private readonly isTyping: () => boolean,
  ) {
    // One way for all browsers: some keep the reading position by themselves, some do not.
    document.documentElement.style.setProperty("overflow-anchor", "none");
    this.more?.addEventListener("click", () => this.showHeld());
    this.pause?.addEventListener("click", () => this.setPaused(!this.paused));
    let waiting = false;
    const look = () => {
      waiting = false;
      if (this.holds && !this.mustHold()) this.release();
    };
    addEventListener(
      "scroll",
      () => {
        if (!waiting && this.holds) requestAnimationFrame(look);
        waiting = this.holds;
      },
      { passive: true },
    );
    document.addEventListener("focusout", () => setTimeout(look, 300));
    this.setPaused(sessionStorageFlag());
  }

  private get holds(): boolean {
    return this.held.length > 0 || this.heldSnapshot !== undefined;
  }

  add(events: Event[]): void {
    for (const event of events) {
      // What has waited comes before what is new.
      if (this.holds && !this.mustHold()) this.release();
      // What was taken back goes at once, whatever the reader is doing.
      const takesBack = TAKES_BACK.has(event.type);
      const mayWait = isNew(event) || this.holds;
      if (takesBack) this.keepPlace(() => this.list.apply(event));
      if (mayWait && this.mustHold()) this.held.push(event);
      else if (!takesBack) this.keepPlace(() => this.list.apply(event));
    }
    this.showCount();
  }

  replace(snapshot: Snapshot): void {
    this.held = [];
    if (this.paused) {
      this.heldSnapshot = snapshot;
    } else {
      this.heldSnapshot = undefined;
      this.keepPlace(() => this.list.rebuild(snapshot));
    }
    this.showCount();
  }

  private mustHold(): boolean {
    if (this.paused || this.isTyping()) return true;
    const first = this.list.first;
    return first !== null && first.getBoundingClientRect().top < 0;
  }

  private setPaused(paused: boolean): void {
    this.paused = paused;
    sessionStorageFlag(paused);
    this.pause?.setAttribute("aria-pressed", String(paused));
    if (!paused && !this.mustHold()) this.release();
    this.showCount();
  }

  private release(): void {
    const events = this.held;
    this.held = [];
    this.keepPlace(() => {
      if (this.heldSnapshot) this.list.rebuild(this.heldSnapshot);
      this.heldSnapshot = undefined;
      for (const event of events) this.list.apply(event);
    });
    this.showCount();
  }

  private showHeld(): void {
    const before = this.list.first;
    this.paused = false;
    sessionStorageFlag(false);
    this.pause?.setAttribute("aria-pressed", "false");
    this.release();
    // Focus goes to the oldest of the new cards' headings, or the top when there is no telling.
    let card = this.list.first;
    while (card && before?.isConnected && card.nextElementSibling !== before) {
      const next = card.nextElementSibling as HTMLElement | null;
      if (!next) break;
      card = next;
    }
    if (!before?.isConnected) card = this.list.first;
    const heading = card?.querySelector("h3");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "center" });
  }

  private showCount(): void {
    const n = this.held.filter(isNew).length + (this.heldSnapshot ? 1 : 0);
    if (this.more) {
      this.more.hidden = n === 0;
      this.more.textContent = this.t.say(this.paused ? "live.paused" : "live.new", { n });
    }
    if (this.empty) this.empty.hidden = this.list.size > 0;
  }

  /** Changes the page without moving what is in view. */
  private keepPlace(change: () => void): void {
    const cards = Array.from(document.querySelectorAll<HTMLElement>("#cards > li"));
    const seen = cards.find((card) => card.getBoundingClientRect().bottom > 0);
    const first = this.list.first;
    const atEdge = !first || first.getBoundingClientRect().top >= 0;
    const before = seen?.getBoundingClientRect().top ?? 0;
    change();
    const now = seen && byId(seen.id); // another element when the list was built anew
    if (!now || atEdge) return;
    const moved = now.getBoundingClientRect().top - before;
    if (moved) scrollBy({ top: moved, behavior: "instant" as ScrollBehavior });
  }
}

/** Pausing is remembered for this visit. */
function sessionStorageFlag(value?: boolean): boolean {
  try {
    if (value !== undefined) sessionStorage.setItem("fangtan.paused", value ? "1" : "");
    return sessionStorage.getItem("fangtan.paused") === "1";
  } catch {
    return value ?? false;
  }
}
