// SPDX-License-Identifier: Apache-2.0
// Starts the staff desk in the server's shell: <div id="desk" data-offset="480">…</div>, with
// data-demo in a demo, and data-csrf of the session that the browser's cookie is of: who came in by a
// link has got it nowhere else. What the shell says until then is taken away.
import { render } from "preact";
import { setUtcOffset } from "../core/time.ts";
import { keepCsrf } from "./api.ts";
import { App } from "./app.tsx";

const root = document.getElementById("desk");
if (root) {
  const shellLang = root.dataset.lang ?? document.documentElement.lang;
  if (root.dataset.offset !== undefined) setUtcOffset(Number(root.dataset.offset));
  if (root.dataset.csrf) keepCsrf(root.dataset.csrf);
  root.replaceChildren();
  render(<App shellLang={shellLang} isDemo={root.dataset.demo !== undefined} />, root);
}
