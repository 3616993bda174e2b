// SPDX-License-Identifier: Apache-2.0
// The addresses: pages, forms, documents, the API and its errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newId, Refusal } from "../kit/fangtan.mjs";
import { advance, COMPERE, liveInterview, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { getInterview, isProblem, server, staff, usePortal } from "../kit/portal.mjs";

usePortal();

test("alive and ready", async () => {
  assert.equal((await server.http("/healthz")).status, 200);
  assert.equal((await server.http("/readyz")).status, 200);
});

test("the JSON snapshot has an ETag that spares the second transfer", async () => {
  const { interview } = await liveInterview(staff.admin);
  const path = `/api/v1/interviews/${interview}`;
  const first = await server.http(path);
  assert.match(first.headers["content-type"], /^application\/json/);
  const etag = first.headers.etag;
  assert.match(etag, /^(W\/)?".+"$/);
  const second = await server.http(path, { headers: { "If-None-Match": etag } });
  assert.deepEqual([second.status, second.text], [304, ""]);
  await staff.compere.command("statement.publish", {
    interview,
    kind: "remark",
    speaker: COMPERE,
    text: "New.",
  });
  const third = await server.http(path, { headers: { "If-None-Match": etag } });
  assert.equal(third.status, 200);
  assert.notEqual(third.headers.etag, etag);
});

test("errors of the API are problem documents with a code; pages are pages", async () => {
  isProblem(await server.http("/api/v1/interviews/nothing"), 404);
  isProblem(await server.http("/api/v1/nothing"), 404);
  isProblem(await server.http("/api/v1/interviews", { method: "POST", body: "" }), 405);
  for (const path of [
    "/nothing",
    "/i/nothing",
    "/../etc/passwd",
    "/a/nothing.js",
    "/i/nothing/ask",
  ]) {
    const answer = await server.http(path);
    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
  }
  assert.match((await server.http("/nothing")).headers["content-type"], /^text\/html/);
  const missing = await server.http(`/api/v1/interviews/nothing/transcript.json`);
  isProblem(missing, 404);
});

test("a method that an address does not take is answered with those that it takes", async () => {
  const cases = [
    ["POST", "/api/v1/interviews", "GET, HEAD"],
    ["GET", "/api/v1/rpc", "POST"],
    ["HEAD", "/api/v1/login", "POST"],
    ["POST", "/healthz", "GET, HEAD"],
    ["POST", "/", "GET, HEAD"],
    ["PUT", "/q", "GET, HEAD, POST"],
  ];
  for (const [method, path, allow] of cases) {
    const { status, headers } = await server.http(path, { method });
    assert.deepEqual([status, headers.allow], [405, allow], `${method} ${path}`);
  }
});

test("the list of interviews: newest first, page by page", async () => {
  const made = [];
  for (let i = 0; i < 3; i++) {
    const planned = await plan(staff.admin, { topic: `In the list ${i}` });
    await advance(staff.admin, planned, ...TO_ANNOUNCED);
    made.push(planned.interview);
  }
  const seen = [];
  let path = "/api/v1/interviews?limit=2&stage=announced";
  for (let pages = 0; path && pages < 50; pages++) {
    const page = (await server.http(path)).json();
    assert.ok(page.interviews.length <= 2);
    for (const row of page.interviews) {
      assert.equal(row.stage, "announced");
      seen.push(row.id);
    }
    path =
      page.next &&
      `/api/v1/interviews?limit=2&stage=announced&before=${encodeURIComponent(page.next)}`;
  }
  assert.equal(new Set(seen).size, seen.length, "each once");
  for (const id of made) assert.ok(seen.includes(id));
});

test("the OpenRPC document lists every method", async () => {
  const document = (await server.http("/api/v1/openrpc.json")).json();
  assert.match(document.openrpc, /^1\./);
  assert.equal(typeof document.info.title, "string");
  const names = new Set(document.methods.map(({ name }) => name));
  const wanted = `hello interview.list interview.watch interview.unwatch interview.create
    interview.update interview.transition asking.set question.ask question.status
    question.withdraw question.claim question.let_go question.release question.approve
    question.undo question.reject question.refer question.queue question.reorder question.dequeue
    question.put_on_air question.take_off_air statement.publish statement.prepare
    statement.release statement.pass statement.return statement.discard statement.correct
    statement.retract feed.freeze feed.unfreeze feed.delay question.hold question.retract
    question.restore question.appeal question.reply question.lapse case.list case.accept
    case.re_route case.stop_clock case.resume_clock case.extend case.draft
    case.return_for_rework case.reply notice.issue
    notice.acknowledge notice.recall reason.word reason.list question.label question.note
    question.redact question.route question.accept question.pass question.enter asker.silence
    asker.unsilence question.erase invitation.issue invitation.accept invitation.revoke`;
  for (const name of wanted.split(/\s+/)) assert.ok(names.has(name), name);
  const citizen = await server.citizen();
  for (const { name, params } of document.methods) {
    assert.ok(Array.isArray(params), name);
    if (name === "hello") continue;
    try {
      await citizen.call(name, {});
    } catch (error) {
      assert.ok(error instanceof Refusal && error.code !== -32601, `${name} exists: ${error}`);
    }
  }
  await citizen.close();
});

test("requests over HTTP: a cookie needs the token of the page beside it", async () => {
  const { interview } = await liveInterview(staff.admin);
  const request = {
    jsonrpc: "2.0",
    id: 7,
    method: "asking.set",
    params: { interview, state: "closed", command_id: newId() },
  };
  const { cookie, csrf } = await server.session("compere");
  const bare = await server.postJson("/api/v1/rpc", request, { Cookie: cookie });
  const forged = await server.postJson("/api/v1/rpc", request, {
    Cookie: cookie,
    "X-Fangtan-CSRF": "0".repeat(64),
  });
  const nobody = await server.postJson("/api/v1/rpc", request);
  assert.equal((await getInterview(interview)).interview.asking, "open", "none of them did it");
  for (const answer of [bare, forged, nobody])
    assert.ok(answer.status >= 400 || answer.json().error, answer.text);
  const headers = { Cookie: cookie, "X-Fangtan-CSRF": csrf };
  const good = await server.postJson("/api/v1/rpc", request, headers);
  assert.deepEqual(good.json(), { jsonrpc: "2.0", id: 7, result: {} });
  assert.equal((await getInterview(interview)).interview.asking, "closed");
  const list = (id) => ({ jsonrpc: "2.0", id, method: "interview.list", params: { limit: 1 } });
  const batch = (await server.postJson("/api/v1/rpc", [list(1), list(2)], headers)).json();
  assert.deepEqual(batch.map(({ id }) => id).sort(), [1, 2]);
  for (const text of ["[]", " [ \n] ", "[", `[${"1,".repeat(64)}1]`]) {
    const answer = await server.postRaw("/api/v1/rpc", text, headers);
    isProblem(answer, 400);
  }
  const odd = [...Array(63).fill('"],["'), { id: 9, x: ["[", '\\"'] }];
  const answers = (await server.postJson("/api/v1/rpc", odd, headers)).json();
  assert.equal(answers.length, 64, "each element is answered by itself");
  const broken = (await server.postRaw("/api/v1/rpc", "{", headers)).json();
  assert.ok(broken.error ? broken.error.code === -32700 : broken.code, JSON.stringify(broken));
});

test("a citizen without a script reads, asks by the form and looks the question up", async () => {
  const { interview } = await liveInterview(staff.admin, { topic: "Water <for> everybody" });
  await staff.compere.command("statement.publish", {
    interview,
    kind: "opening",
    speaker: COMPERE,
    text: "Welcome & good morning <script>alert(1)</script>",
  });
  const page = (await server.http(`/i/${interview}?lang=en`)).text;
  assert.ok(page.includes("Welcome &amp; good morning &lt;script&gt;"));
  assert.ok(!page.includes("<script>alert"));
  assert.ok(page.includes("Water &lt;for&gt; everybody"));
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  const text = 'Asked by the plain form: "is it" <safe>?';
  const receipt = await server.postForm(
    `/i/${interview}/ask?lang=en`,
    { text, name: "", contact: "" },
    own,
  );
  assert.equal(receipt.status, 200);
  const [no, secret] = [...receipt.text.matchAll(/<dd class="code">([^<]+)</g)].map((m) => m[1]);
  assert.match(no, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  assert.match(secret, /^[0-9A-Z-]{12}$/);
  assert.ok(
    receipt.text.includes("is it&quot; &lt;safe&gt;") ||
      receipt.text.includes('is it" &lt;safe&gt;'),
  );
  assert.match(receipt.headers["cache-control"] ?? "", /no-store/);
  const found = await server.postForm("/q?lang=en", { receipt_no: no, secret }, own);
  assert.equal(found.status, 200);
  assert.ok(found.text.includes("Asked by the plain form"));
  assert.ok(found.text.includes("Waiting to be checked"));
  const wrong = await server.postForm(
    "/q?lang=en",
    { receipt_no: no, secret: "AAAA-AAAA-AA" },
    own,
  );
  assert.ok(!wrong.text.includes("Asked by the plain form"));
  assert.ok(wrong.text.includes("Nothing found"));
  const empty = await server.postForm(`/i/${interview}/ask?lang=en`, { text: " ", name: "" }, own);
  assert.ok(empty.text.includes("Enter your question"));
  assert.ok(empty.text.includes('<a href="#ask-text">Enter'));
  const contact = "By post: 7 Well Lane";
  for (const [text, name, says] of [
    ["why? ".repeat(4000), "", '<a href="#ask-text">Your question is too long. Shorten it to 1000'],
    ["Why?", "n".repeat(40), '<a href="#ask-name">The name is too long. Shorten it to 30'],
    ["Why?", "n".repeat(1100), '<a href="#ask-name">The name is too long. Shorten it to 30'],
  ]) {
    const fields = { text, name, contact };
    const answer = await server.postForm(`/i/${interview}/ask?lang=en`, fields, own);
    assert.equal(answer.status, 422);
    assert.ok(answer.text.includes(says), says);
    assert.ok(answer.text.includes(contact), "what was typed is not lost");
  }
  assert.ok(
    !(await server.http(`/i/${interview}`)).text.includes("plain form"),
    "and it is not public",
  );
});

test("the form sent twice is one question; another name or contact makes it another", async () => {
  const { interview } = await liveInterview(staff.admin);
  const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
  const receiptOf = async (fields) => {
    const { status, text } = await server.postForm(`/i/${interview}/ask?lang=en`, fields, own);
    assert.equal(status, 200);
    return text.match(/<dd class="code">([^<]+)</)[1];
  };
  const text = "When does the bridge open?";
  const forms = [
    { text, name: "", contact: "" },
    { text, name: "Mr Lu", contact: "" },
    { text, name: "Ms Lu", contact: "" },
    { text, name: "", contact: "Mr Lu" },
    { text: `${text}Mr Lu`, name: "", contact: "" },
  ];
  const first = [];
  for (const form of forms) first.push(await receiptOf(form));
  assert.equal(new Set(first).size, forms.length, first.join(" "));
  for (const [i, form] of forms.entries()) assert.equal(await receiptOf(form), first[i]);
});

test("another site cannot send the form", async () => {
  const { interview } = await liveInterview(staff.admin);
  const foreign = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  const answer = await server.postForm(
    `/i/${interview}/ask`,
    { text: "Sent from elsewhere" },
    foreign,
  );
  assert.equal(answer.status, 403);
});

test("pages carry their security headers", async () => {
  const { interview } = await liveInterview(staff.admin);
  for (const path of ["/", `/i/${interview}`, "/q", "/desk/"]) {
    const { status, headers } = await server.http(path);
    assert.equal(status, 200, path);
    const csp = headers["content-security-policy"];
    assert.match(csp, /script-src 'self'/);
    assert.match(csp, /default-src 'none'/);
    assert.ok(!csp.includes("unsafe"), path);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});

test("documents of an interview exist at any time, and only those that are named", async () => {
  const { interview } = await liveInterview(staff.admin);
  const base = `/api/v1/interviews/${interview}/transcript`;
  for (const format of ["html", "json", "md", "txt"])
    assert.equal((await server.http(`${base}.${format}`)).status, 200, format);
  assert.deepEqual((await server.http(`${base}.json`)).json(), await getInterview(interview));
  isProblem(await server.http(`${base}.exe`), 404);
});
