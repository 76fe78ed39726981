"""Strategies and plans: chapters, numbered points, and measures out of a table that a PDF broke."""

from rag.chunking import estimate_tokens
from rag.legal import numbered_passages, split_numbered
from rag.passages import Passage

PLAN = """ 1. Giriş

Bu sənəd sınaq üçün yazılıb və iki hissədən
ibarətdir. Aşağıdakılar nəzərdə tutulur:

1. siyahının birinci sətri;
2. siyahının ikinci sətri.

2. Məqsədlər

2.1. Əsas məqsədlər bunlardır:
2.1.1. xidmətlərin yaxşılaş-
dırılması;
2.1.2. xərclərin azaldılması.

3. İcra üzrə Tədbirlər Planı

Sıra
№-si

3.1. Xidmətlər

3.1.1.

Növbələrin
qısaldılması

AB

XY,
aidiyyəti
orqanlar
(qurumlar

ı)

2026–
2027

Hazırlıq

10 mərkəzdə sınaq

25 mərkəzdə yeni texnologiyaları
n tətbiqi

3.1.2.
Başqa tədbir
AB
2027
"""


def passages() -> list[Passage]:
    return numbered_passages(split_numbered(PLAN), pilot="p", source_id="plan", title="Plan", count_tokens=estimate_tokens)


def test_chapters_are_told_from_lists_inside_prose():
    assert [(chapter.number, chapter.title) for chapter in split_numbered(PLAN)[1:]] == [
        ("1", "Giriş"),
        ("2", "Məqsədlər"),
        ("3", "İcra üzrə Tədbirlər Planı"),
    ]


def test_a_measure_stands_alone_under_its_number_with_its_cells_made_whole():
    measure = next(p for p in passages() if p.section == "3.1.1")

    assert measure.locator == "Tədbir 3.1.1"
    assert measure.text.splitlines() == [
        "3.1.1. Növbələrin qısaldılması",
        "AB",
        "XY, aidiyyəti orqanlar (qurumları)",
        "2026–2027",
        "Hazırlıq",
        "10 mərkəzdə sınaq",
        "25 mərkəzdə yeni texnologiyaların tətbiqi",
    ]


def test_points_keep_their_chapter_and_lose_line_breaks():
    goals = next(p for p in passages() if p.section.startswith("2"))

    assert goals.text == ("2. Məqsədlər\n2.1. Əsas məqsədlər bunlardır:\n2.1.1. xidmətlərin yaxşılaşdırılması;\n2.1.2. xərclərin azaldılması.")
    assert goals.locator == "Bənd 2.1"


def test_prose_of_a_chapter_is_cited_by_its_heading():
    intro = passages()[0]

    assert (intro.section, intro.locator) == ("1", "1. Giriş")
    assert intro.text.startswith("Bu sənəd sınaq üçün yazılıb və iki hissədən ibarətdir.")


def test_prose_without_numbered_points_is_not_a_numbered_document():
    assert split_numbered("1. Giriş\n\nSadə mətn.\n") == []
