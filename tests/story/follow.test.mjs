// SPDX-License-Identifier: Apache-2.0
// Three ways to follow one interview: WebSocket, event stream, documents that caches carry. They
// give the same public record, event by event and byte by byte.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, Refusal } from "../kit/fangtan.mjs";
import { objectsOf, Poller, Stream } from "../kit/follow.mjs";
import { advance, approve, COMPERE, liveInterview, plan, TO_LIVE } from "../kit/interview.mjs";
import { asked, getInterview, isProblem, server, staff, usePortal } from "../kit/portal.mjs";
import { applyPublic, foldedPublic } from "../kit/public.mjs";

const STEPS = 400;
const seed = Number(process.env.FANGTAN_SEED ?? 20261125);

usePortal({ env: { FANGTAN_MODERATION_UNDO_MS: "150", FANGTAN_MODERATION_ASK_BURST: "100" } });

function randomizer(state) {
  let s = state >>> 0;
  return (n) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * n);
  };
}

const say = (interview, text) =>
  staff.compere.command("statement.publish", { interview, kind: "remark", speaker: COMPERE, text });

// ---- random commands ---------------------------------------------------------------------------

class Talk {
  statements = [];
  questions = [];
  notices = [];
  frozen = false;
  done = new Map(); // act → how often it was not refused

  constructor(interview, below) {
    this.interview = interview;
    this.below = below;
  }

  pick(list) {
    return list.length ? list[this.below(list.length)] : undefined;
  }

  acts = {
    say: async () => {
      const text = `Said ${this.statements.length}: "quoted" <b>\\ \u2028 水😀 ${"x".repeat(this.below(300))}`;
      this.statements.push(await say(this.interview, text));
    },
    correct: async () => {
      const said = this.pick(this.statements);
      const text = `Better: ${this.below(1000)}`;
      const { statement, version } = said;
      const done = await staff.compere.command("statement.correct", { statement, version, text });
      said.version = done.version;
    },
    takeBack: async () => {
      const { statement, version } = this.pick(this.statements);
      await staff.compere.command("statement.retract", { statement, version, code: "mistake" });
    },
    ask: async () => {
      const receipt = await asked(this.interview, `Question of 555-0199, ${this.below(1e6)}?`);
      const { version } = await approve(staff.moderator, receipt.question);
      this.questions.push({ ...receipt, version });
    },
    undo: async () => {
      const { question } = await asked(this.interview, "Approved by mistake?");
      await approve(staff.moderator, question);
      await staff.moderator.command("question.undo", { question });
    },
    redact: async () => {
      const found = this.pick(this.questions);
      const { question, version } = found;
      const redact = { question, version, spans: [{ at: 12, length: 8 }] };
      found.version = (await staff.moderator.command("question.redact", redact)).version;
    },
    retract: async () => {
      const { question, version } = this.pick(this.questions);
      await staff.moderator.command("question.retract", { question, version, code: "spam" });
    },
    withdraw: async () => {
      const { receipt_no, secret } = this.pick(this.questions);
      const citizen = await server.citizen();
      try {
        await citizen.command("question.withdraw", { receipt_no, secret });
      } finally {
        await citizen.close();
      }
    },
    freeze: async () => {
      const { interview } = this;
      const name = this.frozen ? "feed.unfreeze" : "feed.freeze";
      await staff.compere.command(name, { interview });
      this.frozen = !this.frozen;
    },
    delay: async () => {
      const { interview } = this;
      await staff.compere.command("feed.delay", { interview, seconds: 1 });
      await say(interview, "Delayed.");
      await staff.compere.command("feed.delay", { interview, seconds: 0 });
    },
    notice: async () => {
      const params = { to: "interview", interview: this.interview, text: "Soon.", level: "info" };
      this.notices.push(await staff.compere.command("notice.issue", params));
    },
    recall: async () => {
      const notice = this.notices.pop();
      const { interview } = this;
      await staff.compere.command("notice.recall", { interview, notice: notice.notice });
    },
    down: async () => {
      const { interview } = this;
      const to = (stage, version) => advance(staff.admin, { interview, version }, stage);
      const { version } = await to("taken_down", (await this.row()).version);
      await to("live", version);
      await staff.admin.command("asking.set", { interview, state: "open" });
    },
  };

  async row() {
    const watch = await staff.admin.watch(this.interview);
    return watch.snapshot.interview;
  }

  /** Will nothing become public by itself? */
  async rests() {
    const { snapshot } = await staff.admin.watch(this.interview);
    const waits = ({ stage, visibility }) => stage === "approved" && visibility === "hidden";
    const { drafts = [], questions } = snapshot;
    return !drafts.some(({ stage }) => stage === "delayed") && !questions.some(waits);
  }

  async act(name) {
    try {
      await this.acts[name]();
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
    } catch (error) {
      // A random command may come at the wrong time.
      if (!(error instanceof Refusal) && !(error instanceof TypeError)) throw error;
    }
  }
}

const WEIGHTS = `say say say say say say say say say say say say say say say correct correct ask
  ask undo redact withdraw retract retract takeBack freeze delay notice recall`.split(/\s+/);

// ---- comparing ---------------------------------------------------------------------------------

// What a WebSocket was sent of an interview's events, by number.
function textsOf(client, interview) {
  const found = new Map();
  for (const frame of client.received) {
    if (!frame.startsWith('{"jsonrpc":"2.0","method":"events"')) continue;
    if (JSON.parse(frame).params.interview !== interview) continue;
    for (const text of objectsOf(frame)) found.set(JSON.parse(text).n, text);
  }
  return found;
}

function compare(who, texts, reference) {
  for (const text of texts) assert.equal(text, reference.get(JSON.parse(text).n), who);
}

// Between being taken down and coming back everybody begins anew: there is a gap in what was sent.
function checkGap(watch, reference, to) {
  const [from, until] = watch.snapshots.map((snapshot) => snapshot.to);
  const down = watch.events.find(({ type }) => type === "interview.taken_down").n;
  const missing = [];
  for (let n = from + 1; n <= to; n++) if (!reference.has(n)) missing.push(n);
  assert.ok(missing.length > 0);
  for (const n of missing) assert.ok(n > down && n <= until, `event ${n}`);
}

function folded(follower, hash) {
  const snapshot = structuredClone(follower.snapshots.at(-1));
  for (const text of follower.texts) {
    const event = JSON.parse(text);
    if (event.n > snapshot.to) applyPublic(snapshot, event);
  }
  return { ...snapshot, hash };
}

async function checkBlocks(interview, reference) {
  const head = (await server.http(`/i/${interview}/head`)).json();
  const found = [];
  for (let k = 0; (k + 1) * 64 < head.from; k++) {
    const path = `/i/${interview}/ev/${k}?e=${head.epoch}`;
    const block = await server.http(path);
    if ((k + 1) * 64 <= head.epoch) {
      isProblem(block, 410);
      continue;
    }
    assert.equal(block.status, 200, path);
    found.push([path, block.text]);
    const texts = objectsOf(block.text);
    assert.equal(texts.length, 64);
    for (const [i, text] of texts.entries()) {
      const n = 64 * k + 1 + i;
      if (n > head.epoch) assert.equal(text, reference.get(n));
      else assert.equal(text, `{"n":${n},"type":"withheld"}`);
    }
  }
  return found;
}

test("the three ways give the same events, byte by byte, whatever happens", async (t) => {
  t.diagnostic(`seed ${seed}`);
  const below = randomizer(seed);
  const { interview } = await liveInterview(staff.admin);
  const talk = new Talk(interview, below);
  const witness = await server.citizen();
  const whole = await witness.watch(interview);
  const broken = (await server.citizen()).keepOpen();
  const pieces = await broken.watch(interview);
  const steady = new Stream(server, interview);
  await steady.open();
  const resumed = new Stream(server, interview);
  await resumed.open();
  const poller = new Poller(server, interview);
  await poller.poll();
  const begun = [];
  for (let step = 0; step < STEPS; step++) {
    await talk.act(step === 90 ? "down" : WEIGHTS[below(WEIGHTS.length)]);
    if (talk.frozen && below(4) === 0) await talk.act("freeze");
    if (below(12) === 0) broken.cut();
    if (below(12) === 0) {
      resumed.cut();
      if (below(2)) await talk.act("say");
      await resumed.open();
    }
    if (below(8) === 0) await poller.poll();
    if (below(20) === 0) {
      // Somebody else takes over from where another one is, by the address this time.
      const other = new Stream(server, interview);
      other.id = resumed.id;
      const query = `?after=${other.id}`;
      const expected = other.n;
      other.id = undefined;
      await other.open(query);
      begun.push({ other, expected });
    }
  }
  if (talk.frozen) await talk.act("freeze");
  for (let i = 0; i < 3; i++) await talk.act("say");
  await eventually(() => talk.rests(), "nothing waits to be published");
  const marker = (await say(interview, "The last word.")).statement;
  await whole.event((event) => event.statement === marker);
  const fresh = await getInterview(interview);
  const { to, hash } = fresh;
  await eventually(
    () => [whole, pieces, steady, resumed].every(({ n }) => n === to),
    "all are there",
  );
  await poller.poll();
  assert.deepEqual(poller.position, { n: to, hash });

  const reference = textsOf(witness, interview);
  assert.equal(whole.snapshots.length, 2);
  checkGap(whole, reference, to);
  const acts = Object.fromEntries(talk.done);
  for (const name of Object.keys(talk.acts)) assert.ok(acts[name], `${name} was never done`);
  assert.ok(to > 150, `${to} events fill blocks`);

  compare("the broken WebSocket", [...textsOf(broken, interview).values()], reference);
  for (const [who, follower] of Object.entries({ steady, resumed, poller })) {
    compare(who, follower.texts, reference);
    assert.deepEqual(folded(follower, hash), fresh, who);
  }
  assert.deepEqual(foldedPublic(whole), fresh);
  assert.deepEqual(foldedPublic(pieces), fresh);
  for (const { other, expected } of begun) {
    compare("by the address", other.texts, reference);
    const first = other.snapshots.length ? undefined : JSON.parse(other.texts[0] ?? "null")?.n;
    assert.ok(first === undefined || first === expected + 1, "it goes on where it was said");
    other.cut();
  }
  // Two streams that were never told to begin anew but when all were.
  assert.equal(steady.snapshots.length, 2, "at the beginning, and after it was taken down");
  assert.ok(resumed.connects > 3);
  t.diagnostic(
    `${to} events, ${resumed.connects} streams, ${resumed.snapshots.length} and ` +
      `${poller.snapshots.length} snapshots`,
  );

  // Who begins at the very beginning comes to the same end.
  const late = new Poller(server, interview);
  late.position = { n: 0, hash: "" };
  await late.poll();
  await late.poll();
  compare("late", late.texts, reference);
  assert.deepEqual(late.position, { n: to, hash });
  // The page without a script shows the texts that the record ended with.
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.ok(page.includes("The last word."));

  // Blocks read from the record after a restart are the same bytes.
  const blocks = await checkBlocks(interview, reference);
  for (const one of [steady, resumed]) one.cut();
  for (const one of [witness, broken]) await one.close();
  await server.stop();
  await server.start();
  assert.deepEqual(await checkBlocks(interview, reference), blocks);
});

// ---- blocks --------------------------------------------------------------------------------------

async function filled(count) {
  const { interview } = await liveInterview(staff.admin);
  let last;
  for (let i = 0; i < count; i++) last = await say(interview, `Word ${i}.`);
  return { interview, last };
}

test("a full block is for ever, until something is taken back: then it has another name", async () => {
  const { interview, last } = await filled(140);
  const head = (await server.http(`/i/${interview}/head`)).json();
  assert.equal(head.epoch, 0);
  const path = `/i/${interview}/ev/1`;
  const block = await server.http(`${path}?e=0`);
  assert.equal(block.status, 200);
  assert.equal(block.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal((await server.http(path)).headers["cache-control"], "public, max-age=1");
  const { etag } = block.headers;
  const same = await server.http(`${path}?e=0`, { headers: { "If-None-Match": etag } });
  assert.deepEqual([same.status, same.text, same.headers.etag], [304, "", etag]);
  const bare = await server.http(`${path}?e=0`, { method: "HEAD" });
  assert.deepEqual([bare.status, bare.text], [200, ""]);
  assert.equal(bare.headers["content-length"], String(Buffer.byteLength(block.text)));
  const headTag = (await server.http(`/i/${interview}/head`)).headers.etag;
  const again = { headers: { "If-None-Match": headTag } };
  assert.equal((await server.http(`/i/${interview}/head`, again)).status, 304);

  const { statement, version } = last;
  await staff.compere.command("statement.retract", { statement, version, code: "mistake" });
  const after = (await server.http(`/i/${interview}/head`)).json();
  assert.equal(after.epoch, after.to - 1, "all before it is withheld");
  assert.deepEqual(
    after.events.map(({ type }) => type).filter((type) => type !== "withheld"),
    ["statement.retracted"],
  );
  const gone = await server.http(`${path}?e=0`);
  assert.equal(isProblem(gone, 410).code, "gone");
  assert.equal(gone.headers["cache-control"], "public, max-age=1");
  isProblem(await server.http(`${path}?e=${after.epoch}`), 410);
  isProblem(await server.http(path), 410);
  assert.ok(!JSON.stringify(after).includes("Word "));
  // Nor can it be guessed: a hash is told only from where one may go on.
  const told = [after.before, ...after.hashes].filter(Boolean);
  assert.deepEqual([told.length, told[1]], [2, after.hash]);
  // The block that spans it fills up later, and is shorter by what was taken back.
  for (let i = 0; i < 64; i++) await say(interview, `More ${i}.`);
  const spanning = await server.http(`/i/${interview}/ev/2?e=${after.epoch}`);
  assert.equal(spanning.status, 200);
  assert.ok(!spanning.text.includes("Word ") && spanning.text.includes("More 0."));
});

async function rehearse() {
  const { interview } = await plan(staff.admin);
  const { snapshot } = await staff.admin.watch(interview);
  const { topic, departments, starts_at, guests, compere, policy } = snapshot.interview;
  const copy = { topic, departments, starts_at, guests, compere, policy, rule_set: "none" };
  const params = { interview: copy, roster: snapshot.interview.roster, rehearsal: true };
  const planned = await staff.admin.command("interview.create", params);
  return advance(staff.admin, planned, ...TO_LIVE);
}

test("what is no block, is none; what nobody may follow, has none", async () => {
  const { interview } = await liveInterview(staff.admin);
  const draft = await plan(staff.admin);
  const rehearsal = await rehearse();
  for (const k of ["0", "1", "00", "-1", "1.5", "x", "99999999999999999999", "0x1"])
    isProblem(await server.http(`/i/${interview}/ev/${k}?e=0`), 404);
  for (const e of ["x", "-1", "01", "99999999999999999999"])
    isProblem(await server.http(`/i/${interview}/ev/0?e=${e}`), 400);
  for (const id of [draft.interview, rehearsal.interview, "nobody", "%00"])
    for (const path of [`/i/${id}/head`, `/i/${id}/ev/0`, `/api/v1/interviews/${id}/events`])
      isProblem(await server.http(path), path.includes("%00") ? 400 : 404);
});

// ---- streams -------------------------------------------------------------------------------------

test("a stream is resumed as a WebSocket is: live, tail, or a snapshot", async () => {
  const { interview } = await liveInterview(staff.admin);
  const first = new Stream(server, interview);
  const response = await first.open();
  assert.equal(response.statusCode, 200);
  assert.match(response.headers["content-type"], /^text\/event-stream/);
  assert.equal(response.headers["cache-control"], "no-store");
  await eventually(() => first.snapshots.length, "a snapshot");
  assert.ok(first.retry >= 1000);
  // The head comes first, so that one knows at once what is to come, and how to come back.
  const [head] = first.of("head").map(({ data }) => JSON.parse(data));
  assert.deepEqual([first.messages[1].event, first.messages[2].event], ["head", "snapshot"]);
  assert.equal(`${head.to}:${head.hash}`, first.id);
  assert.ok(head.retry_ms >= 1000);
  const at = first.id;
  first.cut();
  for (const text of ["One.", "Two."]) await say(interview, text);
  await first.open();
  await eventually(() => first.texts.length === 2, "the tail");
  assert.equal(first.snapshots.length, 1);
  const live = new Stream(server, interview);
  live.id = first.id;
  await live.open();
  await eventually(() => live.of("head").length, "a head");
  assert.equal(JSON.parse(live.of("head")[0].data).to, first.n);
  assert.deepEqual([live.texts, live.snapshots], [[], []]);
  // The header outranks the address; a number alone will do.
  const byNumber = new Stream(server, interview);
  await byNumber.open(`?after=${first.n - 2}`);
  await eventually(() => byNumber.texts.length === 2, "the tail by number");
  const both = new Stream(server, interview);
  both.id = first.id;
  await both.open(`?after=${at}`);
  await eventually(() => both.of("tally").length, "it begins");
  assert.deepEqual(both.texts, []);
  for (const id of [`${first.n}:0123456789abcdef`, `${first.n + 1000}:0123456789abcdef`]) {
    const other = new Stream(server, interview);
    other.id = id;
    await other.open();
    await eventually(() => other.snapshots.length, "a snapshot");
    assert.equal(other.of("rolled_back").length, 1, id);
    other.cut();
  }
  for (const one of [first, live, byNumber, both]) one.cut();
});

test("a hostile Last-Event-ID is refused, and is nobody's crash", async () => {
  const { interview } = await liveInterview(staff.admin);
  const path = `/api/v1/interviews/${interview}/events`;
  const bad = [
    "x",
    ":",
    "1:",
    "-1:0123456789abcdef",
    "1:0123456789ABCDEF",
    "1:0123456789abcdef0",
    "1:0123456789abcde",
    "1 :0123456789abcdef",
    "1e3",
    "01",
    "01:0123456789abcdef",
    "0:0123456789abcdef",
    "9999999999999999",
    "99999999999999999999999999999999999:0123456789abcdef",
    `1:${"a".repeat(4000)}`,
    "1:0123456789abcd\u00ff\u00fe",
    "0x10",
    "1;2",
    "*",
  ];
  for (const id of bad) {
    isProblem(await server.http(path, { headers: { "Last-Event-ID": id } }), 400);
    isProblem(await server.http(`${path}?after=${encodeURIComponent(id)}`), 400);
  }
  const bare = await server.http(path, { method: "HEAD" });
  assert.deepEqual([bare.status, bare.text], [200, ""]);
  assert.equal((await server.http(path, { method: "POST" })).status, 405);
  assert.equal((await server.http("/healthz")).status, 200);
});

test("what was taken down is followed no further by any way", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const word = "A word that everybody could read.";
  await say(interview, word);
  const stream = new Stream(server, interview);
  await stream.open();
  await eventually(() => stream.snapshots.length, "it follows");
  const before = stream.id;
  const down = await advance(staff.admin, live, "taken_down");
  const type = () => JSON.parse(stream.texts.at(-1) ?? "{}").type;
  await eventually(() => type() === "interview.taken_down", "it is told");
  const back = new Stream(server, interview);
  await back.open(`?after=${Number(before.split(":")[0]) - 1}`);
  await eventually(() => back.snapshots.length, "not what went before");
  assert.deepEqual(back.snapshots[0].statements, []);
  const head = await server.http(`/i/${interview}/head`);
  const outputs = [head.text, back.messages.map(({ data }) => data).join()];
  for (const text of outputs) assert.ok(!text.includes("everybody could read"));
  await advance(staff.admin, down, "live");
  await eventually(() => stream.snapshots.length === 2, "it begins anew");
  assert.equal(stream.snapshots[1].statements[0].text, word);
  const { epoch, to } = (await server.http(`/i/${interview}/head`)).json();
  assert.equal(epoch, to, "everybody begins anew");
  for (const one of [stream, back]) one.cut();
});

test("a stream that is not read is bounded, slows nobody, and begins anew when it is read", async () => {
  const { interview } = await liveInterview(staff.admin);
  const slow = new Stream(server, interview);
  await slow.open();
  await eventually(() => slow.snapshots.length, "it follows");
  slow.response.pause();
  const quick = new Stream(server, interview);
  await quick.open();
  // More than the ring and both kernels' buffers hold.
  const text = "y".repeat(9_000);
  const count = 1_400;
  for (let i = 0; i < count; i += 20)
    await Promise.all(Array.from({ length: 20 }, (_, j) => say(interview, `${i + j} ${text}`)));
  await eventually(() => quick.texts.length === count, "the quick one has all", 60_000);
  slow.response.resume();
  const isThere = async () => {
    if (slow.ended) await slow.open(); // a slow machine: it had read nothing for half a minute
    return slow.n === quick.n;
  };
  await eventually(isThere, "the slow one is there too", 60_000);
  assert.equal(slow.snapshots.length, 2, "by a new snapshot");
  assert.ok(slow.texts.length < count, `${slow.texts.length} of ${count}`);
  for (const one of [slow, quick]) one.cut();
});

test("a server that ends says so, and the stream goes on with the next one", async () => {
  const { interview } = await liveInterview(staff.admin);
  const stream = new Stream(server, interview);
  await stream.open();
  await eventually(() => stream.snapshots.length, "it follows");
  await server.stop();
  await eventually(() => stream.ended, "it ends");
  const [bye] = stream.of("bye").map(({ data }) => JSON.parse(data));
  assert.equal(bye.reason, "draining");
  assert.ok(bye.retry_ms > 0);
  await server.start();
  await eventually(() => staff.compere.live && staff.admin.live, "the desk is back");
  await say(interview, "Back again.");
  await stream.open();
  await eventually(() => stream.texts.length === 1, "the tail");
  assert.equal(stream.snapshots.length, 1);
  stream.cut();
});

test("streams of one address are as many as its WebSockets may be", async () => {
  const { interview } = await liveInterview(staff.admin);
  const streams = [];
  const from = "127.0.0.77";
  const before = (await server.http("/metrics")).text.match(/fangtan_connections (\d+)/)[1];
  let refused = 0;
  for (let i = 0; i < 230; i++) {
    const stream = new Stream(server, interview, { from });
    streams.push(stream);
    const response = await stream.open().catch(() => undefined);
    if (response?.statusCode !== 200) refused++;
  }
  assert.ok(refused > 0 && refused < 60, `${refused} were refused`);
  assert.equal((await server.http("/healthz")).status, 200, "another address goes on");
  for (const stream of streams) stream.request?.destroy();
  await eventually(async () => {
    const now = (await server.http("/metrics")).text.match(/fangtan_connections (\d+)/)[1];
    return Number(now) <= Number(before);
  }, "they are all gone");
});
