// SPDX-License-Identifier: Apache-2.0
// Second thoughts: held, taken over, retracted, restored, appealed; and replies in writing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../kit/fangtan.mjs";
import { advance, approve, GUEST, liveInterview, ROSTER, reject } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";
import { Board } from "../kit/staff.mjs";

usePortal({ accounts: { reviewer: "staff", checker: "staff", producer: "staff" } });

const DUTIES = [
  ...ROSTER,
  { user: "reviewer", duty: "reviewer" },
  { user: "checker", duty: "policy_checker" },
  { user: "producer", duty: "producer" },
];
const live = (changes = {}) => liveInterview(staff.admin, changes, DUTIES);

async function as(name, use) {
  const client = await server.staff(name);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function status({ receipt_no, secret }) {
  const citizen = await server.citizen();
  const fate = await citizen.call("question.status", { receipt_no, secret });
  await citizen.close();
  return fate;
}

async function appeal({ receipt_no, secret }, note) {
  const citizen = await server.citizen();
  try {
    return await citizen.command("question.appeal", { receipt_no, secret, note });
  } finally {
    await citizen.close();
  }
}

function page(path, fields) {
  return server.http(path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
}

const rowOf = async (interview, question) =>
  (await getInterview(interview)).questions.find((row) => row.question === question);

async function answer(interview, question, text = "Yes.") {
  const said = { interview, kind: "answer", speaker: GUEST, text, questions: [question] };
  return staff.guest.command("statement.publish", said);
}

test("a pending question is held, without its claim, and released again", async () => {
  const { interview } = await live();
  const receipt = await asked(interview);
  const { question } = receipt;
  const { claim_epoch } = await staff.moderator.command("question.claim", { question });
  const hold = { question, version: 1, claim_epoch, note: "Ask the legal office first." };
  const other = await refusal(staff.moderator2.command("question.hold", hold));
  assert.equal(other.reason, "claimed");
  assert.ok(Date.parse(other.data.at) <= Date.now(), "since when it is claimed");
  const held = await staff.moderator.command("question.hold", hold);
  assert.deepEqual(held, { stage: "held", version: 2 });
  assert.equal((await status(receipt)).stage, "held");
  const again = await refusal(staff.moderator2.command("question.hold", { ...hold, version: 2 }));
  assert.equal(again.reason, "wrong_stage");
  const { snapshot } = await (await server.staff("moderator2")).watch(interview);
  const row = snapshot.questions.find((one) => one.question === question);
  assert.equal(row.held_note, "Ask the legal office first.");
  assert.equal(row.claim, undefined);
  await staff.moderator2.command("question.claim", { question });
  await staff.moderator2.command("question.release", { question, version: 2, note: "Looked at" });
  await approve(staff.moderator2, question, { version: 3 });
});

test("a claim that is taken over leaves its trace", async () => {
  const { interview } = await live();
  const { question } = await asked(interview);
  const watch = await staff.moderator.watch(interview);
  const mine = await staff.moderator.command("question.claim", { question });
  const theirs = await staff.moderator2.command("question.claim", { question, take_over: true });
  const event = await watch.event("question.taken_over");
  assert.equal(event.from, "moderator");
  assert.match(event.by, /moderator2$/);
  assert.equal(event.epoch, theirs.claim_epoch);
  assert.ok(theirs.claim_epoch > mine.claim_epoch);
  assert.equal(watch.events.filter(({ type }) => type === "question.claimed").length, 1);
});

test("who is late learns who decided and when", async () => {
  const { interview } = await live();
  const { question } = await asked(interview);
  const before = Date.now() - 1000;
  await reject(staff.moderator, question, "off_topic");
  const late = { question, version: 1, claim_epoch: 1, code: "spam" };
  const why = await refusal(staff.moderator2.command("question.reject", late));
  assert.deepEqual([why.reason, why.data.by, why.data.stage], ["stale", "moderator", "rejected"]);
  const at = Date.parse(why.data.at);
  assert.ok(at >= before && at <= Date.now() + 1000, why.data.at);
});

test("what is taken down leaves number, time and reason; restored, it stands where it stood", async () => {
  const { interview } = await live();
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const first = await shown(interview, "A first one, which stays.");
  const receipt = await shown(interview, "My doctor told me of Mr Gu's illness.");
  await shown(interview, "A third one, which stays.");
  const { question } = receipt;
  await answer(interview, question, "We cannot speak about persons.");
  const stood = await rowOf(interview, question);
  assert.equal(stood.stage, "answered");
  const take = { question, version: 3, code: "personal_data", note: "It names a neighbour." };
  const wrong = await refusal(
    staff.moderator.command("question.retract", { ...take, code: "ugly" }),
  );
  assert.equal(wrong.reason, "bad_params");
  const none = await refusal(
    staff.guest.command("question.retract", { ...take, question: first.question }),
  );
  assert.equal(none.reason, "not_authorized");
  assert.deepEqual(await staff.moderator.command("question.retract", take), {
    stage: "retracted",
    version: 4,
  });
  const event = await watch.event("question.retracted");
  const { n, at, ...body } = event;
  assert.deepEqual(body, { type: "question.retracted", question, code: "personal_data" });
  const { receipt_no, shown_at } = stood;
  assert.deepEqual(await rowOf(interview, question), {
    question,
    receipt_no,
    shown_at,
    stage: "retracted",
    code: "personal_data",
  });
  const { counts } = await getInterview(interview);
  assert.deepEqual([counts.questions, counts.answered], [2, 0]);
  for (const path of [
    `/i/${interview}?lang=en`,
    ...["html", "json", "md", "txt"].map((e) => `/api/v1/interviews/${interview}/transcript.${e}`),
  ]) {
    const { text } = await server.http(path);
    assert.ok(!text.includes("illness"), path);
    assert.ok(text.includes("We cannot speak about persons"), path);
  }
  const html = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.match(html, /taken down: It contains other people/);
  const fate = await status(receipt);
  assert.equal(fate.stage, "retracted");
  assert.equal(fate.reason, "personal_data");
  assert.equal(fate.note, "It names a neighbour.");
  assert.match(fate.text, /illness/, "the asker keeps the own words");

  const latecomer = await server.citizen();
  const later = await latecomer.watch(interview, { n: 0, hash: "" });
  assert.deepEqual(later.modes, ["snapshot"], "the frames with the words are given out no more");
  assert.ok(!latecomer.received.join("\n").includes("illness"));
  await latecomer.close();

  const back = { question, version: 4 };
  const same = await refusal(staff.moderator.command("question.restore", back));
  assert.equal(same.reason, "not_authorized");
  await as("reviewer", async (reviewer) => {
    const stale = await refusal(reviewer.command("question.restore", { question, version: 3 }));
    assert.equal(stale.reason, "stale");
    assert.deepEqual(await reviewer.command("question.restore", back), {
      stage: "answered",
      version: 5,
    });
    const own = { question, version: 5, code: "secret" };
    await reviewer.command("question.retract", own);
    const two = await refusal(reviewer.command("question.restore", { question, version: 6 }));
    assert.equal(two.reason, "two_persons");
  });
  await staff.admin.command("question.restore", { question, version: 6 });
  assert.deepEqual(await rowOf(interview, question), stood);
  const { questions } = await getInterview(interview);
  assert.equal(
    questions.findIndex((row) => row.question === question),
    1,
    "at its first place",
  );
  await watch.event((e) => e.type === "question.restored" && e.n > event.n + 2, "restored twice");
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  await viewer.close();
});

test("what was on air comes back as the next in the queue, and nobody hears of the queue", async () => {
  const { interview } = await live();
  const board = new Board(await staff.compere.watch(interview));
  const { question } = await shown(interview, "Being answered when it was taken down.");
  await staff.compere.command("question.put_on_air", { question });
  await as("producer", (producer) =>
    producer.command("question.retract", { question, version: 3, code: "secret" }),
  );
  assert.equal((await rowOf(interview, question)).stage, "retracted");
  const back = await staff.admin.command("question.restore", { question, version: 4 });
  assert.deepEqual(back, { stage: "queued", version: 5 });
  assert.equal((await rowOf(interview, question)).stage, "approved");
  await board.watch.event("question.restored");
  assert.deepEqual(
    board.in("queued").map((row) => row.question),
    [question],
  );
});

test("only what everybody has seen can be taken down", async () => {
  const { interview } = await live();
  const { question } = await asked(interview);
  const take = { question, version: 1, code: "spam" };
  const why = await refusal(staff.moderator.command("question.retract", take));
  assert.equal(why.reason, "wrong_stage");
});

test("an appeal is heard once, by somebody else, and keeps the end gate shut", async () => {
  const start = await live();
  const { interview } = start;
  const granted = await asked(interview, "Turned down by mistake?");
  const refused = await asked(interview, "Turned down for good reason?");
  const advert = await asked(interview, "Buy my water filters!");
  await reject(staff.moderator, granted.question, "off_topic");
  await reject(staff.moderator, refused.question, "abusive");
  await reject(staff.moderator, advert.question, "advert");
  assert.equal((await status(granted)).may_appeal, true);
  assert.equal((await status(advert)).may_appeal, undefined);
  assert.equal((await refusal(appeal(advert))).reason, "no_appeal");
  assert.deepEqual(await appeal(granted, "It is about pipes."), {
    stage: "rejected",
    appeal: "open",
  });
  assert.equal((await refusal(appeal(granted))).reason, "no_appeal");
  await appeal(refused);
  assert.equal((await status(granted)).appeal, "open");

  let iv = await advance(staff.compere, start, "draining", "ended");
  iv = await advance(staff.admin, iv, "editing");
  const publish = () =>
    as("checker", (checker) => checker.command("interview.transition", { ...iv, to: "published" }));
  const shut = await refusal(publish());
  assert.equal(shut.reason, "undisposed");
  assert.deepEqual([...shut.data.questions].sort(), [granted.question, refused.question].sort());

  const dismiss = { question: refused.question, version: 3, claim_epoch: 1, code: "abusive" };
  const outsider = await refusal(staff.moderator2.command("question.reject", dismiss));
  assert.equal(outsider.reason, "not_authorized");
  await as("reviewer", async (reviewer) => {
    const { snapshot } = await reviewer.watch(interview);
    const row = snapshot.questions.find((one) => one.question === granted.question);
    assert.deepEqual([row.appeal, row.appeal_note], ["open", "It is about pipes."]);
    const uphold = { question: granted.question, version: 3 };
    assert.deepEqual(await reviewer.command("question.restore", uphold), {
      stage: "pending",
      version: 4,
    });
    assert.deepEqual(await reviewer.command("question.reject", dismiss), {
      stage: "rejected",
      version: 4,
    });
  });
  assert.equal((await status(refused)).appeal, "dismissed");
  assert.equal((await status(granted)).appeal, "upheld");
  assert.equal((await refusal(appeal(refused))).reason, "no_appeal");
  assert.deepEqual((await refusal(publish())).data.questions, [granted.question]);
  await reject(staff.moderator, granted.question, "unclear", { version: 4 });
  assert.equal((await publish()).stage, "published");
  assert.equal((await status(granted)).may_appeal, undefined);
});

test("who decided does not decide about the appeal", async () => {
  const { interview } = await live();
  const receipt = await asked(interview, "Decided by the reviewer?");
  const { question } = receipt;
  await as("reviewer", async (reviewer) => {
    await reject(reviewer, question, "unclear");
    await appeal(receipt);
    for (const [method, more] of [
      ["question.restore", {}],
      ["question.reject", { claim_epoch: 1, code: "unclear" }],
    ]) {
      const why = await refusal(reviewer.command(method, { question, version: 3, ...more }));
      assert.equal(why.reason, "two_persons", method);
    }
  });
  await staff.admin.command("question.restore", { question, version: 3 });
});

test("an administrator decides about appeals and about nothing else", async () => {
  const { interview } = await live();
  const { question } = await asked(interview);
  const decision = { question, version: 1, claim_epoch: 0, code: "spam" };
  const why = await refusal(staff.admin.command("question.reject", decision));
  assert.equal(why.reason, "not_authorized");
});

test("the appeal works without a script, and says what became of it", async () => {
  const { interview } = await live();
  const receipt = await asked(interview, "Asked and appealed on paper-plain pages?");
  const { question, receipt_no, secret } = receipt;
  await reject(staff.moderator, question, "off_topic");
  const found = await page("/q?lang=en", { receipt_no, secret });
  assert.match(found.text, /action="\/q\/appeal/);
  assert.match(found.text, /Your question was not taken up/);
  const sent = await page("/q/appeal?lang=en", { receipt_no, secret, note: "Please look." });
  assert.equal(sent.status, 200);
  assert.match(sent.text, /We have your request/);
  assert.doesNotMatch(sent.text, /action="\/q\/appeal/);
  const again = await page("/q/appeal?lang=en", { receipt_no, secret });
  assert.equal(again.status, 200, "the same form again is the same appeal");
  assert.equal((await page("/q/appeal", { receipt_no, secret: "AAAA-AAAA" })).status, 404);
  await as("reviewer", (reviewer) =>
    reviewer.command("question.reject", { question, version: 3, claim_epoch: 1, code: "unclear" }),
  );
  const after = (await page("/q?lang=zh-Hans", { receipt_no, secret })).text;
  assert.match(after, /复核维持原处理结果/);
});

test("an asker withdraws without a script; of a public question the number stays", async () => {
  const { interview } = await live();
  const receipt = await shown(interview, "Public, and then taken back by its asker?");
  const { question, receipt_no, secret } = receipt;
  const found = await page("/q?lang=en", { receipt_no, secret });
  assert.match(found.text, /<details class="withdraw">[\s\S]*action="\/q\/withdraw/);
  assert.match(found.text, /Withdraw it for good\?/);
  assert.equal((await page("/q/withdraw", { receipt_no, secret: "AAAA-AAAA" })).status, 404);
  assert.equal((await rowOf(interview, question)).stage, "approved", "nothing was done");
  const note = "My neighbour has answered it.";
  const sent = await page("/q/withdraw?lang=en", { receipt_no, secret, note });
  assert.equal(sent.status, 200);
  assert.match(sent.text, /You withdrew this question/);
  assert.doesNotMatch(sent.text, /action="\/q\/withdraw/);
  const row = await rowOf(interview, question);
  assert.deepEqual([row.stage, row.receipt_no, row.text], ["withdrawn", receipt_no, undefined]);
  const { snapshot } = await (await server.staff("moderator2")).watch(interview);
  const seen = snapshot.questions.find((one) => one.question === question);
  assert.equal(seen.notes.at(-1).text, note, "the desk reads why");
  const again = await page("/q/withdraw?lang=en", { receipt_no, secret, note });
  assert.equal(again.status, 200, "the same form again is the same withdrawal");

  const late = await shown(interview, "Being answered when its asker comes?");
  assert.equal((await status(late)).may_withdraw, true);
  await staff.compere.command("question.put_on_air", { question: late.question });
  assert.equal((await status(late)).may_withdraw, undefined);
  const refused = await page("/q/withdraw?lang=en", late);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /cannot be done at the present stage/);
});

test("a reply to the asker alone reaches nobody else", async () => {
  const { interview } = await live();
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const receipt = await asked(interview, "My own meter reads wrongly, what now?");
  const { question, receipt_no, secret } = receipt;
  const text = "Please bring the meter to counter 4.";
  await staff.moderator.command("question.claim", { question });
  const taken = await refusal(
    staff.moderator2.command("question.reply", { question, version: 1, text }),
  );
  assert.equal(taken.reason, "claimed");
  const done = await staff.moderator.command("question.reply", { question, version: 1, text });
  assert.deepEqual(done, { stage: "closed", version: 2 });
  const fate = await status(receipt);
  assert.deepEqual([fate.stage, fate.reply.text], ["closed", text]);
  const html = (await page("/q?lang=en", { receipt_no, secret })).text;
  assert.match(html, /Reply to you/);
  assert.match(html, /counter 4/);
  const open = await shown(interview, "A public one.");
  const why = await refusal(
    staff.moderator.command("question.reply", { question: open.question, version: 2, text }),
  );
  assert.equal(why.reason, "wrong_stage", "what everybody read is answered before everybody");
  await watch.event("question.approved");
  assert.ok(!viewer.received.join("\n").includes("counter 4"));
  assert.ok(!viewer.received.join("\n").includes(question));
  await viewer.close();
});

test("a department's reply stands beside its question, also after publication", async () => {
  const start = await live();
  const { interview } = start;
  const open = await shown(interview, "When is Well Lane repaved?");
  const hidden = await asked(interview, "When is my own yard repaved?");
  await staff.moderator.command("question.refer", {
    question: hidden.question,
    version: 1,
    department: "Roads Office",
  });
  let iv = await advance(staff.compere, start, "draining", "ended");
  iv = await advance(staff.admin, iv, "editing");
  await staff.moderator.command("question.refer", {
    question: open.question,
    version: 2,
    department: "Roads Office",
  });
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  await as("checker", (checker) => advance(checker, iv, "published"));
  await as("checker", async (checker) => {
    const text = "In May, *weather* permitting.";
    const reply = { question: open.question, version: 3, text };
    assert.deepEqual(await checker.command("case.reply", reply), { stage: "closed", version: 4 });
    const own = { question: hidden.question, version: 2, text: "Yards are the owner's business." };
    await checker.command("case.reply", { ...own, department: "Estates Office" });
  });
  const event = await watch.event("case.reply_published");
  assert.equal(event.question, open.question);
  assert.equal(event.department, "Roads Office");
  const row = await rowOf(interview, open.question);
  assert.equal(row.stage, "closed");
  assert.deepEqual(row.reply, {
    department: "Roads Office",
    text: "In May, *weather* permitting.",
    at: event.at,
  });
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  assert.match(
    (await server.http(`/i/${interview}?lang=en`)).text,
    /In May, \*weather\* permitting/,
  );
  for (const [format, words] of [
    ["html", "In May, *weather* permitting."],
    ["txt", "In May, *weather* permitting."],
    ["md", "In May\\, \\*weather\\* permitting\\."],
    ["json", "In May, *weather* permitting."],
  ]) {
    const { text } = await server.http(`/api/v1/interviews/${interview}/transcript.${format}`);
    assert.ok(text.includes(words), format);
    assert.ok(!text.includes("owner"), format);
  }
  assert.ok(!viewer.received.join("\n").includes("owner"));
  assert.match((await page("/q?lang=en", hidden)).text, /Written reply by Estates Office/);
  assert.match((await page("/q?lang=en", hidden)).text, /Yards are the owner/);
  const ledger = (await server.http(`/api/v1/interviews/${interview}/ledger.json`)).json();
  assert.deepEqual(ledger.counts, { closed: 2 });
  await viewer.close();
});

test("without a rule that allows it no question lapses", async () => {
  const { interview } = await live();
  const { question } = await asked(interview);
  const lapse = { question, version: 1, note: "No time was left." };
  const why = await refusal(staff.moderator.command("question.lapse", lapse));
  assert.equal(why.reason, "guard");
  assert.equal(why.data.guards[0].guard, "may_lapse");
});

test("every command of these is done once, however often it is sent", async () => {
  const { interview } = await live();
  const receipt = await asked(interview);
  const { question, receipt_no, secret } = receipt;
  await reject(staff.moderator, question, "unclear");
  const citizen = await server.citizen();
  const params = { receipt_no, secret, command_id: "appeal-once" };
  const one = await citizen.call("question.appeal", params);
  assert.deepEqual(await citizen.call("question.appeal", params), one);
  await citizen.close();
  const restore = { question, version: 3, command_id: "restore-once" };
  const back = await staff.admin.call("question.restore", restore);
  assert.deepEqual(await staff.admin.call("question.restore", restore), back);
});
