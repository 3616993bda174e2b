// SPDX-License-Identifier: Apache-2.0
// What build.mjs makes of i18n/citizen/*.json: zh-Hans, zh-Hant, en.
declare module "citizen-texts" {
  const catalogue: Record<string, readonly [string, string, string]>;
  export default catalogue;
}

// The file that reduced.ts becomes, beside the script itself.
declare const REDUCED: string;
