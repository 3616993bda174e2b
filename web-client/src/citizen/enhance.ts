// SPDX-License-Identifier: Apache-2.0
// Enhances the page that the server wrote: keeps it current, sends questions over the connection,
// remembers drafts and receipts. Without this script everything can still be read and asked.
import { Feed } from "../core/feed.ts";
import type { Event, HelloResult, Snapshot, Wording } from "../core/protocol.ts";
import { Connection, type ConnectionState, socketUrl } from "../core/socket.ts";
import { setServerTime } from "../core/time.ts";
import { AskForm } from "./ask.ts";
import { bindCountdown } from "./countdown.ts";
import { byId, el } from "./dom.ts";
import { CardList } from "./list.ts";
import { MyQuestions } from "./mine.ts";
import { Notices } from "./notices.ts";
import { Reader } from "./reader.ts";
import { Speaker } from "./speaker.ts";
import { StageWatch } from "./stage.ts";
import { store } from "./store.ts";
import { Texts } from "./texts.ts";
import { bindTools } from "./tools.ts";
import { VoteButtons } from "./vote.ts";

const CONNECTING_SHOWN_MS = 1_000;
const TIMES_LOST = 3; // in a row: perhaps something on the way lets no WebSocket through

/** Says how the connection is; a good one says nothing. */
function stateLine(t: Texts) {
  const place = byId("net");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (text: string) => {
    if (place) place.textContent = text;
  };
  return (state: ConnectionState | "reduced") => {
    clearTimeout(timer);
    if (state === "reduced") show(t.say("live.reduced"));
    else if (state === "live" || state === "closed") show("");
    else if (state === "offline") show(t.say("live.offline"));
    else {
      const words = t.say(state === "connecting" ? "live.connecting" : "live.reconnecting");
      timer = setTimeout(() => show(words), CONNECTING_SHOWN_MS);
    }
  };
}

/** Says that nothing new is shown, and why. */
function showFrozen(t: Texts, frozen: boolean, reason: string | undefined): void {
  const place = byId("frozen");
  if (!place) return;
  const lines = frozen ? [el("p", {}, t.say("live.frozen"))] : [];
  if (frozen && reason) lines.push(el("p", {}, `${t.say("about.reason")}: ${reason}`));
  place.replaceChildren(...lines);
  place.hidden = !frozen;
}

function heedFrozen(t: Texts, event: Event): void {
  if (event.type === "feed.frozen")
    showFrozen(t, true, typeof event.reason === "string" ? event.reason : undefined);
  else if (event.type === "feed.unfrozen") showFrozen(t, false, undefined);
}

function follow(main: HTMLElement): void {
  const data = main.dataset;
  const interview = data.interview ?? "";
  const lang = document.documentElement.lang;
  const startsMs = Number(data.starts);
  const t = new Texts(lang, Number(data.offset), startsMs);
  const showState = stateLine(t);
  let form: AskForm | undefined;
  const feeds: Feed<Snapshot>[] = [];
  let isReducing = false;
  let isReduced = false;

  // A WebSocket is tried again all the while; once there is one, reduced.ts ends by itself.
  const reduce = (times: number) => {
    if (isReducing || times < TIMES_LOST || !feeds.length || !navigator.onLine) return;
    isReducing = true;
    // Under another name each time: a browser may remember that it could not be loaded.
    const url = `${REDUCED}?${times}`;
    import(url).then(
      (file: typeof import("./reduced.ts")) =>
        file.reduce(connection, feeds, (good) => {
          if (good && isReduced) return; // said already
          isReduced = good;
          showState(good ? "reduced" : connection.state);
          if (form) form.byForm = good;
        }),
      () => {
        isReducing = false;
      },
    );
  };

  const connection = new Connection({
    url: socketUrl(location),
    client: "citizen",
    lang,
    credentials(refused) {
      if (refused) store.setToken(undefined);
      const token = store.token();
      return token ? { token } : {};
    },
    onState(state) {
      if (!isReduced || state === "offline") showState(state);
      form?.showState();
    },
    onLost: reduce,
    onHello(hello: HelloResult) {
      setServerTime(hello.server.time);
      if (hello.token) store.setToken(hello.token);
    },
  });
  showState(connection.state);

  const mine = new MyQuestions(t, connection, interview);
  form = new AskForm(t, connection, interview, Number(data.limit) || 1000, mine);
  const ask = form;
  const cards = byId("cards");
  const list = cards ? new CardList(t, cards, byId("on-air")) : undefined;
  const reader = list ? new Reader(t, list, () => ask.hasFocus) : undefined;
  const votes = new VoteButtons(t, connection, interview, (news) => list?.tally(news));
  const speaker = new Speaker(t, byId("log"));
  const notices = new Notices(t, byId("notices"));
  const portalNotices = new Notices(t, byId("portal-notices"));
  const stage = new StageWatch(t, main, () => ask.isEmpty);
  bindCountdown(t, byId("countdown"), startsMs);

  const speak = (event: Event) => {
    const who = event.speaker as { name?: string } | undefined;
    if (event.type === "statement.published" && typeof event.text === "string")
      speaker.add(who?.name ?? "", event.text);
  };
  const n = Number(data.n);
  connection.onLive(() => {
    isReducing = false;
    mine.refresh();
  });
  if (main.id !== "live") return; // over: nothing new comes
  const position = n > 0 && data.hash ? { n, hash: data.hash } : undefined;
  const feed = new Feed<Snapshot>(
    connection,
    interview,
    {
      snapshot(snapshot) {
        reader?.replace(snapshot);
        notices.snapshot(snapshot.notices);
        votes.mark();
        stage.snapshot(snapshot.interview);
        showFrozen(t, snapshot.interview.frozen === true, snapshot.interview.frozen_reason);
        mine.refresh();
      },
      events(events) {
        reader?.add(events);
        notices.events(events);
        for (const event of events) {
          speak(event);
          heedFrozen(t, event);
        }
        votes.mark();
        mine.heed(events);
        stage.events(events);
      },
      tally({ viewers, votes: news }) {
        if (news) list?.tally(news);
        votes.mark();
        const place = byId("viewers");
        if (viewers === undefined) return;
        stage.viewers = viewers;
        if (place) place.textContent = t.say("live.viewers", { n: viewers });
      },
    },
    position,
  );
  const portal = new Feed<Snapshot>(connection, "portal", {
    snapshot: (snapshot) => {
      t.reword(snapshot.wordings ?? []);
      portalNotices.snapshot(snapshot.notices);
    },
    events: (events) => {
      for (const event of events)
        if (event.type === "reason.worded") t.reword([event as unknown as Wording]);
      portalNotices.events(events);
    },
  });
  feeds.push(feed, portal);
}

bindTools();
const main = document.querySelector("main");
if (main && (main.id === "live" || store.keeps(main.dataset.interview ?? ""))) follow(main);
