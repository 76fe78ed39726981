"""Markdown guides give their front matter and their sections under the headings above them."""

import pytest

from rag.errors import DocumentUnreadable
from rag.loaders.markdown import read_front_matter, split_sections


def test_front_matter_gives_its_fields_as_text():
    fields, text = read_front_matter("---\ntitle: Müraciət\nas_of: 2023-05-17\nyear: 2023\ntags: [a]\n---\n# Başlıq\n")

    assert fields == {"title": "Müraciət", "as_of": "2023-05-17", "year": "2023"}
    assert text == "# Başlıq\n"


def test_a_text_without_front_matter_is_left_as_it_is():
    assert read_front_matter("# Başlıq\n---\n") == ({}, "# Başlıq\n---\n")


@pytest.mark.parametrize("head", ["a: [b", "- bir\n- iki"])
def test_broken_front_matter_is_named(head: str):
    with pytest.raises(DocumentUnreadable, match="front matter"):
        read_front_matter(f"---\n{head}\n---\nmətn")


def test_sections_know_the_headings_above_them_and_lose_markup():
    sections = split_sections("Giriş **mətni**.\n# Qayda\n## Müddət\n- [on gün](https://a.az)\n<!-- qeyd -->\n# Ünvan\nBakı\n")

    assert [(section.metadata["path"], section.page_content) for section in sections] == [
        ((), "Giriş mətni."),
        (("Qayda", "Müddət"), "- on gün"),
        (("Ünvan",), "Bakı"),
    ]
