// SPDX-License-Identifier: Apache-2.0
// The cards of the live page: the twin of server/page/card.c. A golden test keeps the two equal.
import type { Event, Person, PublicQuestion, Reply, Statement } from "../core/protocol.ts";
import { append, type Child, el } from "./dom.ts";
import type { Texts } from "./texts.ts";

const FOLD_POINTS = 400;
const EXCERPT_POINTS = 120;

/** What a reader is told of a question's stage; also the card's data-state. */
export type CardState = "waiting" | "on_air" | "answered" | "referred" | "lapsed" | "gone";

export function cardState(q: PublicQuestion): CardState {
  if (q.stage === "withdrawn" || q.stage === "retracted" || q.text === undefined) return "gone";
  if (q.stage === "on_air" || q.stage === "referred" || q.stage === "lapsed") return q.stage;
  return q.stage === "answered" || q.stage === "closed" ? "answered" : "waiting";
}

/** Blank lines part paragraphs, single line feeds become <br>. */
export function paragraphs(text: string): HTMLElement[] {
  const out: HTMLElement[] = [];
  let open: HTMLElement | undefined;
  for (const raw of text.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (/^[ \t]*$/.test(line)) {
      open = undefined;
    } else if (open) {
      open.append(el("br"), line);
    } else {
      open = el("p", {}, line);
      out.push(open);
    }
  }
  return out;
}

function oneLine(text: string): string {
  return text.replace(/[ \t\r\n]+/g, " ").replace(/ $/, "");
}

/** A long text shows its beginning, and the whole of it when opened. */
export function body(t: Texts, text: string): HTMLElement {
  const whole = el("div", { class: "text", dir: "auto" }, ...paragraphs(text));
  const points = Array.from(text);
  if (points.length <= FOLD_POINTS) return whole;
  const excerpt = `${oneLine(points.slice(0, EXCERPT_POINTS).join(""))}…`;
  return el(
    "details",
    { class: "fold" },
    el(
      "summary",
      {},
      el("span", { class: "excerpt" }, excerpt),
      " ",
      el("span", { class: "unfold" }, t.say("card.unfold")),
    ),
    whole,
  );
}

function time(t: Texts, iso: string): HTMLElement {
  return el("time", { datetime: iso }, t.cardTime(iso));
}

function tag(t: Texts, key: string): Child[] {
  return [" ", el("span", { class: "tag" }, t.say(key))];
}

export function speaker(person: Person): Child[] {
  const out: Child[] = [el("bdi", {}, person.name)];
  for (const part of [person.department, person.title]) {
    if (part) out.push(" ", el("span", { class: "post" }, part));
  }
  return out;
}

export type Referral = Pick<PublicQuestion, "department" | "due" | "extension" | "stopped_at">;

// What is said of a state, part by part, by the class of each part.
const PARTS = ["state", "due", "due extended", "due stopped"];
type StateWords = Record<string, string | undefined>;

function stateWords(t: Texts, state: CardState, of: Referral): StateWords {
  if (state !== "referred") return { state: t.say(`card.${state === "gone" ? "waiting" : state}`) };
  const { department = "", due, extension, stopped_at } = of;
  return {
    state: t.say("card.referred", { department }),
    due: due && t.say("card.due", { date: t.date(due) }),
    "due extended": extension && t.say("card.extended", { reason: extension.reason }),
    "due stopped": stopped_at && t.say("card.stopped", { date: t.date(stopped_at) }),
  };
}

/** With a space before each: replaces what setState finds. */
function stateParts(words: StateWords): Child[] {
  return Object.entries(words).flatMap(([name, text]) =>
    text ? [" ", el("span", { class: name }, text)] : [],
  );
}

function setState(card: HTMLElement, words: StateWords): void {
  const meta = card.querySelector("article > .meta");
  if (!meta) return;
  for (const old of Array.from(meta.querySelectorAll(".state, .due"))) {
    old.previousSibling?.remove();
    old.remove();
  }
  append(meta, stateParts(words));
}

function groupedTag(t: Texts, n: number | undefined): Child[] {
  if (!n) return [];
  return [" ", el("span", { class: "tag grouped" }, t.say("card.grouped", { n }))];
}

function voteButton(t: Texts, q: PublicQuestion, votes: number): Child {
  if (!["approved", "on_air", "answered"].includes(q.stage)) return null;
  const button = el(
    "button",
    { type: "submit", form: "vote", name: "question", value: q.question },
    t.say("card.vote"),
  );
  append(button, voteNumber(votes));
  return el("p", { class: "vote" }, button);
}

function noVote(card: HTMLElement): void {
  card.querySelector("article > .vote")?.remove();
}

function voteNumber(votes: number): Child[] {
  return votes > 0 ? [" ", el("b", {}, String(votes))] : [];
}

function openCard(id: string, prefix: "q" | "s", className: string, heading: Child[]) {
  const article = el(
    "article",
    { "aria-labelledby": `h-${id}` },
    el("h3", { id: `h-${id}`, tabindex: "-1" }, ...heading),
  );
  const card = el("li", { id: `${prefix}-${id}`, class: className });
  card.append(article);
  return { card, article };
}

function tombstoneWords(t: Texts, stage: string, code?: string, erased?: string): string {
  if (erased) return t.say("card.erased", { basis: t.say(`erasure.${erased}`) });
  if (stage === "withdrawn") return t.say("card.withdrawn");
  const reason = `reason.${code}`;
  return t.has(reason)
    ? t.say("card.retracted.why", { reason: t.say(reason) })
    : t.say("card.retracted");
}

/** What a department wrote, beside the question. */
function replyBlock(t: Texts, { department = "", text, at }: Reply): HTMLElement {
  return el(
    "div",
    { class: "reply" },
    el("h4", {}, t.say("card.reply", { department })),
    el("p", { class: "meta" }, time(t, at)),
    body(t, text),
  );
}

/** The card of a question without the statements about it. */
export function questionCard(t: Texts, q: PublicQuestion, votes = q.votes ?? 0): HTMLElement {
  const state = cardState(q);
  const number = t.say("card.receipt", { no: q.receipt_no });
  const gone = state === "gone";
  const own = q.origin === "prepared";
  const heading = gone
    ? [number]
    : t.around(
        "card.question",
        "name",
        el("bdi", {}, q.name || t.say(own ? "card.organizer" : "card.citizen")),
      );
  const { card, article } = openCard(q.question, "q", gone ? "card gone" : "card", heading);
  card.setAttribute("data-no", q.receipt_no);
  card.setAttribute("data-state", state);
  if (gone) {
    article.append(el("p", {}, tombstoneWords(t, q.stage, q.code, q.erased?.class)));
    return card;
  }
  const how = `asked.${q.origin}`;
  article.append(
    el(
      "p",
      { class: "meta" },
      el("a", { class: "no", href: `#q-${q.question}` }, number),
      " ",
      time(t, q.shown_at ?? ""),
      ...(t.has(how) ? tag(t, how) : []),
      ...(q.edited ? tag(t, "card.edited") : []),
      ...groupedTag(t, q.grouped),
      ...stateParts(stateWords(t, state, q)),
    ),
    body(t, q.text ?? ""),
  );
  if (state === "lapsed" && q.note) article.append(el("p", { class: "why" }, q.note));
  if (q.reply) article.append(replyBlock(t, q.reply));
  append(article, [voteButton(t, q, votes)]);
  return card;
}

function corrected(t: Texts, iso: string): Child[] {
  const words = t.say("card.corrected_at", { time: t.cardTime(iso) });
  return [" ", el("span", { class: "tag corrected" }, words)];
}

function statementGone(t: Texts, code: string): HTMLElement {
  const reason = `reason.${code}`;
  const words = t.has(reason)
    ? t.say("card.statement_gone_why", { reason: t.say(reason) })
    : t.say("card.statement_gone");
  return el("p", {}, words);
}

// Its text, or what stands in its place.
function statementBody(t: Texts, s: Statement): HTMLElement {
  return s.code === undefined ? body(t, s.text ?? "") : statementGone(t, s.code);
}

/** The card anew, with the statements about it that stand in the old one. */
export function redraw(t: Texts, old: HTMLElement, q: PublicQuestion, votes: number): void {
  const card = questionCard(t, q, votes);
  card.querySelector("article")?.append(...old.querySelectorAll(".answer, .see"));
  old.replaceWith(card);
}

/** A written reply comes to a card, before the statements about it. */
export function addReply(t: Texts, card: HTMLElement, reply: Reply): void {
  const article = card.querySelector("article");
  article?.insertBefore(replyBlock(t, reply), article.querySelector(".answer, .see"));
  markState(t, card, "answered");
  noVote(card);
}

/** A question ends without an answer, for this reason. */
export function lapse(t: Texts, card: HTMLElement, why: string): void {
  const article = card.querySelector("article");
  article?.insertBefore(el("p", { class: "why" }, why), article.querySelector(".answer, .see"));
  markState(t, card, "lapsed");
}

function statementMeta(t: Texts, s: Statement): HTMLElement {
  const kind = `kind.${s.kind}`;
  const extra = s.origin === "prepared" || s.origin === "supplement";
  return el(
    "p",
    { class: "meta" },
    ...(t.has(kind) ? [el("span", { class: "kind" }, t.say(kind)), " "] : []),
    time(t, s.said_at || s.published_at),
    ...(extra ? tag(t, `origin.${s.origin}`) : []),
    ...(s.corrected_at ? corrected(t, s.corrected_at) : []),
  );
}

export function statementCard(t: Texts, s: Statement): HTMLElement {
  const name = s.code === undefined ? "card statement" : "card statement gone";
  const { card, article } = openCard(s.statement, "s", name, speaker(s.speaker));
  article.append(statementMeta(t, s), statementBody(t, s));
  return card;
}

/** A statement inside the card of its question. */
export function answerBlock(t: Texts, s: Statement): HTMLElement {
  return el(
    "div",
    { class: s.code === undefined ? "answer" : "answer gone", id: `s-${s.statement}` },
    el("h4", {}, ...speaker(s.speaker)),
    statementMeta(t, s),
    statementBody(t, s),
  );
}

// A statement's parts stand in its article, or in the block under a question.
function partsOf(node: HTMLElement): Element {
  return node.querySelector("article") ?? node;
}

function replaceBody(parts: Element, by: HTMLElement): void {
  const old = Array.from(parts.children).find((child) => child.matches(".text, .fold"));
  old?.replaceWith(by);
}

function removeCorrected(parts: Element): void {
  for (const old of Array.from(parts.querySelectorAll(".corrected"))) {
    old.previousSibling?.remove();
    old.remove();
  }
}

/** Gives a statement on the page another text, and says when. */
export function correct(t: Texts, node: HTMLElement, text: string, iso: string): void {
  const parts = partsOf(node);
  replaceBody(parts, body(t, text));
  removeCorrected(parts);
  const meta = parts.querySelector(".meta");
  if (meta) append(meta, corrected(t, iso));
}

/** Takes the text of a statement away. */
export function entombStatement(t: Texts, node: HTMLElement, code: string): void {
  const parts = partsOf(node);
  node.classList.add("gone");
  removeCorrected(parts);
  replaceBody(parts, statementGone(t, code));
}

/** What stands in the other cards when a statement is about several questions. */
export function answerPointer(t: Texts, s: Statement, receiptNo: string): HTMLElement {
  return el(
    "p",
    { class: "see" },
    el("a", { href: `#s-${s.statement}` }, t.say("card.see", { no: receiptNo })),
  );
}

/** Moves a card to another state, in place. */
export function markState(t: Texts, card: HTMLElement, state: CardState, of: Referral = {}): void {
  if (card.dataset.state === "gone") return;
  card.dataset.state = state;
  setState(card, stateWords(t, state, of));
  if (state === "referred" || state === "lapsed") noVote(card);
}

/** What has changed of a case, in place. */
export function markCase(t: Texts, card: HTMLElement, event: Event): void {
  if (card.dataset.state !== "referred") return;
  const { reason, type, at } = event;
  const now = stateWords(t, "referred", {
    ...(event as unknown as Referral),
    ...(reason ? { extension: { reason: String(reason), at: "" } } : {}),
    ...(type === "case.clock_stopped" && at ? { stopped_at: at } : {}),
  });
  if (!event.department) delete now.state;
  const parts = Array.from(
    card.querySelectorAll("article > .meta > .state, article > .meta > .due"),
  );
  const old = new Map(parts.map((part) => [part.className, part.textContent ?? ""]));
  if (type === "case.clock_resumed") old.delete("due stopped");
  setState(card, Object.fromEntries(PARTS.map((part) => [part, now[part] ?? old.get(part)])));
}

/** Another number of joined questions. */
export function markGrouped(t: Texts, card: HTMLElement, n: number): void {
  const meta = card.querySelector("article > .meta");
  const state = meta?.querySelector(".state");
  if (!meta || !state || card.dataset.state === "gone") return;
  const old = meta.querySelector(".grouped");
  old?.previousSibling?.remove();
  old?.remove();
  for (const node of groupedTag(t, n))
    if (node) meta.insertBefore(toNode(node), state.previousSibling);
}

function toNode(child: Node | string): Node {
  return typeof child === "string" ? document.createTextNode(child) : child;
}

/** Another number of votes. */
export function markVotes(card: HTMLElement, votes: number): void {
  const button = card.querySelector("article > .vote > button");
  const number = button?.querySelector("b");
  if (!button) return;
  number?.remove(); // and the space that stood before it
  if (button.lastChild instanceof Text) button.lastChild.data = button.lastChild.data.trimEnd();
  append(button, voteNumber(votes));
}

/** Puts the text in which stretches were made unreadable in place of the one before, visibly. */
export function redact(t: Texts, card: HTMLElement, text: string): void {
  if (card.dataset.state === "gone") return;
  const old = Array.from(card.querySelector("article")?.children ?? []).find((node) =>
    node.matches(".text, .fold"),
  );
  old?.replaceWith(body(t, text));
  const meta = card.querySelector("article > .meta");
  const marked = Array.from(meta?.querySelectorAll(".tag") ?? []).some(
    (node) => node.textContent === t.say("card.edited"),
  );
  if (marked) return;
  const [space = "", mark = ""] = tag(t, "card.edited");
  meta?.querySelector(".grouped, .state")?.previousSibling?.before(space as string, mark as Node);
}

/** Takes the text of a question away; statements about it stay. */
export function entomb(
  t: Texts,
  card: HTMLElement,
  stage: string,
  code?: string,
  erased?: string,
): void {
  const article = card.querySelector("article");
  const heading = article?.querySelector("h3");
  if (!article || !heading) return;
  card.className = "card gone";
  card.dataset.state = "gone";
  heading.textContent = t.say("card.receipt", { no: card.dataset.no ?? "" });
  for (const node of Array.from(article.children)) {
    if (node !== heading && !node.matches(".answer, .see")) node.remove();
  }
  heading.after(el("p", {}, tombstoneWords(t, stage, code, erased)));
}

/** The list entry of a question that is being answered, copied from its card. */
export function onAirEntry(card: HTMLElement): HTMLElement {
  const article = card.querySelector("article");
  const heading = article?.querySelector("h3");
  const text = Array.from(article?.children ?? []).find((node) => node.matches(".text, .fold"));
  const link = el("a", { href: `#${card.id}` });
  for (const node of Array.from(heading?.childNodes ?? [])) link.append(node.cloneNode(true));
  return el("li", {}, link, text?.cloneNode(true));
}
