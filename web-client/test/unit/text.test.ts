// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { countPoints, firstLine } from "../../src/core/text.ts";
import { clock, dateClock, duration, setUtcOffset } from "../../src/core/time.ts";

test("points are counted as the server counts them: code points after trimming", () => {
  assert.equal(countPoints(""), 0);
  assert.equal(countPoints(" \n\t "), 0);
  assert.equal(countPoints("积水"), 2);
  assert.equal(countPoints("𠮷野"), 2); // outside the basic plane: one point, two units
  assert.equal(countPoints("a\r\nb"), 3);
  assert.equal(countPoints("👩‍👧"), 3); // a joined emoji is its points
  assert.equal(countPoints(`  ${"字".repeat(1000)}\n`), 1000);
});

test("the first line never cuts a character in two", () => {
  assert.equal(firstLine("短", 5), "短");
  assert.equal(firstLine("𠮷𠮷𠮷", 2), "𠮷𠮷…");
  assert.equal(firstLine("一\n二", 5), "一…");
});

test("durations", () => {
  assert.equal(duration(-5), "0:00");
  assert.equal(duration(190_000), "3:10");
  assert.equal(duration(3_723_000), "1:02:03");
});

test("what is no time is shown as nothing", () => {
  assert.equal(clock(undefined), "");
  assert.equal(clock("soon"), "");
  assert.equal(dateClock("soon"), "");
  assert.match(dateClock("2026-11-24T07:04:05.123Z"), /^2026-11-2\d \d\d:04$/);
});

test("times are shown in the portal's zone, over midnight and new year too", () => {
  setUtcOffset(480);
  assert.equal(clock("2026-11-24T07:04:05.123Z"), "15:04");
  assert.equal(dateClock("2026-12-31T16:00:00Z"), "2027-01-01 00:00");
  setUtcOffset(-210);
  assert.equal(dateClock("2026-11-24T02:00:00Z"), "2026-11-23 22:30");
  setUtcOffset(Number.NaN);
  assert.match(clock("2026-11-24T07:04:05.123Z"), /^\d\d:\d4$/);
});
