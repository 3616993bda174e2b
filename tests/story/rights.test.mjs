// SPDX-License-Identifier: Apache-2.0
// Who may do what, and who sees what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, fromSnapshot } from "../kit/desk.mjs";
import { eventually, refusal } from "../kit/fangtan.mjs";
import {
  advance,
  approve,
  COMPERE,
  GUEST,
  liveInterview,
  plan,
  reject,
  TO_LIVE,
} from "../kit/interview.mjs";
import { asked, getInterview, server, staff, usePortal } from "../kit/portal.mjs";

usePortal();

test("nobody outside sees a draft, by any way", async () => {
  const { interview } = await plan(staff.admin, { topic: "Not yet announced: winter heating" });
  const citizen = await server.citizen();
  assert.equal((await refusal(citizen.call("interview.watch", { interview }))).reason, "not_found");
  const { interviews } = await citizen.call("interview.list", {});
  assert.ok(!interviews.some((row) => row.id === interview));
  for (const path of ["", "/ask", "/qr.svg"].map((end) => `/i/${interview}${end}`)) {
    assert.equal((await server.http(path)).status, 404, path);
  }
  for (const end of ["", "/transcript.json", "/ledger.json", "/feed.atom", "/events"]) {
    assert.equal((await server.http(`/api/v1/interviews/${interview}${end}`)).status, 404, end);
  }
  assert.ok(!(await server.http("/")).text.includes("winter heating"));
  const receipt = await refusal(
    citizen.command("question.ask", { interview, text: "Anybody there?" }),
  );
  assert.equal(receipt.reason, "not_found");
  const outside = await refusal(staff.outsider.call("interview.watch", { interview }));
  assert.match(outside.reason, /^not_(found|authorized)$/);
  await citizen.close();
});

test("the rule set is the house's own business", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  const desk = await staff.admin.watch(interview);
  const update = (version, set) =>
    staff.admin.command("interview.update", { interview, version, set });
  let { version } = await update(planned.version, { minutes: 75, rule_set: "municipal" });
  assert.equal(version, planned.version + 2);
  const ruled = await desk.event("interview.ruled");
  assert.equal(ruled.rule_set, "municipal");
  assert.equal(ruled.public, false);
  ({ version } = await update(version, { rule_set: "none" }));
  const live = await advance(staff.admin, { interview, version }, ...TO_LIVE);
  const announced = await desk.event("interview.announced");
  assert.equal(announced.topic, "Drinking water in the old town");
  assert.ok(!("rule_set" in announced));
  const citizen = await server.citizen();
  const watch = await citizen.watch(interview);
  await update(live.version, { minutes: 80, rule_set: "none" });
  await watch.event("interview.updated");
  assert.equal(watch.events.filter(({ type }) => type === "interview.updated").length, 1);
  const events = await server.http(`/api/v1/interviews/${interview}`);
  assert.equal(events.status, 200);
  assert.ok(!events.text.includes("rule_set"));
  assert.ok(!citizen.received.join("\n").includes("rule_set"));
  const fresh = await (await server.staff("moderator")).watch(interview);
  assert.equal(fresh.snapshot.interview.rule_set, "none");
  await citizen.close();
});

test("a citizen may ask and read, and decide nothing", async () => {
  const { interview, version } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  const citizen = await server.citizen();
  const attempts = [
    ["question.claim", { question }],
    ["question.approve", { question, version: 1, claim_epoch: 1 }],
    ["question.reject", { question, version: 1, claim_epoch: 1, code: "spam" }],
    ["question.put_on_air", { question }],
    ["question.refer", { question, version: 1, department: "Water Bureau" }],
    ["interview.transition", { interview, version, to: "ended" }],
    ["asking.set", { interview, state: "closed" }],
    ["statement.publish", { interview, kind: "answer", speaker: GUEST, text: "No." }],
    ["interview.create", { interview: { topic: "Mine" }, roster: [] }],
  ];
  for (const [method, params] of attempts) {
    const why = await refusal(citizen.command(method, params));
    // A hidden question does not exist for a citizen, an incomplete draft may be refused first.
    assert.match(why.reason, /^(not_authorized|not_found|bad_params)$/, method);
  }
  const why = await refusal(
    citizen.command("interview.transition", { interview, version, to: "ended" }),
  );
  assert.equal(why.reason, "not_authorized");
  assert.equal((await getInterview(interview)).interview.stage, "live");
  await citizen.close();
});

test("a member of staff without a duty here may not decide here", async () => {
  const { interview, version } = await liveInterview(staff.admin);
  const { question } = await asked(interview);
  const claim = await refusal(staff.outsider.command("question.claim", { question }));
  assert.match(claim.reason, /^not_(authorized|found)$/);
  const end = { interview, version, to: "draining" };
  assert.equal(
    (await refusal(staff.outsider.command("interview.transition", end))).reason,
    "not_authorized",
  );
  const said = { interview, kind: "remark", speaker: { name: "Nobody" }, text: "Hello." };
  assert.equal(
    (await refusal(staff.outsider.command("statement.publish", said))).reason,
    "not_authorized",
  );
  assert.equal(
    (await refusal(staff.guest.command("question.claim", { question }))).reason,
    "not_authorized",
  );
  const open = { interview, state: "closed" };
  assert.equal((await refusal(staff.guest.command("asking.set", open))).reason, "not_authorized");
  const create = staff.outsider.command("interview.create", {
    interview: {
      topic: "Mine",
      departments: ["X"],
      starts_at: "2027-01-01T00:00:00Z",
      guests: [GUEST],
      compere: COMPERE,
      policy: { asking: "anonymous", question_public: "on_approve" },
      rule_set: "none",
    },
    roster: [],
  });
  assert.equal((await refusal(create)).reason, "not_authorized");
});

test("a guest sees what is approved; everything else is withheld without a gap", async () => {
  const { interview } = await liveInterview(staff.admin);
  const before = await asked(interview, "Asked before the guest came: is the water hard?");
  const guest = await server.staff("guest");
  const watch = await guest.watch(interview);
  const all = await staff.moderator.watch(interview);
  assert.equal(watch.n, all.n, "one numbering for staff");
  assert.deepEqual(watch.snapshot.questions, []);
  const later = await asked(interview, "Asked while the guest was there: is it safe?");
  await approve(staff.moderator, later.question);
  await reject(staff.moderator, before.question, "off_topic");
  await eventually(() => all.events.at(-1)?.type === "question.rejected", "the rejection");
  await eventually(() => watch.n === all.n, "the guest has as many events");
  assert.deepEqual(
    watch.events.map(({ n }) => n),
    all.events.map(({ n }) => n),
  );
  const received = watch.events[0];
  assert.deepEqual(received, { n: received.n, type: "withheld" });
  const decision = watch.events.find(({ type }) => type === "question.approved");
  assert.ok(decision, "an approved question is the guest's business");
  const bytes = guest.received.join("\n");
  assert.ok(!bytes.includes("Asked before the guest came"));
  assert.ok(!bytes.includes(before.receipt_no));
  assert.ok(!bytes.includes(before.question));
  const fresh = (await (await server.staff("guest")).watch(interview)).snapshot;
  assert.deepEqual(
    fresh.questions.map((row) => row.question),
    [later.question],
  );
  for (const key of ["original", "asker", "contact", "claim", "decided_by", "note"])
    assert.ok(!(key in fresh.questions[0]), key);
  await guest.close();
});

test("what a guest learns live is what the guest's snapshot says", async () => {
  const policy = { asking: "anonymous", question_public: "with_answer" };
  const { interview, version } = await liveInterview(staff.admin, { policy });
  const guest = await server.staff("guest");
  const watch = await guest.watch(interview);
  const all = await staff.moderator.watch(interview);
  const citizen = await server.citizen();
  const ask = (text, more = {}) => citizen.command("question.ask", { interview, text, ...more });
  const questions = [
    await ask("Put to one guest: how hard is the water?", { to_guest: GUEST.name }),
    await ask("Withdrawn after a while: is it safe?"),
    await ask("Approved by mistake: taken back."),
    await ask("Never reached: approved and hidden."),
    await ask("Answered on air: when are the pipes new?"),
  ];
  const [, withdrawn, undone, hidden, answered] = questions;
  for (const { question } of questions) await approve(staff.moderator, question);
  await staff.moderator.command("question.undo", { question: undone.question });
  await reject(staff.moderator, undone.question, "off_topic", { version: 3, note: "Not for all." });
  const { receipt_no, secret } = withdrawn;
  await citizen.command("question.withdraw", { receipt_no, secret });
  await staff.compere.command("question.put_on_air", { question: answered.question });
  await staff.guest.command("statement.publish", {
    interview,
    kind: "answer",
    speaker: GUEST,
    text: "This year.",
    questions: [answered.question],
  });
  await advance(staff.compere, { interview, version }, "draining", "ended");
  await staff.moderator.command("question.reject", {
    question: hidden.question,
    version: 2,
    claim_epoch: 0,
    code: "off_topic",
    note: "Only for the asker.",
  });
  const fresh = await (await server.staff("guest")).watch(interview);
  await eventually(() => watch.n === fresh.n && all.n === fresh.n, "all events have come");
  const live = fold(fromSnapshot(watch.snapshot), watch.events);
  const wanted = fromSnapshot(fresh.snapshot);
  assert.deepEqual(Object.fromEntries(live.questions), Object.fromEntries(wanted.questions));
  assert.deepEqual(live.statements, wanted.statements);
  assert.deepEqual(live.interview, wanted.interview);
  const bytes = guest.received.join("\n");
  for (const word of ["u:moderator", '"c:', "Only for the asker", "Not for all"])
    assert.ok(!bytes.includes(word), word);
  await guest.close();
  await citizen.close();
});

test("who loses the duty loses the sight of what is hidden", async () => {
  const { interview, version } = await liveInterview(staff.admin);
  const former = await server.staff("moderator2");
  const before = await former.watch(interview);
  const { question } = await asked(interview);
  await before.event("question.received");
  await staff.admin.command("interview.update", {
    interview,
    version,
    set: { roster: [{ user: "moderator", duty: "moderator" }] },
  });
  assert.equal((await former.closed).code, 1008);
  const again = await server.staff("moderator2");
  const { snapshot } = await again.watch(interview);
  assert.deepEqual(snapshot.questions, []);
  const why = await refusal(again.command("question.claim", { question }));
  assert.equal(why.reason, "not_authorized");
  await again.close();
});
