// SPDX-License-Identifier: Apache-2.0
// Events about notices.
import type { Event, StaffNotice } from "../core/protocol.ts";
import { actorName, type Draft, text } from "./folding.ts";

export function changeNotice(
  draft: Draft,
  event: Event,
  to: (notice: StaffNotice) => StaffNotice,
): void {
  draft.notices = draft.notices.map((n) => (n.notice === event.notice ? to(n) : n));
}

export function issued(draft: Draft, event: Event): void {
  const notice = text(event, "notice");
  if (!notice || draft.notices.some((n) => n.notice === notice)) return;
  draft.notices.push({
    notice,
    to: (text(event, "to") ?? "staff") as StaffNotice["to"],
    level: (text(event, "level") ?? "info") as StaffNotice["level"],
    text: text(event, "text") ?? "",
    at: event.at ?? "",
    by: actorName(text(event, "by")),
    recalled: false,
    acknowledged: [],
  });
}

export function acknowledged(draft: Draft, event: Event): void {
  const by = actorName(text(event, "by"));
  changeNotice(draft, event, (n) => ({
    ...n,
    acknowledged: [...(n.acknowledged ?? []), { by, at: event.at ?? "" }],
  }));
}
