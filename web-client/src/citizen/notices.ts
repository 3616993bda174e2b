// SPDX-License-Identifier: Apache-2.0
// Notices to everybody, of the interview or of the portal. The same markup as
// server/page/notices.c.
import type { Event, Notice } from "../core/protocol.ts";
import { el } from "./dom.ts";
import type { Texts } from "./texts.ts";

export class Notices {
  constructor(
    private readonly t: Texts,
    private readonly place: HTMLElement | null,
  ) {}

  snapshot(notices: readonly Notice[]): void {
    const known = this.place?.querySelectorAll<HTMLElement>("[data-notice]") ?? [];
    const standing = new Set(notices.map(({ notice }) => notice));
    for (const p of known) if (!standing.has(p.dataset.notice ?? "")) p.remove();
    for (const notice of notices) this.add(notice);
  }

  events(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "notice.issued") this.add(event as unknown as Notice);
      if (event.type === "notice.recalled") this.find(String(event.notice))?.remove();
    }
  }

  private find(notice: string): Element | null {
    return this.place?.querySelector(`[data-notice="${CSS.escape(notice)}"]`) ?? null;
  }

  private add({ notice, level, text }: Notice): void {
    if (this.find(notice)) return;
    this.place?.prepend(
      el(
        "p",
        { class: `notice ${level}`, "data-notice": notice },
        el("strong", {}, this.t.say(`notice.${level}`)),
        " ",
        el("span", { dir: "auto" }, text),
      ),
    );
  }
}
