// SPDX-License-Identifier: Apache-2.0
// Behind a reverse proxy and under systemd: whose pages may open a socket, and which sockets and
// addresses are believed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromWebClient, Server } from "../kit/fangtan.mjs";
import { advance, plan, TO_ANNOUNCED } from "../kit/interview.mjs";
import { heldSocket } from "../kit/socket.mjs";

const { WebSocket } = fromWebClient("ws");

/** The status of a handshake that a page of this origin makes; 101 when it opens. */
function handshake(port, origin) {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, "fangtan.v1", { origin });
  return new Promise((done, fail) => {
    ws.on("open", () => {
      ws.terminate();
      done(101);
    });
    ws.on("unexpected-response", (request, response) => {
      request.destroy();
      done(response.statusCode);
    });
    ws.on("error", fail);
  });
}

test("pages under the public address may open a socket, whatever Host the proxy sends", async () => {
  const portal = "https://talk.example.gov";
  const server = await Server.start({ env: { FANGTAN_SERVER_PUBLIC_URL: portal } });
  try {
    assert.equal(await handshake(server.port, portal), 101);
    assert.equal(await handshake(server.port, `http://127.0.0.1:${server.port}`), 101);
    assert.equal(await handshake(server.port, "https://evil.example"), 403);
    assert.equal(await handshake(server.port, `${portal}.evil.example`), 403);
  } finally {
    await server.finish();
  }
});

test("sites of embed_allow may frame interviews and their documents, nothing else", async () => {
  const sites = "https://www.example.gov https://news.example";
  const server = await Server.start({
    accounts: { admin: "portal_admin", compere: "staff" },
    env: { FANGTAN_SECURITY_EMBED_ALLOW: sites },
  });
  try {
    const admin = await server.staff("admin");
    const planned = await plan(admin);
    await advance(admin, planned, ...TO_ANNOUNCED);
    await admin.close();
    const page = `/i/${planned.interview}`;
    const document = `/api/v1/interviews/${planned.interview}/transcript.html`;
    const own = { Origin: server.origin, "Sec-Fetch-Site": "same-origin" };
    const answers = {
      [page]: `'self' ${sites}`,
      [`${page}/ask`]: `'self' ${sites}`,
      [document]: `'self' ${sites}`,
      "/": "'self'",
      "/q": "'self'",
      "/nothing": "'self'",
      "/desk/": "'none'",
    };
    const ancestorsOf = ({ headers }) =>
      headers["content-security-policy"].match(/frame-ancestors ([^;]+)/)[1];
    for (const [path, ancestors] of Object.entries(answers))
      assert.equal(ancestorsOf(await server.http(path)), ancestors, path);
    const asked = await server.postForm(`${page}/ask`, { text: "Asked in a frame?" }, own);
    assert.equal(ancestorsOf(asked), `'self' ${sites}`, "the receipt too");
  } finally {
    await server.finish();
  }
});

test("every origin and proxy of a long list counts", async () => {
  const origins = Array.from({ length: 40 }, (_, i) => `http://p${i}`);
  const proxies = Array.from({ length: 40 }, (_, i) => `10.0.0.${i}`);
  const server = await Server.start({
    env: {
      FANGTAN_SECURITY_EMBED_ALLOW: origins.join(" "),
      FANGTAN_SECURITY_TRUSTED_PROXIES: [...proxies, "127.0.0.1"].join("  "),
    },
  });
  try {
    for (const origin of origins) assert.equal(await handshake(server.port, origin), 101, origin);
    // Only a proxy that is believed opens more than one address may: see LIMIT_ADDRESS.
    const open = [];
    for (let i = 0; i < 210; i++) {
      const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, "fangtan.v1", {
        headers: { "X-Real-IP": `192.0.2.${i}` },
      });
      open.push(new Promise((done, fail) => ws.on("open", () => done(ws)).on("error", fail)));
    }
    for (const ws of await Promise.all(open)) ws.terminate();
  } finally {
    await server.finish();
  }
});

test("a socket that was handed to another process is not taken", async () => {
  const env = { LISTEN_FDS: "1" };
  for (const more of [{}, { LISTEN_PID: "1" }]) {
    const server = await Server.start({ env: { ...env, ...more } });
    assert.equal((await server.http("/healthz")).status, 200);
    await server.finish();
  }
});

test("a socket that was handed to this process is", async () => {
  const socket = await heldSocket();
  const server = await Server.start({ listenFd: socket.fd });
  assert.equal(server.port, socket.port);
  await server.finish();
  socket.close();
});
