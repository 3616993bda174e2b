// SPDX-License-Identifier: Apache-2.0
// What is said and how it gets to the public: drafts, chains, delay, corrections, retractions, and
// the brake on the whole feed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, newId, refusal } from "../kit/fangtan.mjs";
import { advance, COMPERE, GUEST, liveInterview, plan, ROSTER } from "../kit/interview.mjs";
import { getInterview, server, shown, staff, UNDO_MS, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

usePortal({ accounts: { checker: "staff", reviewer: "staff", producer: "staff" } });

const FULL_ROSTER = [
  ...ROSTER,
  { user: "checker", duty: "policy_checker" },
  { user: "reviewer", duty: "reviewer" },
  { user: "producer", duty: "producer" },
];
const POLICY = { asking: "anonymous", question_public: "on_approve" };
const CHAINS = { guest: ["policy_checker", "reviewer"], stenographer: ["compere"] };

const said = (interview, text, more = {}) => ({
  interview,
  kind: "explanation",
  speaker: COMPERE,
  text,
  ...more,
});
const answerTo = (interview, question, text) =>
  said(interview, text, { kind: "answer", speaker: GUEST, questions: [question] });

async function transcript(interview, format) {
  return (await server.http(`/api/v1/interviews/${interview}/transcript.${format}`)).text;
}

test("what was prepared beforehand is said with one key", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  const opening = said(interview, "Good morning, draft one.", { kind: "opening" });
  const draft = await staff.compere.command("statement.prepare", opening);
  assert.equal(draft.version, 1);
  const again = await staff.compere.command("statement.prepare", {
    ...opening,
    text: "Good morning to all of you.",
    statement: draft.statement,
    version: 1,
  });
  assert.deepEqual([again.statement, again.version], [draft.statement, 2]);
  const early = { statement: draft.statement, version: 2 };
  const why = await refusal(staff.compere.command("statement.release", early));
  assert.equal(why.reason, "wrong_stage", "nothing is said before the lobby");
  const lobby = await advance(staff.admin, planned, "in_review", "scheduled", "announced", "lobby");
  const kept = await staff.compere.command("statement.release", early);
  assert.deepEqual([kept.stage, kept.kept, kept.version], ["prepared", true, 3]);
  assert.deepEqual((await getInterview(interview)).statements, [], "nothing is shown in the lobby");
  await advance(staff.admin, lobby, "live");
  const now = { ...early, version: 3 };
  const stale = await refusal(staff.compere.command("statement.release", { ...early, version: 1 }));
  assert.deepEqual([stale.reason, stale.data.version], ["stale", 3]);
  const id = newId();
  const out = await staff.compere.command("statement.release", now, id);
  assert.deepEqual([out.statement, out.version, out.stage], [draft.statement, 1, "published"]);
  assert.deepEqual(await staff.compere.command("statement.release", now, id), out);
  const { statements } = await getInterview(interview);
  assert.equal(statements.length, 1);
  assert.equal(statements[0].text, "Good morning to all of you.");
  assert.equal(statements[0].origin, "prepared");
});

test("a guest's words wait for each duty of the chain, and nobody passes his own", async () => {
  const policy = { ...POLICY, chains: CHAINS };
  const { interview } = await liveInterview(staff.admin, { policy }, FULL_ROSTER);
  const checker = await server.staff("checker");
  const reviewer = await server.staff("reviewer");
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const { question } = await shown(interview, "Who pays for the pipes?");
  const text = "The bureau pays for all of them.";
  const sent = await staff.guest.command("statement.publish", answerTo(interview, question, text));
  assert.deepEqual([sent.stage, sent.waits_for, sent.version], ["submitted", "policy_checker", 1]);
  const step = { statement: sent.statement, version: 1 };
  const early = await refusal(reviewer.command("statement.pass", step));
  assert.equal(early.reason, "not_authorized", "it is not the reviewer's turn");
  const first = await checker.command("statement.pass", step);
  assert.deepEqual([first.stage, first.waits_for, first.version], ["submitted", "reviewer", 2]);
  const note = "Name the sum, please.";
  const back = { statement: sent.statement, version: 2, note };
  assert.equal((await reviewer.command("statement.return", back)).stage, "returned");
  const staffWatch = await staff.guest.watch(interview);
  const seen = staffWatch.snapshot.drafts.find((d) => d.statement === sent.statement);
  assert.deepEqual([seen.stage, seen.note, seen.author], ["returned", note, "guest"]);
  const better = "The bureau pays: three million in all.";
  const anew = { ...answerTo(interview, question, better), statement: sent.statement, version: 3 };
  const written = await staff.guest.command("statement.prepare", anew);
  const go = { statement: sent.statement, version: written.version };
  const resent = await staff.guest.command("statement.release", go);
  assert.equal(resent.waits_for, "policy_checker", "from the beginning of its chain");
  const once = await checker.command("statement.pass", { ...go, version: resent.version });
  assert.ok(!viewer.received.join("\n").includes("bureau pays"), "nobody outside has seen it");
  const out = await reviewer.command("statement.pass", { ...go, version: once.version });
  assert.deepEqual([out.stage, out.version], ["published", 1]);
  const event = await watch.event("question.answered");
  assert.deepEqual([event.question, event.statement], [question, sent.statement]);
  const now = await getInterview(interview);
  assert.equal(now.statements[0].text, better);
  assert.equal(now.questions[0].stage, "answered");
  assert.ok(!viewer.received.join("\n").includes("pays for all of them"));
  assert.ok(!viewer.received.join("\n").includes("policy_checker"), "chains are not public");
  for (const client of [checker, reviewer, viewer]) await client.close();
});

test("who wrote a statement does not pass it, whatever duties he has", async () => {
  const roster = [...ROSTER, { user: "guest", duty: "policy_checker" }];
  const policy = { ...POLICY, chains: { guest: ["policy_checker"] } };
  const { interview } = await liveInterview(staff.admin, { policy }, roster);
  const sent = await staff.guest.command("statement.publish", said(interview, "My own words."));
  const step = { statement: sent.statement, version: 1 };
  const why = await refusal(staff.guest.command("statement.pass", step));
  assert.equal(why.reason, "two_persons");
  await staff.guest.command("statement.discard", step);
  const gone = await refusal(staff.guest.command("statement.discard", { ...step, version: 2 }));
  assert.equal(gone.reason, "wrong_stage");
  assert.deepEqual((await getInterview(interview)).statements, []);
});

test("a correction keeps its place and shows when; every reader gets it", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const one = await staff.compere.command("statement.publish", said(interview, "It costs 300."));
  await staff.compere.command("statement.publish", said(interview, "Next subject."));
  const fix = { statement: one.statement, version: 1, text: "It costs 350." };
  const why = await refusal(staff.guest.command("statement.correct", fix));
  assert.equal(why.reason, "not_authorized");
  assert.equal((await staff.stenographer.command("statement.correct", fix)).version, 2);
  const late = await refusal(staff.compere.command("statement.correct", { ...fix, text: "400" }));
  assert.deepEqual([late.reason, late.data.version], ["stale", 2]);
  const event = await watch.event("statement.corrected");
  assert.deepEqual([event.version, event.text], [2, "It costs 350."]);
  const fresh = await getInterview(interview);
  const [first, second] = fresh.statements;
  assert.deepEqual([first.text, first.version, first.revisions], ["It costs 350.", 2, 1]);
  assert.equal(first.corrected_at, event.at);
  assert.equal(second.text, "Next subject.");
  assert.deepEqual(foldedPublic(watch), fresh);
  const page = (await server.http(`/i/${interview}?lang=zh-Hans`)).text;
  assert.match(page, /更正于/);
  assert.ok(page.includes("It costs 350.") && !page.includes("It costs 300."));
  for (const format of ["html", "md", "txt", "json"])
    assert.ok(!(await transcript(interview, format)).includes("costs 300"), format);
  assert.match(await transcript(interview, "txt"), /Corrected|更正于/);
  await viewer.close();
});

test("a retraction leaves a tombstone, and its question is asked again", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const shownReceipt = await shown(interview, "How long will it take?");
  const { question } = shownReceipt;
  const answer = answerTo(interview, question, "It takes 12 weeks, says Ms Ou of flat 9.");
  const { statement } = await staff.guest.command("statement.publish", answer);
  const unknown = { statement, version: 1, code: "because" };
  const why = await refusal(staff.compere.command("statement.retract", unknown));
  assert.deepEqual([why.reason, why.data.field], ["bad_params", "code"]);
  const take = { statement, version: 1, code: "personal_data" };
  assert.equal((await staff.compere.command("statement.retract", take)).version, 2);
  const event = await watch.event("statement.retracted");
  const { n, at, type, ...body } = event;
  assert.deepEqual(body, { statement, code: "personal_data" }, "a class and nothing else");
  const fresh = await getInterview(interview);
  assert.equal(fresh.statements[0].text, undefined);
  assert.equal(fresh.statements[0].code, "personal_data");
  assert.equal(fresh.counts.statements, 0);
  assert.deepEqual([fresh.questions[0].stage, fresh.questions[0].answers], ["approved", []]);
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  const board = (await staff.compere.watch(interview)).snapshot;
  const row = board.questions.find((q) => q.question === question);
  assert.deepEqual([row.stage, row.queue_rank], ["queued", 1], "the next one of the queue");
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.match(page, /This statement was taken down/);
  for (const format of ["html", "md", "txt", "json"])
    assert.ok(!(await transcript(interview, format)).includes("flat 9"), format);
  const { receipt_no, secret } = shownReceipt;
  const fate = await viewer.call("question.status", { receipt_no, secret });
  assert.equal(fate.answer, undefined, "not even the asker gets it any more");
  assert.ok(!JSON.stringify(fate).includes("flat 9"));
  const second = answerTo(interview, question, "It takes 12 weeks.");
  await staff.guest.command("statement.publish", second);
  assert.equal((await getInterview(interview)).questions[0].stage, "answered");
  await viewer.close();
});

test("a published text stays until its correction has passed the chain of those words", async () => {
  const policy = { ...POLICY, chains: CHAINS };
  const { interview } = await liveInterview(staff.admin, { policy }, FULL_ROSTER);
  const checker = await server.staff("checker");
  const reviewer = await server.staff("reviewer");
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const first = said(interview, "Three million in all.", { speaker: GUEST });
  const sent = await staff.compere.command("statement.publish", first);
  assert.equal(sent.waits_for, "policy_checker", "the guest's chain, whoever enters it");
  const { statement } = sent;
  await checker.command("statement.pass", { statement, version: 1 });
  await reviewer.command("statement.pass", { statement, version: 2 });
  await watch.event("statement.published");
  const text = "Thirteen million in all.";
  const command = { statement, version: 1, text };
  const asked = await staff.compere.command("statement.correct", command);
  assert.deepEqual([asked.stage, asked.waits_for], ["submitted", "policy_checker"]);
  assert.notEqual(asked.statement, statement);
  const go = { statement: asked.statement, version: 1 };
  const own = await refusal(staff.compere.command("statement.pass", go));
  assert.equal(own.reason, "not_authorized");
  await checker.command("statement.pass", go);
  assert.equal((await getInterview(interview)).statements[0].text, first.text);
  const made = await reviewer.command("statement.pass", { ...go, version: 2 });
  assert.deepEqual([made.statement, made.version, made.stage], [statement, 2, "published"]);
  const event = await watch.event("statement.corrected");
  assert.deepEqual([event.text, event.version], [text, 2]);
  const fresh = await getInterview(interview);
  assert.equal(fresh.statements.length, 1);
  assert.deepEqual([fresh.statements[0].text, fresh.statements[0].revisions], [text, 1]);
  assert.equal(fresh.statements[0].corrected_at, event.at);
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  const bytes = viewer.received.join("\n");
  assert.ok(!bytes.includes(asked.statement) && !bytes.includes("corrects"));
  for (const client of [checker, reviewer, viewer]) await client.close();
});

test("after publication a retracted answer leaves its question answered", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const { question } = await shown(interview, "Is the water safe?");
  const answer = answerTo(interview, question, "It is, by last month's test.");
  const { statement } = await staff.guest.command("statement.publish", answer);
  await advance(staff.admin, live, "draining", "ended", "editing", "published");
  await staff.admin.command("statement.retract", { statement, version: 1, code: "mistake" });
  const fresh = await getInterview(interview);
  assert.deepEqual(
    [fresh.questions[0].stage, fresh.questions[0].answers],
    ["answered", [statement]],
  );
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.match(page, /It contained a mistake/);
  assert.ok(!page.includes("last month"));
});

test("a frozen feed shows nothing new, loses nothing, and runs on", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const before = await shown(interview, "What was shown before?");
  const waiting = await shown(interview, "May I withdraw this?");
  const freeze = { interview, reason: "The line to the hall broke" };
  await staff.moderator.command("feed.freeze", freeze);
  const frozen = await watch.event("feed.frozen");
  assert.equal(frozen.reason, freeze.reason);
  const page = (await server.http(`/i/${interview}?lang=zh-Hans`)).text;
  assert.match(page, /暂停更新/);
  assert.ok(page.includes(freeze.reason));
  const quiet = watch.n;

  const kept = await staff.compere.command("statement.publish", said(interview, "Kept back."));
  assert.deepEqual([kept.stage, kept.kept], ["prepared", true]);
  const still = { statement: kept.statement, version: 1 };
  const held = await staff.compere.command("statement.release", still);
  assert.deepEqual([held.stage, held.kept, held.version], ["prepared", true, 1]);
  const air = { question: before.question };
  const why = await refusal(staff.compere.command("question.put_on_air", air));
  assert.equal(why.reason, "frozen");
  const { receipt_no, secret } = waiting;
  const citizen = await server.citizen();
  const asked = { interview, text: "Asked while it was frozen" };
  const late = await citizen.command("question.ask", asked);
  const claim = await staff.moderator.command("question.claim", { question: late.question });
  const decision = { question: late.question, version: 1, claim_epoch: claim.claim_epoch };
  await staff.moderator.command("question.approve", decision);
  await citizen.command("question.withdraw", { receipt_no, secret });
  await watch.event("question.withdrawn", "what is taken back goes at once");
  await new Promise((done) => setTimeout(done, UNDO_MS + 500));
  assert.equal(watch.n, quiet + 1, "the due publication waits");

  await staff.compere.command("feed.unfreeze", { interview });
  await watch.event("feed.unfrozen");
  await watch.event((event) => event.question === late.question, "now it is shown");
  const out = await staff.compere.command("statement.release", still);
  assert.deepEqual([out.stage, out.version], ["published", 1]);
  const fresh = await getInterview(interview);
  assert.equal(fresh.interview.frozen, undefined);
  assert.equal(fresh.statements[0].origin, "live", "it was said live");
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  for (const client of [viewer, citizen]) await client.close();
});

test("the last passed step of a frozen feed waits as a draft whose chain is done", async () => {
  const policy = { ...POLICY, chains: CHAINS };
  const { interview } = await liveInterview(staff.admin, { policy }, FULL_ROSTER);
  const sent = await staff.stenographer.command("statement.publish", said(interview, "Typed."));
  assert.equal(sent.waits_for, "compere");
  await staff.compere.command("feed.freeze", { interview });
  const step = { statement: sent.statement, version: 1 };
  const passed = await staff.compere.command("statement.pass", step);
  assert.deepEqual([passed.stage, passed.kept, passed.version], ["prepared", true, 2]);
  await staff.compere.command("feed.unfreeze", { interview });
  const go = { statement: sent.statement, version: 2 };
  const out = await staff.stenographer.command("statement.release", go);
  assert.equal(out.stage, "published", "the chain is not asked twice");
});

test("with a delay a statement can be stopped before anybody sees it", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const much = await refusal(staff.compere.command("feed.delay", { interview, seconds: 301 }));
  assert.equal(much.reason, "bad_params");
  await staff.compere.command("feed.delay", { interview, seconds: 2 });
  const { question } = await shown(interview, "Is it delayed?");
  const slip = await staff.compere.command(
    "statement.publish",
    said(interview, "A slip of tongue"),
  );
  assert.equal(slip.stage, "delayed");
  const at = Date.parse(slip.public_at) - Date.now();
  assert.ok(at > 0 && at <= 3000, "soon");
  const right = answerTo(interview, question, "By two seconds.");
  const good = await staff.guest.command("statement.publish", right);
  const stop = { statement: slip.statement, version: 1, note: "Say it again" };
  await staff.compere.command("statement.return", stop);
  const event = await watch.event("statement.published");
  assert.equal(event.statement, good.statement);
  assert.ok(
    Date.parse(event.at) - Date.parse(event.said_at) >= 1900,
    "said_at is when it was said",
  );
  await watch.event("question.answered");
  assert.ok(!viewer.received.join("\n").includes("slip of tongue"));
  const fresh = await getInterview(interview);
  assert.equal(fresh.interview.delay, 2);
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  await viewer.close();
});

test("a delayed statement is published once when the server comes back", async () => {
  const { interview } = await liveInterview(staff.admin);
  await staff.compere.command("feed.delay", { interview, seconds: 3 });
  const sent = await staff.compere.command("statement.publish", said(interview, "Over a restart"));
  await server.kill();
  await server.start();
  const there = async () => (await getInterview(interview)).statements.length > 0;
  await eventually(there, "it becomes public after the restart");
  const { statements } = await getInterview(interview);
  assert.deepEqual(
    statements.map(({ statement }) => statement),
    [sent.statement],
  );
});
