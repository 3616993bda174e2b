// SPDX-License-Identifier: Apache-2.0
// The life of an interview, and the gate at its end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, fromSnapshot } from "../kit/desk.mjs";
import { eventually, refusal } from "../kit/fangtan.mjs";
import {
  advance,
  approve,
  COMPERE,
  liveInterview,
  plan,
  reject,
  TO_ANNOUNCED,
} from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, UNDO_MS, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

usePortal();

test("an interview goes its way stage by stage, under versions", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  assert.equal(planned.version, 1);
  const jump = { interview, version: 1, to: "live" };
  assert.equal(
    (await refusal(staff.admin.command("interview.transition", jump))).reason,
    "wrong_stage",
  );
  const old = await staff.admin.command("interview.update", {
    interview,
    version: 1,
    set: { topic: "Drinking water, once more", minutes: 90 },
  });
  assert.equal(old.version, 2);
  const late = { interview, version: 1, set: { topic: "Too late" } };
  const stale = await refusal(staff.admin.command("interview.update", late));
  assert.deepEqual([stale.reason, stale.data.version], ["stale", 2]);
  const wrong = { interview, version: 1, to: "in_review" };
  assert.equal((await refusal(staff.admin.command("interview.transition", wrong))).reason, "stale");
  let iv = await advance(staff.admin, { interview, version: 2 }, ...TO_ANNOUNCED);
  const announced = (await getInterview(interview)).interview;
  assert.equal(announced.topic, "Drinking water, once more");
  assert.equal(announced.minutes, 90);
  assert.equal(announced.stage, "announced");
  assert.ok(Date.parse(announced.announced_at) > 0);
  iv = await advance(staff.admin, iv, "lobby");
  iv = await advance(staff.compere, iv, "live", "suspended", "live", "draining", "ended");
  const ended = (await getInterview(interview)).interview;
  assert.ok(ended.started_at <= ended.ended_at);
  iv = await advance(staff.admin, iv, "editing", "published", "closed", "archived");
  assert.ok((await getInterview(interview)).interview.published_at);
  const back = { interview, version: iv.version, to: "live" };
  assert.equal(
    (await refusal(staff.admin.command("interview.transition", back))).reason,
    "wrong_stage",
  );
});

test("announced may be postponed or cancelled, with a reason that everybody reads", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  const iv = await advance(staff.admin, planned, ...TO_ANNOUNCED);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const params = { interview, version: iv.version, to: "postponed", reason: "The guest is ill." };
  await staff.admin.command("interview.transition", params);
  const event = await watch.event("interview.postponed");
  assert.deepEqual([event.stage, event.reason], ["postponed", "The guest is ill."]);
  assert.equal((await getInterview(interview)).interview.reason, "The guest is ill.");
  await viewer.close();
});

test("with a cancelled interview its questions lapse, for everybody and for their askers", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  const iv = await advance(staff.admin, planned, ...TO_ANNOUNCED);
  await staff.admin.command("asking.set", { interview, state: "precollect" });
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const guest = await server.staff("guest");
  const desks = {
    moderator: await staff.moderator.watch(interview),
    guest: await guest.watch(interview),
  };
  const open = await shown(interview, "Seen and never answered?");
  const hidden = await asked(interview, "Never looked at?");
  await staff.moderator.command("question.claim", { question: hidden.question });
  const due = await asked(interview, "Approved a moment before?");
  await approve(staff.moderator, due.question);
  const reason = "A typhoon is coming.";
  const off = { interview, version: iv.version, to: "cancelled", reason };
  await staff.admin.command("interview.transition", off);
  await new Promise((done) => setTimeout(done, UNDO_MS + 500));
  for (const { receipt_no, secret } of [open, hidden, due]) {
    const fate = await viewer.call("question.status", { receipt_no, secret });
    assert.deepEqual([fate.stage, fate.reason, fate.note], ["lapsed", "cancelled", reason]);
    assert.ok(fate.reason_text.length > 5);
    const page = await server.postForm("/q?lang=en", { receipt_no, secret });
    assert.match(page.text, /The interview was cancelled/);
  }
  const fresh = await getInterview(interview);
  assert.deepEqual(
    fresh.questions.map(({ question, stage, note }) => [question, stage, note]),
    [[open.question, "lapsed", reason]],
  );
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  for (const [name, desk] of Object.entries(desks)) {
    const latecomer = await server.staff(name);
    const { snapshot, n } = await latecomer.watch(interview);
    await eventually(() => desk.n === n, "the desk has all events");
    const live = fold(fromSnapshot(desk.snapshot), desk.events);
    const wanted = fromSnapshot(snapshot);
    assert.deepEqual(Object.fromEntries(live.questions), Object.fromEntries(wanted.questions));
    await latecomer.close();
  }
  const ledger = (await server.http(`/api/v1/interviews/${interview}/ledger.json`)).json();
  assert.deepEqual([ledger.complete, ledger.counts], [true, { lapsed: 3 }]);
  for (const client of [viewer, guest]) await client.close();
});

test("postponed, planned again and announced again", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  let iv = await advance(staff.admin, planned, ...TO_ANNOUNCED, "postponed", "scheduled");
  assert.equal((await getInterview(interview)).interview.stage, "postponed", "nobody's business");
  const citizen = await server.citizen();
  const { interviews } = await citizen.call("interview.list", { stage: "scheduled" });
  assert.ok(!interviews.some(({ id }) => id === interview));
  iv = await advance(staff.admin, iv, "announced");
  assert.equal((await getInterview(interview)).interview.stage, "announced");
  await server.kill();
  await server.start();
  assert.equal((await getInterview(interview)).interview.stage, "announced");
  await citizen.close();
});

test("what was taken down is shown nowhere, and comes back only by who took it down", async () => {
  const live = await liveInterview(staff.admin, { topic: "A topic to be taken down" });
  const { interview } = live;
  const hidden = "A text that everybody could read for a while.";
  await shown(interview, hidden);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const late = await asked(interview, "Came shortly before.");
  let iv = await advance(staff.admin, live, "taken_down");
  await watch.event("interview.taken_down");
  const latecomer = await server.citizen();
  const second = await latecomer.watch(interview, { n: 0, hash: "" });
  assert.deepEqual(second.modes, ["snapshot"], "not what went before");
  assert.deepEqual(second.snapshot, await getInterview(interview));
  assert.deepEqual(second.snapshot.questions, []);
  const outputs = [
    JSON.stringify(second.snapshot),
    (await server.http(`/i/${interview}`)).text,
    (await server.http("/")).text,
    (await server.http("/api/v1/interviews")).text,
    JSON.stringify(await latecomer.call("interview.list", {})),
  ];
  for (const format of ["json", "html", "md", "txt"]) {
    const answer = await server.http(`/api/v1/interviews/${interview}/transcript.${format}`);
    assert.equal(answer.status, 404);
    outputs.push(answer.text);
  }
  for (const text of outputs) assert.ok(!/everybody could|taken down"/.test(text), text);
  const approval = approve(staff.moderator, late.question);
  assert.equal((await refusal(approval)).reason, "wrong_stage");
  const back = { interview, version: iv.version, to: "live" };
  assert.equal(
    (await refusal(staff.compere.command("interview.transition", back))).reason,
    "not_authorized",
  );
  iv = await advance(staff.admin, iv, "live");
  await eventually(() => watch.modes.length === 2, "the viewer begins anew");
  assert.deepEqual(watch.modes, ["snapshot", "snapshot"]);
  assert.equal(watch.snapshot.questions[0].text, hidden);
  for (const client of [viewer, latecomer]) await client.close();
});

test("one command's id in two interviews makes two questions", async () => {
  const first = await liveInterview(staff.admin);
  const second = await liveInterview(staff.admin);
  const citizen = await server.citizen();
  const ask = ({ interview }) =>
    citizen.call("question.ask", { interview, command_id: "same", text: "In both?" });
  const [a, b] = [await ask(first), await ask(second)];
  assert.notEqual(a.question, b.question);
  assert.notEqual(a.receipt_no, b.receipt_no);
  assert.deepEqual(await ask(first), a);
  for (const { question } of [a, b]) await reject(staff.moderator, question, "test");
  await citizen.close();
});

test("an incomplete interview is not created", async () => {
  const whole = {
    topic: "T",
    departments: ["D"],
    starts_at: "2027-01-01T00:00:00Z",
    guests: [],
    compere: COMPERE,
    policy: { asking: "anonymous", question_public: "on_approve" },
    rule_set: "none",
  };
  for (const broken of [
    { ...whole, topic: "" },
    { ...whole, starts_at: "tomorrow" },
    { ...whole, policy: { asking: "loudly", question_public: "on_approve" } },
    { ...whole, topic: undefined },
    { ...whole, compere: undefined },
  ]) {
    const why = await refusal(
      staff.admin.command("interview.create", { interview: broken, roster: [] }),
    );
    assert.equal(why.reason, "bad_params", JSON.stringify(broken));
  }
  const duty = await refusal(
    staff.admin.command("interview.create", {
      interview: whole,
      roster: [{ user: "guest", duty: "king" }],
    }),
  );
  assert.equal(duty.reason, "bad_params");
});

test("the end gate: no transcript while a question is neither disposed nor referred", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const pending = await asked(interview, "Forgotten in the queue?");
  const approved = await shown(interview, "Approved and never reached?");
  let iv = await advance(staff.compere, live, "draining", "ended");
  iv = await advance(staff.admin, iv, "editing");
  const publish = () =>
    staff.admin.command("interview.transition", {
      interview,
      version: iv.version,
      to: "published",
    });
  const why = await refusal(publish());
  assert.equal(why.reason, "undisposed");
  assert.deepEqual(why.data.statements, []);
  assert.deepEqual([...why.data.questions].sort(), [pending.question, approved.question].sort());
  await reject(staff.moderator, pending.question, "unclear");
  assert.deepEqual((await refusal(publish())).data.questions, [approved.question]);
  const refer = { question: approved.question, version: 2, department: "Water Bureau" };
  const referred = await staff.moderator.command("question.refer", refer);
  assert.equal(referred.stage, "referred");
  assert.ok(referred.case);
  assert.equal((await publish()).stage, "published");
  const { questions } = await getInterview(interview);
  assert.deepEqual([questions[0].stage, questions[0].department], ["referred", "Water Bureau"]);
  const ledger = (await server.http(`/api/v1/interviews/${interview}/ledger.json`)).json();
  assert.equal(ledger.interview, interview);
  assert.deepEqual(
    ledger.entries.map(({ receipt_no, fate }) => [receipt_no, fate]).sort(),
    [
      [pending.receipt_no, "rejected"],
      [approved.receipt_no, "referred"],
    ].sort(),
  );
});
