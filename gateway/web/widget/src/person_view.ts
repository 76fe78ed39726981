/** How a person is reached: the telephone and hours that the sources give, and handing the conversation over under a code. */

import type { Handover, PersonLine, Profile } from "./contract";
import { freshId, h, seen, webAddress } from "./dom";
import { showDay, typeset } from "./typesetting";
import type { Say, Word } from "./words";

export type PersonActions = {
  /** null: no question was asked yet, so there is nothing to hand over. */
  handOver: ((note: string) => void) | null;
  refresh: () => void;
  save: (() => void) | null;
};

const HEADINGS: Record<PersonLine["kind"], Word> = { phone: "person_phone", hours: "person_hours", step: "person_steps" };
const STATES: Record<Handover["state"], Word> = { waiting: "person_waiting", taken: "person_taken", closed: "person_closed" };

export function personView(profile: Profile, handover: Handover | null, failure: Word | null, say: Say, actions: PersonActions): HTMLElement[] {
  return [
    ...personLines(profile.person, say),
    h("hr", {}),
    ...(handover !== null && handover.state !== "closed" ? given(handover, say, actions) : offer(handover, profile.is_stopped, say, actions)),
    ...(failure !== null ? [h("p", { class: "failure" }, say(failure))] : []),
    ...(actions.save !== null ? [h("button", { type: "button", class: "quiet", onclick: actions.save }, say("transcript_save"))] : []),
  ];
}

/** The telephone, the hours and the steps that the sources give, with the sources. */
export function personLines(person: readonly PersonLine[], say: Say): HTMLElement[] {
  if (person.length === 0) return [h("p", {}, say("person_none"))];
  const list = h("dl", { class: "person-lines" });
  for (const kind of ["phone", "hours", "step"] as const) {
    const own = person.filter((line) => line.kind === kind);
    if (own.length === 0) continue;
    list.append(h("dt", {}, say(HEADINGS[kind])), ...own.map((line) => h("dd", { lang: "az" }, ...personLine(line))));
  }
  const sources = [...new Map(person.map((line) => [`${line.source}${line.as_of}`, line])).values()];
  return [list, ...sources.map((line) => source(line, say))];
}

function personLine(line: PersonLine): (Node | string)[] {
  if (line.kind !== "phone") return typeset(line.text);
  const dialled = line.text.replace(/[^\d+]/g, "");
  return [h("a", { class: "phone", href: `tel:${dialled}` }, seen(line.text)), h("span", { class: "place" }, seen(line.label))];
}

function source(line: PersonLine, say: Say): HTMLElement {
  const text = say("person_source", { source: seen(line.source) }) + (line.as_of ? `, ${showDay(line.as_of)}` : "");
  const href = webAddress(line.url);
  return h("p", { class: "hint" }, href === null ? text : h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text));
}

function offer(before: Handover | null, isStopped: boolean, say: Say, actions: PersonActions): HTMLElement[] {
  const { handOver } = actions;
  const reply = before?.reply ? replyOf(before.reply, say) : [];
  if (handOver === null) return isStopped ? reply : [...reply, h("p", { class: "hint" }, say("person_ask_first"))];
  const note = h("textarea", { rows: 3, maxlength: 1000, id: freshId("note") });
  return [
    ...reply,
    h("p", {}, say("person_handover_text")),
    h("label", { for: note.id, class: "above" }, say("person_note")),
    note,
    h("p", { class: "hint" }, say("question_hint")),
    h("button", { type: "button", class: "primary", onclick: () => handOver(note.value.trim()) }, say("person_handover")),
  ];
}

function given(handover: Handover, say: Say, actions: PersonActions): HTMLElement[] {
  return [
    h("p", { class: "handover-code" }, `${say("person_code")}: `, h("strong", {}, `${handover.code.slice(0, 4)}-${handover.code.slice(4)}`)),
    h("p", {}, say("person_code_text")),
    h("p", { class: "hint" }, say(STATES[handover.state])),
    ...(handover.reply ? replyOf(handover.reply, say) : []),
    h("button", { type: "button", class: "quiet", onclick: actions.refresh }, say("person_refresh")),
  ];
}

function replyOf(reply: string, say: Say): HTMLElement[] {
  return [h("div", { class: "reply" }, h("p", { class: "heading" }, say("person_reply")), h("p", {}, h("bdi", {}, seen(reply))))];
}
