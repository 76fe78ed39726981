"""Text files are read in the encodings that Azerbaijani offices use; anything else is refused with its reason."""

import pytest

from rag.errors import DocumentUnreadable
from rag.loaders.decoding import decode_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str):
    assert decode_text("Şəxsiyyət vəsiqəsi".encode(encoding)) == "Şəxsiyyət vəsiqəsi"


def test_a_turkish_code_page_is_recognised():
    text = "Başvuru üçün sənədlər: arayış, şikayət, çıxarış".replace("ə", "e")

    assert decode_text(text.encode("cp1254")) == text


def test_a_cyrillic_code_page_is_recognised():
    assert decode_text("Заявление на получение паспорта".encode("cp1251")) == "Заявление на получение паспорта"


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"  \n", "empty"), (b"abc\x00def", "binary"), (b"plain ascii text " * 9 + bytes([0xE6, 0xD8, 0xC5, 0xF8, 0xE5] * 3), "encoding")],
)
def test_what_is_not_text_is_refused_with_its_reason(data: bytes, reason: str):
    with pytest.raises(DocumentUnreadable, match=reason):
        decode_text(data)
