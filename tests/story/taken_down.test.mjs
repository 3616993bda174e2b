// SPDX-License-Identifier: Apache-2.0
// While an interview is taken down, nobody outside is told anything of its questions: no number of
// votes, and nothing of the question that an asker's own was joined with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, refusal } from "../kit/fangtan.mjs";
import { advance, GUEST, liveInterview } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";

usePortal();

async function fateOf({ receipt_no, secret }) {
  const citizen = await server.citizen();
  const fate = await citizen.call("question.status", { receipt_no, secret });
  await citizen.close();
  return fate;
}

async function lookUp({ receipt_no, secret }) {
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  return (await server.postForm("/q?lang=en", { receipt_no, secret }, own)).text;
}

async function join(member, leader) {
  const { question } = member;
  const { claim_epoch } = await staff.moderator.command("question.claim", { question });
  const params = { question, version: 1, claim_epoch, into: leader.question };
  await staff.moderator.command("question.group", params);
}

async function move(client, { interview, version }, to) {
  const params = { interview, version, to, reason: "It is looked at again." };
  return { interview, version: (await client.command("interview.transition", params)).version };
}

/** All that a newcomer is sent, to the answer to what he asks last. */
async function newcomer(interview) {
  const citizen = await server.citizen();
  const watch = await citizen.watch(interview);
  await citizen.call("interview.list", {});
  await citizen.close();
  return { text: citizen.received.join("\n"), watch };
}

test("votes are told to nobody, and are there again afterwards", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const { question } = await shown(interview, "Is the old bridge safe?");
  const voters = [await server.citizen(), await server.citizen()];
  await voters[0].call("question.vote", { question, on: true });
  const follower = await server.citizen();
  const followed = await follower.watch(interview);
  await eventually(() => followed.tallies.some(({ votes }) => votes[question] === 1), "a tally");
  const down = await move(staff.admin, live, "taken_down");
  await followed.event("interview.taken_down");
  const seen = follower.received.length;
  const why = await refusal(voters[1].call("question.vote", { question, on: true }));
  assert.ok(!why.message.includes(question));
  const late = await newcomer(interview);
  assert.ok(!late.text.includes(question), "a newcomer hears of no question");
  for (const { votes } of late.watch.tallies) assert.deepEqual(votes, {});
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.ok(!page.includes(question) && !page.includes("I want to know too"));
  const since = follower.received.slice(seen).join("\n");
  assert.ok(!since.includes(question), "nor does who was there before");
  await move(staff.admin, down, "live");
  const again = await newcomer(interview);
  await eventually(() => again.watch.tallies.length > 0, "a tally");
  assert.equal(again.watch.tallies[0].votes[question], 1, "the vote has stayed");
  for (const client of [...voters, follower]) await client.close();
});

for (const [how, becomes, tell] of [
  [
    "answered",
    "answered",
    async (interview, question) => {
      const text = "The bridge is rebuilt in May.";
      const said = { kind: "answer", speaker: GUEST, text, questions: [question] };
      await staff.compere.command("statement.publish", { interview, ...said });
      return ["rebuilt in May"];
    },
  ],
  [
    "referred and replied to",
    "closed",
    async (_interview, question) => {
      const refer = { question, version: 2, department: "Bridges Office" };
      await staff.moderator.command("question.refer", refer);
      const text = "In writing: rebuilt in June.";
      await staff.admin.command("case.reply", { question, version: 3, text });
      return ["Bridges Office", "rebuilt in June"];
    },
  ],
])
  test(`who was joined with a question that is ${how} reads nothing of it`, async () => {
    const live = await liveInterview(staff.admin);
    const { interview } = live;
    const leader = await shown(interview, "Is the old bridge safe?");
    const member = await asked(interview, "My own words about the bridge.");
    await join(member, leader);
    const words = [leader.question, leader.receipt_no];
    words.push(...(await tell(interview, leader.question)));
    const before = await fateOf(member);
    assert.equal(before.group.stage, becomes);
    for (const word of words) assert.ok(JSON.stringify(before).includes(word), `first: ${word}`);
    const down = await move(staff.admin, live, "taken_down");
    const fate = await fateOf(member);
    assert.match(fate.text, /My own words/, "the own question is told as ever");
    assert.equal(fate.stage, "grouped");
    const html = await lookUp(member);
    assert.match(html, /My own words/);
    for (const word of words) {
      assert.ok(!JSON.stringify(fate).includes(word), `question.status tells ${word}`);
      assert.ok(!html.includes(word), `the page tells ${word}`);
    }
    assert.deepEqual((await getInterview(interview)).questions, []);
    await server.kill();
    await server.start();
    assert.deepEqual(await fateOf(member), fate, "the same after a crash");
    await eventually(() => staff.admin.live, "the administrator is back");
    await advance(staff.admin, down, "live");
    assert.deepEqual(await fateOf(member), before, "and all of it when it is back");
  });
