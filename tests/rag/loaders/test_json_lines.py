"""Lines of documents and of laws; a wrong line is named by its number, never by its content."""

import pytest

from rag.errors import DocumentUnreadable
from rag.loaders.json_lines import JsonArticle, JsonDocument, read_json_lines


def test_documents_and_articles_are_told_apart():
    lines = list(
        read_json_lines(
            '{"id": "a", "title": "T", "text": "mətn", "as_of": "2023"}\n\n{"law_id": "q", "law_title": "Qanun", "article": 5, "text": "x"}'
        )
    )

    assert lines == [
        JsonDocument(id="a", title="T", text="mətn", as_of="2023"),
        JsonArticle(law_id="q", law_title="Qanun", article="5", text="x"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"), [("{gizli", "line 2: not JSON"), ("[1]", "line 2: not a JSON object"), ('{"id": "gizli"}', "line 2: missing or wrong: text")]
)
def test_a_wrong_line_is_named_by_number_without_its_content(line: str, reason: str):
    with pytest.raises(DocumentUnreadable, match=reason) as caught:
        list(read_json_lines(f'{{"id": "a", "text": "b"}}\n{line}'))

    assert "gizli" not in str(caught.value)
