"""Files and folders as passages: the format decides the reader, the text's own structure decides the sections."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rag.azerbaijani import fold
from rag.card_passages import card_passages
from rag.cards import load_card
from rag.chunking import TokenCount, chunk_text, number_passages
from rag.errors import CardInvalid, DocumentUnreadable
from rag.legal import article_of_line, article_passages, numbered_passages, preamble, split_articles, split_numbered
from rag.legal.articles import FEWEST_ARTICLES, ArticleText
from rag.loaders.decoding import decode_text
from rag.loaders.edition import EDITION_FILE, EditionSheet, declared_edition
from rag.loaders.json_lines import JsonArticle, read_json_lines
from rag.loaders.markdown import read_front_matter, split_sections
from rag.loaders.pages import read_docx, read_html, read_pdf
from rag.page_text import drop_page_numbers, unwrap
from rag.passages import Passage, TrustTier

LARGEST_FILE_BYTES = 50 * 1024 * 1024
"""A larger file is a mistake or an attack: the longest code in force is under 3 MB of text."""

_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_HEADING_PATH_JOINT = " › "
_NUMBERED_HEADING = re.compile(r"(?:Tədbir|Bənd)\s+(\d+(?:[.-]\d+)*)\b")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gave no passage, and why, in a sentence for the person who put it there."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """All passages in the order of the files, and all files that were skipped."""

    passages: list[Passage]
    skipped: list[Skipped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What every reader needs besides the file."""

    pilot: str
    trust: TrustTier
    count_tokens: TokenCount


def load_passages(paths: Iterable[Path], *, pilot: str, trust: TrustTier, count_tokens: TokenCount, edition: EditionSheet | None = None) -> Loaded:
    """Load files and folders (walked in the order of names, hidden files left out).

    `trust` is the tier of the documents. Service cards keep the tier of their own sources, unless `trust` is UPLOADED: what
    someone uploads never counts as official. Two files of one stem are told apart by the folder's name, unless they belong to
    different editions (see `rag.loaders.edition`): then they are versions of one document, which `rag.editions` puts in order.
    `edition` is that of documents beside which none is declared.
    """
    loading = Loading(pilot=pilot, trust=trust, count_tokens=count_tokens)
    passages: list[Passage] = []
    skipped: list[Skipped] = []
    taken: dict[str, set[str]] = {}
    for path, top in _walk(paths):
        since = ""
        try:
            sheet = declared_edition(path, top=top) or edition
            since = sheet.in_force_from if sheet else ""
            beside = [held for edited, held in taken.items() if not since or edited in ("", since)]
            source_id = _source_id(path, set[str]().union(*beside))
            loaded = _of_edition(_load_file(path, loading, source_id), sheet)
        except (CardInvalid, DocumentUnreadable) as error:
            skipped.append(Skipped(path, str(error)))
            continue
        except OSError as error:
            skipped.append(Skipped(path, f"the file cannot be opened ({error.strerror or type(error).__name__})"))
            continue
        if not loaded:
            skipped.append(Skipped(path, "the file holds no text"))
        taken.setdefault(since, set()).update(passage.source_id for passage in loaded)
        passages.extend(loaded)
    return Loaded(passages=passages, skipped=skipped)


def _walk(paths: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each document and the folder that was named: editions are declared there or below."""
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
                if inner.is_file() and not hidden and inner.name != EDITION_FILE:
                    yield inner, path
        else:
            yield path, path.parent


def _of_edition(passages: list[Passage], sheet: EditionSheet | None) -> list[Passage]:
    if sheet is None:
        return passages
    return [
        replace(
            passage,
            title=sheet.titles.get(passage.source_id, passage.title),
            url=passage.url or sheet.url,
            as_of=sheet.in_force_from,
            editions=(sheet.in_force_from,),
        )
        for passage in passages
    ]


def _source_id(path: Path, taken: set[str]) -> str:
    stem = _slug(path.stem)
    return stem if stem not in taken else f"{_slug(path.parent.name)}-{stem}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", fold(name)).strip("-") or "document"


def _load_file(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    if not path.exists():
        raise DocumentUnreadable("the file does not exist")
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        raise DocumentUnreadable(f"the format {path.suffix or 'without an extension'} is not supported")
    size = path.stat().st_size
    if size == 0:
        raise DocumentUnreadable("the file is empty")
    if size > LARGEST_FILE_BYTES:
        raise DocumentUnreadable(f"the file has {size / 2**20:.0f} MB, the limit is {LARGEST_FILE_BYTES // 2**20} MB")
    _check_content(path)
    passages = reader(path, loading, source_id)
    if loading.trust is TrustTier.UPLOADED:
        passages = [replace(passage, trust=TrustTier.UPLOADED) for passage in passages]
    return passages


def _check_content(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(1024)
    is_pdf, is_zip = b"%PDF-" in start, start.startswith(b"PK\x03\x04")
    match path.suffix.lower():
        case ".pdf" if not is_pdf:
            raise DocumentUnreadable("the name says PDF, the content is something else")
        case ".docx" if not is_zip:
            raise DocumentUnreadable("the name says DOCX, the content is something else")
        case suffix if suffix not in (".pdf", ".docx") and (is_pdf or is_zip):
            raise DocumentUnreadable(f"the name says {suffix[1:].upper()}, the content is {'PDF' if is_pdf else 'a ZIP archive or DOCX'}")
        case _:
            return


def _load_card(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    decode_text(path.read_bytes())
    return card_passages(load_card(path), pilot=loading.pilot, count_tokens=loading.count_tokens)


def _load_markdown(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    fields, text = read_front_matter(decode_text(path.read_bytes()).replace("\r\n", "\n"))
    as_of = fields.get("as_of")
    if as_of is not None and not _PARTIAL_DATE.fullmatch(as_of):
        raise DocumentUnreadable("as_of must be a year, a month or a day: 2026, 2026-11 or 2026-11-22")
    return _markdown_passages(text, loading, source_id, title=fields.get("title"), fallback=path.stem, url=fields.get("url"), as_of=as_of)


def _load_text(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    text = decode_text(path.read_bytes()).replace("\r\n", "\n")
    return number_passages(_text_passages(drop_page_numbers(text), loading, source_id, _title_of(text, path.stem)))


def _load_pdf(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    title, text = read_pdf(path)
    return number_passages(_text_passages(text, loading, source_id, title or _title_of(text, path.stem)))


def _load_docx(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    return _markdown_passages(read_docx(path), loading, source_id, title=None, fallback=path.stem)


def _load_html(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    title, text = read_html(path)
    return _markdown_passages(text, loading, source_id, title=title or None, fallback=path.stem)


def _load_json_lines(path: Path, loading: Loading, source_id: str) -> list[Passage]:
    by_source: dict[str, list[Passage]] = {}
    for line in read_json_lines(decode_text(path.read_bytes())):
        if isinstance(line, JsonArticle):
            source = line.law_id
            # A scraped article may run into the next chapter and even the next article.
            made: list[Passage] = []
            for article in _articles_of(line):
                made += article_passages(article, pilot=loading.pilot, source_id=source, title=line.law_title, count_tokens=loading.count_tokens)
        else:
            source = line.id
            made = _text_passages(line.text, loading, source, line.title or line.id)
        dated = (replace(passage, url=line.url, as_of=line.as_of, trust=loading.trust) for passage in made)
        by_source.setdefault(source, []).extend(dated)
    return [passage for made in by_source.values() for passage in number_passages(made)]


def _articles_of(line: JsonArticle) -> list[ArticleText]:
    if not line.title and "\n" not in line.text.strip():
        return article_of_line(line.article, line.text)
    return split_articles(f"Maddə {line.article}. {line.title}\n{line.text}")


def _markdown_passages(
    text: str, loading: Loading, source_id: str, *, title: str | None, fallback: str, url: str | None = None, as_of: str | None = None
) -> list[Passage]:
    sections = split_sections(text)
    top = next((path[0] for path in (section.metadata["path"] for section in sections) if path), None)
    name = title or top or fallback
    passages: list[Passage] = []
    if len(split_articles(text)) >= FEWEST_ARTICLES:
        passages = _text_passages(text, loading, source_id, name)
    else:
        for section in sections:
            path = [heading for heading in section.metadata["path"] if heading != name]
            number = _NUMBERED_HEADING.match(path[-1]) if path else None
            for chunk in chunk_text(section.page_content, count_tokens=loading.count_tokens):
                passage = _passage(chunk, loading, source_id, name, locator=_HEADING_PATH_JOINT.join(path))
                passages.append(replace(passage, section=number[1]) if number else passage)
    return number_passages([replace(passage, url=url, as_of=as_of, trust=loading.trust) for passage in passages])


def _text_passages(text: str, loading: Loading, source_id: str, title: str) -> list[Passage]:
    """Return the passages of a text by the structure that it shows: articles of a law, numbered sections, or plain prose."""
    continuous = unwrap(text)
    articles = split_articles(continuous)
    made: list[Passage] = []
    if len(articles) >= FEWEST_ARTICLES:
        made = [_passage(chunk, loading, source_id, title) for chunk in chunk_text(preamble(continuous), count_tokens=loading.count_tokens)]
        for article in articles:
            made += article_passages(article, pilot=loading.pilot, source_id=source_id, title=title, count_tokens=loading.count_tokens)
    elif chapters := split_numbered(text):
        made = numbered_passages(chapters, pilot=loading.pilot, source_id=source_id, title=title, count_tokens=loading.count_tokens)
    else:
        made = [_passage(chunk, loading, source_id, title) for chunk in chunk_text(continuous, count_tokens=loading.count_tokens)]
    return [replace(passage, trust=loading.trust) for passage in made]


def _passage(text: str, loading: Loading, source_id: str, title: str, *, locator: str = "") -> Passage:
    return Passage(id="", pilot=loading.pilot, source_id=source_id, title=title, text=text, locator=locator, trust=loading.trust)


def _title_of(text: str, fallback: str) -> str:
    """Return the first line when it looks like a title, else the file's name."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    looks = 8 <= len(first) <= 120 and first[0].isupper() and first[-1] not in ".;:,"
    return first if looks else fallback.replace("_", " ").replace("-", " ").strip()


Reader = Callable[[Path, Loading, str], list[Passage]]

FORMATS: dict[str, Reader] = {
    ".yaml": _load_card,
    ".yml": _load_card,
    ".md": _load_markdown,
    ".markdown": _load_markdown,
    ".txt": _load_text,
    ".jsonl": _load_json_lines,
    ".pdf": _load_pdf,
    ".docx": _load_docx,
    ".html": _load_html,
    ".htm": _load_html,
}
"""Supported extensions and their readers."""
