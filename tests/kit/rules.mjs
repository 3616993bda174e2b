// SPDX-License-Identifier: Apache-2.0
// Rule sets of a portal's own, for the stories of one file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

/** sets: {name: [line]}; the folder for FANGTAN_MODERATION_RULE_SETS, gone when the stories end. */
export function ruleSets(sets) {
  const folder = mkdtempSync(join(tmpdir(), "fangtan-rules-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, lines] of Object.entries(sets))
    writeFileSync(join(folder, `${name}.conf`), `${lines.join("\n")}\n`);
  return folder;
}
