// SPDX-License-Identifier: Apache-2.0
// Keys of the moderator's queue. Single keys act only where the queue has focus (WCAG 2.1.4) and
// never while text is typed or an input method composes.
import { REASON_CODES, type ReasonCode } from "../core/protocol.ts";

export type QueueAction =
  | "next"
  | "previous"
  | "approve"
  | "edit"
  | "reject"
  | "hold"
  | "group"
  | "mark"
  | "undo"
  | "note"
  | "label"
  | "redact"
  | "silence"
  | "load"
  | "help"
  | "cancel";

/** The members of a KeyboardEvent that matter here. */
export interface Key {
  key: string;
  code?: string;
  isComposing?: boolean;
  keyCode?: number;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

// By place on the keyboard, so that an input method or another layout does not get in between.
const BY_CODE: Readonly<Record<string, QueueAction>> = {
  KeyJ: "next",
  KeyK: "previous",
  KeyF: "approve",
  KeyE: "edit",
  KeyD: "reject",
  KeyH: "hold",
  KeyG: "group",
  KeyX: "mark",
  KeyU: "undo",
  KeyM: "note",
  KeyL: "label",
  KeyR: "redact",
  KeyS: "silence",
  KeyN: "load",
};

const BY_KEY: Readonly<Record<string, QueueAction>> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Escape: "cancel",
};

/** Is an input method at work? 229 is what browsers without isComposing send. */
export function isComposing(key: Key): boolean {
  return key.isComposing === true || key.keyCode === 229;
}

/** What a key means; letters mean nothing when single keys are switched off. */
export function queueAction(key: Key, singleKeys: boolean): QueueAction | null {
  if (isComposing(key) || key.ctrlKey || key.altKey || key.metaKey) return null;
  const always = BY_KEY[key.key];
  if (always) return always;
  if (!singleKeys) return null;
  if (key.key === "?" || key.key === "？") return "help";
  return BY_CODE[key.code ?? ""] ?? null;
}

// One key for each reason, in the order of the codes.
const REASON_KEYS = "1234567890abcdefghij";

export function reasonKey(code: ReasonCode): string {
  return REASON_KEYS[REASON_CODES.indexOf(code)] ?? "";
}

/** The reason that a key chooses while reasons are shown. */
export function reasonOfKey(key: Key): ReasonCode | null {
  if (isComposing(key) || key.ctrlKey || key.altKey || key.metaKey) return null;
  const code = key.code ?? "";
  const typed = code.replace(/^(Digit|Numpad|Key)/, "") || key.key;
  if (typed.length !== 1) return null;
  const index = REASON_KEYS.indexOf(typed.toLowerCase());
  return index < 0 ? null : (REASON_CODES[index] ?? null);
}

/** May a key press in this element be a command? Not where it writes text or opens something. */
export function isTyping(target: unknown): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
