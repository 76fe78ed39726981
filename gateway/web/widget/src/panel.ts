/** The shell of the conversation: heading, the way to a person, the turns, the field, and two regions that are read out. */

import { LANGUAGES, type Language, type Profile } from "./contract";
import { Composer } from "./composer";
import { freshId, h } from "./dom";
import { speak, type Say } from "./words";

const SPOKEN_FOR_MS = 4000;

export type PanelActions = {
  ask: (question: string) => void;
  stop: () => void;
  close: (() => void) | null;
  showPerson: () => void;
  showChat: () => void;
  chooseLanguage: (language: Language) => void;
  save: () => void;
  forget: () => void;
};

export class Panel {
  readonly element: HTMLElement;
  readonly turns = h("ol", { class: "turns" });
  readonly composer: Composer;
  private readonly intro = h("div", {});
  private readonly person = h("div", { class: "person", hidden: true });
  private readonly chat: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly title: HTMLHeadingElement;
  private readonly personButton: HTMLButtonElement;
  private readonly personTitle: HTMLHeadingElement;
  private readonly status = h("p", { class: "status unseen", role: "status" });
  private readonly finished = h("div", { class: "unseen", "aria-live": "polite", "aria-atomic": "true" });
  private readonly tools = h("div", { class: "tools" });
  private readonly languages: HTMLSelectElement;
  private shownAt = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    profile: Profile,
    language: Language,
    private readonly say: Say,
    private readonly actions: PanelActions,
  ) {
    const titleId = freshId("title");
    this.title = h("h2", { id: titleId, tabindex: -1 }, profile.title[language]);
    this.personTitle = h("h3", { tabindex: -1 }, say("person"));
    this.personButton = h("button", { type: "button", class: "person-button", "aria-expanded": "false", onclick: actions.showPerson }, say("person"));
    this.composer = new Composer(say, profile.max_question_chars, actions.ask, actions.stop);
    this.composer.element.hidden = profile.is_stopped;
    this.languages = h("select", {
      "aria-label": say("language"),
      onchange: () => actions.chooseLanguage(this.languages.value as Language),
    });
    this.languages.append(...LANGUAGES.map((own) => h("option", { value: own, lang: own, selected: own === language }, speak(own)("language_name"))));
    this.scroller = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": say("conversation") }, this.intro, this.turns);
    this.chat = h("div", { class: "chat" }, this.scroller, this.status, this.composer.element, this.tools);
    this.element = h(
      "section",
      { class: "panel", lang: language, role: "dialog", "aria-labelledby": titleId },
      h(
        "div",
        { class: "head" },
        h("div", { class: "naming" }, this.title, h("p", { class: "automated" }, say("automated"))),
        this.languages,
        actions.close && h("button", { type: "button", class: "close", "aria-label": say("close"), onclick: actions.close }, h("span", { "aria-hidden": "true" }, "✕")),
      ),
      h("div", { class: "bar" }, this.personButton),
      this.chat,
      this.person,
      this.finished,
    );
    if (actions.close === null) this.element.setAttribute("role", "region");
    this.showTools();
  }

  introduce(...content: Node[]): void {
    this.intro.replaceChildren(...content);
  }

  focusTitle(): void {
    this.title.focus();
  }

  focusPersonButton(): void {
    this.personButton.focus();
  }

  get showsPerson(): boolean {
    return !this.person.hidden;
  }

  get hasFocus(): boolean {
    const root = this.element.getRootNode();
    return root instanceof ShadowRoot && this.element.contains(root.activeElement);
  }

  /** Show how a person is reached. The focus goes along when it was in the panel: what it stood on is replaced. */
  openPerson(content: HTMLElement[]): void {
    const movesFocus = this.hasFocus;
    const back = h("button", { type: "button", class: "quiet", onclick: this.actions.showChat }, this.say("back"));
    this.person.replaceChildren(back, this.personTitle, ...content);
    this.person.hidden = false;
    this.chat.hidden = true;
    this.personButton.setAttribute("aria-expanded", "true");
    if (movesFocus) this.personTitle.focus();
  }

  closePerson(): void {
    this.person.hidden = true;
    this.chat.hidden = false;
    this.personButton.setAttribute("aria-expanded", "false");
  }

  set isBusy(isBusy: boolean) {
    this.composer.isBusy = isBusy;
    this.languages.disabled = isBusy;
    this.scroller.setAttribute("aria-busy", String(isBusy));
  }

  /** Say what is going on, seen and heard. `isQuiet`: it stands in the conversation too, so it is only heard. */
  tell(text: string, isQuiet = false): void {
    this.status.textContent = text;
    this.status.classList.toggle("unseen", isQuiet || text === "");
  }

  /** Read a finished answer out, once. It leaves again, so that it is not met twice by who reads line by line. */
  readOut(text: string, language: Language): void {
    clearTimeout(this.silence);
    this.finished.lang = language;
    this.finished.textContent = text;
    this.silence = setTimeout(() => this.finished.replaceChildren(), SPOKEN_FOR_MS);
  }

  /** Bring a turn's beginning into view; the reader scrolls on from there. */
  show(turn: HTMLElement): void {
    this.scroller.scrollTop += turn.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - 8;
    this.shownAt = this.scroller.scrollTop;
  }

  /** The same for a turn that has grown, unless the reader has scrolled since. */
  keepShown(turn: HTMLElement): void {
    if (this.scroller.scrollTop === this.shownAt) this.show(turn);
  }

  showTools(hasTurns = false): void {
    const { say, actions } = this;
    if (!hasTurns) {
      this.tools.replaceChildren();
      return;
    }
    this.tools.replaceChildren(
      h("button", { type: "button", class: "quiet", onclick: actions.save }, say("transcript_save")),
      h("button", { type: "button", class: "quiet danger", onclick: () => this.confirmForgetting() }, say("delete")),
    );
  }

  private confirmForgetting(): void {
    const { say, actions } = this;
    const label = freshId("confirm");
    const yes = h("button", { type: "button", class: "plain danger", onclick: actions.forget }, say("delete_yes"));
    const no = h("button", { type: "button", class: "plain", onclick: () => this.keepAll() }, say("delete_no"));
    this.tools.replaceChildren(h("div", { class: "confirm", role: "group", "aria-labelledby": label }, h("p", { id: label }, say("delete_confirm")), yes, no));
    no.focus();
  }

  private keepAll(): void {
    this.showTools(true);
    this.tools.querySelector<HTMLButtonElement>(".danger")?.focus();
  }
}
