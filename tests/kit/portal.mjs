// SPDX-License-Identifier: Apache-2.0
// A running portal with its staff signed in, for the stories of one file; and what most of them
// do first.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { eventually, Server } from "./fangtan.mjs";
import { ACCOUNTS, approve } from "./interview.mjs";

export const UNDO_MS = 1000; // between approval and publication
export const ASK_BURST = 8; // questions of one citizen at once

/** There while the stories of the file run. */
export let server;
export const staff = {}; // name → connected client, of ACCOUNTS and of those named to usePortal

/** accounts: more of them; present: which of these sign in too; env: more settings. */
export function usePortal({ accounts = {}, present = [], env = {} } = {}) {
  before(async () => {
    server = await Server.start({
      accounts: { ...ACCOUNTS, ...accounts },
      env: {
        FANGTAN_MODERATION_UNDO_MS: String(UNDO_MS),
        FANGTAN_MODERATION_ASK_BURST: String(ASK_BURST),
        FANGTAN_MODERATION_ASK_INTERVAL_MS: "60000",
        FANGTAN_MODERATION_ADDRESS_BURST: "100000",
        ...env,
      },
    });
    for (const name of [...Object.keys(ACCOUNTS), ...present])
      staff[name] = (await server.staff(name)).keepOpen();
  });
  after(async () => {
    for (const client of Object.values(staff)) client.keeping = false;
    await server?.finish();
  });
}

/** The public snapshot, over HTTP. */
export async function getInterview(id) {
  return (await server.http(`/api/v1/interviews/${id}`)).json();
}

/** The receipt of a question by a new citizen. */
export async function asked(interview, text = "When will the pipes in Well Lane be replaced?") {
  const citizen = await server.citizen();
  const receipt = await citizen.command("question.ask", { interview, text });
  await citizen.close();
  return receipt;
}

/** The receipt of a question that everybody sees. */
export async function shown(interview, text) {
  const receipt = await asked(interview, text);
  await approve(staff.moderator, receipt.question);
  const isShown = ({ questions }) => questions.some((q) => q.question === receipt.question);
  await eventually(
    async () => isShown(await getInterview(interview)),
    "the approved question becomes public",
  );
  return receipt;
}

/** Fails unless the answer is a problem document (RFC 9457) with this status; the document. */
export function isProblem(answer, status) {
  assert.equal(answer.status, status, answer.text.slice(0, 200));
  assert.match(answer.headers["content-type"], /^application\/problem\+json/);
  const problem = answer.json();
  assert.equal(typeof problem.code, "string");
  assert.equal(problem.status ?? status, status);
  return problem;
}
