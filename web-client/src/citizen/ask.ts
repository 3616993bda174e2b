// SPDX-License-Identifier: Apache-2.0
// The ask form over the connection. A question gets its command_id once and keeps it until the
// server has answered, also over reconnections and reloads: it is received exactly once.
import { type AskResult, newCommandId, RpcError } from "../core/protocol.ts";
import type { Connection } from "../core/socket.ts";
import { countPoints } from "../core/text.ts";
import { byId, el } from "./dom.ts";
import type { MyQuestions } from "./mine.ts";
import { type Pending, store } from "./store.ts";
import type { Texts } from "./texts.ts";

const NAME_POINTS = 30;

type Field = HTMLInputElement | HTMLTextAreaElement;

export class AskForm {
  private readonly form = byId("ask-form") as HTMLFormElement | null;
  private readonly text = byId("ask-text") as HTMLTextAreaElement | null;
  private readonly name = byId("ask-name") as HTMLInputElement | null;
  private readonly contact = byId("ask-contact") as HTMLInputElement | null;
  private readonly fields: readonly (Field | null)[] = [this.text, this.name, this.contact];
  private readonly count = byId("ask-count");
  private readonly status = el("p", { class: "sending", role: "status" });
  private composing = false;
  /** There is no connection to wait for: questions go the way they go without a script. */
  byForm = false;
  private busy = false;
  private countTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly t: Texts,
    private readonly connection: Connection,
    private readonly interview: string,
    private readonly limit: number,
    private readonly mine: MyQuestions,
  ) {
    if (this.form && this.text) {
      this.form.append(this.status);
      this.count?.setAttribute("role", "status");
      const draft = store.draft(interview);
      if (draft) this.fill(draft);
      this.bind(this.form, this.text);
      this.showCount();
    } else {
      byId("mine")?.before(this.status);
    }
    // Also where there is no form any more: the server may have it, and owes the receipt.
    const pending = store.pending(interview);
    if (pending) void this.deliver(pending);
  }

  private fill({ text, name = "" }: { text: string; name?: string }): void {
    if (this.text && !this.text.value) this.text.value = text;
    if (this.name && !this.name.value) this.name.value = name;
  }

  private bind(form: HTMLFormElement, text: HTMLTextAreaElement): void {
    form.addEventListener("submit", (event) => this.onSubmit(event));
    form.addEventListener("input", () => this.onInput());
    form.addEventListener("compositionstart", () => {
      this.composing = true;
    });
    form.addEventListener("compositionend", () => {
      this.composing = false;
      this.onInput();
    });
    text.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  }

  /** Is there text that a reload would disturb? */
  get isEmpty(): boolean {
    return !this.text?.value.trim() && !this.busy;
  }

  get hasFocus(): boolean {
    return this.fields.some((field) => field && field === document.activeElement);
  }

  private onInput(): void {
    if (this.composing) return;
    this.saveDraft();
    clearTimeout(this.countTimer);
    this.countTimer = setTimeout(() => this.showCount(), 500);
  }

  private saveDraft(): void {
    const text = this.text?.value ?? "";
    const name = this.name?.value ?? "";
    store.setDraft(this.interview, text || name ? { text, name } : undefined);
  }

  private showCount(): void {
    if (!this.count || !this.text) return;
    const used = countPoints(this.text.value);
    const left = this.limit - used;
    this.count.classList.toggle("over", left < 0);
    if (left < 0) this.count.textContent = this.t.say("ask.over", { n: -left });
    else if (left <= this.limit / 5) this.count.textContent = this.t.say("ask.left", { n: left });
    else this.count.textContent = used ? this.t.say("ask.used", { n: used }) : "";
  }

  /** What is wrong before anything is sent, and where. */
  private check(): [string, Field] | undefined {
    const { t, text, name, contact } = this;
    if (text && countPoints(text.value) === 0) return [t.say("fault.empty"), text];
    if (text && countPoints(text.value) > this.limit) {
      return [t.say("fault.long", { limit: this.limit }), text];
    }
    if (name?.required && !name.value.trim()) return [t.say("fault.name_empty"), name];
    if (name && countPoints(name.value) > NAME_POINTS) {
      return [t.say("fault.name_long", { limit: NAME_POINTS }), name];
    }
    if (contact?.required && !contact.value.trim()) return [t.say("fault.contact_empty"), contact];
    return undefined;
  }

  private onSubmit(event: SubmitEvent): void {
    if (this.busy) {
      event.preventDefault();
      return;
    }
    const fault = this.check();
    if (fault) {
      event.preventDefault();
      this.showFault(...fault);
      return;
    }
    // Without a connection since the page was opened, the form goes the way it goes without a script;
    // without any network that would only lose it.
    if ((this.byForm || !this.connection.hello) && navigator.onLine) {
      store.setDraft(this.interview, undefined);
      return;
    }
    event.preventDefault();
    const name = this.name?.value.trim();
    const contact = this.contact?.value.trim();
    const pending: Pending = {
      command_id: newCommandId(),
      text: this.text?.value ?? "",
      ...(name ? { name } : {}),
      ...(contact ? { contact } : {}),
    };
    store.setPending(this.interview, pending);
    void this.deliver(pending);
  }

  private async deliver(pending: Pending): Promise<void> {
    this.setBusy(true);
    const answer = await this.connection
      .call<AskResult>("question.ask", { interview: this.interview, ...pending })
      .catch((error: Error) => error);
    this.setBusy(false);
    if (answer instanceof RpcError) this.onRefused(pending, answer);
    else if (answer instanceof Error) this.giveBack(pending);
    else this.onReceived(pending, answer);
  }

  /** The connection state changed while a question may be on its way. */
  showState(): void {
    if (!this.busy) return;
    const live = this.connection.state === "live";
    this.status.textContent = this.t.say(live ? "ask.sending" : "ask.queued");
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.form?.setAttribute("aria-busy", String(busy));
    for (const field of this.fields) if (field) field.readOnly = busy;
    this.status.textContent = "";
    this.showState();
    if (busy) this.hideFault();
  }

  private onReceived(pending: Pending, result: AskResult): void {
    store.setPending(this.interview, undefined);
    store.setDraft(this.interview, undefined);
    if (this.text) this.text.value = "";
    if (this.contact) this.contact.value = "";
    this.showCount();
    this.mine.add({
      interview: this.interview,
      question: result.question,
      receipt_no: result.receipt_no,
      secret: result.secret,
      digest: result.digest,
      nonce: result.nonce,
      text: pending.text,
      stage: result.stage,
    });
    this.showReceipt(result);
  }

  private giveBack(pending: Pending): void {
    this.fill(pending);
    if (this.text) this.saveDraft();
    else store.setDraft(this.interview, { text: pending.text, name: pending.name ?? "" });
  }

  private onRefused(pending: Pending, error: RpcError): void {
    store.setPending(this.interview, undefined);
    this.giveBack(pending);
    const { t } = this;
    const { until } = error.data;
    const known: Record<string, string> = {
      asking_closed: t.say("fault.closed"),
      rate_limited: t.say("fault.rate", { s: Math.ceil((error.data.retry_ms ?? 10_000) / 1000) }),
      too_long: t.say("fault.long", { limit: error.data.limit ?? this.limit }),
      name_taken: t.say("fault.name_taken"),
      silenced: t.say("fault.silenced", { time: until ? t.cardTime(until) : "" }),
      overloaded: t.say("fault.busy"),
      unavailable: t.say("fault.unavailable"),
    };
    const field = error.reason === "name_taken" ? this.name : this.text;
    const sentence = known[error.reason] ?? (error.message || t.say("fault.unavailable"));
    if (field) this.showFault(sentence, field);
    else this.status.textContent = sentence;
  }

  private showFault(sentence: string, field: Field): void {
    const box = byId("ask-faults");
    const link = box?.querySelector("a");
    if (!box || !link) return;
    link.textContent = sentence;
    link.setAttribute("href", `#${field.id}`);
    for (const other of this.fields) other?.removeAttribute("aria-invalid");
    field.setAttribute("aria-invalid", "true");
    box.hidden = false;
    box.focus();
  }

  private hideFault(): void {
    const box = byId("ask-faults");
    if (box) box.hidden = true;
    for (const field of this.fields) field?.removeAttribute("aria-invalid");
  }

  private showReceipt(result: AskResult): void {
    const { t } = this;
    byId("receipt")?.remove();
    const copy = el("button", { type: "button" }, t.say("receipt.copy"));
    const copied = el("span", { role: "status" });
    copy.addEventListener("click", () => {
      const text = `${t.say("receipt.no")} ${result.receipt_no}\n${t.say("receipt.secret")} ${result.secret}`;
      navigator.clipboard?.writeText(text).then(
        () => {
          copied.textContent = t.say("receipt.copied");
        },
        () => {},
      );
    });
    const row = (key: string, value: string, className: string) => [
      el("dt", {}, t.say(key)),
      el("dd", { class: className }, value),
    ];
    const box = el(
      "div",
      { id: "receipt", class: "receipt", role: "status", tabindex: "-1" },
      el("h3", {}, t.say("receipt.title")),
      el(
        "dl",
        { class: "codes" },
        ...row("receipt.no", result.receipt_no, "code"),
        ...row("receipt.secret", result.secret, "code"),
      ),
      el("p", {}, t.say("receipt.next")),
      navigator.clipboard && el("p", {}, copy, " ", copied),
      el(
        "details",
        { class: "proof" },
        el("summary", {}, t.say("receipt.proof")),
        el(
          "dl",
          {},
          ...row("receipt.digest", result.digest, "hex"),
          ...row("receipt.nonce", result.nonce, "hex"),
        ),
      ),
    );
    (this.form ?? byId("mine"))?.before(box);
    box.focus();
  }
}
