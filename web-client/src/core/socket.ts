// SPDX-License-Identifier: Apache-2.0
// One connection to the server that heals itself. The only file that opens a WebSocket.
//
//   connecting ──hello answered──► live ──lost──► reconnecting (offline: the browser says so)
//                                   ▲──hello answered──┘          closed: close(), or refused
//
// A call that was never sent waits for the next live connection. A call that was sent when the
// connection broke is sent again when it carries a command_id (the server then does it once), and
// is rejected with Disconnected otherwise.
import {
  type ByeParams,
  type HelloResult,
  type Incoming,
  type Notification,
  parseMessage,
  type RpcError,
  SUBPROTOCOL,
} from "./protocol.ts";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "offline" | "closed";

export type Credentials = { token: string } | { ticket: string } | Record<string, never>;

/** The connection broke before the answer came; whether the call was done is not known. */
export class Disconnected extends Error {}

export interface ConnectionOptions {
  /** wss://…/ws; see socketUrl(). */
  url: string;
  /** Names the client in hello: "citizen", "desk". */
  client: string;
  lang?: string;
  /**
   * Called before each attempt; refused = the last ones were not accepted. Gives a citizen's
   * token, a fresh ticket, or {} for a new token. A rejection counts as a failed attempt; a
   * rejection with SignedOut ends the connection.
   */
  credentials(refused: boolean): Credentials | Promise<Credentials>;
  onState?(state: ConnectionState): void;
  /** It was lost, or could not be made; so many times in a row without having lasted. */
  onLost?(times: number): void;
  /** Each time the connection is live again, before waiting calls are sent. */
  onHello?(hello: HelloResult): void;
  /** Seams for tests. */
  open?(url: string, protocol: string): WebSocket;
  random?(): number;
}

/** Thrown by `credentials` when the person has to sign in again. */
export class SignedOut extends Error {}

interface Call {
  id: number;
  method: string;
  params: Record<string, unknown>;
  sent: boolean;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 30_000;
const ANSWER_MS = 20_000; // no frame at all for so long while an answer is due: the line is dead
const SETTLED_MS = 10_000; // a connection that lived so long starts the back-off anew

/** The address of /ws beside the page's own address. */
export function socketUrl(page: { protocol: string; host: string }): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/ws`;
}

export class Connection {
  state: ConnectionState = "connecting";
  hello: HelloResult | undefined;

  private socket: WebSocket | undefined;
  private readonly calls = new Map<number, Call>();
  private readonly listeners = new Set<(notification: Notification) => void>();
  private readonly liveListeners = new Set<() => void>();
  private nextId = 1;
  private generation = 0; // an attempt that is no longer the newest gives up
  private attempt = 0;
  private refused = false;
  private notBefore = 0; // what bye.retry_ms asked for
  private window = 0; // how long all who are here now may take to come back
  private liveSince = 0;
  private lastFrame = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private readonly unbind: () => void;

  constructor(private readonly options: ConnectionOptions) {
    this.unbind = this.bindPage();
    void this.connect();
  }

  /** Answers with the result, or rejects with RpcError or Disconnected. */
  call<R>(method: string, params: Record<string, unknown> = {}): Promise<R> {
    if (this.state === "closed") return Promise.reject(new Disconnected(method));
    return new Promise<R>((resolve, reject) => {
      const call: Call = {
        id: this.nextId++,
        method,
        params,
        sent: false,
        resolve: resolve as (result: unknown) => void,
        reject,
      };
      this.calls.set(call.id, call);
      if (this.state === "live") this.send(call);
    });
  }

  /** Calls back with each notification of the server; gives the function that ends it. */
  onNotification(listener: (notification: Notification) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back each time the connection has become live (and now, if it is). */
  onLive(listener: () => void): () => void {
    this.liveListeners.add(listener);
    if (this.state === "live") listener();
    return () => this.liveListeners.delete(listener);
  }

  /** Ends it for good; what is waiting is rejected. */
  close(): void {
    this.generation++;
    this.unbind();
    clearTimeout(this.retryTimer);
    this.dropSocket();
    this.setState("closed");
    for (const call of this.calls.values()) call.reject(new Disconnected(call.method));
    this.calls.clear();
  }

  private setState(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    this.options.onState?.(state);
  }

  private async connect(): Promise<void> {
    const mine = ++this.generation;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    let credentials: Credentials;
    try {
      credentials = await this.options.credentials(this.refused);
    } catch (error) {
      if (mine !== this.generation) return;
      if (error instanceof SignedOut) this.close();
      else this.lost();
      return;
    }
    if (mine !== this.generation) return;
    const open = this.options.open ?? ((url, protocol) => new WebSocket(url, protocol));
    const socket = open(this.options.url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => {
      if (mine === this.generation) this.sendHello(credentials);
    };
    socket.onmessage = (message) => {
      if (mine === this.generation) this.onFrame(message.data);
    };
    socket.onclose = (event) => {
      if (mine === this.generation) this.onClose(event.code);
    };
    this.lastFrame = Date.now();
    this.watchdog = setInterval(() => this.watch(), 5_000);
  }

  // The hello is id 0 and never waits in `calls`: it belongs to one socket.
  private sendHello(credentials: Credentials): void {
    const { client, lang } = this.options;
    const params = { client, ...(lang ? { lang } : {}), ...credentials };
    this.socket?.send(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "hello", params }));
  }

  private onFrame(data: unknown): void {
    this.lastFrame = Date.now();
    const message = typeof data === "string" ? parseMessage(data) : undefined;
    if (!message) return;
    if (message.kind !== "notification") this.onAnswer(message);
    else if (message.notification.method === "bye") this.onBye(message.notification.params);
    else this.onNews(message.notification);
  }

  private onNews(news: Exclude<Notification, { method: "bye" }>): void {
    if (news.method === "head") this.window = news.params.retry_ms ?? this.window;
    for (const listener of [...this.listeners]) listener(news);
  }

  private onBye(bye: ByeParams): void {
    const wait = Number(bye.retry_ms);
    if (wait > 0) this.notBefore = Date.now() + wait;
  }

  private onAnswer(message: Exclude<Incoming, { kind: "notification" }>): void {
    if (message.id === 0) {
      if (message.kind === "result") this.onHello(message.result as HelloResult);
      else this.onHelloRefused(message.error);
      return;
    }
    const call = message.id === null ? undefined : this.calls.get(message.id);
    if (!call) return;
    this.calls.delete(call.id);
    if (message.kind === "result") call.resolve(message.result);
    else call.reject(message.error);
  }

  private onHello(hello: HelloResult): void {
    this.hello = hello;
    this.window = hello.retry_ms ?? 0;
    this.refused = false;
    this.notBefore = 0;
    this.liveSince = Date.now();
    this.setState("live");
    this.options.onHello?.(hello);
    for (const listener of [...this.liveListeners]) listener();
    for (const call of this.calls.values()) if (!call.sent) this.send(call);
  }

  private onHelloRefused(error: RpcError): void {
    if (error.reason === "not_authorized") this.refused = true;
    this.onBye({ reason: error.reason, retry_ms: error.data.retry_ms ?? 0 });
    this.lost();
  }

  private onClose(code: number): void {
    if (code === 4401) this.refused = true;
    // The server could not read or take what was sent: sending it again would only repeat this.
    if (code === 4400 || code === 1009) this.rejectSent(() => true);
    this.lost();
  }

  private send(call: Call): void {
    call.sent = true;
    if (this.waiting() === 1) this.lastFrame = Date.now();
    const { id, method, params } = call;
    this.socket?.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  }

  private waiting(): number {
    let sent = 0;
    for (const call of this.calls.values()) if (call.sent) sent++;
    return sent;
  }

  private watch(): void {
    const due = this.state !== "live" || this.waiting() > 0;
    if (due && Date.now() - this.lastFrame > ANSWER_MS) this.lost();
  }

  private rejectSent(which: (call: Call) => boolean): void {
    for (const call of [...this.calls.values()]) {
      if (!call.sent || !which(call)) continue;
      this.calls.delete(call.id);
      call.reject(new Disconnected(call.method));
    }
  }

  private dropSocket(): void {
    clearInterval(this.watchdog);
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  // The connection is gone, or could not be made: settle what cannot be repeated, try again later.
  private lost(): void {
    if (this.state === "closed") return;
    this.generation++;
    this.dropSocket();
    this.rejectSent((call) => !("command_id" in call.params));
    for (const call of this.calls.values()) call.sent = false;
    if (this.state === "live" && Date.now() - this.liveSince > SETTLED_MS) this.attempt = 0;
    this.setState(globalThis.navigator?.onLine === false ? "offline" : "reconnecting");
    const first = Math.max(RETRY_FIRST_MS, this.window);
    const most = Math.min(RETRY_MOST_MS, first * 2 ** this.attempt++);
    this.options.onLost?.(this.attempt);
    const floor = Math.max(0, this.notBefore - Date.now());
    const random = this.options.random ?? Math.random;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), floor + random() * most);
  }

  // The reader is back: do not sit out the rest of the pause, unless the server asked for it.
  private wake(): void {
    if (this.retryTimer === undefined || Date.now() < this.notBefore) return;
    this.attempt = 0;
    void this.connect();
  }

  private bindPage(): () => void {
    if (typeof document === "undefined") return () => {};
    const wake = () => this.wake();
    const shown = () => {
      if (document.visibilityState === "visible") this.wake();
    };
    // The line is cut long before the socket notices. Should the browser be wrong, coming back costs
    // one resume.
    const offline = () => {
      if (this.socket) this.lost();
      else if (this.state === "reconnecting") this.setState("offline");
    };
    const hide = () => {
      if (this.socket) this.lost();
    };
    window.addEventListener("online", wake);
    window.addEventListener("offline", offline);
    window.addEventListener("pageshow", wake);
    window.addEventListener("pagehide", hide);
    document.addEventListener("visibilitychange", shown);
    return () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", offline);
      window.removeEventListener("pageshow", wake);
      window.removeEventListener("pagehide", hide);
      document.removeEventListener("visibilitychange", shown);
    };
  }
}
