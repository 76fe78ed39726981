/** Draws one turn: the question, the sentences as they arrive, and at the end what can be done with the answer. */

import type { Sentence } from "./contract";
import { h, seen } from "./dom";
import { feedback, type Judge } from "./feedback_view";
import { citeButton, sourceList } from "./sources";
import { shortCode } from "./trace";
import type { Turn } from "./turn";
import { typeset, withTail } from "./typesetting";
import { statusWord, type Say } from "./words";

/** Endings of which it makes sense to ask whether they helped: a question back, a fault and a warning are no answers. */
const JUDGED = /^(answered|unanswerable|declined|guardrail_injection)/;

export type TurnActions = {
  judge: Judge;
  choose: (option: string) => void;
  retry: (turn: Turn) => void;
};

export class AnswerView {
  readonly element: HTMLLIElement;
  private readonly body = h("div", { class: "sentences" });
  private readonly head = h("div", { class: "answer-head" });
  private readonly foot = h("div", { class: "answer-foot" });
  private readonly answer = h("div", { class: "answer", role: "group" });
  private shown = 0;
  private list: HTMLUListElement | null = null;

  constructor(
    readonly turn: Turn,
    private readonly say: Say,
    private readonly actions: TurnActions,
  ) {
    const question = turn.question ? h("bdi", {}, seen(turn.question)) : h("em", {}, say("withheld"));
    this.answer.setAttribute("aria-label", say("assistant"));
    this.answer.append(this.head, this.body, this.foot);
    this.element = h("li", { class: "turn" }, h("div", { class: "question" }, h("span", { class: "unseen" }, `${say("you")}: `), question), this.answer);
    this.update();
  }

  /** Draw what has come since the last time. Sentences that stand are not touched, so nobody loses their place. */
  update(): void {
    const { turn } = this;
    this.answer.hidden = turn.state === "waiting";
    for (; this.shown < turn.sentences.length; this.shown += 1) {
      const sentence = turn.sentences[this.shown];
      if (sentence !== undefined) this.show(sentence);
    }
    this.answer.dataset["state"] = turn.state;
    if (turn.answer !== null) {
      this.answer.dataset["status"] = turn.answer.status;
      this.body.lang = turn.answer.language;
    }
    if (turn.state === "waiting" || turn.state === "arriving") return;
    this.head.replaceChildren(h("span", { class: "badge" }, this.say(this.badge())));
    this.foot.replaceChildren(...this.footParts());
  }

  /** Take the buttons of choices away: only the newest question can be chosen for. */
  age(): void {
    this.element.querySelector(".choices")?.remove();
  }

  private badge(): Parameters<Say>[0] {
    if (this.turn.answer !== null) return statusWord(this.turn.answer.status);
    return this.turn.state === "stopped" ? "status_stopped" : "status_unsent";
  }

  private show(sentence: Sentence): void {
    const { turn, say } = this;
    // Facts and quotes stand in the language of the sources; the rest has the answer's, which the whole body is given.
    const lang = sentence.kind === "fact" ? "az" : null;
    const numbers = sentence.citations.flatMap((n) => turn.citations.filter((citation) => citation.n === n)).map((citation) => citeButton(citation, say));
    const content = withTail(sentence.text, numbers.length > 0 ? [h("span", { class: "cites" }, ...numbers)] : []);
    if (sentence.is_item) {
      if (this.list === null) this.body.append((this.list = h("ul", {})));
      this.list.append(h("li", { lang, class: sentence.kind }, ...content));
      return;
    }
    this.list = null;
    const isHeading = sentence.kind === "frame" && sentence.text.endsWith(":");
    this.body.append(h("p", { lang, class: isHeading ? "heading" : sentence.kind }, ...content));
  }

  private footParts(): HTMLElement[] {
    const { turn, say } = this;
    if (turn.answer === null) return this.withoutAnswer();
    const { answer } = turn;
    const parts: (HTMLElement | null)[] = [];
    if (answer.details.degraded?.includes("lexical")) parts.push(h("p", { class: "degraded" }, say("degraded")));
    if (answer.status === "unanswerable_no_source") parts.push(h("p", { class: "hint" }, say("hint_no_source")));
    if (answer.status.startsWith("error_")) parts.push(h("button", { type: "button", class: "plain retry", onclick: () => this.actions.retry(turn) }, say("retry")));
    if (answer.options.length > 0) {
      const buttons = answer.options.map((option) =>
        h("li", {}, h("button", { type: "button", class: "choice", lang: answer.language, onclick: () => this.actions.choose(option) }, h("bdi", {}, ...typeset(option)))),
      );
      parts.push(h("div", { class: "choices", role: "group", "aria-label": say("choose") }, h("p", { class: "hint" }, say("choose")), h("ul", {}, ...buttons)));
    }
    parts.push(sourceList(answer.citations, say));
    if (answer.id) {
      const code = h("p", { class: "code" }, `${say("answer_code")}: `, h("code", { "data-trace-id": answer.trace_id }, shortCode(answer.id)));
      parts.push(h("div", { class: "closing" }, JUDGED.test(answer.status) ? feedback(turn, say, this.actions.judge) : null, code));
    }
    return parts.filter((part): part is HTMLElement => part !== null);
  }

  private withoutAnswer(): HTMLElement[] {
    const { turn, say } = this;
    const { failure } = turn;
    const text = failure !== null ? say(failure.word, failure.values) : say(turn.state === "stopped" ? "stopped" : "unfinished");
    const retry = h("button", { type: "button", class: "plain", onclick: () => this.actions.retry(turn) }, say("retry"));
    const waitMs = (failure?.retryAt ?? 0) - Date.now();
    if (waitMs > 0) {
      retry.disabled = true;
      setTimeout(() => (retry.disabled = false), waitMs);
    }
    return [h("p", { class: failure !== null ? "failure" : "hint" }, text), retry];
  }
}
