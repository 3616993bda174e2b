// SPDX-License-Identifier: Apache-2.0
// Speaks new content to screen readers through the page's hidden log: at most one message in five
// seconds, several merged, the last five kept.
import { firstLine } from "../core/text.ts";
import { el } from "./dom.ts";
import type { Texts } from "./texts.ts";

const EVERY_MS = 5_000;
const KEPT = 5;
const POINTS = 60;

export class Speaker {
  private count = 0;
  private latest = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private spokenAt = 0;

  constructor(
    private readonly t: Texts,
    private readonly log: HTMLElement | null,
  ) {}

  /** A new statement of the record. */
  add(name: string, text: string): void {
    this.count++;
    this.latest = `${name}: ${firstLine(text, POINTS)}`;
    if (this.timer !== undefined) return;
    const wait = Math.max(0, this.spokenAt + EVERY_MS - Date.now());
    this.timer = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    this.timer = undefined;
    this.spokenAt = Date.now();
    const text = this.t.say("live.said", { n: this.count, text: this.latest });
    this.count = 0;
    this.log?.append(el("p", {}, text));
    while (this.log && this.log.childElementCount > KEPT) this.log.firstElementChild?.remove();
  }
}
