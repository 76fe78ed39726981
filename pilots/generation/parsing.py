"""Reading a reply while it is written: every finished sentence at once, and nothing of an unfinished one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, cast

import ijson  # pyright: ignore[reportMissingTypeStubs]
from pydantic import BaseModel, ConfigDict, ValidationError

from rag.chunking import split_sentences
from serving.errors import ModelReplyInvalid


class ReplyVerdict(StrEnum):
    """How far the model says that its sources answer."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    CANNOT_ANSWER = "cannot_answer"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model has written and says to have from these sources. It becomes a Sentence only by the guard."""

    text: str
    citations: tuple[int, ...]


class ReplyReader(Protocol):
    """One reply. `verdict` is None until the model has given one."""

    verdict: ReplyVerdict | None

    def read(self, text: str) -> list[Proposal]:
        """Return the sentences that a further piece of text has finished.

        Raises:
            ModelReplyInvalid: this can no longer become a reply.
        """
        ...

    def finish(self, *, is_cut: bool) -> list[Proposal]:
        """Return what the end of the reply has finished; `is_cut` says that the token budget ended it.

        Raises:
            ModelReplyInvalid: the reply broke off.
        """
        ...


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    text: str
    citations: list[int]


class StructuredReader:
    """Reads a reply by `REPLY_SCHEMA`. Anything around the JSON document, or other JSON, is unreadable."""

    def __init__(self) -> None:
        self.verdict: ReplyVerdict | None = None
        self._sentences, self._read_sentences = _collect("sentences.item")
        self._verdicts, self._read_verdict = _collect("verdict")

    def read(self, text: str) -> list[Proposal]:
        """See `ReplyReader.read`."""
        if not text:
            return []
        try:
            for coroutine in (self._read_verdict, self._read_sentences):
                coroutine.send(text.encode())
        except (ijson.JSONError, StopIteration, UnicodeEncodeError) as error:
            raise ModelReplyInvalid("not the JSON that was asked for") from error
        return self._take()

    def finish(self, *, is_cut: bool) -> list[Proposal]:
        """See `ReplyReader.finish`."""
        try:
            for coroutine in (self._read_verdict, self._read_sentences):
                coroutine.close()
        except ijson.JSONError as error:
            raise ModelReplyInvalid("the reply broke off") from error
        proposals = self._take()
        if is_cut or self.verdict is None:
            raise ModelReplyInvalid("the reply has no end")
        return proposals

    def _take(self) -> list[Proposal]:
        try:
            if self._verdicts:
                self.verdict = ReplyVerdict(self._verdicts[0])
            written = [_Written.model_validate(item) for item in self._sentences]
        # A ValidationError quotes its input, so it is not chained into the fault.
        except (ValidationError, ValueError):
            raise ModelReplyInvalid("not the JSON that was asked for") from None
        self._sentences.clear()
        return [Proposal(item.text, tuple(dict.fromkeys(item.citations))) for item in written]


def _collect(path: str) -> tuple[list[Any], Any]:
    """Return a list that fills with what stands at a path of a JSON document, and the coroutine that reads its bytes."""
    found = cast("list[Any]", ijson.sendable_list())
    return found, ijson.items_coro(found, path)  # pyright: ignore[reportUnknownMemberType]


class CompletionReader:
    """Reads plain text of a base model, which gives no citations: `attribute` finds the sources of each sentence."""

    def __init__(self, attribute: Callable[[str], Sequence[int]]) -> None:
        self.verdict: ReplyVerdict | None = None
        self._attribute = attribute
        self._text = ""

    def read(self, text: str) -> list[Proposal]:
        """See `ReplyReader.read`. A sentence is finished once the next one has begun."""
        self._text += text
        *finished, rest = split_sentences(self._text) or [""]
        if finished:
            self._text = self._text[self._text.rindex(rest) :]
        return self._proposed(finished)

    def finish(self, *, is_cut: bool) -> list[Proposal]:
        """See `ReplyReader.finish`. Of a reply that was cut the last sentence is left out."""
        rest = [] if is_cut else split_sentences(self._text)
        self._text = ""
        return self._proposed(rest)

    def _proposed(self, sentences: Sequence[str]) -> list[Proposal]:
        return [Proposal(text, tuple(self._attribute(text))) for text in sentences]
