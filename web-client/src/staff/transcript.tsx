// SPDX-License-Identifier: Apache-2.0
// What has been said so far, the newest first, so that it stands under the editor.
import { useState } from "preact/hooks";
import { clock } from "../core/time.ts";
import { useT, type Work } from "./context.tsx";
import { Mend } from "./mend.tsx";

const FIRST = 30;

export function Transcript({ work }: { work: Work }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const { statements, questions } = work.state;
  const newest = [...statements].reverse();
  const visible = all ? newest : newest.slice(0, FIRST);
  return (
    <section class="card transcript" aria-labelledby="transcript">
      <h2 id="transcript">{t("transcript.title", { n: statements.length })}</h2>
      {statements.length === 0 && <p class="empty">{t("transcript.empty")}</p>}
      <ol reversed>
        {visible.map((statement) => (
          <li key={statement.statement} class="statement">
            <p class="meta">
              <time dateTime={statement.said_at}>{clock(statement.said_at)}</time>
              <b>{statement.speaker.name}</b>
              <span>{t(`kind.${statement.kind}`)}</span>
              {statement.corrected_at && (
                <span class="flag">
                  {t("mend.corrected_at", { time: clock(statement.corrected_at) })}
                </span>
              )}
            </p>
            {statement.questions.map((id) => (
              <p key={id} class="quote one-line">
                {questions.get(id)?.text}
              </p>
            ))}
            {statement.code === undefined ? (
              <p class="text">{statement.text}</p>
            ) : (
              <p class="empty">{t("mend.gone", { reason: t(`reason.${statement.code}`) })}</p>
            )}
            <Mend work={work} statement={statement} />
          </li>
        ))}
      </ol>
      {!all && newest.length > FIRST && (
        <button type="button" onClick={() => setAll(true)}>
          {t("transcript.all", { n: newest.length })}
        </button>
      )}
    </section>
  );
}
