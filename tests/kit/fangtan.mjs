// SPDX-License-Identifier: Apache-2.0
// The real server, seen from outside: starts and kills it, and speaks to it as a citizen or a
// member of staff does. Written from the contract alone; it shares no code with the web client.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const ROOT = resolve(import.meta.dirname, "../..");
export const PROGRAM = process.env.FANGTAN ?? join(ROOT, "build/dev/fangtan");
export const SHARED = process.env.FANGTAN_SHARED ?? join(ROOT, "../shared");

/** The packages of the web client serve the tests too: there is no second package.json. */
export const fromWebClient = createRequire(join(ROOT, "web-client/package.json"));
const { WebSocket } = fromWebClient("ws");

const START_MS = 60_000; // Argon2, sanitizers and a busy machine included
const ANSWER_MS = 30_000;
const AGAIN_MS = 50;

export const PASSWORD = "correct horse battery"; // of every account made here

// ---- small tools -----------------------------------------------------------------------------

export const newId = () => randomBytes(12).toString("hex");
export const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** What `look` finds once it finds something; fails with `what` (or what it says) if never. */
export async function eventually(look, what, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end)
      throw new Error(`never happened: ${typeof what === "function" ? what() : what}`);
    await sleep(10);
  }
}

/** The answer was a refusal of the application or of JSON-RPC. */
export class Refusal extends Error {
  constructor(method, { code, message, data }) {
    super(`${method}: ${data?.reason ?? code} (${message}) ${JSON.stringify(data ?? null)}`);
    this.code = code;
    this.data = data ?? {};
    this.reason = this.data.reason;
  }
}

/** The connection broke before the answer came: done or not, who knows. */
export class Disconnected extends Error {}

/** The refusal that a call ends in; fails when it is answered. */
export async function refusal(promise) {
  let result;
  try {
    result = await promise;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`was not refused: ${JSON.stringify(result).slice(0, 300)}`);
}

// ---- the program -----------------------------------------------------------------------------

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Runs the program to its end. */
export function run(args, { input = "", env = {} } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(PROGRAM, args, { env: { ...process.env, ...env } });
    const out = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        out[name] += text;
      });
    }
    child.on("error", fail);
    child.on("close", (status, signal) => done({ status, signal, ...out }));
    child.stdin.on("error", () => {}).end(input);
  });
}

export class Server {
  log = []; // every line of stderr, over all starts
  printed = []; // every line of stdout

  /**
   * tls: {certificate, key}, PEM files, and ca, what clients trust: the server is then seen over
   * TLS alone. listenFd: a listening socket that it is handed as systemd does, instead of a port.
   */
  constructor({ env = {}, args = [], tls, listenFd } = {}) {
    this.data = mkdtempSync(join(tmpdir(), "fangtan-story-"));
    this.env = env;
    this.args = args;
    this.tls = tls;
    this.listenFd = listenFd;
    this.port = 0;
    this.sessions = new Map(); // name → {cookie, csrf}
  }

  /** accounts: {name: role}. */
  static async start({ accounts = {}, ...options } = {}) {
    const server = new Server(options);
    try {
      for (const [name, role] of Object.entries(accounts)) await server.addUser(name, role);
      await server.start();
    } catch (error) {
      await server.finish();
      throw error;
    }
    return server;
  }

  get origin() {
    return `${this.tls ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  async addUser(name, role, password = PASSWORD) {
    const args = ["user", "add", name, "--role", role, "--password-stdin", "--data", this.data];
    const { status, stderr } = await run(args, { input: `${password}\n`, env: this.env });
    if (status !== 0) throw new Error(`fangtan user add: ${status}: ${stderr}`);
  }

  /** Starts, or starts again on the same data and port. */
  async start() {
    const own = `127.0.0.1:${this.port}`;
    const env = { ...process.env, ...this.env };
    const args = ["serve", "--listen", this.tls ? "127.0.0.1:0" : own, "--data", this.data];
    if (this.tls) {
      env.FANGTAN_SERVER_TLS_LISTEN = own;
      env.FANGTAN_SERVER_TLS_CERTIFICATE = this.tls.certificate;
      env.FANGTAN_SERVER_TLS_KEY = this.tls.key;
    }
    const words = [PROGRAM, ...args, ...this.args];
    if (this.listenFd !== undefined)
      words.unshift("sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"');
    const stdio = ["ignore", "pipe", "pipe", this.listenFd ?? "ignore"];
    const child = spawn(words[0], words.slice(1), { env, stdio });
    running.add(child);
    this.child = child;
    this.ended = new Promise((done) => {
      child.on("close", (status, signal) => {
        running.delete(child);
        done({ status, signal });
      });
    });
    createInterface({ input: child.stdout }).on("line", (line) => this.printed.push(line));
    const ready = new Promise((done, fail) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        this.log.push(line);
        const address = listening(line, this.tls ? "listening over TLS" : "listening");
        if (address) done(address);
      });
      child.on("error", fail);
      this.ended.then(({ status, signal }) => fail(new Error(this.lastWords(status ?? signal))));
      setTimeout(() => fail(new Error(this.lastWords("too slow"))), START_MS).unref();
    });
    const address = await ready;
    this.port = Number(address.split(":").at(-1));
  }

  lastWords(why) {
    return `fangtan serve: ${why}\n${this.log.slice(-20).join("\n")}`;
  }

  /** kill -9. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** SIGTERM; how it ended. */
  async stop() {
    this.child.kill("SIGTERM");
    return this.ended;
  }

  /** Stops whatever runs and removes the data. */
  async finish() {
    this.finished = true; // nobody tries to come back
    if (running.has(this.child)) await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  // ---- HTTP

  /** One request on a connection of its own: {status, headers, text, json()}. */
  http(path, { method = "GET", headers = {}, body } = {}) {
    return new Promise((done, fail) => {
      const bytes = body === undefined ? undefined : Buffer.from(body, "utf8");
      const request = (this.tls ? https : http).request(
        {
          host: "127.0.0.1",
          port: this.port,
          ca: this.tls?.ca,
          path,
          method,
          agent: false,
          headers: bytes ? { "Content-Length": bytes.length, ...headers } : headers,
        },
        (response) => {
          const parts = [];
          response.on("data", (part) => parts.push(part));
          response.on("error", fail);
          response.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            done({
              status: response.statusCode,
              headers: response.headers,
              text,
              json: () => JSON.parse(text),
            });
          });
        },
      );
      request.on("error", fail);
      request.end(bytes);
    });
  }

  postRaw(path, body, headers = {}) {
    const type = { "Content-Type": "application/json" };
    return this.http(path, { method: "POST", headers: { ...type, ...headers }, body });
  }

  postJson(path, body, headers = {}) {
    return this.postRaw(path, JSON.stringify(body), headers);
  }

  postForm(path, fields, headers = {}) {
    return this.http(path, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** Signs in once for each name; {cookie, csrf}. */
  async session(name, password = PASSWORD) {
    let session = this.sessions.get(name);
    if (session) return session;
    const answer = await this.postJson("/api/v1/login", { name, password });
    if (answer.status !== 200) throw new Error(`login ${name}: ${answer.status} ${answer.text}`);
    const cookie = [answer.headers["set-cookie"] ?? []].flat().map((line) => line.split(";")[0]);
    session = { cookie: cookie.join("; "), csrf: answer.json().csrf };
    this.sessions.set(name, session);
    return session;
  }

  async ticket(name) {
    const { cookie, csrf } = await this.session(name);
    const headers = { Cookie: cookie, "X-Fangtan-CSRF": csrf };
    const answer = await this.postJson("/api/v1/ticket", {}, headers);
    if (answer.status !== 200) throw new Error(`ticket ${name}: ${answer.status} ${answer.text}`);
    return answer.json().ticket;
  }

  // ---- people

  /** A connected citizen, a new one unless a token is given; from: an address like 127.0.0.2. */
  async citizen(token, from) {
    return new Client(this, { token, from }).open();
  }

  /** A connected member of staff. */
  async staff(name) {
    return new Client(this, { name }).open();
  }

  socket(localAddress) {
    return new WebSocket(`${this.origin.replace("http", "ws")}/ws`, "fangtan.v1", {
      perMessageDeflate: false,
      localAddress,
      ca: this.tls?.ca,
    });
  }
}

function listening(line, msg) {
  if (!line.includes(`"${msg}"`)) return undefined;
  const entry = JSON.parse(line);
  return entry.msg === msg ? entry.address : undefined;
}

// ---- a client --------------------------------------------------------------------------------

export class Client {
  received = []; // every frame as it came
  sockets = 0;
  byes = [];

  constructor(server, { token, name, from } = {}) {
    this.server = server;
    this.token = token;
    this.from = from;
    this.name = name;
    this.watches = new Map();
    this.pending = new Map();
    this.nextId = 1;
    this.keeping = false;
    this.live = false;
  }

  /** One attempt: connects and says hello. */
  async open() {
    const credentials = this.name
      ? { ticket: await this.server.ticket(this.name) }
      : this.token
        ? { token: this.token }
        : {};
    const ws = this.server.socket(this.from);
    this.ws = ws;
    this.sockets++;
    this.closed = new Promise((done) => {
      ws.on("close", (code, reason) => {
        this.onLost(ws);
        done({ code, reason: reason.toString() });
      });
    });
    ws.on("message", (data) => this.onMessage(data.toString("utf8")));
    await new Promise((done, fail) => {
      ws.on("open", done);
      ws.on("error", fail);
    });
    this.hello = await this.call("hello", { client: "story", lang: "en", ...credentials });
    this.token = this.hello.token ?? this.token;
    this.live = true;
    for (const watch of this.watches.values()) watch.start();
    return this;
  }

  /** From now on a lost connection is opened again until close(). */
  keepOpen() {
    this.keeping = true;
    return this;
  }

  async reopen() {
    while (this.keeping && !this.server.finished) {
      try {
        await this.open();
        return;
      } catch {
        await sleep(AGAIN_MS);
      }
    }
  }

  onLost(ws) {
    if (ws !== this.ws) return;
    this.live = false;
    for (const { method, fail } of this.pending.values()) fail(new Disconnected(method));
    this.pending.clear();
    // A hello that failed is tried again by reopen() itself.
    if (this.keeping && this.hello && !this.reopening) {
      this.reopening = this.reopen().finally(() => {
        this.reopening = undefined;
        const isOver = !this.keeping || this.server.finished;
        if (!isOver && !this.live) this.onLost(this.ws);
      });
    }
  }

  onMessage(text) {
    this.received.push(text);
    const message = JSON.parse(text);
    if (message.method) {
      if (message.method === "bye") this.byes.push(message.params);
      else this.watches.get(message.params.interview)?.onPush(message.method, message.params);
      return;
    }
    const call = this.pending.get(message.id);
    if (!call) return;
    this.pending.delete(message.id);
    if (message.error) call.fail(new Refusal(call.method, message.error));
    else call.done(message.result);
  }

  /** onResult is called before anything that came after the answer is looked at. */
  call(method, params = {}, onResult = undefined) {
    return new Promise((resolved, fail) => {
      if (this.ws?.readyState !== WebSocket.OPEN) {
        fail(new Disconnected(method));
        return;
      }
      const id = this.nextId++;
      const timer = setTimeout(() => fail(new Error(`no answer: ${method}`)), ANSWER_MS);
      const settle = (then) => (value) => {
        clearTimeout(timer);
        then(value);
      };
      this.pending.set(id, {
        method,
        done: settle((result) => {
          onResult?.(result);
          resolved(result);
        }),
        fail: settle(fail),
      });
      this.ws.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** A changing command. With keepOpen it is sent again, under the same id, until it is answered. */
  async command(method, params = {}, command_id = newId()) {
    for (;;) {
      try {
        return await this.call(method, { ...params, command_id });
      } catch (error) {
        if (!(error instanceof Disconnected) || !this.keeping) throw error;
        this.resent = (this.resent ?? 0) + 1;
        // The close frame comes before the loss does.
        const isBack = () => this.live && this.ws.readyState === WebSocket.OPEN;
        await eventually(isBack, "the connection comes back", 60_000);
      }
    }
  }

  /** Watches an interview; resolves when the first position is known. */
  async watch(interview, at = undefined) {
    const watch = new Watch(this, interview, at);
    this.watches.set(interview, watch);
    await watch.start();
    return watch;
  }

  /** The network breaks, without a word. */
  cut() {
    this.ws.terminate();
  }

  async close() {
    this.keeping = false;
    this.live = false;
    this.ws.close();
    return this.closed;
  }
}

/** One watched interview, by the contract's rule for frames. */
export class Watch {
  events = []; // each once, in order
  modes = []; // how each watch was answered
  snapshots = [];
  tallies = [];
  heads = 0;

  constructor(client, interview, at) {
    this.client = client;
    this.interview = interview;
    this.n = at?.n;
    this.hash = at?.hash;
    this.listeners = new Set();
  }

  /** fn(event) for each further event; fn(null) after a snapshot. */
  listen(fn) {
    this.listeners.add(fn);
  }

  start() {
    const at = this.n === undefined ? {} : { at: { n: this.n, hash: this.hash } };
    const params = { interview: this.interview, ...at };
    this.starting = this.client.call("interview.watch", params, (result) => this.onWatched(result));
    this.starting.catch(() => {}); // a lost connection starts it again
    return this.starting;
  }

  onWatched(result) {
    this.modes.push(result.mode);
    if (result.mode === "tail") return;
    this.n = result.to;
    this.hash = result.hash;
    if (result.mode !== "snapshot") return;
    this.snapshot = result.snapshot;
    this.snapshots.push(result.snapshot);
    for (const fn of this.listeners) fn(null);
  }

  onPush(method, params) {
    if (method === "tally") this.tallies.push(params);
    else if (method === "head") this.onHead(params);
    else if (method === "events") this.onEvents(params);
  }

  onHead(head) {
    this.heads++;
    if (head.to > this.n || (head.to === this.n && head.hash !== this.hash)) this.start();
  }

  onEvents(frame) {
    if (this.n !== undefined && frame.to <= this.n) return;
    if (frame.from !== this.n + 1) {
      this.start();
      return;
    }
    if (frame.events.length !== frame.to - frame.from + 1)
      throw new Error(`a frame ${frame.from}–${frame.to} of ${frame.events.length} events`);
    this.n = frame.to;
    this.hash = frame.hash;
    for (const event of frame.events) {
      this.events.push(event);
      for (const fn of this.listeners) fn(event);
    }
  }

  /** The first event, past or to come, that fits. */
  async event(fits, what = fits) {
    const test = typeof fits === "string" ? (event) => event.type === fits : (event) => fits(event);
    return eventually(() => this.events.find(test), `event ${what}`);
  }
}
