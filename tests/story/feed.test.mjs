// SPDX-License-Identifier: Apache-2.0
// Snapshots, events, resuming.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../kit/fangtan.mjs";
import { advance, COMPERE, GUEST, liveInterview, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

usePortal();

test("a snapshot and the events after it give the snapshot of later", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  let iv = await advance(staff.admin, planned, ...TO_ANNOUNCED);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  assert.equal(watch.modes[0], "snapshot");
  const update = { interview, version: iv.version, set: { intro: "Now with an introduction." } };
  iv = { interview, version: (await staff.admin.command("interview.update", update)).version };
  iv = await advance(staff.admin, iv, "lobby", "live");
  await staff.admin.command("asking.set", { interview, state: "open" });
  const said = { interview, kind: "opening", speaker: COMPERE, text: "Good morning." };
  await staff.compere.command("statement.publish", said);
  const a = await shown(interview, 'Is <b>this</b> & "that" text?');
  const b = await shown(interview, "Will be withdrawn");
  const c = await shown(interview, "Will be referred");
  await staff.compere.command("question.put_on_air", { question: a.question });
  await staff.compere.command("question.take_off_air", { question: a.question });
  await staff.compere.command("question.put_on_air", { question: a.question });
  const answer = {
    interview,
    kind: "answer",
    speaker: GUEST,
    text: "It is.",
    questions: [a.question],
  };
  await staff.guest.command("statement.publish", answer);
  const citizen = await server.citizen();
  await citizen.command("question.withdraw", { receipt_no: b.receipt_no, secret: b.secret });
  const refer = { question: c.question, version: 2, department: "Roads Office" };
  await staff.moderator.command("question.refer", refer);
  iv = await advance(staff.compere, iv, "draining", "ended");
  const fresh = await getInterview(interview);
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  const later = await citizen.watch(interview);
  assert.deepEqual(later.snapshot, fresh, "HTTP and WebSocket tell the same");
  for (const client of [viewer, citizen]) await client.close();
});

test("a viewer resumes where it was; one from another history gets a snapshot", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const at = { n: watch.n, hash: watch.hash };
  viewer.cut();
  await viewer.closed;
  for (const text of ["One.", "Two.", "Three."])
    await staff.compere.command("statement.publish", {
      interview,
      kind: "remark",
      speaker: COMPERE,
      text,
    });
  await viewer.open();
  await eventually(() => watch.n === at.n + 3, "the tail arrives");
  assert.deepEqual(watch.modes, ["snapshot", "tail"]);
  assert.deepEqual(
    watch.events.map(({ text }) => text),
    ["One.", "Two.", "Three."],
  );
  const current = await server.citizen();
  const live = await current.watch(interview, { n: watch.n, hash: watch.hash });
  assert.deepEqual(live.modes, ["live"]);
  const liar = await server.citizen();
  const other = await liar.watch(interview, { n: watch.n, hash: "0123456789abcdef" });
  assert.deepEqual(other.modes, ["snapshot"]);
  const ahead = await server.citizen();
  const future = await ahead.watch(interview, { n: watch.n + 1000, hash: watch.hash });
  assert.deepEqual(future.modes, ["snapshot"]);
  // Who has seen what this record never had is told so; who has only been away too long is not.
  const look = (at) => ahead.call("interview.watch", { interview, at });
  assert.equal((await look({ n: watch.n, hash: "0123456789abcdef" })).rolled_back, true);
  assert.equal((await look({ n: watch.n + 1000, hash: watch.hash })).rolled_back, true);
  assert.ok(!("rolled_back" in (await look(at))));
  const { receipt_no, secret } = await shown(interview, "Will be withdrawn");
  await current.command("question.withdraw", { receipt_no, secret });
  await watch.event("question.withdrawn");
  const forgotten = await look(at);
  assert.equal(forgotten.mode, "snapshot");
  assert.ok(!("rolled_back" in forgotten));
  for (const client of [viewer, current, liar, ahead]) await client.close();
});

test("after unwatch nothing more comes", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const other = await server.citizen();
  await viewer.watch(interview);
  const still = await other.watch(interview);
  assert.deepEqual(await viewer.call("interview.unwatch", { interview }), {});
  const count = viewer.received.length;
  await staff.compere.command("statement.publish", {
    interview,
    kind: "remark",
    speaker: COMPERE,
    text: "Hm.",
  });
  await still.event("statement.published");
  await viewer.call("interview.list", {});
  assert.equal(viewer.received.length, count + 1);
  for (const client of [viewer, other]) await client.close();
});

test("no public event says who did it", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const { question } = await shown(interview, "Who decides?");
  await staff.compere.command("question.put_on_air", { question });
  const said = { interview, kind: "answer", speaker: GUEST, text: "We do.", questions: [question] };
  await staff.guest.command("statement.publish", said);
  await watch.event("question.answered");
  for (const event of watch.events) {
    assert.ok(!("by" in event) && !("asker" in event) && !("digest" in event), event.type);
  }
  assert.ok(!viewer.received.join().includes("moderator"));
  await viewer.close();
});
