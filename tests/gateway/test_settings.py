from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.errors import SettingsInvalid
from gateway.settings import Settings, load_settings


def test_defaults_need_nothing_but_the_current_directory() -> None:
    settings = Settings()
    assert settings.database == "sqlite+aiosqlite:///var/korpu.db"
    assert (settings.index, settings.host, settings.port) == ("embedded", "127.0.0.1", 8000)
    assert settings.content_logging is False


def test_settings_cannot_change_after_start() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("profile", ["embedded", "server"])
def test_each_packaged_profile_loads(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_PROFILE", profile)
    assert load_settings().index == profile


def test_a_variable_wins_over_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_PROFILE", "server")
    monkeypatch.setenv("KORPU_PORT", "9001")
    assert load_settings().port == 9001


def test_a_profile_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tmp_path / "own.yaml"
    profile.write_text("port: 9100\n", encoding="utf-8")
    monkeypatch.setenv("KORPU_PROFILE", str(profile))
    assert load_settings().port == 9100


def test_an_unknown_profile_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_PROFILE", "moon")
    with pytest.raises(SettingsInvalid, match="no profile named moon"):
        load_settings()


def test_a_wrong_value_names_its_variable_and_not_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_PORT", "tomorrow")
    with pytest.raises(SettingsInvalid, match="KORPU_PORT") as caught:
        load_settings()
    assert "tomorrow" not in str(caught.value)


def test_a_server_index_needs_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_INDEX", "server")
    with pytest.raises(SettingsInvalid, match="KORPU_INDEX_URL"):
        load_settings()


def test_the_collector_is_found_by_the_standard_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    assert load_settings().otlp_endpoint == "http://collector:4318"


def test_a_gateway_on_every_interface_is_reached_on_the_loopback() -> None:
    assert Settings(host="0.0.0.0", port=80).base_url == "http://127.0.0.1:80"
