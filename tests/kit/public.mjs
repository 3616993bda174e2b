// SPDX-License-Identifier: Apache-2.0
// The public fold once more, from server/interview/README.md alone: a snapshot and an event give
// the next snapshot. A test that gets another one than the server gives has found a difference.

const ANNOUNCEMENT = [
  "issue_no",
  "topic",
  "intro",
  "departments",
  "starts_at",
  "minutes",
  "guests",
  "compere",
  "languages",
  "policy_documents",
  "policy",
];

const GONE = new Set(["withdrawn", "retracted"]);

const find = (snapshot, event) =>
  snapshot.questions.find((question) => question.question === event.question);

function announce(interview, event) {
  for (const key of ANNOUNCEMENT) if (event[key] !== undefined) interview[key] = event[key];
}

function changeStage(interview, event) {
  interview.stage = event.stage;
  delete interview.reason;
  if (event.reason !== undefined) interview.reason = event.reason;
  if (event.type === "interview.announced") interview.announced_at ??= event.at;
  if (event.type === "interview.started") interview.started_at ??= event.at;
  if (event.type === "interview.ended") interview.ended_at = event.at;
  if (event.type === "interview.transcript_published") interview.published_at ??= event.at;
}

function addQuestion(snapshot, { n, at, type, ...body }) {
  snapshot.questions.push({ ...body, stage: "approved", shown_at: at, answers: [] });
}

function addStatement(snapshot, { n, at, type, ...body }) {
  snapshot.statements.push({ questions: [], ...body, published_at: at, version: 1 });
}

function moveQuestion(snapshot, event) {
  const question = find(snapshot, event);
  const moves = {
    "question.on_air": () => {
      question.stage = "on_air";
    },
    "question.off_air": () => {
      question.stage = "approved";
    },
    "question.answered": () => {
      question.stage = "answered";
      question.answers.push(event.statement);
    },
    "question.referred": () => {
      question.stage = "referred";
      question.department = event.department;
      if (event.due !== undefined) question.due = event.due;
    },
    "question.withdrawn": () => {
      const { question: id, receipt_no, shown_at } = question;
      snapshot.questions[snapshot.questions.indexOf(question)] = {
        question: id,
        receipt_no,
        stage: "withdrawn",
        shown_at,
      };
    },
  };
  const move = moves[event.type];
  if (!move) throw new Error(`an event that the public fold does not know: ${event.type}`);
  move();
}

// The joined questions are hidden: the event names their leader and their number alone.
function regroup(snapshot, event) {
  const leader = snapshot.questions.find((question) => question.question === event.into);
  if (event.count > 0) leader.grouped = event.count;
  else delete leader.grouped;
}

function count(snapshot) {
  const shown = snapshot.questions.filter((question) => !GONE.has(question.stage));
  snapshot.counts = {
    statements: snapshot.statements.length,
    questions: shown.length,
    answered: shown.filter((question) => question.answers.length > 0).length,
  };
}

/** Changes snapshot; its hash is that of the frame and not known here. */
export function applyPublic(snapshot, event) {
  if (event.type === "interview.updated") announce(snapshot.interview, event);
  else if (event.type.startsWith("interview.")) {
    announce(snapshot.interview, event);
    changeStage(snapshot.interview, event);
  } else if (event.type === "asking.set") snapshot.interview.asking = event.asking;
  else if (event.type === "question.approved") addQuestion(snapshot, event);
  else if (event.type === "statement.published") addStatement(snapshot, event);
  else if (/^question\.(un)?grouped$/.test(event.type)) regroup(snapshot, event);
  else moveQuestion(snapshot, event);
  count(snapshot);
  snapshot.to = event.n;
}

/** The public snapshot that a watch has come to. */
export function foldedPublic(watch) {
  const snapshot = structuredClone(watch.snapshot);
  for (const event of watch.events) if (event.n > watch.snapshot.to) applyPublic(snapshot, event);
  snapshot.hash = watch.hash;
  return snapshot;
}
