// SPDX-License-Identifier: Apache-2.0
// Runs test/unit/*.test.ts: bundled by esbuild, then by node's own test runner.
// `node test/unit.mjs [WORD]` runs those whose name holds WORD.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { options } from "../build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const word = process.argv[2] ?? "";
const sources = readdirSync(join(here, "unit"))
  .filter((name) => name.endsWith(".test.ts") && name.includes(word))
  .map((name) => join(here, "unit", name));
if (sources.length === 0) {
  console.error(`unit: no test is called ${word}`);
  process.exit(1);
}

const out = mkdtempSync(join(tmpdir(), "fangtan-unit-"));
try {
  await esbuild.build({
    ...options,
    entryPoints: sources,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    write: true,
    minify: false,
    platform: "node",
    target: "node20", // older targets lose the "node:" of imports
    sourcemap: "inline",
    define: { "process.env.WEB_CLIENT": JSON.stringify(dirname(here)) },
  });
  const files = readdirSync(out).map((name) => join(out, name));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
