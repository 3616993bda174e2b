// SPDX-License-Identifier: Apache-2.0
// Keys of the lists: the moderator's queue, and what is left at the end. Single keys act only where
// the list has focus (WCAG 2.1.4) and never while text is typed or an input method composes.
import { REASON_CODES, type ReasonCode } from "../core/protocol.ts";
import type { GateAct } from "./remaining.ts";

/** What every list knows. */
export type ListAction = "next" | "previous" | "load" | "help" | "cancel";

export type QueueAction =
  | ListAction
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
  | "silence";

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
const LIST_CODES: Readonly<Record<string, ListAction>> = {
  KeyJ: "next",
  KeyK: "previous",
  KeyN: "load",
};

const QUEUE_CODES: Readonly<Record<string, QueueAction>> = {
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
};

/** The letters of the acts at the end; two acts share one where never both are possible. */
export const GATE_KEYS: Readonly<Record<GateAct, string>> = {
  refer: "t",
  reject: "d",
  group: "g",
  reply: "a",
  lapse: "z",
  off_air: "o",
  uphold: "f",
  dismiss: "d",
  ungroup: "u",
  release: "f",
  pass: "f",
  return: "b",
  discard: "c",
};

const BY_KEY: Readonly<Record<string, ListAction>> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Escape: "cancel",
};

/** Is an input method at work? 229 is what browsers without isComposing send. */
export function isComposing(key: Key): boolean {
  return key.isComposing === true || key.keyCode === 229;
}

function isPlain(key: Key): boolean {
  return !(isComposing(key) || key.ctrlKey || key.altKey || key.metaKey);
}

// Letters mean nothing when single keys are switched off.
function listAction(key: Key, singleKeys: boolean): ListAction | null {
  if (!isPlain(key)) return null;
  const always = BY_KEY[key.key];
  if (always || !singleKeys) return always ?? null;
  if (key.key === "?" || key.key === "？") return "help";
  return LIST_CODES[key.code ?? ""] ?? null;
}

/** What a key means in the moderator's queue. */
export function queueAction(key: Key, singleKeys: boolean): QueueAction | null {
  const letter = isPlain(key) && singleKeys ? QUEUE_CODES[key.code ?? ""] : undefined;
  return listAction(key, singleKeys) ?? letter ?? null;
}

/** What a key means in a list where these acts are possible, each by its letter. */
export function actOfKey<A extends string>(
  key: Key,
  singleKeys: boolean,
  acts: readonly A[],
  letters: Readonly<Record<A, string>>,
): ListAction | A | null {
  const letter = isPlain(key) && singleKeys ? (key.code ?? "") : "";
  const act = acts.find((name) => letter === `Key${letters[name].toUpperCase()}`);
  return listAction(key, singleKeys) ?? act ?? null;
}

/** What a key means at the end. */
export function gateAction(
  key: Key,
  singleKeys: boolean,
  acts: readonly GateAct[],
): ListAction | GateAct | null {
  return actOfKey(key, singleKeys, acts, GATE_KEYS);
}

/** Keys of a form: Ctrl+Enter sends, Escape goes back. */
export function formKeys(send: () => void, cancel: () => void) {
  return (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      cancel();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  };
}

// One key for each reason, in the order of the codes.
const REASON_KEYS = "1234567890abcdefghij";

export function reasonKey(code: ReasonCode): string {
  return REASON_KEYS[REASON_CODES.indexOf(code)] ?? "";
}

/** The reason that a key chooses while reasons are shown. */
export function reasonOfKey(key: Key): ReasonCode | null {
  if (!isPlain(key)) return null;
  const code = key.code ?? "";
  const typed = code.replace(/^(Digit|Numpad|Key)/, "") || key.key;
  if (typed.length !== 1) return null;
  const index = REASON_KEYS.indexOf(typed.toLowerCase());
  return index < 0 ? null : (REASON_CODES[index] ?? null);
}

/** The digit that a key writes, when it is pressed alone. */
export function digitOfKey(key: Key): string | null {
  return (isPlain(key) && /^(?:Digit|Numpad)(\d)$/.exec(key.code ?? "")?.[1]) || null;
}

/** May a key press in this element be a command? Not where it writes text or opens something. */
export function isTyping(target: unknown): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
