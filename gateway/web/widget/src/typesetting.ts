/** How a text falls into lines and a date is written. The gateway's pages do the same in typesetting.py. */

import { h, seen } from "./dom";

const BOUND = [/(\d) (?=AZN|manat|faiz|%)/g, /(maddə) (?=\d)/g, /() (?=– )/g];
const JOINED = /[^–-][–-][^–-]/;
const LONGEST_JOINED = 16;
const LONGEST_LAST = 24;

/** A text that breaks where a reader expects: never inside «14.3-1.1», «1-dən», «30 AZN» or «maddə 5», never before a dash. */
export function typeset(text: string): (Node | string)[] {
  const words = bound(text).split(/(\s+)/);
  return words.map((word) => (word.length <= LONGEST_JOINED && JOINED.test(word) ? h("span", { class: "joined" }, word) : word));
}

/** A text with what belongs to its end: the last word goes to the next line with it, so that a number never stands there alone. */
export function withTail(text: string, tail: readonly Node[]): Node[] {
  const shown = bound(text).trimEnd();
  const start = shown.lastIndexOf(" ") + 1;
  const last = shown.slice(start);
  if (tail.length === 0 || last.length > LONGEST_LAST) return [h("bdi", {}, ...typeset(shown)), ...tail];
  return [h("bdi", {}, ...typeset(shown.slice(0, start))), h("span", { class: "tail" }, h("bdi", {}, last), ...tail)];
}

function bound(text: string): string {
  return BOUND.reduce((shown, space) => shown.replace(space, "$1\u00a0"), seen(text));
}

/** «2023-05» as it is written here: «05.2023». What is no date stays as it is. */
export function showDay(day: string): string {
  return /^\d{4}(-\d{2}){0,2}$/.test(day) ? day.split("-").reverse().join(".") : seen(day);
}
