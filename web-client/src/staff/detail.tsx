// SPDX-License-Identifier: Apache-2.0
// One question in full, and what the moderator may do with it.
import { useState } from "preact/hooks";
import type { Proposal, StaffQuestion } from "../core/protocol.ts";
import { countPoints, difference } from "../core/text.ts";
import { clock, dateClock, serverNow } from "../core/time.ts";
import { useT, type Work } from "./context.tsx";
import type { Decisions } from "./decisions.ts";
import { explain } from "./desk.ts";
import { ChooseLeader } from "./group.tsx";
import { formKeys } from "./keys.ts";
import { type Mark, Marks, textId } from "./marks.tsx";
import { Contact, Echo, Outcome } from "./questions.tsx";
import { Reasons, Release } from "./reasons.tsx";
import { SecondThoughts } from "./second.tsx";
import { useFocusAtOnce } from "./store.ts";
import { activeClaim, isWaiting, mayAgree } from "./views.ts";

export type Mode = "read" | "edit" | "release" | "reject" | "group" | Mark;

interface DetailProps {
  work: Work;
  question: StaffQuestion;
  mode: Mode;
  setMode(mode: Mode): void;
  decisions: Decisions;
}

export function Detail(props: DetailProps) {
  const { question, mode, setMode, work } = props;
  const waiting = isWaiting(question);
  const [edited, setEdited] = useState<string>(); // of a held one, until it is said why it may go on
  const leave = () => {
    setEdited(undefined);
    setMode("read");
  };
  return (
    <>
      <Facts question={question} />
      {mode === "edit" && waiting ? (
        <Edit
          {...props}
          release={(text) => {
            setEdited(text);
            setMode("release");
          }}
        />
      ) : (
        <Texts {...props} />
      )}
      {question.proposal && <Proposed {...props} proposal={question.proposal} />}
      {waiting && <OtherClaim {...props} />}
      {waiting && mode === "read" && <Actions {...props} />}
      {question.stage === "held" && mode === "release" && (
        <Release
          busy={props.decisions.busy}
          done={(why) => void props.decisions.approve(question, edited, why)}
          cancel={leave}
        />
      )}
      {waiting && mode === "reject" && (
        <Reasons
          work={work}
          ids={[question.question]}
          proposal={question.proposal}
          busy={props.decisions.busy}
          reject={(grounds) => void props.decisions.reject(question, grounds)}
          group={
            question.grouped
              ? undefined
              : (leader) => void props.decisions.group(question, leader.question)
          }
          cancel={() => setMode("read")}
        />
      )}
      {waiting && mode === "group" && (
        <ChooseLeader
          work={work}
          ids={[question.question]}
          busy={props.decisions.busy}
          choose={(leader) => void props.decisions.group(question, leader.question)}
          cancel={() => props.setMode("read")}
        />
      )}
      {question.group && <Joined {...props} />}
      {mode === "read" && <SecondThoughts {...props} />}
      <Marks work={work} question={question} mode={mode} setMode={setMode} />
      <SameAsker work={work} question={question} />
    </>
  );
}

function Facts({ question }: { question: StaffQuestion }) {
  const t = useT();
  return (
    <div class="facts">
      <h2>{question.name ?? t("question.anonymous")}</h2>
      <p class="meta">
        {question.received_at && (
          <time dateTime={question.received_at}>{dateClock(question.received_at)}</time>
        )}
        <span>{t("question.receipt", { n: question.receipt_no })}</span>
        {question.origin && <span>{t(`origin.${question.origin}`)}</span>}
        {question.entered_by && <span>{t("question.entered", { by: question.entered_by })}</span>}
        {question.to_guest && <span>{t("question.to_guest", { name: question.to_guest })}</span>}
        {question.redacted && <span class="flag">{t("question.redacted")}</span>}
        {question.stage === "held" && <span class="flag warn">{t("question.held")}</span>}
        {!isWaiting(question) && <Outcome question={question} />}
        <Echo question={question} />
        <Contact question={question} />
      </p>
    </div>
  );
}

function Texts({ work, question }: DetailProps) {
  const t = useT();
  const repeated = work.state.questions.get(question.duplicate_of ?? "");
  return (
    <>
      <p class="text" id={textId(question)} tabIndex={-1}>
        {question.text}
      </p>
      {question.edited && question.original && (
        <details>
          <summary>{t("question.original")}</summary>
          <p class="text">{question.original}</p>
        </details>
      )}
      {question.code && (
        <p class="meta">
          {t("question.reason", { reason: t(`reason.${question.code}`) })} {question.note}{" "}
          {repeated && t("question.repeats", { n: repeated.receipt_no })}
        </p>
      )}
    </>
  );
}

// What the first of two persons has decided, and what of the text would be another.
function Proposed({ work, question, proposal }: DetailProps & { proposal: Proposal }) {
  const t = useT();
  const { by, at, decision, code, note } = proposal;
  const repeated = work.state.questions.get(proposal.duplicate_of ?? "");
  const [before, gone, come, after] = difference(question.text ?? "", proposal.text ?? "");
  const labels = proposal.labels ?? [];
  return (
    <section class="message warn" aria-label={t(`proposal.${decision}`)}>
      <p>
        <b>{t(`proposal.${decision}`)}</b> {t("proposal.by", { by, time: clock(at) })}
      </p>
      {code && (
        <p>
          {t("question.reason", { reason: t(`reason.${code}`) })} {note}{" "}
          {repeated && t("question.repeats", { n: repeated.receipt_no })}
        </p>
      )}
      {(gone || come) && decision === "approved" && (
        <p class="text">
          {before}
          {gone && <del>{gone}</del>}
          {come && <ins>{come}</ins>}
          {after}
        </p>
      )}
      {labels.length > 0 && <p class="meta">{labels.join(" · ")}</p>}
      <p class="meta">
        {t(mayAgree(work.state, work.actor, question) ? "proposal.agree" : "proposal.waits")}
      </p>
    </section>
  );
}

function Joined({ work, question, decisions }: DetailProps) {
  const t = useT();
  const leader = work.state.questions.get(question.group ?? "");
  return (
    <p class="message row">
      <span class="grow">
        {t("question.group", { n: leader?.receipt_no ?? "" })} {leader?.text}
      </span>
      <button
        type="button"
        aria-disabled={decisions.busy}
        onClick={() => void decisions.ungroup(question)}
      >
        {t("question.ungroup")}
      </button>
    </p>
  );
}

function OtherClaim({ work, question, decisions }: DetailProps) {
  const t = useT();
  const claim = activeClaim(question, serverNow());
  if (!claim || claim.by === work.actor) return null;
  const takeOver = () => {
    work.open.takeOver(question.question).catch((error) => decisions.setFault(explain(error, t)));
  };
  return (
    <p class="message warn row">
      <span class="grow">
        {t("question.claimed_until", { by: claim.by, time: clock(claim.until) })}
      </span>
      <button type="button" onClick={takeOver}>
        {t("question.take_over")}
      </button>
    </p>
  );
}

function Actions({ question, setMode, decisions }: DetailProps) {
  const t = useT();
  return (
    <div class="actions">
      <button
        type="button"
        class="primary"
        aria-disabled={decisions.busy}
        onClick={() =>
          question.stage === "held" ? setMode("release") : void decisions.approve(question)
        }
      >
        {t("keys.approve")} <kbd>f</kbd>
      </button>
      <button type="button" onClick={() => setMode("edit")}>
        {t("keys.edit")} <kbd>e</kbd>
      </button>
      <button type="button" class="danger" onClick={() => setMode("reject")}>
        {t("keys.reject")} <kbd>d</kbd>
      </button>
      {question.stage === "pending" && (
        <button
          type="button"
          aria-disabled={decisions.busy}
          onClick={() => void decisions.hold(question)}
        >
          {t("keys.hold")} <kbd>h</kbd>
        </button>
      )}
      <button type="button" onClick={() => setMode("group")}>
        {t("keys.group")} <kbd>g</kbd>
      </button>
    </div>
  );
}

interface EditProps extends DetailProps {
  /** A held one needs a word before. */
  release(text: string): void;
}

function Edit({ work, question, setMode, decisions, release }: EditProps) {
  const t = useT();
  const [text, setText] = useState(question.proposal?.text ?? question.text ?? "");
  const area = useFocusAtOnce<HTMLTextAreaElement>();
  const limit = work.desk.connection.hello?.limits.question ?? 1000;
  const points = countPoints(text);
  const send = () => {
    if (points === 0 || points > limit || decisions.busy) return;
    if (question.stage === "held") release(text);
    else void decisions.approve(question, text);
  };
  return (
    <div class="edit">
      <label class="field">
        <span>{t("moderator.edit_label")}</span>
        <textarea
          ref={area}
          rows={6}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={formKeys(send, () => setMode("read"))}
        />
      </label>
      <p class={`meta ${points > limit ? "over" : ""}`}>
        {t("editor.count", { n: points, limit })}
      </p>
      <div class="actions">
        <button type="button" class="primary" aria-disabled={decisions.busy} onClick={send}>
          {t("moderator.edit_send")} <kbd>Ctrl+Enter</kbd>
        </button>
        <button type="button" onClick={() => setMode("read")}>
          {t("moderator.cancel")} <kbd>Esc</kbd>
        </button>
      </div>
    </div>
  );
}

function SameAsker({ work, question }: { work: Work; question: StaffQuestion }) {
  const t = useT();
  if (!question.asker) return null;
  const others = [...work.state.questions.values()].filter(
    (other) => other.asker === question.asker && other.question !== question.question,
  );
  if (others.length === 0) return null;
  return (
    <details class="others">
      <summary>{t("question.others", { n: others.length })}</summary>
      <ul>
        {others.slice(-10).map((other) => (
          <li key={other.question}>
            <span class="meta">{t(`qstage.${other.stage}`)}</span> {other.text}
          </li>
        ))}
      </ul>
    </details>
  );
}
