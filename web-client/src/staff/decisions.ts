// SPDX-License-Identifier: Apache-2.0
// The moderator's decisions, one at a time, and the one that may still be taken back.
import { useState } from "preact/hooks";
import type { Grounds, StaffQuestion } from "../core/protocol.ts";
import { serverNow } from "../core/time.ts";
import { announce, useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";

/** An approval of the reader's own that may be taken back until then. */
export interface Undoable {
  question: string;
  text: string;
  until: number;
}

export interface Decisions {
  busy: boolean;
  fault: string;
  undoable: Undoable | null;
  setFault(words: string): void;
  /** why: what is held may go on. */
  approve(question: StaffQuestion, text?: string, why?: string): Promise<void>;
  reject(question: StaffQuestion, grounds: Grounds): Promise<void>;
  undo(): Promise<void>;
  hold(question: StaffQuestion): Promise<void>;
  retract(question: StaffQuestion, code: string, note: string): Promise<void>;
  restore(question: StaffQuestion): Promise<void>;
  dismiss(question: StaffQuestion): Promise<void>;
  /** To the asker alone; a department replies among the cases. */
  reply(question: StaffQuestion, text: string): Promise<void>;
  group(question: StaffQuestion, into: string): Promise<void>;
  ungroup(question: StaffQuestion): Promise<void>;
  /** One act on many; those that were done leave the list. */
  bulk(ids: readonly string[], action: string, params: object): Promise<void>;
}

interface Outcomes {
  /** It was done; `words` say what. */
  decided(question: StaffQuestion, words: string): void;
  undone(question: string): void;
  /** These of many were done; `words` say how many, and why others were not. */
  bulkDone(questions: string[], words: string): void;
}

/** Some of many were not done; the message is for people. */
class BulkFault extends Error {}

export function useDecisions(work: Work, on: Outcomes): Decisions {
  const t = useT();
  const { open } = work;
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const [undoable, setUndoable] = useState<Undoable | null>(null);

  const attempt = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    try {
      await act();
      setFault("");
    } catch (error) {
      const words = error instanceof BulkFault ? error.message : explain(error, t);
      setFault(words);
      announce(words);
    } finally {
      setBusy(false);
    }
  };

  const approve = (question: StaffQuestion, text?: string, why?: string) =>
    attempt(async () => {
      const result = await open.approve(question, text, why);
      if (result.waits_for) {
        on.decided(question, t("proposal.passed"));
        return;
      }
      const fromEvent = open.state.value?.questions.get(question.question)?.public_at;
      const until = Date.parse(result.public_at ?? fromEvent ?? "");
      setUndoable({
        question: question.question,
        text: text ?? question.proposal?.text ?? question.text ?? "",
        // Shown only with its answer: there is no end that the clock would know.
        until: Number.isNaN(until) ? Number.POSITIVE_INFINITY : until,
      });
      on.decided(question, t("moderator.approved"));
    });

  const reject = (question: StaffQuestion, grounds: Grounds) =>
    attempt(async () => {
      const { waits_for } = await open.reject(question, grounds);
      on.decided(question, t(waits_for ? "proposal.passed" : "moderator.rejected"));
    });

  const undo = () =>
    attempt(async () => {
      if (!undoable || undoable.until <= serverNow()) return;
      setUndoable(null);
      await open.undo(undoable.question);
      on.undone(undoable.question);
    });

  // Done in place: the question stays where the reader is.
  const inPlace = (act: () => Promise<unknown>, words: string) =>
    attempt(async () => {
      await act();
      announce(t(words));
    });

  const hold = (question: StaffQuestion) =>
    attempt(async () => {
      await open.hold(question);
      on.decided(question, t("second.held"));
    });

  const group = (question: StaffQuestion, into: string) =>
    attempt(async () => {
      await open.group(question, into);
      on.decided(question, t("moderator.grouped"));
    });

  const ungroup = (question: StaffQuestion) =>
    attempt(async () => {
      await open.ungroup(question);
      announce(t("moderator.ungrouped"));
    });

  const bulk = (ids: readonly string[], action: string, params: object) =>
    attempt(async () => {
      const outcomes = await open.bulk(ids, action, params);
      const failed = outcomes.filter(({ error }) => error);
      const done = outcomes.filter(({ error }) => !error).map(({ question }) => question);
      on.bulkDone(done, t("marked.done", { n: done.length }));
      if (failed[0]) {
        const why = explain(failed[0].error, t);
        throw new BulkFault(t("marked.failed", { n: failed.length, why }));
      }
    });

  return {
    busy,
    fault,
    undoable,
    setFault,
    approve,
    reject,
    undo,
    hold,
    group,
    ungroup,
    bulk,
    retract: (question, code, note) =>
      inPlace(() => open.retract(question, code, note), "second.retracted"),
    restore: (question) => inPlace(() => open.restore(question), "second.restored"),
    dismiss: (question) => inPlace(() => open.dismiss(question), "appeal.dismissed"),
    reply: (question, text) => inPlace(() => open.reply(question, text), "second.replied"),
  };
}
