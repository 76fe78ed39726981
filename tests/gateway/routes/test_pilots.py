from gateway.app import create_app
from gateway.policy import Role
from gateway.settings import Settings
from tests.gateway.conftest import RunApp
from tests.gateway.scripted import ScriptedPipeline, make_pilot


async def test_drafts_are_listed_only_for_those_who_work_on_them(settings: Settings, run_app: RunApp) -> None:
    pilots = {"citizen_chat": make_pilot(), "new_pilot": make_pilot("new_pilot", stage="draft")}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines=dict.fromkeys(pilots, ScriptedPipeline()))) as (client, gateway):

        async def names(credential: str | None) -> list[str]:
            headers = {"authorization": f"Bearer {credential}"} if credential else {}
            return [pilot["name"] for pilot in (await client.get("/v1/pilots", headers=headers)).json()["pilots"]]

        keys = gateway.credentials.keys
        assert await names(None) == ["citizen_chat"]
        assert await names("korpu_forged_key") == ["citizen_chat"]
        assert await names(gateway.credentials.issue_session().token) == ["citizen_chat"]
        assert await names(await keys.create(Role.STAFF)) == ["citizen_chat"]
        assert await names(await keys.create(Role.EVALUATOR)) == ["citizen_chat", "new_pilot"]


async def test_a_pilot_says_who_owns_it_and_what_to_ask(settings: Settings, run_app: RunApp) -> None:
    pilots = {"citizen_chat": make_pilot()}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines={})) as (client, _):
        (pilot,) = (await client.get("/v1/pilots")).json()["pilots"]
    assert (pilot["agency"], pilot["examples"], pilot["title"]["en"]) == ("ASAN", ["Rüsum nə qədərdir?"], "Citizen")
