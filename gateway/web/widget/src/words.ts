/** The words of the widget, from the files that the gateway's pages use too. */

import az from "../../words/az.json";
import en from "../../words/en.json";
import ru from "../../words/ru.json";
import type { Language } from "./contract";

export type Word = keyof typeof az;
export type Say = (word: Word, values?: Record<string, string | number>) => string;

const WORDS: Record<Language, Record<Word, string>> = { az, en, ru };

export function speak(language: Language): Say {
  return (word, values = {}) => WORDS[language][word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** The first of the wished languages that the widget speaks, compared by the letters before the region («ru-RU»). */
export function chooseLanguage(...wished: (string | null | undefined)[]): Language {
  for (const wish of wished) {
    const own = (wish ?? "").slice(0, 2);
    if (own === "az" || own === "en" || own === "ru") return own;
  }
  return "az";
}

/** Words for how a question ended; every fault is one word to a citizen. */
export function statusWord(status: string): Word {
  const word = `status_${status}`;
  return word in az ? (word as Word) : "status_error";
}
