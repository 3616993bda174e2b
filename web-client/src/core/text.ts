// SPDX-License-Identifier: Apache-2.0
// Lengths as the server counts them.

/** Code points of a text, after what the server's gate would trim: outer space, CR before LF. */
/** What two texts share at both ends, and what stands between in the one and in the other:
 * [before, gone, come, after]. */
export function difference(from: string, to: string): [string, string, string, string] {
  const [a, b] = [[...from], [...to]];
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let end = 0;
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const part = (points: string[]) => points.slice(start, points.length - end).join("");
  return [a.slice(0, start).join(""), part(a), part(b), a.slice(a.length - end).join("")];
}

export function countPoints(text: string): number {
  let points = 0;
  for (const _ of text.replace(/\r\n?/g, "\n").trim()) points++;
  return points;
}

/** The first `points` code points of the first line, with an ellipsis when there was more. */
export function firstLine(text: string, points: number): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  const letters = Array.from(line);
  if (letters.length <= points) return line.length < text.trim().length ? `${line}…` : line;
  return `${letters.slice(0, points).join("")}…`;
}
