// SPDX-License-Identifier: Apache-2.0
// What the parts of the staff's fold share: the state, reading a body, and what handlers work on.
import type {
  DraftStatement,
  Event,
  Invitation,
  Silence,
  StaffInterview,
  StaffNotice,
  StaffQuestion,
  StaffStatement,
} from "../core/protocol.ts";

/** Never changed in place: a new state shares with the old one what did not change. */
export interface StaffState {
  readonly interview: StaffInterview;
  readonly notices: readonly StaffNotice[];
  readonly statements: readonly StaffStatement[];
  /** On their way to the public, in order of writing. */
  readonly drafts: readonly DraftStatement[];
  /** By id, in order of reception. */
  readonly questions: ReadonlyMap<string, StaffQuestion>;
  readonly silences: readonly Silence[];
  /** In order of issue. */
  readonly invitations: readonly Invitation[];
}

/** Account names come as "wang" or "u:wang". */
export function actorName(actor: string | undefined): string {
  return actor?.startsWith("u:") ? actor.slice(2) : (actor ?? "");
}

// ---- reading a body --------------------------------------------------------------------------

export function text(event: Event, key: string): string | undefined {
  const value = event[key];
  return typeof value === "string" ? value : undefined;
}

export function number(event: Event, key: string): number | undefined {
  const value = event[key];
  return typeof value === "number" ? value : undefined;
}

export function texts(event: Event, key: string): string[] {
  const value = event[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The members that are there; what is undefined is left out (exactOptionalPropertyTypes). */
export function given<T extends object>(
  members: { [K in keyof T]?: T[K] | undefined },
): Partial<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

export function without<T extends object, K extends keyof T>(from: T, ...keys: K[]): Omit<T, K> {
  const rest = { ...from };
  for (const key of keys) delete rest[key];
  return rest;
}

// What the handlers of one batch work on: the maps and lists are copies, their items are not.
export interface Draft {
  interview: StaffInterview;
  notices: StaffNotice[];
  statements: StaffStatement[];
  drafts: DraftStatement[];
  questions: Map<string, StaffQuestion>;
  silences: Silence[];
  invitations: Invitation[];
}

export type Handler = (draft: Draft, event: Event) => void;
