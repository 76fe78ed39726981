/** What the gateway sends, as gateway/contract.py and gateway/conversation_contract.py define it. */

export type Language = "az" | "en" | "ru";
export const LANGUAGES: readonly Language[] = ["az", "en", "ru"];

export type Citation = { n: number; source_id: string; title: string; locator: string; quote: string; url: string | null; as_of: string | null };
export type Sentence = { text: string; kind: "fact" | "notice" | "frame"; citations: number[]; is_item: boolean };

export type Answer = {
  id: string;
  status: string;
  language: Language;
  text: string;
  sentences: Sentence[];
  citations: Citation[];
  options: string[];
  details: { degraded?: string[] };
  conversation_id: string;
  trace_id: string | null;
};

export type Start = { id: string; conversation_id: string; trace_id: string | null };
export type Problem = { type: string; status: number; detail: string; answer?: Answer };

export type AnswerEvent =
  | { name: "meta"; data: Start }
  | { name: "citation"; data: Citation }
  | { name: "sentence"; data: Sentence }
  | { name: "done"; data: Answer }
  | { name: "error"; data: Problem };

export type PersonLine = { kind: "phone" | "hours" | "step"; label: string; text: string; source: string; as_of: string | null; url: string | null };

export type Profile = {
  name: string;
  title: Record<Language, string>;
  agency: string;
  examples: string[];
  max_question_chars: number;
  retention_days: number;
  is_stopped: boolean;
  is_degraded: boolean;
  person: PersonLine[];
};

export type Handover = { id: string; code: string; state: "waiting" | "taken" | "closed"; reply: string | null };
export type Transcript = {
  id: string;
  turns: { id: string; question: string; answer: Answer | null }[];
  handover: Handover | null;
};

export const REASONS = ["wrong_fact", "outdated", "other_question", "incomplete", "unclear", "no_answer", "other"] as const;
export type Reason = (typeof REASONS)[number];
