// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../../src/staff/drag.ts";

const ORDER = ["a", "b", "c", "d"];

test("a place is counted without the item that moves", () => {
  assert.equal(placeOf(ORDER, { id: "d", before: "a" }), 1);
  assert.equal(placeOf(ORDER, { id: "a", before: "d" }), 3);
  assert.equal(placeOf(ORDER, { id: "a", before: null }), 4);
  assert.equal(placeOf(ORDER, { id: "c", before: "b" }), 2);
});

test("dropped where it was, nothing moves", () => {
  assert.equal(placeOf(ORDER, { id: "b", before: "c" }), null);
  assert.equal(placeOf(ORDER, { id: "d", before: null }), null);
  assert.equal(placeOf(["a"], { id: "a", before: null }), null);
});

test("nothing moves when the item or its neighbour has left the list", () => {
  assert.equal(placeOf(["a", "c"], { id: "b", before: "c" }), null);
  assert.equal(placeOf(["a", "c"], { id: "a", before: "b" }), null);
  assert.equal(placeOf(["x", "a", "c"], { id: "c", before: "a" }), 2, "followed by id");
});
