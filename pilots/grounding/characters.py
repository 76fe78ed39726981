"""Characters that a sentence in Azerbaijani, Russian or English does not need: a source may use them, a model only after it."""

import re

# Latin and Cyrillic letters, the digits of a keyboard, and punctuation. Digits of other scripts, superscripts, letters of mathematics,
# invisible and combining characters, controls, private use and pictures are all outside.
USUAL = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0259\u018f\u0400-\u04ff \n.,;:!?'\"()\-–—«»“”„’‘…/%₼$€№+@&°]")


def strange_characters(text: str) -> set[str]:
    """Return the characters of a text that stand outside of what is usual. «i̇», as programs write a small İ, is an i."""
    return {char for char in text.replace("i\u0307", "i") if not USUAL.fullmatch(char)}
