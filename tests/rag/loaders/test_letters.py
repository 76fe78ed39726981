from pathlib import Path

import pytest

from rag.errors import DocumentUnreadable
from rag.loaders import read_letter
from tests.rag.loaders.office_files import encrypt_pdf, paragraph, write_docx, write_pdf


def pdf(folder: Path) -> Path:
    return write_pdf(folder / "letter.pdf", [["Binamizda qaz yoxdur, usta gonderilmesini xahis edirem."]])


def test_a_letter_is_read_from_pdf_word_and_text(tmp_path: Path):
    docx = write_docx(tmp_path / "letter.docx", paragraph("Qaz yoxdur."))

    assert "usta gonderilmesini" in read_letter("Məktub.PDF", pdf(tmp_path).read_bytes())
    assert read_letter("letter.docx", docx.read_bytes()) == "Qaz yoxdur."
    assert read_letter("letter.txt", "Işıq yoxdur.\n".encode("cp1254")) == "Işıq yoxdur."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("letter.exe", b"MZ", "a letter is one of"),
        ("letter", b"text", "a letter is one of"),
        ("letter.txt", b" \n", "the file is empty"),
        ("letter.txt", b"%PDF-1.7", "the name says TXT"),
        ("letter.pdf", b"plain text", "the name says PDF"),
        ("letter.docx", b"plain text", "the name says DOCX"),
        ("letter.docx", b"PK\x03\x04broken", "damaged"),
        ("letter.pdf", b"%PDF-1.7 broken", "damaged"),
    ],
)
def test_what_is_no_letter_is_refused_with_the_reason(name: str, data: bytes, reason: str):
    with pytest.raises(DocumentUnreadable, match=reason):
        read_letter(name, data)


def test_an_encrypted_letter_is_refused(tmp_path: Path):
    encrypted = encrypt_pdf(pdf(tmp_path), "secret")

    with pytest.raises(DocumentUnreadable, match="encrypted"):
        read_letter("letter.pdf", encrypted.read_bytes())


def test_nothing_of_a_letter_stays_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = pdf(tmp_path).read_bytes()
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    read_letter("letter.pdf", data)

    assert list(elsewhere.iterdir()) == []
