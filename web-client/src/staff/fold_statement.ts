// SPDX-License-Identifier: Apache-2.0
// Events about statements: drafts and their way, what was published, and what became of it.
import type {
  DraftStage,
  DraftStatement,
  Duty,
  Event,
  Person,
  StaffStatement,
  StatementKind,
} from "../core/protocol.ts";
import { actorName, type Draft, given, number, text, texts, without } from "./folding.ts";

export function spoken(event: Event, id: string) {
  return {
    statement: id,
    kind: (text(event, "kind") as StatementKind | undefined) ?? "remark",
    speaker: (event.speaker as Person | undefined) ?? { name: "" },
    text: text(event, "text") ?? "",
    questions: texts(event, "questions"),
    origin: text(event, "origin") ?? "live",
    version: number(event, "version") ?? 1,
  };
}

export function published(draft: Draft, event: Event): void {
  const id = text(event, "statement");
  if (!id || draft.statements.some((statement) => statement.statement === id)) return;
  const was = draft.drafts.find((other) => other.statement === id);
  draft.drafts = draft.drafts.filter((other) => other !== was);
  draft.statements.push({
    ...spoken(event, id),
    said_at: text(event, "said_at") ?? event.at ?? "",
    published_at: event.at ?? "",
    author: was?.author ?? actorName(text(event, "by")),
  });
}

export function mend(
  draft: Draft,
  event: Event,
  to: (statement: StaffStatement) => StaffStatement,
): void {
  draft.statements = draft.statements.map((statement) =>
    statement.statement === event.statement ? to(statement) : statement,
  );
}

// They were written for the text that stood there until now.
function endCorrections(draft: Draft, event: Event): void {
  draft.drafts = draft.drafts.filter((other) => other.corrects !== event.statement);
}

export function corrected(draft: Draft, event: Event): void {
  endCorrections(draft, event);
  mend(draft, event, (statement) => ({
    ...statement,
    version: number(event, "version") ?? statement.version + 1,
    revisions: (statement.revisions ?? 0) + 1,
    ...given<StaffStatement>({ text: text(event, "text"), corrected_at: event.at }),
  }));
}

export function retracted(draft: Draft, event: Event): void {
  endCorrections(draft, event);
  mend(draft, event, (statement) => ({
    ...without(statement, "text", "corrected_at", "revisions", "retraction"),
    version: number(event, "version") ?? statement.version + 1,
    code: text(event, "code") ?? "",
    ...given<StaffStatement>({ retracted_at: event.at }),
  }));
}

export function retractionAsked(draft: Draft, event: Event): void {
  const retraction = { by: actorName(text(event, "by")), code: text(event, "code") ?? "" };
  mend(draft, event, (statement) => ({ ...statement, retraction }));
}

// ---- drafts ----------------------------------------------------------------------------------

// A new draft, or the new text of one.
export function written(draft: Draft, event: Event, id: string, stage: DraftStage): void {
  const by = actorName(text(event, "by"));
  const index = draft.drafts.findIndex((other) => other.statement === id);
  const old = draft.drafts[index];
  const now: DraftStatement = {
    ...spoken(event, id),
    version: number(event, "version") ?? (old?.version ?? 0) + 1,
    stage,
    author: old?.author ?? by,
    writer: by,
    entered_as: text(event, "entered_as") ?? "",
    ...given<DraftStatement>({
      said_at: text(event, "said_at"),
      corrects: text(event, "corrects"),
    }),
  };
  if (old) draft.drafts[index] = now;
  else draft.drafts.push(now);
}

export function changeDraft(
  draft: Draft,
  event: Event,
  to: (statement: DraftStatement) => DraftStatement,
): void {
  draft.drafts = draft.drafts.map((old) =>
    old.statement === event.statement
      ? { ...to(old), version: number(event, "version") ?? old.version + 1 }
      : old,
  );
}

export function unsent(statement: DraftStatement): DraftStatement {
  return without(statement, "step", "waits_for", "public_at", "cleared", "note", "cause");
}

// To the next duty of its chain, into the delay, or back with its chain done.
export function sent(draft: Draft, event: Event): void {
  const id = text(event, "statement") ?? "";
  if (text(event, "text") !== undefined) written(draft, event, id, "submitted");
  const waits_for = text(event, "waits_for") as Duty | undefined;
  const public_at = text(event, "public_at");
  const stage: DraftStage = waits_for ? "submitted" : public_at ? "delayed" : "prepared";
  changeDraft(draft, event, (old) => ({
    ...unsent(old),
    stage,
    ...given<DraftStatement>({
      waits_for,
      public_at,
      step: number(event, "step") || undefined,
      said_at: text(event, "said_at"),
      origin: text(event, "origin"),
      cleared: event.cleared === true || undefined,
    }),
  }));
}

export function returned(draft: Draft, event: Event): void {
  changeDraft(draft, event, (old) => ({
    ...unsent(old),
    stage: "returned",
    ...given<DraftStatement>({ note: text(event, "note"), cause: text(event, "cause") }),
  }));
}
