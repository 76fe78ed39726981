import json

from tests.gateway.commands.conftest import Korpu


def test_pilots_are_listed_for_people_and_programs(korpu: Korpu) -> None:
    assert "office_guides" in korpu("pilots", "list").stdout
    (pilot,) = json.loads(korpu("pilots", "list", "--json").stdout)
    assert (pilot["name"], pilot["stage"]) == ("office_guides", "live")
