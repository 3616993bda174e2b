// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import en from "../../i18n/desk/en.json";
import zhHans from "../../i18n/desk/zh-Hans.json";
import zhHant from "../../i18n/desk/zh-Hant.json";
import { type Catalogue, chooseLanguage, translator } from "../../src/core/i18n.ts";
import { REASON_CODES } from "../../src/core/protocol.ts";

const all: Record<string, Catalogue> = { "zh-Hans": zhHans, "zh-Hant": zhHant, en };

test("placeholders are filled; what is missing stays visible", () => {
  const t = translator({ a: "{n} 条,{by}", b: "{n}{n}" });
  assert.equal(t("a", { n: 3, by: "{n}" }), "3 条,{n}"); // what is filled in is not filled again
  assert.equal(t("b", { n: 0 }), "00");
  assert.equal(t("a", { n: 1 }), "1 条,{by}");
  assert.equal(t("no.such"), "no.such");
});

test("the reasons are the server's, in the server's order", () => {
  const table = readFileSync(join(process.env.WEB_CLIENT ?? "", "../moderation/reason.c"), "utf8");
  const codes = Array.from(table.matchAll(/^ +\{"(\w+)", +(?:true|false),/gm), (row) => row[1]);
  assert.deepEqual(codes, [...REASON_CODES]);
});

test("the nearest language that is offered", () => {
  const offered = ["zh-Hans", "zh-Hant", "en"] as const;
  const choose = (...wishes: (string | null | undefined)[]) => chooseLanguage(wishes, [...offered]);
  assert.equal(choose(null, undefined, ""), "zh-Hans");
  assert.equal(choose("zh-TW"), "zh-Hant");
  assert.equal(choose("zh-hant-HK"), "zh-Hant");
  assert.equal(choose("zh-CN"), "zh-Hans");
  assert.equal(choose("zh"), "zh-Hans");
  assert.equal(choose("en-GB"), "en");
  assert.equal(choose("fr", "en"), "en");
  assert.equal(choose("fr"), "zh-Hans");
});

function placeholders(text: string): string {
  return [...text.matchAll(/\{[a-z_]+\}/g)]
    .map((match) => match[0])
    .sort()
    .join();
}

test("the three catalogues have the same keys and placeholders, and no empty text", () => {
  for (const [lang, catalogue] of Object.entries(all)) {
    assert.deepEqual(Object.keys(catalogue), Object.keys(zhHans), lang);
    for (const [key, text] of Object.entries(catalogue)) {
      assert.notEqual(text.trim(), "", `${lang} ${key}`);
      const first = (zhHans as Catalogue)[key] ?? "";
      assert.equal(placeholders(text), placeholders(first), `${lang} ${key}`);
    }
  }
});

test("every text that the desk names is there", () => {
  const folder = join(process.env.WEB_CLIENT ?? "", "src/staff");
  const named = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => /\.tsx?$/.test(name))) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const match of source.matchAll(/\bt\(\s*"([^"]+)"/g)) named.add(match[1] ?? "");
  }
  assert.ok(named.size > 50);
  for (const key of named) assert.ok(key in zhHans, key);
});

test("words of the contract have wordings", () => {
  const questionStages =
    "held pending approved queued on_air answered closed rejected grouped referred withdrawn retracted lapsed";
  const stages =
    "draft in_review scheduled announced lobby live suspended draining ended editing published closed archived postponed cancelled taken_down";
  const keys = [
    ...REASON_CODES.map((code) => `reason.${code}`),
    ...questionStages.split(" ").map((stage) => `qstage.${stage}`),
    ...stages.split(" ").map((stage) => `stage.${stage}`),
    ..."live precollect phone paper hall".split(" ").map((origin) => `origin.${origin}`),
    ..."closed precollect open".split(" ").map((asking) => `asking.${asking}`),
    ..."wrong locked busy_server network".split(" ").map((why) => `signin.${why}`),
    ..."in_review scheduled announced lobby live resume suspended draining ended editing published"
      .split(" ")
      .map((to) => `go.${to}`),
    ..."closed archived draft postponed cancelled taken_down restore"
      .split(" ")
      .map((to) => `go.${to}`),
    ..."ended published closed draft suspended postponed cancelled taken_down restore"
      .split(" ")
      .map((step) => `confirm.${step}`),
    ..."fields minutes_min minutes_max min_topics roster notice_days lobby_minutes must_attend new_date reason open_cases rule_set"
      .split(" ")
      .map((guard) => `unmet.${guard}`),
    ..."topic departments guests compere starts_at".split(" ").map((field) => `field.${field}`),
    ..."compere guest moderator reviewer stenographer picture_editor producer policy_checker"
      .split(" ")
      .map((duty) => `duty.${duty}`),
  ];
  for (const key of keys) assert.ok(key in zhHans, key);
});
