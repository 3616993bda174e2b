// SPDX-License-Identifier: Apache-2.0
// 我的提问: the receipts kept in this browser, with what has become of each question.
import { type Event, newCommandId, RpcError } from "../core/protocol.ts";
import type { Connection } from "../core/socket.ts";
import { byId, el } from "./dom.ts";
import { type Fate, fateList } from "./fate.ts";
import { type Mine, store } from "./store.ts";
import type { Texts } from "./texts.ts";

const REFRESH_MS = 20_000;
const ENDED = ["closed", "rejected", "withdrawn", "retracted", "lapsed"];

// The page with the forms for an appeal and a withdrawal, in the language of this one.
function lookup(): string {
  return `/q?lang=${document.documentElement.lang}`;
}

// Nothing changes it any more; an open appeal may.
function hasEnded({ stage, fate }: Mine): boolean {
  return ENDED.includes(stage) && fate !== undefined && fate.appeal !== "open";
}

export class MyQuestions {
  private readonly section = byId("mine");
  private readonly items = new Map<string, HTMLElement>();
  private readonly said = el("p", { role: "status" });
  /** Asked about on this page: what has ended may have been erased since. */
  private readonly asked = new Set<string>();

  constructor(
    private readonly t: Texts,
    private readonly connection: Connection,
    private readonly interview: string,
  ) {
    setInterval(() => this.refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => this.refresh());
    this.section?.append(this.said);
    this.draw();
  }

  private list(): Mine[] {
    return store.mine().filter((mine) => mine.interview === this.interview);
  }

  add(mine: Mine): void {
    const others = store.mine().filter((old) => old.receipt_no !== mine.receipt_no);
    store.setMine([...others, mine]);
    this.draw();
  }

  /** Asks again about a question that an event is about. */
  heed(events: Event[]): void {
    const ids = new Set(events.map((event) => event.question));
    const mended = events.some(({ type }) => /^statement\.(corrected|retracted)$/.test(type));
    for (const mine of this.list())
      if (
        ids.has(mine.question) ||
        ids.has((mine.fate?.group ?? mine.fate?.duplicate_of)?.question) ||
        (mended && mine.fate?.answers)
      )
        void this.ask(mine);
  }

  refresh(): void {
    if (document.visibilityState !== "visible" || this.connection.state !== "live") return;
    for (const mine of this.list())
      if (!hasEnded(mine) || !this.asked.has(mine.receipt_no)) void this.ask(mine);
  }

  private async ask(mine: Mine): Promise<void> {
    try {
      const { receipt_no, secret } = mine;
      const fate = await this.connection.call<Fate>("question.status", { receipt_no, secret });
      this.asked.add(receipt_no);
      const gone = fate.erased ? { text: "", nonce: "" } : {}; // this browser forgets it too
      this.update({ ...mine, stage: fate.stage, fate, ...gone });
    } catch (error) {
      // Unreachable or too often: the next round asks again.
      if (!(error instanceof RpcError)) return;
    }
  }

  private update(mine: Mine): void {
    const all = store.mine();
    const at = all.findIndex((old) => old.receipt_no === mine.receipt_no);
    if (at < 0 || JSON.stringify(all[at]) === JSON.stringify(mine)) return;
    all[at] = mine;
    store.setMine(all);
    // Only this one: what the reader is doing in the others goes on.
    const old = this.items.get(mine.receipt_no);
    const focused = old?.contains(document.activeElement) ? document.activeElement : null;
    const item = this.item(mine);
    old?.replaceWith(item);
    // What was being asked may not be so any more: then on the question itself.
    if (focused?.closest("details")) item.focus();
    else if (focused) item.querySelector<HTMLElement>("button.quiet")?.focus();
  }

  private async withdraw(mine: Mine, command_id: string): Promise<void> {
    const { t, said } = this;
    if (this.connection.state !== "live") {
      said.replaceChildren(el("a", { href: lookup() }, t.say("site.lookup")));
      return;
    }
    said.textContent = t.say("ask.sending");
    const { receipt_no, secret } = mine;
    const fault = await this.connection
      .call("question.withdraw", { receipt_no, secret, command_id })
      .then(
        () => undefined,
        (error: Error) => error,
      );
    await this.ask(mine);
    said.textContent = fault
      ? (fault instanceof RpcError && fault.message) || t.say("live.reconnecting")
      : `${receipt_no} ${t.say("q.withdrawn")}`;
  }

  /** Two steps: who opens it is asked, and says so by the button inside. */
  private withdrawal(mine: Mine): HTMLElement {
    const { t } = this;
    const button = el("button", { type: "button" }, t.say("withdraw.send"));
    const command = newCommandId(); // pressed twice, it is one
    button.addEventListener("click", () => void this.withdraw(mine, command));
    return el(
      "details",
      { class: "withdraw" },
      el("summary", {}, t.say("withdraw.title")),
      el("p", {}, t.say("withdraw.sure")),
      button,
    );
  }

  private forget(mine: Mine): void {
    store.setMine(store.mine().filter((old) => old.receipt_no !== mine.receipt_no));
    this.draw();
    byId("mine-h")?.focus();
  }

  private item(mine: Mine): HTMLElement {
    const { t } = this;
    const fate = mine.fate ?? { stage: mine.stage, text: mine.text };
    const forget = el("button", { type: "button", class: "quiet" }, t.say("mine.forget"));
    forget.addEventListener("click", () => this.forget(mine));
    const item = el(
      "li",
      { "data-stage": mine.stage, tabindex: "-1" },
      fateList(t, mine.interview, document.documentElement.lang, fate),
      el(
        "p",
        { class: "meta" },
        `${t.say("receipt.no")} `,
        el("code", {}, mine.receipt_no),
        ` ${t.say("receipt.secret")} `,
        el("code", {}, mine.secret),
      ),
      fate.may_appeal && el("p", {}, el("a", { href: lookup() }, t.say("appeal.title"))),
      fate.may_withdraw && this.withdrawal(mine),
      forget,
    );
    this.items.set(mine.receipt_no, item);
    return item;
  }

  private draw(): void {
    const list = this.section?.querySelector("ul");
    if (!this.section || !list) return;
    const mine = this.list().reverse();
    this.section.hidden = mine.length === 0;
    list.replaceChildren(...mine.map((one) => this.item(one)));
  }
}
