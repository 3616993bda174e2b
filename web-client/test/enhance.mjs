// SPDX-License-Identifier: Apache-2.0
// enhance.mjs RENDERER FIXTURES WEB: the citizen's script in a browser, on pages that the C server
// wrote, against a small server that speaks the contract. Exit 77 without Chromium.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { haveChromium, startChromium } from "./chromium.mjs";

const [renderer, folder, web] = process.argv.slice(2);
if (!web) {
  console.error("usage: enhance.mjs RENDERER FIXTURES WEB");
  process.exit(2);
}
if (!haveChromium()) {
  console.log("skipped: no Chromium");
  process.exit(77);
}

const fixture = join(folder, "live.json");
const events = JSON.parse(readFileSync(fixture, "utf8")).events.map((event, i) => ({
  n: i + 1,
  at: event.at,
  type: event.type,
  ...event.body,
}));
const manifest = JSON.parse(readFileSync(join(web, "manifest.json"), "utf8"));
const hashAt = (n) => n.toString(16).padStart(40, "0").slice(0, 16);

// What the server's pages carry; the script must live with it.
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; " +
  "form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** The server of one story: `log` is what has happened, pages show the first `pageAt` of it. */
class Server {
  constructor() {
    this.log = events.slice(0, 10);
    this.pageAt = 10;
    this.commands = new Map();
    this.received = [];
    this.sockets = new Set();
    this.dropNext = false;
    this.refuse = undefined;
    this.hidden = false;
    this.http = createServer((request, response) => this.serve(request, response));
    this.http.on("upgrade", (request, socket, head) => {
      if (this.hidden) socket.destroy();
      else this.ws.handleUpgrade(request, socket, head, (ws) => this.accept(ws));
    });
    this.ws = new WebSocketServer({ noServer: true, handleProtocols: () => "fangtan.v1" });
  }

  async start() {
    await new Promise((done) => this.http.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${this.http.address().port}/i/x1?lang=zh-Hans`;
  }

  stop() {
    for (const ws of this.sockets) ws.terminate();
    this.http.close();
    this.http.closeAllConnections();
  }

  serve(request, response) {
    const path = request.url.split("?")[0];
    const asset = { "/a/citizen.js": "text/javascript", "/a/citizen.css": "text/css" }[path];
    if (asset) {
      response.writeHead(200, { "Content-Type": asset });
      response.end(readFileSync(join(web, manifest[path.slice(3)])));
    } else if (path === "/i/x1") {
      const page = execFileSync(renderer, [fixture, String(this.pageAt)]);
      response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": CSP });
      response.end(page);
    } else {
      response.writeHead(404).end();
    }
  }

  accept(ws) {
    this.sockets.add(ws);
    ws.on("close", () => this.sockets.delete(ws));
    ws.on("message", (data) => this.onMessage(ws, JSON.parse(String(data))));
  }

  frame(from) {
    const to = this.log.length;
    const params = {
      interview: "x1",
      from,
      to,
      hash: hashAt(to),
      events: this.log.slice(from - 1),
    };
    return JSON.stringify({ jsonrpc: "2.0", method: "events", params });
  }

  onMessage(ws, { id, method, params }) {
    const answer = (result) => ws.send(JSON.stringify({ jsonrpc: "2.0", id, result }));
    if (method === "hello") {
      answer({
        role: "citizen",
        actor: "c:1",
        token: "T",
        server: { version: "0", time: "2026-11-24T07:30:00.000Z" },
        limits: {},
      });
    } else if (method === "interview.watch" && params.interview === "portal") {
      answer({ mode: "snapshot", to: 0, hash: "", snapshot: { notices: [] } });
    } else if (method === "interview.watch") {
      this.watched = params.at;
      answer({ mode: "tail", to: this.log.length, hash: hashAt(this.log.length) });
      if (params.at.n < this.log.length) ws.send(this.frame(params.at.n + 1));
    } else if (method === "question.ask") {
      this.ask(ws, id, params, answer);
    } else if (method === "question.status") {
      answer({ stage: "rejected", text: "x", reason: "off_topic" });
    }
  }

  ask(ws, id, params, answer) {
    if (this.refuse) {
      const error = { code: -32000, message: "no", data: this.refuse };
      ws.send(JSON.stringify({ jsonrpc: "2.0", id, error }));
      return;
    }
    if (!this.commands.has(params.command_id)) {
      this.received.push(params);
      this.commands.set(params.command_id, {
        question: `n${this.received.length}`,
        receipt_no: `R${this.received.length}-77`,
        secret: "H4TQ-9ZWM",
        digest: "ab".repeat(32),
        nonce: "cd".repeat(16),
        stage: "pending",
      });
    }
    if (this.dropNext) {
      this.dropNext = false;
      ws.terminate();
      return;
    }
    answer(this.commands.get(params.command_id));
  }

  /** The next so many events of the fixture happen. */
  publish(count) {
    const from = this.log.length + 1;
    this.log = events.slice(0, this.log.length + count);
    for (const ws of this.sockets) ws.send(this.frame(from));
  }
}

let checks = 0;
let faults = 0;
function check(what, ok) {
  checks++;
  if (ok) return;
  faults++;
  console.error(`fault: ${what}`);
}

const stories = {
  async "a tail reaches the page and the log speaks"(page, server) {
    server.log = events.slice(0, 15);
    await page.waitForSelector("#s-sa4");
    check("the position of the page is asked for", server.watched.n === 10);
    check("and its hash", server.watched.hash === hashAt(10));
    await page.waitForFunction(() => document.querySelector("#log").textContent.includes("周明岚"));
  },

  async "a reader further down is not moved"(page, server) {
    await page.setViewportSize({ width: 390, height: 500 });
    await page.waitForFunction(() => document.querySelector("#net").textContent === "");
    await page.evaluate(() => document.querySelector("#q-qa2").scrollIntoView());
    await page.evaluate(() => scrollBy(0, 150));
    const top = () =>
      page.evaluate(() => document.querySelector("#q-qa1").getBoundingClientRect().top);
    const before = await top();
    await page.waitForTimeout(200);
    server.publish(6);
    await page.waitForSelector("#more:not([hidden])");
    check("nothing moved", Math.abs((await top()) - before) < 1);
    const label = await page.textContent("#more");
    check(`the button counts: ${label}`, label.includes("3"));
    await page.click("#more");
    await page.waitForSelector("#s-sa3");
    const focus = await page.evaluate(() => document.activeElement.tagName);
    check("focus is on a heading", focus === "H3");
    check("the button is gone", await page.isHidden("#more"));
  },

  async "what is withdrawn goes at once, also while paused"(page, server) {
    server.log = events.slice(0, 13);
    await page.waitForSelector("#q-qa4");
    await page.click("#tool-pause");
    server.publish(6);
    await page.waitForSelector("#q-qa4.gone");
    check("its text is gone", !(await page.textContent("#q-qa4")).includes("㙍"));
    check("the rest waits", (await page.$("#s-sa4")) === null);
    await page.click("#tool-pause");
    await page.waitForSelector("#s-sa4");
  },

  async "a question is received exactly once over a broken line"(page, server) {
    server.dropNext = true;
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    await page.fill("#ask-text", "周末能开门吗?");
    await page.fill("#ask-name", "测试人");
    await page.click("#ask-form button[type=submit]");
    await page.waitForSelector("#receipt", { timeout: 15000 });
    check("one question", server.received.length === 1);
    check("as written", server.received[0].text === "周末能开门吗?");
    check("the number is shown", (await page.textContent("#receipt")).includes("R1-77"));
    check("the secret is shown", (await page.textContent("#receipt")).includes("H4TQ-9ZWM"));
    check("the form is empty", (await page.inputValue("#ask-text")) === "");
    const kept = await page.evaluate(() => localStorage.getItem("fangtan.pending.x1"));
    check("nothing is pending", kept === null);
    await page.reload();
    await page.waitForFunction(() =>
      document.querySelector("#mine").textContent.includes("与本期主题无关"),
    );
  },

  async "a question on its way survives a reload"(page, server) {
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    server.hidden = true;
    for (const ws of server.sockets) ws.terminate();
    await page.fill("#ask-text", "第二个问题");
    await page.click("#ask-form button[type=submit]");
    await page.waitForFunction(() => localStorage.getItem("fangtan.pending.x1"));
    server.hidden = false;
    await page.reload();
    await page.waitForSelector("#receipt");
    check("one question", server.received.length === 1);
  },

  async "a refusal keeps the text and says why"(page, server) {
    server.refuse = { reason: "rate_limited", retry_ms: 30_000 };
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    await page.click("#ask-form button[type=submit]");
    check("an empty form is not sent", (await page.textContent("#ask-faults")).includes("请填写"));
    await page.fill("#ask-text", "第三个问题");
    await page.click("#ask-form button[type=submit]");
    await page.waitForFunction(() =>
      document.querySelector("#ask-faults").textContent.includes("30"),
    );
    check("text kept", (await page.inputValue("#ask-text")) === "第三个问题");
    check(
      "focus on the summary",
      await page.evaluate(() => document.activeElement.id === "ask-faults"),
    );
    await page.reload();
    check("draft kept", (await page.inputValue("#ask-text")) === "第三个问题");
  },

  async "the lost line is told and the page catches up"(page, server) {
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    server.hidden = true;
    for (const ws of server.sockets) ws.terminate();
    await page.waitForFunction(() =>
      document.querySelector("#net").textContent.includes("重新连接"),
    );
    server.log = events.slice(0, 15);
    server.hidden = false;
    await page.waitForSelector("#s-sa4", { timeout: 15000 });
    check("and is silent again", (await page.textContent("#net")) === "");
  },

  async "composing is left alone and counted by code points"(page) {
    await page.fill("#ask-text", "𠮷".repeat(900));
    await page.waitForFunction(() =>
      document.querySelector("#ask-count").textContent.includes("100"),
    );
    await page.fill("#ask-text", "𠮷".repeat(1001));
    await page.waitForSelector("#ask-count.over");
    await page.click("#tool-large");
    await page.reload();
    check(
      "large type is remembered",
      await page.evaluate(() => document.documentElement.className.includes("large")),
    );
  },

  async "a new stage loads its page"(page, server) {
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    check("the form is there", (await page.$("#ask-form")) !== null);
    server.pageAt = events.length;
    server.publish(events.length);
    await page.waitForSelector("#live[data-stage=ended]");
    check("no form any more", (await page.$("#ask-form")) === null);
    check("told what comes next", (await page.textContent(".notice")).includes("整理中"));
  },

  async "a new stage waits for somebody who is writing"(page, server) {
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    await page.fill("#ask-text", "还没写完");
    server.publish(events.length);
    await page.waitForSelector("#moved button");
    check("still writing", (await page.inputValue("#ask-text")) === "还没写完");
  },

  async "a page from a cache does not load itself for ever"(page, server) {
    let loads = 0;
    page.on("load", () => loads++);
    server.log = events; // the page stays the old one
    await page.waitForSelector("#moved button", { timeout: 15000 });
    check(`${loads} loads`, loads <= 2);
  },
};

const browser = await startChromium();
try {
  for (const [name, story] of Object.entries(stories)) {
    const server = new Server();
    const address = await server.start();
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    page.on("pageerror", (error) => check(`${name}: ${error.message}`, false));
    page.on("console", (message) => {
      if (/Trusted|Content Security/.test(message.text())) check(message.text(), false);
    });
    try {
      await page.goto(address);
      await story(page, server);
    } catch (error) {
      check(`${name}: ${error.message}`, false);
    }
    await context.close();
    server.stop();
  }
} finally {
  await browser.close();
}
console.log(`${Object.keys(stories).length} stories, ${checks} checks, ${faults} faults`);
process.exit(faults ? 1 : 0);
