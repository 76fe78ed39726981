/** The gateway as the widget sees it: one session, questions that stream, and what belongs to a conversation. */

import type { Answer, AnswerEvent, Handover, Language, Problem, Profile, Reason, Transcript } from "./contract";
import { readEvents } from "./events";
import type { Memory } from "./memory";
import { newTraceparent } from "./trace";

const RENEW_BEFORE_S = 300;

/** The gateway answered with an HTTP problem. `retryAfterS` is 0 when it gave no time. */
export class GatewayProblem extends Error {
  constructor(
    readonly slug: string,
    readonly status: number,
    readonly retryAfterS: number,
  ) {
    super(slug);
  }
}

/** The gateway was not reached, or the connection broke before the answer's end. */
export class ConnectionLost extends Error {}

export class GatewayClient {
  constructor(
    private readonly base: string,
    private readonly pilot: string,
    private readonly isRouted: boolean,
    private readonly memory: Memory,
  ) {}

  async profile(): Promise<Profile> {
    return (await this.call("GET", `/v1/pilots/${this.pilot}`, { isPublic: true })).json() as Promise<Profile>;
  }

  /** Ask, and yield the answer's events. Raises GatewayProblem, ConnectionLost, or AbortError by the signal. */
  async *ask(question: string, conversation: string | null, language: Language | null, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    const body = { question, conversation_id: conversation, language };
    const path = this.isRouted ? "/v1/answers" : `/v1/pilots/${this.pilot}/answers`;
    const headers = { accept: "text/event-stream", traceparent: newTraceparent() };
    const response = await this.call("POST", path, { body, headers, signal });
    if (response.body === null) throw new ConnectionLost();
    try {
      for await (const event of readEvents(response.body)) {
        yield event;
        if (event.name === "done" || event.name === "error") return;
      }
    } catch (error) {
      if (signal.aborted || error instanceof GatewayProblem) throw error;
      throw new ConnectionLost();
    }
    throw new ConnectionLost();
  }

  async answer(id: string): Promise<Answer> {
    return (await this.call("GET", `/v1/answers/${id}`)).json() as Promise<Answer>;
  }

  async transcript(conversation: string): Promise<Transcript> {
    return (await this.call("GET", `/v1/conversations/${conversation}`)).json() as Promise<Transcript>;
  }

  async judge(answer: string, verdict: "helpful" | "unhelpful", reasons: Reason[], comment: string): Promise<void> {
    await this.call("POST", `/v1/answers/${answer}/feedback`, { body: { verdict, reasons, comment: comment || null } });
  }

  async handOver(conversation: string, language: Language, note: string): Promise<Handover> {
    const body = { language, note: note || null };
    return (await this.call("POST", `/v1/conversations/${conversation}/handover`, { body })).json() as Promise<Handover>;
  }

  async handover(conversation: string): Promise<Handover> {
    return (await this.call("GET", `/v1/conversations/${conversation}/handover`)).json() as Promise<Handover>;
  }

  /** Delete a conversation; one that is gone already is as good as deleted. */
  async forget(conversation: string): Promise<void> {
    try {
      await this.call("DELETE", `/v1/conversations/${conversation}`);
    } catch (error) {
      if (!(error instanceof GatewayProblem && error.status === 404)) throw error;
    }
  }

  private async call(
    method: string,
    path: string,
    { body, headers = {}, signal, isPublic = false }: { body?: object; headers?: Record<string, string>; signal?: AbortSignal; isPublic?: boolean } = {},
  ): Promise<Response> {
    const sent: Record<string, string> = { ...headers };
    if (body !== undefined) sent["content-type"] = "application/json";
    if (!isPublic) sent["authorization"] = `Bearer ${await this.token()}`;
    const response = await this.reach(path, { method, headers: sent, body: body && JSON.stringify(body), signal });
    if (!response.ok) throw await readProblem(response);
    return response;
  }

  private async token(): Promise<string> {
    const { token, expiresAt = 0 } = this.memory.now;
    const leftS = (expiresAt - Date.now()) / 1000;
    if (token !== undefined && leftS > RENEW_BEFORE_S) return token;
    const headers: Record<string, string> = token !== undefined && leftS > 0 ? { authorization: `Bearer ${token}` } : {};
    const response = await this.reach("/v1/sessions", { method: "POST", headers });
    if (!response.ok) throw await readProblem(response);
    const session = (await response.json()) as { token: string; expires_in: number };
    this.memory.keep({ token: session.token, expiresAt: Date.now() + session.expires_in * 1000 });
    return session.token;
  }

  private async reach(path: string, { body, signal, ...rest }: { method: string; headers: Record<string, string>; body?: string | undefined; signal?: AbortSignal | undefined }): Promise<Response> {
    const options: RequestInit = { ...rest, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "error" };
    if (body !== undefined) options.body = body;
    if (signal !== undefined) options.signal = signal;
    try {
      return await fetch(this.base + path, options);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ConnectionLost();
    }
  }
}

async function readProblem(response: Response): Promise<GatewayProblem> {
  const problem = (await response.json().catch(() => ({ type: "" }))) as Partial<Problem>;
  return new GatewayProblem((problem.type ?? "").split(":").pop() ?? "", response.status, Number(response.headers.get("retry-after")) || 0);
}
