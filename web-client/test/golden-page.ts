// SPDX-License-Identifier: Apache-2.0
// Runs inside the browser of golden.mjs: builds cards with the script's own code.
import { CardList } from "../src/citizen/list.ts";
import { Texts } from "../src/citizen/texts.ts";
import type { Event, Snapshot } from "../src/core/protocol.ts";

interface Setting {
  lang: string;
  offset: number;
  starts: number;
}

function open(setting: Setting): CardList {
  const cards = document.getElementById("cards");
  if (!cards) throw new Error("no list");
  const texts = new Texts(setting.lang, setting.offset, setting.starts);
  return new CardList(texts, cards, document.getElementById("on-air"));
}

function shown(): { cards: string; onAir: string } {
  const onAir = document.getElementById("on-air");
  onAir?.removeAttribute("data-key");
  return {
    cards: document.getElementById("cards")?.outerHTML ?? "",
    onAir: onAir?.outerHTML ?? "",
  };
}

Object.assign(window, {
  shown,
  fromSnapshot(setting: Setting, snapshot: Snapshot) {
    open(setting).rebuild(snapshot);
    return shown();
  },
  fromEvents(setting: Setting, events: Event[]) {
    const list = open(setting);
    for (const event of events) list.apply(event);
    return shown();
  },
});
