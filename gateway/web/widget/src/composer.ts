/** The field for a question, with what becomes of it: send, or stop what is arriving. */

import { freshId, h } from "./dom";
import type { Say } from "./words";

const COUNTED_FROM = 0.8;
const TALLEST_PX = 160;

export class Composer {
  readonly element: HTMLFormElement;
  private readonly field: HTMLTextAreaElement;
  private readonly send: HTMLButtonElement;
  private readonly stop: HTMLButtonElement;
  private readonly count: HTMLParagraphElement;

  constructor(
    private readonly say: Say,
    private readonly maxChars: number,
    onSend: (question: string) => void,
    onStop: () => void,
  ) {
    const hint = freshId("hint");
    this.count = h("p", { class: "count", hidden: true });
    this.field = h("textarea", { id: freshId("question"), rows: 1, enterkeyhint: "send", "aria-describedby": hint, autocomplete: "off" });
    this.send = h("button", { type: "submit", class: "primary" }, say("send"));
    this.stop = h("button", { type: "button", class: "plain", hidden: true, onclick: onStop }, say("stop"));
    const submit = (): void => {
      const question = this.field.value.trim();
      if (question && question.length <= maxChars && !this.send.hidden) onSend(question);
    };
    this.field.addEventListener("input", () => this.measure());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        submit();
      }
    });
    this.element = h(
      "form",
      {
        class: "composer",
        novalidate: true,
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          submit();
        },
      },
      h("label", { for: this.field.id }, say("question")),
      h("div", { class: "composer-row" }, this.field, this.send, this.stop),
      h("p", { id: hint, class: "hint" }, say("question_hint")),
      this.count,
    );
  }

  get text(): string {
    return this.field.value;
  }

  set text(text: string) {
    this.field.value = text;
    this.measure();
  }

  focus(): void {
    this.field.focus();
  }

  /** While an answer arrives it can be stopped, and the next question be written but not sent. */
  set isBusy(isBusy: boolean) {
    const moves = isBusy ? this.send : this.stop;
    const root = this.element.getRootNode();
    const hadFocus = root instanceof ShadowRoot && root.activeElement === moves;
    this.send.hidden = isBusy;
    this.stop.hidden = !isBusy;
    // A hidden button cannot keep the focus; the field beside it takes it, so that nobody is thrown to the page's start.
    if (hadFocus) this.field.focus();
  }

  private measure(): void {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, TALLEST_PX)}px`;
    const left = this.maxChars - this.field.value.length;
    this.count.hidden = left > this.maxChars * (1 - COUNTED_FROM);
    this.count.classList.toggle("failure", left < 0);
    this.count.textContent = left < 0 ? this.say("too_long", { n: this.maxChars }) : this.say("characters_left", { n: left });
  }
}
