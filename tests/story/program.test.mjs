// SPDX-License-Identifier: Apache-2.0
// The command line, and the end by SIGTERM.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { eventually, PASSWORD, run, Server } from "../kit/fangtan.mjs";
import { liveInterview } from "../kit/interview.mjs";
import { asked, server, staff, usePortal } from "../kit/portal.mjs";

usePortal();

const DUTIES =
  "compere guest moderator reviewer stenographer picture_editor producer policy_checker".split(" ");

test("the program: version, usage errors, a configuration it does not know", async () => {
  const version = await run(["--version"]);
  assert.equal(version.status, 0);
  assert.match(version.stdout, /\d+\.\d+\.\d+/);
  assert.equal((await run(["--help"])).status, 0);
  const wrong = await run(["serve", "--colour", "red"]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^fangtan: .+/);
  assert.equal((await run(["dance"])).status, 2);
  const bad = await run(["serve", "--check-config"], {
    env: { FANGTAN_MODERATION_UNDO_MS: "soon" },
  });
  assert.notEqual(bad.status, 0);
  assert.match(bad.stderr, /FANGTAN_MODERATION_UNDO_MS/);
  const again = await run(
    ["user", "add", "guest", "--role", "staff", "--password-stdin", "--data", server.data],
    { input: `${PASSWORD}\n` },
  );
  assert.equal(again.status, 1);
  assert.match(again.stderr, /^fangtan: .+: .+\n$/);
});

test("verify and export make nothing in a folder that has no record", async () => {
  const missing = `${server.data}/missing`;
  for (const args of [["verify"], ["export", "some", "--format", "txt"], ["log"]]) {
    const { status, stdout, stderr } = await run([...args, "--data", missing]);
    assert.deepEqual([status, stdout], [1, ""], args[0]);
    assert.match(stderr, /^fangtan: .+: .+\n$/);
    assert.ok(!existsSync(missing), args[0]);
  }
});

test("roles lists every command there is, once, and nobody but those who may", async () => {
  const { status, stdout } = await run(["roles"]);
  assert.equal(status, 0);
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  const document = (await server.http("/api/v1/openrpc.json")).json();
  const named = rows.map(([command]) => command.split(" ")[0]);
  const methods = document.methods.map(({ name }) => name);
  assert.deepEqual([...new Set(named)].sort(), [...methods].sort());
  const printed = rows.map(([command, , stages]) => `${command} ${stages}`);
  assert.equal(new Set(printed).size, rows.length, "no cell twice");
  const words = new Set(rows.flatMap(([, who]) => who.split(",")));
  for (const duty of DUTIES) assert.ok(words.has(duty), duty);
  for (const role of ["portal_admin", "auditor", "staff", "citizen", "anyone"]) words.delete(role);
  assert.equal(words.size, DUTIES.length, "no other words");
  const row = rows.find(([command]) => command === "question.claim");
  assert.equal(row[1], "moderator,reviewer");
  assert.equal((await run(["roles", "--all"])).status, 2);
});

test("SIGTERM while the demo makes its accounts ends the program in order", async () => {
  const demo = new Server({ args: ["--demo"] });
  const listed = async () => (await run(["user", "list", "--data", demo.data])).stdout;
  try {
    const started = demo.start();
    started.catch(() => {}); // it never listens
    await eventually(async () => /admin/.test(await listed()), "the first account is there");
    assert.deepEqual(await demo.stop(), { status: 0, signal: null });
    await assert.rejects(started, "it was ended before it listened");
    assert.equal((await run(["verify", "--data", demo.data])).stdout, "ok\n");
  } finally {
    await demo.finish();
  }
});

test("the demo prints who may come in, and fresh one-time links at every start", async () => {
  const demo = new Server({ args: ["--demo"] });
  const links = () =>
    demo.printed.flatMap((line) => line.match(/^(\S+) link .*\/invitation#(\S+)$/) ?? []);
  const show = async (token) => (await demo.postForm("/invitation?lang=en", { token })).text;
  try {
    await demo.start();
    await eventually(() => links().length === 6, "two links are printed");
    const [, compere, first, , guest, second] = links();
    assert.deepEqual([compere, guest], ["主持人链接", "嘉宾链接"]);
    assert.match(await show(first), /Enter as chenjing/);
    assert.match(await show(second), /Enter as zhoumingyuan/);
    const addresses = demo.printed.filter((line) => line.includes("#sign-in="));
    assert.equal(addresses.length, 6);

    await demo.stop();
    demo.printed = [];
    await demo.start();
    await eventually(() => links().length === 6, "two others are printed");
    assert.doesNotMatch(await show(first), /Enter as/, "the older one is over");
    assert.match(await show(links()[2]), /Enter as chenjing/);
    assert.match(await show(links()[5]), /Enter as zhoumingyuan/);
  } finally {
    await demo.finish();
  }
});

test("SIGTERM tells the clients 1001, ends in time, and loses nothing", async () => {
  const { interview } = await liveInterview(staff.admin);
  const { question } = await asked(interview, "Asked just before the end?");
  const viewer = await server.citizen();
  await viewer.watch(interview);
  for (const client of Object.values(staff)) client.keeping = false;
  const started = Date.now();
  const { status } = await server.stop();
  assert.equal(status, 0);
  assert.ok(Date.now() - started < 10_000);
  assert.equal((await viewer.closed).code, 1001);
  const { stdout } = await run(["log", interview, "--data", server.data]);
  const log = stdout.trimEnd().split("\n").map(JSON.parse);
  assert.deepEqual(
    log.map(({ n }) => n),
    log.map((_, i) => i + 1),
  );
  assert.deepEqual(
    [log[0].type, log[0].by, log[0].public],
    ["interview.planned", "u:admin", false],
  );
  const received = log.find(({ type }) => type === "question.received");
  assert.equal(received.body.question, question);
  assert.equal((await run(["log", "none", "--data", server.data])).status, 1);
  await server.start();
  const moderator = await server.staff("moderator");
  const { snapshot } = await moderator.watch(interview);
  assert.equal(snapshot.questions[0].question, question);
  await moderator.close();
});
