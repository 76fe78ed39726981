"""What runs beside a gateway."""

import asyncio
from collections.abc import Mapping
from typing import cast

import pytest

from gateway.composition import background, expire_conversations
from gateway.store.conversations import Conversations
from pilots.registry import Pilot
from tests.gateway.scripted import make_pilot


class ConversationsWhileAPilotJoins:
    """Lets a pilot join the served ones while old conversations are deleted."""

    def __init__(self, pilots: dict[str, Pilot]) -> None:
        self._pilots = pilots
        self.expired: list[str] = []

    async def expire(self, pilot: str, *, retention_days: int) -> int:
        self._pilots["joined"] = make_pilot("joined")
        self.expired.append(pilot)
        return 0


async def test_a_pilot_that_joins_meanwhile_keeps_no_old_conversation_alive() -> None:
    pilots = {name: make_pilot(name) for name in ("citizen_chat", "document_qa")}
    conversations = ConversationsWhileAPilotJoins(pilots)
    await expire_conversations(cast("Conversations", conversations), cast("Mapping[str, Pilot]", pilots))
    assert conversations.expired == ["citizen_chat", "document_qa", "korpu"]


async def test_work_in_the_background_that_breaks_is_told_in_the_log_without_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    async def broken() -> None:
        raise RuntimeError("gizli sual")

    async with background(broken()):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        said = "".join(capfd.readouterr())
    assert "background_failed" in said
    assert "RuntimeError" in said
    assert "gizli" not in said
