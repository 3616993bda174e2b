// SPDX-License-Identifier: Apache-2.0
// Interviews in which everything is marked (marks.mjs), and everything that may become of a
// question or of what is said there.
import { eventually } from "./fangtan.mjs";
import { advance, GUEST, plan, ROSTER, TO_LIVE } from "./interview.mjs";
import { Marks, mark } from "./marks.mjs";
import { getInterview, server, staff } from "./portal.mjs";

/** A moderator whose very name is a mark; an account for usePortal, signed in as staff[WHO]. */
export const WHO = mark();

const NETWORKS = "127.0.0."; // every address of this machine is a network of its own
let network = 20;

// ---- questions ---------------------------------------------------------------------------------

const about = (asked) => `of a question that is ${asked.fate}`;

function hide(asked, ...words) {
  asked.iv.put("never", about(asked), ...words);
  return words[0];
}

function conceal(asked) {
  const { iv, words, question, secret, nonce, receipt_no, digest } = asked;
  hide(asked, ...Object.values(words), question, secret, nonce);
  iv.put("listed", about(asked), receipt_no, digest);
}

// What of it everybody may read, when it is public.
function publicWords({ words, label: labelled, question, receipt_no, digest }) {
  return [words.text, words.name, labelled, question, receipt_no, digest];
}

function reveal(asked) {
  const { iv, words } = asked;
  iv.put("shown", about(asked), ...publicWords(asked));
  if (words.text) iv.record.add(words.text);
  asked.isShown = true;
}

// Its number alone stays public.
function bury(asked) {
  const { iv, words } = asked;
  if (!asked.isShown) return;
  iv.put("gone", about(asked), words.text, words.name);
  iv.record.delete(words.text);
  asked.isShown = false;
}

function keep(iv, fate, receipt, words) {
  const asked = { iv, fate, ...receipt, words, version: 1, isShown: false };
  conceal(asked);
  iv.questions.push(asked);
  return asked;
}

const someWords = () => ({ text: mark(), name: mark(), contact: mark(), to_guest: mark() });
const AT = "What about ".length; // where the mark begins

const spoken = ({ text, ...others }) => ({ text: `What about ${text}?`, ...others });

async function ask(iv, fate, from) {
  const words = someWords();
  const citizen = await server.citizen(undefined, from);
  const params = { interview: iv.interview, ...spoken(words) };
  const receipt = await citizen.command("question.ask", params);
  await citizen.close();
  return keep(iv, fate, receipt, words);
}

async function enter(iv, fate) {
  const words = someWords();
  const params = { interview: iv.interview, origin: "phone", ...spoken(words) };
  return keep(iv, fate, await staff.stenographer.command("question.enter", params), words);
}

/** A command about a question at the version it has; it is known afterwards. */
async function act(client, method, asked, params = {}) {
  const { question, version } = asked;
  const result = await client.command(method, { question, version, ...params });
  asked.version = result.version ?? asked.version;
  return result;
}

async function decide(method, asked, params = {}) {
  const { claim_epoch } = await staff[WHO].command("question.claim", { question: asked.question });
  return act(staff[WHO], method, asked, { claim_epoch, ...params });
}

async function approve(asked, params) {
  await decide("question.approve", asked, params);
  asked.isApproved = true;
  const { iv } = asked;
  if (iv.shown === "on_approve") iv.put("due", about(asked), ...publicWords(asked));
}

async function undo(asked) {
  const { question } = asked;
  asked.version = (await staff[WHO].command("question.undo", { question })).version;
  asked.isApproved = false;
  conceal(asked);
}

async function reject(asked) {
  await decide("question.reject", asked, { code: "off_topic", note: hide(asked, mark()) });
}

async function dismiss(asked) {
  const params = { claim_epoch: 1, code: "unclear", note: hide(asked, mark()) };
  await act(staff.admin, "question.reject", asked, params);
}

async function group(asked, leader) {
  await decide("question.group", asked, { into: leader.question });
}

async function place(method, asked) {
  const { question } = asked;
  asked.version = (await staff.compere.command(method, { question })).version;
}

async function byAsker(method, { receipt_no, secret, ...asked }) {
  const citizen = await server.citizen();
  const note = hide(asked, mark());
  await citizen.command(method, { receipt_no, secret, note });
  await citizen.close();
}

async function refer(asked) {
  const department = mark();
  asked.iv.put(asked.isShown ? "shown" : "never", about(asked), department);
  const note = hide(asked, mark());
  const done = await act(staff[WHO], "question.refer", asked, { department, note });
  hide(asked, done.case);
  asked.isReferred = true;
}

// Everything that a department does before its reply. A draft is for colleagues, a note for the
// department or the asker, why it takes longer is for everybody who sees the question.
async function workOn(asked) {
  const department = mark();
  const reason = mark();
  asked.iv.put(asked.isShown ? "shown" : "never", about(asked), department, reason);
  const note = () => ({ note: hide(asked, mark()) });
  await act(staff[WHO], "case.re_route", asked, { department, ...note() });
  await act(staff[WHO], "case.accept", asked);
  await act(staff[WHO], "case.stop_clock", asked, note());
  await act(staff[WHO], "case.resume_clock", asked);
  await act(staff.admin, "case.extend", asked, { working_days: 1, reason });
  await act(staff[WHO], "case.draft", asked, { text: hide(asked, mark()) });
  await act(staff.reviewer, "case.return_for_rework", asked, note());
  await act(staff[WHO], "case.draft", asked, { text: hide(asked, mark()) });
}

async function replyToCase(asked) {
  const text = mark();
  asked.iv.put(asked.isShown ? "shown" : "never", about(asked), text);
  if (asked.isShown) asked.iv.record.add(text);
  await act(staff.admin, "case.reply", asked, { text });
}

async function lapse(asked) {
  const note = mark();
  asked.iv.put(asked.isShown ? "shown" : "never", about(asked), note);
  await act(staff[WHO], "question.lapse", asked, { note });
}

async function answer(asked) {
  const { said } = say(asked.iv, "shown");
  const answers = { ...said, kind: "answer", questions: [asked.question] };
  await staff.compere.command("statement.publish", answers);
  asked.version++;
  reveal(asked);
}

// Where a question is shown with its answer only, it is answered first.
async function show(asked) {
  if (!asked.isShown) await answer(asked);
}

async function redact(asked) {
  const { text } = asked.words;
  await act(staff[WHO], "question.redact", asked, { spans: [{ at: AT, length: text.length }] });
  if (asked.isShown) asked.iv.put("gone", about(asked), text);
  asked.iv.record.delete(text);
  asked.words.text = undefined;
}

async function askToRetract(asked) {
  const params = { code: "personal_data", note: hide(asked, mark()) };
  const { waits_for } = await act(staff[WHO], "question.retract", asked, params);
  if (!waits_for) bury(asked);
  return waits_for;
}

async function retract(asked) {
  if (!(await askToRetract(asked))) return;
  await act(staff.admin, "question.retract", asked, { code: "personal_data" });
  bury(asked);
}

async function label(asked) {
  const mine = mark();
  asked.iv.put(asked.isShown ? "shown" : "never", about(asked), mine);
  await act(staff[WHO], "question.label", asked, { labels: [mine] });
}

// What becomes of a question: first as soon as it was asked, later when those that were approved
// are public. A question is not shown unless one of these says so.
const FATES = {
  approved: { first: (asked) => approve(asked) },
  waits: {},
  claimed: {
    first: ({ question }) => staff[WHO].command("question.claim", { question }),
  },
  rejected: { first: reject },
  appealed: {
    first: async (asked) => {
      await reject(asked);
      await byAsker("question.appeal", asked);
      asked.version++;
    },
  },
  upheld: {
    first: async (asked) => {
      await FATES.appealed.first(asked);
      await act(staff.admin, "question.restore", asked, { note: hide(asked, mark()) });
    },
  },
  dismissed: {
    first: async (asked) => {
      await FATES.appealed.first(asked);
      await dismiss(asked);
    },
  },
  held: {
    first: (asked) => decide("question.hold", asked, { note: hide(asked, mark()) }),
  },
  released: {
    first: async (asked) => {
      await FATES.held.first(asked);
      await act(staff[WHO], "question.release", asked, { note: hide(asked, mark()) });
    },
  },
  noted: {
    first: (asked) => {
      const { question } = asked;
      return staff[WHO].command("question.note", { question, text: hide(asked, mark()) });
    },
  },
  labelled: { first: label },
  relabelled: {
    first: async (asked) => {
      asked.label = hide(asked, mark());
      await approve(asked, { labels: [asked.label] });
    },
    later: async (asked) => {
      await show(asked);
      await label(asked);
      asked.iv.put("told", about(asked), asked.label);
      asked.label = undefined;
    },
  },
  grouped: { first: (asked, { approved }) => group(asked, approved) },
  "grouped with a hidden one": { first: (asked, { waits }) => group(asked, waits) },
  ungrouped: {
    first: async (asked, { approved }) => {
      await group(asked, approved);
      await act(staff[WHO], "question.ungroup", asked);
    },
  },
  "joined with one that is taken down": {
    first: async (asked) => {
      asked.leader = await ask(asked.iv, "taken down while it leads");
      await approve(asked.leader);
      await group(asked, asked.leader);
    },
    later: async ({ leader }) => {
      await show(leader);
      await retract(leader);
    },
  },
  replied: {
    first: (asked) => act(staff[WHO], "question.reply", asked, { text: hide(asked, mark()) }),
  },
  referred: { first: refer },
  "referred in public": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await show(asked);
      await refer(asked);
    },
  },
  "referred and worked on": {
    first: async (asked) => {
      await refer(asked);
      await workOn(asked);
    },
  },
  "referred in public and worked on": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await show(asked);
      await refer(asked);
      await workOn(asked);
    },
  },
  "shown with its reply": {
    first: async (asked) => {
      asked.department = hide(asked, mark());
      const { department } = asked;
      await act(staff[WHO], "question.refer", asked, { department, note: hide(asked, mark()) });
    },
    later: async (asked) => {
      const [text, shown] = [mark(), mark()];
      asked.iv.put("never", about(asked), asked.words.text); // another text is let through
      asked.words.text = shown;
      asked.iv.put("shown", about(asked), text, asked.department);
      asked.iv.record.add(text);
      reveal(asked);
      const shows = { text, public: true, question_text: `What about ${shown}?` };
      await act(staff.reviewer, "case.reply", asked, shows);
    },
  },
  lapsed: { first: lapse },
  "lapsed after its approval": {
    first: (asked) => approve(asked),
    later: lapse,
  },
  withdrawn: { first: (asked) => byAsker("question.withdraw", asked) },
  "withdrawn after its approval": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await byAsker("question.withdraw", asked);
      bury(asked);
    },
  },
  undone: {
    first: async (asked) => {
      await approve(asked);
      await undo(asked);
    },
  },
  "undone in the queue": {
    first: async (asked) => {
      await approve(asked);
      await place("question.queue", asked);
      await undo(asked);
    },
  },
  "withdrawn after it was on air": {
    first: async (asked) => {
      await approve(asked);
      await place("question.put_on_air", asked);
      if (asked.iv.shown === "on_approve") reveal(asked);
      await place("question.take_off_air", asked);
      await byAsker("question.withdraw", asked);
      asked.isApproved = false;
      bury(asked);
    },
  },
  "on air": {
    first: async (asked) => {
      await approve(asked);
      await place("question.queue", asked);
      await place("question.put_on_air", asked);
      if (asked.iv.shown === "on_approve") reveal(asked);
    },
  },
  "routed to a guest": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      const { question } = asked;
      await act(staff[WHO], "question.route", asked, { guest: GUEST.name });
      const { questions } = (await staff.guest.watch(asked.iv.interview)).snapshot;
      const { version } = questions.find((row) => row.question === question);
      const pass = { question, version, note: hide(asked, mark()) };
      await staff.guest.command("question.pass", pass);
    },
  },
  edited: {
    first: async (asked) => {
      asked.words.text = hide(asked, mark()); // the original is hidden for good
      await approve(asked, { text: `What about ${asked.words.text}?` });
    },
  },
  answered: { first: (asked) => approve(asked), later: answer },
  "redacted while it waits": {
    first: async (asked) => {
      await redact(asked);
      await approve(asked);
    },
  },
  "redacted in public": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await show(asked);
      await redact(asked);
    },
  },
  "to be taken down": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await show(asked);
      await askToRetract(asked); // under a rule of two persons it waits for the second
    },
  },
  "taken down": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await show(asked);
      await retract(asked);
    },
  },
  "put back": {
    first: (asked) => approve(asked),
    later: async (asked) => {
      await show(asked);
      await retract(asked);
      await act(staff.reviewer, "question.restore", asked, { note: hide(asked, mark()) });
      reveal(asked);
    },
  },
  "by a silenced asker": {
    from: () => `${NETWORKS}${network++}`,
    first: async (asked) => {
      const { question, iv, from } = asked;
      await staff[WHO].command("asker.silence", { question, minutes: 30 });
      const next = await ask(iv, "held, since its network is silenced", from);
      if (next.stage !== "held") throw new Error(`a silenced network asked: ${next.stage}`);
    },
  },
  "entered by staff": { entered: true },
  "entered by staff and approved": { entered: true, first: (asked) => approve(asked) },
};

async function begin(iv, fate, others) {
  const { entered, from, first } = FATES[fate];
  const address = from?.();
  const asked = entered ? await enter(iv, fate) : await ask(iv, fate, address);
  asked.from = address;
  if (first) await step(iv, () => first(asked, others));
  return asked;
}

// Something that may show and hide again: whoever was away meanwhile is not told what is gone.
async function step(iv, use) {
  const { to, hash } = await getInterview(iv.interview);
  await use();
  await iv.look({ n: to, hash });
}

// ---- what is said ------------------------------------------------------------------------------

// A word in this state, and a statement of it.
function say(iv, state) {
  const word = mark();
  iv.put(state, "of a statement", word);
  if (state === "shown") iv.record.add(word);
  const { interview } = iv;
  return { word, said: { interview, kind: "remark", speaker: GUEST, text: `So: ${word}` } };
}

async function publish(iv) {
  const { word, said } = say(iv, "shown");
  const { statement, version } = await staff.compere.command("statement.publish", said);
  return { iv, statement, version, word };
}

async function correct(statement) {
  const { iv, statement: id, version, word } = statement;
  const better = say(iv, "shown");
  const params = { statement: id, version, text: better.said.text };
  statement.version = (await staff.compere.command("statement.correct", params)).version;
  iv.put("told", "of a statement before its correction", word);
  iv.record.delete(word);
  Object.assign(statement, { before: word, word: better.word });
}

async function takeBack({ iv, statement, version, word, before }) {
  const code = "mistake";
  const once = await staff.compere.command("statement.retract", { statement, version, code });
  if (once.waits_for)
    await staff.admin.command("statement.retract", { statement, version: once.version, code });
  iv.put("gone", "of a statement that was taken back", word, before);
  iv.record.delete(word);
}

// Words on their way, which stay there.
async function draft(iv, client, method) {
  const { statement, version } = await client.command(method, say(iv, "never").said);
  iv.put("never", "of a draft", statement);
  return { statement, version };
}

async function sayThings(iv) {
  const { interview } = iv;
  await publish(iv);
  await correct(await publish(iv));
  await step(iv, async () => takeBack(await publish(iv)));
  await step(iv, async () => {
    const both = await publish(iv);
    await correct(both);
    await takeBack(both);
  });
  await draft(iv, staff.compere, "statement.prepare");
  await draft(iv, staff.stenographer, "statement.publish"); // waits for its chain
  const returned = await draft(iv, staff.stenographer, "statement.publish");
  const note = mark();
  iv.put("never", "why a draft was returned", note);
  await staff.compere.command("statement.return", { ...returned, note });
  await staff.compere.command(
    "statement.discard",
    await draft(iv, staff.compere, "statement.prepare"),
  );
  await staff.compere.command("feed.delay", { interview, seconds: 300 });
  await draft(iv, staff.compere, "statement.publish");
  await staff.compere.command("feed.delay", { interview, seconds: 0 });
}

async function issueNotices(iv) {
  const { interview } = iv;
  const issue = (to, text) =>
    staff.compere.command("notice.issue", { to, interview, text: `Note: ${text}`, level: "info" });
  const [back, open, recalled] = [mark(), mark(), mark()];
  iv.put("never", "of a notice to staff", back);
  iv.put("shown", "of a notice", open);
  await issue("staff", back);
  await issue("interview", open);
  await step(iv, async () => {
    const { notice } = await issue("interview", recalled);
    await staff.compere.command("notice.recall", { interview, notice });
    iv.put("gone", "of a recalled notice", recalled);
  });
}

// ---- interviews --------------------------------------------------------------------------------

const MORE = 4; // questions beyond one of each fate

// Returned once on its way, and with somebody invited.
async function planned(iv, rule_set) {
  const [reason, topic] = [mark(), mark()];
  iv.put("never", "why the plan was returned", reason);
  iv.put("shown", "of the topic", topic);
  const policy = {
    asking: "anonymous",
    question_public: iv.shown,
    chains: { stenographer: ["compere"] },
  };
  const roster = [
    ...ROSTER,
    { user: WHO, duty: "moderator" },
    { user: "reviewer", duty: "reviewer" },
  ];
  const draft = await plan(staff.admin, { topic: `Open topic ${topic}`, policy, rule_set }, roster);
  const { interview, version } = await advance(staff.admin, draft, "in_review");
  const back = { interview, version, to: "draft", reason };
  const again = await staff.admin.command("interview.transition", back);
  const live = await advance(staff.admin, { interview, version: again.version }, ...TO_LIVE);
  await staff.admin.command("asking.set", { interview, state: "open" });
  const invited = { interview, user: "guest" };
  const { invitation, token } = await staff.admin.command("invitation.issue", invited);
  iv.put("never", "of an invitation", invitation, token);
  return live;
}

// What the desk knows of each question beyond its words.
async function hideWhatStaffKnow(iv) {
  const { snapshot } = await staff.moderator.watch(iv.interview);
  for (const { question, asker, network: from, case: its } of snapshot.questions) {
    const asked = iv.questions.find((one) => one.question === question);
    hide(asked, asker, from, its?.case);
  }
}

// Votes are told by number, of questions that everybody sees.
async function vote(iv) {
  const citizen = await server.citizen();
  for (const { question } of iv.questions.filter(({ isShown }) => isShown))
    await citizen.call("question.vote", { question, on: true });
  await citizen.close();
}

/**
 * An interview that is live, with a question of every fate, before any has become public but by
 * being on air. shown: its policy; below: n → a number below n; look(iv, at): called after each step
 * with the public position before it.
 */
export async function markedInterview({ shown, rule_set }, below, look = () => {}) {
  const iv = new Marks();
  iv.look = (at) => look(iv, at);
  iv.shown = shown;
  iv.questions = [];
  Object.assign(iv, await planned(iv, rule_set));
  iv.put("staff", "the name of a moderator", WHO);
  iv.viewer = await server.citizen();
  await iv.viewer.watch(iv.interview);
  const names = Object.keys(FATES);
  const others = {}; // the first of each fate
  const repeated = names.filter((name) => !/on air/.test(name)); // one at a time is on air
  for (let i = 0; i < names.length + MORE; i++) {
    const fate = names[i] ?? repeated[below(repeated.length)];
    const asked = await begin(iv, fate, others);
    others[fate] ??= asked;
  }
  return iv;
}

/** … and the second half of each fate, once what was approved is public. */
export async function goOn(iv) {
  const public_ = () => iv.questions.filter(({ isApproved }) => isApproved);
  if (iv.shown === "on_approve") {
    const isPublic = async () => {
      const { questions } = await getInterview(iv.interview);
      const ids = new Set(questions.map(({ question }) => question));
      return public_().every(({ question }) => ids.has(question));
    };
    await eventually(isPublic, "what was approved becomes public", 60_000);
    for (const asked of public_()) reveal(asked);
  }
  await vote(iv);
  for (const asked of [...iv.questions]) {
    const later = FATES[asked.fate]?.later;
    if (later) await step(iv, () => later(asked));
  }
  await sayThings(iv);
  await issueNotices(iv);
  await hideWhatStaffKnow(iv);
}

async function move(iv, to, reason = undefined) {
  const { interview, version } = iv;
  const params = { interview, version, to, reason };
  iv.version = (await staff.admin.command("interview.transition", params)).version;
}

async function dropDrafts({ interview }) {
  const { drafts } = (await staff.moderator.watch(interview)).snapshot;
  for (const { statement, version } of drafts)
    await staff.compere.command("statement.discard", { statement, version });
}

// An end for each of these; one whose leader has just gone is taken out of its group by itself.
async function disposeOf(iv, ids) {
  const { questions } = (await staff.moderator.watch(iv.interview)).snapshot;
  const left = questions.filter(
    ({ question, stage }) => ids.includes(question) && stage !== "grouped",
  );
  for (const [i, { question, version, stage }] of left.entries()) {
    const asked = iv.questions.find((one) => one.question === question);
    asked.version = version;
    if (stage === "on_air") await place("question.take_off_air", asked);
    if (stage === "rejected") await dismiss(asked);
    else if (stage === "pending" && i % 3 === 0) await reject(asked);
    else if (i % 3 === 1 && stage !== "answered") await lapse(asked);
    else await refer(asked);
  }
}

// Whatever has no end gets one, until the transcript may be published.
async function publishRecord(iv) {
  await dropDrafts(iv);
  while (!iv.isPublished) {
    try {
      await move(iv, "published");
      iv.isPublished = true;
    } catch (why) {
      if (why.reason !== "undisposed") throw why;
      await disposeOf(iv, why.data.questions);
    }
  }
}

/** Its next stage. */
export async function moveOn(iv, to) {
  if (to === "published" && !iv.isPublished) await publishRecord(iv);
  else await move(iv, to);
}

/** Nothing of it is public from now on but why. */
export async function takeDown(iv) {
  const why = mark();
  await move(iv, "taken_down", why);
  iv.put("down", "why the interview was taken down", why);
  iv.isDown = true;
  await iv.look(iv.lastStep);
  return why;
}

export async function putBack(iv, to, why) {
  await move(iv, to);
  iv.put("gone", "why the interview had been taken down", why);
  iv.isDown = false;
}

/** What still happens after the publication. */
export async function haveSecondThoughts(iv) {
  const open = iv.questions.filter(({ isShown, fate }) => isShown && fate === "answered");
  for (const asked of open) await step(iv, () => retract(asked));
  for (const said of iv.late) await step(iv, () => takeBack(said));
  const { to, hash } = await getInterview(iv.interview);
  iv.lastStep = { n: to, hash };
  for (const asked of iv.questions.filter(({ isReferred }) => isReferred)) await replyToCase(asked);
}

/** While it is edited: what completes the record, some of it to be taken back later. */
export async function completeRecord(iv) {
  iv.late = [await publish(iv), await publish(iv)];
  await correct(iv.late[1]);
}
