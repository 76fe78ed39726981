import numpy as np

from pilots.routing.features import LexicalFeatures, shapes, terms


def test_every_usual_way_to_type_a_question_has_the_same_features() -> None:
    features = LexicalFeatures(["şəxsiyyət vəsiqəm itib", "şəxsiyyət vəsiqəm köhnəlib"])
    written, *typed = features(["şəxsiyyət vəsiqəm itib", "sexsiyyet vesiqem itib", "SEXSIYYET VESIQEM ITIB", "wexsiyyat vesiqam itib"])
    assert all(np.allclose(row, written) for row in typed)


def test_russian_and_english_are_read_in_the_words_of_azerbaijani_examples() -> None:
    features = LexicalFeatures(["apostil neçəyədir", "apostil neçəyədir"])
    written, *typed = features(["apostil neçəyədir", "сколько стоит апостиль", "how much is an apostille"])
    assert written[:-14].any()
    assert all(np.allclose(row[:-14], written[:-14]) for row in typed)


def test_terms_are_parts_stems_and_pairs() -> None:
    found = terms(["kartim", "itib"])
    assert {"= ka", "=kar", "w:karti", "p:^ karti", "p:karti itib", "p:itib $"} <= found.keys()


def test_only_what_stands_twice_is_known_and_rows_have_unit_length_beside_the_shape() -> None:
    features = LexicalFeatures(["kart itib", "kart lazımdır"])
    seen, strange = features(["kart", "xyz"])
    assert np.linalg.norm(seen[:-14]) == 1.0
    assert not strange[:-14].any()


def test_the_shape_tells_a_question_from_a_list() -> None:
    assert shapes("Rüsum nə qədərdir?") == ("question", "commas 0", "words 3")
    assert shapes("vətəndaş, SV, təcili, rüsum") == ("statement", "commas 2", "words 4")


def test_a_text_without_words_has_a_shape() -> None:
    assert shapes("???") == ("question", "commas 0", "words 0")
    assert LexicalFeatures(["a b", "a c"])(["???"]).shape[0] == 1
