// SPDX-License-Identifier: Apache-2.0
// Who may not ask for a while: in all interviews, also after a restart; and who else feels it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, newId, refusal } from "../kit/fangtan.mjs";
import { liveInterview } from "../kit/interview.mjs";
import { server, staff, usePortal } from "../kit/portal.mjs";

usePortal();

const ELSEWHERE = "127.0.0.9"; // a network where nobody is silenced

let address = 10;
const network = () => `127.0.0.${address++}`; // a new one for each story

async function ask(citizen, interview, text = "Why is the water brown?") {
  return citizen.command("question.ask", { interview, text });
}

async function snapshotOf(name, interview) {
  const client = await server.staff(name);
  const { snapshot } = await client.watch(interview);
  await client.close();
  return snapshot;
}

test("a silenced asker is refused in every interview until the time is over", async () => {
  const { interview } = await liveInterview(staff.admin);
  const other = await liveInterview(staff.admin);
  const citizen = await server.citizen(undefined, network());
  const viewer = await server.citizen(undefined, ELSEWHERE);
  const watch = await viewer.watch(interview);
  const desk = await staff.moderator2.watch(interview);
  const command_id = newId();
  const first = { interview, text: "You are all thieves!" };
  const receipt = await citizen.command("question.ask", first, command_id);
  const silence = { question: receipt.question, minutes: 30 };
  const { until } = await staff.moderator.command("asker.silence", silence);
  const minutes = (Date.parse(until) - Date.now()) / 60_000;
  assert.ok(minutes > 29 && minutes <= 30.1, `${minutes}`);
  for (const iv of [interview, other.interview]) {
    const why = await refusal(ask(citizen, iv));
    assert.deepEqual([why.reason, why.data.until], ["silenced", until]);
    assert.match(why.message, /cannot ask/);
  }
  const again = await citizen.command("question.ask", first, command_id);
  assert.deepEqual(again, receipt, "what was taken before is owed its receipt");
  const event = await desk.event("asker.silenced");
  assert.deepEqual([event.by, event.until, event.public], ["u:moderator", until, false]);
  const { silences } = await snapshotOf("moderator", interview);
  assert.deepEqual(silences, [{ asker: event.asker, by: "moderator", until }]);
  assert.equal((await snapshotOf("guest", interview)).silences, undefined);
  const { receipt_no, secret } = receipt;
  await citizen.command("question.withdraw", { receipt_no, secret });
  assert.deepEqual(watch.events, [], "the public hears nothing of it");
  for (const client of [citizen, viewer]) await client.close();
});

test("unsilenced, also from another interview, he asks again at once", async () => {
  const { interview } = await liveInterview(staff.admin);
  const other = await liveInterview(staff.admin);
  const citizen = await server.citizen(undefined, network());
  const here = await ask(citizen, interview);
  const there = await ask(citizen, other.interview);
  await staff.moderator.command("asker.silence", { question: here.question });
  assert.equal((await refusal(ask(citizen, interview))).reason, "silenced");
  await staff.moderator2.command("asker.unsilence", { question: there.question });
  assert.equal((await ask(citizen, interview)).stage, "pending");
  await staff.moderator2.command("asker.unsilence", { question: there.question });
  await citizen.close();
});

test("others in his network are held, never refused; elsewhere nobody notices", async () => {
  const { interview } = await liveInterview(staff.admin);
  const from = network();
  const loud = await server.citizen(undefined, from);
  const neighbour = await server.citizen(undefined, from);
  const stranger = await server.citizen(undefined, ELSEWHERE);
  const { question } = await ask(loud, interview);
  assert.equal((await ask(neighbour, interview)).stage, "pending");
  await staff.moderator.command("asker.silence", { question, minutes: 5 });
  const held = await ask(neighbour, interview, "And at our school?");
  assert.equal(held.stage, "held");
  const newcomer = await server.citizen(undefined, from);
  assert.equal((await ask(newcomer, interview)).stage, "held", "a thrown away token");
  assert.equal((await ask(stranger, interview)).stage, "pending");
  const { questions } = await snapshotOf("moderator", interview);
  const rows = questions.filter((row) => row.network);
  assert.equal(rows.length, 5);
  for (const row of rows) assert.match(row.network, /^n:[0-9a-f]{32}$/);
  assert.equal(new Set(rows.map((row) => row.network)).size, 2);
  const { receipt_no, secret } = held;
  assert.equal((await neighbour.call("question.status", { receipt_no, secret })).stage, "held");
  await staff.moderator.command("question.release", {
    question: held.question,
    version: 1,
    note: "An honest question",
  });
  await staff.moderator.command("asker.unsilence", { question });
  assert.equal((await ask(neighbour, interview)).stage, "pending");
  for (const client of [loud, neighbour, newcomer, stranger]) await client.close();
});

test("the form without a script stands for its whole address: held, not refused", async () => {
  const { interview } = await liveInterview(staff.admin);
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  const send = (text) => server.postForm(`/i/${interview}/ask`, { text, name: "" }, own);
  assert.equal((await send("Sent by the form, rudely.")).status, 200);
  const [{ question }] = (await snapshotOf("moderator", interview)).questions;
  await staff.moderator.command("asker.silence", { question });
  assert.equal((await send("Sent by somebody else there.")).status, 200);
  const { questions } = await snapshotOf("moderator", interview);
  assert.deepEqual(
    questions.map((row) => row.stage),
    ["pending", "held"],
  );
  await staff.moderator.command("asker.unsilence", { question });
});

test("silences stand in the record: a restart forgets none", async () => {
  const { interview } = await liveInterview(staff.admin);
  const other = await liveInterview(staff.admin);
  const from = network();
  const silent = (await server.citizen(undefined, from)).keepOpen();
  const freed = (await server.citizen(undefined, network())).keepOpen();
  const one = await ask(silent, interview);
  const two = await ask(freed, interview);
  const three = await ask(freed, other.interview);
  await staff.moderator.command("asker.silence", { question: one.question });
  await staff.moderator.command("asker.silence", { question: two.question });
  await staff.moderator.command("asker.unsilence", { question: three.question });
  const before = (await snapshotOf("moderator", interview)).silences;
  await server.kill();
  await server.start();
  for (const client of [silent, freed, ...Object.values(staff)])
    await eventually(() => client.live, "everybody is back", 30_000);
  assert.deepEqual((await snapshotOf("moderator", interview)).silences, before);
  assert.equal((await refusal(ask(silent, other.interview))).reason, "silenced");
  assert.equal((await ask(freed, interview)).stage, "pending");
  const neighbour = await server.citizen(undefined, from);
  assert.equal((await ask(neighbour, other.interview)).stage, "held");
  for (const client of [silent, freed]) client.keeping = false;
  for (const client of [silent, freed, neighbour]) await client.close();
});

test("for how long, and by whom", async () => {
  const { interview } = await liveInterview(staff.admin);
  const citizen = await server.citizen(undefined, network());
  const { question } = await ask(citizen, interview);
  const silence = (client, more = {}) => client.command("asker.silence", { question, ...more });
  for (const minutes of [0, -1, 7 * 24 * 60 + 1, 0.5])
    assert.equal((await refusal(silence(staff.moderator, { minutes }))).reason, "bad_params");
  for (const client of [staff.compere, staff.guest, staff.stenographer])
    assert.equal((await refusal(silence(client))).reason, "not_authorized");
  assert.equal((await refusal(silence(staff.outsider))).reason, "not_authorized");
  assert.equal((await refusal(silence(citizen))).reason, "not_authorized");
  const hour = (Date.parse((await silence(staff.moderator)).until) - Date.now()) / 60_000;
  assert.ok(hour > 59 && hour < 60.1, `an hour when nobody says: ${hour}`);
  const mine = await staff.moderator.command("question.ask", { interview, text: "By staff." });
  const why = await refusal(staff.moderator2.command("asker.silence", { question: mine.question }));
  assert.equal(why.reason, "no_asker");
  await citizen.close();
});
