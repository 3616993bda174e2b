// SPDX-License-Identifier: Apache-2.0
// enhance.mjs RENDERER FIXTURES WEB: the citizen's script in a browser, on pages that the C server
// wrote, against a small server that speaks the contract. Exit 77 without Chromium.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
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
// The same interview with its transcript published.
const scratch = mkdtempSync(join(tmpdir(), "fangtan-enhance-"));
const overFixture = join(scratch, "over.json");
const over = JSON.parse(readFileSync(fixture, "utf8"));
over.events.push({
  at: over.events.at(-1).at,
  type: "interview.transcript_published",
  body: { stage: "published" },
});
writeFileSync(overFixture, JSON.stringify(over));
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
    this.fixture = fixture;
    this.fate = { stage: "rejected", text: "x", reason_text: "与本期主题无关" };
    this.givesSnapshot = false;
    this.commands = new Map();
    this.received = [];
    this.sockets = new Set();
    this.watching = new Set();
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
      const page = execFileSync(renderer, [this.fixture, String(this.pageAt)]);
      response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": CSP });
      response.end(page);
    } else {
      response.writeHead(404).end();
    }
  }

  accept(ws) {
    this.sockets.add(ws);
    ws.on("close", () => {
      this.sockets.delete(ws);
      this.watching.delete(ws);
    });
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
      this.hellos = (this.hellos ?? 0) + 1;
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
      this.watching.add(ws);
      if (this.givesSnapshot) {
        const { snapshot } = JSON.parse(execFileSync(renderer, [fixture]))[this.log.length - 1];
        answer({ mode: "snapshot", to: this.log.length, hash: hashAt(this.log.length), snapshot });
        return;
      }
      answer({ mode: "tail", to: this.log.length, hash: hashAt(this.log.length) });
      if (params.at.n < this.log.length) ws.send(this.frame(params.at.n + 1));
      if (this.votes) ws.send(this.tallied());
    } else if (method === "question.ask") {
      this.ask(ws, id, params, answer);
    } else if (method === "question.status") {
      answer(this.fate);
    } else if (method === "question.withdraw") {
      this.withdrawn = [...(this.withdrawn ?? []), params];
      this.fate = { stage: "withdrawn", text: "x" };
      answer({ stage: "withdrawn" });
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

  /** The next so many events of the fixture happen. Who comes to watch later gets them then. */
  publish(count) {
    const from = this.log.length + 1;
    this.log = events.slice(0, this.log.length + count);
    for (const ws of this.watching) ws.send(this.frame(from));
  }

  /** One that is not in the fixture. */
  happens(event) {
    const n = this.log.length + 1;
    this.log = [...this.log, { n, at: this.log.at(-1).at, ...event }];
    for (const ws of this.watching) ws.send(this.frame(n));
  }

  tally(votes) {
    this.votes = votes;
    for (const ws of this.watching) ws.send(this.tallied());
  }

  tallied() {
    const params = { interview: "x1", viewers: 1, votes: this.votes };
    return JSON.stringify({ jsonrpc: "2.0", method: "tally", params });
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

const keep = (page, name, value) =>
  page.evaluate(
    ([key, text]) => localStorage.setItem(key, text),
    [`fangtan.${name}`, JSON.stringify(value)],
  );

const receiptOf = (receipt_no) => ({
  interview: "x1",
  question: receipt_no,
  receipt_no,
  secret: "H4TQ-9ZWM",
  digest: "ab".repeat(32),
  nonce: "cd".repeat(16),
  text: "我的问题",
  stage: "pending",
});

const stories = {
  async "a tail reaches the page and the log speaks"(page, server) {
    server.log = events.slice(0, 15);
    await page.reload();
    await page.waitForSelector("#s-sa4");
    check("the position of the page is asked for", server.watched.n === 10);
    check("and its hash", server.watched.hash === hashAt(10));
    await page.waitForFunction(() => document.querySelector("#log").textContent.includes("周明岚"));
  },

  async "a question that is put back keeps the votes of the moment"(page, server) {
    await page.waitForFunction(() => document.querySelector("#net").textContent === "");
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    server.tally({ qa1: 7 });
    const shows = (words) =>
      page.waitForFunction(
        (want) => document.querySelector("#q-qa1 .vote b")?.textContent === want,
        words,
      );
    await shows("7");
    const { n, type, at: shown_at, ...body } = events.find(({ question }) => question === "qa1");
    server.happens({ type: "question.retracted", question: "qa1", code: "secret" });
    await page.waitForSelector("#q-qa1.gone");
    server.happens({ type: "question.restored", ...body, stage: "approved", shown_at });
    await page.waitForSelector("#q-qa1:not(.gone)");
    await shows("7");
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
    server.publish(3);
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

  async "a question on its way is delivered where the form is gone"(page, server) {
    await keep(page, "pending.x1", { command_id: "ab".repeat(16), text: "还能收到吗?" });
    server.log = events;
    server.pageAt = events.length;
    await page.reload();
    await page.waitForSelector("#receipt");
    check("no form", (await page.$("#ask-form")) === null);
    check("one question", server.received.length === 1);
    check("the number is shown", (await page.textContent("#receipt")).includes("R1-77"));
    await page.waitForSelector("#mine:not([hidden])");
    server.refuse = { reason: "asking_closed" };
    await keep(page, "pending.x1", { command_id: "cd".repeat(16), text: "来晚了" });
    await page.reload();
    await page.waitForFunction(() => document.querySelector(".sending").textContent !== "");
    const draft = await page.evaluate(() => localStorage.getItem("fangtan.draft.x1"));
    check("what was refused is kept as a draft", draft.includes("来晚了"));
  },

  async "without a network a question waits instead of being lost"(page, server) {
    server.hidden = true;
    await page.reload();
    await page.context().setOffline(true);
    await page.fill("#ask-text", "隧道里写的问题");
    await page.click("#ask-form button[type=submit]");
    await page.waitForFunction(() => localStorage.getItem("fangtan.pending.x1"));
    check("busy", (await page.getAttribute("#ask-form", "aria-busy")) === "true");
    check("still here", (await page.inputValue("#ask-text")) === "隧道里写的问题");
    server.hidden = false;
    await page.context().setOffline(false);
    await page.waitForSelector("#receipt", { timeout: 15000 });
    check("one question", server.received.length === 1);
    check("not busy", (await page.getAttribute("#ask-form", "aria-busy")) === "false");
  },

  async "receipts kept here are there on the record, too"(page, server) {
    await keep(page, "mine", [receiptOf("R1-77"), receiptOf("R2-77")]);
    server.fixture = overFixture;
    server.pageAt = over.events.length;
    await page.reload();
    await page.waitForFunction(() =>
      document.querySelector("#mine").textContent.includes("与本期主题无关"),
    );
    check("a record", (await page.$(".record")) !== null);
    check("that is not followed", server.watched === undefined || server.watched.n === 10);
    await page.evaluate(() => localStorage.removeItem("fangtan.mine"));
    await page.reload();
    server.hellos = 0;
    check("nothing kept, nothing shown", await page.isHidden("#mine"));
    check("and nobody asked", server.hellos === 0);
  },

  async "an own question that changes does not take the focus away"(page, server) {
    server.fate = { stage: "pending", text: "x" };
    await keep(page, "mine", [receiptOf("R1-77"), receiptOf("R2-77")]);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll("#mine li").length === 2);
    await page.waitForFunction(() => document.querySelector("#net").textContent === "");
    await page.focus("#mine li:nth-child(2) button");
    server.fate = { stage: "rejected", text: "x", reason_text: "与本期主题无关" };
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.waitForFunction(
      () => document.querySelectorAll("#mine li[data-stage=rejected]").length === 2,
    );
    const at = () => page.evaluate(() => document.activeElement.closest("#mine li + li button"));
    check("the focus stays on the button", (await at()) !== null);
    await page.keyboard.press("Enter");
    const now = await page.evaluate(() => document.activeElement.id);
    check(`then it is on the heading, not ${now}`, now === "mine-h");
  },

  async "an own question is taken back by keyboard, in two steps, and that is said"(page, server) {
    server.fate = { stage: "pending", text: "x", may_withdraw: true };
    await keep(page, "mine", [receiptOf("R1-77")]);
    await page.reload();
    await page.waitForSelector("#mine .withdraw");
    await page.focus("#mine .withdraw summary");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#mine .withdraw button:visible");
    check("asked first", server.withdrawn === undefined);
    check("and why", (await page.textContent("#mine .withdraw p")).includes("只保留编号"));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#mine li[data-stage=withdrawn]");
    check("once", server.withdrawn.length === 1);
    check("this one", server.withdrawn[0].receipt_no === "R1-77");
    check("not offered again", (await page.$("#mine .withdraw")) === null);
    await page.waitForFunction(() =>
      document.querySelector("#mine [role=status]").textContent.includes("已撤回"),
    );
    const at = await page.evaluate(() => document.activeElement.dataset.stage);
    check(`the focus is on the question, not ${at}`, at === "withdrawn");
  },

  async "what was held comes before what is new"(page, server) {
    await page.setViewportSize({ width: 1280, height: 3000 });
    await page.waitForFunction(() => document.querySelector("#net").textContent === "");
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    await page.focus("#ask-text");
    server.publish(3);
    await page.waitForSelector("#more:not([hidden])");
    await page.evaluate(() => document.activeElement.blur());
    server.publish(5);
    await page.waitForFunction(() => document.querySelector("#s-sa4"));
    const order = () =>
      page.evaluate(() => Array.from(document.querySelectorAll("#cards > li"), (li) => li.id));
    const live = await order();
    check("nothing is held any more", await page.isHidden("#more"));
    server.pageAt = server.log.length;
    await page.reload();
    check("as the server orders them", String(live) === String(await order()));
  },

  async "a list built anew does not move the reader either"(page, server) {
    await page.setViewportSize({ width: 390, height: 500 });
    await page.waitForFunction(() => localStorage.getItem("fangtan.token"));
    await page.evaluate(() => document.querySelector("#q-qa1").scrollIntoView());
    await page.evaluate(() => scrollBy(0, 30));
    const top = () =>
      page.evaluate(() => document.querySelector("#q-qa1").getBoundingClientRect().top);
    const before = await top();
    server.log = events.slice(0, 16);
    server.givesSnapshot = true;
    for (const ws of server.sockets) ws.terminate();
    await page.waitForSelector("#s-sa4", { timeout: 15000 });
    await page.waitForTimeout(100);
    check(`moved by ${(await top()) - before}`, Math.abs((await top()) - before) < 1);
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
    await page.evaluate(() => {
      new MutationObserver((changes) => {
        for (const node of changes.flatMap((change) => [...change.addedNodes]))
          if (node.id === "moved") document.body.dataset.movedWith = String(node.children.length);
      }).observe(document.querySelector("#content"), { childList: true });
    });
    server.publish(events.length);
    await page.waitForSelector("#moved button");
    const words = await page.evaluate(() => document.body.dataset.movedWith);
    check("the region is there before its words", words === "0");
    check("still writing", (await page.inputValue("#ask-text")) === "还没写完");
  },

  async "a page from a cache does not load itself for ever"(page, server) {
    let loads = 0;
    page.on("load", () => loads++);
    server.publish(events.length); // the page stays the old one
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
  rmSync(scratch, { recursive: true });
  await browser.close();
}
console.log(`${Object.keys(stories).length} stories, ${checks} checks, ${faults} faults`);
process.exit(faults ? 1 : 0);
