// SPDX-License-Identifier: Apache-2.0
// What a moderator or compere keeps in mind: stage and version of each question, from the staff
// snapshot and the staff events, by server/interview/README.md.

const STAGE_AFTER = {
  "question.released": "pending",
  "question.undone": "pending",
  "question.rejected": "rejected",
  "question.withdrawn": "withdrawn",
  "question.held": "held",
  "question.retracted": "retracted",
  "question.replied": "closed",
  "question.lapsed": "lapsed",
  "case.reply_published": "closed",
  "question.queued": "queued",
  "question.dequeued": "approved",
  "question.on_air": "on_air",
  "question.off_air": "queued",
  "question.answered": "answered",
  "question.referred": "referred",
  "question.grouped": "grouped",
  "question.ungrouped": "pending",
};

// Where a question stood before; nothing goes back on air, and a rejected one waits again.
function restored({ stage, before }) {
  if (stage === "rejected") return "pending";
  return before === "on_air" ? "queued" : before;
}

export class Board {
  questions = new Map(); // id → {question, text, stage, version, shown, claim}

  constructor(watch) {
    this.watch = watch;
    this.restart(watch.snapshot);
    for (const event of watch.events) this.apply(event);
    watch.listen((event) => {
      if (event) this.apply(event);
      else this.restart(watch.snapshot);
    });
  }

  restart(snapshot) {
    this.questions.clear();
    for (const row of snapshot.questions) {
      this.questions.set(row.question, { ...row, shown: row.visibility === "public" });
    }
  }

  apply(event) {
    if (event.type === "question.received") {
      const { question, text, stage, receipt_no } = event;
      this.questions.set(question, { question, text, stage, receipt_no, version: 1, shown: false });
      return;
    }
    const row = this.questions.get(event.question);
    if (!row || !/^(question|case)\./.test(event.type)) return;
    if (event.version !== undefined) row.version = event.version;
    if (event.type === "question.approved" && event.public) row.shown = true;
    else if (event.type === "question.approved") row.stage = "approved";
    else if (event.type === "question.claimed" || event.type === "question.taken_over")
      row.claim = { by: event.by, epoch: event.epoch, until: event.until };
    else if (event.type === "question.let_go") row.claim = undefined;
    const stage = event.type === "question.restored" ? restored(row) : STAGE_AFTER[event.type];
    if (!stage) return;
    if (stage === "retracted") row.before = row.stage;
    row.stage = stage;
    row.claim = undefined;
  }

  in(...stages) {
    return [...this.questions.values()].filter((row) => stages.includes(row.stage));
  }
}
