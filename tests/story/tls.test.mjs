// SPDX-License-Identifier: Apache-2.0
// A portal that speaks TLS itself: an interview over https:// and wss://, and a new certificate.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import tls from "node:tls";
import { eventually, run, Server } from "../kit/fangtan.mjs";
import { ACCOUNTS, approve, liveInterview } from "../kit/interview.mjs";

let dir;
let server;

/** A certificate for this machine, of its own authority; {certificate, key}. */
function certificateOf(name) {
  const files = { certificate: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  execFileSync("openssl", [...words, ...names, "-keyout", files.key, "-out", files.certificate], {
    stdio: "ignore",
  });
  return files;
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "fangtan-tls-"));
  const files = certificateOf("first");
  server = await Server.start({
    accounts: ACCOUNTS,
    tls: { ...files, ca: [readFileSync(files.certificate)] },
    env: { FANGTAN_MODERATION_UNDO_MS: "0" },
  });
});
after(async () => {
  await server?.finish();
  rmSync(dir, { recursive: true, force: true });
});

/** Whose certificate is shown to who comes now. */
function shownName() {
  return new Promise((done, fail) => {
    const socket = tls.connect({ port: server.port, host: "127.0.0.1", ca: server.tls.ca }, () => {
      done(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("error", fail);
  });
}

function hangUp() {
  const told = server.log.length;
  server.child.kill("SIGHUP");
  return eventually(() => server.log.slice(told).find((line) => /reloaded/.test(line)), "SIGHUP");
}

test("asked, approved and seen, all over TLS", async () => {
  const { cookie } = await server.session("admin");
  assert.match(cookie, /^__Host-fangtan=/);
  const login = await server.postJson("/api/v1/login", { name: "guest", password: "wrong" });
  assert.equal(login.status, 401);
  const [admin, moderator] = [await server.staff("admin"), await server.staff("moderator")];
  const { interview } = await liveInterview(admin);
  const viewer = await server.citizen();
  const watch = await viewer.watch(interview);
  const asker = await server.citizen();
  const text = "Is the water of Well Lane safe?";
  const receipt = await asker.command("question.ask", { interview, text });
  await approve(moderator, receipt.question);
  assert.equal((await watch.event("question.approved")).text, text);
  const page = await server.http(`/i/${interview}`);
  assert.equal(page.status, 200);
  assert.ok(page.text.includes(text));
  assert.equal(page.headers["strict-transport-security"], "max-age=31536000");
  for (const client of [admin, moderator, viewer, asker]) await client.close();
});

test("the session's cookie is Secure, and only what comes with it changes something", async () => {
  const body = { name: "admin", password: "correct horse battery" };
  const answer = await server.postJson("/api/v1/login", body, { Origin: server.origin });
  assert.equal(answer.status, 200);
  assert.match(
    String(answer.headers["set-cookie"]),
    /^__Host-fangtan=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  const { cookie, csrf } = await server.session("admin");
  const proof = { Cookie: cookie, "X-Fangtan-CSRF": csrf };
  const without = await server.postJson("/api/v1/ticket", {}, { Cookie: cookie });
  assert.equal(without.status, 403);
  const bare = cookie.replace("__Host-", ""); // as somebody without TLS could have set it
  const injected = await server.postJson("/api/v1/ticket", {}, { ...proof, Cookie: bare });
  assert.equal(injected.status, 403);
  assert.equal((await server.postJson("/api/v1/ticket", {}, proof)).status, 200);
  const out = await server.postJson("/api/v1/logout", {}, proof);
  assert.match(String(out.headers["set-cookie"]), /^__Host-fangtan=; .*Max-Age=0; Secure$/);
  server.sessions.clear();
});

test("SIGHUP takes a new certificate, and keeps the old one when the new is bad", async () => {
  const viewer = await server.citizen();
  assert.equal(await shownName(), "first");
  const next = certificateOf("second");
  server.tls.ca.push(readFileSync(next.certificate));
  renameSync(next.certificate, server.tls.certificate);
  assert.match(await hangUp(), /not reloaded, the old stays.*mismatch/);
  assert.equal(await shownName(), "first");
  renameSync(next.key, server.tls.key);
  assert.match(await hangUp(), /"reloaded"/);
  assert.equal(await shownName(), "second");
  writeFileSync(server.tls.certificate, "");
  assert.match(await hangUp(), /not reloaded.*tls_certificate/);
  assert.equal(await shownName(), "second");
  await viewer.call("interview.list"); // nobody was disturbed
  await viewer.close();
});

test("without its files TLS does not start, and says why", async () => {
  const env = { FANGTAN_SERVER_TLS_LISTEN: "127.0.0.1:0" };
  const checked = await run(["serve", "--check-config"], { env });
  assert.deepEqual([checked.status, checked.stdout], [2, ""]);
  assert.match(checked.stderr, /tls_listen is set, so tls_certificate is needed/);
  const files = {
    FANGTAN_SERVER_TLS_CERTIFICATE: join(dir, "nothing.pem"),
    FANGTAN_SERVER_TLS_KEY: join(dir, "nothing.key"),
  };
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", join(dir, "data")];
  const started = await run(args, { env: { ...env, ...files } });
  assert.equal(started.status, 1);
  assert.match(started.stderr, /tls_certificate: .*nothing\.pem: No such file or directory/);
});

test("SIGTERM tells those who watch over TLS, and ends in order", async () => {
  const viewer = await server.citizen();
  const told = viewer.closed;
  const { status } = await server.stop();
  assert.equal(status, 0);
  assert.equal((await told).code, 1001);
  assert.equal(viewer.byes.length, 1);
  await assert.rejects(server.citizen());
});
