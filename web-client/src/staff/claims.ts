// SPDX-License-Identifier: Apache-2.0
// Claims what has been looked at for a while, and lets it go when the reader moves on.
import { useEffect, useRef } from "preact/hooks";
import type { StaffQuestion } from "../core/protocol.ts";
import { serverNow } from "../core/time.ts";
import type { Work } from "./context.tsx";
import { activeClaim, isWaiting } from "./views.ts";

const CLAIM_AFTER_MS = 1_500;
const RENEW_MS = 30_000;

/** at once: a decision has been started, do not wait. */
export function useAutoClaim(work: Work, selected: StaffQuestion | undefined, atOnce: boolean) {
  const { desk, open, actor } = work;
  const id = selected && isWaiting(selected) ? selected.question : null;
  const mine = useRef<string | null>(null);
  // A claim that waits for the line would come when nobody looks at the question any more.
  const isLive = () => desk.connection.state === "live";

  useEffect(() => {
    if (id === null) return;
    const claim = () => {
      const known = open.state.value?.questions.get(id);
      if (!known || !isWaiting(known) || activeClaim(known, serverNow())) return;
      if (!isLive()) return;
      mine.current = id;
      // Somebody else was faster: the list shows who, and a decision would say so in words.
      open.claim(id).catch(() => {});
    };
    const timer = setTimeout(claim, atOnce ? 0 : CLAIM_AFTER_MS);
    return () => clearTimeout(timer);
  }, [id, atOnce, desk, open]);

  useEffect(() => {
    if (id === null) return;
    const renew = setInterval(() => {
      if (mine.current === id && document.visibilityState === "visible" && isLive()) {
        open.claim(id).catch(() => {});
      }
    }, RENEW_MS);
    return () => {
      clearInterval(renew);
      const question = open.state.value?.questions.get(id);
      const claimed = mine.current === id && question && isWaiting(question);
      mine.current = null;
      if (claimed && activeClaim(question, serverNow())?.by === actor) {
        open.letGo(id).catch(() => {});
      }
    };
  }, [id, open, actor]);
}
