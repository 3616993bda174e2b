// SPDX-License-Identifier: Apache-2.0
// The way in by a one-time link (server/page/invitation.c): what stands behind the address's '#' goes
// into the form, and out of the address bar and the history. Nothing is used up by that: the next
// page asks.
const form = document.querySelector<HTMLFormElement>("form.invitation");
const field = document.querySelector<HTMLInputElement>("#token");

function take(): void {
  const token = location.hash.slice(1);
  if (!form || !field || !token || token === "content") return; // which the skip link goes to
  history.replaceState(null, "", location.pathname + location.search);
  field.value = token;
  form.submit();
}

// A second press of the button would find the link used by the first.
form?.addEventListener("submit", () => {
  for (const button of form.querySelectorAll("button")) button.disabled = true;
});
// Kept by the browser and shown again: it may be pressed again.
window.addEventListener("pageshow", () => {
  for (const button of form?.querySelectorAll("button") ?? []) button.disabled = false;
});
window.addEventListener("hashchange", take); // another link in the same tab
take();
