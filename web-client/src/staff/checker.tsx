// SPDX-License-Identifier: Apache-2.0
// The console of those who only pass and mend what others say.
import type { Work } from "./context.tsx";
import { PendingList } from "./pending.tsx";
import { Transcript } from "./transcript.tsx";

export function CheckerConsole({ work }: { work: Work }) {
  return (
    <div class="guest">
      <PendingList work={work} />
      <Transcript work={work} />
    </div>
  );
}
