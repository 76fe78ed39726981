/** What a person has to know before the first message, and what can be asked. */

import type { Profile } from "./contract";
import { h } from "./dom";
import { personLines } from "./person_view";
import type { Say } from "./words";

const SHOWN_EXAMPLES = 3;

export function disclosure(profile: Profile, say: Say, ask: (question: string) => void): HTMLElement {
  if (profile.is_stopped) return h("div", { class: "disclosure" }, h("p", { class: "warning" }, say("paused")), ...personLines(profile.person, say));
  const examples = profile.examples.slice(0, SHOWN_EXAMPLES).map((example) => h("li", {}, h("button", { type: "button", class: "choice", lang: "az", onclick: () => ask(example) }, example)));
  return h(
    "div",
    { class: "disclosure" },
    h("h3", {}, say("disclosure_title")),
    h("p", {}, say("disclosure_ai")),
    h("p", { class: "warning" }, say("disclosure_data")),
    h("p", { class: "hint" }, say("disclosure_kept", { days: profile.retention_days })),
    profile.is_degraded ? h("p", { class: "degraded" }, say("degraded")) : null,
    examples.length > 0 ? h("div", { class: "choices" }, h("p", { class: "hint" }, say("examples")), h("ul", {}, ...examples)) : null,
  );
}
