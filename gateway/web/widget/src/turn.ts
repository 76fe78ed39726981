/** One question and what came of it. The views draw it; it knows nothing of them. */

import type { Answer, Citation, Sentence } from "./contract";
import type { Word } from "./words";

/** Why nothing came. `retryAt` is when it may be tried again, in milliseconds since the epoch. */
export type Failure = { word: Word; values?: Record<string, string | number>; retryAt?: number };

export type TurnState = "waiting" | "arriving" | "done" | "stopped" | "unfinished" | "failed";

export class Turn {
  state: TurnState = "waiting";
  answer: Answer | null = null;
  failure: Failure | null = null;
  verdict: "helpful" | "unhelpful" | null = null;
  readonly citations: Citation[] = [];
  readonly sentences: Sentence[] = [];

  constructor(readonly question: string) {}

  /** A turn as it is read again; without an answer it was left unfinished. */
  static recall(question: string, answer: Answer | null): Turn {
    const turn = new Turn(question);
    if (answer === null) turn.state = "unfinished";
    else turn.settle(answer);
    return turn;
  }

  /** Take the whole answer in place of the parts that came before it. */
  settle(answer: Answer): void {
    this.answer = answer;
    this.citations.splice(0, Infinity, ...answer.citations);
    this.sentences.splice(0, Infinity, ...answer.sentences);
    this.state = "done";
  }

  fail(failure: Failure): void {
    this.failure = failure;
    this.state = "failed";
  }
}

/** An answer as a screen reader hears it: its sentences without the numbers of their sources. */
export function spoken(answer: Answer): string {
  return [...answer.sentences.map((sentence) => sentence.text), ...answer.options].join("\n");
}
