from collections.abc import Callable

import pytest

from tests.gateway.commands.conftest import Korpu

pytestmark = pytest.mark.model


def test_a_person_reads_answer_source_and_how_to_go_on(korpu: Korpu) -> None:
    result = korpu("ask", "office_guides", "Arxiv sənədi neçə il saxlanılır?")
    assert result.exit_code == 0
    assert "on il" in result.stdout
    assert "[1] Arxiv bələdçisi" in result.stdout
    assert "--conversation" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", "office_guides", " "), "the question is empty"),
        (("ask", "moon_guides", "Nə vaxt?"), "moon_guides"),
        (("ask", "office_guides", "Nə vaxt?", "--conversation", "x"), "conversation_id"),
        (("ask", "office_guides", "Nə vaxt?", "--language", "tr"), "language"),
        (("ask", "office_guides", "Nə vaxt?", "--as-of", "dünən"), "as_of"),
        (("ask", "office_guides", "Nə vaxt?", "--url", "http://127.0.0.1:9"), "no gateway answers at http://127.0.0.1:9"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(arguments: tuple[str, ...], words: str, korpu_main: Callable[..., tuple[int, str]]) -> None:
    status, error = korpu_main(*arguments)
    assert status == 1
    assert words in error
    assert "Traceback" not in error
