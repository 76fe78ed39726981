"""PDF, DOCX and HTML files as text: the vendors' readers, their failures told in words."""

import logging
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import mammoth
import trafilatura
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from rag.errors import DocumentUnreadable
from rag.loaders.decoding import decode_text
from rag.page_text import join_pages

FEWEST_CHARACTERS_PER_PAGE = 20
"""Pages that give less than this on average are pictures of pages: the file was scanned without text."""

_OPENINGS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "p": "", "li": "- "}


def read_pdf(path: Path) -> tuple[str, str]:
    """Return the title (empty when the file names none) and the text without page furniture.

    Raises:
        DocumentUnreadable: damaged, encrypted, or scanned without a text layer.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentUnreadable("the PDF is encrypted with a password")
        pages = [page.extract_text() for page in reader.pages]
        title = (reader.metadata.title if reader.metadata else None) or ""
    except (FileNotDecryptedError, DependencyError) as error:
        raise DocumentUnreadable("the PDF is encrypted with a password") from error
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentUnreadable(f"the PDF is damaged ({type(error).__name__})") from error
    if not pages:
        raise DocumentUnreadable("the PDF has no pages")
    if sum(len(page.strip()) for page in pages) < FEWEST_CHARACTERS_PER_PAGE * len(pages):
        raise DocumentUnreadable("the PDF holds pictures of pages without text; run it through OCR first")
    return title.strip(), join_pages(pages)


def read_docx(path: Path) -> str:
    """Return the document as Markdown with its headings, lists and tables.

    Raises:
        DocumentUnreadable: not a Word document, or damaged.
    """
    try:
        with path.open("rb") as file:
            word: Any = mammoth
            html = str(word.convert_to_html(file).value)
    except Exception as error:  # mammoth documents no exceptions: those of zipfile and of XML parsing come through
        raise DocumentUnreadable(f"the Word document is damaged ({type(error).__name__})") from error
    blocks = _Blocks()
    blocks.feed(html)
    blocks.close()
    return blocks.markdown()


def read_html(path: Path) -> tuple[str, str]:
    """Return the title and the main content as Markdown, without navigation and footers.

    Raises:
        DocumentUnreadable: no content was found, or the bytes are not text.
    """
    html = decode_text(path.read_bytes())
    text = trafilatura.extract(html, output_format="markdown", include_tables=True, include_links=False, include_comments=False, favor_recall=True)
    if not text:
        raise DocumentUnreadable("the page has no main content")
    metadata: Any = trafilatura.extract_metadata(html)
    return str(metadata.title or ""), text


class _Blocks(HTMLParser):
    """Reads the plain HTML of a Word document as Markdown.

    Trafilatura is for pages with navigation: it would drop short chapters of a document.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._words: list[str] = []
        self._in_row = 0
        self._lists: list[int | None] = []
        self._opening = ""

    def markdown(self) -> str:
        self._finish()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._finish()
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "tr":
            self._finish()
            self._in_row += 1
        elif tag == "br":
            self._words.append("\n")
        elif tag in _OPENINGS and not self._in_row:
            self._finish()
            self._opening = self._item_mark() if tag == "li" else _OPENINGS[tag]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._finish()
            self._lists.pop()
        elif tag in ("td", "th"):
            self._words.append(" | ")
        elif tag == "tr":
            self._in_row -= 1
            self._finish()
        elif tag in _OPENINGS and not self._in_row:
            self._finish()

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def _item_mark(self) -> str:
        place = self._lists[-1] if self._lists else None
        if place is None:
            return "- "
        self._lists[-1] = place + 1
        return f"{place + 1}. "

    def _finish(self) -> None:
        lines = [" ".join(line.split()) for line in "".join(self._words).split("\n")]
        text = "\n".join(line for line in lines if line).removesuffix(" |")
        if text:
            self._lines.append(f"{self._opening}{text}\n")
        self._words, self._opening = [], ""
