// SPDX-License-Identifier: Apache-2.0
// Events about questions, and the compere's queue.
import type {
  Claim,
  Event,
  Proposal,
  QuestionStage,
  Reply,
  Route,
  Silence,
  StaffQuestion,
} from "../core/protocol.ts";
import {
  actorName,
  type Draft,
  given,
  type Handler,
  number,
  text,
  texts,
  without,
} from "./folding.ts";

/** The questions that stand in the compere's queue, next first. */
export function ranked(questions: ReadonlyMap<string, StaffQuestion>): StaffQuestion[] {
  return [...questions.values()]
    .filter((question) => question.queue_rank)
    .sort((a, b) => (a.queue_rank ?? 0) - (b.queue_rank ?? 0));
}

// Gives the queue this order, without gaps.
export function renumber(draft: Draft, order: StaffQuestion[]): void {
  order.forEach((question, index) => {
    if (question.queue_rank === index + 1) return;
    draft.questions.set(question.question, { ...question, queue_rank: index + 1 });
  });
}

export function leaveQueue(draft: Draft, id: string): void {
  const question = draft.questions.get(id);
  if (!question?.queue_rank) return;
  draft.questions.set(id, without(question, "queue_rank"));
  renumber(draft, ranked(draft.questions));
}

// position undefined, 0 or beyond the end: last.
export function enterQueue(draft: Draft, id: string, position: number | undefined): void {
  leaveQueue(draft, id);
  const question = draft.questions.get(id);
  if (!question) return;
  const order = ranked(draft.questions);
  const index = position && position <= order.length ? position - 1 : order.length;
  order.splice(index, 0, question);
  renumber(draft, order);
}

// Changes the question that the event names; what is not known here is not for this reader.
export function change(
  draft: Draft,
  event: Event,
  to: (question: StaffQuestion) => StaffQuestion,
): void {
  const id = text(event, "question") ?? "";
  const question = draft.questions.get(id);
  if (question) draft.questions.set(id, to(question));
}

// A guest is not told what was received, nor by whom and when a question was changed.
function isGuests(question: StaffQuestion): boolean {
  return question.original === undefined;
}

// While nobody sees it a guest is not told how many are joined with it.
function forgetNumber(draft: Draft, event: Event): void {
  change(draft, event, (question) =>
    isGuests(question) ? without(question, "grouped") : question,
  );
}

// Whoever decides about the question is to know of this first.
export function changed(event: Event, question: StaffQuestion): Pick<StaffQuestion, "version"> {
  const version = number(event, "version") ?? question.version + 1;
  const by = text(event, "by");
  return by === undefined || isGuests(question)
    ? { version }
    : { version, ...given<StaffQuestion>({ changed_by: actorName(by), changed_at: event.at }) };
}

// A change of stage: the version rises; a place in the queue, and what was proposed, are lost.
export function move(
  draft: Draft,
  event: Event,
  stage: QuestionStage,
  more: Partial<StaffQuestion> = {},
) {
  change(draft, event, (question) => ({
    ...without(question, "proposal"),
    ...more,
    stage,
    ...changed(event, question),
  }));
  if (stage !== "queued") leaveQueue(draft, text(event, "question") ?? "");
}

export function endClaim(draft: Draft, event: Event): void {
  change(draft, event, (question) => without(question, "claim"));
}

export function received(draft: Draft, event: Event): void {
  const id = text(event, "question");
  const body = text(event, "text");
  if (!id || body === undefined || draft.questions.has(id)) return;
  draft.questions.set(id, {
    question: id,
    receipt_no: text(event, "receipt_no") ?? "",
    text: body,
    original: body,
    edited: false,
    labels: [],
    votes: 0,
    answers: [],
    stage: (text(event, "stage") as QuestionStage | undefined) ?? "pending",
    version: number(event, "version") ?? 1,
    visibility: "hidden",
    ...given<StaffQuestion>({
      name: text(event, "name"),
      origin: text(event, "origin"),
      to_guest: text(event, "to_guest"),
      contact: text(event, "contact"),
      asker: text(event, "asker"),
      network: text(event, "network"),
      entered_by: event.asker === undefined ? actorName(text(event, "by")) : undefined,
      received_at: event.at,
    }),
  });
}

export function claimed(draft: Draft, event: Event): void {
  const claim: Claim = {
    by: actorName(text(event, "by")),
    epoch: number(event, "epoch") ?? 0,
    until: text(event, "until") ?? "",
    ...given<Claim>({ at: event.at }),
  };
  change(draft, event, (question) => ({ ...question, claim }));
}

// A guest meets the question here for the first time.
export function meet(draft: Draft, event: Event): void {
  const id = text(event, "question");
  if (!id || draft.questions.has(id)) return;
  draft.questions.set(id, {
    question: id,
    receipt_no: "",
    text: text(event, "text") ?? "",
    answers: [],
    votes: 0,
    stage: "approved",
    version: (number(event, "version") ?? 2) - 1,
    visibility: "hidden",
    ...given<StaffQuestion>({
      received_at: text(event, "received_at") ?? event.at,
      to_guest: text(event, "to_guest"),
    }),
  });
  sortIn(draft, id);
}

// A guest meets questions as they are approved; they stand as they came in, as in the snapshot.
function sortIn({ questions }: Draft, id: string): void {
  const since = questions.get(id)?.received_at ?? "";
  for (const later of [...questions.values()].filter(
    ({ received_at = "" }) => received_at > since,
  )) {
    questions.delete(later.question);
    questions.set(later.question, later);
  }
}

// Who decided; a guest is not told.
export function decider(event: Event): Partial<StaffQuestion> {
  const by = text(event, "by");
  return by === undefined ? {} : { decided_by: actorName(by) };
}

// Of a decision by two persons the first.
function passer(question: StaffQuestion): Partial<StaffQuestion> {
  return given<StaffQuestion>({ passed_by: question.proposal?.by });
}

// The question waits on, for a second person.
export function passedStep(draft: Draft, event: Event): void {
  const proposal: Proposal = {
    by: actorName(text(event, "by")),
    at: event.at ?? "",
    decision: text(event, "decision") === "rejected" ? "rejected" : "approved",
    ...given<Proposal>({
      text: text(event, "text"),
      labels: event.labels === undefined ? undefined : texts(event, "labels"),
      code: text(event, "code"),
      note: text(event, "note"),
      duplicate_of: text(event, "duplicate_of"),
    }),
  };
  touch(draft, event, { proposal });
  endClaim(draft, event);
}

// An approval is two events of this type: the decision, and the publication, which is public and
// changes neither stage nor version. Only the publication says how many votes there are.
export function isPublication(event: Event): boolean {
  return event.public === true || (event.public === undefined && event.votes !== undefined);
}

export function approved(draft: Draft, event: Event): void {
  meet(draft, event);
  change(draft, event, (question) => ({
    ...question,
    ...given<StaffQuestion>({
      name: text(event, "name"),
      receipt_no: text(event, "receipt_no"),
      origin: text(event, "origin"),
    }),
  }));
  if (isPublication(event)) {
    change(draft, event, (question) => ({
      ...question,
      visibility: "public",
      votes: number(event, "votes") ?? 0,
      ...given<StaffQuestion>({
        shown_at: question.shown_at ?? event.at,
        grouped: number(event, "grouped"), // of which a guest hears here
      }),
    }));
    return;
  }
  change(draft, event, (question) => ({
    ...without(question, "code", "note", "public_at", "passed_by"),
    ...passer(question),
  }));
  move(draft, event, "approved", {
    edited: event.edited === true,
    labels: texts(event, "labels"),
    ...decider(event),
    ...given<StaffQuestion>({
      text: text(event, "text"),
      public_at: text(event, "public_at"),
      decided_at: event.at,
    }),
  });
  endClaim(draft, event);
}

// As it was received, or redacted since. A guest forgets it.
export function forgetDecision(draft: Draft, event: Event): void {
  const question = draft.questions.get(text(event, "question") ?? "");
  if (question && isGuests(question)) {
    leaveQueue(draft, question.question);
    draft.questions.delete(question.question);
    return;
  }
  change(draft, event, (old) => ({
    ...without(old, "public_at", "decided_at", "decided_by", "passed_by", "route"),
    text: old.redacted ?? old.original ?? old.text ?? "",
    edited: old.redacted !== undefined,
    labels: [],
  }));
}

export function undone(draft: Draft, event: Event): void {
  forgetDecision(draft, event);
  move(draft, event, "pending");
}

export function rejected(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...without(question, "code", "note", "duplicate_of", "passed_by"),
    ...passer(question),
    ...(question.appeal === "open" ? { appeal: "dismissed" as const } : {}),
  }));
  move(draft, event, "rejected", {
    ...decider(event),
    ...given<StaffQuestion>({
      code: text(event, "code"),
      note: text(event, "note"),
      duplicate_of: text(event, "duplicate_of"),
      decided_at: event.at,
    }),
  });
  endClaim(draft, event);
}

export function withdrawn(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...question,
    visibility: question.visibility === "public" ? "tombstone" : question.visibility,
  }));
  leaveGroup(draft, event);
  forgetNumber(draft, event);
  move(draft, event, "withdrawn");
  endClaim(draft, event);
}

// What is shown of it changes, its stage does not.
export function touch(draft: Draft, event: Event, more: Partial<StaffQuestion>): void {
  change(draft, event, (question) => ({
    ...question,
    ...more,
    ...changed(event, question),
  }));
}

// A guest is not told what happened to it, but acts on its newest version.
export function withheld(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...question,
    version: number(event, "version") ?? question.version,
  }));
}

export function redacted(draft: Draft, event: Event): void {
  const shown = text(event, "text");
  if (shown === undefined) return;
  touch(draft, event, { text: shown, edited: true });
  change(draft, event, (question) =>
    isGuests(question) ? question : { ...without(question, "proposal"), redacted: shown },
  );
}

export function noted(draft: Draft, event: Event): void {
  const note = {
    by: actorName(text(event, "by")),
    text: text(event, "text") ?? "",
    at: event.at ?? "",
  };
  change(draft, event, (question) => ({
    ...question,
    notes: [...(question.notes ?? []), note],
  }));
}

export function routed(draft: Draft, event: Event): void {
  const route: Route = {
    guest: text(event, "guest") ?? "",
    by: actorName(text(event, "by")),
    answer: "waits",
  };
  touch(draft, event, { route });
}

export function routeAnswer(answer: "accepted" | "passed"): Handler {
  return (draft, event) =>
    change(draft, event, (question) => {
      if (!question.route) return question;
      const route: Route = {
        ...without(question.route, "note"),
        answer,
        answered_by: actorName(text(event, "by")),
        ...given<Route>({ note: text(event, "note") }),
      };
      return { ...question, route, ...changed(event, question) };
    });
}

// What was proposed before is about others.
export function labelled(draft: Draft, event: Event): void {
  touch(draft, event, { labels: texts(event, "labels") });
  change(draft, event, (question) =>
    question.proposal ? { ...question, proposal: without(question.proposal, "labels") } : question,
  );
}

// In order of the first word about each asker; the last word replaces it.
export function silenced(draft: Draft, event: Event): void {
  const asker = text(event, "asker");
  if (asker === undefined) return;
  const silence: Silence = {
    asker,
    by: actorName(text(event, "by")),
    ...given<Silence>({ until: text(event, "until") }),
  };
  const at = draft.silences.findIndex((old) => old.asker === asker);
  if (at < 0) draft.silences.push(silence);
  else draft.silences[at] = silence;
}

// The act names both; the number alone, which is public, names the leader.
const isAct = (event: Event): boolean => text(event, "question") !== undefined;

export function grouped(draft: Draft, event: Event): void {
  if (isAct(event)) {
    forgetDecision(draft, event);
    move(draft, event, "grouped", {
      ...decider(event),
      ...given<StaffQuestion>({ decided_at: event.at, group: text(event, "into") }),
    });
    endClaim(draft, event);
  }
  recount(draft, event);
}

export function ungrouped(draft: Draft, event: Event): void {
  if (isAct(event)) {
    change(draft, event, (question) => without(question, "group", "decided_at", "decided_by"));
    move(draft, event, "pending");
  }
  recount(draft, event);
}

// Guests read the number that everybody reads, which stands still while the feed does.
function recount(draft: Draft, event: Event): void {
  const into = text(event, "into");
  const leader = draft.questions.get(into ?? "");
  if (leader && isAct(event) && isGuests(leader)) return;
  countGroup(draft, into, number(event, "count"));
}

export function countGroup(draft: Draft, id: string | undefined, count: number | undefined): void {
  const leader = draft.questions.get(id ?? "");
  if (!leader || count === undefined || (isGuests(leader) && leader.visibility !== "public"))
    return;
  const rest = without(leader, "grouped");
  draft.questions.set(leader.question, count > 0 ? { ...rest, grouped: count } : rest);
}

export function leaveGroup(draft: Draft, event: Event): void {
  const old = draft.questions.get(text(event, "question") ?? "");
  const leader = draft.questions.get(old?.group ?? "");
  if (!old?.group) return;
  change(draft, event, (question) => without(question, "group"));
  if (leader) countGroup(draft, leader.question, (leader.grouped ?? 1) - 1);
}

export function queued(draft: Draft, event: Event): void {
  move(draft, event, "queued");
  enterQueue(draft, text(event, "question") ?? "", number(event, "position"));
}

export function answered(draft: Draft, event: Event): void {
  const statement = text(event, "statement");
  if (statement === undefined) return;
  change(draft, event, (question) => ({
    ...question,
    answers: [...(question.answers ?? []), statement],
  }));
  move(draft, event, "answered");
  endClaim(draft, event);
}

// ---- second thoughts -------------------------------------------------------------------------

export function held(draft: Draft, event: Event): void {
  change(draft, event, (question) => without(question, "held_note"));
  move(draft, event, "held", given<StaffQuestion>({ held_note: text(event, "note") }));
  endClaim(draft, event);
}

export function questionRetractionAsked(draft: Draft, event: Event): void {
  const code = text(event, "code") ?? "";
  change(draft, event, (question) => ({
    ...without(question, "retraction_note"),
    ...given<StaffQuestion>({ retraction_note: text(event, "note") }),
    ...(event.waits === true
      ? { retraction: { by: actorName(text(event, "by")), code }, ...changed(event, question) }
      : {}),
  }));
}

export function questionRetracted(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...without(question, "retraction", "retraction_note", "note"),
    ...given<StaffQuestion>({
      before: question.stage,
      before_code: question.code,
      before_note: question.note,
      visibility: "tombstone",
      code: text(event, "code"),
      note: question.retraction_note,
      retracted_by: actorName(text(event, "by")) || undefined,
    }),
  }));
  forgetNumber(draft, event); // those joined with it are let go, of which a guest hears nothing
  move(draft, event, "retracted");
  endClaim(draft, event);
}

export function erasureAsked(draft: Draft, event: Event): void {
  const by = actorName(text(event, "by"));
  const erasure = {
    by,
    class: text(event, "class") ?? "",
    basis: text(event, "basis") ?? "",
    ...given<{ note: string }>({ note: text(event, "note") }),
  };
  touch(draft, event, { erasure });
}

/** Its words and who asked are gone for good; what else happened stays. */
export function erased(draft: Draft, event: Event): void {
  change(draft, event, (question) => {
    const by = actorName(text(event, "by"));
    const { erasure } = question;
    const { route } = question;
    const kept = {
      ...question,
      ...changed(event, question),
      labels: [],
      erased: { at: event.at ?? "", class: text(event, "class") ?? "" },
      visibility: question.visibility === "public" ? ("tombstone" as const) : question.visibility,
      ...(erasure ? { erasure: { ...erasure, confirmed_by: by } } : {}),
      ...(route ? { route: without(route, "note") } : {}),
    };
    return without(kept, ...WORDS);
  });
}

const WORDS = [
  "name",
  "text",
  "original",
  "redacted",
  "to_guest",
  "contact",
  "asker",
  "network",
  "note",
  "before_note",
  "held_note",
  "appeal_note",
  "retraction_note",
  "reply",
  "notes",
] as const;

// Where a retracted question goes back to. Nothing goes back on air by itself, and what was
// answered with words that were taken back meanwhile waits for its answer again.
function restoresTo(draft: Draft, question: StaffQuestion): QuestionStage {
  const was = question.before ?? "approved";
  const wasAnswered = (was === "answered" || was === "closed") && !question.reply;
  const stands = draft.statements.some(
    ({ statement, code }) => code === undefined && question.answers?.includes(statement),
  );
  return was === "on_air" || (wasAnswered && !stands) ? "queued" : was;
}

// Of a rejected question: its appeal is granted.
export function restored(draft: Draft, event: Event): void {
  const id = text(event, "question") ?? "";
  const old = draft.questions.get(id);
  if (!old) return;
  if (old.stage === "rejected") {
    forgetDecision(draft, event);
    change(draft, event, (question) => without(question, "code", "note", "duplicate_of"));
    move(draft, event, "pending", { appeal: "upheld" });
    return;
  }
  const to = restoresTo(draft, old);
  change(draft, event, (question) => ({
    ...without(question, "before", "before_code", "before_note", "code", "note", "retracted_by"),
    ...given<StaffQuestion>({ code: question.before_code, note: question.before_note }),
    ...(to === "queued" ? { answers: [] } : {}),
    visibility: "public",
  }));
  countGroup(draft, id, number(event, "grouped") ?? 0);
  move(draft, event, to);
  if (to === "queued") enterQueue(draft, id, old.before === "queued" ? undefined : 1);
}

export function appealed(draft: Draft, event: Event): void {
  change(draft, event, (question) => ({
    ...question,
    appeal: "open",
    ...given<StaffQuestion>({ appeal_note: text(event, "note") }),
    ...changed(event, question),
  }));
}

export function replied(draft: Draft, event: Event): void {
  const reply = {
    text: text(event, "text") ?? "",
    at: event.at ?? "",
    ...given<Reply>({ department: text(event, "department") }),
  };
  move(draft, event, "closed", { reply });
  endClaim(draft, event);
}

export function lapsed(draft: Draft, event: Event): void {
  move(draft, event, "lapsed", given<StaffQuestion>({ note: text(event, "note") }));
  endClaim(draft, event);
}

// Taken off air, or open again because its answers were retracted: it is the next one.
export function offAir(draft: Draft, event: Event): void {
  change(draft, event, (question) =>
    question.stage === "answered" ? { ...question, answers: [] } : question,
  );
  move(draft, event, "queued");
  enterQueue(draft, text(event, "question") ?? "", 1);
}

// With the interview its answered questions are closed; their versions stay.
export function closeAnswered(draft: Draft): void {
  for (const [id, question] of draft.questions) {
    if (question.stage === "answered") draft.questions.set(id, { ...question, stage: "closed" });
    if (question.before === "answered") draft.questions.set(id, { ...question, before: "closed" });
  }
}

const WAITING: readonly QuestionStage[] = ["held", "pending", "approved", "queued", "on_air"];
const LED_NOWHERE: readonly QuestionStage[] = ["rejected", "withdrawn", "retracted", "lapsed"];

// With the interview what waited in it has lapsed, for its reason; versions stay. Those joined with
// a question follow it.
export function lapseWaiting(draft: Draft, event: Event): void {
  const why = (question: StaffQuestion) => (isGuests(question) ? undefined : text(event, "reason"));
  const lapse = (question: StaffQuestion): StaffQuestion => ({
    ...without(
      question,
      "claim",
      "queue_rank",
      "group",
      "grouped",
      "note",
      "duplicate_of",
      "proposal",
    ),
    stage: "lapsed",
    code: "cancelled",
    ...(question.appeal === "open" ? { appeal: "dismissed" as const } : {}),
    ...given<StaffQuestion>({ note: why(question) }),
  });
  for (const [id, question] of draft.questions) {
    if (WAITING.includes(question.stage) || question.appeal === "open")
      draft.questions.set(id, lapse(question));
    else if (question.stage === "retracted" && question.before && WAITING.includes(question.before))
      draft.questions.set(id, {
        ...question,
        before: "lapsed",
        before_code: "cancelled",
        ...given<StaffQuestion>({ before_note: why(question) }),
      });
  }
  for (const [id, question] of draft.questions) {
    const leader = draft.questions.get(question.group ?? "");
    if (question.stage !== "grouped" || (leader && !LED_NOWHERE.includes(leader.stage))) continue;
    if (leader?.grouped) countGroup(draft, leader.question, leader.grouped - 1);
    draft.questions.set(id, lapse(question));
  }
}
