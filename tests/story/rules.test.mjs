// SPDX-License-Identifier: Apache-2.0
// What a rule set demands of an interview, who may pass it by, and what is never public.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { eventually, refusal, run } from "../kit/fangtan.mjs";
import { advance, COMPERE, GUEST, liveInterview, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000; // the portal's clock

const inDays = (days) => new Date(Date.now() + days * DAY_MS).toISOString();
// The portal's date, so many days from now: "2026-11-25".
const dateIn = (days) =>
  new Date(Date.now() + OFFSET_MS + days * DAY_MS).toISOString().slice(0, 10);

// ---- the rule sets of this portal ------------------------------------------------------------

const OFF_DAYS = 9; // nobody works on the next so many days

const folder = mkdtempSync(join(tmpdir(), "fangtan-rules-"));
const rules = join(folder, "rules");
const calendar = join(folder, "calendar.conf");
mkdirSync(rules);
writeFileSync(
  join(rules, "city.conf"),
  `# for this story
notice_days = 3
minutes_min = 30
minutes_max = 90
min_topics = 1
answer_working_days = 1
must_attend = compere moderator
lobby_minutes = 60
two_persons = no
may_lapse = no
overridable = notice_days lobby_minutes min_topics
`,
);
const years = [...new Set([dateIn(0), dateIn(OFF_DAYS + 4)].map((date) => date.slice(0, 4)))];
const off = Array.from({ length: OFF_DAYS }, (_, i) => `off ${dateIn(i + 1)}`);
writeFileSync(calendar, [...years.map((year) => `year ${year}`), ...off, ""].join("\n"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ABSENT_S = 1; // less than two approvals take to become public
const settings = {
  FANGTAN_MODERATION_RULE_SETS: rules,
  FANGTAN_MODERATION_CALENDAR: calendar,
  FANGTAN_MODERATION_ABSENT_S: String(ABSENT_S),
};
usePortal({ env: settings });

const CITY = { rule_set: "city", topics: ["Old pipes"], minutes: 60 };

const transition = (client, { interview, version }, to, more = {}) =>
  client.command("interview.transition", { interview, version, to, ...more });

const names = (refused) => {
  assert.equal(refused.reason, "guard");
  return refused.data.guards.map(({ guard }) => guard);
};

const ANNOUNCE = { override: "The guest asked for this date." };

// Announced, and so near that the lobby may open.
async function announced(changes = {}) {
  const planned = await plan(staff.admin, { ...CITY, starts_at: inDays(0.02), ...changes });
  const ready = await advance(staff.admin, planned, "in_review", "scheduled");
  const { version } = await transition(staff.admin, ready, "announced", ANNOUNCE);
  return { interview: ready.interview, version };
}

async function live(changes = {}) {
  const iv = await advance(staff.compere, await announced(changes), "lobby", "live");
  await staff.admin.command("asking.set", { interview: iv.interview, state: "open" });
  return iv;
}

// Signs these members of staff out; the server knows it when this is over.
async function lose(...people) {
  const there = await connections();
  for (const name of people) staff[name].keeping = false;
  for (const name of people) await staff[name].close();
  const gone = async () => (await connections()) <= there - people.length;
  await eventually(gone, "the server has seen them go");
}

async function comeBack(...people) {
  for (const name of people) staff[name] = (await server.staff(name)).keepOpen();
}

async function connections() {
  const { text } = await server.http("/metrics");
  return Number(/^fangtan_connections (\d+)$/m.exec(text)[1]);
}

function planRehearsal() {
  return staff.admin.command("interview.create", {
    interview: {
      topic: "Sound check",
      departments: ["Water Bureau"],
      starts_at: inDays(0.01),
      guests: [GUEST],
      compere: COMPERE,
      policy: { asking: "anonymous", question_public: "on_approve" },
      rule_set: "none",
    },
    rehearsal: true,
    roster: [
      { user: "compere", duty: "compere" },
      { user: "moderator", duty: "moderator" },
    ],
  });
}

// ---- the stories -----------------------------------------------------------------------------

test("staff are told which rule sets there are, citizens are not", async () => {
  assert.deepEqual(staff.moderator.hello.rule_sets, [{ name: "city", may_lapse: false }]);
  const citizen = await server.citizen();
  assert.equal(citizen.hello.rule_sets, undefined);
  await citizen.close();
});

test("a rule set that cannot be read stops the start, with its line", async () => {
  const bad = mkdtempSync(join(tmpdir(), "fangtan-bad-"));
  writeFileSync(join(bad, "town.conf"), "notice_days = 7\nnotice_weeks = 1\n");
  for (const args of [
    ["serve", "--check-config"],
    ["serve", "--data", join(bad, "data")],
  ]) {
    const { status, stderr } = await run(args, { env: { FANGTAN_MODERATION_RULE_SETS: bad } });
    assert.equal(status, 1);
    assert.match(stderr, /^fangtan: serve: .*town\.conf:2: no rule has this name\n$/);
  }
  const nowhere = { FANGTAN_MODERATION_CALENDAR: join(bad, "no.conf") };
  const missing = await run(["serve", "--check-config"], { env: nowhere });
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /no\.conf: No such file/);
  rmSync(bad, { recursive: true, force: true });
  const good = await run(["serve", "--check-config"], { env: settings });
  assert.equal(good.status, 0);
  assert.match(good.stdout, /\nrule_sets = .*rules\n/);
  assert.match(good.stdout, /\ncalendar = .*calendar\.conf\n/);
  assert.match(good.stdout, /\nabsent_s = 1\n/);
});

test("only an installed rule set can be planned with", async () => {
  const why = await refusal(plan(staff.admin, { rule_set: "village" }));
  assert.deepEqual([why.reason, why.data.field], ["bad_params", "rule_set"]);
});

test("a plan that is too short, too vague and without its people is not reviewed", async () => {
  const roster = [{ user: "compere", duty: "compere" }];
  const thin = { rule_set: "city", minutes: 20, guests: [] };
  const planned = await plan(staff.admin, thin, roster);
  const why = await refusal(transition(staff.admin, planned, "in_review"));
  assert.equal(why.reason, "guard");
  assert.deepEqual(why.data.guards, [
    {
      guard: "fields",
      need: ["topic", "departments", "guests", "compere", "starts_at"],
      have: ["topic", "departments", "compere", "starts_at"],
      may_override: false,
    },
    { guard: "minutes_min", need: 30, have: 20, may_override: false },
    { guard: "min_topics", need: 1, have: 0, may_override: true },
    { guard: "roster", need: ["compere", "moderator"], have: ["compere"], may_override: false },
  ]);
  const pressed = await refusal(transition(staff.admin, planned, "in_review", ANNOUNCE));
  assert.equal(names(pressed).length, 4, "what the rule set does not let pass stays");
  const { interview } = planned;
  const { version } = await staff.admin.command("interview.update", {
    interview,
    version: 1,
    set: {
      minutes: 60,
      guests: [GUEST],
      topics: ["Old pipes", "Prices"],
      roster: [...roster, { user: "moderator", duty: "moderator" }],
    },
  });
  assert.equal(
    (await transition(staff.admin, { interview, version }, "in_review")).stage,
    "in_review",
  );
});

test("notice is too short: the administrator passes it with a reason that staff can read", async () => {
  const planned = await plan(staff.admin, { ...CITY, starts_at: inDays(1) });
  const { interview } = planned;
  const ready = await advance(staff.admin, planned, "in_review", "scheduled");
  const watch = await staff.moderator.watch(interview);
  const why = await refusal(transition(staff.admin, ready, "announced"));
  assert.deepEqual(why.data.guards, [
    { guard: "notice_days", need: 3, have: 1, may_override: true },
  ]);
  assert.equal(why.data.stage, undefined);
  const done = await transition(staff.admin, ready, "announced", { override: "Flood warning." });
  assert.equal(done.stage, "announced");
  const event = await watch.event("interview.overridden");
  assert.deepEqual(
    [event.to, event.guards, event.why, event.by, event.public],
    ["announced", ["notice_days"], "Flood warning.", "u:admin", false],
  );
  const moved = await watch.event("interview.announced");
  assert.equal(moved.version, done.version);
  const viewer = await server.citizen();
  const seen = await viewer.watch(interview);
  assert.deepEqual(seen.snapshot.interview.topics, ["Old pipes"]);
  assert.ok(!viewer.received.some((frame) => frame.includes("Flood warning")));
  const page = await server.http(`/i/${interview}?lang=en`);
  assert.match(page.text, /Topics<\/dt><dd>Old pipes<\/dd>/);
  await viewer.close();
});

test("an announced interview cannot be moved to easier rules", async () => {
  const { interview, version } = await announced();
  const update = { interview, version, set: { rule_set: "none" } };
  const why = await refusal(staff.admin.command("interview.update", update));
  assert.deepEqual([why.reason, why.data.stage], ["wrong_stage", "announced"]);
  const same = { interview, version, set: { rule_set: "city", minutes: 45 } };
  assert.equal((await staff.admin.command("interview.update", same)).version, version + 1);
});

test("enough notice needs no override, and an override that nothing needs is not recorded", async () => {
  const planned = await plan(staff.admin, { ...CITY, starts_at: inDays(3) });
  const ready = await advance(staff.admin, planned, "in_review", "scheduled");
  const watch = await staff.moderator.watch(ready.interview);
  const done = await transition(staff.admin, ready, "announced", ANNOUNCE);
  assert.equal(done.version, ready.version + 1);
  await watch.event("interview.announced");
  assert.ok(!watch.events.some(({ type }) => type === "interview.overridden"));
});

test("the lobby opens an hour before; a compere cannot pass that by", async () => {
  const iv = await announced({ starts_at: inDays(0.2) });
  const early = await refusal(transition(staff.compere, iv, "lobby", { override: "I am ready." }));
  assert.deepEqual(names(early), ["lobby_minutes"]);
  assert.ok(early.data.guards[0].have > 200 && early.data.guards[0].need === 60);
  const done = await transition(staff.admin, iv, "lobby", { override: "A rehearsal of sound." });
  assert.equal(done.stage, "lobby");
});

test("nobody starts without those who must attend", async () => {
  const iv = await announced();
  const absent = [
    {
      guard: "must_attend",
      need: ["compere", "moderator"],
      have: ["compere"],
      may_override: false,
    },
  ];
  await lose("moderator", "moderator2");
  const early = await refusal(transition(staff.compere, iv, "lobby"));
  assert.deepEqual(early.data.guards, absent);
  await comeBack("moderator", "moderator2");
  const { version } = await transition(staff.compere, iv, "lobby");
  const lobby = { interview: iv.interview, version };
  await lose("moderator", "moderator2");
  const why = await refusal(transition(staff.compere, lobby, "live"));
  assert.deepEqual(why.data.guards, absent);
  await comeBack("moderator", "moderator2");
  assert.equal((await transition(staff.compere, lobby, "live")).stage, "live");
});

test("a pause and a postponement need a reason, and then another date", async () => {
  const iv = await announced();
  const { interview } = iv;
  assert.deepEqual(names(await refusal(transition(staff.admin, iv, "postponed"))), ["reason"]);
  const put = await transition(staff.admin, iv, "postponed", { reason: "The guest is ill." });
  const again = { interview, version: put.version };
  const why = await refusal(transition(staff.admin, again, "announced", ANNOUNCE));
  assert.deepEqual(names(why), ["notice_days", "new_date"]);
  const { version } = await staff.admin.command("interview.update", {
    interview,
    version: put.version,
    set: { starts_at: inDays(5) },
  });
  const back = await transition(staff.admin, { interview, version }, "announced");
  assert.equal(back.stage, "announced");
  assert.equal((await getInterview(interview)).interview.stage, "announced");
});

test("a referred question has its date, and the interview is not closed before the reply", async () => {
  const iv = await live();
  const { interview } = iv;
  const watch = await (await server.citizen()).watch(interview);
  const first = await shown(interview, "Which streets come first?");
  const second = await shown(interview, "Who pays for the taps?");
  const answer = {
    interview,
    kind: "answer",
    speaker: GUEST,
    text: "Well Lane.",
    questions: [first.question],
  };
  await staff.guest.command("statement.publish", answer);
  const referred = await staff.moderator.command("question.refer", {
    question: second.question,
    version: 2,
    department: "Water Bureau",
  });
  // The next days are off; a weekend after them too.
  let days = OFF_DAYS + 1;
  while ([0, 6].includes(new Date(`${dateIn(days)}T00:00:00Z`).getUTCDay())) days++;
  const due = new Date(Date.parse(`${dateIn(days)}T23:59:59Z`) - OFFSET_MS).toISOString();
  assert.equal(referred.due, due);
  const event = await watch.event("question.referred");
  assert.equal(event.due, due);
  const citizen = await server.citizen();
  const { receipt_no, secret } = second;
  const status = await citizen.call("question.status", { receipt_no, secret });
  assert.equal(status.due, due);
  const ended = await advance(staff.compere, iv, "draining", "ended", "editing");
  const published = await advance(staff.admin, ended, "published");
  const why = await refusal(transition(staff.admin, published, "closed"));
  assert.deepEqual(why.data.guards, [
    { guard: "open_cases", need: 0, have: 1, may_override: false },
  ]);
  await citizen.close();
});

test("with the interview its answered questions are closed, for everybody alike", async () => {
  const iv = await live();
  const { interview } = iv;
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const board = await staff.moderator.watch(interview);
  const first = await shown(interview, "Which streets come first?");
  const answer = {
    kind: "answer",
    speaker: GUEST,
    text: "Well Lane.",
    questions: [first.question],
  };
  await staff.guest.command("statement.publish", { interview, ...answer });
  const edited = await advance(staff.compere, iv, "draining", "ended", "editing", "published");
  const closed = await advance(staff.admin, edited, "closed");
  const fresh = await getInterview(interview);
  assert.equal(fresh.questions[0].stage, "closed");
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  const citizen = await server.citizen();
  const { receipt_no, secret } = first;
  assert.equal((await citizen.call("question.status", { receipt_no, secret })).stage, "closed");
  const lookup = await server.postForm("/q?lang=en", { receipt_no, secret });
  assert.equal(lookup.status, 200);
  assert.match(lookup.text, /Well Lane\./);
  const { snapshot } = await board.client.watch(interview);
  assert.deepEqual([snapshot.questions[0].stage, snapshot.questions[0].version], ["closed", 3]);
  assert.equal((await transition(staff.admin, closed, "archived")).stage, "archived");
  for (const client of [viewer, citizen]) await client.close();
});

test("what was taken down goes back to where it was, and nowhere else", async () => {
  const iv = await live();
  const { interview } = iv;
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  await staff.compere.command("statement.publish", {
    interview,
    kind: "opening",
    speaker: COMPERE,
    text: "Good morning.",
  });
  const ended = await advance(staff.compere, iv, "draining", "ended");
  const was = (await getInterview(interview)).interview;
  assert.deepEqual(names(await refusal(transition(staff.admin, ended, "taken_down"))), ["reason"]);
  const reason = "A name was said that must not be.";
  const down = await transition(staff.admin, ended, "taken_down", { reason });
  const here = { interview, version: down.version };
  for (const to of ["announced", "live", "editing", "published", "archived"])
    assert.equal((await refusal(transition(staff.admin, here, to))).reason, "wrong_stage", to);
  const back = await transition(staff.admin, here, "ended");
  assert.equal(back.stage, "ended");
  await eventually(() => watch.modes.length === 2, "the viewer begins anew");
  const fresh = await getInterview(interview);
  assert.deepEqual(fresh.interview, was);
  await eventually(() => watch.n === fresh.to, "the viewer has all events");
  assert.deepEqual(foldedPublic(watch), fresh);
  await viewer.close();
});

test("a rehearsal runs like an interview, and citizens never hear of it", async () => {
  const { interview, version } = await planRehearsal();
  const iv = await advance(staff.admin, { interview, version }, ...TO_ANNOUNCED, "lobby", "live");
  await staff.compere.command("asking.set", { interview, state: "open" });
  const citizen = await server.citizen();
  for (const [method, params] of [
    ["interview.watch", { interview }],
    ["question.ask", { interview, text: "Am I early?", command_id: "early" }],
  ])
    assert.equal((await refusal(citizen.call(method, params))).reason, "not_found", method);
  assert.equal(
    (await refusal(staff.outsider.call("interview.watch", { interview }))).reason,
    "not_found",
  );
  const { interviews } = await citizen.call("interview.list", {});
  assert.ok(!interviews.some(({ id }) => id === interview));
  for (const path of [
    `/i/${interview}`,
    `/api/v1/interviews/${interview}`,
    `/i/${interview}/transcript.json`,
    `/i/${interview}/ledger.json`,
    `/api/v1/interviews/${interview}/ledger.json`,
  ])
    assert.equal((await server.http(path)).status, 404, path);
  for (const path of ["/", "/api/v1/interviews"])
    assert.ok(!(await server.http(path)).text.includes(interview), path);
  const mine = await staff.moderator.call("interview.list", {});
  assert.equal(mine.interviews.find(({ id }) => id === interview).rehearsal, true);

  // Those who rehearse see what everybody would see.
  const screen = await server.staff("compere");
  const seen = await screen.call("interview.watch", { interview, as_public: true });
  assert.equal(seen.snapshot.interview.roster, undefined);
  const text = "Asked by a colleague who plays a citizen?";
  const { question } = await staff.moderator.command("question.ask", { interview, text });
  const claim = await staff.moderator.command("question.claim", { question });
  const decision = { question, version: 1, claim_epoch: claim.claim_epoch };
  await staff.moderator.command("question.approve", decision);
  await eventually(
    () => screen.received.some((frame) => frame.includes(text)),
    "it is on the screen",
  );
  assert.ok(!citizen.received.some((frame) => frame.includes(interview)));

  const ended = await advance(staff.compere, iv, "draining", "ended", "editing");
  const refused = await refusal(transition(staff.admin, ended, "published"));
  assert.equal(refused.reason, "rehearsal");
  for (const client of [citizen, screen]) await client.close();
});

test("in the lobby too, and whatever asking is called", async () => {
  const { interview } = await advance(staff.compere, await announced(), "lobby");
  await staff.moderator.command("asking.set", { interview, state: "precollect" });
  const board = await staff.compere.watch(interview);
  await new Promise((done) => setTimeout(done, 1_000)); // a moderator is seen to be there
  await lose("moderator", "moderator2");
  const event = await board.event(
    (e) => e.type === "asking.set" && e.asking === "closed",
    "closed",
  );
  assert.deepEqual([event.reason, event.by], ["no_moderator", "system"]);
  await comeBack("moderator", "moderator2");
});

test("when all moderators are lost, asking is closed, and staff see why", async () => {
  const { interview } = await live();
  const board = await staff.compere.watch(interview);
  // What is shown has waited for longer than nobody may be there; here is always somebody.
  await lose("moderator2");
  for (const text of ["Who has the plans?", "And who may see them?"]) await shown(interview, text);
  assert.ok(!board.events.some((event) => event.reason === "no_moderator"), "one is still here");
  await lose("moderator");
  const event = await board.event(
    (e) => e.type === "asking.set" && e.asking === "closed",
    "closed",
  );
  assert.deepEqual([event.reason, event.by], ["no_moderator", "system"]);
  const citizen = await server.citizen();
  const ask = { interview, text: "Is anybody there?" };
  assert.equal((await refusal(citizen.command("question.ask", ask))).reason, "asking_closed");
  const late = await server.staff("compere");
  const { snapshot } = await late.watch(interview);
  assert.equal(snapshot.interview.asking_reason, "no_moderator");
  assert.equal(board.events.filter((e) => e.type === "asking.set").length, 1);

  // They come back, and somebody opens it again.
  await comeBack("moderator", "moderator2");
  await staff.moderator.command("asking.set", { interview, state: "open" });
  await citizen.command("question.ask", ask);
  for (const client of [citizen, late]) await client.close();
});

test("under the rule set none, only the order of stages and the end gate count", async () => {
  const iv = await liveInterview(staff.admin, { starts_at: inDays(-1) });
  const one = await asked(iv.interview, "Is there a rule here?");
  const paused = await transition(staff.compere, iv, "suspended");
  const ended = await advance(
    staff.admin,
    { interview: iv.interview, version: paused.version },
    "live",
    "draining",
    "ended",
    "editing",
  );
  const refer = { question: one.question, version: 1, department: "Water Bureau" };
  const { due } = await staff.moderator.command("question.refer", refer);
  assert.equal(due, undefined);
  await advance(staff.admin, ended, "published", "closed", "archived");
});

test("a rule set that is gone keeps its interviews from going on, until they get another", async () => {
  const planned = await plan(staff.admin, { ...CITY, starts_at: inDays(9) });
  const { interview } = planned;
  const rehearsal = await advance(staff.admin, await planRehearsal(), ...TO_ANNOUNCED);
  await server.stop();
  const args = ["export", rehearsal.interview, "--format", "txt", "--data", server.data];
  const exported = await run(args); // nobody gets a rehearsal's documents
  assert.equal(exported.status, 1);
  assert.match(exported.stderr, /there is no public interview/);
  rmSync(join(rules, "city.conf"));
  await server.start();
  const why = await eventually(
    async () => staff.admin.live && (await refusal(transition(staff.admin, planned, "in_review"))),
    "the administrator is back",
  );
  assert.deepEqual(why.data.guards, [{ guard: "rule_set", need: "city", may_override: false }]);
  const set = { rule_set: "none" };
  const { version } = await staff.admin.command("interview.update", { interview, version: 1, set });
  const done = await transition(staff.admin, { interview, version }, "in_review");
  assert.equal(done.stage, "in_review");
});
