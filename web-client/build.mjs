// SPDX-License-Identifier: Apache-2.0
// Builds the web files: `node build.mjs OUTDIR`. Writes hashed files and manifest.json, and fails
// when one of them is heavier than its ceiling.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

// What a citizen on a slow line has to load is bounded; ceilings are KiB after gzip.
const entries = [
  // First, since the citizen's script has to know its name.
  {
    name: "reduced.js",
    source: "src/citizen/reduced.ts",
    ceiling: 3,
    mangleProps: privateMembers(),
  },
  {
    name: "citizen.js",
    source: "src/citizen/enhance.ts",
    ceiling: 21, // with what one's own questions show: all that /q says of them
    mangleProps: privateMembers(),
  },
  { name: "citizen.css", source: "src/citizen/citizen.css", ceiling: 4 },
  { name: "invitation.js", source: "src/staff/invitation.ts", ceiling: 1 },
  // Loaded once by people at work; three languages, and every act by keyboard.
  { name: "staff.js", source: "src/staff/main.tsx", ceiling: 72 },
  { name: "staff.css", source: "src/staff/staff.css", ceiling: 12 },
];

// The messages that the citizen's script needs; the rest is only ever written by the server.
const scriptKeys = new RegExp(
  [
    "about\\.(countdown\\..*|reason)",
    "appeal\\.(dismissed|open|title|upheld)",
    "ask\\.(left|over|queued|sending|used)",
    "card\\.(?!link$).*",
    "erasure\\..*",
    "fault\\.(?!title$|text$|duplicate$).*",
    "kind\\..*",
    "live\\.(changed|connecting|frozen|new|offline|paused|reconnecting|reduced|reload|said|viewers)",
    "mine\\.forget",
    "notice\\.(info|warning|urgent)",
    "(asked|origin)\\..*",
    "q\\..*",
    "reason\\..*",
    "receipt\\.(copied|copy|digest|next|no|nonce|proof|secret|title)",
    "site\\.lookup",
    "lookup\\.(answer|appeal|department|due|duplicate|erased(_at|_basis)?|extended|group|note|reason|replied|reply|shown|stage|stopped|text)",
    "time\\.(date|full|months|short)",
    "withdraw\\.(send|sure|title)",
  ]
    .map((key) => `^${key}$`)
    .join("|"),
);

// `import texts from "citizen-texts"`: {key: [zh-Hans, zh-Hant, en]} from the shared catalogue.
// Side by side the languages compress best.
const languages = ["zh-Hans", "zh-Hant", "en"];

export const citizenTexts = {
  name: "citizen-texts",
  setup(build) {
    build.onResolve({ filter: /^citizen-texts$/ }, () => ({
      path: "citizen-texts",
      namespace: "citizen-texts",
    }));
    build.onLoad({ filter: /.*/, namespace: "citizen-texts" }, () => {
      const catalogues = languages.map((lang) =>
        JSON.parse(readFileSync(join(here, `i18n/citizen/${lang}.json`), "utf8")),
      );
      const keys = Object.keys(catalogues[0]).filter((key) => scriptKeys.test(key));
      const texts = Object.fromEntries(
        keys.map((key) => [key, catalogues.map((catalogue) => catalogue[key])]),
      );
      return { contents: JSON.stringify(texts), loader: "json" };
    });
  },
};

export const options = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: ["es2020", "safari14.1"],
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [citizenTexts],
  logLevel: "warning",
};

// The private members of the citizen's classes get short names: those that are never reached but
// through `this`, so that none is at the same time a property of the browser or of a message.
function privateMembers() {
  const folders = ["src/citizen", "src/core"].map((folder) => join(here, folder));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const all = sources.join("\n");
  const isElsewhere = (name) =>
    new RegExp(`(?<!\\bthis)\\??\\.${name}\\b|[{,]\\s*"?${name}"?\\s*[:,}]`).test(all);
  const found = all.matchAll(/\bprivate (?:(?:readonly|async|get) )*(\w+)/g);
  const names = [...new Set(Array.from(found, (match) => match[1]))];
  return new RegExp(`^(${names.filter((name) => !isElsewhere(name)).join("|")})$`);
}

async function build(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const manifest = {};
  const heavy = [];
  for (const { name, source, ceiling, ...more } of entries) {
    const result = await esbuild.build({
      ...options,
      entryPoints: [source],
      outdir: "out",
      ...more,
      define: { REDUCED: JSON.stringify(`./${manifest["reduced.js"]}`) },
    });
    const bytes = result.outputFiles[0].contents;
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const file = name.replace(".", `-${hash}.`);
    writeFileSync(join(outdir, file), bytes);
    manifest[name] = file;
    const kib = gzipSync(bytes, { level: 9 }).length / 1024;
    console.log(`${file}  ${kib.toFixed(1)} KiB gzip, at most ${ceiling}`);
    if (kib > ceiling) heavy.push(`${name} is ${kib.toFixed(1)} KiB gzip, more than ${ceiling}`);
  }
  if (heavy.length) throw new Error(heavy.join("\n"));
  writeFileSync(join(outdir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = process.argv[2];
  if (!outdir) {
    console.error("usage: node build.mjs OUTDIR");
    process.exit(2);
  }
  try {
    await build(outdir);
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exit(1);
  }
}
