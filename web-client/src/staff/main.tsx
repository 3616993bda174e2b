// SPDX-License-Identifier: Apache-2.0
// Starts the staff desk in the server's shell: <div id="desk" data-offset="480">…</div>, with
// data-demo in a demo. What the shell says until then is taken away.
import { render } from "preact";
import { setUtcOffset } from "../core/time.ts";
import { App } from "./app.tsx";

const root = document.getElementById("desk");
if (root) {
  const shellLang = root.dataset.lang ?? document.documentElement.lang;
  if (root.dataset.offset !== undefined) setUtcOffset(Number(root.dataset.offset));
  root.replaceChildren();
  render(<App shellLang={shellLang} isDemo={root.dataset.demo !== undefined} />, root);
}
