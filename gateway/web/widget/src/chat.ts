/** Leads one conversation: what the person does, what the gateway says to it, and what the panel shows of that. */

import { AnswerView } from "./answer_view";
import { ConnectionLost, GatewayProblem, type GatewayClient } from "./client";
import type { Answer, Handover, Language, Profile } from "./contract";
import { disclosure } from "./disclosure";
import { Panel } from "./panel";
import type { Memory } from "./memory";
import { personView } from "./person_view";
import { closeCard } from "./sources";
import { saveTranscript } from "./transcript";
import { spoken, Turn, type Failure } from "./turn";
import { speak, type Say, type Word } from "./words";

export class Chat {
  panel: Panel;
  private readonly turns: Turn[] = [];
  private views: AnswerView[] = [];
  private handover: Handover | null = null;
  private say: Say;
  private running: AbortController | null = null;

  constructor(
    private readonly client: GatewayClient,
    private readonly memory: Memory,
    private readonly profile: Profile,
    private language: Language,
    private readonly onClose: (() => void) | null,
    private readonly onRedraw: (panel: Panel) => void,
  ) {
    this.say = speak(language);
    this.panel = this.draw();
    window.addEventListener("online", () => this.failed("offline") && this.panel.tell(this.say("online")));
  }

  /** Read the conversation of this tab again, and its last answer as it stands now: a supervisor may have decided on it since. */
  async resume(): Promise<void> {
    const conversation = this.conversation;
    if (conversation === null) return;
    try {
      const transcript = await this.client.transcript(conversation);
      this.turns.splice(0, Infinity, ...transcript.turns.map((turn) => Turn.recall(turn.question, turn.answer)));
      this.handover = transcript.handover;
      const last = this.turns[this.turns.length - 1];
      if (last?.answer) last.settle(await this.client.answer(last.answer.id));
    } catch (error) {
      if (!(error instanceof GatewayProblem)) {
        this.panel.tell(this.say("offline"));
        return;
      }
      this.memory.keep({ conversations: [] });
    }
    this.redraw();
  }

  async ask(question: string, language: Language | null = null): Promise<void> {
    if (this.running !== null) return;
    const turn = new Turn(question);
    this.turns.push(turn);
    this.views.forEach((view) => view.age());
    const view = this.append(turn);
    this.panel.composer.text = "";
    this.panel.introduce();
    this.panel.show(view.element);
    await this.run(turn, view, language);
  }

  stop(): void {
    this.running?.abort();
  }

  /** Esc closes the innermost thing that is open: a source, the way to a person, the panel. */
  escape(): void {
    const root = this.panel.element.getRootNode() as ShadowRoot;
    const card = root.activeElement?.closest(".answer")?.querySelector<HTMLButtonElement>(".cite[aria-expanded=true]");
    if (card) closeCard(card, true);
    else if (this.panel.showsPerson) this.showChat();
    else this.onClose?.();
  }

  private get conversation(): string | null {
    return this.memory.now.conversations?.slice(-1)[0] ?? null;
  }

  private async run(turn: Turn, view: AnswerView, language: Language | null): Promise<void> {
    const running = (this.running = new AbortController());
    this.panel.isBusy = true;
    this.panel.tell(this.say("searching"));
    try {
      for await (const event of this.client.ask(turn.question, this.conversation, language, running.signal)) {
        switch (event.name) {
          case "meta":
            this.remember(event.data.conversation_id);
            break;
          case "citation":
            turn.citations.push(event.data);
            break;
          case "sentence":
            turn.sentences.push(event.data);
            if (turn.state === "waiting") this.panel.tell(this.say("arriving"));
            turn.state = "arriving";
            view.update();
            this.panel.keepShown(view.element);
            break;
          case "done":
            this.finish(turn, event.data);
            break;
          case "error":
            if (event.data.answer) this.finish(turn, event.data.answer);
            else this.failTurn(turn, { word: "failed" });
        }
      }
    } catch (error) {
      if (running.signal.aborted) {
        turn.state = "stopped";
        this.panel.tell(this.say("stopped"), true);
      } else this.failTurn(turn, this.explain(error));
    } finally {
      this.running = null;
      this.panel.isBusy = false;
      view.update();
      this.panel.showTools(true);
      this.panel.keepShown(view.element);
    }
  }

  private finish(turn: Turn, answer: Answer): void {
    turn.settle(answer);
    this.memory.keep({ answer: answer.id });
    this.panel.tell("");
    this.panel.readOut(spoken(answer), answer.language);
  }

  private failTurn(turn: Turn, failure: Failure): void {
    turn.fail(failure);
    this.panel.tell(this.say(failure.word, failure.values), true);
    const waitMs = (failure.retryAt ?? 0) - Date.now();
    if (waitMs > 0) setTimeout(() => this.panel.tell(this.say("rate_limit_over"), true), waitMs);
  }

  private explain(error: unknown): Failure {
    if (error instanceof ConnectionLost) return { word: "offline" };
    if (!(error instanceof GatewayProblem)) return { word: "failed" };
    if (error.status === 429) return { word: "rate_limited", values: { n: error.retryAfterS }, retryAt: Date.now() + error.retryAfterS * 1000 };
    if (error.status === 401 || error.status === 404) {
      this.memory.keep({ token: undefined, expiresAt: undefined, conversations: [] });
      return { word: "expired" };
    }
    const known: Record<string, Word> = { "pilot-stopped": "paused", "pilot-not-ready": "preparing" };
    return { word: known[error.slug] ?? "failed" };
  }

  private failed(word: Word): boolean {
    return this.turns[this.turns.length - 1]?.failure?.word === word;
  }

  /** A question that did not get through is asked again in its own place. */
  private async retry(turn: Turn): Promise<void> {
    if (this.running !== null) return;
    const at = this.turns.indexOf(turn);
    this.turns.splice(at, 1);
    this.views.splice(at, 1)[0]?.element.remove();
    this.panel.composer.focus();
    await this.ask(turn.question);
  }

  private remember(conversation: string): void {
    const known = this.memory.now.conversations ?? [];
    if (known[known.length - 1] !== conversation) this.memory.keep({ conversations: [...known.filter((id) => id !== conversation), conversation] });
  }

  private async handOver(note: string): Promise<void> {
    const { conversation } = this;
    if (conversation === null) return;
    await this.withPerson(async () => (this.handover = await this.client.handOver(conversation, this.language, note)));
  }

  private async refreshHandover(): Promise<void> {
    const { conversation } = this;
    if (conversation !== null) await this.withPerson(async () => (this.handover = await this.client.handover(conversation)));
  }

  private async withPerson(work: () => Promise<unknown>): Promise<void> {
    let failure: Word | null = null;
    try {
      await work();
    } catch (error) {
      failure = this.explain(error).word;
    }
    if (!this.panel.showsPerson) return;
    this.showPerson(failure);
    const { handover } = this;
    if (failure !== null) this.panel.tell(this.say(failure), true);
    else if (handover !== null) this.panel.readOut([`${this.say("person_code")}: ${handover.code}`, handover.reply ?? ""].join("\n"), this.language);
  }

  private showPerson(failure: Word | null = null): void {
    const handOver = this.turns.some((turn) => turn.answer !== null) ? (note: string) => void this.handOver(note) : null;
    const actions = { handOver, refresh: () => void this.refreshHandover(), save: this.turns.length > 0 ? () => this.save() : null };
    this.panel.openPerson(personView(this.profile, this.handover, failure, this.say, actions));
  }

  private showChat(): void {
    this.panel.closePerson();
    this.panel.focusPersonButton();
  }

  private save(): void {
    saveTranscript(this.turns, this.profile.title[this.language], this.say);
  }

  private async forget(): Promise<void> {
    this.stop();
    try {
      for (const conversation of this.memory.now.conversations ?? []) await this.client.forget(conversation);
    } catch (error) {
      this.panel.tell(this.say(this.explain(error).word));
      return;
    }
    this.memory.keep({ conversations: [], answer: undefined });
    this.turns.splice(0);
    this.handover = null;
    const hadFocus = this.panel.hasFocus;
    this.redraw();
    this.panel.tell(this.say("deleted"));
    if (hadFocus) this.panel.focusTitle();
  }

  private append(turn: Turn): AnswerView {
    const view = new AnswerView(turn, this.say, {
      judge: async (judged, verdict, reasons, comment) => {
        if (judged.answer === null) return false;
        try {
          await this.client.judge(judged.answer.id, verdict, reasons, comment);
        } catch {
          return false;
        }
        judged.verdict = verdict;
        return true;
      },
      choose: (option) => {
        this.panel.composer.focus();
        void this.ask(option, turn.answer?.language ?? null);
      },
      retry: (failed) => void this.retry(failed),
    });
    this.views.push(view);
    this.panel.turns.append(view.element);
    return view;
  }

  private draw(): Panel {
    const panel = new Panel(this.profile, this.language, this.say, {
      ask: (question) => void this.ask(question),
      stop: () => this.stop(),
      close: this.onClose,
      showPerson: () => (this.panel.showsPerson ? this.showChat() : this.showPerson()),
      showChat: () => this.showChat(),
      chooseLanguage: (language) => this.speakIn(language),
      save: () => this.save(),
      forget: () => void this.forget(),
    });
    return panel;
  }

  private redraw(): void {
    this.panel = this.draw();
    this.views = [];
    if (this.turns.length === 0) this.introduce();
    this.turns.forEach((turn) => this.append(turn));
    this.views.slice(0, -1).forEach((view) => view.age());
    this.panel.showTools(this.turns.length > 0);
    this.onRedraw(this.panel);
    const last = this.views[this.views.length - 1];
    if (last) this.panel.show(last.element);
  }

  /** Say what a person has to know before the first message. */
  introduce(): void {
    const ask = (question: string): void => {
      this.panel.composer.focus();
      void this.ask(question);
    };
    this.panel.introduce(disclosure(this.profile, this.say, ask));
  }

  private speakIn(language: Language): void {
    this.language = language;
    this.say = speak(language);
    this.memory.keep({ language });
    this.redraw();
    this.panel.element.querySelector("select")?.focus();
  }
}
