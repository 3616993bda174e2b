// SPDX-License-Identifier: Apache-2.0
// Building elements without ever parsing a string (Trusted Types forbid it).

export type Child = Node | string | false | null | undefined;

/** An element with attributes and children; a false, null or absent child is left out. */
export function el(
  name: string,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElement {
  const node = document.createElement(name);
  for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key] as string);
  append(node, children);
  return node;
}

/** Appends; neighbouring texts become one node, as a parser would make them. */
export function append(node: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === false || child === null || child === undefined) continue;
    const last = node.lastChild;
    if (typeof child === "string" && last instanceof Text) last.data += child;
    else node.append(child);
  }
}

export function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}
