// SPDX-License-Identifier: Apache-2.0
// Starts the system's Chromium for tests; FANGTAN_CHROMIUM names another one.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const path = process.env.FANGTAN_CHROMIUM ?? "/usr/bin/chromium";

export function haveChromium() {
  return existsSync(path);
}

export function startChromium() {
  return chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
