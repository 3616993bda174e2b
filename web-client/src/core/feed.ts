// SPDX-License-Identifier: Apache-2.0
// One watched interview. Keeps the position (number and hash) and sees to it that the handler gets
// every event once and in order, or a new snapshot when the record went another way.
import {
  type Event,
  type EventsParams,
  type HeadParams,
  type Notification,
  type Position,
  RpcError,
  type TallyParams,
  type WatchResult,
} from "./protocol.ts";
import type { ConnectionState } from "./socket.ts";

export interface FeedHandler<S> {
  /** Start again from here. */
  snapshot(snapshot: S, position: Position): void;
  /** The next events, without a gap; position is the one after them. */
  events(events: Event[], position: Position): void;
  /** Viewers and votes; not part of the record. */
  tally?(tally: TallyParams): void;
  /** The server will not let this be watched; nothing more comes. */
  refused?(error: RpcError): void;
}

/** What comes without being asked for. `watched`: a watch begins anew by itself. */
export type FeedNews =
  | Notification
  | { method: "watched"; params: WatchResult<unknown> & { interview: string } };

/** What a Feed needs of a connection. */
export interface FeedConnection {
  readonly state: ConnectionState;
  call<R>(method: string, params: Record<string, unknown>): Promise<R>;
  onNotification(listener: (news: FeedNews) => void): () => void;
  onLive(listener: () => void): () => void;
}

const AGAIN_MS = 1_000; // two gaps within this time: the second one waits

export class Feed<S> {
  private watching = false;
  private watchedAt = 0;
  private round = 0; // an answer to an older watch says nothing
  private again: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private unbind: (() => void)[] = [];

  /** Watches at once and after every reconnection. `position`: what the page already shows. */
  constructor(
    private connection: FeedConnection,
    readonly interview: string,
    private readonly handler: FeedHandler<S>,
    public position?: Position,
  ) {
    this.use(connection);
  }

  /** Goes on over this connection, from where it is. */
  use(connection: FeedConnection): void {
    this.unwatch();
    this.connection = connection;
    this.unbind = [
      connection.onNotification((news) => this.onNews(news)),
      connection.onLive(() => {
        this.watching = false;
        void this.watch();
      }),
    ];
  }

  private unwatch(): void {
    clearTimeout(this.again);
    this.again = undefined;
    this.round++;
    for (const unbind of this.unbind) unbind();
  }

  /** Ends it. The server is told if it hears: on the next connection nothing is watched, and a
   * waiting unwatch would end somebody's newer watch. */
  stop(): void {
    this.stopped = true;
    this.unwatch();
    if (this.connection.state !== "live") return;
    this.connection.call("interview.unwatch", { interview: this.interview }).catch(() => {});
  }

  private async watch(): Promise<void> {
    if (this.watching || this.stopped) return;
    this.watching = true;
    this.watchedAt = Date.now();
    clearTimeout(this.again);
    this.again = undefined;
    const round = ++this.round;
    try {
      const at = this.position?.hash ? { at: this.position } : {}; // before the first event: none
      const result = await this.connection.call<WatchResult<S>>("interview.watch", {
        interview: this.interview,
        ...at,
      });
      if (this.stopped || round !== this.round) return;
      this.watching = false;
      this.onWatched(result);
    } catch (error) {
      // Disconnected: the next live connection watches again.
      if (this.stopped || round !== this.round) return;
      this.watching = false;
      if (error instanceof RpcError) this.onRefused(error);
    }
  }

  private onWatched(result: WatchResult<S>): void {
    if (result.mode === "snapshot" && result.snapshot !== undefined) {
      this.position = { n: result.to, hash: result.hash };
      this.handler.snapshot(result.snapshot, this.position);
    } else if (result.mode === "live") {
      this.position = { n: result.to, hash: result.hash };
    }
  }

  private onRefused(error: RpcError): void {
    const wait = error.data.retry_ms ?? (error.reason === "unavailable" ? 5_000 : 0);
    if (wait > 0) this.watchLater(wait);
    else this.handler.refused?.(error);
  }

  private watchLater(ms: number): void {
    if (this.again === undefined) this.again = setTimeout(() => void this.watch(), ms);
  }

  private watchAgain(): void {
    if (this.watching) return;
    const since = Date.now() - this.watchedAt;
    if (since >= AGAIN_MS) void this.watch();
    else this.watchLater(AGAIN_MS - since);
  }

  private onNews(news: FeedNews): void {
    if (news.method === "bye" || news.params.interview !== this.interview) return;
    if (news.method === "events") this.onEvents(news.params);
    else if (news.method === "head") this.onHead(news.params);
    else if (news.method === "tally") this.handler.tally?.(news.params);
    else this.onWatched(news.params as WatchResult<S>);
  }

  private onEvents(frame: EventsParams): void {
    const last = this.position?.n;
    if (last !== undefined && frame.to <= last) return;
    if (last === undefined || frame.from !== last + 1) {
      this.watchAgain();
      return;
    }
    this.position = { n: frame.to, hash: frame.hash };
    this.handler.events(frame.events, this.position);
  }

  private onHead(head: HeadParams): void {
    const { n, hash } = this.position ?? { n: 0, hash: "" };
    if (head.to > n || (head.to === n && head.hash !== hash)) this.watchAgain();
  }
}
