// SPDX-License-Identifier: Apache-2.0
// Following without a WebSocket (docs/following.md): by an event stream, and where nothing comes
// through that either, by the head and its blocks. A file of its own, loaded when it is needed.
//
// To a Feed it is a connection that can do nothing but watch. It heals itself; whoever has it ends it
// once a WebSocket is there again.
import type { Feed, FeedConnection, FeedNews } from "../core/feed.ts";
import {
  type Event,
  type HeadParams,
  type Position,
  parseJson,
  type Snapshot,
  type TallyParams,
} from "../core/protocol.ts";
import type { Connection } from "../core/socket.ts";

const BLOCK = 64; // events
const SILENT_TRIES = 2; // streams that brought nothing: nothing will come through
const FIRST_WORD_MS = 10_000; // the server speaks at once; what is held back on the way is no stream
const QUIET_MS = 50_000; // it speaks every 20 s
const RETRY_MOST_MS = 30_000;
const PORTAL_PACE = 6;

/** Events in a row, of a head or a block; hashes: after each, "" where it is not told. */
interface Stretch {
  epoch: number;
  from: number;
  before: string;
  hashes: string[];
  events: Event[];
}
type Head = Stretch & HeadParams;

class Follower {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silent = 0; // streams in a row that brought nothing
  private failed = 0; // tries in a row
  private window = 1_000;
  private isOver = false;

  constructor(
    private readonly line: Reduced,
    private readonly interview: string,
    private at: Position | undefined,
  ) {
    this.start();
  }

  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.source?.close();
  }

  /** Notices to everybody are rare: they need no stream of their own, and say nothing of the line. */
  private get isPortal(): boolean {
    return this.interview === "portal";
  }

  private start(): void {
    if (this.line.streams && !this.isPortal) this.stream();
    else void this.poll();
  }

  private told(good: boolean): void {
    if (!this.isPortal) this.line.told(good);
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), ms);
  }

  private fail(): void {
    this.told(false);
    const most = Math.min(RETRY_MOST_MS, this.window * 2 ** this.failed++);
    this.later(Math.random() * most);
  }

  private done(): void {
    this.failed = 0;
    this.told(true);
  }

  // ---- the stream

  private stream(): void {
    const { at } = this;
    const after = at ? `?after=${at.n}:${at.hash}` : "";
    const source = new EventSource(`/api/v1/interviews/${this.interview}/events${after}`);
    this.source = source;
    let hasSpoken = false;
    let isGreeted = false;
    const broken = () => {
      source.close();
      clearTimeout(this.timer);
      if (this.isOver) return;
      this.silent = hasSpoken ? 0 : this.silent + 1;
      if (this.silent >= SILENT_TRIES) this.line.streams = false;
      this.fail();
    };
    const expect = (ms: number) => {
      clearTimeout(this.timer);
      this.timer = setTimeout(broken, ms);
    };
    const on = (type: string, take: (data: unknown, at: Position) => void) =>
      source.addEventListener(type, (message) => {
        const { data, lastEventId } = message as MessageEvent<string>;
        const [n, hash = ""] = lastEventId.split(":");
        hasSpoken = true;
        expect(QUIET_MS);
        take(parseJson(data), { n: Number(n), hash });
        this.done();
      });
    on("message", (event, position) => this.take([event as Event], position));
    on("snapshot", (snapshot) => this.begin(snapshot as Snapshot));
    on("tally", (tally) => this.line.tell({ method: "tally", params: tally as TallyParams }));
    on("head", (head) => {
      const params = head as HeadParams;
      this.window = params.retry_ms ?? this.window;
      // The first one comes before the snapshot or the tail that leads to it.
      if (isGreeted) this.line.tell({ method: "head", params });
      isGreeted = true;
    });
    source.onerror = broken;
    expect(FIRST_WORD_MS);
  }

  // ---- documents

  private async poll(): Promise<void> {
    try {
      const ms = await this.look();
      if (this.isOver) return;
      this.done();
      this.later(ms * (0.75 + Math.random() / 2));
    } catch {
      if (this.isOver) return;
      // The server itself is away, which tells nothing about streams.
      this.silent = 0;
      this.line.streams = true;
      this.fail();
    }
  }

  /** Takes everything there is; gives the time until the next look. */
  private async look(): Promise<number> {
    const head = await this.get<Head>(`/i/${this.interview}/head`);
    if (!head) throw new Error("no head");
    if (!(await this.catchUp(head)) && !this.isOver) {
      const snapshot = await this.get<Snapshot>(`/api/v1/interviews/${this.interview}`);
      if (snapshot) this.begin(snapshot);
    }
    const ms = head.retry_ms ?? RETRY_MOST_MS;
    this.window = ms;
    return this.isPortal ? ms * PORTAL_PACE : ms;
  }

  /** false: there is no way from where we are to the head. */
  private async catchUp(head: Head): Promise<boolean> {
    while (!this.isOver && this.at && this.at.n >= head.epoch && this.at.n < head.from - 1) {
      const k = Math.floor(this.at.n / BLOCK);
      const path = `/i/${this.interview}/ev/${k}?e=${head.epoch}`;
      const block = await this.get<Stretch>(path);
      // A cache that does not look at the epoch gives another block than was asked for.
      const { n } = this.at;
      if (!block || block.epoch !== head.epoch || !this.takeStretch(block)) return false;
      if (this.at.n === n) return false; // nor one that leads nowhere
    }
    return this.takeStretch(head);
  }

  private takeStretch({ epoch, from, before, hashes, events }: Stretch): boolean {
    const { at } = this;
    const done = at ? at.n - from + 1 : -1; // events that we have
    if (!at || at.n < epoch || done < 0 || [before, ...hashes][done] !== at.hash) return false;
    const rest = events.slice(done);
    if (rest.length) this.take(rest, { n: at.n + rest.length, hash: hashes.at(-1) ?? "" });
    return true;
  }

  /** undefined: there is none. */
  private async get<T>(path: string): Promise<T | undefined> {
    const answer = await fetch(path);
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (!answer.ok) throw new Error(path);
    return parseJson(await answer.text()) as T;
  }

  // ---- what came

  private take(events: Event[], at: Position): void {
    if (this.isOver) return;
    const { interview } = this;
    const from = at.n - events.length + 1;
    this.at = at;
    this.line.tell({
      method: "events",
      params: { interview, from, to: at.n, hash: at.hash, events },
    });
  }

  private begin(snapshot: Snapshot): void {
    if (this.isOver) return;
    const { interview } = this;
    const { to, hash } = snapshot;
    this.at = { n: to, hash };
    this.line.tell({
      method: "watched",
      params: { interview, mode: "snapshot", to, hash, snapshot },
    });
  }
}

class Reduced implements FeedConnection {
  readonly state = "live";
  /** Do event streams come through? */
  streams = typeof EventSource === "function";
  private readonly followers = new Map<string, Follower>();
  private readonly listeners = new Set<(news: FeedNews) => void>();

  /** told: whether something comes through. */
  constructor(readonly told: (good: boolean) => void) {}

  call<R>(method: string, params: Record<string, unknown>): Promise<R> {
    const interview = String(params.interview);
    this.followers.get(interview)?.stop();
    this.followers.delete(interview);
    if (method === "interview.watch") {
      const at = params.at as Position | undefined;
      this.followers.set(interview, new Follower(this, interview, at));
    }
    return Promise.resolve({ mode: "tail" } as R); // or what is told later
  }

  onNotification(listener: (news: FeedNews) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onLive(listener: () => void): () => void {
    listener();
    return () => {};
  }

  tell(news: FeedNews): void {
    for (const listener of this.listeners) listener(news);
  }

  stop(): void {
    for (const follower of this.followers.values()) follower.stop();
    this.followers.clear();
  }
}

/** Feeds go on by what there is, until the connection is live. told: whether something comes. */
export function reduce(
  connection: Connection,
  feeds: readonly Feed<Snapshot>[],
  told: (good: boolean) => void,
): void {
  if (connection.state === "live") return;
  const line = new Reduced(told);
  for (const feed of feeds) feed.use(line);
  const end = connection.onLive(() => {
    end();
    line.stop();
    for (const feed of feeds) feed.use(connection);
    told(false);
  });
}
