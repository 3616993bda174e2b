// SPDX-License-Identifier: Apache-2.0
// An interview for a story: announcement, roster, and the way through its stages.

/** Accounts for Server.start, and their duties in the interview below. */
export const ACCOUNTS = {
  admin: "portal_admin",
  compere: "staff",
  guest: "staff",
  moderator: "staff",
  moderator2: "staff",
  stenographer: "staff",
  outsider: "staff", // on no roster
};

export const ROSTER = [
  { user: "compere", duty: "compere" },
  { user: "guest", duty: "guest" },
  { user: "moderator", duty: "moderator" },
  { user: "moderator2", duty: "moderator" },
  { user: "stenographer", duty: "stenographer" },
];

export const GUEST = { name: "Shen Yulan", title: "Director", department: "Water Bureau" };
export const COMPERE = { name: "Fang Jing" };

const ANNOUNCEMENT = {
  topic: "Drinking water in the old town",
  intro: "Which pipes are replaced this year, and when.",
  departments: ["Water Bureau"],
  starts_at: "2027-03-01T01:30:00.000Z",
  minutes: 60,
  guests: [GUEST],
  compere: COMPERE,
  policy: { asking: "anonymous", question_public: "on_approve" },
  rule_set: "none",
};

/** Creates a draft; {interview, version}. */
export function plan(admin, changes = {}, roster = ROSTER) {
  return admin.command("interview.create", {
    interview: { ...ANNOUNCEMENT, ...changes },
    roster,
  });
}

/** Walks {interview, version} through stages; the same shape with the new version. */
export async function advance(client, { interview, version }, ...stages) {
  let now = version;
  for (const to of stages) {
    const answer = await client.command("interview.transition", { interview, version: now, to });
    if (answer.stage !== to) throw new Error(`asked for ${to}, became ${answer.stage}`);
    now = answer.version;
  }
  return { interview, version: now };
}

export const TO_ANNOUNCED = ["in_review", "scheduled", "announced"];
export const TO_LIVE = [...TO_ANNOUNCED, "lobby", "live"];

/** An interview that is live and takes questions. */
export async function liveInterview(admin, changes = {}, roster = ROSTER) {
  const planned = await plan(admin, changes, roster);
  const live = await advance(admin, planned, ...TO_LIVE);
  await admin.command("asking.set", { interview: live.interview, state: "open" });
  return live;
}

/** A moderator's way from a pending question to an approved one; what question.approve answers. */
export async function approve(moderator, question, { version = 1, ...rest } = {}) {
  const claim = await moderator.command("question.claim", { question });
  return moderator.command("question.approve", {
    question,
    version,
    claim_epoch: claim.claim_epoch,
    ...rest,
  });
}

/** With a note to the asker, which some codes need. */
export async function reject(moderator, question, code, { version = 1, ...rest } = {}) {
  const claim = await moderator.command("question.claim", { question });
  return moderator.command("question.reject", {
    question,
    version,
    claim_epoch: claim.claim_epoch,
    code,
    note: "The announcement says more.",
    ...rest,
  });
}
