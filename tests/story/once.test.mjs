// SPDX-License-Identifier: Apache-2.0
// Idempotence: every changing command is done once, also after a kill -9.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, newId } from "../kit/fangtan.mjs";
import { COMPERE, GUEST, TO_LIVE } from "../kit/interview.mjs";
import { getInterview, server, staff, usePortal } from "../kit/portal.mjs";

usePortal();

test("every changing command is done once, also when it is repeated after a kill -9", async () => {
  const done = []; // [client, method, params, result]
  let watch;
  const once = async (client, method, params) => {
    const command_id = newId();
    const first = await client.command(method, params, command_id);
    const n = watch?.n;
    const settled = async () => {
      const { to } = await fresh();
      await eventually(() => watch.n >= to, "the watcher has all");
      return watch.events.filter(({ by }) => by !== "system").length; // publication is the server's
    };
    const before = watch && (await settled());
    const second = await client.command(method, params, command_id);
    assert.deepEqual(second, first, `${method} again`);
    if (watch) assert.equal(await settled(), before, `${method} again adds nothing (${n})`);
    done.push([client, method, { ...params, command_id }, first]);
    return first;
  };
  let interview;
  const fresh = async () => {
    const client = await server.staff("admin");
    const { snapshot } = await client.watch(interview);
    await client.close();
    return snapshot;
  };
  const citizen = (await server.citizen()).keepOpen();
  const { admin, moderator, moderator2, compere, guest } = staff;

  const planned = await once(admin, "interview.create", {
    interview: {
      topic: "Once and no more",
      departments: ["Water Bureau"],
      starts_at: "2027-03-01T01:30:00Z",
      guests: [GUEST],
      compere: COMPERE,
      policy: { asking: "anonymous", question_public: "on_approve" },
      rule_set: "none",
    },
    roster: ["compere", "guest", "moderator", "moderator2"].map((user) => ({
      user,
      duty: user.replace(/\d/, ""),
    })),
  });
  interview = planned.interview;
  watch = await admin.watch(interview);
  let { version } = await once(admin, "interview.update", {
    interview,
    version: planned.version,
    set: { intro: "Told twice, done once." },
  });
  const invited = await once(admin, "invitation.issue", { interview, user: "guest" });
  await once(guest, "invitation.accept", { interview, token: invited.token });
  await once(admin, "invitation.revoke", { interview, invitation: invited.invitation });
  for (const to of TO_LIVE)
    ({ version } = await once(admin, "interview.transition", { interview, version, to }));
  await once(admin, "asking.set", { interview, state: "open" });

  const ask = (text) => once(citizen, "question.ask", { interview, text });
  const a = await ask("Once: the first?");
  const b = await ask("Once: the second?");
  const c = await ask("Once: the third?");
  const d = await ask("Once: the fourth?");
  const decide = async (client, q, version, method, more = {}) => {
    const claim = await once(client, "question.claim", { question: q.question });
    return once(client, method, {
      question: q.question,
      version,
      claim_epoch: claim.claim_epoch,
      ...more,
    });
  };
  await once(moderator, "question.claim", { question: a.question });
  await once(moderator, "question.let_go", { question: a.question });
  await decide(moderator2, a, 1, "question.approve");
  await once(moderator2, "question.undo", { question: a.question });
  await decide(moderator, a, 3, "question.approve", { text: "Once: the first, edited?" });
  await decide(moderator2, b, 1, "question.reject", { code: "duplicate", into: a.question });
  await once(citizen, "question.withdraw", { receipt_no: c.receipt_no, secret: c.secret });
  await once(moderator, "question.refer", {
    question: d.question,
    version: 1,
    department: "Water Bureau",
  });
  await eventually(async () => (await getInterview(interview)).questions[0], "a becomes public");
  const { question } = a;
  await once(compere, "question.queue", { question });
  await once(compere, "question.reorder", { question, position: 1 });
  await once(compere, "question.dequeue", { question });
  await once(compere, "question.put_on_air", { question });
  await once(compere, "question.take_off_air", { question });
  await once(compere, "question.put_on_air", { question });
  const versionNow = async () =>
    (await fresh()).questions.find((row) => row.question === question).version;
  const to = { question, version: await versionNow(), guest: GUEST.name };
  await once(moderator, "question.route", to);
  await once(guest, "question.pass", { question, version: await versionNow(), note: "Later." });
  await once(guest, "question.accept", { question, version: await versionNow() });
  await once(moderator, "question.note", { question, text: "Once noted." });
  await once(moderator, "question.label", {
    question,
    version: await versionNow(),
    labels: ["once"],
  });
  const spans = [{ at: 0, length: 4 }];
  await once(moderator, "question.redact", { question, version: await versionNow(), spans });
  await once(compere, "question.enter", { interview, text: "Once entered.", origin: "paper" });
  await once(moderator, "asker.silence", { question });
  await once(moderator, "asker.unsilence", { question });
  const said = { interview, kind: "answer", speaker: GUEST, text: "Once.", questions: [question] };
  await once(guest, "statement.publish", said);

  const before = await fresh();
  assert.equal(before.questions.length, 5);
  assert.equal(before.statements.length, 1);
  await server.kill();
  await server.start();
  for (const client of [citizen, ...Object.values(staff)])
    await eventually(() => client.live, "everybody is back", 30_000);
  assert.deepEqual(await fresh(), before, "what was acknowledged is there after kill -9");
  for (const [client, method, params, first] of done)
    assert.deepEqual(await client.call(method, params), first, `${method} after the restart`);
  assert.deepEqual(await fresh(), before, "nothing was done again");
  const taken = done.find(([, method]) => method === "question.ask");
  const stranger = await server.citizen();
  const other = await stranger.call("question.ask", taken[2]);
  assert.notEqual(other.question, taken[3].question, "a command_id belongs to who made it");
  for (const client of [citizen, stranger]) await client.close();
});
