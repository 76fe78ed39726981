from evaluation.attacks import statements
from evaluation.bench_guard import measure
from pilots.registry import load_pilots
from rag.cards import load_deck

LARGEST_WITHHELD_SHARE = 0.03


def test_no_lie_over_the_cards_passes_the_guard_and_few_true_sentences_are_withheld():
    (corpus,) = load_pilots()["citizen_chat"].corpus_paths
    figures = measure(statements(load_deck(corpus), pilot="citizen_chat"))
    assert figures["unsupported_shown"] == 0
    assert isinstance(figures["attacks"], int)
    assert figures["attacks"] >= 200
    assert isinstance(figures["withheld_share"], float)
    assert figures["withheld_share"] <= LARGEST_WITHHELD_SHARE


def test_the_same_seed_makes_the_same_statements():
    (corpus,) = load_pilots()["citizen_chat"].corpus_paths
    deck = dict(list(load_deck(corpus).items())[:5])
    made = [statement.text for statement in statements(deck, pilot="citizen_chat", seed=7)]
    assert made == [statement.text for statement in statements(deck, pilot="citizen_chat", seed=7)]
