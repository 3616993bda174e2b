// SPDX-License-Identifier: Apache-2.0
// Moderators and compere decide: claims, versions, undo, the queue.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, refusal } from "../kit/fangtan.mjs";
import { approve, GUEST, liveInterview, ROSTER, reject } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, UNDO_MS, usePortal } from "../kit/portal.mjs";

usePortal({ accounts: { leaver: "staff" } });

test("a claim keeps others out, take-over is possible, and old claims do not decide", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  const mine = await staff.moderator.command("question.claim", { question });
  assert.ok(Date.parse(mine.until) > Date.now());
  const why = await refusal(staff.moderator2.command("question.claim", { question }));
  assert.equal(why.reason, "claimed");
  assert.match(why.data.by, /moderator$/);
  assert.equal(why.data.until, mine.until);
  const sneak = { question, version: mine.version, claim_epoch: mine.claim_epoch };
  const stolen = await refusal(staff.moderator2.command("question.approve", sneak));
  assert.match(stolen.reason, /^(claimed|stale)$/, "with somebody else's claim");
  const again = await staff.moderator.command("question.claim", { question });
  assert.equal(again.claim_epoch, mine.claim_epoch, "renewing keeps the epoch");
  const theirs = await staff.moderator2.command("question.claim", { question, take_over: true });
  assert.ok(theirs.claim_epoch > mine.claim_epoch);
  const late = await refusal(staff.moderator.command("question.approve", sneak));
  assert.match(late.reason, /^(claimed|stale)$/);
  await staff.moderator2.command("question.let_go", { question });
  await staff.moderator.command("question.claim", { question });
});

test("of two decisions the second is stale and learns who was first", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  await reject(staff.moderator, question, "off_topic");
  const late = { question, version: 1, claim_epoch: 1, code: "spam" };
  const why = await refusal(staff.moderator2.command("question.reject", late));
  assert.equal(why.reason, "stale");
  assert.equal(why.data.version, 2);
  assert.equal(why.data.stage, "rejected");
  assert.match(why.data.by, /moderator$/);
});

test("an approval can be undone until it is public, and then nobody has seen it", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const { question } = await asked(interview, "Approved by mistake, this one.");
  const approved = await approve(staff.moderator, question);
  assert.equal(approved.stage, "approved");
  assert.equal(approved.version, 2);
  const inMs = Date.parse(approved.public_at) - Date.now();
  assert.ok(inMs > 0 && inMs <= UNDO_MS + 1000, "public_at is soon");
  const undone = await staff.moderator.command("question.undo", { question });
  assert.deepEqual(undone, { stage: "pending", version: 3 });
  const old = { question, version: 1, claim_epoch: 1, code: "spam" };
  const why = await refusal(staff.moderator2.command("question.reject", old));
  assert.deepEqual([why.reason, why.data.version, why.data.stage], ["stale", 3, "pending"]);
  assert.match(String(why.data.by), /moderator$/, "stale tells who undid it");
  const other = await shown(interview, "Approved on purpose.");
  assert.deepEqual(
    watch.events.map((event) => event.question),
    [other.question],
  );
  const late = await refusal(
    staff.moderator.command("question.undo", { question: other.question }),
  );
  assert.match(late.reason, /^(wrong_stage|stale)$/, "public is public");
  assert.ok(!viewer.received.join("\n").includes("by mistake"));
  await approve(staff.moderator, question, { version: 3 });
  await watch.event((event) => event.question === question, "approved again, it becomes public");
  await viewer.close();
});

test("an edited approval shows the edit, and the asker both texts", async () => {
  const { interview } = await liveInterview(staff.admin);
  const receipt = await asked(interview, "why is teh water brown in Well Lane 7, I am Mr Gu");
  await approve(staff.moderator, receipt.question, {
    text: "Why is the water brown in Well Lane?",
  });
  const row = await eventually(
    async () => (await getInterview(interview)).questions[0],
    "it becomes public",
  );
  assert.equal(row.text, "Why is the water brown in Well Lane?");
  assert.equal(row.edited, true);
  const citizen = await server.citizen();
  const { receipt_no, secret } = receipt;
  const fate = await citizen.call("question.status", { receipt_no, secret });
  assert.equal(fate.text, "why is teh water brown in Well Lane 7, I am Mr Gu");
  assert.equal(fate.shown_text, "Why is the water brown in Well Lane?");
  await citizen.close();
});

test("with_answer: the question becomes public together with its answer", async () => {
  const policy = { asking: "anonymous", question_public: "with_answer" };
  const { interview } = await liveInterview(staff.admin, { policy });
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const { question } = await asked(interview, "Shown with the answer only?");
  await approve(staff.moderator, question);
  await staff.compere.command("question.put_on_air", { question });
  const said = { interview, kind: "answer", speaker: GUEST, text: "Yes.", questions: [question] };
  await staff.guest.command("statement.publish", said);
  await watch.event("question.answered");
  const types = watch.events.map(({ type }) => type);
  assert.deepEqual(types.slice(0, 1), ["question.approved"]);
  assert.ok(types.includes("statement.published"));
  assert.ok(!types.includes("question.on_air") || types.indexOf("question.on_air") > 0);
  await viewer.close();
});

test("an unknown code, a wrong stage and an unknown question are refused in their words", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  const claim = await staff.moderator.command("question.claim", { question });
  const decision = { question, version: 1, claim_epoch: claim.claim_epoch };
  const code = await refusal(
    staff.moderator.command("question.reject", { ...decision, code: "ugly" }),
  );
  assert.equal(code.reason, "bad_params");
  const air = await refusal(staff.compere.command("question.put_on_air", { question }));
  assert.deepEqual([air.reason, air.data.stage], ["wrong_stage", "pending"]);
  const none = await refusal(
    staff.moderator.command("question.claim", { question: "q0000000000000000" }),
  );
  assert.equal(none.reason, "not_found");
});

test("the queue: positions, reorder, dequeue, on air, off air", async () => {
  const { interview } = await liveInterview(staff.admin);
  const ids = [];
  for (const n of [1, 2, 3]) ids.push((await shown(interview, `Question number ${n}?`)).question);
  for (const question of ids) {
    const answer = await staff.compere.command("question.queue", { question });
    assert.equal(answer.stage, "queued");
  }
  const order = async () => {
    const { snapshot } = await (await server.staff("compere")).watch(interview);
    return snapshot.questions
      .filter((row) => row.queue_rank)
      .sort((a, b) => a.queue_rank - b.queue_rank)
      .map((row) => ids.indexOf(row.question) + 1);
  };
  assert.deepEqual(await order(), [1, 2, 3]);
  await staff.compere.command("question.reorder", { question: ids[2], position: 1 });
  assert.deepEqual(await order(), [3, 1, 2]);
  await staff.compere.command("question.dequeue", { question: ids[0] });
  assert.deepEqual(await order(), [3, 2]);
  await staff.compere.command("question.put_on_air", { question: ids[2] });
  assert.deepEqual(await order(), [2]);
  assert.equal((await getInterview(interview)).questions[2].stage, "on_air");
  const second = await refusal(staff.compere.command("question.put_on_air", { question: ids[1] }));
  assert.equal(second.reason, "wrong_stage", "one question at a time");
  await staff.compere.command("question.take_off_air", { question: ids[2] });
  assert.deepEqual(await order(), [3, 2], "next again");
  assert.equal((await getInterview(interview)).questions[2].stage, "approved");
});

test("labels pass the text gate like every other text", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  const empty = await refusal(approve(staff.moderator, question, { labels: ["\u0007"] }));
  assert.equal(empty.reason, "bad_params");
  await approve(staff.moderator, question, { labels: [" ro\u0007ads\u202e ", "pipes"] });
  const row = await eventually(
    async () => (await getInterview(interview)).questions[0],
    "it becomes public",
  );
  assert.deepEqual(row.labels, ["roads", "pipes"]);
});

test("who is gone for a while lets go what was claimed", { timeout: 60_000 }, async () => {
  const roster = [...ROSTER, { user: "leaver", duty: "moderator" }];
  const { interview } = await liveInterview(staff.admin, {}, roster);
  const { question } = await asked(interview);
  const watch = await staff.moderator2.watch(interview);
  const leaver = await server.staff("leaver");
  await leaver.command("question.claim", { question });
  const why = await refusal(staff.moderator2.command("question.claim", { question }));
  assert.equal(why.reason, "claimed");
  await leaver.close();
  const letGo = ({ type }) => type === "question.let_go";
  await eventually(() => watch.events.some(letGo), "the claim is let go", 30_000);
  const event = watch.events.find(letGo);
  assert.equal(event.question, question);
  assert.equal(event.by, "system");
  await staff.moderator2.command("question.claim", { question });
});
