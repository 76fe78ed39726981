"""A letter that somebody sent, as plain text: PDF, Word or text, read from its bytes."""

from pathlib import Path
from tempfile import TemporaryDirectory

from rag.errors import DocumentUnreadable
from rag.loaders.decoding import decode_text
from rag.loaders.pages import read_docx, read_pdf

LETTER_FORMATS = (".pdf", ".docx", ".txt")


def read_letter(name: str, data: bytes) -> str:
    """Return the text of a letter, without its file's title. Blocks: call it in a thread.

    The name decides only the format. Nothing of the letter stays on the disk.

    Raises:
        DocumentUnreadable: another format, empty, damaged, encrypted, scanned without text, or not what its name says.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in LETTER_FORMATS:
        raise DocumentUnreadable(f"a letter is one of {', '.join(LETTER_FORMATS)}")
    if not data.strip():
        raise DocumentUnreadable("the file is empty")
    is_pdf, is_zip = b"%PDF-" in data[:1024], data.startswith(b"PK\x03\x04")
    if is_pdf != (suffix == ".pdf") or is_zip != (suffix == ".docx"):
        raise DocumentUnreadable(f"the name says {suffix[1:].upper()}, the content is something else")
    text = decode_text(data) if suffix == ".txt" else _read_file(suffix, data)
    if not text.strip():
        raise DocumentUnreadable("the file holds no text")
    return text.strip()


def _read_file(suffix: str, data: bytes) -> str:
    with TemporaryDirectory(prefix="korpu-letter-") as folder:
        path = Path(folder) / f"letter{suffix}"
        path.write_bytes(data)
        return read_pdf(path)[1] if suffix == ".pdf" else read_docx(path)
