"""Bytes of a text file as text: UTF-8, UTF-16 with its mark, and the two code pages that old Azerbaijani files use."""

import codecs
import re

from rag.errors import DocumentUnreadable

_AZERBAIJANI = frozenset("çğıöşüÇĞİÖŞÜâîûÂÎÛ«»“”‘’–—…№°")
_LETTER = re.compile(r"[^\W\d_]")

CYRILLIC_SHARE = 0.5
"""Above this share of high bytes among the letters a text is Cyrillic; Azerbaijani in cp1254 stays below a third."""


def decode_text(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        DocumentUnreadable: empty, binary, or in an encoding that gives no plausible Azerbaijani or Russian text.
    """
    if not data.strip():
        raise DocumentUnreadable("the file is empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if b"\x00" in data:
        raise DocumentUnreadable("the file is binary, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_code_page(data)


def _decode_code_page(data: bytes) -> str:
    cyrillic = data.decode("cp1251", errors="replace")
    high = sum(byte >= 0xC0 for byte in data)
    letters = len(_LETTER.findall(cyrillic))
    if letters and high / letters > CYRILLIC_SHARE:
        return cyrillic
    turkish = data.decode("cp1254", errors="replace")
    odd = [character for character in turkish if ord(character) > 0x7F and character not in _AZERBAIJANI]
    if len(odd) > 0.1 * max(1, high):
        raise DocumentUnreadable("the encoding is neither UTF-8 nor cp1251 nor cp1254")
    return turkish
