// SPDX-License-Identifier: Apache-2.0
// Following an interview without a WebSocket: as an event stream, and by the head and its blocks.
// Written from docs/following.md alone.
import http from "node:http";
import { eventually } from "./fangtan.mjs";

/** Splits the text of an event stream into {id, event, data}; keeps what is not whole yet. */
export class EventText {
  rest = "";

  /** Adds text; the messages that are whole now. A block without data is none, but may say retry. */
  add(text) {
    this.rest += text;
    const blocks = this.rest.split("\n\n");
    this.rest = blocks.pop();
    return blocks.map((block) => {
      const fields = block.split("\n").map((line) => {
        const at = line.indexOf(": ");
        if (at < 0) throw new Error(`no field: ${line.slice(0, 100)}`);
        return [line.slice(0, at), line.slice(at + 2)];
      });
      return Object.fromEntries(fields);
    });
  }
}

/** One event stream that remembers where it is, as an EventSource does. */
export class Stream {
  texts = []; // the data of every record event, each once, in order
  messages = []; // everything, in order
  snapshots = [];
  connects = 0;

  constructor(server, interview, { port = server.port, from } = {}) {
    this.server = server;
    this.from = from;
    this.interview = interview;
    this.port = port;
    this.id = undefined;
  }

  get n() {
    return this.id === undefined ? undefined : Number(this.id.split(":")[0]);
  }

  get path() {
    return `/api/v1/interviews/${this.interview}/events`;
  }

  /** Resolves with the response once its head is there. */
  open(query = "", headers = {}) {
    this.connects++;
    const resume = this.id === undefined ? {} : { "Last-Event-ID": this.id };
    return new Promise((done, fail) => {
      const request = http.get({
        host: "127.0.0.1",
        port: this.port,
        path: this.path + query,
        agent: false,
        localAddress: this.from,
        headers: { Accept: "text/event-stream", ...resume, ...headers },
      });
      this.request = request;
      request.on("error", fail);
      request.on("response", (response) => {
        const text = new EventText();
        this.ended = false;
        response.setEncoding("utf8");
        response.on("data", (part) => {
          if (request !== this.request) return; // cut: what comes late is not looked at
          for (const message of text.add(part)) this.take(message);
        });
        response.on("error", () => {});
        response.on("close", () => {
          if (request === this.request) this.ended = true;
        });
        this.response = response;
        done(response);
      });
    });
  }

  take(message) {
    this.messages.push(message);
    if (message.retry !== undefined) this.retry = Number(message.retry);
    if (message.data === undefined) return;
    if (message.event === "snapshot") {
      this.snapshots.push(JSON.parse(message.data));
      this.id = message.id;
    } else if (message.event === undefined) {
      const { n } = JSON.parse(message.data);
      if (this.n !== undefined && n !== this.n + 1) throw new Error(`${n} after ${this.n}`);
      this.texts.push(message.data);
      this.id = message.id;
    }
  }

  of(event) {
    return this.messages.filter((message) => message.event === event && message.data);
  }

  /** The line breaks, without a word. */
  cut() {
    const { request } = this;
    this.request = undefined;
    request.destroy();
  }
}

/** Follows by documents alone, as far as they lead at each poll(). */
export class Poller {
  texts = []; // as of Stream
  snapshots = [];
  position = undefined; // {n, hash}

  constructor(server, interview) {
    this.server = server;
    this.interview = interview;
  }

  /** Everything until now. */
  async poll() {
    const head = await this.get(`/i/${this.interview}/head`);
    if (head.status !== 200) throw new Error(`head: ${head.status}`);
    const doc = head.json();
    const { position } = this;
    if (!position || position.n < doc.epoch || position.n > doc.to) return this.begin();
    while (this.position.n + 1 < doc.from) {
      const k = Math.floor(this.position.n / 64);
      const block = await this.get(`/i/${this.interview}/ev/${k}?e=${doc.epoch}`);
      if (block.status === 410) return this.begin();
      if (block.status !== 200) throw new Error(`block ${k}: ${block.status} ${block.text}`);
      if (!this.take(block)) return this.begin();
    }
    if (!this.take(head)) return this.begin();
  }

  get(path) {
    return this.server.http(path);
  }

  /** false: this is not the record that was seen before. */
  take({ text }) {
    const doc = JSON.parse(text);
    const texts = objectsOf(text);
    if (texts.length !== doc.events.length) throw new Error("a document that cannot be split");
    const { n, hash } = this.position;
    const known = [doc.before, ...doc.hashes][n - doc.from + 1];
    if (known !== hash) return false;
    for (let i = n - doc.from + 1; i < texts.length; i++) {
      this.texts.push(texts[i]);
      this.position = { n: doc.from + i, hash: doc.hashes[i] };
    }
    return true;
  }

  async begin() {
    const answer = await this.get(`/api/v1/interviews/${this.interview}`);
    const snapshot = answer.json();
    this.snapshots.push(snapshot);
    this.position = { n: snapshot.to, hash: snapshot.hash };
  }
}

/** The texts of the objects in the array "events", which is the last member of this JSON text. */
export function objectsOf(json) {
  const from = json.indexOf('"events":[') + '"events":['.length;
  const found = [];
  let depth = 0;
  let quoted = false;
  let start = from;
  for (let i = from; i < json.length; i++) {
    const c = json[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{" || c === "[") {
      if (depth++ === 0) start = i;
    } else if (c === "}" || c === "]") {
      if (depth === 0) return found;
      if (--depth === 0) found.push(json.slice(start, i + 1));
    }
  }
  throw new Error("no events in it");
}

/** What everybody gets who begins to follow: the snapshot, or what leads to the head. */
export async function firstEvents(server, interview, query = "") {
  const stream = new Stream(server, interview);
  const { statusCode } = await stream.open(query);
  const isThere = () => {
    const [head] = stream.of("head");
    return head && (stream.n ?? 0) >= JSON.parse(head.data).to;
  };
  const hasBegun = () => stream.ended || stream.snapshots.length > 0 || isThere();
  await eventually(hasBegun, "the stream begins");
  stream.cut();
  return `${statusCode} ${stream.messages.map(({ data }) => data).join("\n")}`;
}
