// SPDX-License-Identifier: Apache-2.0
// Name and password. What is wrong is said above the form, and the focus goes there.
import { useEffect, useRef, useState } from "preact/hooks";
import { type LoginOutcome, login } from "./api.ts";
import { useT } from "./context.tsx";

export interface Account {
  name: string;
  password: string;
}

interface SignInProps {
  expired: boolean;
  /** Signs in with this at once. */
  offer: Account | null;
  done(): void;
}

export function SignIn(props: SignInProps) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Extract<LoginOutcome, { ok: false }> | null>(null);
  const summary = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (outcome) summary.current?.focus();
  }, [outcome]);

  const attempt = async ({ name, password }: Account) => {
    if (busy) return;
    setBusy(true);
    const result = await login(name, password);
    setBusy(false);
    if (result.ok) props.done();
    else setOutcome(result);
  };

  // Tried once, when the form appears.
  useEffect(() => {
    if (props.offer) void attempt(props.offer);
  }, []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const name = String(form.get("name")).trim();
    void attempt({ name, password: String(form.get("password")) });
  };

  return (
    <form class="card signin" onSubmit={submit}>
      <h1>{t("signin.title")}</h1>
      {props.expired && !outcome && (
        <p class="message warn" role="status">
          {t("signin.expired")}
        </p>
      )}
      {outcome && (
        <div class="message bad" role="alert" tabIndex={-1} ref={summary}>
          {t(`signin.${outcome.why}`, { n: outcome.minutes ?? 1 })}
        </div>
      )}
      <label class="field">
        <span>{t("signin.name")}</span>
        <input name="name" autocomplete="username" autocapitalize="none" required />
      </label>
      <label class="field">
        <span>{t("signin.password")}</span>
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <button type="submit" class="primary big" aria-disabled={busy}>
        {busy ? t("signin.busy") : t("signin.submit")}
      </button>
    </form>
  );
}
