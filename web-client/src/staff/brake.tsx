// SPDX-License-Identifier: Apache-2.0
// The brake on the public feed: holding it for everybody at once, and the delay of what is said.
import { useState } from "preact/hooks";
import { useT, type Work } from "./context.tsx";
import { explain } from "./desk.ts";
import { Writing } from "./pending.tsx";
import { feedRuns, mayBeHeld, mayBrake } from "./views.ts";

const DELAYS: readonly number[] = [0, 10, 20, 30, 60, 120, 300];

export function Brake({ work }: { work: Work }) {
  const t = useT();
  const [fault, setFault] = useState("");
  const [asking, setAsking] = useState(false);
  const { interview } = work.state;
  const may = mayBrake(work.state, work.actor, work.desk.who.value?.role ?? "");
  const run = (method: string, more: Record<string, unknown> = {}) => {
    setFault("");
    setAsking(false);
    work.open
      .command(method, { interview: interview.id, ...more })
      .catch((error) => setFault(explain(error, t)));
  };
  const canHold = may && mayBeHeld(interview.stage);
  return (
    <div class="brake">
      {interview.frozen && (
        <p class="message warn" role="status">
          {t("brake.frozen")}
          {interview.frozen_reason && ` ${t("brake.because", { reason: interview.frozen_reason })}`}
        </p>
      )}
      {may && interview.frozen && (
        <button type="button" class="primary" onClick={() => run("feed.unfreeze")}>
          {t("brake.unfreeze")}
        </button>
      )}
      {canHold && !interview.frozen && !asking && (
        <div class="row wrap">
          <button type="button" class="danger" onClick={() => setAsking(true)}>
            {t("brake.freeze")}
          </button>
          {feedRuns(interview.stage) && (
            <label class="inline">
              <span>{t("brake.delay")}</span>
              <select
                value={interview.delay ?? 0}
                onChange={(event) =>
                  run("feed.delay", { seconds: Number(event.currentTarget.value) })
                }
              >
                {delays(interview.delay).map((n) => (
                  <option key={n} value={n}>
                    {n === 0 ? t("brake.no_delay") : t("brake.seconds", { n })}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
      {asking && (
        <Writing
          label={t("brake.why")}
          from={t("brake.usual")}
          rows={2}
          send={t("brake.freeze_now")}
          done={(reason) => run("feed.freeze", { reason })}
          cancel={() => setAsking(false)}
        />
      )}
      {fault && (
        <p class="message bad" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

// One set from elsewhere is shown too.
function delays(now: number | undefined): number[] {
  return [...new Set([...DELAYS, now ?? 0])].sort((a, b) => a - b);
}
