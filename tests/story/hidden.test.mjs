// SPDX-License-Identifier: Apache-2.0
// Invariant I1 as a property: random interviews, whose hidden texts carry marks that nobody can
// guess, and then every output of the server is searched for them. The server itself lists its
// routes and methods, so a new output that stands in no list here fails the first test.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { eventually, newId, run } from "../kit/fangtan.mjs";
import { advance, approve, GUEST, plan, reject, TO_ANNOUNCED, TO_LIVE } from "../kit/interview.mjs";
import { server, staff, usePortal } from "../kit/portal.mjs";

usePortal();

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

const ROUTES = {
  "GET /": () => inAll("/"),
  "GET /i/*": ({ interview }) => inAll(`/i/${interview}`),
  "GET /i/*/ask": ({ interview }) => inAll(`/i/${interview}/ask`),
  "POST /i/*/ask": ({ interview }) => post(`/i/${interview}/ask`, { text: " ", name: "" }),
  "POST /i/*/vote": ({ interview, question }) =>
    post(`/i/${interview}/vote`, { question, on: "1" }),
  "POST /q/appeal": ({ receipt_no, question }) =>
    [receipt_no, question].map((typed) =>
      post("/q/appeal", { receipt_no: typed, secret: "AAAA-AAAA-AA", note: "Please" }).then(
        (text) => text.replaceAll(`value="${typed}"`, ""),
      ),
    ),
  "GET /q": ({ receipt_no }) => inAll(`/q?receipt_no=${receipt_no}`),
  "POST /q": ({ receipt_no, question }) =>
    // The form comes back as it was typed, which tells nothing.
    [receipt_no, question].map((typed) =>
      post("/q", { receipt_no: typed, secret: "AAAA-AAAA-AA" }).then((text) =>
        text.replaceAll(`value="${typed}"`, ""),
      ),
    ),
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
    get(`/api/v1/interviews/${interview}/ledger.json`),
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
  question.take_off_air question.hold question.retract question.restore question.reply
  question.lapse question.group question.ungroup question.bulk question.label question.note
  question.redact question.route question.accept question.pass question.enter asker.silence
  asker.unsilence case.reply statement.publish statement.prepare statement.release statement.pass
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

// ---- random interviews -------------------------------------------------------------------------

function randomizer(state) {
  let s = state >>> 0;
  return (n) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * n);
  };
}

const mark = () => `zq${randomBytes(9).toString("hex")}`;

async function ask(interview) {
  const marks = { text: mark(), name: mark().slice(0, 20), contact: mark(), to_guest: mark() };
  const citizen = await server.citizen();
  const receipt = await citizen.command("question.ask", {
    interview,
    text: `What about ${marks.text}?`,
    name: marks.name,
    contact: marks.contact,
    to_guest: marks.to_guest,
  });
  await citizen.close();
  return { interview, ...receipt, marks, more: [marks.contact, marks.to_guest] };
}

// What becomes of a question: true when it stays hidden for good.
const FATES = {
  approved: async ({ question }, shown) => {
    await approve(staff.moderator, question);
    return shown === "with_answer";
  },
  waits: async () => true,
  claimed: async ({ question }) => {
    await staff.moderator.command("question.claim", { question });
    return true;
  },
  rejected: async (asked) => {
    const note = mark();
    asked.more.push(note);
    await reject(staff.moderator, asked.question, "off_topic", { note: `Because ${note}` });
    return true;
  },
  held: async (asked) => {
    const note = mark();
    asked.more.push(note);
    const { question } = asked;
    const { claim_epoch } = await staff.moderator.command("question.claim", { question });
    await staff.moderator.command("question.hold", { question, version: 1, claim_epoch, note });
    return true;
  },
  noted: async (asked) => {
    const note = mark();
    asked.more.push(note);
    await staff.moderator.command("question.note", { question: asked.question, text: note });
    return true;
  },
  grouped: async ({ question }, _shown, leaders) => {
    const leader = leaders.find(({ fate }) => fate === "approved");
    const { claim_epoch } = await staff.moderator.command("question.claim", { question });
    await staff.moderator.command("question.group", {
      question,
      version: 1,
      claim_epoch,
      into: leader.question,
    });
    return true;
  },
  replied: async (asked) => {
    const text = mark();
    asked.more.push(text);
    await staff.moderator.command("question.reply", { question: asked.question, version: 1, text });
    return true;
  },
  referred: async (asked) => {
    const department = mark();
    asked.more.push(department);
    await staff.moderator.command("question.refer", {
      question: asked.question,
      version: 1,
      department,
      note: department,
    });
    return true;
  },
  withdrawn: async ({ receipt_no, secret }) => {
    const citizen = await server.citizen();
    await citizen.command("question.withdraw", { receipt_no, secret });
    await citizen.close();
    return true;
  },
  undone: async ({ question }) => {
    await approve(staff.moderator, question);
    await staff.moderator.command("question.undo", { question });
    return true;
  },
  on_air: async ({ question }, shown) => {
    await approve(staff.moderator, question);
    await staff.compere.command("question.queue", { question });
    try {
      await staff.compere.command("question.put_on_air", { question });
    } catch {
      // another one is being answered
    }
    return shown === "with_answer";
  },
  edited: async (asked, shown) => {
    await approve(staff.moderator, asked.question, { text: "What about nothing?" });
    asked.more.push(asked.marks.text); // of the original
    asked.marks.text = mark();
    return shown === "with_answer";
  },
};

async function randomInterview(below) {
  const shown = below(2) ? "on_approve" : "with_answer";
  const topic = `Open topic ${mark()}`;
  const policy = { asking: "anonymous", question_public: shown };
  const planned = await plan(staff.admin, { topic, policy });
  const { interview } = await advance(staff.admin, planned, ...TO_LIVE);
  await staff.admin.command("asking.set", { interview, state: "open" });
  const viewer = await server.citizen();
  await viewer.watch(interview);
  const names = Object.keys(FATES);
  const questions = [];
  for (let i = 0; i < 16; i++) {
    const asked = await ask(interview);
    asked.fate = names[i < names.length ? i : below(names.length)];
    asked.hidden = await FATES[asked.fate](asked, shown, questions);
    questions.push(asked);
  }
  await staff.compere.command("statement.publish", {
    interview,
    kind: "remark",
    speaker: GUEST,
    text: "Good morning.",
  });
  // What only staff have: words prepared, a notice to them.
  const words = [mark(), mark()];
  await staff.compere.command("statement.prepare", {
    interview,
    kind: "remark",
    speaker: GUEST,
    text: `Not yet: ${words[0]}`,
  });
  await staff.compere.command("notice.issue", {
    to: "staff",
    interview,
    text: `Hurry: ${words[1]}`,
    level: "info",
  });
  questions[0].more.push(...words);
  return { interview, shown, topic, viewer, questions };
}

// ---- searching ---------------------------------------------------------------------------------

function secretsOf({ marks, more, hidden, question, receipt_no }) {
  const words = new Set(more);
  if (hidden) for (const word of [marks.text, marks.name, question, receipt_no]) words.add(word);
  return [...words];
}

function search(where, text, interviews) {
  for (const { questions } of interviews)
    for (const asked of questions)
      for (const word of secretsOf(asked))
        assert.ok(
          !text.includes(word),
          `${where} shows ${word} of a question that is ${asked.fate} (seed ${seed})`,
        );
}

test("every route and every method of the server is known here", async () => {
  const lines = (await run(["routes"])).stdout.trim().split("\n");
  const routes = lines.map((line) => line.split("\t").slice(0, 2).join(" "));
  assert.deepEqual(routes.sort(), Object.keys(ROUTES).sort());
  const document = (await server.http("/api/v1/openrpc.json")).json();
  const methods = document.methods.map(({ name }) => name);
  assert.deepEqual(methods.sort(), Object.keys(METHODS).sort());
});

async function searchRoutes(interviews) {
  let found = 0;
  for (const [route, output] of Object.entries(ROUTES))
    for (const { questions } of interviews) {
      const target = questions.find((asked) => asked.hidden);
      const texts = (await Promise.all([await output(target)].flat())).flat();
      for (const text of texts) {
        search(route, text, interviews);
        found += interviews.filter(({ topic }) => text.includes(topic)).length;
      }
    }
  assert.ok(found > 20, "the search looks where something is");
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

async function searchMethods(interviews) {
  const document = (await server.http("/api/v1/openrpc.json")).json();
  const known = new Map(
    document.methods.map(({ name, params }) => [name, params.map((p) => p.name)]),
  );
  for (const { questions } of interviews)
    for (const target of questions.filter(({ hidden }) => hidden).slice(0, 4)) {
      const citizen = await server.citizen();
      for (const [name, given] of Object.entries(METHODS)) {
        const params = given === "refused" ? fitting(known, name, target) : given(target);
        await citizen.call(name, params).then(
          () => assert.notEqual(given, "refused", `${name} is not for citizens`),
          (refusal) => assert.equal(typeof refusal.reason, "string", String(refusal)),
        );
      }
      // What was sent is not what was shown: only what came is searched.
      search("an answer to a citizen", citizen.received.join("\n"), interviews);
      await citizen.close();
    }
}

test("nothing of a hidden question is in any output, nor in the log", async (t) => {
  t.diagnostic(`seed ${seed}`);
  const below = randomizer(seed);
  const interviews = [];
  for (let i = 0; i < 3; i++) interviews.push(await randomInterview(below));
  const secretTopic = mark();
  const draft = await plan(staff.admin, { topic: secretTopic });
  const planned = await plan(staff.admin, { topic: `${secretTopic} too` });
  await advance(staff.admin, planned, ...TO_ANNOUNCED.slice(0, 2));
  for (const { interview, questions } of interviews) {
    const wanted = questions.filter(({ hidden }) => !hidden);
    const isShown = async () => {
      const text = await get(`/api/v1/interviews/${interview}`);
      return wanted.every(({ question }) => text.includes(question));
    };
    await eventually(isShown, "what is approved becomes public");
  }
  await searchRoutes(interviews);
  await searchMethods(interviews);
  for (const { viewer } of interviews) {
    search("the feed", viewer.received.join("\n"), interviews);
    assert.ok(viewer.received.some((text) => text.includes("Good morning.")));
  }
  for (const route of Object.keys(ROUTES)) {
    const texts = await Promise.all(
      [await ROUTES[route]({ ...interviews[0].questions[0], interview: draft.interview })].flat(),
    );
    assert.ok(!texts.flat().join("").includes(secretTopic), `${route} shows a draft`);
  }
  const log = server.log.join("\n");
  search("the log", log, interviews);
  for (const { questions } of interviews)
    for (const { secret, marks } of questions) {
      assert.ok(!log.includes(secret), "a secret is in the log");
      assert.ok(!log.includes(marks.text), "a question is in the log");
    }
  for (const { viewer } of interviews) await viewer.close();
});

test("what is shown is found by the same search", async () => {
  const interviews = [await randomInterview(() => 1)];
  const { questions, interview, viewer } = interviews[0];
  const shown = questions.find(({ fate }) => fate === "approved");
  const page = () => get(`/i/${interview}`);
  await eventually(async () => (await page()).includes(shown.marks.text), "it becomes public");
  const text = await page();
  search("the page", text, interviews);
  shown.hidden = true;
  assert.throws(() => search("the page", text, interviews), /shows .* of a question/);
  await viewer.close();
});
