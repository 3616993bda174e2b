// SPDX-License-Identifier: Apache-2.0
// Words that nobody can guess, what has become of each, and the outputs that may therefore hold it.
import { randomBytes } from "node:crypto";

/** A new word. */
export const mark = () => `zq${randomBytes(9).toString("hex")}`;

// What may be found where, by what has become of a word:
//   never   it was never public
//   staff   a colleague's account, which nobody outside is told; the log names who signs in
//   listed  a receipt of something hidden: the complete ledger has it from the publication on
//   due     it becomes public by itself, and may have by now
//   shown   it is public
//   told    a correction or another label stands in its place; the frame with it is given out still
//   down    why the interview is taken down: public as long as nothing else of it is
//   gone    it was taken away: only who followed at that time has it
const MAY_HOLD = {
  now: ["due", "shown"],
  ledger: ["due", "shown", "listed"],
  replay: ["due", "shown", "told"],
  feed: ["due", "shown", "told", "down", "gone"],
  log: ["staff"],
};

const HEAD = 6; // characters by which a word is looked up
const heads = new Map(); // the beginning of a word → the words
const known = new Map(); // word → {marks, state, what}

/** The marked words of one interview. */
export class Marks {
  isPublished = false; // its ledger is complete
  isDown = false; // nothing of it is public
  record = new Set(); // the words that its transcript must have

  /** These words are from now on in this state; what: whose they are, for the message. */
  put(state, what, ...words) {
    for (const word of words.filter(Boolean)) {
      if (word.length < HEAD) throw new Error(`too short to be a mark: ${word}`);
      if (!known.has(word)) heads.set(head(word), [...(heads.get(head(word)) ?? []), word]);
      known.set(word, { marks: this, state, what });
    }
  }
}

const head = (text, at = 0) => text.slice(at, at + HEAD);

function* wordsIn(text) {
  for (let i = 0; i + HEAD <= text.length; i++)
    for (const word of heads.get(head(text, i)) ?? []) if (text.startsWith(word, i)) yield word;
}

function mayHold(kind, { isPublished, isDown }) {
  if (isDown && kind !== "feed" && kind !== "log") return ["down"];
  return MAY_HOLD[kind === "ledger" && !isPublished ? "now" : kind];
}

/** The first word that an output of this kind must not hold, in words; undefined: there is none. */
export function leakIn(text, kind = "now") {
  const readings = text.includes("\\") ? [text, text.replaceAll("\\", "")] : [text]; // Markdown
  for (const reading of readings)
    for (const word of wordsIn(reading)) {
      const { marks, state, what } = known.get(word);
      if (!mayHold(kind, marks).includes(state)) return `${word} (${state}: ${what})`;
    }
  return undefined;
}
