"""Lies on the wire: stalls, resets, endless text, broken events. Each carries a false amount as far as it gets."""

from collections.abc import Callable, Iterator
from random import Random

from evaluation.adversary.attacks import Attack, pick_row, told
from evaluation.adversary.prompts import Prompt
from evaluation.adversary.replies import Forever, Mark, Piece, Raw, Reply, Reset, Said, Stall, in_pieces, write

LONG_S = 30.0

Pieces = Callable[[str, str], tuple[Piece, ...]]
"""From the whole reply and the false sentence to what is sent."""


def attacks() -> Iterator[Attack]:
    def wired(name: str, pieces: Pieces, *, finish_reason: str | None = "stop", status: int = 200) -> Attack:
        def make(prompt: Prompt, draw: Random) -> Reply | None:
            row = pick_row(prompt, draw)
            if row is None:
                return None
            false = f"{told(row)} {row.whole + 77} manatdır."
            whole = write([Said(false, (row.line.n,))], prompt.style)
            return Reply(pieces=pieces(whole, false), marks=(Mark((f"{row.whole + 77} manat",)),), finish_reason=finish_reason, status=status)

        return Attack(f"wire: {name}", "wire", make)

    yield wired("nothing at all", lambda _whole, _false: ())
    yield wired("only spaces", lambda _whole, _false: ("   \n ",))
    yield wired("nothing and no end", lambda _whole, _false: (), finish_reason=None)
    yield wired("a stall before the first word", lambda _whole, _false: (Stall(LONG_S),))
    yield wired("a stall in the middle", lambda whole, _: (whole[: len(whole) // 2], Stall(LONG_S)))
    yield wired("a stall before the end", lambda whole, _: (whole, Stall(LONG_S)))
    yield wired("a reset before the first word", lambda _whole, _false: (Reset(),))
    yield wired("a reset in the middle", lambda whole, _: (whole[: len(whole) // 2], Reset()))
    yield wired("a reset in the figure", lambda whole, _: (whole[: whole.rindex("manat")], Reset()))
    yield wired("a reset before the end", lambda whole, _: (whole, Reset()))
    yield wired("no end", lambda whole, _: (whole,), finish_reason=None)
    yield wired("the budget's end", lambda whole, _: (whole[:-3],), finish_reason="length")
    yield wired("endless spaces", lambda _whole, _false: (Forever(" "),))
    yield wired("endless words", lambda _, false: (Forever(f"{false} "),))
    yield wired("endless figures", lambda _whole, _false: (Forever("7"),))
    yield wired("endless after the reply", lambda whole, _: (whole, Forever(" söz")))
    yield wired("letter by letter", lambda whole, _: in_pieces(whole, 1))
    yield wired("all at once", lambda whole, _: (whole,))
    yield wired("an error event", lambda whole, _: (whole[:20], Raw(b'data: {"error": {"message": "out of memory"}}\n\n')))
    yield wired("an event that is not JSON", lambda whole, _: (whole[:20], Raw(b"data: {oops\n\n")))
    yield wired("an event of another shape", lambda whole, _: (Raw(b'data: {"text": "777 manat"}\n\n'), whole))
    yield wired("bytes that are no UTF-8", lambda whole, _: (whole[:20], Raw(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')))
    yield wired("a comment with text", lambda whole, false: (Raw(f": {false}\n\n".encode()), whole))
    yield wired("an event of a name", lambda whole, false: (Raw(f"event: sentence\ndata: {{}}\n\nid: {false}\n\n".encode()), whole))
    yield wired("a reply after the end", lambda whole, _: (Raw(b"data: [DONE]\n\n"), whole))
    for status in (400, 401, 404, 429, 500, 503, 504):
        yield wired(f"HTTP {status}", lambda _whole, _false: (), status=status)
