// SPDX-License-Identifier: Apache-2.0
// What the moderator's list shows. It is frozen between the reader's own acts, so that it never
// moves under the eye: newcomers are counted and come when they are asked for, and what others
// decide stays in its place until then.

export interface Shown {
  readonly ids: readonly string[];
  readonly selected: string | null;
}

export const NOTHING_SHOWN: Shown = { ids: [], selected: null };

/** Shows these, keeping the selection where it still exists; otherwise the first one. */
export function show(ids: readonly string[], old: Shown = NOTHING_SHOWN): Shown {
  const keep = old.selected !== null && ids.includes(old.selected);
  return { ids, selected: keep ? old.selected : (ids[0] ?? null) };
}

/** Newcomers that the list does not show yet. */
export function countNew(shown: Shown, ids: readonly string[]): number {
  const known = new Set(shown.ids);
  return ids.reduce((count, id) => count + (known.has(id) ? 0 : 1), 0);
}

/** Newcomers come at the end, what no longer belongs here goes. */
export function load(shown: Shown, ids: readonly string[]): Shown {
  return show(ids, afterGone(shown, new Set(ids)));
}

// The selection moves to the nearest later one that stays, or to the nearest earlier one.
function afterGone(shown: Shown, stays: ReadonlySet<string>): Shown {
  if (shown.selected === null || stays.has(shown.selected)) return shown;
  const index = shown.ids.indexOf(shown.selected);
  const later = shown.ids.slice(index + 1).find((id) => stays.has(id));
  const earlier = shown.ids.slice(0, Math.max(0, index)).reverse();
  return { ...shown, selected: later ?? earlier.find((id) => stays.has(id)) ?? null };
}

/** Takes one out, by the reader's own decision: the next one takes its place and is selected. */
export function takeOut(shown: Shown, id: string): Shown {
  const ids = shown.ids.filter((other) => other !== id);
  return { ids, selected: afterGone(shown, new Set(ids)).selected };
}

/** Puts one back where the reader is, and selects it. */
export function putBack(shown: Shown, id: string): Shown {
  if (shown.ids.includes(id)) return { ...shown, selected: id };
  const index = shown.selected === null ? 0 : Math.max(0, shown.ids.indexOf(shown.selected));
  const ids = [...shown.ids];
  ids.splice(index, 0, id);
  return { ids, selected: id };
}

/** One step down or up; stays at the ends. */
export function step(shown: Shown, by: 1 | -1): Shown {
  const index = shown.selected === null ? -1 : shown.ids.indexOf(shown.selected);
  const next = shown.ids[Math.min(shown.ids.length - 1, Math.max(0, index + by))];
  return next === undefined ? shown : { ...shown, selected: next };
}
