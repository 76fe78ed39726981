"""What a model is asked, in an order that keeps its beginning the same: policy, pilot, documents, conversation, question.

Engines keep what they have read of a beginning that comes again, so all questions of a pilot share the first part.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from pilots.context import Context
from pilots.generation.sources import NumberedSource
from pilots.personal_data import redact
from serving.client import ChatMessage

FOLDER = Path(__file__).parent
CHARS_PER_TOKEN = 2
"""Common tokenizers cut an Azerbaijani word into about 4.2 tokens (configs/models.yaml), so two characters a token are on the safe side."""
EARLIER_QUESTIONS = 3
EARLIER_CHARS = 300
QUESTION_CHARS = 600
BRACKETED_ROLE = re.compile(r"\[(/?[A-Z_]{2,})\]")

VERDICTS = ("complete", "partial", "cannot_answer")

REPLY_SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["verdict", "sentences"],
    "properties": {
        "verdict": {"type": "string", "enum": list(VERDICTS)},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["citations", "text"],
                "properties": {"citations": {"type": "array", "items": {"type": "integer"}}, "text": {"type": "string"}},
            },
        },
    },
}
"""The same for every question, so that an engine compiles its grammar once. Numbers come before the text that they carry."""


class WorkedExample(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What every prompt of a pilot begins with."""

    policy: str
    pilot: str
    examples: tuple[WorkedExample, ...]


def load_guidance(folder: Path) -> Guidance:
    """Read the common policy and the pilot's own `answer.md`, or the common one where it has none."""
    own = folder / "answer.md"
    pilot = (own if own.is_file() else FOLDER / "answer.md").read_text(encoding="utf-8").strip()
    return Guidance(policy=_load_policy(), pilot=pilot, examples=_load_examples())


@cache
def _load_policy() -> str:
    return (FOLDER / "policy.md").read_text(encoding="utf-8").strip()


@cache
def _load_examples() -> tuple[WorkedExample, ...]:
    return TypeAdapter(tuple[WorkedExample, ...]).validate_python(yaml.safe_load((FOLDER / "examples.yaml").read_text(encoding="utf-8")))


def chat_messages(guidance: Guidance, sources: Sequence[NumberedSource], context: Context) -> tuple[ChatMessage, ...]:
    """Return the prompt of a chat model. Documents, earlier questions and the question are data between tags that no data can close."""
    documents = "\n".join(f'<sənəd n="{source.n}" ad="{as_data(source.heading)}">\n{as_data(source.text)}\n</sənəd>' for source in sources)
    earlier = "".join(f"<əvvəlki_sual>{question}</əvvəlki_sual>\n" for question in earlier_questions(context))
    return (
        ChatMessage("system", f"{guidance.policy}\n\n{guidance.pilot}"),
        ChatMessage("user", f"{documents}\n\n{earlier}<sual>{asked(context)}</sual>"),
    )


def completion_prompt(guidance: Guidance, sources: Sequence[NumberedSource], context: Context) -> str:
    """Return what a base model goes on from: worked examples, and in their form the sources and the question.

    A base model obeys no policy; the form of the examples is all that it follows. Earlier questions would be answered by it too.
    """
    worked = [f"Sənəd: {example.document}\nSual: {example.question}\nCavab: {example.answer}" for example in guidance.examples]
    documents = "\n".join(f"{_sentence(as_data(source.heading))} {as_data(source.text)}" for source in sources)
    return "\n\n".join([*worked, f"Sənəd: {documents}\nSual: {_one_line(asked(context))}\nCavab:"])


def fitting(sources: Sequence[NumberedSource], *, chars: Callable[[Sequence[NumberedSource]], int], tokens: int) -> tuple[NumberedSource, ...]:
    """Return the first sources with which a prompt has at most so many tokens; none when not even one fits.

    `chars` tells how many characters the whole prompt with some sources has.
    """
    kept: list[NumberedSource] = []
    for source in sources:
        if count_tokens(chars([*kept, source])) > tokens:
            break
        kept.append(source)
    return tuple(kept)


def count_tokens(chars: int) -> int:
    """Return an upper estimate of the tokens in so many characters of Azerbaijani."""
    return ceil(chars / CHARS_PER_TOKEN)


def asked(context: Context) -> str:
    return as_data(redact(context.question.text).text)[:QUESTION_CHARS]


def earlier_questions(context: Context) -> list[str]:
    """Return the latest questions of the conversation when the present one goes on with it, oldest first."""
    if context.earlier is None:
        return []
    return [as_data(redact(turn.question).text)[:EARLIER_CHARS] for turn in context.question.history[-EARLIER_QUESTIONS:]]


def as_data(text: str) -> str:
    """Return a text that can neither close its tag nor open a role in any chat template."""
    return BRACKETED_ROLE.sub(r"(\1)", text.replace("<", "‹").replace(">", "›").replace('"', "”"))


def _sentence(heading: str) -> str:
    return heading if heading.endswith((".", ":")) else f"{heading}."


def _one_line(text: str) -> str:
    return " ".join(text.split())
