"""Pages become continuous text: furniture out, broken lines joined, finished lines kept."""

from rag.page_text import drop_page_numbers, join_pages, unwrap


def test_running_heads_and_page_numbers_are_dropped():
    pages = [
        f"Nazirlik – qaydalar\nSəhifənin {word} mətni burada.\n{number}" for number, word in enumerate(("birinci", "ikinci", "üçüncü", "dördüncü"), 1)
    ]

    assert join_pages(pages).splitlines() == [f"Səhifənin {word} mətni burada." for word in ("birinci", "ikinci", "üçüncü", "dördüncü")]


def test_a_line_that_returns_on_few_pages_is_text():
    pages = ["Ərizə nümunəsi\nmətn bir", "mətn iki\nson", "mətn üç\nbitdi", "Ərizə nümunəsi\nmətn dörd"]

    assert join_pages(pages).count("Ərizə nümunəsi") == 2


def test_a_lone_number_is_a_page_number_only_after_a_gap():
    assert drop_page_numbers("mətn\n\n\n23\n \ndavamı") == "mətn\n\n\n \ndavamı"
    assert drop_page_numbers("2026–\n2028") == "2026–\n2028"


def test_broken_lines_are_joined_even_over_a_page_break():
    assert unwrap("Sənədlər təqdim olunduqdan sonra\n\nbaxılma müddəti başlayır.\n\nYeni abzas.") == (
        "Sənədlər təqdim olunduqdan sonra baxılma müddəti başlayır.\n\nYeni abzas."
    )


def test_hyphens_at_the_end_of_a_line_go_and_those_of_compounds_stay():
    assert unwrap("bu infrastruk-\ntur və qeyri-\nbərabər bölgü") == "bu infrastruktur və qeyri-bərabər bölgü"
    assert unwrap("alqı-satqı var\nalqı-\nsatqı yenə") == "alqı-satqı var alqı-satqı yenə"
    assert unwrap("2025–\n2028-ci illər") == "2025–2028-ci illər"


def test_items_articles_and_acronyms_begin_their_own_line():
    text = "Sənədlər\n1. ərizə\n2. arayış\nMaddə 5. Müddət\na) hal\nNK – Nazirlər Kabineti\nMN – Maliyyə Nazirliyi"

    assert unwrap(text).splitlines() == text.splitlines()


def test_long_paragraphs_of_a_word_processor_are_left_alone():
    text = "\n".join(f"Abzas {number} " + "söz " * 60 for number in range(3)).strip()

    assert [line.split()[1] for line in unwrap(text).splitlines()] == ["0", "1", "2"]
