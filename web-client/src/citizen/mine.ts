// SPDX-License-Identifier: Apache-2.0
// 我的提问: the receipts kept in this browser, with what has become of each question.
import { type Event, RpcError } from "../core/protocol.ts";
import type { Connection } from "../core/socket.ts";
import { firstLine } from "../core/text.ts";
import { byId, el } from "./dom.ts";
import { type Group, type Mine, store } from "./store.ts";
import type { Texts } from "./texts.ts";

const REFRESH_MS = 20_000;
const ENDED = ["closed", "rejected", "withdrawn", "retracted", "lapsed"];

interface StatusResult {
  stage: string;
  text?: string;
  reason?: string;
  group?: Group;
  answer?: { text?: string; speaker?: { name?: string } | string } | string;
}

function answerText(answer: StatusResult["answer"]): string | undefined {
  return typeof answer === "object" ? answer?.text : answer;
}

export class MyQuestions {
  private readonly section = byId("mine");

  constructor(
    private readonly t: Texts,
    private readonly connection: Connection,
    private readonly interview: string,
  ) {
    setInterval(() => this.refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => this.refresh());
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
    for (const mine of this.list()) {
      if (ids.has(mine.question) || ids.has(mine.group?.question)) void this.ask(mine);
    }
  }

  refresh(): void {
    if (document.visibilityState !== "visible" || this.connection.state !== "live") return;
    for (const mine of this.list()) if (!ENDED.includes(mine.stage)) void this.ask(mine);
  }

  private async ask(mine: Mine): Promise<void> {
    try {
      const now = await this.connection.call<StatusResult>("question.status", {
        receipt_no: mine.receipt_no,
        secret: mine.secret,
      });
      const answer = answerText(now.answer);
      const { group: _, ...rest } = mine;
      this.update({
        ...rest,
        stage: now.stage,
        ...(now.reason ? { reason: now.reason } : {}),
        ...(answer ? { answer } : {}),
        ...(now.group ? { group: now.group } : {}),
      });
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
    this.draw();
  }

  private forget(mine: Mine): void {
    store.setMine(store.mine().filter((old) => old.receipt_no !== mine.receipt_no));
    this.draw();
    byId("mine-h")?.focus();
  }

  private joined({ question, receipt_no, stage }: Group): (Node | string)[] {
    const number = this.t.say("card.receipt", { no: receipt_no });
    return [el("a", { href: `#q-${question}` }, number), ` ${this.t.say(`q.${stage}`)}`];
  }

  private item(mine: Mine): HTMLElement {
    const { t } = this;
    const forget = el("button", { type: "button", class: "quiet" }, t.say("mine.forget"));
    forget.addEventListener("click", () => this.forget(mine));
    const reason = mine.reason && t.has(`reason.${mine.reason}`) && t.say(`reason.${mine.reason}`);
    return el(
      "li",
      { "data-stage": mine.stage },
      el(
        "p",
        { class: "fate" },
        el("strong", {}, t.say(`q.${mine.stage}`)),
        reason && ` ${reason}`,
      ),
      mine.group && el("p", {}, ...this.joined(mine.group)),
      el("p", { class: "text", dir: "auto" }, firstLine(mine.text, 60)),
      mine.answer && el("p", { class: "text", dir: "auto" }, firstLine(mine.answer, 120)),
      el(
        "p",
        { class: "meta" },
        `${t.say("receipt.no")} `,
        el("code", {}, mine.receipt_no),
        ` ${t.say("receipt.secret")} `,
        el("code", {}, mine.secret),
      ),
      forget,
    );
  }

  private draw(): void {
    const list = this.section?.querySelector("ul");
    if (!this.section || !list) return;
    const mine = this.list().reverse();
    this.section.hidden = mine.length === 0;
    list.replaceChildren(...mine.map((one) => this.item(one)));
  }
}
