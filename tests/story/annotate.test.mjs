// SPDX-License-Identifier: Apache-2.0
// What staff mark on a question without deciding about it, and what they enter for others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, newId, refusal, sha256 } from "../kit/fangtan.mjs";
import { advance, approve, GUEST, liveInterview, plan, TO_LIVE } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

const OTHER_GUEST = { name: "Bai Lu", title: "Engineer", department: "Water Bureau" };

usePortal();

/** The row of a question in a new snapshot of this member of staff. */
async function row(name, interview, question) {
  const client = await server.staff(name);
  const { snapshot } = await client.watch(interview);
  await client.close();
  return snapshot.questions.find((found) => found.question === question);
}

test("a note is for colleagues: with author and time, and for no guest and no citizen", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const { question } = await shown(interview, "How old is the main pipe?");
  const desk = await staff.moderator2.watch(interview);
  const note = { question, text: "The archive says 1962." };
  assert.deepEqual(await staff.moderator.command("question.note", note), {});
  const event = await desk.event("question.noted");
  assert.deepEqual([event.by, event.text, event.public], ["u:moderator", note.text, false]);
  const { notes, version } = await row("moderator", interview, question);
  assert.deepEqual([notes[0].by, notes[0].text, version], ["moderator", note.text, 2]);
  assert.ok(Date.parse(notes[0].at) > 0);
  assert.equal((await row("guest", interview, question)).notes, undefined);
  const why = await refusal(staff.guest.command("question.note", note));
  assert.equal(why.reason, "not_authorized");
  const empty = await refusal(staff.moderator.command("question.note", { question, text: " " }));
  assert.equal(empty.reason, "bad_params");
  await viewer.close();
  assert.ok(!watch.client.received.join("\n").includes("1962"));
});

test("what an asker writes when withdrawing goes to the desk, not to the public", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question, receipt_no, secret } = await shown(interview, "Is the tower still in use?");
  const citizen = await server.citizen();
  const watch = await citizen.watch(interview);
  await citizen.command("question.withdraw", { receipt_no, secret, note: "I found the answer." });
  await watch.event("question.withdrawn");
  const { notes, stage } = await row("moderator", interview, question);
  assert.equal(stage, "withdrawn");
  assert.equal(notes[0].text, "I found the answer.");
  assert.match(notes[0].by, /^c:/);
  assert.ok(!citizen.received.some((frame) => frame.includes("found the answer")));
  await citizen.close();
});

test("labels: given while it waits they are published with it, later they are public", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const { question } = await asked(interview, "Who pays for the new meters?");
  const label = { question, version: 1, labels: ["meters", " co\u0007sts "] };
  assert.deepEqual(await staff.moderator.command("question.label", label), {
    stage: "pending",
    version: 2,
  });
  await approve(staff.moderator, question, { version: 2 });
  const approved = await watch.event("question.approved");
  assert.deepEqual(approved.labels, ["meters", "costs"]);
  const late = await refusal(staff.moderator2.command("question.label", label));
  assert.deepEqual([late.reason, late.data.by, late.data.version], ["stale", "moderator", 3]);
  await staff.compere.command("question.label", { question, version: 3, labels: ["money"] });
  const event = await watch.event("question.labelled");
  assert.deepEqual(event.labels, ["money"]);
  assert.equal(event.by, undefined);
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  const many = { question, version: 4, labels: Array(9).fill("x") };
  assert.equal(
    (await refusal(staff.moderator.command("question.label", many))).reason,
    "bad_params",
  );
  await viewer.close();
});

test("a label between approval and publication is published; nothing is out of step", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview, "Is rain water used?");
  const { version } = await approve(staff.moderator, question, { labels: ["one"] });
  await staff.moderator.command("question.label", { question, version, labels: ["two"] });
  const found = await eventually(
    async () => (await getInterview(interview)).questions[0],
    "it becomes public",
  );
  assert.deepEqual(found.labels, ["two"]);
  const mine = await row("moderator", interview, question);
  assert.deepEqual([mine.labels, mine.version], [["two"], version + 1]);
});

test("redacted while it waits: the approval publishes nothing of it, and undoing brings nothing back", async () => {
  const { interview } = await liveInterview(staff.admin);
  const text = "I live at Well Lane 7 and my phone is 555-0199.";
  const { question, receipt_no, secret, digest, nonce } = await asked(interview, text);
  const spans = [
    { at: text.indexOf("555"), length: 8 },
    { at: text.indexOf("Well"), length: 11 },
  ];
  const redact = { question, version: 1, spans };
  const done = await staff.moderator.command("question.redact", redact);
  assert.deepEqual(done, { stage: "pending", version: 2 });
  const shownText = "I live at █ and my phone is █.";
  assert.equal((await row("moderator", interview, question)).text, shownText);
  await approve(staff.moderator, question, { version: 2, text: "Another wording." });
  await staff.moderator.command("question.undo", { question });
  assert.equal((await row("moderator", interview, question)).text, shownText);
  await approve(staff.moderator, question, { version: 4 });
  const found = await eventually(
    async () => (await getInterview(interview)).questions[0],
    "it becomes public",
  );
  assert.deepEqual([found.text, found.edited], [shownText, true]);
  const citizen = await server.citizen();
  const fate = await citizen.call("question.status", { receipt_no, secret });
  assert.deepEqual([fate.text, fate.shown_text], [text, shownText], "the asker sees both");
  assert.equal(digest, sha256(nonce + fate.text));
  await citizen.close();
});

test("redacted when it is public: everywhere, at once, visibly, and for who comes later", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const text = "水很黄😀，请回电 13800000000，谢谢";
  const { question } = await shown(interview, text);
  await staff.guest.command("statement.publish", {
    interview,
    kind: "answer",
    speaker: GUEST,
    text: "We call you back.",
    questions: [question],
  });
  const { version } = await row("moderator", interview, question);
  const at = [...text].indexOf("1");
  const redact = { question, version, spans: [{ at, length: 11 }] };
  await staff.moderator.command("question.redact", redact);
  const event = await watch.event("question.redacted");
  assert.equal(event.text, "水很黄😀，请回电 █，谢谢");
  assert.equal(event.by, undefined);
  const now = await getInterview(interview);
  assert.deepEqual([now.questions[0].text, now.questions[0].edited], [event.text, true]);
  assert.equal(now.questions[0].stage, "answered");
  assert.deepEqual(foldedPublic(watch), now);
  for (const path of ["", "/transcript.txt", "/transcript.md", "/transcript.html"]) {
    const page = await server.http(
      path ? `/api/v1/interviews/${interview}${path}` : `/i/${interview}`,
    );
    assert.ok(page.text.includes("█") && !page.text.includes("13800000000"), path);
  }
  const latecomer = await server.citizen();
  const late = await latecomer.watch(interview, { n: 0, hash: "" });
  assert.deepEqual(late.modes, ["snapshot"], "the frames before are not given out any more");
  await latecomer.close();
  // Also when the transcript is out.
  await advance(staff.compere, live, "draining", "ended", "editing", "published");
  const again = { question, version: version + 1, spans: [{ at: 0, length: 3 }] };
  await staff.moderator.command("question.redact", again);
  assert.equal((await getInterview(interview)).questions[0].text, "█😀，请回电 █，谢谢");
  await viewer.close();
});

test("redactions that do not fit are refused: version, places, stage, claim, duty", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question, receipt_no, secret } = await asked(interview, "Twelve chars");
  const redact = (client, spans, version = 1) =>
    refusal(client.command("question.redact", { question, version, spans }));
  const bad = [
    [],
    [{ at: 0, length: 0 }],
    [{ at: 0, length: 13 }],
    [{ at: 12, length: 1 }],
    [{ at: 9e15, length: 9e15 }],
    [{ at: -1, length: 2 }],
    [{ at: 1.5, length: 2 }],
    [
      { at: 2, length: 3 },
      { at: 4, length: 1 },
    ],
    Array.from({ length: 65 }, () => ({ at: 0, length: 1 })),
  ];
  for (const spans of bad)
    assert.equal(
      (await redact(staff.moderator, spans)).reason,
      "bad_params",
      JSON.stringify(spans),
    );
  const whole = [{ at: 0, length: 12 }];
  assert.equal((await redact(staff.moderator, whole, 7)).reason, "stale");
  assert.equal((await redact(staff.compere, whole)).reason, "not_authorized");
  await staff.moderator2.command("question.claim", { question });
  const claimed = await redact(staff.moderator, whole);
  assert.deepEqual([claimed.reason, claimed.data.by], ["claimed", "moderator2"]);
  await staff.moderator2.command("question.redact", { question, version: 1, spans: whole });
  const citizen = await server.citizen();
  await citizen.command("question.withdraw", { receipt_no, secret });
  assert.equal((await redact(staff.moderator, whole, 3)).reason, "wrong_stage");
  await citizen.close();
});

test("what its owner does about a question keeps his claim", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  const { until, claim_epoch } = await staff.moderator.command("question.claim", { question });
  await staff.moderator2.command("question.note", { question, text: "Not mine." });
  assert.equal((await row("moderator", interview, question)).claim.until, until);
  await staff.moderator.command("question.note", { question, text: "I am on it." });
  const { claim } = await row("moderator", interview, question);
  assert.ok(Date.parse(claim.until) > Date.parse(until));
  assert.deepEqual([claim.by, claim.epoch], ["moderator", claim_epoch]);
});

test("a question goes to one of two guests, who passes it on, to one who takes it", async () => {
  const { interview } = await liveInterview(staff.admin, { guests: [GUEST, OTHER_GUEST] });
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const hidden = await asked(interview, "Not looked at yet.");
  const { question } = await shown(interview, "Which pumps are replaced?");
  const guests = await staff.guest.watch(interview);
  const early = { question: hidden.question, version: 1, guest: GUEST.name };
  assert.equal(
    (await refusal(staff.compere.command("question.route", early))).reason,
    "wrong_stage",
  );
  const stranger = { question, version: 2, guest: "Nobody" };
  assert.equal(
    (await refusal(staff.compere.command("question.route", stranger))).reason,
    "bad_params",
  );
  const unasked = await refusal(staff.guest.command("question.accept", { question, version: 2 }));
  assert.equal(unasked.reason, "wrong_stage", "nobody has routed it");
  const toFirst = { question, version: 2, guest: GUEST.name };
  const { version } = await staff.compere.command("question.route", toFirst);
  const toOther = { question, version: 2, guest: OTHER_GUEST.name };
  const slower = await refusal(staff.moderator.command("question.route", toOther));
  assert.deepEqual([slower.reason, slower.data.by, slower.data.version], ["stale", "compere", 3]);
  const routed = await guests.event("question.routed_to_guest");
  assert.deepEqual([routed.guest, routed.by], [GUEST.name, "u:compere"]);
  const note = "Bai Lu knows the pumps.";
  await staff.guest.command("question.pass", { question, version, note });
  const passed = (await row("compere", interview, question)).route;
  assert.deepEqual(passed, {
    guest: GUEST.name,
    by: "compere",
    answer: "passed",
    answered_by: "guest",
    note: "Bai Lu knows the pumps.",
  });
  await staff.moderator.command("question.route", { ...toOther, version: 4 });
  await staff.guest.command("question.accept", { question, version: 5 });
  const twice = await refusal(staff.guest.command("question.accept", { question, version: 6 }));
  assert.equal(twice.reason, "wrong_stage");
  const taken = await row("guest", interview, question);
  assert.deepEqual(
    [taken.route.guest, taken.route.answer, taken.version],
    [OTHER_GUEST.name, "accepted", 6],
  );
  const others = await refusal(staff.compere.command("question.pass", { question, version: 6 }));
  assert.equal(others.reason, "not_authorized");
  await viewer.close();
  assert.deepEqual(
    watch.events.map(({ type }) => type),
    ["question.approved"],
    "of all this the public hears nothing",
  );
});

test("staff enter what a caller asks; the caller gets a receipt like everybody", async () => {
  const { interview } = await liveInterview(staff.admin);
  await staff.compere.command("asking.set", { interview, state: "closed" });
  const text = "Will the fountain run in summer?";
  const command_id = newId();
  const enter = { interview, text, name: "Mrs Gu", contact: "555-0143", origin: "phone" };
  const receipt = await staff.stenographer.command("question.enter", enter, command_id);
  assert.equal(receipt.stage, "pending");
  assert.equal(receipt.digest, sha256(receipt.nonce + text));
  assert.deepEqual(await staff.stenographer.command("question.enter", enter, command_id), receipt);
  const caller = await server.citizen();
  const { question, receipt_no, secret } = receipt;
  assert.equal((await caller.call("question.status", { receipt_no, secret })).text, text);
  const mine = await row("moderator", interview, question);
  assert.deepEqual(
    [mine.origin, mine.entered_by, mine.asker, mine.contact],
    ["phone", "stenographer", undefined, "555-0143"],
  );
  await approve(staff.moderator, question);
  const found = await eventually(
    async () => (await getInterview(interview)).questions[0],
    "it becomes public",
  );
  assert.deepEqual([found.origin, found.name], ["phone", "Mrs Gu"]);
  assert.equal(found.entered_by, undefined);
  const why = await refusal(staff.moderator.command("asker.silence", { question }));
  assert.equal(why.reason, "no_asker");
  await caller.command("question.withdraw", { receipt_no, secret });
  await caller.close();
});

test("the house's own question is marked as such for everybody, and bears nobody's name", async () => {
  const live = await liveInterview(staff.admin, {
    policy: { asking: "named", question_public: "on_approve" },
  });
  const { interview } = live;
  const own = { interview, text: "What is new this year?", origin: "prepared" };
  const named = await refusal(staff.compere.command("question.enter", { ...own, name: "Mr Gu" }));
  assert.equal(named.reason, "bad_params", "which would make it a citizen's");
  const { question } = await staff.compere.command("question.enter", own);
  await approve(staff.moderator, question);
  await eventually(
    async () => (await getInterview(interview)).questions[0]?.origin === "prepared",
    "everybody sees whose it is",
  );
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.match(page, /Question from <bdi>The organiser<\/bdi>/);
  assert.match(page, /<span class="tag">Prepared by the organiser<\/span>/);
});

test("entering: not slowed down, not by everybody, not with any origin, not for ever", async () => {
  const planned = await plan(staff.admin, {
    policy: { asking: "realname", question_public: "on_approve" },
  });
  const { interview } = planned;
  const enter = (client, more = {}) =>
    client.command("question.enter", {
      interview,
      text: "From the hall.",
      origin: "hall",
      ...more,
    });
  assert.equal((await refusal(enter(staff.compere))).reason, "wrong_stage", "a draft");
  const live = await advance(staff.admin, planned, ...TO_LIVE);
  for (let i = 0; i < 20; i++) await enter(staff.moderator, { name: "Mr Gu" });
  assert.equal((await refusal(enter(staff.moderator))).reason, "bad_params", "who is he?");
  assert.equal((await refusal(enter(staff.guest, { name: "Mr Gu" }))).reason, "not_authorized");
  assert.equal((await refusal(enter(staff.moderator, { name: GUEST.name }))).reason, "name_taken");
  for (const origin of ["live", "precollect", "letter"])
    assert.equal(
      (await refusal(enter(staff.moderator, { name: "x", origin }))).reason,
      "bad_params",
    );
  const long = await refusal(enter(staff.moderator, { name: "Mr Gu", text: "水".repeat(1001) }));
  assert.equal(long.reason, "too_long");
  await advance(staff.compere, live, "draining");
  await enter(staff.moderator, { name: "Mr Gu", origin: "paper" });
});
