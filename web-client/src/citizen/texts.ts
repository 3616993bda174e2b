// SPDX-License-Identifier: Apache-2.0
// The messages and times of this page, in its language and in the portal's clock.
import catalogue from "citizen-texts";
import { fill, type Values } from "../core/i18n.ts";
import type { Wording } from "../core/protocol.ts";

const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];

export class Texts {
  private readonly column: number;
  private readonly edited = new Map<string, string>();

  constructor(
    lang: string,
    private readonly offsetMinutes: number,
    private readonly startsMs: number,
  ) {
    this.column = Math.max(0, LANGUAGES.indexOf(lang));
  }

  say(key: string, values: Values = {}): string {
    return fill(this.edited.get(key) ?? catalogue[key]?.[this.column] ?? "", values);
  }

  /** Administrators' words, for everybody, in place of ours. */
  reword(words: readonly Wording[]): void {
    for (const { code, lang, audience, text } of words) {
      if (audience !== "public" || lang !== LANGUAGES[this.column]) continue;
      if (text) this.edited.set(`reason.${code}`, text);
      else this.edited.delete(`reason.${code}`);
    }
  }

  has(key: string): boolean {
    return catalogue[key] !== undefined;
  }

  /** A message around a node: "Question from {name}". */
  around(key: string, name: string, node: Node): (Node | string)[] {
    const [before = "", after = ""] = this.say(key).split(`{${name}}`);
    return [before, node, after];
  }

  private local(ms: number): Date {
    return new Date(ms + this.offsetMinutes * 60_000);
  }

  private clock(at: Date): string {
    const two = (n: number) => String(n).padStart(2, "0");
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  }

  private values(at: Date): Values {
    const months = this.say("time.months").split(" ");
    return {
      y: at.getUTCFullYear(),
      month: months[at.getUTCMonth()] ?? "",
      d: at.getUTCDate(),
      clock: this.clock(at),
    };
  }

  date(iso: string): string {
    return this.say("time.date", this.values(this.local(Date.parse(iso))));
  }

  full(iso: string): string {
    const clock = this.clock(this.local(Date.parse(iso)));
    return this.say("time.full", { date: this.date(iso), clock });
  }

  /** The time of day on the interview's day, else with the date. */
  cardTime(iso: string): string {
    const at = this.local(Date.parse(iso));
    const day = this.local(this.startsMs);
    const same = at.toISOString().slice(0, 10) === day.toISOString().slice(0, 10);
    return same ? this.clock(at) : this.say("time.short", this.values(at));
  }
}
