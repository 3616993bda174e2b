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
  "topics",
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
  if (interview.topics?.length === 0) delete interview.topics;
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

/** Nothing of it stays; whoever brings it back makes everybody begin with a new snapshot. */
function takeDown(snapshot, event) {
  const { id } = snapshot.interview;
  snapshot.interview = { id, stage: event.stage };
  if (event.reason !== undefined) snapshot.interview.reason = event.reason;
  for (const list of ["statements", "questions", "polls", "notices"]) snapshot[list] = [];
}

function closeAnswered(snapshot) {
  for (const question of snapshot.questions)
    if (question.stage === "answered") question.stage = "closed";
}

// What still waited will not be answered: it lapses, for the interview's reason.
function lapseWaiting(snapshot, event) {
  for (const question of snapshot.questions) {
    if (question.stage !== "approved" && question.stage !== "on_air") continue;
    question.stage = "lapsed";
    delete question.grouped;
    if (event.reason !== undefined) question.note = event.reason;
  }
}

function addQuestion(snapshot, { n, at, type, ...body }) {
  snapshot.questions.push({ ...body, stage: "approved", shown_at: at, answers: [] });
}

function addStatement(snapshot, { n, at, type, ...body }) {
  snapshot.statements.push({ questions: [], ...body, published_at: at, version: 1 });
}

const STATEMENT_MOVES = {
  "statement.corrected": (statement, event) => {
    statement.text = event.text;
    statement.version = event.version;
    statement.corrected_at = event.at;
    statement.revisions = (statement.revisions ?? 0) + 1;
  },
  "statement.retracted": (statement, event) => {
    for (const key of ["text", "corrected_at", "revisions"]) delete statement[key];
    statement.version += 1;
    statement.retracted_at = event.at;
    statement.code = event.code;
  },
};

const FEED_MOVES = {
  "feed.frozen": (interview, event) => {
    interview.frozen = true;
    if (event.reason !== undefined) interview.frozen_reason = event.reason;
  },
  "feed.unfrozen": (interview) => {
    delete interview.frozen;
    delete interview.frozen_reason;
  },
  "feed.delay_changed": (interview, event) => {
    delete interview.delay;
    if (event.seconds) interview.delay = event.seconds;
  },
};

const stub = ({ question, receipt_no, shown_at }) => ({ question, receipt_no, shown_at });

function moveQuestion(snapshot, event) {
  const question = find(snapshot, event);
  const become = (row) => {
    snapshot.questions[snapshot.questions.indexOf(question)] = row;
  };
  const moves = {
    "question.on_air": () => {
      question.stage = "on_air";
    },
    "question.off_air": () => {
      if (question.stage === "answered") question.answers = []; // they were all retracted
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
    "question.withdrawn": () => become({ ...stub(question), stage: "withdrawn" }),
    "question.erased": () => {
      const { stage, code } = question;
      become({
        ...stub(question),
        stage,
        ...(stage === "retracted" && code !== undefined ? { code } : {}),
        erased: { at: event.at, class: event.class },
      });
    },
    "question.retracted": () => become({ ...stub(question), stage: "retracted", code: event.code }),
    "question.restored": () => {
      const { n, at, type, ...body } = event;
      become({ ...body, shown_at: question.shown_at });
    },
    "question.lapsed": () => {
      question.stage = "lapsed";
      question.note = event.note;
    },
    "case.re_routed": () => {
      question.department = event.department;
    },
    "case.clock_stopped": () => {
      question.stopped_at = event.at;
    },
    "case.clock_resumed": () => {
      delete question.stopped_at;
      if (event.due !== undefined) question.due = event.due;
    },
    "case.extension_granted": () => {
      question.due = event.due;
      question.extension = { reason: event.reason, at: event.at };
    },
    "case.reply_published": () => {
      delete question.stopped_at;
      delete question.extension;
      question.stage = "closed";
      question.reply = { department: event.department, text: event.text, at: event.at };
    },
    "question.labelled": () => {
      question.labels = event.labels;
    },
    "question.redacted": () => {
      question.text = event.text;
      question.edited = true;
    },
  };
  const move = moves[event.type];
  if (!move) throw new Error(`an event that the public fold does not know: ${event.type}`);
  move();
}

function changeNotices(snapshot, { n, type, ...body }) {
  if (type === "notice.issued") snapshot.notices.push(body);
  else snapshot.notices = snapshot.notices.filter(({ notice }) => notice !== body.notice);
}

function changeWording(snapshot, { code, lang, audience, text }) {
  const others = (snapshot.wordings ?? []).filter(
    (w) => w.code !== code || w.lang !== lang || w.audience !== audience,
  );
  snapshot.wordings = [...others, { code, lang, audience, ...(text && { text }) }];
}

// The joined questions are hidden: the event names their leader and their number alone.
function regroup(snapshot, event) {
  const leader = snapshot.questions.find((question) => question.question === event.into);
  if (event.count > 0) leader.grouped = event.count;
  else delete leader.grouped;
}

function count(snapshot) {
  const shown = snapshot.questions.filter(
    (question) => !GONE.has(question.stage) && !question.erased,
  );
  snapshot.counts = {
    statements: snapshot.statements.filter((said) => said.code === undefined).length,
    questions: shown.length,
    answered: shown.filter((question) => question.answers.length > 0).length,
  };
}

/** Changes snapshot; its hash is that of the frame and not known here. */
export function applyPublic(snapshot, event) {
  if (event.type === "interview.updated") announce(snapshot.interview, event);
  else if (event.type === "interview.taken_down") takeDown(snapshot, event);
  else if (event.type.startsWith("interview.")) {
    announce(snapshot.interview, event);
    changeStage(snapshot.interview, event);
    if (event.type === "interview.closed") closeAnswered(snapshot);
    if (event.type === "interview.cancelled") lapseWaiting(snapshot, event);
  } else if (event.type.startsWith("notice.")) changeNotices(snapshot, event);
  else if (event.type === "reason.worded") changeWording(snapshot, event);
  else if (event.type === "asking.set") snapshot.interview.asking = event.asking;
  else if (event.type === "question.approved") addQuestion(snapshot, event);
  else if (event.type === "statement.published") addStatement(snapshot, event);
  else if (STATEMENT_MOVES[event.type]) {
    const said = snapshot.statements.find(({ statement }) => statement === event.statement);
    STATEMENT_MOVES[event.type](said, event);
  } else if (FEED_MOVES[event.type]) FEED_MOVES[event.type](snapshot.interview, event);
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
