from pathlib import Path

from pilots.registry import PILOTS_FOLDER
from rag.cards import ForeignNames, load_deck
from tests.pilots.small_pilot import write_deck


def test_a_title_in_another_language_keeps_the_azerbaijani_one(tmp_path: Path) -> None:
    card = write_deck(tmp_path)["pasport"]
    named = card.model_copy(update={"names": ForeignNames(ru=("Загранпаспорт",))})

    assert named.title_in("ru") == f"Загранпаспорт / {card.title}"
    assert named.title_in("az") == named.title_in("en") == card.title


def test_every_packaged_card_has_a_name_in_every_language() -> None:
    deck = load_deck(PILOTS_FOLDER / "citizen_chat" / "corpus")

    assert [card.id for card in deck.values() if not (card.names.ru and card.names.en)] == []
