// SPDX-License-Identifier: Apache-2.0
// Signing in and out over HTTP. The session itself is a cookie that scripts cannot read; what is
// kept here is the token that proves a request came from our own page.
import { parseJson } from "../core/protocol.ts";
import { SignedOut } from "../core/socket.ts";
import { remember, remembered } from "./store.ts";

const CSRF_KEY = "fangtan.csrf";
const ANSWER_MS = 10_000; // then it counts as a network that fails

export type LoginOutcome =
  | { ok: true }
  | { ok: false; why: "wrong" | "locked" | "busy_server" | "network"; minutes?: number };

async function post(path: string, body?: unknown): Promise<Response> {
  return fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-Fangtan-CSRF": remembered(CSRF_KEY) ?? "" },
    body: JSON.stringify(body ?? {}),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
}

async function readBody(response: Response): Promise<Record<string, unknown>> {
  const body = parseJson(await response.text());
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

/** What proves that a request comes from our own page; null: nobody is signed in. */
export function keepCsrf(csrf: string | null): void {
  remember(CSRF_KEY, csrf);
}

export async function login(name: string, password: string): Promise<LoginOutcome> {
  let response: Response;
  try {
    response = await post("/api/v1/login", { name, password });
  } catch {
    return { ok: false, why: "network" };
  }
  const body = await readBody(response).catch(() => undefined);
  if (!body) return { ok: false, why: "network" };
  if (response.ok) {
    keepCsrf(typeof body.csrf === "string" ? body.csrf : null);
    return { ok: true };
  }
  if (response.status === 401) return { ok: false, why: "wrong" };
  if (response.status !== 429) return { ok: false, why: "busy_server" };
  const retryMs = typeof body.retry_ms === "number" ? body.retry_ms : 0;
  const seconds = retryMs / 1000 || Number(response.headers.get("Retry-After")) || 60;
  return { ok: false, why: "locked", minutes: Math.max(1, Math.ceil(seconds / 60)) };
}

export async function logout(): Promise<void> {
  try {
    await post("/api/v1/logout");
  } finally {
    keepCsrf(null);
  }
}

/** A single-use ticket for the WebSocket. Throws SignedOut when there is no session any more. */
export async function ticket(): Promise<{ ticket: string }> {
  const response = await post("/api/v1/ticket");
  if (response.status === 401 || response.status === 403) throw new SignedOut();
  const body = await readBody(response);
  if (!response.ok || typeof body.ticket !== "string")
    throw new Error(`ticket: ${response.status}`);
  return { ticket: body.ticket };
}
