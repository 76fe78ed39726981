/** Server-sent events from a fetched body; EventSource can neither post nor send a credential. */

import type { AnswerEvent } from "./contract";

const NAMES: ReadonlySet<string> = new Set(["meta", "citation", "sentence", "done", "error"]);

/** Yield the events of an answer in their order; unknown ones are passed over. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      let end: number;
      while ((end = rest.indexOf("\n\n")) >= 0) {
        const event = parseEvent(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (event !== null) yield event;
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseEvent(block: string): AnswerEvent | null {
  let name = "";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  return NAMES.has(name) ? ({ name, data: JSON.parse(data) } as AnswerEvent) : null;
}
