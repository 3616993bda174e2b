// SPDX-License-Identifier: Apache-2.0
// The staff's fold: a staff snapshot and the events after it become the state of one interview.
// Pure, and the twin of server/interview/fold.c: snapshot + events gives what a new snapshot would.
import type { Asking, Event, StaffInterview, StaffSnapshot } from "../core/protocol.ts";
import {
  caseAccepted,
  caseOpened,
  caseReplied,
  clockResumed,
  clockStopped,
  drafted,
  draftReturned,
  extended,
  referral,
  reRouted,
} from "./fold_case.ts";
import { changeInterview, first, plain, setFrozen } from "./fold_interview.ts";
import { invitationAccepted, invitationIssued, invitationRevoked } from "./fold_invitation.ts";
import { acknowledged, changeNotice, issued } from "./fold_notice.ts";
import {
  answered,
  appealed,
  approved,
  claimed,
  closeAnswered,
  endClaim,
  enterQueue,
  erased,
  erasureAsked,
  grouped,
  held,
  labelled,
  lapsed,
  lapseWaiting,
  move,
  noted,
  offAir,
  passedStep,
  questionRetracted,
  questionRetractionAsked,
  queued,
  received,
  redacted,
  rejected,
  replied,
  restored,
  routeAnswer,
  routed,
  silenced,
  undone,
  ungrouped,
  withdrawn,
  withheld,
} from "./fold_question.ts";
import {
  corrected,
  published,
  retracted,
  retractionAsked,
  returned,
  sent,
  written,
} from "./fold_statement.ts";
import {
  type Draft,
  given,
  type Handler,
  number,
  type StaffState,
  text,
  without,
} from "./folding.ts";

export function fromSnapshot(snapshot: StaffSnapshot): StaffState {
  return {
    interview: snapshot.interview,
    statements: snapshot.statements,
    notices: snapshot.notices ?? [],
    drafts: snapshot.drafts ?? [], // without a duty it is what everybody sees
    questions: new Map(snapshot.questions.map((question) => [question.question, question])),
    silences: snapshot.silences ?? [],
    invitations: snapshot.invitations ?? [],
  };
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "asker.silenced": silenced,
  "asker.unsilenced": silenced,
  "asking.set": (draft, event) => {
    const asking = text(event, "asking") as Asking | undefined;
    if (!asking) return;
    draft.interview = {
      ...without(draft.interview, "asking_reason"),
      asking,
      ...given<StaffInterview>({ asking_reason: text(event, "reason") }),
    };
  },
  "case.accepted": caseAccepted,
  "case.clock_resumed": clockResumed,
  "case.clock_stopped": clockStopped,
  "case.draft_submitted": drafted,
  "case.extension_granted": extended,
  "case.opened": caseOpened,
  "case.re_routed": reRouted,
  "case.reply_published": caseReplied,
  "case.returned_for_rework": draftReturned,
  "feed.delay_changed": (draft, event) => {
    const delay = number(event, "seconds");
    draft.interview = {
      ...without(draft.interview, "delay"),
      ...(delay ? { delay } : {}),
    };
  },
  "feed.frozen": (draft, event) => setFrozen(draft, true, text(event, "reason")),
  "feed.unfrozen": (draft) => setFrozen(draft, false, undefined),
  "interview.announced": first("announced_at"),
  "interview.cancelled": (draft, event) => {
    plain(draft, event);
    lapseWaiting(draft, event);
  },
  "interview.closed": (draft, event) => {
    plain(draft, event);
    closeAnswered(draft);
  },
  "interview.ended": changeInterview((event) => (event.at ? { ended_at: event.at } : {})),
  "interview.started": first("started_at"),
  "interview.taken_down": changeInterview((_event, old) => ({ before_down: old.stage })),
  "interview.transcript_published": first("published_at"),
  "invitation.accepted": invitationAccepted,
  "invitation.issued": invitationIssued,
  "invitation.revoked": invitationRevoked,
  "notice.acknowledged": acknowledged,
  "notice.issued": issued,
  "notice.recalled": (draft, event) =>
    changeNotice(draft, event, (n) => ({ ...n, recalled: true })),
  "question.answered": answered,
  "question.appealed": appealed,
  "question.approved": approved,
  "question.claimed": claimed,
  "question.dequeued": (draft, event) => move(draft, event, "approved"),
  "question.guest_accepted": routeAnswer("accepted"),
  "question.guest_passed": routeAnswer("passed"),
  "question.held": held,
  "question.labelled": labelled,
  "question.lapsed": lapsed,
  "question.grouped": grouped,
  "question.let_go": endClaim,
  "question.erased": erased,
  "question.erasure_asked": erasureAsked,
  "question.noted": noted,
  "question.off_air": offAir,
  "question.passed_step": passedStep,
  "question.on_air": (draft, event) => move(draft, event, "on_air"),
  "question.queued": queued,
  "question.received": received,
  "question.redacted": redacted,
  "question.referred": (draft, event) => {
    move(draft, event, "referred", referral(event));
    endClaim(draft, event);
  },
  "question.rejected": rejected,
  "question.replied": replied,
  "question.restored": restored,
  "question.retracted": questionRetracted,
  "question.retraction_asked": questionRetractionAsked,
  "question.taken_over": claimed,
  "question.released": (draft, event) => move(draft, event, "pending"),
  "question.reordered": (draft, event) =>
    enterQueue(draft, text(event, "question") ?? "", number(event, "position")),
  "question.routed_to_guest": routed,
  "question.undone": undone,
  "question.ungrouped": ungrouped,
  withheld,
  "question.withdrawn": withdrawn,
  "statement.corrected": corrected,
  "statement.discarded": (draft, event) => {
    draft.drafts = draft.drafts.filter((other) => other.statement !== event.statement);
  },
  "statement.passed_step": sent,
  "statement.prepared": (draft, event) =>
    written(draft, event, text(event, "statement") ?? "", "prepared"),
  "statement.published": published,
  "statement.retracted": retracted,
  "statement.retraction_asked": retractionAsked,
  "statement.returned": returned,
  "statement.submitted": sent,
};

/** The numbers of the moment, which no event tells. */
export function withVotes(state: StaffState, votes: Readonly<Record<string, number>>): StaffState {
  const questions = new Map(state.questions);
  for (const [id, n] of Object.entries(votes)) {
    const question = questions.get(id);
    if (question) questions.set(id, { ...question, votes: n });
  }
  return { ...state, questions };
}

/** The state after these events. Types it does not know change nothing. */
export function fold(state: StaffState, events: readonly Event[]): StaffState {
  const draft: Draft = {
    interview: state.interview,
    statements: [...state.statements],
    notices: [...state.notices],
    drafts: [...state.drafts],
    questions: new Map(state.questions),
    silences: [...state.silences],
    invitations: [...state.invitations],
  };
  for (const event of events) {
    const handler = HANDLERS[event.type] ?? (event.type.startsWith("interview.") ? plain : null);
    handler?.(draft, event);
  }
  return draft;
}
