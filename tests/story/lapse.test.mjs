// SPDX-License-Identifier: Apache-2.0
// Where the rule set allows no reply: a question lapses, with a reason that its asker reads, and
// everybody when everybody had seen the question.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, refusal } from "../kit/fangtan.mjs";
import { advance, liveInterview } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";
import { ruleSets } from "../kit/rules.mjs";

usePortal({
  env: { FANGTAN_MODERATION_RULE_SETS: ruleSets({ brief: ["may_lapse = yes"] }) },
});

const live = () => liveInterview(staff.admin, { rule_set: "brief" });
const FORMATS = ["html", "json", "md", "txt"];

const transcript = async (interview, format) =>
  (await server.http(`/api/v1/interviews/${interview}/transcript.${format}?lang=en`)).text;

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

test("at the end gate a question lapses with a reason: for its asker, the ledger, the transcript", async () => {
  const start = await live();
  const { interview } = start;
  const open = await shown(interview, "Will the market be roofed?");
  const hidden = await asked(interview, "Will my own stall be roofed?");
  const editing = await advance(staff.admin, start, "draining", "ended", "editing");
  const publish = () =>
    staff.admin.command("interview.transition", { ...editing, to: "published" });
  const shut = await refusal(publish());
  assert.deepEqual(shut.data.questions.sort(), [open.question, hidden.question].sort());
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);

  const bare = { question: open.question, version: 2 };
  for (const note of [undefined, " "]) {
    const why = await refusal(staff.moderator.command("question.lapse", { ...bare, note }));
    assert.equal(why.reason, "bad_params", "never without a reason");
  }
  const told = "The hour was over before it came up.";
  const own = "It is about one stall alone.";
  assert.deepEqual(await staff.moderator.command("question.lapse", { ...bare, note: told }), {
    stage: "lapsed",
    version: 3,
  });
  const private_ = { question: hidden.question, version: 1, note: own };
  await staff.compere.command("question.lapse", private_);
  const again = await refusal(
    staff.moderator.command("question.lapse", { ...bare, version: 3, note: told }),
  );
  assert.equal(again.reason, "wrong_stage", "an end is an end");
  assert.equal((await publish()).stage, "published");

  for (const [receipt, note] of [
    [open, told],
    [hidden, own],
  ]) {
    const fate = await fateOf(receipt);
    assert.deepEqual([fate.stage, fate.note], ["lapsed", note]);
    const page = await lookUp(receipt);
    assert.ok(page.includes("Not answered") && page.includes(note), "the asker's page says why");
  }
  await watch.event("interview.transcript_published");
  const [event, ...others] = watch.events.filter(({ type }) => type === "question.lapsed");
  assert.deepEqual([event.question, event.note, others], [open.question, told, []]);
  const [row, ...rest] = (await getInterview(interview)).questions;
  assert.deepEqual([row.stage, row.note, rest], ["lapsed", told, []]);
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  const pages = { page: (await server.http(`/i/${interview}?lang=en`)).text };
  for (const format of FORMATS) pages[format] = await transcript(interview, format);
  for (const [where, text] of Object.entries(pages)) {
    const read = text.replaceAll("\\", ""); // as Markdown is read
    assert.ok(read.includes("roofed") && read.includes(told), `${where} has it with its reason`);
    assert.ok(!read.includes("stall"), `${where} has nothing of the hidden one`);
  }
  const ledger = (await server.http(`/api/v1/interviews/${interview}/ledger.json`)).json();
  assert.deepEqual(ledger.counts, { lapsed: 2 });
  assert.deepEqual(
    ledger.entries.map(({ receipt_no, fate }) => [receipt_no, fate]).sort(),
    [open, hidden].map(({ receipt_no }) => [receipt_no, "lapsed"]).sort(),
  );
  assert.ok(!JSON.stringify(ledger).includes("stall"), "and no text");
  await viewer.close();
});

test("what lapsed in public can be taken down, and comes back with its reason", async () => {
  const start = await live();
  const { interview } = start;
  const { question, ...receipt } = await shown(interview, "Who sweeps the steps?");
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const note = "The hour was over.";
  await staff.moderator.command("question.lapse", { question, version: 2, note });
  const before = await getInterview(interview);
  await staff.moderator.command("question.retract", { question, version: 3, code: "spam" });
  const [stub] = (await getInterview(interview)).questions;
  assert.deepEqual([stub.stage, stub.text, stub.note], ["retracted", undefined, undefined]);
  const gone = await fateOf(receipt);
  assert.deepEqual([gone.stage, gone.reason, gone.note], ["retracted", "spam", undefined]);
  assert.deepEqual(await staff.admin.command("question.restore", { question, version: 4 }), {
    stage: "lapsed",
    version: 5,
  });
  await watch.event("question.restored");
  const { to, hash, ...after } = await getInterview(interview);
  const { to: to_, hash: hash_, ...was } = before;
  assert.deepEqual(after, was);
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  const back = await fateOf(receipt);
  assert.deepEqual([back.stage, back.reason, back.note], ["lapsed", undefined, note]);
  await viewer.close();
});

test("a leader that lapses lets its questions go, and everybody is told the new number", async () => {
  const start = await live();
  const { interview } = start;
  const leader = await shown(interview, "When is the bridge opened?");
  const members = [await asked(interview, "Bridge?"), await asked(interview, "The bridge?")];
  for (const { question } of members) {
    const { claim_epoch } = await staff.moderator.command("question.claim", { question });
    const into = { question, version: 1, claim_epoch, into: leader.question };
    await staff.moderator.command("question.group", into);
  }
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  assert.equal(watch.snapshot.questions[0].grouped, 2);
  const note = "Nobody can say yet.";
  await staff.moderator.command("question.lapse", { question: leader.question, version: 2, note });
  const said = await watch.event(({ type }) => type === "question.ungrouped", "the new number");
  assert.deepEqual([said.into, said.count, said.question], [leader.question, 0, undefined]);
  const [row] = (await getInterview(interview)).questions;
  assert.deepEqual([row.stage, row.grouped], ["lapsed", undefined]);
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  for (const member of members) assert.equal((await fateOf(member)).stage, "pending");
  const editing = await advance(staff.admin, start, "draining", "ended", "editing");
  const publish = { ...editing, to: "published" };
  const shut = await refusal(staff.admin.command("interview.transition", publish));
  assert.deepEqual(
    shut.data.questions.sort(),
    members.map(({ question }) => question).sort(),
    "each wants an end of its own",
  );
  await viewer.close();
});

test("what another has in hand, or what is answered, does not lapse", async () => {
  const { interview } = await live();
  const { question } = await asked(interview);
  await staff.moderator2.command("question.claim", { question });
  const lapse = { question, version: 1, note: "No time." };
  const why = await refusal(staff.moderator.command("question.lapse", lapse));
  assert.deepEqual([why.reason, why.data.by], ["claimed", "moderator2"]);
  const open = await shown(interview);
  await staff.compere.command("statement.publish", {
    interview,
    kind: "answer",
    speaker: "Shen Yulan",
    text: "Soon.",
    questions: [open.question],
  });
  const late = { question: open.question, version: 3, note: "No time." };
  const answered = await refusal(staff.moderator.command("question.lapse", late));
  assert.deepEqual([answered.reason, answered.data.stage], ["wrong_stage", "answered"]);
  await eventually(async () => (await fateOf(open)).stage === "answered", "it stays answered");
});
