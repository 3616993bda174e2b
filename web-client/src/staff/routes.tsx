// SPDX-License-Identifier: Apache-2.0
// Giving a question to one of several guests, and the guest's reply to that.
import { useState } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";

interface RouteProps {
  work: Work;
  question: StaffQuestion;
  act(method: string, question: StaffQuestion, more?: Record<string, unknown>): void;
}

/** Nothing when there is no choice. */
export function RouteSelect({ work, question, act }: RouteProps) {
  const t = useT();
  const { guests } = work.state.interview;
  const { route } = question;
  if (guests.length < 2) return null;
  return (
    <p class="row wrap">
      <label class="inline">
        <span>{t("route.to")}</span>
        <select
          value={route?.guest ?? ""}
          onChange={(event) =>
            act("question.route", question, {
              guest: event.currentTarget.value,
              version: question.version,
            })
          }
        >
          {!route && <option value="">{t("route.nobody")}</option>}
          {guests.map((guest) => (
            <option key={guest.name} value={guest.name}>
              {guest.name}
            </option>
          ))}
        </select>
      </label>
      {route && (
        <span class={`flag ${route.answer === "passed" ? "warn" : ""}`}>
          {t(`route.${route.answer}`, { guest: route.guest })} {route.note}
        </span>
      )}
    </p>
  );
}

/** What was given to this guest and is not answered yet. */
export function Routed({ work, guest }: { work: Work; guest: string }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const mine = [...work.state.questions.values()].filter(
    ({ route, stage }) =>
      route?.guest === guest &&
      route.answer !== "passed" &&
      ["approved", "queued", "on_air"].includes(stage),
  );
  if (mine.length === 0) return null;
  const answer = (question: StaffQuestion, how: "accept" | "pass") => {
    setFault("");
    work.open.answerRoute(question, how).catch((error) => setFault(explain(error, t)));
  };
  return (
    <section class="card" aria-label={t("route.mine")}>
      <h2>{t("route.mine")}</h2>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      <ul>
        {mine.map((question) => (
          <li key={question.question} class="item">
            <p class="text">{question.text}</p>
            <div class="actions">
              {question.route?.answer === "waits" ? (
                <button type="button" class="primary" onClick={() => answer(question, "accept")}>
                  {t("route.accept")}
                </button>
              ) : (
                <span class="flag">{t("route.accepted", { guest })}</span>
              )}
              <button type="button" onClick={() => answer(question, "pass")}>
                {t("route.pass")}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
