// SPDX-License-Identifier: Apache-2.0
// Lengths as the server counts them.

/** Code points of a text, after what the server's gate would trim: outer space, CR before LF. */
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
