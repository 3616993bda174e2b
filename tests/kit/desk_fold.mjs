// SPDX-License-Identifier: Apache-2.0
// The desk's own fold, bundled as the desk has it, for stories that hold it against the server's.
import assert from "node:assert/strict";
import { join } from "node:path";
import { eventually, fromWebClient, ROOT } from "./fangtan.mjs";

const { outputFiles } = fromWebClient("esbuild").buildSync({
  entryPoints: [join(ROOT, "web-client/src/staff/state.ts")],
  bundle: true,
  format: "esm",
  write: false,
});
const source = Buffer.from(outputFiles[0].contents).toString("base64");
const { fold, fromSnapshot } = await import(`data:text/javascript;base64,${source}`);

// Questions by id: a guest cannot tell which of two came first in the same millisecond.
const plain = ({ questions, ...rest }) => ({ ...rest, questions: Object.fromEntries(questions) });

/** Fails unless a desk that has followed the interview has what a desk has that opens it now. */
export async function followsAs(server, name, watch, what) {
  const fresh = await (await server.staff(name)).keepOpen();
  try {
    const { snapshot } = await fresh.watch(watch.interview);
    await eventually(() => watch.n >= snapshot.to, "the desk has followed");
    assert.equal(watch.n, snapshot.to, "nothing happens meanwhile");
    const followed = fold(fromSnapshot(watch.snapshot), watch.events);
    assert.deepEqual(plain(followed), plain(fromSnapshot(snapshot)), `${what}, as ${name}`);
  } finally {
    await fresh.close();
  }
}
