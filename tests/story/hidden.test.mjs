// SPDX-License-Identifier: Apache-2.0
// Invariant I1 as a property: random interviews, in which every word carries a mark that nobody can
// guess, are taken from being live to being published, taken down and put back; in each stage every
// output of the server is searched for the marks that it must not hold. The server itself lists its
// routes and methods, so a new output that stands in no list here fails the first test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, newId, run } from "../kit/fangtan.mjs";
import {
  completeRecord,
  goOn,
  haveSecondThoughts,
  markedInterview,
  moveOn,
  putBack,
  takeDown,
  WHO,
} from "../kit/fates.mjs";
import { firstEvents } from "../kit/follow.mjs";
import { advance, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { leakIn, Marks, mark } from "../kit/marks.mjs";
import { getInterview, server, staff, usePortal } from "../kit/portal.mjs";
import { ruleSets } from "../kit/rules.mjs";

const RULE_SETS = {
  one_person: ["may_lapse = yes", "two_persons = no"],
  two_persons: ["may_lapse = yes", "two_persons = yes"],
};

usePortal({
  accounts: { [WHO]: "staff", reviewer: "staff" },
  present: [WHO, "reviewer"],
  env: {
    FANGTAN_MODERATION_RULE_SETS: ruleSets(RULE_SETS),
    FANGTAN_MODERATION_UNDO_MS: "10000", // nothing is public before it was undone
  },
});

const seed = Number(process.env.FANGTAN_SEED ?? 20261124);
const own = () => ({ Origin: server.origin, "Sec-Fetch-Site": "same-origin" });
const FORMATS = ["html", "json", "md", "txt"];
const LANGS = ["zh-Hans", "zh-Hant", "en"];

// ---- every output: what a citizen gets there, given an interview and a hidden question ---------

const get = (path) => server.http(path).then(({ text, headers }) => text + JSON.stringify(headers));
const post = (path, fields) => server.postForm(path, fields, own()).then(({ text }) => text);
const json = (path, body) => server.postJson(path, body, own()).then(({ text }) => text);
const inAll = (path) =>
  Promise.all(LANGS.map((lang) => get(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`)));
const web = async () => {
  const page = (await server.http("/")).text;
  const file = page.match(/\/a\/[^"]+\.js/)?.[0];
  return file ? get(file) : "";
};

// What was said before a correction is given out still.
const replay = (output) => output.then((text) => ({ text, kind: "replay" }));

// Without the secret. The form comes back as it was typed, which tells nothing.
const guessed = (path, { receipt_no, question }) =>
  [receipt_no, question].map((typed) =>
    post(path, { receipt_no: typed, secret: "AAAA-AAAA-AA", note: "Please" }).then((text) =>
      text.replaceAll(`value="${typed}"`, ""),
    ),
  );

const ROUTES = {
  "GET /": () => inAll("/"),
  "GET /i/*": ({ interview }) => inAll(`/i/${interview}`),
  "GET /i/*/ask": ({ interview }) => inAll(`/i/${interview}/ask`),
  "POST /i/*/ask": ({ interview }) => post(`/i/${interview}/ask`, { text: " ", name: "" }),
  "POST /i/*/vote": ({ interview, question }) =>
    post(`/i/${interview}/vote`, { question, on: "1" }),
  "GET /i/*/head": ({ interview }) => replay(get(`/i/${interview}/head`)),
  "GET /i/*/ev/*": ({ interview }) => [0, 1, 2].map((k) => replay(get(`/i/${interview}/ev/${k}`))),
  "GET /api/v1/interviews/*/events": ({ interview }) => [
    firstEvents(server, interview),
    replay(firstEvents(server, interview, "?after=0")),
  ],
  "POST /q/appeal": (hidden) => guessed("/q/appeal", hidden),
  "POST /q/withdraw": (hidden) => guessed("/q/withdraw", hidden),
  "GET /q": ({ receipt_no }) => inAll(`/q?receipt_no=${receipt_no}`),
  "POST /q": (hidden) => guessed("/q", hidden),
  "GET /desk": () => get("/desk"),
  "GET /desk/**": ({ interview }) => [get("/desk/"), get(`/desk/${interview}`)],
  "GET /a/*": web,
  "GET /healthz": () => get("/healthz"),
  "GET /readyz": () => get("/readyz"),
  "GET /metrics": () => get("/metrics"),
  "GET /api/v1/interviews": () => get("/api/v1/interviews?limit=200"),
  "GET /api/v1/interviews/*": ({ interview }) => get(`/api/v1/interviews/${interview}`),
  "GET /api/v1/interviews/*/*": ({ interview }) => [
    ...FORMATS.flatMap((format) =>
      LANGS.map((lang) => get(`/api/v1/interviews/${interview}/transcript.${format}?lang=${lang}`)),
    ),
    get(`/api/v1/interviews/${interview}/ledger.json`).then((text) => ({ text, kind: "ledger" })),
  ],
  "GET /api/v1/openrpc.json": () => get("/api/v1/openrpc.json"),
  "POST /api/v1/rpc": ({ interview }) =>
    json("/api/v1/rpc", {
      jsonrpc: "2.0",
      id: 1,
      method: "interview.watch",
      params: { interview },
    }),
  "GET /invitation": () => LANGS.map((lang) => get(`/invitation?lang=${lang}`)),
  "POST /invitation": ({ question }) => post("/invitation", { token: question }),
  "POST /invitation/enter": ({ question }) => post("/invitation/enter", { token: question }),
  "POST /api/v1/login": ({ question }) =>
    json("/api/v1/login", { name: question, password: question }),
  "POST /api/v1/logout": () => json("/api/v1/logout", {}),
  "POST /api/v1/ticket": () => json("/api/v1/ticket", {}),
};

// Of a method that is made for everybody, its parameters; "refused" for those that citizens are
// told nothing by.
const METHODS = {
  hello: () => ({ client: "story" }),
  "interview.list": () => ({ limit: 200 }),
  "interview.watch": ({ interview }) => ({ interview }),
  "interview.unwatch": ({ interview }) => ({ interview }),
  "question.ask": ({ interview }) => ({ interview, text: " ", command_id: newId() }),
  "question.status": ({ receipt_no }) => ({ receipt_no, secret: "AAAA-AAAA-AA" }),
  "question.withdraw": ({ receipt_no }) => ({
    receipt_no,
    secret: "AAAA-AAAA-AA",
    command_id: newId(),
  }),
};
METHODS["question.appeal"] = METHODS["question.withdraw"];
METHODS["question.vote"] = ({ question }) => ({ question, on: true });
for (const name of `interview.create interview.update interview.transition asking.set
  question.claim question.let_go question.approve question.undo question.reject question.release
  question.refer question.queue question.reorder question.dequeue question.put_on_air
  question.take_off_air question.hold question.retract question.erase
  question.restore question.reply
  question.lapse question.group question.ungroup question.bulk question.label question.note
  question.redact question.route question.accept question.pass question.enter asker.silence
  asker.unsilence case.list case.accept case.re_route case.stop_clock case.resume_clock
  case.extend case.draft case.return_for_rework case.reply statement.publish statement.prepare statement.release statement.pass
  statement.return statement.discard statement.correct statement.retract feed.freeze feed.unfreeze
  feed.delay notice.issue notice.acknowledge notice.recall reason.word reason.list invitation.issue
  invitation.accept invitation.revoke`.split(/\s+/))
  METHODS[name] = "refused";

// Every field that a command may need, so that it gets as far as it can.
const anything = ({ interview, question }) => ({
  interview,
  question,
  questions: [question],
  command_id: newId(),
  version: 1,
  claim_epoch: 1,
  position: 1,
  code: "spam",
  state: "closed",
  to: "draining",
  department: "Nowhere",
  kind: "answer",
  speaker: "Nobody",
  text: "Nothing",
  set: { topic: "Nothing" },
});

// ---- searching ---------------------------------------------------------------------------------

function randomizer(state) {
  let s = state >>> 0;
  return (n) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * n);
  };
}

function search(where, text, kind = "now") {
  const leak = leakIn(text, kind);
  assert.equal(leak, undefined, `${where} shows ${leak} (seed ${seed})`);
}

test("every route and every method of the server is known here", async () => {
  const lines = (await run(["routes"])).stdout.trim().split("\n");
  const routes = lines.map((line) => line.split("\t").slice(0, 2).join(" "));
  assert.deepEqual(routes.sort(), Object.keys(ROUTES).sort());
  const document = (await server.http("/api/v1/openrpc.json")).json();
  const methods = document.methods.map(({ name }) => name);
  assert.deepEqual(methods.sort(), Object.keys(METHODS).sort());
});

// A question that nobody outside has seen; another one each time.
function hiddenOf({ questions }, at) {
  const hidden = questions.filter(({ isShown }) => !isShown);
  return hidden[at % hidden.length];
}

async function searchRoutesFor(target, stage) {
  for (const [route, output] of Object.entries(ROUTES))
    for (const found of (await Promise.all([await output(target)].flat())).flat())
      search(`${route} in stage ${stage}`, found.text ?? found, found.kind);
}

async function searchRoutes(interviews, stage) {
  for (const [i, iv] of interviews.entries())
    await searchRoutesFor({ interview: iv.interview, ...hiddenOf(iv, i) }, stage);
}

// The parameters that a refused command takes, as far as they are known.
function fitting(known, name, target) {
  const all = anything(target);
  return Object.fromEntries(
    known
      .get(name)
      .map((key) => [key, all[key]])
      .filter(([, value]) => value !== undefined),
  );
}

async function searchMethods(interviews, stage) {
  const document = (await server.http("/api/v1/openrpc.json")).json();
  const known = new Map(
    document.methods.map(({ name, params }) => [name, params.map((p) => p.name)]),
  );
  for (const [i, iv] of interviews.entries()) {
    const target = { interview: iv.interview, ...hiddenOf(iv, i + 1) };
    const citizen = await server.citizen();
    for (const [name, given] of Object.entries(METHODS)) {
      const params = given === "refused" ? fitting(known, name, target) : given(target);
      await citizen.call(name, params).then(
        () => assert.notEqual(given, "refused", `${name} is not for citizens`),
        (refusal) => assert.equal(typeof refusal.reason, "string", String(refusal)),
      );
    }
    // What was sent is not what was shown: only what came is searched.
    search(`an answer to a citizen in stage ${stage}`, citizen.received.join("\n"));
    await citizen.close();
  }
}

// Who comes now, with a position or with none.
async function searchNewcomer({ interview }, at, where) {
  const { to } = await getInterview(interview);
  if (at?.n === to) return; // nothing has happened
  const citizen = await server.citizen();
  const watch = await citizen.watch(interview, at);
  await eventually(() => watch.n >= to, "a newcomer has everything");
  await citizen.call("interview.list", {}); // and the tally, which comes right after the watch
  const kind = at ? "replay" : "now";
  search(`the feed of a newcomer (${kind}) ${where}`, citizen.received.join("\n"), kind);
  await citizen.close();
}

async function searchFeeds(interviews, stage) {
  for (const iv of interviews) {
    await searchNewcomer(iv, undefined, `in stage ${stage}`);
    await searchNewcomer(iv, { n: 0, hash: "" }, `in stage ${stage}`);
    const { to } = await getInterview(iv.interview);
    const follower = iv.viewer.watches.get(iv.interview);
    await eventually(() => follower.n >= to, "who has followed all along has everything");
    search(`the feed in stage ${stage}`, iv.viewer.received.join("\n"), "feed");
  }
}

const look = (iv, at) => searchNewcomer(iv, at, "after a step");

async function searchEverything(interviews, stage) {
  await searchRoutes(interviews, stage);
  await searchMethods(interviews, stage);
  await searchFeeds(interviews, stage);
}

// ---- the tests ---------------------------------------------------------------------------------

// The search looks where something is: each document has all that it should.
async function hasItsRecord({ interview, record, questions }) {
  const paths = [`/i/${interview}`];
  for (const format of FORMATS) paths.push(`/api/v1/interviews/${interview}/transcript.${format}`);
  for (const path of paths) {
    const text = await get(path);
    for (const word of record) assert.ok(text.includes(word), `${path} is without ${word}`);
  }
  const { entries } = (await server.http(`/api/v1/interviews/${interview}/ledger.json`)).json();
  assert.deepEqual(
    entries.map(({ receipt_no }) => receipt_no).sort(),
    questions.map(({ receipt_no }) => receipt_no).sort(),
    "the ledger is complete",
  );
}

async function plannedOnly() {
  const topic = mark();
  const marks = new Marks();
  marks.put("never", "the topic of a plan", topic);
  const draft = await plan(staff.admin, { topic });
  const planned = await plan(staff.admin, { topic: `${topic} too` });
  await advance(staff.admin, planned, ...TO_ANNOUNCED.slice(0, 2));
  marks.questions = [{}];
  return [draft, planned].map(({ interview }) => ({ interview, question: "q0", receipt_no: "0" }));
}

async function inEveryStage(interviews, look) {
  const search = async (stage) => {
    await searchEverything(interviews, stage);
    await look?.(stage);
  };
  const all = async (use) => {
    for (const iv of interviews) await use(iv);
  };
  await all(goOn);
  await search("live");
  for (const stage of ["draining", "ended", "editing"]) {
    await all((iv) => moveOn(iv, stage));
    await search(stage);
  }
  await all(completeRecord);
  await all((iv) => moveOn(iv, "published"));
  await search("published");
  await all(hasItsRecord);
  await all(haveSecondThoughts);
  await search("published, with second thoughts");
  await all(hasItsRecord);
  const why = new Map();
  await all(async (iv) => why.set(iv, await takeDown(iv)));
  await search("taken down");
  await all(async (iv) => assert.ok((await get(`/i/${iv.interview}`)).includes(why.get(iv))));
  await all((iv) => putBack(iv, "published", why.get(iv)));
  await search("put back");
  await all(hasItsRecord);
}

test("nothing of what is hidden is in any output, in no stage, nor in the log", async (t) => {
  t.diagnostic(`seed ${seed}`);
  const below = randomizer(seed);
  const interviews = [];
  for (const shown of ["on_approve", "with_answer"])
    for (const rule_set of Object.keys(RULE_SETS))
      interviews.push(await markedInterview({ shown, rule_set }, below, look));
  const plans = await plannedOnly();
  await inEveryStage(interviews, async (stage) => {
    for (const target of plans) await searchRoutesFor(target, `${stage}, of a plan`);
  });
  search("the log", server.log.join("\n"), "log");
  for (const { viewer } of interviews) await viewer.close();
});

test("what is shown is found by the same search", async () => {
  const iv = await markedInterview({ shown: "on_approve", rule_set: "one_person" }, () => 0);
  await goOn(iv);
  const outputs = {
    "the page": await get(`/i/${iv.interview}`),
    "the snapshot": await get(`/api/v1/interviews/${iv.interview}`),
    "the feed": iv.viewer.received.join("\n"),
  };
  for (const format of FORMATS)
    outputs[format] = await get(`/api/v1/interviews/${iv.interview}/transcript.${format}`);
  for (const word of iv.record) iv.put("never", "of this test", word);
  for (const [where, text] of Object.entries(outputs))
    assert.match(leakIn(text, "feed") ?? "nothing", /of this test/, where);
  await iv.viewer.close();
});
