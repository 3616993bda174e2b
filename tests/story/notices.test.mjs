// SPDX-License-Identifier: Apache-2.0
// Notices to viewers, to the portal's visitors and to staff; and the wording of reasons.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, refusal, run } from "../kit/fangtan.mjs";
import { advance, liveInterview, plan, reject } from "../kit/interview.mjs";
import { asked, getInterview, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { foldedPublic } from "../kit/public.mjs";

usePortal();

const pageOf = async (path) => (await server.http(path)).text;

test("a notice to an interview reaches its viewers and pages, and is recalled", async () => {
  const { interview } = await liveInterview(staff.admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const text = "The sound fails; please <read> on.";
  const params = { to: "interview", interview, text, level: "warning" };
  const { notice } = await staff.compere.command("notice.issue", params);
  const event = await watch.event("notice.issued");
  assert.deepEqual([event.notice, event.level, event.text], [notice, "warning", text]);
  assert.ok(!("by" in event));
  assert.match(await pageOf(`/i/${interview}`), /please &lt;read&gt; on/);
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  await staff.moderator.command("notice.recall", { interview, notice });
  await watch.event("notice.recalled");
  assert.deepEqual(foldedPublic(watch), await getInterview(interview));
  assert.deepEqual((await getInterview(interview)).notices, []);
  assert.ok(!(await pageOf(`/i/${interview}`)).includes("please &lt;read"));
  const latecomer = await server.citizen();
  const late = await latecomer.watch(interview, { n: 0, hash: "" });
  assert.deepEqual(late.modes, ["snapshot"], "what was recalled is not told again");
  for (const client of [viewer, latecomer]) await client.close();
});

test("a notice to the portal stands on every page and survives a crash", async () => {
  const { interview } = await liveInterview(staff.admin);
  const text = "Tonight from ten the portal rests.";
  const params = { to: "portal", text, level: "info" };
  const viewer = await server.citizen();
  const watch = await viewer.watch("portal");
  const { notice } = await staff.admin.command("notice.issue", params);
  assert.equal((await watch.event("notice.issued")).text, text);
  await viewer.close();
  await server.kill();
  await server.start();
  for (const path of ["/", `/i/${interview}`, "/q", `/i/${interview}/ask`])
    assert.ok((await pageOf(path)).includes(text), path);
  await eventually(() => staff.admin.live, "the administrator is back");
  await staff.admin.command("notice.recall", { interview: "portal", notice });
  assert.ok(!(await pageOf("/")).includes(text));
});

test("a notice to staff is hidden from others and acknowledged by name", async () => {
  const live = await liveInterview(staff.admin);
  const { interview } = live;
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const own = await staff.guest.watch(interview);
  const text = "Five minutes are left.";
  const { notice } = await staff.moderator.command("notice.issue", {
    to: "staff",
    interview,
    text,
    level: "urgent",
  });
  assert.equal((await own.event("notice.issued")).text, text);
  await staff.guest.command("notice.acknowledge", { interview, notice });
  await staff.guest.command("notice.acknowledge", { interview, notice });
  await staff.compere.command("notice.acknowledge", { interview, notice });
  const desk = await staff.moderator.watch(interview);
  assert.deepEqual(
    desk.snapshot.notices.map((n) => n.acknowledged.map(({ by }) => by)),
    [["guest", "compere"]],
  );
  await advance(staff.compere, live, "suspended");
  await watch.event("interview.suspended");
  assert.ok(!watch.events.some(({ type }) => type.startsWith("notice.")), "viewers hear nothing");
  assert.ok(!(await pageOf(`/i/${interview}`)).includes(text));
  const outside = staff.outsider.command("notice.acknowledge", { interview, notice });
  assert.equal((await refusal(outside)).reason, "not_authorized");
  await viewer.close();
});

test("who may not, and what is wrong, is refused", async () => {
  const { interview } = await liveInterview(staff.admin);
  const draft = await plan(staff.admin);
  const citizen = await server.citizen();
  const good = { to: "interview", interview, text: "T", level: "info" };
  const why = async (client, change) =>
    (await refusal(client.command("notice.issue", { ...good, ...change }))).reason;
  assert.equal(await why(citizen, {}), "not_authorized");
  assert.equal(await why(staff.guest, {}), "not_authorized");
  assert.equal(await why(staff.compere, { to: "portal", interview: undefined }), "not_authorized");
  assert.equal(await why(staff.admin, { to: "portal" }), "bad_params");
  assert.equal(await why(staff.admin, { interview: undefined }), "bad_params");
  assert.equal(await why(staff.compere, { level: "loud" }), "bad_params");
  assert.equal(await why(staff.compere, { to: "world" }), "bad_params");
  assert.equal(await why(staff.compere, { text: "x".repeat(501) }), "too_long");
  assert.equal(await why(staff.admin, { interview: draft.interview }), "wrong_stage");
  await citizen.close();
});

test("the portal's log is followed by everybody, and is no interview", async () => {
  const { interviews } = await staff.admin.call("interview.list", {});
  assert.ok(!interviews.some(({ id }) => id === "portal"));
  assert.equal((await server.http("/i/portal")).status, 404);
  assert.equal((await server.http("/api/v1/interviews/portal/transcript.html")).status, 404);
  const { questions, statements } = await getInterview("portal");
  assert.deepEqual([questions, statements], [[], []]);
  const move = { interview: "portal", version: 0, to: "in_review" };
  const why = (client, method, params) =>
    refusal(client.command(method, params)).then(({ reason }) => reason);
  assert.equal(await why(staff.admin, "interview.transition", move), "not_found");
  const citizen = await server.citizen();
  const ask = { interview: "portal", text: "Is anybody there?" };
  assert.equal(await why(citizen, "question.ask", ask), "not_found");
  await citizen.close();
});

test("administrators word the reasons; askers read their words", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question, receipt_no, secret } = await asked(interview, "Is this about that?");
  await reject(staff.moderator, question, "off_topic");
  const words = "Please look at the column of the transport bureau.";
  const change = { code: "off_topic", lang: "en", text: words };
  const denied = await refusal(staff.moderator.command("reason.word", change));
  assert.equal(denied.reason, "not_authorized");
  await staff.admin.command("reason.word", change);
  const { reasons } = await staff.moderator.call("reason.list", {});
  assert.ok(reasons.length >= 14);
  const offTopic = reasons.find(({ code }) => code === "off_topic");
  assert.equal(offTopic.asker.en, words);
  assert.notEqual(offTopic.public.en, words);
  assert.ok(offTopic.asker["zh-Hant"]);
  const form = () =>
    server.postForm("/q?lang=en", { receipt_no, secret }).then((answer) => answer.text);
  assert.ok((await form()).includes(words));
  await staff.admin.command("reason.word", { code: "off_topic", lang: "en" });
  assert.ok(!(await form()).includes(words), "back to the house's own");
  for (const wrong of [{ code: "weather" }, { lang: "fr" }, { audience: "king" }]) {
    const why = await refusal(staff.admin.command("reason.word", { ...change, ...wrong }));
    assert.equal(why.reason, "bad_params");
  }
});

test("what everybody reads of a reason is worded for everybody", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await shown(interview, "Who lives at number seven?");
  const retract = { question, version: 2, code: "personal_data" };
  await staff.moderator.command("question.retract", retract);
  const words = "It would tell where somebody lives.";
  const change = { code: "personal_data", lang: "en", audience: "public", text: words };
  await staff.admin.command("reason.word", change);
  assert.ok((await pageOf(`/i/${interview}?lang=en`)).includes(words));
  assert.ok(!(await pageOf(`/i/${interview}?lang=zh-Hans`)).includes(words));
  for (const format of ["html", "md", "txt"]) {
    const transcript = `/api/v1/interviews/${interview}/transcript.${format}`;
    const text = (await pageOf(`${transcript}?lang=en`)).replaceAll("\\", ""); // as it is read
    assert.ok(text.includes(words), `also in ${format}`);
  }
  // What nothing is rejected for is worded as well: statements are taken down for a mistake.
  const speaker = { name: "Fang Jing" };
  const said = await staff.compere.command("statement.publish", {
    interview,
    kind: "remark",
    speaker,
    text: "On Monday.",
  });
  const { statement, version } = said;
  await staff.compere.command("statement.retract", { statement, version, code: "mistake" });
  const slip = "The date was wrong.";
  const { reasons } = await staff.admin.call("reason.list", {});
  assert.equal(reasons.find(({ code }) => code === "mistake").rejects, false);
  assert.equal(reasons.find(({ code }) => code === "spam").rejects, true);
  await staff.admin.command("reason.word", { ...change, code: "mistake", text: slip });
  assert.ok((await pageOf(`/i/${interview}?lang=en`)).includes(slip));
  for (const code of ["early", "cancelled"])
    await staff.admin.command("reason.word", { ...change, code, audience: "asker" });
  const zh = "会透露住址。";
  await staff.admin.command("reason.word", { ...change, lang: "zh-Hans", text: zh });
  const viewer = await server.citizen();
  const portal = await viewer.watch("portal");
  assert.ok(portal.snapshot.wordings.some(({ text }) => text === words));
  await viewer.close();
  await server.stop();
  const { stdout } = await run(["export", interview, "--format", "txt", "--data", server.data]);
  assert.ok(stdout.includes(zh), "and without a server");
  await server.start();
});
