// SPDX-License-Identifier: Apache-2.0
// The desk's own fold, built from the web client's sources as the desk is.
import { createRequire } from "node:module";

const web = new URL("../../web-client/", import.meta.url);
const esbuild = createRequire(new URL("package.json", web))("esbuild");

const built = await esbuild.build({
  entryPoints: [new URL("src/staff/state.ts", web).pathname],
  bundle: true,
  format: "esm",
  write: false,
});
const source = Buffer.from(built.outputFiles[0].contents).toString("base64");

export const { fold, fromSnapshot } = await import(`data:text/javascript;base64,${source}`);
