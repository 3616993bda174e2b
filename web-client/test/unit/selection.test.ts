// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { spanOf } from "../../src/staff/selection.ts";

test("a selection counts code points, not UTF-16 units", () => {
  const text = "水😀 138 回电";
  assert.deepEqual(spanOf(text, 0, 1), { at: 0, length: 1 });
  assert.deepEqual(spanOf(text, 1, 3), { at: 1, length: 1 });
  assert.deepEqual(spanOf(text, 4, 7), { at: 3, length: 3 });
  assert.deepEqual(spanOf(text, 0, text.length), { at: 0, length: 9 });
});

test("half of a character that takes two units is the whole of it", () => {
  assert.deepEqual(spanOf("a😀b", 2, 3), { at: 1, length: 1 });
  assert.deepEqual(spanOf("a😀b", 1, 2), { at: 1, length: 1 });
  assert.deepEqual(spanOf("a😀b", 2, 4), { at: 1, length: 2 });
});

test("nothing selected is no span", () => {
  assert.equal(spanOf("abc", 2, 2), null);
  assert.equal(spanOf("abc", 2, 1), null);
});
