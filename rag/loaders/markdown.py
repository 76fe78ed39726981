"""Markdown with an optional front matter (title, url, as_of) as sections under their headings."""

import re
from datetime import date

import yaml
from langchain_core.documents import Document
from langchain_text_splitters import MarkdownHeaderTextSplitter

from rag.errors import DocumentUnreadable

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKUP = re.compile(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADERS = [("#", "1"), ("##", "2"), ("###", "3"), ("####", "4")]


def read_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the scalar fields of the front matter and the text after it; no field when there is no front matter.

    Raises:
        DocumentUnreadable: the front matter is not a YAML mapping.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        fields: object = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        raise DocumentUnreadable("the front matter is not YAML") from error
    if not isinstance(fields, dict):
        raise DocumentUnreadable("the front matter is not a mapping")
    kept: dict[str, str] = {}
    for key, value in fields.items():  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, str | int | date):
            kept[str(key)] = str(value)  # pyright: ignore[reportUnknownArgumentType]
    return kept, text[match.end() :]


def split_sections(text: str) -> list[Document]:
    """Return the sections of a Markdown text; `metadata["path"]` holds the headings above each, outermost first.

    Emphasis and links become plain text, since passages are shown to citizens as they are.
    """
    plain = _MARKUP.sub(lambda match: match[1] or "", _COMMENT.sub("", text))
    splitter = MarkdownHeaderTextSplitter(_HEADERS, strip_headers=True)
    sections: list[Document] = []
    for section in splitter.split_text(plain):
        path = tuple(str(section.metadata[level]) for _, level in _HEADERS if level in section.metadata)  # pyright: ignore[reportUnknownMemberType]
        content = "\n".join(line.rstrip() for line in section.page_content.splitlines())
        sections.append(Document(page_content=content, metadata={"path": path}))
    return sections
