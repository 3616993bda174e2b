// SPDX-License-Identifier: Apache-2.0
// "距离开始还有 …": days and hours, then hours and minutes; nothing ticks faster than a minute.
import { serverNow } from "../core/time.ts";
import type { Texts } from "./texts.ts";

const MINUTE = 60_000;

export function countdownText(t: Texts, leftMs: number): string {
  const minutes = Math.ceil(leftMs / MINUTE);
  if (minutes <= 0) return t.say("about.countdown.soon");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t.say("about.countdown.minutes", { h: hours, m: minutes % 60 });
  return t.say("about.countdown.days", { d: Math.floor(hours / 24), h: hours % 24 });
}

export function bindCountdown(t: Texts, place: HTMLElement | null, startsMs: number): void {
  if (!place || !startsMs) return;
  const show = () => {
    place.textContent = countdownText(t, startsMs - serverNow());
  };
  show();
  place.hidden = false;
  setInterval(show, MINUTE / 2);
}
