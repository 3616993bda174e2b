// SPDX-License-Identifier: Apache-2.0
// A selection as the server counts it: in code points.

/** A stretch of a text. */
export interface Span {
  at: number;
  length: number;
}

/** From offsets in UTF-16 units, as the browser gives them; null when nothing is selected. */
export function spanOf(text: string, start: number, end: number): Span | null {
  if (end <= start) return null;
  const before = Array.from(text.slice(0, start)).length;
  const length = Array.from(text.slice(start, end)).length;
  // Half of a pair is selected as the whole character.
  const split =
    /[\uD800-\uDBFF]$/.test(text.slice(0, start)) && /^[\uDC00-\uDFFF]/.test(text.slice(start));
  return split ? { at: before - 1, length } : { at: before, length };
}

/** What is selected inside this element, which holds this text alone. */
export function spanIn(element: Element | null, text: string): Span | null {
  const selection = getSelection();
  if (!element || !selection || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return spanOf(text, start, start + range.toString().length);
}
