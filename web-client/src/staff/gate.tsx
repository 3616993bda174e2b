// SPDX-License-Identifier: Apache-2.0
// The end gate: nothing is published while a question has neither an answer nor an end.
import { useState } from "preact/hooks";
import { REASON_CODES } from "../core/protocol.ts";
import { useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { duties, mayDecide, mayTurnDown } from "./views.ts";

// From where a department may take it over.
const REFERABLE: readonly string[] = ["pending", "approved", "queued"];

// What the server named when it refused; what has found its end since is no longer listed.
const OPEN_ENDS: readonly string[] = ["held", "pending", "approved", "queued", "on_air"];

export function Gate({ work, ids }: { work: Work; ids: string[] }) {
  const t = useT();
  const { state } = work;
  const left = ids.filter((id) => {
    const question = state.questions.get(id);
    return !question || question.appeal === "open" || OPEN_ENDS.includes(question.stage);
  });
  return (
    <section class="card gate" aria-labelledby="gate">
      <h2 id="gate">{t("gate.title", { n: left.length })}</h2>
      {left.length === 0 && <p>{t("gate.done")}</p>}
      <datalist id="departments">
        {departmentsOf(work).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul>
        {left.map((id) => (
          <GateItem key={id} work={work} id={id} />
        ))}
      </ul>
    </section>
  );
}

function GateItem({ work, id }: { work: Work; id: string }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const [department, setDepartment] = useState(departmentsOf(work)[0] ?? "");
  const [code, setCode] = useState("");
  const question = work.state.questions.get(id);
  const decides = mayDecide(duties(work.state, work.actor));
  const run = (act: Promise<unknown>) => {
    setFault("");
    act.catch((error) => setFault(explain(error, t)));
  };
  if (!question) return <li class="item">{id}</li>;
  return (
    <li class="item">
      <p class="meta">
        <span>{question.name ?? t("question.anonymous")}</span>
        <span>{t(`qstage.${question.stage}`)}</span>
      </p>
      <p class="text">{question.text}</p>
      <div class="row wrap">
        {question.stage === "on_air" && <p>{t("gate.on_air")}</p>}
        {REFERABLE.includes(question.stage) && (
          <>
            <label class="inline grow">
              <span>{t("gate.department")}</span>
              <input
                list="departments"
                value={department}
                onInput={(event) => setDepartment(event.currentTarget.value)}
              />
            </label>
            <button
              type="button"
              onClick={() => {
                if (department.trim()) run(work.open.refer(question, department.trim()));
              }}
            >
              {t("gate.refer")}
            </button>
          </>
        )}
        {question.appeal === "open" && <p>{t("gate.appeal")}</p>}
        {question.stage === "held" && !decides && <p>{t("gate.held")}</p>}
        {mayTurnDown(question, work.state.interview.stage) && decides && (
          <>
            <label class="inline grow">
              <span>{t("gate.reason")}</span>
              <select value={code} onChange={(event) => setCode(event.currentTarget.value)}>
                <option value="">{t("gate.choose")}</option>
                {REASON_CODES.map((reason) => (
                  <option key={reason} value={reason}>
                    {t(`reason.${reason}`)}
                  </option>
                ))}
              </select>
            </label>
            <button
              type="button"
              class="danger"
              onClick={() => {
                if (code) run(work.open.reject(question, code, ""));
                else setFault(t("gate.missing"));
              }}
            >
              {t("gate.reject")}
            </button>
          </>
        )}
      </div>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
    </li>
  );
}

function departmentsOf(work: Work): string[] {
  const { departments, guests } = work.state.interview;
  return [...new Set([...departments, ...guests.flatMap((guest) => guest.department ?? [])])];
}
