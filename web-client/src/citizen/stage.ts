// SPDX-License-Identifier: Apache-2.0
// When the interview enters another stage, the server's page for that stage is loaded; a reader
// who is writing is asked first.
import type { Event, Interview } from "../core/protocol.ts";
import { byId, el } from "./dom.ts";
import type { Texts } from "./texts.ts";

const SPREAD_MS = 3_000; // not every viewer in the same instant
const VIEWERS_PER_MS = 2;
const SPREAD_MOST_MS = 30_000;
const SPOKEN_MS = 100;

export class StageWatch {
  private stage: string;
  private asking: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  viewers = 0;

  constructor(
    private readonly t: Texts,
    private readonly main: HTMLElement,
    private readonly mayReload: () => boolean,
  ) {
    this.stage = main.dataset.stage ?? "";
    this.asking = main.dataset.asking ?? "";
  }

  events(events: Event[]): void {
    for (const event of events) {
      if (event.type.startsWith("interview.") && typeof event.stage === "string") {
        this.now(event.stage, this.asking);
      } else if (event.type === "asking.set" && typeof event.asking === "string") {
        this.now(this.stage, event.asking);
      }
    }
  }

  snapshot(interview: Interview): void {
    this.now(interview.stage, interview.asking);
  }

  private now(stage: string, asking: string): void {
    if (stage === this.stage && asking === this.asking) return;
    this.stage = stage;
    this.asking = asking;
    this.main.hidden = stage === "taken_down"; // at once, not only with the new page
    clearTimeout(this.timer);
    const most = Math.min(SPREAD_MOST_MS, SPREAD_MS + this.viewers / VIEWERS_PER_MS);
    this.timer = setTimeout(() => this.arrive(), Math.random() * most);
  }

  private arrive(): void {
    const { stage, asking } = this.main.dataset;
    if (stage === this.stage && asking === this.asking) return; // and back again
    if (this.mayReload() && this.isFirstTry()) location.reload();
    else this.offer();
  }

  /** A page from a cache may still show the stage before: try by ourselves once only. */
  private isFirstTry(): boolean {
    const key = `fangtan.stage.${this.main.dataset.interview}`;
    const value = `${this.stage} ${this.asking}`;
    try {
      if (sessionStorage.getItem(key) === value) return false;
      sessionStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  }

  private offer(): void {
    byId("moved")?.remove();
    const button = el("button", { type: "button" }, this.t.say("live.reload"));
    button.addEventListener("click", () => location.reload());
    const box = el("div", { id: "moved", class: "moved", role: "status" });
    byId("content")?.prepend(box);
    // A region that comes with its words is often not read out.
    setTimeout(() => box.append(el("p", {}, this.t.say("live.changed")), button), SPOKEN_MS);
  }
}
