// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countNew,
  load,
  NOTHING_SHOWN,
  putBack,
  show,
  step,
  takeOut,
} from "../../src/staff/shown.ts";

const three = show(["a", "b", "c"]);

test("newcomers are counted and do not move the list until they are loaded", () => {
  assert.equal(three.selected, "a");
  assert.equal(countNew(three, ["a", "b", "c", "d", "e"]), 2);
  const loaded = load({ ...three, selected: "b" }, ["a", "b", "c", "d"]);
  assert.deepEqual(loaded, { ids: ["a", "b", "c", "d"], selected: "b" });
});

test("what others decided stays until loading, then the selection moves to the nearest", () => {
  const at = { ...three, selected: "b" };
  assert.equal(load(at, ["a", "c", "d"]).selected, "c");
  assert.equal(load(at, ["a"]).selected, "a");
  assert.equal(load(at, []).selected, null);
  assert.equal(load(at, ["x"]).selected, "x");
});

test("after a decision the next takes the place; after the last one, the one before", () => {
  assert.deepEqual(takeOut(three, "a"), { ids: ["b", "c"], selected: "b" });
  assert.deepEqual(takeOut({ ...three, selected: "c" }, "c"), { ids: ["a", "b"], selected: "b" });
  assert.deepEqual(takeOut({ ...three, selected: "c" }, "a"), { ids: ["b", "c"], selected: "c" });
  assert.deepEqual(takeOut(show(["a"]), "a"), { ids: [], selected: null });
});

test("an undone decision comes back where the reader is", () => {
  assert.deepEqual(putBack({ ids: ["b", "c"], selected: "c" }, "a"), {
    ids: ["b", "a", "c"],
    selected: "a",
  });
  assert.deepEqual(putBack(NOTHING_SHOWN, "a"), { ids: ["a"], selected: "a" });
  assert.deepEqual(putBack(three, "b"), { ids: three.ids, selected: "b" });
});

test("steps stay within the list", () => {
  assert.equal(step(three, -1).selected, "a");
  assert.equal(step(three, 1).selected, "b");
  assert.equal(step({ ...three, selected: "c" }, 1).selected, "c");
  assert.equal(step({ ...three, selected: null }, 1).selected, "a");
  assert.deepEqual(step(NOTHING_SHOWN, 1), NOTHING_SHOWN);
});
