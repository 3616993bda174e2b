// SPDX-License-Identifier: Apache-2.0
// Reordering a list with the pointer, mouse and touch alike. Where it is dropped is kept by the
// neighbour's id and not by a number, so a list that others change meanwhile is followed.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const STARTS_AFTER = 5; // pixels; less is a click
const EDGE = 56; // of the window, within which it scrolls
const SCROLL_STEP = 9; // pixels a frame

/** The item in hand, and the one that it would come before; null: it would be the last. */
export interface Drag {
  id: string;
  before: string | null;
}

export interface Dragging {
  /** On the list; its children carry data-id. */
  list: RefObject<HTMLOListElement | null>;
  drag: Drag | null;
  /** For the handle of an item: pointerdown. */
  take(event: PointerEvent, id: string): void;
}

/** Its place from 1 in `order`, without the item itself; null: it stays where it is. */
export function placeOf(order: readonly string[], { id, before }: Drag): number | null {
  const others = order.filter((one) => one !== id);
  const at = before === null ? others.length : others.indexOf(before);
  if (at < 0 || !order.includes(id) || at === order.indexOf(id)) return null;
  return at + 1;
}

export function useDrag(
  order: readonly string[],
  drop: (id: string, position: number) => void,
): Dragging {
  const list = useRef<HTMLOListElement>(null);
  const [held, setHeld] = useState<{ id: string; pointer: number; y: number } | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  // What the listeners below see is that of the last drawing.
  const now = useRef({ order, drop, drag });
  now.current = { order, drop, drag };
  const isThere = held !== null && order.includes(held.id);

  useEffect(() => {
    if (!held || !isThere) return;
    const { id, pointer } = held;
    let y = held.y;
    let frame = 0;
    const aim = () => {
      const items = Array.from(list.current?.children ?? []) as HTMLElement[];
      const next = items.find((item) => {
        const { top, height } = item.getBoundingClientRect();
        return item.dataset.id !== id && y < top + height / 2;
      });
      const at = { id, before: next?.dataset.id ?? null };
      if (now.current.drag?.before !== at.before) setDrag(at);
      return at;
    };
    // Goes on while the pointer rests at an edge, and follows a list that moves by itself.
    const each = () => {
      if (y < EDGE) scrollBy(0, -SCROLL_STEP);
      else if (y > innerHeight - EDGE) scrollBy(0, SCROLL_STEP);
      aim();
      frame = requestAnimationFrame(each);
    };
    const stop = () => {
      cancelAnimationFrame(frame); // now: effects are undone only after the next drawing
      setHeld(null);
      setDrag(null);
    };
    const own = (handle: (event: PointerEvent) => void) => (event: PointerEvent) => {
      if (event.pointerId === pointer) handle(event);
    };
    const move = own((event) => {
      y = event.clientY;
      if (!frame && Math.abs(y - held.y) > STARTS_AFTER) frame = requestAnimationFrame(each);
    });
    const up = own(() => {
      const { order: last, drop: done } = now.current;
      const place = frame ? placeOf(last, aim()) : null;
      stop();
      if (place !== null) done(id, place);
    });
    const cancel = own(stop);
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      stop();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", cancel);
    addEventListener("blur", stop);
    addEventListener("keydown", key, true);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", cancel);
      removeEventListener("blur", stop);
      removeEventListener("keydown", key, true);
    };
  }, [held, isThere]);

  // Taken away by somebody else while it is in hand.
  useEffect(() => {
    if (held && !isThere) {
      setHeld(null);
      setDrag(null);
    }
  }, [held, isThere]);

  return {
    list,
    drag,
    take(event, id) {
      if (event.button !== 0 || held) return;
      event.preventDefault(); // no text is marked
      setHeld({ id, pointer: event.pointerId, y: event.clientY });
    },
  };
}
