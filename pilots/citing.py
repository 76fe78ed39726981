"""Numbers the sources of an answer."""

from pilots.answer import Citation


class Citer:
    """Hands out citation numbers from 1 in the order of first use; the same place in the same source keeps its number.

    Quotes of one place grow by the sentences that are cited from it, each once, a line each.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, str, str, str | None, str | None], int] = {}
        self._quotes: dict[int, dict[str, None]] = {}

    def cite(self, *, source_id: str, title: str, locator: str, quote: str, url: str | None, as_of: str | None) -> int:
        """Return the number under which a quote is cited."""
        n = self._places.setdefault((source_id, title, locator, url, as_of), len(self._places) + 1)
        self._quotes.setdefault(n, {})[quote] = None
        return n

    def citations(self) -> tuple[Citation, ...]:
        return tuple(
            Citation(n=n, source_id=source_id, title=title, locator=locator, quote="\n".join(self._quotes[n]), url=url, as_of=as_of)
            for (source_id, title, locator, url, as_of), n in self._places.items()
        )
