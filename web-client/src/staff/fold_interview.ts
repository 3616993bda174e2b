// SPDX-License-Identifier: Apache-2.0
// Events about the interview itself and the feed as a whole.
import type {
  Event,
  InterviewStage,
  Person,
  PolicyDocument,
  RosterEntry,
  StaffInterview,
} from "../core/protocol.ts";
import { type Draft, given, number, text, without } from "./folding.ts";

export const ANNOUNCEMENT = [
  "topic",
  "intro",
  "departments",
  "starts_at",
  "minutes",
  "topics",
  "guests",
  "compere",
  "languages",
  "policy_documents",
  "rule_set",
  "issue_no",
] as const;

export interface Announcement {
  topic: string;
  intro: string;
  departments: string[];
  starts_at: string;
  minutes: number;
  topics: string[];
  guests: Person[];
  compere: Person;
  languages: string[];
  policy_documents: PolicyDocument[];
  rule_set: string;
  issue_no: number;
}

export function announcement(event: Event): Partial<Announcement> {
  const members: Record<string, unknown> = {};
  for (const key of ANNOUNCEMENT) {
    if (event[key] !== undefined && event[key] !== null) members[key] = event[key];
  }
  return members as Partial<Announcement>;
}

/** What every interview.* event does: the announcement's fields, roster, stage and version. */
export function changeInterview(
  more: (event: Event, old: StaffInterview) => Partial<StaffInterview>,
) {
  return (draft: Draft, event: Event): void => {
    const old = draft.interview;
    const stage = text(event, "stage") as InterviewStage | undefined;
    const base: StaffInterview = stage ? without(old, "reason", "before_down") : old;
    const next: StaffInterview = {
      ...base,
      ...announcement(event),
      ...(event.policy ? { policy: { ...old.policy, ...(event.policy as object) } } : {}),
      ...(event.chains ? { chains: { ...old.chains, ...(event.chains as object) } } : {}),
      ...(Array.isArray(event.roster) ? { roster: event.roster as RosterEntry[] } : {}),
      ...given<StaffInterview>({ stage, reason: text(event, "reason") }),
      version: number(event, "version") ?? old.version + 1,
      ...more(event, old),
    };
    draft.interview = next.topics?.length === 0 ? without(next, "topics") : next;
  };
}

export const plain = changeInterview(() => ({}));

// The time of the first such event stays.
export function first(key: "announced_at" | "started_at" | "published_at") {
  return changeInterview((event, old) => {
    const time = old[key] ?? event.at;
    return time ? { [key]: time } : {};
  });
}

export function setFrozen(draft: Draft, frozen: boolean, reason: string | undefined): void {
  draft.interview = {
    ...without(draft.interview, "frozen", "frozen_reason"),
    ...(frozen ? { frozen } : {}),
    ...given<StaffInterview>({ frozen_reason: reason }),
  };
}
