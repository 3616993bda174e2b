// SPDX-License-Identifier: Apache-2.0
// What this browser remembers. Storage may be full, forbidden or damaged: then nothing is
// remembered, and everything else goes on.
import { parseJson } from "../core/protocol.ts";
import type { Fate } from "./fate.ts";

export interface Draft {
  text: string;
  name: string;
}

/** A question on its way: sent again with the same command_id until the server has answered. */
export interface Pending {
  command_id: string;
  text: string;
  name?: string;
  contact?: string;
}

/** A receipt, and what was last known of the question. */
export interface Mine {
  interview: string;
  question: string;
  receipt_no: string;
  secret: string;
  digest: string;
  nonce: string;
  text: string;
  stage: string;
  /** As question.status has told it last. */
  fate?: Fate;
}

const MINE_MOST = 50;

function read(key: string): unknown {
  try {
    const text = localStorage.getItem(`fangtan.${key}`);
    return text === null ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(`fangtan.${key}`);
    else localStorage.setItem(`fangtan.${key}`, JSON.stringify(value));
  } catch {
    // not remembered
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export const store = {
  token(): string | undefined {
    const token = read("token");
    return typeof token === "string" ? token : undefined;
  },
  setToken(token: string | undefined): void {
    write("token", token);
  },
  draft(interview: string): Draft | undefined {
    const draft = read(`draft.${interview}`);
    return isObject(draft) && typeof draft.text === "string"
      ? { text: draft.text, name: String(draft.name ?? "") }
      : undefined;
  },
  setDraft(interview: string, draft: Draft | undefined): void {
    write(`draft.${interview}`, draft);
  },
  pending(interview: string): Pending | undefined {
    const pending = read(`pending.${interview}`);
    return isObject(pending) &&
      typeof pending.text === "string" &&
      typeof pending.command_id === "string"
      ? (pending as unknown as Pending)
      : undefined;
  },
  setPending(interview: string, pending: Pending | undefined): void {
    write(`pending.${interview}`, pending);
  },
  mine(): Mine[] {
    const list = read("mine");
    if (!Array.isArray(list)) return [];
    return list.filter((m) => isObject(m) && typeof m.receipt_no === "string");
  },
  setMine(list: Mine[]): void {
    write("mine", list.slice(-MINE_MOST));
  },
  /** Is there anything to show or to deliver about this interview? */
  keeps(interview: string): boolean {
    return (
      this.pending(interview) !== undefined || this.mine().some((m) => m.interview === interview)
    );
  },
  votes(interview: string): string[] {
    const list = read(`votes.${interview}`);
    return Array.isArray(list) ? list.filter((id) => typeof id === "string") : [];
  },
  setVotes(interview: string, list: string[]): void {
    write(`votes.${interview}`, list.length ? list : undefined);
  },
  look(name: string): boolean {
    return read(`look.${name}`) === true;
  },
  setLook(name: string, on: boolean): void {
    write(`look.${name}`, on ? true : undefined);
  },
};
