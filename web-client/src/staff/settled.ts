// SPDX-License-Identifier: Apache-2.0
// What was settled here, which the answer tells before the event does: until then it still seems
// to wait.
import { useRef } from "preact/hooks";

export interface Settled {
  has(id: string): boolean;
  add(id: string): void;
  forget(id: string): void;
}

/** versionOf: as known now; another one than when it was settled tells that the event has come. */
export function useSettled(versionOf: (id: string) => number | undefined): Settled {
  const { current: versions } = useRef(new Map<string, number | undefined>());
  for (const [id, version] of versions) if (versionOf(id) !== version) versions.delete(id);
  return {
    has: (id) => versions.has(id),
    add: (id) => void versions.set(id, versionOf(id)),
    forget: (id) => void versions.delete(id),
  };
}
