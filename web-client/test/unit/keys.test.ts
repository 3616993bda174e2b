// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { REASON_CODES } from "../../src/core/protocol.ts";
import {
  GATE_KEYS,
  gateAction,
  queueAction,
  reasonKey,
  reasonOfKey,
} from "../../src/staff/keys.ts";

test("letters act by their place on the keyboard", () => {
  assert.equal(queueAction({ key: "f", code: "KeyF" }, true), "approve");
  assert.equal(queueAction({ key: "а", code: "KeyF" }, true), "approve"); // another layout
  assert.equal(queueAction({ key: "?", code: "Slash" }, true), "help");
  assert.equal(queueAction({ key: "q", code: "KeyQ" }, true), null);
  const marks = ["KeyM", "KeyL", "KeyR", "KeyS"].map((code) =>
    queueAction({ key: "x", code }, true),
  );
  assert.deepEqual(marks, ["note", "label", "redact", "silence"]);
});

test("nothing acts while an input method composes", () => {
  assert.equal(queueAction({ key: "f", code: "KeyF", isComposing: true }, true), null);
  assert.equal(queueAction({ key: "Process", code: "KeyF", keyCode: 229 }, true), null);
  assert.equal(reasonOfKey({ key: "1", code: "Digit1", isComposing: true }), null);
});

test("shortcuts of the browser are left alone", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey"]) {
    assert.equal(queueAction({ key: "f", code: "KeyF", [modifier]: true }, true), null);
    assert.equal(reasonOfKey({ key: "1", code: "Digit1", [modifier]: true }), null);
  }
});

test("single keys can be switched off; arrows and Escape stay", () => {
  for (const code of ["KeyF", "KeyD", "KeyJ", "KeyN", "KeyU", "KeyE", "KeyK"]) {
    assert.equal(queueAction({ key: "x", code }, false), null);
  }
  assert.equal(queueAction({ key: "?" }, false), null);
  assert.equal(queueAction({ key: "ArrowDown" }, false), "next");
  assert.equal(queueAction({ key: "Escape" }, false), "cancel");
});

test("each reason has a key of its own that chooses it", () => {
  const keys = new Set(REASON_CODES.map(reasonKey));
  assert.equal(keys.size, REASON_CODES.length);
  for (const code of REASON_CODES) {
    const key = reasonKey(code);
    const place = /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`;
    assert.equal(reasonOfKey({ key, code: place }), code);
  }
  assert.equal(reasonOfKey({ key: "1", code: "Numpad1" }), "duplicate");
  assert.equal(reasonOfKey({ key: "Shift", code: "ShiftLeft" }), null);
  assert.equal(reasonOfKey({ key: "z", code: "KeyZ" }), null);
});

test("at the end a letter is the act that is possible, and nothing where none is", () => {
  const key = (letter: string) => ({ key: letter, code: `Key${letter.toUpperCase()}` });
  const acts = ["refer", "reject", "reply"] as const;
  for (const act of acts) assert.equal(gateAction(key(GATE_KEYS[act]), true, acts), act);
  assert.equal(gateAction(key("d"), true, ["uphold", "dismiss"]), "dismiss");
  assert.equal(gateAction(key("f"), true, acts), null);
  assert.equal(gateAction(key("t"), false, acts), null, "single keys are off");
  assert.equal(gateAction({ ...key("t"), ctrlKey: true }, true, acts), null);
  assert.equal(gateAction({ ...key("t"), isComposing: true }, true, acts), null);
  assert.equal(gateAction(key("j"), true, acts), "next");
  assert.equal(gateAction({ key: "ArrowUp", code: "ArrowUp" }, false, acts), "previous");
});

test("no letter of an act at the end moves in the list", () => {
  for (const letter of Object.values(GATE_KEYS)) assert.ok(!"jkn".includes(letter), letter);
});
