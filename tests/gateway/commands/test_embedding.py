from dataclasses import replace

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.commands.embedding import snippets
from gateway.web.assets import WIDGET, load_assets
from pilots.manifest import Web
from tests.gateway.scripted import make_pilot


def test_the_tag_names_the_file_by_its_content_and_states_its_hash() -> None:
    widget = load_assets()[WIDGET]
    result = CliRunner().invoke(app, ["pilots", "embed", "citizen_chat", "--base-url", "https://korpu.gov.example/"])
    assert result.exit_code == 0
    assert f'src="https://korpu.gov.example{widget.path}" integrity="{widget.integrity}" crossorigin="anonymous"' in result.output
    assert '<korpu-chat pilot="citizen_chat" lang="az"><a href="https://korpu.gov.example/chat/az/citizen_chat">' in result.output
    assert "none but the gateway's own" in result.output


@pytest.mark.parametrize("origins", [("https://a.example", "https://b.example")])
def test_the_pages_that_may_are_named(origins: tuple[str, ...]) -> None:
    pilot = make_pilot()
    pilot = replace(pilot, manifest=pilot.manifest.model_copy(update={"web": Web(origins=origins)}))
    assert "https://a.example, https://b.example" in snippets(pilot, load_assets()[WIDGET], base_url="https://k.example")
