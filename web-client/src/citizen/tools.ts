// SPDX-License-Identifier: Apache-2.0
// The buttons 大字 and 高对比: remembered, or asked for by the address (?size=30&hc=1).
import { byId } from "./dom.ts";
import { store } from "./store.ts";

function bind(name: "large" | "contrast", asked: boolean): void {
  const button = byId(`tool-${name}`);
  const apply = (on: boolean) => {
    document.documentElement.classList.toggle(name, on);
    button?.setAttribute("aria-pressed", String(on));
  };
  apply(asked || store.look(name));
  button?.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    store.setLook(name, on);
    apply(on);
  });
}

export function bindTools(): void {
  const query = new URLSearchParams(location.search);
  bind("large", Number(query.get("size")) >= 24);
  bind("contrast", query.get("hc") === "1");
  const tools = byId("tools");
  if (tools) tools.hidden = false;
}
