/** Citations: a number beside a sentence, which opens the place in the source that carries it, and the list of all of them. */

import type { Citation } from "./contract";
import { freshId, h, seen, webAddress } from "./dom";
import { showDay, typeset } from "./typesetting";
import type { Say } from "./words";

/** The number of a source as a button. Its card opens behind the button's row, and only one card is open in an answer. */
export function citeButton(citation: Citation, say: Say): HTMLButtonElement {
  const id = freshId("source");
  const button = h(
    "button",
    {
      type: "button",
      class: "cite",
      "aria-expanded": "false",
      "aria-label": say("source_named", { n: citation.n, title: seen(citation.title) }),
      onclick: () => toggle(button, () => sourceCard(citation, id, say, () => closeCard(button, true))),
    },
    String(citation.n),
  );
  button.dataset["card"] = id;
  return button;
}

function toggle(button: HTMLButtonElement, makeCard: () => HTMLElement): void {
  const wasOpen = button.getAttribute("aria-expanded") === "true";
  const answer = button.closest(".answer");
  answer?.querySelectorAll<HTMLButtonElement>(".cite[aria-expanded=true]").forEach((open) => closeCard(open, false));
  if (wasOpen) return;
  const card = makeCard();
  button.setAttribute("aria-expanded", "true");
  button.setAttribute("aria-controls", card.id);
  const row = button.closest("li, p");
  if (row?.tagName === "LI") row.append(card);
  else row?.after(card);
}

export function closeCard(button: HTMLButtonElement, returnsFocus: boolean): void {
  const root = button.getRootNode() as ShadowRoot;
  root.getElementById(button.dataset["card"] ?? "")?.remove();
  button.setAttribute("aria-expanded", "false");
  button.removeAttribute("aria-controls");
  if (returnsFocus) button.focus();
}

function sourceCard(citation: Citation, id: string, say: Say, close: () => void): HTMLElement {
  return h(
    "div",
    { class: "source-card", id, role: "group", "aria-label": say("source", { n: citation.n }) },
    h("p", { class: "source-title", lang: "az" }, sourceName(citation, say)),
    h("blockquote", { lang: "az" }, h("bdi", {}, ...typeset(citation.quote))),
    h(
      "dl",
      {},
      citation.locator ? h("div", {}, h("dt", {}, say("source_place")), h("dd", { lang: "az" }, h("bdi", {}, ...typeset(citation.locator)))) : null,
      h("div", {}, h("dt", {}, say("source_date")), h("dd", {}, citation.as_of ? showDay(citation.as_of) : say("source_undated"))),
    ),
    h("button", { type: "button", class: "quiet", onclick: close }, say("source_close")),
  );
}

function sourceName(citation: Citation, say: Say): Node {
  const title = h("bdi", {}, ...typeset(citation.title));
  const href = webAddress(citation.url);
  if (href === null) return title;
  return h(
    "a",
    { href, target: "_blank", rel: "noopener noreferrer nofollow", referrerpolicy: "no-referrer" },
    title,
    h("span", { class: "outside", "aria-hidden": "true" }, "\u00a0↗"),
    h("span", { class: "unseen" }, ` (${say("source_open")})`),
  );
}

export function sourceList(citations: readonly Citation[], say: Say): HTMLElement | null {
  if (citations.length === 0) return null;
  const items = citations.map((citation) => {
    const place = [citation.locator, citation.as_of && showDay(citation.as_of)].filter((part) => part);
    return h("li", { value: citation.n, lang: "az" }, sourceName(citation, say), place.length > 0 && h("span", { class: "place" }, h("bdi", {}, ...typeset(place.join(", ")))));
  });
  return h("details", { class: "sources" }, h("summary", {}, say("sources", { n: citations.length })), h("ol", {}, ...items));
}
