/** Whether an answer helped; and if not, why. */

import { REASONS, type Reason } from "./contract";
import { freshId, h } from "./dom";
import type { Turn } from "./turn";
import type { Say } from "./words";

/** Send what a person thinks of an answer; false when it did not arrive. */
export type Judge = (turn: Turn, verdict: "helpful" | "unhelpful", reasons: Reason[], comment: string) => Promise<boolean>;

export function feedback(turn: Turn, say: Say, judge: Judge): HTMLElement {
  const root = h("div", { class: "feedback" });
  const label = freshId("feedback");
  if (turn.verdict !== null) {
    root.append(h("p", { class: "thanks" }, say("feedback_thanks")));
    return root;
  }

  const send = async (verdict: "helpful" | "unhelpful", reasons: Reason[] = [], comment = ""): Promise<void> => {
    const arrived = await judge(turn, verdict, reasons, comment);
    // The form is gone after a person's own click, so focus would fall to the page's start: it goes to the thanks.
    const hadFocus = root.contains((root.getRootNode() as ShadowRoot).activeElement);
    const text = h("p", { class: arrived ? "thanks" : "failure", tabindex: -1 }, say(arrived ? "feedback_thanks" : "failed"));
    if (arrived) root.replaceChildren(text);
    else root.append(text);
    if (hadFocus) text.focus();
  };

  const no = h("button", { type: "button", class: "quiet", "aria-expanded": "false", onclick: () => ask() }, say("feedback_no"));
  const ask = (): void => {
    const isOpen = no.getAttribute("aria-expanded") === "true";
    no.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) root.querySelector("form")?.remove();
    else root.append(reasonForm(say, (reasons, comment) => void send("unhelpful", reasons, comment)));
  };
  root.append(
    h(
      "div",
      { class: "feedback-ask", role: "group", "aria-labelledby": label },
      h("span", { id: label }, say("feedback")),
      h("button", { type: "button", class: "quiet", onclick: () => void send("helpful") }, say("feedback_yes")),
      no,
    ),
  );
  return root;
}

function reasonForm(say: Say, send: (reasons: Reason[], comment: string) => void): HTMLFormElement {
  const boxes = REASONS.map((reason) => h("input", { type: "checkbox", value: reason }));
  const comment = h("textarea", { rows: 2, maxlength: 1000, id: freshId("comment") });
  const form = h(
    "form",
    {
      class: "reasons",
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        send(boxes.filter((box) => box.checked).map((box) => box.value as Reason), comment.value.trim());
      },
    },
    h("fieldset", {}, h("legend", {}, say("feedback_why")), ...boxes.map((box, i) => h("label", {}, box, h("span", {}, say(`reason_${REASONS[i] ?? "other"}`))))),
    h("label", { for: comment.id, class: "above" }, say("feedback_comment")),
    comment,
    h("p", { class: "hint" }, say("question_hint")),
    h("button", { type: "submit", class: "plain" }, say("feedback_send")),
  );
  return form;
}
