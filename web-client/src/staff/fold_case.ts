// SPDX-License-Identifier: Apache-2.0
// Events about the case of a question that was referred to a department. Of what everybody hears,
// too, staff get the act first and the public's mark of it after; the mark changes nothing.
import type { Case, Event, StaffQuestion } from "../core/protocol.ts";
import { change, changed, replied } from "./fold_question.ts";
import { actorName, type Draft, given, number, text, without } from "./folding.ts";

export function referral(event: Event): Partial<StaffQuestion> {
  return given<StaffQuestion>({ department: text(event, "department"), due: text(event, "due") });
}

// Guests know the question's members of it, not the case itself.
function act(
  draft: Draft,
  event: Event,
  toQuestion: (question: StaffQuestion) => StaffQuestion,
  toCase: (file: Case) => Case,
): void {
  change(draft, event, (old) => {
    const question = toQuestion(old);
    return {
      ...question,
      ...(question.case ? { case: toCase(question.case) } : {}),
      ...changed(event, old),
    };
  });
}

const same = (question: StaffQuestion) => question;

export function caseOpened(draft: Draft, event: Event): void {
  const file: Case = {
    case: text(event, "case") ?? "",
    stage: "opened",
    ...given<Case>({ note: text(event, "note"), opened_at: event.at }),
  };
  change(draft, event, (question) => ({ ...question, ...referral(event), case: file }));
}

export function caseAccepted(draft: Draft, event: Event): void {
  act(draft, event, same, (file) => ({
    ...file,
    stage: "accepted",
    accepted_by: actorName(text(event, "by")),
    ...given<Case>({ accepted_at: event.at }),
  }));
}

export function reRouted(draft: Draft, event: Event): void {
  if (event.public === true) return;
  act(
    draft,
    event,
    (question) => ({ ...question, ...referral(event) }),
    (file) => ({
      ...without(file, "note", "accepted_by", "accepted_at"),
      stage: "opened",
      ...given<Case>({ note: text(event, "note") }),
    }),
  );
}

export function clockStopped(draft: Draft, event: Event): void {
  if (event.public === true) return;
  act(
    draft,
    event,
    (question) => ({ ...question, ...given<StaffQuestion>({ stopped_at: event.at }) }),
    (file) => ({
      ...file,
      stage: "clock_stopped",
      ...given<Case>({ stop_note: text(event, "note") }),
    }),
  );
}

export function clockResumed(draft: Draft, event: Event): void {
  act(
    draft,
    event,
    (question) => ({ ...without(question, "stopped_at"), ...referral(event) }),
    (file) => ({ ...without(file, "stop_note"), stage: "accepted" }),
  );
}

export function extended(draft: Draft, event: Event): void {
  const days = number(event, "working_days") ?? 0;
  act(
    draft,
    event,
    (question) => ({
      ...question,
      ...referral(event),
      extension: { reason: text(event, "reason") ?? "", at: event.at ?? "" },
    }),
    (file) => ({ ...file, extended_days: (file.extended_days ?? 0) + days }),
  );
}

export function drafted(draft: Draft, event: Event): void {
  const words = { text: text(event, "text") ?? "", by: actorName(text(event, "by")) };
  act(draft, event, same, (file) => ({
    ...without(file, "returned"),
    stage: "draft_submitted",
    draft: { ...words, at: event.at ?? "" },
  }));
}

export function draftReturned(draft: Draft, event: Event): void {
  act(draft, event, same, (file) => ({
    ...file,
    stage: "returned",
    returned: { text: text(event, "note") ?? "", by: actorName(text(event, "by")) },
  }));
}

export function caseReplied(draft: Draft, event: Event): void {
  change(draft, event, (question) => {
    const rest = without(question, "stopped_at", "extension");
    return question.case
      ? { ...rest, case: { ...without(question.case, "stop_note"), stage: "closed" } }
      : rest;
  });
  replied(draft, event);
}
