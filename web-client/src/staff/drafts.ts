// SPDX-License-Identifier: Apache-2.0
// What somebody is writing survives a closed tab, a crash and a lost connection.
import { newCommandId, parseJson } from "../core/protocol.ts";
import { remember, remembered } from "./store.ts";

export interface StatementDraft {
  text: string;
  speaker: string;
  /** "" = chosen by what is on air and who speaks. */
  kind: string;
  /** One publication: kept with the text so that trying again cannot publish it twice. */
  commandId: string;
}

function keyOf(interview: string, place: string): string {
  return `fangtan.draft.${interview}.${place}`;
}

export function newDraft(speaker = ""): StatementDraft {
  return { text: "", speaker, kind: "", commandId: newCommandId() };
}

export function loadDraft(interview: string, place: string): StatementDraft {
  const stored = parseJson(remembered(keyOf(interview, place)) ?? "null");
  const members = typeof stored === "object" && stored !== null ? Object.entries(stored) : [];
  const texts = members.filter(([, value]) => typeof value === "string");
  return { ...newDraft(), ...Object.fromEntries(texts) };
}

export function saveDraft(interview: string, place: string, draft: StatementDraft): void {
  const empty = draft.text === "" && draft.speaker === "" && draft.kind === "";
  remember(keyOf(interview, place), empty ? null : JSON.stringify(draft));
}
