// SPDX-License-Identifier: Apache-2.0
// A desk that has followed an interview shows what a desk shows that is opened now: of moderator and
// guest, through approvals, groups, answers, and second thoughts about all of them.
import { test } from "node:test";
import { followsAs } from "../kit/desk_fold.mjs";
import { eventually } from "../kit/fangtan.mjs";
import { advance, approve, GUEST, liveInterview, ROSTER, reject } from "../kit/interview.mjs";
import { asked, server, shown, staff, usePortal } from "../kit/portal.mjs";
import { Board } from "../kit/staff.mjs";

usePortal({ accounts: { reviewer: "staff" } });

test("who has followed knows what who comes now is told", async () => {
  const roster = [...ROSTER, { user: "reviewer", duty: "reviewer" }];
  const { interview, version } = await liveInterview(staff.admin, {}, roster);
  const desks = {
    moderator: await staff.moderator.watch(interview),
    guest: await staff.guest.watch(interview),
  };
  const same = async (what) => {
    for (const [name, watch] of Object.entries(desks)) await followsAs(server, name, watch, what);
  };
  const board = new Board(desks.moderator);
  const reviewer = (await server.staff("reviewer")).keepOpen();
  // The question as all know it by now.
  const at = async (question) => {
    const { snapshot } = await reviewer.watch(interview);
    await eventually(() => desks.moderator.n >= snapshot.to, "the moderator has followed");
    return { question, version: board.questions.get(question).version };
  };
  const say = (text, questions) =>
    staff.guest.command("statement.publish", {
      interview,
      kind: "answer",
      speaker: GUEST,
      text,
      questions,
    });

  // Joined, by itself, after an approval, and after a redaction.
  const leader = await shown(interview, "Who pays for the meters?");
  const joined = await asked(interview, "Meters, who pays for them?");
  const again = await asked(interview, "My neighbour Chen asks who pays.");
  await approve(staff.moderator, joined.question);
  await staff.moderator.command("question.redact", {
    ...(await at(again.question)),
    spans: [{ at: 13, length: 4 }],
  });
  await same("redacted");
  for (const { question } of [joined, again]) {
    const { claim_epoch } = await staff.moderator
      .command("question.claim", { question })
      .catch(() => ({}));
    const about = { ...(await at(question)), into: leader.question };
    await staff.moderator.command("question.group", {
      ...about,
      ...(claim_epoch && { claim_epoch }),
    });
  }
  await same("joined");
  await staff.moderator.command("question.ungroup", await at(joined.question));
  await same("taken out");

  // Approved, undone, queued, labelled, routed, put on air.
  const queued = await shown(interview, "When is the tank cleaned?");
  await staff.compere.command("question.queue", { question: queued.question });
  const undone = await asked(interview, "Is it safe?");
  await approve(staff.moderator, undone.question);
  await staff.moderator.command("question.undo", { question: undone.question });
  await staff.moderator.command("question.label", {
    ...(await at(queued.question)),
    labels: ["tank"],
  });
  await staff.compere.command("question.route", {
    ...(await at(queued.question)),
    guest: GUEST.name,
  });
  await staff.guest.command("question.accept", await at(queued.question));
  await same("queued and routed");

  // Answered, taken down, the answer taken back, put back: it waits again.
  const { statement } = await say("The bureau does.", [leader.question]);
  await same("answered");
  const down = { ...(await at(leader.question)), code: "personal_data" };
  await staff.moderator.command("question.retract", down);
  await desks.moderator.event(
    ({ type, question }) => type === "question.ungrouped" && question === again.question,
    "those joined with it are let go",
  );
  await staff.compere.command("statement.retract", { statement, version: 1, code: "mistake" });
  await same("taken down");
  await reviewer.command("question.restore", await at(leader.question));
  await same("put back without its answer");
  await say("In May.", [queued.question]);
  await staff.moderator.command("question.retract", {
    ...(await at(queued.question)),
    code: "personal_data",
  });
  await reviewer.command("question.restore", await at(queued.question));
  await same("put back with its answer");

  // Turned down, appealed, granted; held; referred and replied to.
  const turned = await asked(interview, "And the tower?");
  await reject(staff.moderator, turned.question, "off_topic");
  const asker = await server.citizen();
  const { receipt_no, secret } = turned;
  await asker.command("question.appeal", { receipt_no, secret, note: "A water tower." });
  await asker.close();
  await same("appealed");
  await reviewer.command("question.restore", await at(turned.question));
  const { claim_epoch } = await staff.moderator.command("question.claim", {
    question: undone.question,
  });
  await staff.moderator.command("question.hold", {
    ...(await at(undone.question)),
    claim_epoch,
    note: "Ask.",
  });
  await same("granted, held");
  await staff.moderator.command("question.refer", {
    ...(await at(turned.question)),
    department: "Water Bureau",
  });
  await reviewer.command("case.reply", { ...(await at(turned.question)), text: "It is full." });
  await same("replied to");
  await advance(staff.admin, { interview, version }, "draining", "ended", "editing");
  await staff.moderator.command("question.reply", { ...(await at(undone.question)), text: "Yes." });
  await same("at the end");
  await reviewer.close();
});
