/** The conversation as a text file that a person keeps. */

import { h } from "./dom";
import type { Turn } from "./turn";
import { shortCode } from "./trace";
import { showDay } from "./typesetting";
import type { Say } from "./words";

export function saveTranscript(turns: readonly Turn[], title: string, say: Say): void {
  const parts = turns.map((turn) => {
    const lines = [`${say("you")}: ${turn.question || say("withheld")}`, `${say("assistant")}:`, turn.answer?.text ?? turn.sentences.map((sentence) => sentence.text).join("\n")];
    for (const citation of turn.citations) {
      lines.push(`[${citation.n}] ${[citation.title, citation.locator, citation.as_of && showDay(citation.as_of), citation.url].filter((part) => part).join(", ")}`);
    }
    if (turn.answer !== null) lines.push(`${say("answer_code")}: ${shortCode(turn.answer.id)}`);
    return lines.join("\n");
  });
  const text = [title, ...parts].join("\n\n");
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  h("a", { href, download: "korpu.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
