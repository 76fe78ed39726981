"""JSONL files: one document, or one article of a law, a line."""

import json
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import DocumentUnreadable


class JsonDocument(BaseModel):
    """A line of a document collection. `id` becomes the source id of the passages."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    id: str
    title: str = ""
    text: str
    url: str | None = None
    as_of: str | None = None


class JsonArticle(BaseModel):
    """A line of a law collection: an article, with the law that it belongs to.

    Without a title of its own an article's `text` may begin with it; a law without one is called as its other editions are.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    law_id: str
    law_title: str = ""
    article: str
    title: str = ""
    text: str
    url: str | None = None
    as_of: str | None = None


def read_json_lines(text: str) -> Iterator[JsonDocument | JsonArticle]:
    """Yield the lines of a JSONL text; blank lines are passed over.

    Raises:
        DocumentUnreadable: a line is not JSON or misses a field; the message gives its number and never its content.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields: object = json.loads(line)
            if not isinstance(fields, dict):
                raise DocumentUnreadable(f"line {number}: not a JSON object")
            yield JsonArticle.model_validate(fields) if "law_id" in fields else JsonDocument.model_validate(fields)
        except json.JSONDecodeError as error:
            raise DocumentUnreadable(f"line {number}: not JSON ({error.msg} at column {error.colno})") from error
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, fault["loc"])) or "document" for fault in error.errors())
            raise DocumentUnreadable(f"line {number}: missing or wrong: {wrong}") from error
