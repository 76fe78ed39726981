/** The trace of a question begins in the citizen's browser (W3C Trace Context), so that its id leads to every step behind it. */

export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What a person can read out: the first eight signs of an answer's id. */
export function shortCode(answerId: string): string {
  return `${answerId.slice(0, 4)}-${answerId.slice(4, 8)}`;
}
