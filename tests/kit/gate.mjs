// SPDX-License-Identifier: Apache-2.0
// The text gate once more, from moderation/README.md alone: what the record must hold of what a
// person typed. The numbers are that page's steps.

const DROPPED = new RegExp(
  "[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\ufeff\\u202a-\\u202e\\u2066-\\u2069" +
    "\\u{e0000}-\\u{e007f}\\ufdd0-\\ufdef]",
  "u",
);
const ENDS = "\\n \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000";
const INVISIBLE =
  `${ENDS}\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f` +
  "\\u2060-\\u2065\\u206a-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\ufff0-\\ufffb" +
  "\\u{e0080}-\\u{e0fff}";
const TRIM = new RegExp(`^[${ENDS}]+|[${ENDS}]+$`, "gu");
const EMPTY = new RegExp(`^[${INVISIBLE}]*$`, "u");
const MARKS_IN_A_ROW = 8;

/** Code points, as the limits count them. */
export const points = (text) => [...text].length;

const isNoncharacter = (char) => (char.codePointAt(0) & 0xfffe) === 0xfffe;

function characters(text) {
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replaceAll("\t", " ");
  return [...lines].filter((char) => !DROPPED.test(char) && !isNoncharacter(char)).join("");
}

function marks(text) {
  let row = 0;
  return [...text]
    .filter((char) => {
      if (/\p{M}/u.test(char)) return ++row <= MARKS_IN_A_ROW;
      if (!/[\u200c-\u200f]/.test(char)) row = 0;
      return true;
    })
    .join("");
}

function shape(text, lines) {
  const tidy = text.replace(/ +\n/g, "\n");
  return lines ? tidy.replace(/\n{3,}/g, "\n\n") : tidy.replace(/\n+/g, " ");
}

/** The gated text; undefined when it is empty. lines: line feeds may stay. */
export function gate(text, { lines }) {
  const clean = marks(marks(characters(text)).normalize("NFC")); // 2 to 5
  const gated = shape(clean, lines).replace(TRIM, ""); // 6 and 7
  return EMPTY.test(gated) ? undefined : gated; // 8
}
