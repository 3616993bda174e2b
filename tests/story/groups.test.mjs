// SPDX-License-Identifier: Apache-2.0
// Questions that ask the same are joined, many are decided at once, and citizens say which they
// want answered too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, newId, refusal } from "../kit/fangtan.mjs";
import { advance, approve, GUEST, liveInterview, ROSTER, reject } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

usePortal();

/** Joins a waiting question; what question.group answers. */
async function group(moderator, question, into, version = 1) {
  const { claim_epoch } = await moderator.command("question.claim", { question });
  return moderator.command("question.group", { question, version, claim_epoch, into });
}

async function fateOf({ receipt_no, secret }) {
  const citizen = await server.citizen();
  const fate = await citizen.call("question.status", { receipt_no, secret });
  await citizen.close();
  return fate;
}

async function stageOf(receipt) {
  return (await fateOf(receipt)).stage;
}

function answer(interview, question, text = "It is replaced in May.") {
  return staff.compere.command("statement.publish", {
    interview,
    kind: "answer",
    speaker: GUEST,
    text,
    questions: [question],
  });
}

test("a joined question keeps its asker and shares the fate of the one that everybody sees", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const leader = await asked(interview, "When do the pipes in Well Lane come?");
  const member = await asked(interview, "PRIVATE-WORDS what about the pipes in Well Lane");
  const joined = await group(staff.moderator, member.question, leader.question);
  assert.deepEqual(joined, { stage: "grouped", version: 2, group: leader.question, count: 1 });
  assert.deepEqual((await getInterview(interview)).questions, [], "the leader is hidden still");
  let fate = await fateOf(member);
  assert.equal(fate.stage, "grouped");
  assert.equal(fate.group, undefined, "and nobody is told of a hidden question");

  await approve(staff.moderator, leader.question);
  await watch.event((event) => event.question === leader.question, "the leader becomes public");
  assert.equal((await getInterview(interview)).questions[0].grouped, 1);
  const second = await asked(interview, "Well Lane pipes, third time asked");
  await group(staff.moderator, second.question, leader.question);
  const said = await watch.event(({ type }) => type === "question.grouped", "the count rises");
  assert.deepEqual([said.into, said.count, said.question], [leader.question, 2, undefined]);
  fate = await fateOf(member);
  assert.deepEqual(fate.group, {
    question: leader.question,
    receipt_no: leader.receipt_no,
    stage: "approved",
  });
  await answer(interview, leader.question);
  fate = await fateOf(second);
  assert.deepEqual([fate.stage, fate.group.stage], ["grouped", "answered"]);
  assert.equal(fate.answer.text, "It is replaced in May.");
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  const { receipt_no, secret } = second;
  const page = await server.postForm("/q?lang=en", { receipt_no, secret }, own);
  assert.ok(page.text.includes(`No. ${leader.receipt_no}`), "the page tells with which");
  assert.ok(page.text.includes("It is replaced in May."), "and shows the answer");

  await staff.moderator.command("question.ungroup", { question: member.question, version: 2 });
  await eventually(
    async () => (await getInterview(interview)).questions[0].grouped === 1,
    "the count falls",
  );
  assert.equal(await stageOf(member), "pending");
  const { to } = await getInterview(interview);
  await eventually(() => watch.n >= to, "the viewer has seen it all");
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  const seen = viewer.received.join("\n");
  for (const secretWord of ["PRIVATE-WORDS", member.question, member.receipt_no, second.question])
    assert.ok(!seen.includes(secretWord), `${secretWord} was never public`);
  await viewer.close();
});

test("who is turned down as a duplicate reads of which, and its answer, where everybody does", async () => {
  const { interview } = await liveInterview(staff.admin);
  const hidden = await asked(interview, "HIDDEN-WORDS of another");
  const repeats = await asked(interview, "PRIVATE-WORDS, once more");
  await reject(staff.moderator, repeats.question, "duplicate", { into: hidden.question });
  assert.equal((await fateOf(repeats)).duplicate_of, undefined, "which is hidden");
  const first = await shown(interview, "When is the main replaced?");
  const again = await asked(interview, "PRIVATE-WORDS, again");
  const { results } = await staff.moderator.command("question.bulk", {
    questions: [again.question],
    action: "reject",
    params: { code: "duplicate", into: first.question },
  });
  assert.equal(results[0].result?.stage, "rejected");
  await answer(interview, first.question);
  const fate = await fateOf(again);
  assert.equal(fate.duplicate_of.receipt_no, first.receipt_no);
  assert.equal(fate.answer.text, "It is replaced in May.");
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  const { receipt_no, secret } = again;
  const page = await server.postForm("/q?lang=en", { receipt_no, secret }, own);
  assert.match(page.text, new RegExp(`Repeats</dt><dd[^>]*><a[^>]*>No. ${first.receipt_no}`));
  assert.ok(page.text.includes("It is replaced in May."));
  const text = JSON.stringify(await getInterview(interview));
  for (const word of ["PRIVATE-WORDS", "HIDDEN-WORDS", hidden.question, again.question])
    assert.ok(!text.includes(word), `${word} is nowhere in public`);
});

test("what cannot be joined is refused, in words", async () => {
  const { interview } = await liveInterview(staff.admin);
  const elsewhere = await liveInterview(staff.admin);
  const [a, b, c] = [await asked(interview), await asked(interview), await asked(interview)];
  const far = await asked(elsewhere.interview);
  await group(staff.moderator, b.question, a.question);
  const { claim_epoch } = await staff.moderator.command("question.claim", { question: a.question });
  const leads = { question: a.question, version: 1, claim_epoch, into: c.question };
  const why = await refusal(staff.moderator.command("question.group", leads));
  assert.equal(why.reason, "has_members");
  const claim = await staff.moderator.command("question.claim", { question: c.question });
  const into = async (id) =>
    (
      await refusal(
        staff.moderator.command("question.group", {
          question: c.question,
          version: 1,
          claim_epoch: claim.claim_epoch,
          into: id,
        }),
      )
    ).reason;
  assert.equal(await into(c.question), "bad_params", "into itself");
  assert.equal(await into(b.question), "wrong_stage", "into a joined one");
  assert.equal(await into(far.question), "not_found", "into another interview");
  assert.equal(await into("q0000000000000000"), "not_found");
  const unclaimed = { question: c.question, version: 1, into: a.question };
  const without = await refusal(staff.moderator2.command("question.group", unclaimed));
  assert.equal(without.reason, "claimed");
  const public_ = await shown(interview);
  const public2 = { question: public_.question, version: 2, into: a.question };
  const late = await refusal(staff.moderator.command("question.group", public2));
  assert.equal(late.reason, "wrong_stage", "what everybody saw keeps its card");
});

test("when the leader comes to nothing its questions wait again, and the end gate waits for them", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const leader = await asked(interview, "Leader that is turned down");
  const members = [await asked(interview), await asked(interview)];
  for (const { question } of members) await group(staff.moderator, question, leader.question);
  await reject(staff.moderator, leader.question, "off_topic");
  for (const member of members)
    await eventually(async () => (await stageOf(member)) === "pending", "it waits again");
  const public_ = await shown(interview, "Leader that is withdrawn");
  for (const { question } of members) await group(staff.moderator, question, public_.question, 3);
  assert.equal((await getInterview(interview)).questions[0].grouped, 2);
  const editing = await advance(staff.compere, live, "draining", "ended", "editing");
  const publish = { ...editing, to: "published" };
  const gate = await refusal(staff.compere.command("interview.transition", publish));
  assert.deepEqual(gate.data.questions, [public_.question], "the joined ones follow their leader");
  const { receipt_no, secret } = public_;
  const citizen = await server.citizen();
  await citizen.command("question.withdraw", { receipt_no, secret });
  for (const member of members)
    await eventually(async () => (await stageOf(member)) === "pending", "the gate sees it again");
  const again = await refusal(staff.compere.command("interview.transition", publish));
  assert.deepEqual(again.data.questions.sort(), members.map((m) => m.question).sort());
  await citizen.close();
});

test("an asker takes a joined question back, and the count falls", async () => {
  const { interview } = await liveInterview(staff.admin);
  const leader = await shown(interview);
  const member = await asked(interview);
  await group(staff.moderator, member.question, leader.question);
  assert.equal((await getInterview(interview)).questions[0].grouped, 1);
  const { receipt_no, secret } = member;
  const citizen = await server.citizen();
  await citizen.command("question.withdraw", { receipt_no, secret });
  assert.equal((await getInterview(interview)).questions[0].grouped, undefined);
  assert.equal(await stageOf(member), "withdrawn");
  await citizen.close();
});

test("one act on many: each has its own result, and the same act again does nothing", async () => {
  const { interview } = await liveInterview(staff.admin);
  const receipts = [];
  for (let i = 0; i < 5; i++) receipts.push(await asked(interview, `Advert number ${i}`));
  const ids = receipts.map(({ question }) => question);
  await staff.moderator2.command("question.claim", { question: ids[1] });
  await reject(staff.moderator2, ids[2], "spam");
  const act = {
    questions: [...ids, "q0000000000000000"],
    action: "reject",
    params: { code: "advert" },
    command_id: newId(),
  };
  const first = await staff.moderator.call("question.bulk", act);
  assert.deepEqual(
    first.results.map(({ question }) => question),
    act.questions,
  );
  const outcome = ({ result, error }) => result?.stage ?? error.data.reason;
  assert.deepEqual(first.results.map(outcome), [
    "rejected",
    "claimed",
    "wrong_stage",
    "rejected",
    "rejected",
    "not_found",
  ]);
  assert.match(first.results[1].error.data.by, /moderator2/);
  await staff.moderator2.command("question.let_go", { question: ids[1] });
  assert.deepEqual(await staff.moderator.call("question.bulk", act), first);
  assert.equal(await stageOf(receipts[1]), "pending", "the answer was kept as a whole");
  const rest = { questions: [ids[1]], action: "reject", params: { code: "advert" } };
  const { results } = await staff.moderator.command("question.bulk", rest);
  assert.deepEqual(results.map(outcome), ["rejected"]);
});

test("a bulk gives nobody a right, and lets go what it could not decide", async () => {
  const { interview } = await liveInterview(staff.admin);
  const one = await asked(interview);
  const act = { questions: [one.question], action: "reject", params: { code: "advert" } };
  const { results } = await staff.compere.command("question.bulk", act);
  assert.equal(results[0].error.data.reason, "not_authorized");
  const citizen = await server.citizen();
  const stranger = await refusal(citizen.command("question.bulk", act));
  assert.equal(stranger.reason, "not_authorized");
  const outsider = await refusal(staff.outsider.command("question.bulk", act));
  assert.equal(outsider.reason, "not_found", "who may not see it does not find it");
  const bad = { ...act, params: { code: "no_such_code" } };
  const failed = await staff.moderator.command("question.bulk", bad);
  assert.equal(failed.results[0].error.data.reason, "bad_params");
  await staff.moderator2.command("question.claim", { question: one.question });
  const wrong = await refusal(staff.moderator.command("question.bulk", { ...act, action: "ask" }));
  assert.equal(wrong.reason, "bad_params");
  const twice = { ...act, questions: [one.question, one.question] };
  assert.equal(
    (await refusal(staff.moderator.command("question.bulk", twice))).reason,
    "bad_params",
  );
  await citizen.close();
});

test("many are joined at once", async () => {
  const { interview } = await liveInterview(staff.admin);
  const leader = await shown(interview, "Everybody asks this.");
  const receipts = [];
  for (let i = 0; i < 6; i++) receipts.push(await asked(interview, `Everybody asks it ${i}`));
  const { results } = await staff.moderator.command("question.bulk", {
    questions: receipts.map(({ question }) => question),
    action: "group",
    params: { into: leader.question },
  });
  assert.deepEqual(
    results.map(({ result }) => result?.stage),
    Array(6).fill("grouped"),
  );
  assert.equal((await getInterview(interview)).questions[0].grouped, 6);
});

// ---- votes -----------------------------------------------------------------------------------

const vote = (citizen, question, on = true) => citizen.call("question.vote", { question, on });

/** What the tallies of a watch come to. */
function tallied(watch) {
  return Object.assign({}, ...watch.tallies.map(({ votes }) => votes));
}

test("a citizen has one vote for a question, however often and from wherever it comes", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await shown(interview);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  await eventually(() => watch.tallies.length > 0, "a tally comes after the watch");
  assert.deepEqual(tallied(watch), {});
  const [one, two] = [await server.citizen(), await server.citizen()];
  const again = await server.citizen(one.token);
  assert.deepEqual(await vote(one, question), { votes: 1 });
  assert.deepEqual(await vote(one, question), { votes: 1 });
  assert.deepEqual(await vote(again, question), { votes: 1 });
  assert.deepEqual(await vote(two, question), { votes: 2 });
  await eventually(() => tallied(watch)[question] === 2, "who watches is told");
  assert.deepEqual(await vote(again, question, false), { votes: 1 });
  await eventually(() => tallied(watch)[question] === 1, "and told of less");
  const late = await server.citizen();
  const lateWatch = await late.watch(interview);
  await eventually(() => tallied(lateWatch)[question] === 1, "who comes late gets all of it");
  await eventually(() => watch.tallies.at(-1).viewers === 2, "and is counted as a viewer");
  const row = (await getInterview(interview)).questions[0];
  assert.equal(row.votes, 0, "votes after the publication are no part of the record");
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.ok(page.includes(`value="${question}">I want to know too <b>1</b>`), "the page has them");
  for (const client of [viewer, one, two, again, late]) await client.close();
});

test("the votes of a restored question are told to who comes right after", async () => {
  const roster = [...ROSTER, { user: "moderator2", duty: "reviewer" }];
  const { interview } = await liveInterview(staff.admin, {}, roster);
  const { question } = await shown(interview);
  const voter = await server.citizen();
  await vote(voter, question);
  const seen = async () => {
    const viewer = await server.citizen();
    const watch = await viewer.watch(interview);
    await eventually(() => watch.tallies.length > 0, "a tally");
    await viewer.close();
    return tallied(watch)[question];
  };
  const { version } = await staff.moderator.command("question.retract", {
    question,
    version: 2,
    code: "spam",
  });
  assert.equal(await seen(), undefined);
  await staff.moderator2.command("question.restore", { question, version });
  assert.equal(await seen(), 1);
  await voter.close();
});

test("a tally comes at most once a second, with only what changed", async () => {
  const { interview } = await liveInterview(staff.admin);
  const questions = [await shown(interview), await shown(interview)];
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  await eventually(() => watch.tallies.length > 0, "the first one");
  const voters = [];
  for (let i = 0; i < 8; i++) voters.push(await server.citizen());
  const began = Date.now();
  const before = watch.tallies.length;
  for (const voter of voters) await vote(voter, questions[0].question);
  await eventually(() => tallied(watch)[questions[0].question] === 8, "all are counted");
  const most = Math.ceil((Date.now() - began) / 1000) + 1;
  assert.ok(watch.tallies.length - before <= most, "not one for each vote");
  await vote(voters[0], questions[1].question);
  const last = await eventually(
    () => watch.tallies.find(({ votes }) => votes[questions[1].question]),
    "the other one",
  );
  assert.deepEqual(last.votes, { [questions[1].question]: 1 });
  for (const client of [viewer, ...voters]) await client.close();
});

test("who may vote, and for what", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const hidden = await asked(interview);
  const public_ = await shown(interview);
  const citizen = await server.citizen();
  const no = async (client, question) => (await refusal(vote(client, question))).reason;
  assert.equal(await no(citizen, hidden.question), "not_found", "not even that it exists");
  assert.equal(await no(staff.moderator, public_.question), "not_authorized");
  await vote(citizen, public_.question);
  const { receipt_no, secret } = public_;
  await citizen.command("question.withdraw", { receipt_no, secret });
  assert.equal(await no(citizen, public_.question), "wrong_stage");
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  await eventually(() => watch.tallies.length > 0, "a tally");
  assert.deepEqual(tallied(watch), {}, "a withdrawn question has no number");
  const other = await shown(interview);
  await advance(staff.compere, live, "draining", "ended");
  assert.equal(await no(citizen, other.question), "wrong_stage");
  for (const client of [citizen, viewer]) await client.close();
});

test("votes survive a crash, and are not in the log", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await shown(interview);
  const voters = [];
  for (let i = 0; i < 3; i++) voters.push(await server.citizen());
  for (const voter of voters) await vote(voter, question);
  await vote(voters[0], question, false);
  const { to } = await getInterview(interview);
  const tokens = voters.map(({ token }) => token);
  await server.kill();
  await server.start();
  for (const client of Object.values(staff)) await eventually(() => client.live, "staff are back");
  const back = await server.citizen(tokens[1]);
  assert.deepEqual(await vote(back, question), { votes: 2 }, "it is the same vote");
  assert.equal((await getInterview(interview)).to, to);
  for (const client of [...voters, back]) await client.close();
});

test("a form without a script votes too, and leads back to the card", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await shown(interview);
  const hidden = await asked(interview);
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  const path = `/i/${interview}/vote?lang=en`;
  const answer = await server.postForm(path, { question }, own);
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, `/i/${interview}?lang=en#q-${question}`);
  await server.postForm(path, { question }, own);
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.ok(page.includes("I want to know too <b>1</b>"), "once for an address");
  assert.equal((await server.postForm(path, { question: hidden.question }, own)).status, 404);
  const foreign = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  assert.equal((await server.postForm(path, { question }, foreign)).status, 403);
});

test("after the first vote no decision changes the public text", async () => {
  const { interview } = await liveInterview(staff.admin);
  const text = "Which pipes come first?";
  const { question } = await shown(interview, text);
  const citizen = await server.citizen();
  await vote(citizen, question);
  const claim_epoch = 1;
  const edit = { question, version: 2, claim_epoch, text: "Something else?" };
  const tries = [
    staff.moderator.command("question.undo", { question }),
    staff.moderator.command("question.approve", edit),
    staff.moderator.command("question.reject", { question, version: 2, claim_epoch, code: "spam" }),
    staff.moderator.command("question.group", { question, version: 2, into: question }),
  ];
  for (const attempt of tries) assert.equal((await refusal(attempt)).reason, "wrong_stage");
  await staff.compere.command("question.queue", { question });
  const row = (await getInterview(interview)).questions[0];
  assert.deepEqual([row.text, row.edited, row.votes], [text, false, 0]);
  await citizen.close();
});
