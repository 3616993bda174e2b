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
import type { Connection } from "./socket.ts";

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

type FeedConnection = Pick<Connection, "call" | "onNotification" | "onLive" | "state">;

const AGAIN_MS = 1_000; // two gaps within this time: the second one waits

export class Feed<S> {
  private watching = false;
  private watchedAt = 0;
  private round = 0; // an answer to an older watch says nothing
  private again: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private readonly unbind: (() => void)[];

  /** Watches at once and after every reconnection. `position`: what the page already shows. */
  constructor(
    private readonly connection: FeedConnection,
    readonly interview: string,
    private readonly handler: FeedHandler<S>,
    public position?: Position,
  ) {
    this.unbind = [
      connection.onNotification((notification) => this.onNotification(notification)),
      connection.onLive(() => {
        this.watching = false;
        void this.watch();
      }),
    ];
  }

  /** Ends it. The server is told if it hears: on the next connection nothing is watched, and a
   * waiting unwatch would end somebody's newer watch. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.again);
    for (const unbind of this.unbind) unbind();
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

  private onNotification(notification: Notification): void {
    if (notification.method === "bye" || notification.params.interview !== this.interview) return;
    if (notification.method === "events") this.onEvents(notification.params);
    else if (notification.method === "head") this.onHead(notification.params);
    else if (notification.method === "tally") this.handler.tally?.(notification.params);
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
