// SPDX-License-Identifier: Apache-2.0
// What has become of a question, for its asker: the same list as server/page/lookup.c writes. A
// story compares the two.
import type { PublicQuestion, Statement } from "../core/protocol.ts";
import { body } from "./card.ts";
import { type Child, el } from "./dom.ts";
import type { Texts } from "./texts.ts";

interface Leader {
  question: string;
  receipt_no: string;
  stage: string;
}

/** What `question.status` answers. */
export interface Fate {
  stage: string;
  /** What the stage means, in words. */
  fate?: string;
  text?: string;
  /** As everybody reads it. */
  shown_text?: string;
  reason_text?: string;
  note?: string;
  /** The public question it was joined with. */
  group?: Leader;
  /** … or that it repeats. */
  duplicate_of?: Leader;
  department?: string;
  due?: string;
  /** Of a referred question, while its department has it. */
  case?: Pick<PublicQuestion, "extension" | "stopped_at"> & { stop_note?: string };
  answers?: Pick<Statement, "statement" | "speaker" | "text" | "said_at">[];
  reply?: { department?: string; text: string; at: string };
  appeal?: string;
  may_appeal?: boolean;
  may_withdraw?: boolean;
  /** By law: there is no text any more. */
  erased?: { at: string; class_text: string; basis: string };
}

export function fateList(t: Texts, interview: string, lang: string, now: Fate): HTMLElement {
  const list = el("dl", { class: "fate" });
  const row = (label: string, ...children: Child[]) => {
    list.append(el("dt", {}, label), el("dd", { dir: "auto" }, ...children));
  };
  const words = (label: string, text: string | undefined) => {
    if (text) row(label, body(t, text));
  };
  const { erased, group, duplicate_of, answers = [], reply } = now;
  const { extension, stopped_at, stop_note } = now.case ?? {};
  row(
    t.say("lookup.stage"),
    el("p", {}, el("strong", {}, t.say(`q.${now.stage}`))),
    now.fate && el("p", {}, now.fate),
  );
  if (erased) {
    row(t.say("lookup.erased"), erased.class_text);
    row(t.say("lookup.erased_at"), el("time", { datetime: erased.at }, t.full(erased.at)));
    words(t.say("lookup.erased_basis"), erased.basis);
  }
  const leader = group ?? duplicate_of;
  if (leader) {
    const href = `/i/${interview}?lang=${lang}#q-${leader.question}`;
    const number = el("a", { href }, t.say("card.receipt", { no: leader.receipt_no }));
    row(
      t.say(group ? "lookup.group" : "lookup.duplicate"),
      number,
      ` ${t.say(`q.${leader.stage}`)}`,
    );
  }
  words(t.say("lookup.reason"), now.reason_text);
  words(t.say("lookup.note"), now.note);
  words(t.say("lookup.appeal"), now.appeal && t.say(`appeal.${now.appeal}`));
  words(t.say("lookup.department"), now.department);
  if (now.due) row(t.say("lookup.due"), el("time", { datetime: now.due }, t.date(now.due)));
  words(t.say("lookup.extended"), extension?.reason);
  const stopped = stopped_at && t.say("card.stopped", { date: t.date(stopped_at) });
  words(t.say("lookup.stopped"), stopped && stopped + (stop_note ? `\n\n${stop_note}` : ""));
  words(t.say("lookup.text"), now.text);
  if (now.shown_text !== now.text) words(t.say("lookup.shown"), now.shown_text);
  for (const { speaker, text } of answers)
    words(t.say("lookup.answer", { speaker: speaker.name }), text);
  if (reply) {
    const { department } = reply;
    words(department ? t.say("card.reply", { department }) : t.say("lookup.reply"), reply.text);
    row(t.say("lookup.replied"), el("time", { datetime: reply.at }, t.full(reply.at)));
  }
  return list;
}
