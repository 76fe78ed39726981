"""Telling an answer while it is made: each citation before the first sentence that uses it."""

from collections.abc import Callable, Sequence

from pilots.answer import Citation, Sentence


class Telling:
    """Passes the parts of one answer to whoever listens, in the order of reading."""

    def __init__(self, listener: Callable[[Sentence | Citation], None] | None = None) -> None:
        """Nobody listens when the whole answer is waited for."""
        self._listener = listener
        self._cited: set[int] = set()

    def say(self, sentence: Sentence, citations: Sequence[Citation]) -> None:
        """Tell a sentence. `citations` holds at least those that it uses."""
        if self._listener is None:
            return
        by_number = {citation.n: citation for citation in citations}
        for n in sentence.citations:
            if n not in self._cited:
                self._cited.add(n)
                self._listener(by_number[n])
        self._listener(sentence)
