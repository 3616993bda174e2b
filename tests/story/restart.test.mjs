// SPDX-License-Identifier: Apache-2.0
// Restarts behind a listening socket that outlives them, as systemd keeps one: nobody who connects
// is turned away, and nothing that was acknowledged is lost.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { eventually, newId, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, liveInterview } from "../kit/interview.mjs";
import { heldSocket } from "../kit/socket.mjs";

const RESTARTS = 3;
const CALLERS = 6;
const ASKERS = 4;

/** One connection that is let in, then asks for the page; the status line. */
async function call(port, hesitates) {
  const socket = net.connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (part) => {
    text += part;
  });
  await once(socket, "connect");
  if (hesitates) await new Promise((done) => setTimeout(done, 30)); // a slow line
  socket.write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  await once(socket, "close");
  return text.split("\r\n")[0];
}

test("under a stream of callers restarts turn nobody away and lose nothing", async () => {
  const socket = await heldSocket();
  const server = await Server.start({
    accounts: ACCOUNTS,
    listenFd: socket.fd,
    env: {
      FANGTAN_MODERATION_ASK_BURST: "100000",
      FANGTAN_MODERATION_ADDRESS_BURST: "100000",
    },
  });
  let over = false;
  try {
    const admin = (await server.staff("admin")).keepOpen();
    const { interview } = await liveInterview(admin);
    const faults = [];
    let answered = 0;
    const callers = Array.from({ length: CALLERS }, async (_, i) => {
      while (!over) {
        const line = await call(server.port, i % 2).catch((error) => error.message);
        if (line === "HTTP/1.1 200 OK") answered++;
        else faults.push(line);
      }
    });
    const acknowledged = [];
    const askers = Array.from({ length: ASKERS }, async () => {
      const citizen = (await server.citizen()).keepOpen();
      while (!over) {
        const text = `What of ${newId()}?`;
        const { question } = await citizen.command("question.ask", { interview, text });
        acknowledged.push({ question, text });
      }
      await citizen.close();
    });
    for (let i = 0; i < RESTARTS; i++) {
      const [calls, asks] = [answered, acknowledged.length];
      await eventually(() => answered > calls + 50 && acknowledged.length > asks + 20, "a stream");
      const watcher = await server.citizen();
      const since = Date.now();
      const { status } = await server.stop();
      assert.equal(status, 0);
      assert.ok(Date.now() - since < 10_000, "the contract's ten seconds");
      assert.equal((await watcher.closed).code, 1001);
      assert.equal(watcher.byes.length, 1);
      await server.start();
    }
    const [calls, asks] = [answered, acknowledged.length];
    await eventually(() => answered > calls + 50 && acknowledged.length > asks + 20, "a stream");
    over = true;
    await Promise.all([...callers, ...askers]);
    assert.deepEqual(faults, []);
    const moderator = await server.staff("moderator");
    const { snapshot } = await moderator.watch(interview);
    const kept = new Map(snapshot.questions.map(({ question, text }) => [question, text]));
    for (const { question, text } of acknowledged) assert.equal(kept.get(question), text);
    assert.equal(kept.size, acknowledged.length, "and nothing twice");
    await moderator.close();
    await admin.close();
  } finally {
    over = true;
    await server.finish();
    socket.close();
  }
});
