// SPDX-License-Identifier: Apache-2.0
// Where the rule set asks for two persons: the first asks, and nothing happens; the second does it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { fold, fromSnapshot } from "../kit/desk.mjs";
import { eventually, newId, refusal } from "../kit/fangtan.mjs";
import { GUEST, liveInterview, ROSTER } from "../kit/interview.mjs";
import { getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";
import { ruleSets } from "../kit/rules.mjs";

usePortal({
  accounts: { reviewer: "staff", reviewer2: "staff" },
  present: ["reviewer", "reviewer2"],
  env: { FANGTAN_MODERATION_RULE_SETS: ruleSets({ careful: ["two_persons = yes"] }) },
});

const DUTIES = [
  ...ROSTER,
  { user: "reviewer", duty: "reviewer" },
  { user: "reviewer2", duty: "reviewer" },
];
const live = () => liveInterview(staff.admin, { rule_set: "careful" }, DUTIES);

/** This thing as the desk of this watch has it: its own fold over snapshot and events. */
function onDesk({ snapshot, events }, key, id) {
  const later = events.filter(({ n }) => n > snapshot.to);
  const desk = fold(fromSnapshot(structuredClone(snapshot)), later);
  return desk[`${key}s`] instanceof Map
    ? desk[`${key}s`].get(id)
    : desk[`${key}s`].find((row) => row[key] === id);
}

/** Both desks come to know who asked for what; live, and by a snapshot of that moment. */
async function bothDesksSee(interview, watches, key, id, expected) {
  for (const watch of watches)
    await eventually(
      () => isDeepStrictEqual(onDesk(watch, key, id).retraction, expected),
      `the desk of ${watch.client.name} sees it`,
    );
  for (const name of ["moderator", "reviewer"]) {
    const client = await server.staff(name);
    const { snapshot } = await client.watch(interview);
    const row = snapshot[`${key}s`].find((one) => one[key] === id);
    assert.deepEqual(row.retraction, expected, name);
    await client.close();
  }
}

async function crash() {
  await server.kill();
  await server.start();
  for (const client of Object.values(staff)) await eventually(() => client.live, "staff are back");
}

async function status({ receipt_no, secret }) {
  const citizen = await server.citizen();
  const fate = await citizen.call("question.status", { receipt_no, secret });
  await citizen.close();
  return fate;
}

test("a question: asked by one, seen by both desks, done by another, also after a crash", async () => {
  const { interview } = await live();
  const receipt = await shown(interview, "My neighbour Mr Gu has not paid. Why?");
  const { question } = receipt;
  const desks = [await staff.moderator.watch(interview), await staff.reviewer.watch(interview)];
  const viewer = (await server.citizen()).keepOpen();
  const watch = await viewer.watch(interview);
  const before = await getInterview(interview);
  const take = { question, version: 2, code: "personal_data", note: "It names a neighbour." };
  const command_id = newId();
  const first = await staff.moderator.command("question.retract", take, command_id);
  assert.deepEqual(first, { stage: "approved", version: 3, waits_for: "reviewer" });
  const waiting = { by: "moderator", code: "personal_data" };
  await bothDesksSee(interview, desks, "question", question, waiting);
  assert.deepEqual(await getInterview(interview), before, "nothing happens publicly");
  const fate = await status(receipt);
  assert.deepEqual([fate.stage, fate.reason, fate.note], ["approved", undefined, undefined]);

  const second = { question, version: 3, code: "personal_data" };
  const own = await refusal(staff.moderator.command("question.retract", second));
  assert.equal(own.reason, "two_persons", "who has asked does not confirm");
  const colleague = await refusal(staff.moderator2.command("question.retract", second));
  assert.equal(colleague.reason, "two_persons", "nor does who has no right to review");

  await crash();
  assert.deepEqual(await staff.moderator.command("question.retract", take, command_id), first);
  const still = await refusal(staff.moderator.command("question.retract", second));
  assert.equal(still.reason, "two_persons", "who has asked is not forgotten");
  assert.deepEqual(await getInterview(interview), before);
  await bothDesksSee(interview, desks, "question", question, waiting);

  const done = await staff.reviewer.command("question.retract", second);
  assert.deepEqual(done, { stage: "retracted", version: 4 });
  await watch.event("question.retracted");
  const types = watch.events.map(({ type }) => type);
  assert.deepEqual(types, ["question.retracted"], "the first step was never told");
  assert.ok(!JSON.stringify(watch.events).includes("neighbour"), "nor why, in words");
  const after = await status(receipt);
  assert.deepEqual(
    [after.stage, after.reason, after.note],
    ["retracted", "personal_data", "It names a neighbour."],
  );
  await bothDesksSee(interview, desks, "question", question, undefined);

  const back = { question, version: 4 };
  const confirmer = await refusal(staff.reviewer.command("question.restore", back));
  assert.equal(confirmer.reason, "two_persons", "who took it down does not put it back");
  await crash();
  const again = await refusal(staff.reviewer.command("question.restore", back));
  assert.equal(again.reason, "two_persons", "nor after a crash");
  assert.equal((await staff.reviewer2.command("question.restore", back)).stage, "approved");
  await watch.event("question.restored");
  const [row] = (await getInterview(interview)).questions;
  assert.deepEqual(row, before.questions[0]);
  await eventually(() => watch.n === before.to + 2, "the viewer has followed");
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  await viewer.close();
});

test("a reviewer who asks neither confirms nor restores", async () => {
  const { interview } = await live();
  const { question } = await shown(interview, "Whose decision is this?");
  const take = { question, version: 2, code: "secret" };
  await staff.reviewer.command("question.retract", take);
  const second = { ...take, version: 3 };
  assert.equal(
    (await refusal(staff.reviewer.command("question.retract", second))).reason,
    "two_persons",
  );
  await staff.reviewer2.command("question.retract", second);
  for (const client of [staff.reviewer, staff.reviewer2]) {
    const why = await refusal(client.command("question.restore", { question, version: 4 }));
    assert.equal(why.reason, "two_persons");
  }
  await staff.admin.command("question.restore", { question, version: 4 });
});

test("two who ask at the same moment: one has asked, and the other learns of it", async () => {
  const { interview } = await live();
  const { question } = await shown(interview, "Asked twice?");
  const take = { question, version: 2, code: "secret" };
  const both = [staff.moderator, staff.reviewer].map((client) =>
    client.command("question.retract", take).then(
      (result) => result.waits_for,
      ({ reason, data }) => [reason, data.version],
    ),
  );
  assert.deepEqual(new Set(await Promise.all(both)), new Set(["reviewer", ["stale", 3]]));
  assert.equal((await getInterview(interview)).questions[0].stage, "approved");
});

test("a statement: its words stay until a second person agrees, also after a crash", async () => {
  const { interview } = await live();
  const { question } = await shown(interview, "What does it cost?");
  const said = { kind: "answer", speaker: GUEST, text: "It costs 300.", questions: [question] };
  const { statement } = await staff.guest.command("statement.publish", { interview, ...said });
  const desks = [await staff.moderator.watch(interview), await staff.reviewer.watch(interview)];
  const before = await getInterview(interview);
  const take = { statement, version: 1, code: "mistake" };
  const first = await staff.compere.command("statement.retract", take);
  assert.equal(first.stage, "published");
  assert.ok(first.waits_for, "somebody else is waited for");
  const waiting = { by: "compere", code: "mistake" };
  await bothDesksSee(interview, desks, "statement", statement, waiting);
  const second = { ...take, version: first.version };
  const own = await refusal(staff.compere.command("statement.retract", second));
  assert.equal(own.reason, "two_persons");
  await crash();
  const still = await refusal(staff.compere.command("statement.retract", second));
  assert.equal(still.reason, "two_persons");
  assert.deepEqual(await getInterview(interview), before, "nothing happened publicly");
  await bothDesksSee(interview, desks, "statement", statement, waiting);
  assert.equal((await staff.reviewer.command("statement.retract", second)).stage, "retracted");
  const after = await getInterview(interview);
  assert.equal(after.statements[0].text, undefined);
  assert.equal(after.questions[0].stage, "approved", "its question waits for an answer again");
});
