"""PDF, Word and HTML files give their text, or the reason why not."""

from pathlib import Path

import pytest

from rag.errors import DocumentUnreadable
from rag.loaders.pages import read_docx, read_html, read_pdf
from tests.rag.loaders.office_files import encrypt_pdf, paragraph, table, write_docx, write_pdf


def test_a_pdf_gives_its_text_without_page_furniture(tmp_path: Path):
    pages = [
        ["Nazirlik qaydalari", f"Bu {word} sehifenin metnidir ve davam edir.", str(number)] for number, word in enumerate(("ilk", "orta", "son"), 1)
    ]

    _, text = read_pdf(write_pdf(tmp_path / "a.pdf", pages))

    assert text.splitlines() == [f"Bu {word} sehifenin metnidir ve davam edir." for word in ("ilk", "orta", "son")]


def test_a_scanned_pdf_is_sent_to_ocr(tmp_path: Path):
    with pytest.raises(DocumentUnreadable, match="OCR"):
        read_pdf(write_pdf(tmp_path / "a.pdf", [[], []]))


def test_an_encrypted_pdf_is_named_as_such(tmp_path: Path):
    path = encrypt_pdf(write_pdf(tmp_path / "a.pdf", [["Gizli metn burada yazilib."]]), "parol")

    with pytest.raises(DocumentUnreadable, match="encrypted"):
        read_pdf(path)


def test_a_damaged_pdf_is_named_as_such(tmp_path: Path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\nnothing here")

    with pytest.raises(DocumentUnreadable, match="damaged"):
        read_pdf(path)


def test_a_word_document_keeps_headings_paragraphs_and_table_rows(tmp_path: Path):
    body = paragraph("Qayda", "Heading1") + paragraph("Birinci abzas 14.3-1.") + table([["Müddət", "Rüsum"], ["10 gün", "30 manat"]])

    markdown = read_docx(write_docx(tmp_path / "a.docx", body))

    assert [line for line in markdown.splitlines() if line] == ["# Qayda", "Birinci abzas 14.3-1.", "Müddət | Rüsum", "10 gün | 30 manat"]


def test_a_damaged_word_document_is_named_as_such(tmp_path: Path):
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK\x03\x04broken")

    with pytest.raises(DocumentUnreadable, match="damaged"):
        read_docx(path)


def test_a_page_gives_its_content_without_navigation(tmp_path: Path):
    path = tmp_path / "a.html"
    words = "Müraciətə baxılma müddəti on beş iş günüdür və cavab yazılı verilir. " * 6
    path.write_text(
        f"<html><head><title>Müraciət</title></head><body><nav>Ana səhifə | Əlaqə</nav><article><p>{words}</p></article></body></html>",
        encoding="utf-8",
    )

    title, text = read_html(path)

    assert title == "Müraciət"
    assert "on beş iş günüdür" in text
    assert "Ana səhifə" not in text


def test_a_page_without_content_is_refused(tmp_path: Path):
    path = tmp_path / "a.html"
    path.write_text("<html><body></body></html>", encoding="utf-8")

    with pytest.raises(DocumentUnreadable, match="main content"):
        read_html(path)
