// SPDX-License-Identifier: Apache-2.0
// The interviews this account has to do with: what runs first, then what comes, then the past.
import { useEffect, useState } from "preact/hooks";
import type { InterviewRow, InterviewStage } from "../core/protocol.ts";
import { dateClock } from "../core/time.ts";
import { useT } from "./context.tsx";
import { type Desk, explain } from "./desk.ts";
import { useFocusOnShow } from "./store.ts";

const RUNNING: readonly InterviewStage[] = ["live", "suspended", "draining", "lobby"];
const COMING: readonly InterviewStage[] = ["announced", "scheduled", "in_review", "draft"];

export type Shelf = "running" | "coming" | "past";

export function shelfOf(stage: InterviewStage): Shelf {
  if (RUNNING.includes(stage)) return "running";
  return COMING.includes(stage) ? "coming" : "past";
}

export function InterviewList({ desk }: { desk: Desk }) {
  const t = useT();
  const heading = useFocusOnShow();
  const [rows, setRows] = useState<InterviewRow[] | null>(null);
  const [fault, setFault] = useState("");
  const [round, setRound] = useState(0);

  // Another round asks again.
  useEffect(() => {
    let current = true;
    desk.interviews().then(
      (found) => {
        if (!current) return;
        setRows(found);
        setFault("");
      },
      (error) => {
        if (current) setFault(explain(error, t));
      },
    );
    return () => {
      current = false;
    };
  }, [desk, t, round]);

  const shelves: Shelf[] = ["running", "coming", "past"];
  return (
    <div class="page">
      <div class="row">
        <h1 ref={heading} tabIndex={-1}>
          {t("list.title")}
        </h1>
        <span class="grow" />
        {desk.who.value?.role === "portal_admin" && <a href="#/portal">{t("portal.title")}</a>}
        <button type="button" onClick={() => setRound(round + 1)}>
          {t("list.refresh")}
        </button>
      </div>
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
      {!rows && !fault && <p role="status">{t("list.loading")}</p>}
      {rows?.length === 0 && <p class="card empty">{t("list.empty")}</p>}
      {shelves.map((shelf) => {
        const found = (rows ?? []).filter((row) => shelfOf(row.stage) === shelf);
        if (found.length === 0) return null;
        return (
          <section key={shelf} aria-labelledby={`shelf-${shelf}`}>
            <h2 id={`shelf-${shelf}`}>{t(`list.${shelf}`)}</h2>
            <ul class="interviews">
              {found.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function Row({ row }: { row: InterviewRow }) {
  const t = useT();
  const issue = row.issue_no ? t("list.issue", { n: row.issue_no }) : "";
  return (
    <li class="card">
      <a class="topic" href={`#/i/${encodeURIComponent(row.id)}`}>
        {row.topic}
      </a>
      <p class="meta">
        <span class={`stage ${shelfOf(row.stage)}`}>{t(`stage.${row.stage}`)}</span>
        {row.rehearsal && <b>{t("list.rehearsal")}</b>}
        {issue && <span>{issue}</span>}
        <time dateTime={row.starts_at}>{dateClock(row.starts_at)}</time>
        <span>{row.departments.join(t("list.comma"))}</span>
      </p>
    </li>
  );
}
