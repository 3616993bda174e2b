// SPDX-License-Identifier: Apache-2.0
// Asking: what is taken, what is refused in which words, and what the asker gets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, sha256 } from "../kit/fangtan.mjs";
import { gate } from "../kit/gate.mjs";
import {
  advance,
  COMPERE,
  GUEST,
  liveInterview,
  plan,
  reject,
  TO_ANNOUNCED,
} from "../kit/interview.mjs";
import { ASK_BURST, asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";

usePortal();

test("the receipt proves what was asked, and the asker can look it up", async () => {
  const { interview } = await liveInterview(staff.admin);
  const text = "How hard is the water in Well Lane?\nAnd in Mill Street?";
  const receipt = await asked(interview, text);
  assert.equal(receipt.stage, "pending");
  assert.equal(receipt.digest, sha256(receipt.nonce + text));
  const citizen = await server.citizen();
  const { receipt_no, secret } = receipt;
  const fate = await citizen.call("question.status", { receipt_no, secret });
  assert.equal(fate.stage, "pending");
  assert.equal(fate.text, text);
  for (const wrong of [
    { receipt_no, secret: "AAAA-AAAA-AA" },
    { receipt_no: "0000-0000", secret },
    { receipt_no: "not a number", secret },
  ]) {
    assert.equal((await refusal(citizen.call("question.status", wrong))).reason, "not_found");
  }
  const steal = citizen.command("question.withdraw", { receipt_no, secret: "AAAA-AAAA-AA" });
  assert.equal((await refusal(steal)).reason, "not_found");
  await reject(staff.moderator, receipt.question, "not_our_remit", {
    note: "Please ask the county.",
  });
  const after = await citizen.call("question.status", { receipt_no, secret });
  assert.deepEqual([after.stage, after.reason], ["rejected", "not_our_remit"]);
  await citizen.close();
});

test("a name of a guest, the compere or an office is taken", async () => {
  const { interview } = await liveInterview(staff.admin);
  const citizen = await server.citizen();
  for (const name of [GUEST.name, GUEST.name.toUpperCase(), COMPERE.name, "主持人", "Moderator"]) {
    const params = { interview, text: "Who am I?", name };
    assert.equal(
      (await refusal(citizen.command("question.ask", params))).reason,
      "name_taken",
      name,
    );
  }
  await citizen.command("question.ask", { interview, text: "Who am I?", name: "Mrs Gu" });
  await citizen.close();
});

test("what is too long is refused with the limit, what is exactly as long is not", async () => {
  const { interview } = await liveInterview(staff.admin);
  const citizen = await server.citizen();
  const long = await refusal(
    citizen.command("question.ask", { interview, text: "水".repeat(1001) }),
  );
  assert.deepEqual([long.reason, long.data.limit], ["too_long", 1000]);
  await citizen.command("question.ask", { interview, text: "水".repeat(1000) });
  await citizen.command("question.ask", { interview, text: "😀".repeat(1000) });
  const name = await refusal(
    citizen.command("question.ask", { interview, text: "?", name: "n".repeat(31) }),
  );
  assert.deepEqual([name.reason, name.data.limit], ["too_long", 30]);
  const said = { interview, kind: "answer", speaker: GUEST };
  const statement = await refusal(
    staff.guest.command("statement.publish", { ...said, text: "a".repeat(10_001) }),
  );
  assert.deepEqual([statement.reason, statement.data.limit], ["too_long", 10_000]);
  await staff.guest.command("statement.publish", { ...said, text: "水".repeat(10_000) });
  await citizen.close();
});

test("the record holds what the text gate makes of a text, no more and no less", async () => {
  const { interview } = await liveInterview(staff.admin);
  const citizen = await server.citizen();
  const mark = "\u0301";
  const typed = [
    "  spaces \u3000\u00a0",
    "one\r\ntwo\rthree\u2028four \n\n\n\n five\t.",
    `e${mark} a${mark.repeat(20)} b${"\u200d\u0301".repeat(12)}`,
    "\ufeffmark\u0007\u007f\u0085\ufffe\u{1ffff}\ufdd0 end",
    "\u202eturned\u202c \u2067round\u2069 \u{e0041}tag",
    "ئۇي\u200cغۇر 👨\u200d👩\u200d👧 zero\u200bwidth",
  ];
  for (const text of typed) {
    const wanted = gate(text, { lines: true });
    assert.equal(gate(wanted, { lines: true }), wanted);
    const params = { interview, text };
    const { receipt_no, secret, digest, nonce } = await citizen.command("question.ask", params);
    const kept = (await citizen.call("question.status", { receipt_no, secret })).text;
    assert.equal(JSON.stringify(kept), JSON.stringify(wanted));
    assert.equal(digest, sha256(nonce + wanted));
  }
  const named = { interview, text: "x", name: " Mr\u2028 \t Gu\n" };
  const { question } = await citizen.command("question.ask", named);
  const { snapshot } = await (await server.staff("moderator")).watch(interview);
  const row = snapshot.questions.find((found) => found.question === question);
  assert.equal(row.name, gate(named.name, { lines: false }));
  await citizen.close();
});

test("a text with nothing in it is no question", async () => {
  const { interview } = await liveInterview(staff.admin);
  const citizen = await server.citizen();
  for (const text of ["", "   ", "\n\n", "\u200b\u2028"]) {
    const why = await refusal(citizen.command("question.ask", { interview, text }));
    assert.equal(why.reason, "bad_params", JSON.stringify(text));
  }
  await citizen.close();
});

test("questions are taken only while asking is open", async () => {
  const planned = await plan(staff.admin);
  const { interview } = planned;
  let iv = await advance(staff.admin, planned, ...TO_ANNOUNCED);
  const citizen = await server.citizen();
  const ask = () => citizen.command("question.ask", { interview, text: "Is it open?" });
  assert.equal((await refusal(ask())).reason, "asking_closed");
  await staff.admin.command("asking.set", { interview, state: "precollect" });
  await ask();
  iv = await advance(staff.admin, iv, "lobby", "live");
  assert.equal((await getInterview(interview)).interview.asking, "open", "with the start");
  await ask();
  await staff.compere.command("asking.set", { interview, state: "closed" });
  assert.equal((await refusal(ask())).reason, "asking_closed");
  await staff.compere.command("asking.set", { interview, state: "open" });
  await advance(staff.compere, iv, "draining");
  assert.equal((await refusal(ask())).reason, "asking_closed", "draining takes no questions");
  await citizen.close();
});

test("who asks too much is told when to try again; others are not disturbed", async () => {
  const { interview } = await liveInterview(staff.admin);
  const citizen = await server.citizen();
  for (let i = 0; i < ASK_BURST; i++)
    await citizen.command("question.ask", { interview, text: `Question ${i} of many` });
  const why = await refusal(citizen.command("question.ask", { interview, text: "One too many" }));
  assert.equal(why.reason, "rate_limited");
  assert.ok(why.data.retry_ms > 0);
  await asked(interview, "From somebody else");
  await citizen.close();
});

test("the asker withdraws: hidden without a trace, public with a tombstone", async () => {
  const { interview } = await liveInterview(staff.admin);
  const hidden = await asked(interview, "Nobody will ever read this sentence.");
  const open = await shown(interview, "Everybody could read this one for a while.");
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const citizen = await server.citizen();
  for (const { receipt_no, secret } of [hidden, open]) {
    const answer = await citizen.command("question.withdraw", { receipt_no, secret });
    assert.equal(answer.stage, "withdrawn");
  }
  const event = await watch.event("question.withdrawn");
  assert.equal(event.question, open.question);
  const { questions, counts } = await getInterview(interview);
  const [{ shown_at, ...stub }, ...others] = questions;
  assert.ok(shown_at, "where the stub stands");
  assert.deepEqual(others, []);
  assert.deepEqual(stub, {
    question: open.question,
    receipt_no: open.receipt_no,
    stage: "withdrawn",
  });
  assert.equal(counts.questions, 0);
  assert.equal(watch.events.length, 1, "of the hidden one nothing is heard");
  const page = (await server.http(`/i/${interview}`)).text;
  assert.ok(!page.includes("Everybody could read"));
  const latecomer = await server.citizen();
  const later = await latecomer.watch(interview, { n: 0, hash: "" });
  assert.deepEqual(later.modes, ["snapshot"], "the frames before are not given out any more");
  await latecomer.close();
  for (const client of [viewer, citizen]) await client.close();
});
