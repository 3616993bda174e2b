// SPDX-License-Identifier: Apache-2.0
// Erased by law: no output holds a word of the question any more, staff's included, and no file of
// the data directory; everybody is told that there was one. On a real server with real files.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { followsAs } from "../kit/desk_fold.mjs";
import { eventually, newId, refusal, run, sha256 } from "../kit/fangtan.mjs";
import { firstEvents } from "../kit/follow.mjs";
import { advance, approve, GUEST, liveInterview, ROSTER, reject } from "../kit/interview.mjs";
import { asked, getInterview, server, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

usePortal({
  accounts: { reviewer: "staff", auditor: "auditor" },
  present: ["reviewer", "auditor"],
});

const DUTIES = [...ROSTER, { user: "reviewer", duty: "reviewer" }];
const BASIS = "Personal Information Protection Law, Article 47";
const LANGS = ["zh-Hans", "zh-Hant", "en"];

let count = 0;
/** Words that stand nowhere else, and are not cut by anything. */
const words = (what) => `mark${what}${process.pid}x${count++}z`;

/** The files under the data directory that hold one of these. */
function filesWith(marks, dir = server.data) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return filesWith(marks, path);
    const bytes = readFileSync(path);
    return marks.filter((mark) => bytes.includes(mark)).map((mark) => `${name}: ${mark}`);
  });
}

const versionOf = async (interview, question) => {
  const client = await server.staff("auditor");
  const { snapshot } = await client.watch(interview);
  await client.close();
  return snapshot.questions.find((one) => one.question === question).version;
};

async function erase(client, interview, question, id = newId()) {
  const version = await versionOf(interview, question);
  const params = { question, version, class: "personal_data", basis: BASIS };
  return client.command("question.erase", params, id);
}

/** A question all of whose words are marks, answered in public; with a note and a redaction. */
async function answered(interview) {
  const marks = Object.fromEntries(
    ["text", "name", "contact", "note", "label"].map((what) => [what, words(what)]),
  );
  const citizen = (await server.citizen()).keepOpen();
  const receipt = await citizen.command("question.ask", {
    interview,
    text: `${marks.text} and so on`,
    name: marks.name,
    contact: marks.contact,
  });
  const { question } = receipt;
  await staff.moderator.command("question.note", { question, text: marks.note });
  await approve(staff.moderator, question);
  await eventually(
    async () => (await getInterview(interview)).questions.some((q) => q.question === question),
    "it becomes public",
  );
  const labels = { question, version: await versionOf(interview, question), labels: [marks.label] };
  await staff.moderator.command("question.label", labels);
  await staff.guest.command("statement.publish", {
    interview,
    kind: "answer",
    speaker: GUEST.name,
    text: "An answer of the office.",
    questions: [question],
  });
  return { ...receipt, citizen, marks: [...Object.values(marks), receipt.nonce] };
}

/** Everything that anybody can get, as one text. */
async function outputs(interview, receipt) {
  const got = [];
  const get = async (path, headers) => {
    const { text, headers: head } = await server.http(path, { headers });
    got.push(text, JSON.stringify(head));
  };
  for (const lang of LANGS) {
    await get(`/i/${interview}?lang=${lang}`);
    for (const format of ["html", "json", "md", "txt"])
      await get(`/api/v1/interviews/${interview}/transcript.${format}?lang=${lang}`);
    const fields = { receipt_no: receipt.receipt_no, secret: receipt.secret };
    got.push((await server.postForm(`/q?lang=${lang}`, fields)).text);
  }
  await get(`/api/v1/interviews/${interview}`);
  await get(`/api/v1/interviews/${interview}/ledger.json`);
  await get(`/i/${interview}/head`);
  for (const k of [0, 1, 2]) await get(`/i/${interview}/ev/${k}`);
  got.push(await firstEvents(server, interview, "?after=0"));
  for (const name of ["moderator", "guest", "auditor", "admin"]) {
    const client = await server.staff(name);
    for (const n of [0, 5, 9]) {
      const watch = await client.watch(interview, { n, hash: "" }).catch(() => null);
      got.push(JSON.stringify(watch?.snapshot ?? null), JSON.stringify(watch?.events ?? null));
    }
    await client.close();
  }
  const citizen = await server.citizen();
  got.push(JSON.stringify(await citizen.call("question.status", receiptOf(receipt))));
  await citizen.close();
  return got.join("\n");
}

const receiptOf = ({ receipt_no, secret }) => ({ receipt_no, secret });

function without(text, marks) {
  for (const mark of marks) {
    const at = text.indexOf(mark);
    assert.equal(at, -1, `${mark} in …${text.slice(at - 200, at + 60)}`);
  }
}

test("no output and no file holds a word of it, also after kill -9 and a restart", async () => {
  const { interview } = await liveInterview(staff.admin, {}, DUTIES);
  const stays = await asked(interview, "This one stays as it is");
  const receipt = await answered(interview);
  const { question, marks } = receipt;
  const desks = [await staff.moderator.watch(interview), await staff.guest.watch(interview)];
  const viewer = await receipt.citizen.watch(interview);
  const before = await outputs(interview, receipt);
  assert.ok(before.includes(marks[0]) && filesWith(marks).length >= marks.length);
  const asking = await erase(staff.admin, interview, question);
  assert.equal(asking.waits_for, "portal_admin,reviewer,auditor");
  assert.equal((await refusal(erase(staff.admin, interview, question))).reason, "two_persons");
  const id = newId();
  const version = await versionOf(interview, question);
  const done = await erase(staff.reviewer, interview, question, id);
  assert.deepEqual(done, { stage: "answered", version: version + 1, erased: true });
  assert.deepEqual(filesWith(marks), [], "at the moment of the answer");
  // who has followed knows what who comes now is told
  await followsAs(server, "moderator", desks[0], "erased");
  await followsAs(server, "guest", desks[1], "erased");
  const event = await viewer.event("question.erased");
  assert.equal(event.class, "personal_data");
  const now = await getInterview(interview);
  await eventually(() => viewer.n >= now.to, "the viewer has followed");
  assert.deepEqual(foldedPublic(viewer), now);
  for (const when of ["live", "killed"]) {
    if (when === "killed") {
      await server.kill();
      assert.deepEqual(filesWith(marks), [], "with nobody there");
      const verified = await run(["verify", "--data", server.data]);
      assert.equal(verified.stdout, "ok\n");
      assert.deepEqual(filesWith(marks), []);
      await server.start();
      for (const client of Object.values(staff)) await eventually(() => client.live, "back");
    }
    const after = await outputs(interview, receipt);
    without(after, marks);
    assert.ok(after.includes("An answer of the office."), when);
    assert.ok(after.includes("This question was erased by law: protection of personal data"));
    assert.ok(after.includes(BASIS), "the asker reads the law");
    assert.deepEqual(filesWith(marks), [], when);
  }
  const again = await staff.reviewer.command(
    "question.erase",
    { question, version, class: "personal_data", basis: BASIS },
    id,
  );
  assert.deepEqual(again, done, "the same command once more");
  const fate = await receipt.citizen.call("question.status", receiptOf(receipt));
  assert.equal(fate.stage, "answered");
  assert.equal(fate.text, undefined);
  assert.deepEqual(
    [fate.erased.class, fate.erased.class_text === "", fate.erased.basis],
    ["personal_data", false, BASIS],
  );
  const other = await (await server.citizen()).call("question.status", receiptOf(stays));
  assert.equal(other.text, "This one stays as it is");
  const ledger = (await server.http(`/api/v1/interviews/${interview}/ledger.json`)).json();
  const entry = ledger.entries.find(({ receipt_no }) => receipt_no === receipt.receipt_no);
  assert.equal(entry.digest, sha256(`${receipt.nonce}${marks[0]} and so on`), "with the receipt");
  receipt.citizen.keeping = false;
  await receipt.citizen.close();
});

test("of a hidden question the public hears nothing, and the asker all the same", async () => {
  const started = await liveInterview(staff.admin, {}, DUTIES);
  const { interview } = started;
  const mark = words("hidden");
  const receipt = await asked(interview, mark);
  const before = await getInterview(interview);
  await reject(staff.moderator, receipt.question, "personal_data");
  await erase(staff.admin, interview, receipt.question);
  await erase(staff.auditor, interview, receipt.question);
  assert.deepEqual(await getInterview(interview), before);
  assert.deepEqual(filesWith([mark, receipt.nonce]), []);
  const page = await server.postForm("/q?lang=en", receiptOf(receipt));
  assert.match(page.text, /Your question was erased by law/);
  assert.match(page.text, /Article 47/);
  assert.ok(!page.text.includes(mark));
  await advance(staff.compere, started, "draining", "ended", "editing");
  without(await outputs(interview, receipt), [mark, receipt.nonce]);
});
