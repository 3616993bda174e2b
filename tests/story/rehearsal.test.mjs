// SPDX-License-Identifier: Apache-2.0
// A whole interview on the real server with real texts: a public session's turns, five hundred
// citizens' messages with their official answers, two moderators on one queue, viewers that lose
// the line, and a kill -9 in the middle. At the end everything is counted from outside.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually, Refusal, refusal, Server, SHARED, sha256 } from "../kit/fangtan.mjs";
import { gate, points } from "../kit/gate.mjs";
import { ACCOUNTS, advance, GUEST, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { foldedPublic } from "../kit/public.mjs";
import { Board } from "../kit/staff.mjs";

const SESSION = join(SHARED, "data/transcripts/au-2017-01-20-004c92.jsonl");
const MESSAGES = join(SHARED, "data/citizen-messages/replies.jsonl");
const MISSING = [SESSION, MESSAGES].find((file) => !existsSync(file));

const QUESTIONS = 500;
const LANES = 16; // citizens who ask at the same time
const KILL_AFTER = 250; // acknowledged questions
const CODES = ["off_topic", "duplicate", "unclear", "personal_case", "not_our_remit", "advert"];

// What becomes of question i; the groups do not overlap.
function fateOf(i) {
  if (i % 10 === 7) return "rejected"; // 50
  if (i % 25 === 3) return i % 2 ? "withdrawn_hidden" : "withdrawn_public"; // 10 + 10
  if ([11, 31, 45].includes(i % 50)) return "left"; // 30: for the end gate
  if (i % 50 === 22) return "edited"; // 10, then answered
  if (i % 100 === 1) return "undone"; // 5, then answered
  return "answered";
}

const IS_APPROVED = new Set(["answered", "edited", "undone", "withdrawn_public"]);
const IS_ANSWERED = new Set(["answered", "edited", "undone"]);

const readLines = (file) => readFileSync(file, "utf8").trim().split("\n").map(JSON.parse);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function readQuestions() {
  const fits = (text, most, lines) => {
    const gated = gate(text, { lines });
    return gated !== undefined && points(gated) <= most;
  };
  const rows = readLines(MESSAGES).filter(
    (row) => fits(row.text, 1000, true) && fits(row.reply, 10_000, true),
  );
  assert.ok(rows.length >= QUESTIONS, `only ${rows.length} messages fit`);
  return rows.slice(0, QUESTIONS).map((row, i) => {
    const text = gate(row.text, { lines: true });
    const shown =
      fateOf(i) === "edited" ? `${[...text].slice(0, 40).join("").trim()}（节选）` : text;
    return { i, raw: row.text, text, shown, reply: row.reply, name: row.user, fate: fateOf(i) };
  });
}

function readTurns() {
  return readLines(SESSION).filter(
    (line) => line.kind === "turn" && gate(line.text, { lines: true }),
  );
}

let server;
const stats = { asked: 0, collisions: 0, stale: 0, turns: 0, answers: 0, resent: 0, cuts: 0 };
const delivered = []; // [where, text]: all that the public ever got

before(async () => {
  if (MISSING) return;
  server = await Server.start({
    accounts: ACCOUNTS,
    env: {
      FANGTAN_MODERATION_UNDO_MS: "200",
      FANGTAN_MODERATION_ADDRESS_BURST: "100000",
      FANGTAN_MODERATION_ASK_BURST: "1000",
    },
  });
});

after(async () => {
  await server?.finish();
});

async function fetchPublic(path) {
  const answer = await server.http(path);
  delivered.push([path, answer.text]);
  return answer;
}

// ---- the people ------------------------------------------------------------------------------

async function ask(interview, item) {
  const citizen = (await server.citizen()).keepOpen();
  const name = item.i % 2 ? { name: item.name } : {};
  const params = { interview, text: item.raw, ...name };
  item.receipt = await citizen.command("question.ask", params);
  item.id = item.receipt.question;
  stats.asked++;
  stats.resent += citizen.resent ?? 0;
  await citizen.close();
}

async function askAll(interview, items) {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      // Until the citizen has said hello there is nothing to repeat: the page is loaded again.
      for (;;) {
        try {
          await ask(interview, item);
          break;
        } catch (error) {
          if (error instanceof Refusal || server.finished) throw error;
          await sleep(50);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function withdraw(item) {
  const { receipt_no, secret } = item.receipt;
  for (;;) {
    try {
      const citizen = (await server.citizen()).keepOpen();
      const answer = await citizen.command("question.withdraw", { receipt_no, secret });
      assert.equal(answer.stage, "withdrawn");
      await citizen.close();
      return;
    } catch (error) {
      if (server.finished || error instanceof Refusal || error instanceof assert.AssertionError)
        throw error;
      await sleep(50);
    }
  }
}

/** Works the queue from its oldest question, like the colleague at the next desk. */
class Moderator {
  busy = new Map(); // question → when to look again
  rash = 0;

  constructor(client, board, items) {
    this.client = client;
    this.board = board;
    this.items = items;
    this.undone = new Set();
  }

  fate(row) {
    return this.items.get(row.question)?.fate;
  }

  next() {
    const now = Date.now();
    return this.board
      .in("pending", "held")
      .find(
        (row) =>
          (IS_APPROVED.has(this.fate(row)) || this.fate(row) === "rejected") &&
          (this.busy.get(row.question) ?? 0) < now,
      );
  }

  async work(isOver) {
    while (!isOver()) {
      const row = this.next();
      if (!row) {
        await sleep(5);
        continue;
      }
      try {
        await this.decide(row);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await this.onRefused(row, error);
      }
    }
  }

  async onRefused(row, { reason, data, message }) {
    this.busy.set(row.question, Date.now() + 300);
    if (reason === "claimed") {
      stats.collisions++;
      assert.match(data.by, /moderator/);
      assert.ok(Date.parse(data.until) > 0, "claimed carries until");
      const isFirst = row.version === 1 && this.fate(row) !== "undone"; // one decision, no more
      if (isFirst && this.rash++ < 10) await this.decideRashly(row);
    } else if (reason === "stale") {
      stats.stale++;
      assert.ok(data.version >= 1, "stale carries the version");
    } else if (reason !== "wrong_stage") assert.fail(message);
  }

  /** Decides on what the screen showed before the colleague was done. */
  async decideRashly(row) {
    const seen = { question: row.question, version: row.version, claim_epoch: 1 };
    // Looked up each time: after a reconnection the board may have been built anew.
    const stage = () => this.board.questions.get(row.question)?.stage;
    await eventually(
      () => !["pending", "held"].includes(stage() ?? "pending"),
      () => `the colleague decides on ${row.question}, which is ${stage()}`,
      60_000,
    );
    const why = await refusal(this.client.command("question.reject", { ...seen, code: "unclear" }));
    assert.equal(why.reason, "stale", why.message);
    assert.ok(why.data.version > seen.version);
    assert.match(String(why.data.by), /moderator/, why.message);
    stats.stale++;
  }

  /** One that this could be a duplicate of. */
  another(question) {
    return [...this.board.questions.values()].find(
      (other) => other.question !== question && other.stage === "approved",
    ).question;
  }

  async decide(row) {
    const { question } = row;
    const item = this.items.get(question);
    const { claim_epoch } = await this.client.command("question.claim", { question });
    let { version } = row;
    if (row.stage === "held") {
      version = (
        await this.client.command("question.release", { question, version, note: "Looked at" })
      ).version;
    }
    const decision = { question, version, claim_epoch };
    if (item.fate === "rejected") {
      const code = CODES[((item.i / 10) % CODES.length) | 0];
      const answer = await this.client.command("question.reject", {
        ...decision,
        code,
        ...(code === "duplicate" ? { into: this.another(question) } : {}),
        note: "More on page two.",
      });
      assert.equal(answer.stage, "rejected");
      item.code = code;
      return;
    }
    const text = item.fate === "edited" ? { text: item.shown } : {};
    const answer = await this.client.command("question.approve", { ...decision, ...text });
    assert.equal(answer.stage, "approved");
    if (item.fate === "undone" && !item.wasUndone) await this.undo(question, item);
  }

  async undo(question, item) {
    item.wasUndone = true;
    try {
      const answer = await this.client.command("question.undo", { question });
      assert.equal(answer.stage, "pending");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the time for it is over: it stays approved
    }
  }
}

/** The compere puts questions on air, the guest reads the official answer. */
async function answerAll(compere, guest, board, items, interview, isOver) {
  const done = new Set();
  const ready = () =>
    board
      .in("approved", "queued", "on_air")
      .find(
        (row) =>
          row.shown && !done.has(row.question) && IS_ANSWERED.has(items.get(row.question)?.fate),
      );
  while (!isOver()) {
    const row = ready();
    if (!row) {
      await sleep(5);
      continue;
    }
    const { question } = row;
    const item = items.get(question);
    done.add(question);
    if (item.i % 20 === 0) await compere.command("question.queue", { question });
    const aired = await compere.command("question.put_on_air", { question });
    assert.equal(aired.stage, "on_air");
    if (item.i % 60 === 4) {
      const off = await compere.command("question.take_off_air", { question });
      assert.equal(off.stage, "queued");
      await compere.command("question.put_on_air", { question });
    }
    const said = { interview, kind: "answer", speaker: GUEST, text: item.reply };
    const answer = await guest.command("statement.publish", { ...said, questions: [question] });
    item.statement = answer.statement;
    stats.answers++;
  }
}

async function speakAll(stenographer, turns, interview) {
  for (const [i, turn] of turns.entries()) {
    const kind = i === 0 ? "opening" : i === turns.length - 1 ? "closing" : "explanation";
    const said = { interview, kind, speaker: { name: turn.speaker }, text: turn.text };
    const answer = await stenographer.command("statement.publish", said);
    turn.statement = answer.statement;
    stats.turns++;
    await sleep(15); // as long as the others have work
  }
}

async function cutNowAndThen(viewers, isOver) {
  for (let i = 0; !isOver() && i < 24; i++) {
    await sleep(400);
    const viewer = viewers[i % viewers.length];
    if (!viewer.live) continue;
    viewer.cut();
    stats.cuts++;
  }
}

// ---- the checks ------------------------------------------------------------------------------

function checkViewers(viewers, snapshot) {
  const all = new Map(); // n → the event's bytes
  for (const { watch } of viewers) {
    let last;
    for (const event of watch.events) {
      const text = JSON.stringify(event);
      assert.equal(all.get(event.n) ?? text, text, "the same bytes for every viewer");
      all.set(event.n, text);
      if (last !== undefined && watch.snapshots.length === 1) assert.equal(event.n, last + 1);
      last = event.n;
    }
    assert.equal(watch.n, snapshot.to);
    assert.equal(watch.hash, snapshot.hash);
    assert.deepEqual(foldedPublic(watch), snapshot);
  }
  const steady = viewers.filter(({ watch }) => watch.snapshots.length === 1);
  for (const { watch } of steady) {
    assert.equal(watch.events.length, steady[0].watch.events.length);
    assert.equal(watch.events.at(-1).n, watch.n);
  }
  return { events: all.size, steady: steady.length };
}

function checkLedger(ledger, items) {
  assert.equal(ledger.entries.length, items.length);
  const byNo = new Map(ledger.entries.map((entry) => [entry.receipt_no, entry]));
  const counts = {};
  for (const item of items) {
    const entry = byNo.get(item.receipt.receipt_no);
    assert.ok(entry, `question ${item.i} is in the ledger`);
    assert.equal(entry.fate, item.end, `fate of question ${item.i}`);
    assert.equal(entry.digest, sha256(item.receipt.nonce + item.text), `digest of ${item.i}`);
    assert.equal(entry.digest, item.receipt.digest);
    assert.ok(Date.parse(entry.at) > 0);
    counts[entry.fate] = (counts[entry.fate] ?? 0) + 1;
  }
  assert.deepEqual(
    Object.fromEntries(Object.entries(ledger.counts).filter(([, count]) => count > 0)),
    counts,
  );
  return counts;
}

function checkTranscript(transcript, items, turns) {
  const statements = new Map(transcript.statements.map((row) => [row.statement, row]));
  const questions = new Map(transcript.questions.map((row) => [row.question, row]));
  assert.equal(statements.size, turns.length + items.filter((item) => item.statement).length);
  for (const turn of turns) {
    const row = statements.get(turn.statement);
    assert.equal(row.text, gate(turn.text, { lines: true }));
    assert.equal(row.speaker.name, gate(turn.speaker, { lines: false }));
  }
  const order = turns.map((turn) => turn.statement);
  const said = transcript.statements.map((row) => row.statement);
  assert.deepEqual(
    said.filter((id) => order.includes(id)),
    order,
    "in speaking order",
  );
  for (const item of items.filter(({ statement }) => statement)) {
    assert.equal(statements.get(item.statement).text, gate(item.reply, { lines: true }));
    assert.deepEqual(statements.get(item.statement).questions, [item.id]);
    const row = questions.get(item.id);
    assert.equal(row.text, item.shown);
    assert.equal(row.stage, "answered");
    assert.deepEqual(row.answers, [item.statement]);
    assert.equal(row.edited, item.fate === "edited");
    assert.equal(row.name, item.i % 2 ? item.name : undefined);
  }
  const expected = items.filter((item) => IS_APPROVED.has(item.fate)).map((item) => item.id);
  assert.deepEqual([...questions.keys()].sort(), expected.sort(), "and no other question");
  for (const item of items.filter(({ fate }) => fate === "withdrawn_public")) {
    const { question, receipt_no, stage, shown_at, ...rest } = questions.get(item.id);
    assert.equal(stage, "withdrawn");
    assert.ok(question && receipt_no && shown_at);
    assert.deepEqual(rest, {}, "a tombstone has no more");
  }
}

/** Letters and digits only: what no format escapes or breaks into lines. */
const bare = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");
const unescapeHtml = (text) =>
  text
    .replace(/<[^>]*>/g, "")
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replace(
      /&(lt|gt|quot|amp|nbsp|apos);/g,
      (_, name) => ({ lt: "<", gt: ">", quot: '"', amp: "&", nbsp: " ", apos: "'" })[name],
    );

function checkDocument(name, text, texts) {
  const whole = bare(name === "html" ? unescapeHtml(text) : text);
  for (const part of texts) {
    for (const line of part.split("\n")) {
      assert.ok(whole.includes(bare(line)), `${name} has: ${line.slice(0, 40)}`);
    }
  }
}

/** Twenty letters that stand in this text and in no public one. */
function fingerprints(text, publicTexts) {
  const found = [];
  for (const run of text.match(/[\p{L}\p{N}]{20,}/gu) ?? []) {
    for (let at = 0; at + 20 <= run.length && found.length < 3; at += 20) {
      const part = run.slice(at, at + 20);
      if (!publicTexts.includes(part)) found.push(part);
    }
  }
  return found;
}

function checkNothingLeaked(items, publicTexts) {
  // Of an edited question only the edited text is public.
  const hidden = items.filter((item) => !IS_APPROVED.has(item.fate) || item.fate === "edited");
  const whole = publicTexts.join("\n");
  const seen = [...delivered, ["log", server.log.join("\n")]];
  let marks = 0;
  for (const item of hidden) {
    const words = fingerprints(item.text, whole);
    marks += words.length;
    for (const [where, text] of seen) {
      for (const word of words)
        assert.ok(!text.includes(word), `${where} has ${item.fate} ${word}`);
      if (where !== "log" && item.fate !== "edited") {
        assert.ok(!text.includes(item.id), `${where} has the id of a hidden question`);
        if (!where.endsWith("ledger.json"))
          assert.ok(!text.includes(item.receipt.receipt_no), `${where}: a receipt`);
      }
    }
  }
  assert.ok(marks > hidden.length, "most hidden texts have something to look for");
  for (const item of items) {
    for (const word of fingerprints(item.text, "").slice(0, 1))
      assert.ok(!seen.at(-1)[1].includes(word), "no citizen's text in the log");
  }
  return {
    hidden: hidden.length,
    marks,
    bytes: seen.reduce((sum, [, text]) => sum + text.length, 0),
  };
}

// ---- the day ---------------------------------------------------------------------------------

test("an interview with real texts, two moderators, lost lines and a kill -9", {
  skip: MISSING && `no ${MISSING}`,
  timeout: 600_000,
}, async (t) => {
  const started = Date.now();
  const items = readQuestions();
  const turns = readTurns();
  const byId = { get: (id) => items.find((item) => item.id === id) };

  const staff = {};
  for (const name of ["admin", "compere", "guest", "moderator", "moderator2", "stenographer"])
    staff[name] = (await server.staff(name)).keepOpen();

  // Before: announced, with questions collected early.
  const planned = await plan(staff.admin);
  const { interview } = planned;
  let iv = await advance(staff.admin, planned, ...TO_ANNOUNCED);
  const viewers = [];
  for (let i = 0; i < 3; i++) {
    const client = (await server.citizen()).keepOpen();
    viewers.push({ client, watch: await client.watch(interview) });
  }
  const boards = {};
  for (const name of ["compere", "moderator", "moderator2"])
    boards[name] = new Board(await staff[name].watch(interview));
  await staff.admin.command("asking.set", { interview, state: "precollect" });
  await askAll(interview, items.slice(0, 50));
  iv = await advance(staff.admin, iv, "lobby", "live");
  await staff.admin.command("asking.set", { interview, state: "open" });

  // Live: everybody at once.
  let over = false;
  const isOver = () => over;
  const jobs = [
    askAll(interview, items.slice(50)),
    speakAll(staff.stenographer, turns, interview),
    cutNowAndThen([viewers[1].client, viewers[2].client], isOver),
    new Moderator(staff.moderator, boards.moderator, byId).work(isOver),
    new Moderator(staff.moderator2, boards.moderator2, byId).work(isOver),
    answerAll(staff.compere, staff.guest, boards.compere, byId, interview, isOver),
    withdrawAll(items, boards.compere),
    killInTheMiddle(interview),
  ];
  const failed = Promise.all(jobs).then(() => undefined);
  const wanted = items.filter(({ fate }) => IS_ANSWERED.has(fate)).length;
  const isDone = () =>
    stats.asked === items.length &&
    stats.turns === turns.length &&
    stats.answers === wanted &&
    boards.compere.in("rejected").length === 50 &&
    boards.compere.in("withdrawn").length === 20;
  await Promise.race([
    failed,
    eventually(isDone, () => `the work is done: ${JSON.stringify(stats)}`, 300_000),
  ]);
  over = true;
  await failed;

  // After: the end gate.
  await staff.compere.command("asking.set", { interview, state: "closed" });
  iv = await advance(staff.compere, iv, "draining", "ended");
  iv = await advance(staff.admin, iv, "editing");
  const left = items.filter(({ fate }) => fate === "left");
  const publish = { interview, version: iv.version, to: "published" };
  const gateAnswer = await refusal(staff.admin.command("interview.transition", publish));
  assert.equal(gateAnswer.reason, "undisposed");
  assert.deepEqual([...gateAnswer.data.questions].sort(), left.map(({ id }) => id).sort());
  for (const [i, item] of left.entries()) {
    const row = boards.moderator.questions.get(item.id);
    if (i % 2) {
      const params = { question: item.id, version: row.version, department: "Water Bureau" };
      const answer = await staff.moderator.command("question.refer", params);
      assert.equal(answer.stage, "referred");
      item.end = "referred";
    } else {
      const claim = await staff.moderator.command("question.claim", { question: item.id });
      await staff.moderator.command("question.reject", {
        question: item.id,
        version: row.version,
        claim_epoch: claim.claim_epoch,
        code: "unclear",
      });
      item.end = "rejected";
    }
  }
  for (const item of items) {
    if (item.fate === "rejected") item.end = "rejected";
    else if (item.fate.startsWith("withdrawn")) item.end = "withdrawn";
    else if (IS_ANSWERED.has(item.fate)) item.end = "answered";
  }
  const partial = (await fetchPublic(`/api/v1/interviews/${interview}/ledger.json`)).json();
  const ends = new Set(
    items.filter(({ fate }) => IS_APPROVED.has(fate)).map((i) => i.receipt.receipt_no),
  );
  for (const entry of partial.entries)
    assert.ok(ends.has(entry.receipt_no), "before published the ledger has public questions only");
  iv = await advance(staff.admin, iv, "published");

  // From outside.
  const snapshot = (await fetchPublic(`/api/v1/interviews/${interview}`)).json();
  await eventually(
    () => viewers.every(({ watch }) => watch.n === snapshot.to),
    "the viewers have everything",
    30_000,
  );
  const seen = checkViewers(viewers, snapshot);
  const ledger = (await fetchPublic(`/api/v1/interviews/${interview}/ledger.json`)).json();
  const counts = checkLedger(ledger, items);
  const documents = {};
  for (const format of ["json", "md", "txt", "html"]) {
    const answer = await fetchPublic(`/api/v1/interviews/${interview}/transcript.${format}`);
    assert.equal(answer.status, 200, format);
    documents[format] = answer.text;
  }
  checkTranscript(JSON.parse(documents.json), items, turns);
  const answered = items.filter(({ statement }) => statement);
  const publicTexts = [
    ...turns.map((turn) => gate(turn.text, { lines: true })),
    ...answered.flatMap((item) => [item.shown, gate(item.reply, { lines: true })]),
  ];
  for (const format of ["md", "txt", "html"]) checkDocument(format, documents[format], publicTexts);
  await checkFates(items);

  for (const path of ["/", `/i/${interview}`, "/api/v1/interviews", "/feed.atom", "/sitemap.xml"])
    await fetchPublic(path);
  const frames = new Set(viewers.flatMap(({ client }) => client.received));
  const plain = [...frames].map((text) => JSON.stringify(JSON.parse(text)));
  delivered.push(["what viewers got", plain.join("\n")]);
  const withdrawn = items.filter(({ fate }) => fate === "withdrawn_public");
  const leaks = checkNothingLeaked(items, [...publicTexts, ...withdrawn.map(({ text }) => text)]);

  for (const client of Object.values(staff)) stats.resent += client.resent ?? 0;
  const modes = {};
  for (const { watch } of viewers)
    for (const mode of watch.modes.slice(1)) modes[mode] = (modes[mode] ?? 0) + 1;
  t.diagnostic(`fates ${JSON.stringify(counts)}; ${stats.turns} turns, ${stats.answers} answers`);
  t.diagnostic(
    `${seen.events} public events, resumed ${JSON.stringify(modes)}, ${stats.cuts} cuts`,
  );
  t.diagnostic(
    `${stats.collisions} claims collided, ${stats.stale} stale, ${stats.resent} sent again`,
  );
  t.diagnostic(
    `${leaks.marks} marks of ${leaks.hidden} hidden texts, in ${leaks.bytes} characters: none found`,
  );
  t.diagnostic(`${Math.round((Date.now() - started) / 1000)} s`);

  for (const client of [...Object.values(staff), ...viewers.map((viewer) => viewer.client)])
    await client.close();
  const { status } = await server.stop();
  assert.equal(status, 0, "SIGTERM ends it well");
});

async function withdrawAll(items, board) {
  for (const item of items.filter(({ fate }) => fate.startsWith("withdrawn"))) {
    const isPublic = item.fate === "withdrawn_public";
    const isDue = () => item.id && (!isPublic || board.questions.get(item.id)?.shown);
    await eventually(isDue, `question ${item.i} can be withdrawn`, 300_000);
    await withdraw(item);
  }
}

async function killInTheMiddle(interview) {
  await eventually(() => stats.asked >= KILL_AFTER, "half of the questions are there", 300_000);
  for (const path of ["/", `/i/${interview}`, `/api/v1/interviews/${interview}`])
    await fetchPublic(path);
  await server.kill();
  await server.start();
  for (const format of ["json", "txt"])
    await fetchPublic(`/api/v1/interviews/${interview}/transcript.${format}`);
}

/** Askers look up what became of theirs. */
async function checkFates(items) {
  for (const item of items.filter(({ i }) => i % 5 === 2 || i % 5 === 1)) {
    const citizen = await server.citizen(); // each has a line of his own
    const { receipt_no, secret } = item.receipt;
    const fate = await citizen.call("question.status", { receipt_no, secret });
    await citizen.close();
    assert.equal(fate.stage, item.end);
    assert.equal(fate.text, item.text);
    if (item.fate === "edited") assert.equal(fate.shown_text, item.shown);
    if (item.fate === "rejected") assert.equal(fate.reason, item.code);
  }
}
