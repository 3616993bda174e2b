// SPDX-License-Identifier: Apache-2.0
// Events about invitations. The newer one of a person revokes the older.
import type { Event, Invitation } from "../core/protocol.ts";
import { actorName, type Draft, text } from "./folding.ts";

function revoked(invitation: Invitation, at: string): Invitation {
  return { ...invitation, stage: "revoked", revoked_at: at };
}

function revokeOthers(draft: Draft, event: Event, than: Invitation, stage: Invitation["stage"]) {
  draft.invitations = draft.invitations.map((other) =>
    other.invitation !== than.invitation && other.user === than.user && other.stage === stage
      ? revoked(other, event.at ?? "")
      : other,
  );
}

export function invitationIssued(draft: Draft, event: Event): void {
  const id = text(event, "invitation");
  if (!id || draft.invitations.some((other) => other.invitation === id)) return;
  const issued: Invitation = {
    invitation: id,
    user: text(event, "user") ?? "",
    by: actorName(text(event, "by")),
    at: event.at ?? "",
    until: text(event, "until") ?? "",
    stage: "open",
  };
  revokeOthers(draft, event, issued, "open");
  draft.invitations.push(issued);
}

function replace(draft: Draft, event: Event, to: (old: Invitation) => Invitation) {
  const old = draft.invitations.find((other) => other.invitation === event.invitation);
  if (!old) return undefined;
  const next = to(old);
  draft.invitations = draft.invitations.map((other) => (other === old ? next : other));
  return next;
}

export function invitationAccepted(draft: Draft, event: Event): void {
  const used = replace(draft, event, (old) => ({ ...old, stage: "used", used_at: event.at ?? "" }));
  if (used) revokeOthers(draft, event, used, "used");
}

export function invitationRevoked(draft: Draft, event: Event): void {
  replace(draft, event, (old) => revoked(old, event.at ?? ""));
}
