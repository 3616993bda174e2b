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
  /** In the words for the asker. */
  reason_text?: string;
  group?: Group;
  answer?: { text?: string; speaker?: { name?: string } | string } | string;
  reply?: { text?: string };
  appeal?: string;
  may_appeal?: boolean;
}

// The page with the form for an appeal, in the language of this one.
function lookup(): string {
  return `/q?lang=${document.documentElement.lang}`;
}

function answerText(answer: StatusResult["answer"]): string | undefined {
  return typeof answer === "object" ? answer?.text : answer;
}

// Nothing changes it any more; an open appeal may.
function hasEnded(mine: Mine): boolean {
  return ENDED.includes(mine.stage) && mine.appeal !== "open";
}

export class MyQuestions {
  private readonly section = byId("mine");
  private readonly items = new Map<string, HTMLElement>();

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
    const mended = events.some(({ type }) => /^statement\.(corrected|retracted)$/.test(type));
    for (const mine of this.list())
      if (ids.has(mine.question) || ids.has(mine.group?.question) || (mended && mine.answer))
        void this.ask(mine);
  }

  refresh(): void {
    if (document.visibilityState !== "visible" || this.connection.state !== "live") return;
    for (const mine of this.list()) if (!hasEnded(mine)) void this.ask(mine);
  }

  private async ask(mine: Mine): Promise<void> {
    try {
      const now = await this.connection.call<StatusResult>("question.status", {
        receipt_no: mine.receipt_no,
        secret: mine.secret,
      });
      const answer = now.reply?.text ?? answerText(now.answer);
      const kept = { ...mine };
      for (const key of ["reason", "appeal", "may_appeal", "answer", "group"] as const)
        delete kept[key];
      this.update({
        ...kept,
        stage: now.stage,
        ...(now.reason ? { reason: now.reason_text ?? now.reason } : {}),
        ...(answer ? { answer } : {}),
        ...(now.appeal ? { appeal: now.appeal } : {}),
        ...(now.may_appeal ? { may_appeal: true } : {}),
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
    // Only this one: what the reader is doing in the others goes on.
    const old = this.items.get(mine.receipt_no);
    const hasFocus = old?.contains(document.activeElement);
    const item = this.item(mine);
    old?.replaceWith(item);
    if (hasFocus) item.querySelector("button")?.focus();
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
    // The server's words; a receipt kept by an older page has the code.
    const code = `reason.${mine.reason}`;
    const reason = mine.reason && (t.has(code) ? t.say(code) : mine.reason);
    const item = el(
      "li",
      { "data-stage": mine.stage },
      el(
        "p",
        { class: "fate" },
        el("strong", {}, t.say(`q.${mine.stage}`)),
        reason && ` ${reason}`,
      ),
      mine.appeal && el("p", {}, t.say(`appeal.${mine.appeal}`)),
      mine.may_appeal && el("p", {}, el("a", { href: lookup() }, t.say("appeal.title"))),
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
