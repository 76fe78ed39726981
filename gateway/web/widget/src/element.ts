/** <korpu-chat>: a button on a government's page that opens the conversation, or the conversation in its place (mode="inline"). */

import tokens from "../../static/tokens.css";
import { Chat } from "./chat";
import { GatewayClient, GatewayProblem } from "./client";
import { h } from "./dom";
import { Memory } from "./memory";
import type { Panel } from "./panel";
import styles from "./styles.css";
import { chooseLanguage, speak, type Say } from "./words";

/** Where this script came from is where the gateway is. Read while it runs: later nobody knows. */
const SCRIPT = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

const NOTICE_MS = 8000;

export class KorpuChat extends HTMLElement {
  private readonly root = this.attachShadow({ mode: "open" });
  private launcher: HTMLButtonElement | null = null;
  private chat: Chat | null = null;
  private opening: Promise<void> | null = null;
  private memory = new Memory("korpu");

  connectedCallback(): void {
    if (this.root.childNodes.length > 0) return;
    this.dress();
    this.memory = new Memory(`korpu ${this.base} ${this.pilot}`);
    this.root.addEventListener("keydown", (event) => this.onKey(event as KeyboardEvent));
    if (this.isInline) {
      void this.open(false);
      return;
    }
    this.launcher = h("button", { type: "button", class: "launcher", lang: this.language, "aria-expanded": "false", onclick: () => void this.open(true) });
    this.launcher.append(h("span", { class: "mark", "aria-hidden": "true" }), h("span", {}, this.say("open")));
    this.root.append(this.launcher);
    if (this.memory.now.isOpen) void this.open(false);
  }

  /** Open the conversation. `movesFocus`: a person asked for it, so the keyboard goes along. */
  async open(movesFocus: boolean): Promise<void> {
    if (this.opening === null) this.opening = this.load(movesFocus);
    await this.opening;
    if (this.chat === null) {
      this.opening = null;
      return;
    }
    this.chat.panel.element.hidden = false;
    // Loading takes a moment: whoever has gone elsewhere in it is left there.
    const waits = this.launcher === null || this.root.activeElement === this.launcher;
    if (this.launcher !== null) {
      this.launcher.hidden = true;
      this.launcher.setAttribute("aria-expanded", "true");
      this.memory.keep({ isOpen: true });
    }
    if (movesFocus && waits) this.chat.panel.focusTitle();
  }

  close(): void {
    if (this.chat === null || this.launcher === null) return;
    this.chat.panel.element.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.memory.keep({ isOpen: false });
    this.launcher.focus();
  }

  private get isInline(): boolean {
    return this.getAttribute("mode") === "inline";
  }

  private get language(): "az" | "en" | "ru" {
    const page = this.closest<HTMLElement>("[lang]")?.lang;
    return chooseLanguage(this.memory.now.language, this.getAttribute("lang"), page);
  }

  private get say(): Say {
    return speak(this.language);
  }

  /** Where the gateway is: named by the page, or where this script came from. */
  private get base(): string {
    return new URL(this.getAttribute("gateway") ?? SCRIPT, document.baseURI).origin;
  }

  private get pilot(): string {
    return this.getAttribute("pilot") ?? "citizen_chat";
  }

  private async load(tellsLoading: boolean): Promise<void> {
    const notice = h("p", { class: "notice-line", role: "status", lang: this.language }, this.say("loading"));
    if (tellsLoading || this.isInline) this.root.append(notice);
    const client = new GatewayClient(this.base, this.pilot, this.hasAttribute("routed"), this.memory);
    try {
      const profile = await client.profile();
      const close = this.isInline ? null : (): void => this.close();
      this.chat = new Chat(client, this.memory, profile, this.language, close, (panel) => this.show(panel));
      this.chat.introduce();
      await this.chat.resume();
      notice.remove();
      this.show(this.chat.panel);
    } catch (error) {
      const isStopped = error instanceof GatewayProblem && error.slug === "pilot-stopped";
      notice.textContent = this.say(isStopped ? "paused" : error instanceof GatewayProblem ? "failed" : "offline");
      notice.classList.add("failure");
      this.root.append(notice);
      if (this.isInline) notice.append(" ", h("button", { type: "button", class: "quiet", onclick: () => this.again(notice) }, this.say("retry")));
      else setTimeout(() => notice.remove(), NOTICE_MS);
    }
  }

  private again(notice: HTMLElement): void {
    notice.remove();
    this.opening = null;
    void this.open(false);
  }

  private show(panel: Panel): void {
    this.root.querySelector(".panel")?.remove();
    this.root.append(panel.element);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.chat === null || this.chat.panel.element.hidden) return;
    event.stopPropagation();
    this.chat.escape();
  }

  /** Constructed sheets obey the page's `style-src 'self'`; a browser without them gets a style element. */
  private dress(): void {
    const text = `${tokens}\n${styles}`;
    if ("adoptedStyleSheets" in this.root && "replaceSync" in CSSStyleSheet.prototype) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      this.root.adoptedStyleSheets = [sheet];
    } else {
      (this.root as ShadowRoot).append(h("style", {}, text));
    }
  }
}
