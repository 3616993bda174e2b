// SPDX-License-Identifier: Apache-2.0
// Times for people. The clock is the server's: browsers in offices are often minutes off.

let offsetMs = 0;
let utcOffsetMinutes: number | null = null;

/** Tells what the server's clock says now (the `server.time` of hello). */
export function setServerTime(iso: string, nowMs: number = Date.now()): void {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) offsetMs = at - nowMs;
}

/** Milliseconds since the epoch by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** Shows times in the portal's zone instead of the reader's own: minutes east of Greenwich. */
export function setUtcOffset(minutes: number): void {
  utcOffsetMinutes = Number.isFinite(minutes) ? minutes : null;
}

// The time moved so that its UTC members read as the wall clock to be shown.
function wallClock(iso: string | undefined): Date | null {
  const at = new Date(iso ?? "");
  if (Number.isNaN(at.getTime())) return null;
  const minutes = utcOffsetMinutes ?? -at.getTimezoneOffset();
  return new Date(at.getTime() + minutes * 60_000);
}

/** "15:04"; empty when it is no time. */
export function clock(iso: string | undefined): string {
  const at = wallClock(iso);
  return at ? `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` : "";
}

/** "2026-11-24 15:04"; empty when it is no time. */
export function dateClock(iso: string | undefined): string {
  const at = wallClock(iso);
  if (!at) return "";
  const day = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  return `${day} ${clock(iso)}`;
}

/** "3:10" or "1:02:03"; a time before the start counts as none. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const tail = two(seconds % 60);
  return hours ? `${hours}:${two(minutes % 60)}:${tail}` : `${minutes}:${tail}`;
}
