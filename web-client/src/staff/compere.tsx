// SPDX-License-Identifier: Apache-2.0
// The compere's console: what is asked next, what has been said, and what happens now.
import { useState } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { type Drag, useDrag } from "./drag.ts";
import { Editor } from "./editor.tsx";
import { EnterQuestion } from "./enter.tsx";
import { PendingList } from "./pending.tsx";
import { Contact, Echo } from "./questions.tsx";
import { RouteSelect } from "./routes.tsx";
import { StagePanel } from "./stage.tsx";
import { Transcript } from "./transcript.tsx";
import { onAir, queue, unqueued } from "./views.ts";

export function CompereConsole({ work }: { work: Work }) {
  const { compere, guests } = work.state.interview;
  return (
    <div class="compere">
      <Queue work={work} />
      <div class="middle">
        <Editor
          work={work}
          place="compere"
          speakers={[{ ...compere, role: "compere" }, ...guests.map(asGuest)]}
        />
        <PendingList work={work} />
        <Transcript work={work} />
      </div>
      <div>
        <StagePanel work={work} />
        <EnterQuestion work={work} />
      </div>
    </div>
  );
}

function asGuest<P extends object>(person: P): P & { role: string } {
  return { ...person, role: "guest" };
}

function Queue({ work }: { work: Work }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const { open, state } = work;
  const act: Act = (method, question, more = {}) => {
    setFault("");
    open
      .command(method, { question: question.question, ...more })
      .catch((error) => setFault(explain(error, t)));
  };
  const now = onAir(state);
  const waiting = queue(state);
  const rest = unqueued(state);
  const order = waiting.map(({ question }) => question);
  const { list, drag, take } = useDrag(order, (question, position) => {
    const found = state.questions.get(question);
    if (found) act("question.reorder", found, { position });
  });
  return (
    <div class="queue">
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <section class="card" aria-labelledby="q-now">
        <h2 id="q-now">{t("queue.now")}</h2>
        {now.length === 0 && <p class="empty">{t("queue.none_on_air")}</p>}
        <ul>
          {now.map((question) => (
            <li key={question.question} class="item now">
              <Words question={question} />
              <RouteSelect work={work} question={question} act={act} />
              <div class="actions">
                <button type="button" onClick={() => act("question.take_off_air", question)}>
                  {t("queue.take_off_air")}
                </button>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="q-next">
        <h2 id="q-next">{t("queue.waiting", { n: waiting.length })}</h2>
        {waiting.length === 0 && <p class="empty">{t("queue.empty")}</p>}
        <ol
          ref={list}
          class={drag ? (drag.before === null ? "dragging drop-last" : "dragging") : ""}
        >
          {waiting.map((question, index) => (
            <Waiting
              key={question.question}
              work={work}
              question={question}
              index={index}
              last={waiting.length - 1}
              act={act}
              drag={drag}
              take={(event) => take(event, question.question)}
            />
          ))}
        </ol>
      </section>
      <section class="card" aria-labelledby="q-rest">
        <h2 id="q-rest">{t("queue.approved", { n: rest.length })}</h2>
        <ul>
          {rest.map((question) => (
            <li key={question.question} class="item">
              <Words question={question} />
              <RouteSelect work={work} question={question} act={act} />
              <div class="actions">
                <button type="button" onClick={() => act("question.queue", question)}>
                  {t("queue.queue")}
                </button>
                <button type="button" onClick={() => act("question.put_on_air", question)}>
                  {t("queue.put_on_air")}
                </button>
              </div>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

type Act = (method: string, question: StaffQuestion, more?: Record<string, unknown>) => void;

interface WaitingProps {
  work: Work;
  question: StaffQuestion;
  index: number;
  last: number;
  act: Act;
  drag: Drag | null;
  take(event: PointerEvent): void;
}

function Waiting({ work, question, index, last, act, drag, take }: WaitingProps) {
  const t = useT();
  const to = (position: number) => () => act("question.reorder", question, { position });
  const n = index + 1;
  const { question: id } = question;
  const mark = drag?.id === id ? "in-hand" : drag?.before === id ? "drop-before" : "";
  return (
    <li class={`item ${mark}`} data-id={id}>
      {/* For the pointer alone: the arrows below do the same for everybody. */}
      {last > 0 && (
        <span class="grip" aria-hidden="true" title={t("queue.drag")} onPointerDown={take}>
          ⠿
        </span>
      )}
      <Words question={question} rank={n} />
      <RouteSelect work={work} question={question} act={act} />
      <div class="actions">
        <button type="button" class="primary" onClick={() => act("question.put_on_air", question)}>
          {t("queue.put_on_air")}
        </button>
        <button
          type="button"
          class="square"
          aria-label={t("queue.up", { n })}
          aria-disabled={index === 0}
          onClick={index === 0 ? undefined : to(n - 1)}
        >
          ↑
        </button>
        <button
          type="button"
          class="square"
          aria-label={t("queue.down", { n })}
          aria-disabled={index === last}
          onClick={index === last ? undefined : to(n + 1)}
        >
          ↓
        </button>
        <button type="button" class="quiet" onClick={() => act("question.dequeue", question)}>
          {t("queue.dequeue")}
        </button>
      </div>
    </li>
  );
}

function Words({ question, rank }: { question: StaffQuestion; rank?: number }) {
  const t = useT();
  return (
    <>
      <p class="meta">
        {rank !== undefined && <b class="rank">{rank}</b>}
        <span>{question.name ?? t("question.anonymous")}</span>
        {question.to_guest && <span>{t("question.to_guest", { name: question.to_guest })}</span>}
        {question.public_at && question.visibility === "hidden" && (
          <span class="flag">{t("queue.not_public")}</span>
        )}
        <Echo question={question} />
        <Contact question={question} />
      </p>
      <p class="text">{question.text}</p>
    </>
  );
}
