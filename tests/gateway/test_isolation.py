"""One pilot never reads another's corpus, conversations or reviews, and a draft does not exist for those who must not see it.

Every route of the policy table is walked with every credential. A new route needs one line in WALK; without it a test fails.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import pytest
from pydantic import JsonValue

from evaluation.online.measure import measure_use
from gateway.app import create_app
from gateway.composition import Gateway
from gateway.policy import ADMITTED, ASKERS, DRAFT_READERS, ROUTE_POLICIES, Policy, Role
from gateway.settings import Settings
from gateway.web.console.instruments import Instruments
from gateway.web.console.visits import COOKIE
from pilots.answer import Answer, AnswerStatus, Citation, Question, Sentence, SentenceKind
from pilots.stages import StageAction
from tests.gateway.conftest import RunApp
from tests.gateway.scripted import ScriptedPipeline, make_pilot

OURS, THEIRS, DRAFT, UNKNOWN = "alpha_pilot", "beta_pilot", "gamma_pilot", "omega_pilot"
LETTERS = "delta_pilot"
"""Theirs too, and the one that takes files."""

PILOTS = (OURS, THEIRS, DRAFT, LETTERS)
SERVICE_ROLES = [role for role in Role if role is not Role.SESSION]
REFUSED = (403, 404)


@dataclass(frozen=True)
class Probe:
    """How a route is asked for something of another pilot or person. `{pilot}`, `{answer_id}`, `{review_id}`, `{conversation_id}` and
    `{model}` are filled in, in the path and in the body.

    `names_pilot`: the request says which pilot it means, so a key of another pilot is refused. `names_owner`: it says whose
    conversation or answer it means, so every other caller is refused, whatever its role. Neither: the route may be called,
    and must say nothing of the other pilot. `is_oversight`: those who oversee the pilot see what came of what others asked it.
    `is_description`: it says what the pilot is, also of a stopped one. `is_whole`: it is about all pilots, so keys for some are refused.
    `pilot` is the other pilot that is asked for.
    `form`: the fields that a page of the console sends. `readers`: who finds the answer without having asked for it, though not what was asked.
    """

    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    data: Mapping[str, str] | None = None
    names_pilot: bool = False
    names_owner: bool = False
    is_oversight: bool = False
    is_whole: bool = False
    is_description: bool = False
    pilot: str = THEIRS
    query: Mapping[str, str] | None = None
    overseers: Policy | None = None
    readers: Policy | None = None


SECRET_QUESTION = "Beta sirri nədir?"
NEW_QUESTION = "Rüsum nə qədərdir?"

WALK: Mapping[tuple[str, str], Probe | tuple[Probe, ...]] = {
    ("GET", "/healthz"): Probe(),
    ("GET", "/readyz"): Probe(),
    ("GET", "/openapi.json"): Probe(),
    ("GET", "/metrics"): Probe(is_whole=True),
    ("POST", "/v1/sessions"): Probe(),
    ("GET", "/v1/pilots"): Probe(),
    ("GET", "/v1/pilots/{pilot}"): Probe(names_pilot=True, is_description=True),
    ("POST", "/v1/pilots/{pilot}/answers"): (
        Probe(json={"question": NEW_QUESTION}, names_pilot=True),
        Probe(json={"question": NEW_QUESTION, "conversation_id": "{conversation_id}"}, names_pilot=True, names_owner=True),
    ),
    ("GET", "/v1/pilots/{pilot}/stage"): Probe(names_pilot=True),
    ("POST", "/v1/pilots/{pilot}/stage"): Probe(json={"action": "stop", "reason": "not ours"}, names_pilot=True),
    ("POST", "/v1/pilots/{pilot}/appeals"): Probe(files={"file": ("appeal.txt", NEW_QUESTION.encode())}, names_pilot=True, pilot=LETTERS),
    ("POST", "/v1/answers"): (
        Probe(json={"question": NEW_QUESTION}),
        Probe(json={"question": NEW_QUESTION, "conversation_id": "{conversation_id}"}, names_owner=True),
    ),
    ("GET", "/v1/reviews"): Probe(is_oversight=True),
    ("GET", "/v1/reviews/{review_id}"): Probe(names_pilot=True, is_oversight=True),
    ("POST", "/v1/reviews/{review_id}/decision"): Probe(json={"decision": "approve"}, names_pilot=True, is_oversight=True),
    ("GET", "/v1/answers/{answer_id}"): Probe(names_owner=True),
    ("POST", "/v1/answers/{answer_id}/feedback"): Probe(json={"verdict": "helpful"}, names_owner=True),
    ("GET", "/v1/conversations/{conversation_id}"): Probe(names_owner=True),
    ("GET", "/v1/answers/{answer_id}/trace"): Probe(names_pilot=True, is_oversight=True),
    ("DELETE", "/v1/conversations/{conversation_id}"): Probe(names_owner=True),
    ("POST", "/v1/conversations/{conversation_id}/handover"): Probe(json={"note": "zəng edin"}, names_owner=True),
    ("GET", "/v1/conversations/{conversation_id}/handover"): Probe(names_owner=True),
    ("GET", "/v1/models"): Probe(),
    ("GET", "/v1/models/{model}"): Probe(names_pilot=True),
    ("GET", "/assets/{file}"): Probe(),
    ("GET", "/demo/{language}"): Probe(),
    ("GET", "/embed/{language}/{pilot}"): Probe(names_pilot=True),
    ("GET", "/chat/{language}/{pilot}"): Probe(names_pilot=True),
    ("POST", "/chat/{language}/{pilot}"): Probe(data={"question": NEW_QUESTION}, names_pilot=True),
    ("GET", "/chat/{language}/{pilot}/{conversation_id}"): Probe(names_pilot=True, names_owner=True),
    ("POST", "/chat/{language}/{pilot}/{conversation_id}"): (
        Probe(data={"question": NEW_QUESTION}, names_pilot=True, names_owner=True),
        Probe(data={"action": "judge", "answer_id": "{answer_id}"}, names_pilot=True, names_owner=True),
        Probe(data={"action": "handover"}, names_pilot=True, names_owner=True),
        Probe(data={"action": "delete"}, names_pilot=True, names_owner=True),
    ),
    ("POST", "/v1/chat/completions"): Probe(json={"model": "{pilot}", "messages": [{"role": "user", "content": NEW_QUESTION}]}, names_pilot=True),
    ("GET", "/console"): Probe(),
    ("GET", "/console/sign-in"): Probe(),
    ("POST", "/console/sign-in"): Probe(form={"key": "{key}"}),
    ("POST", "/console/sign-out"): Probe(form={}),
    ("POST", "/console/language"): Probe(form={"language": "ru"}),
    ("GET", "/console/ask"): (Probe(), Probe(query={"answer": "{answer_id}"}, names_owner=True)),
    ("POST", "/console/ask"): (
        Probe(form={"question": NEW_QUESTION, "pilot": "{pilot}"}, names_pilot=True),
        Probe(
            form={"question": NEW_QUESTION, "pilot": "{pilot}", "conversation_pilot": "{pilot}", "conversation_id": "{conversation_id}"},
            names_pilot=True,
            names_owner=True,
        ),
        Probe(form={"question": NEW_QUESTION}),
    ),
    ("GET", "/console/reviews"): Probe(is_oversight=True),
    ("GET", "/console/reviews/{review_id}"): Probe(names_pilot=True, is_oversight=True),
    ("POST", "/console/reviews/{review_id}/decision"): Probe(form={"decision": "approve"}, names_pilot=True, is_oversight=True),
    ("GET", "/console/answers"): Probe(query={"id": "{short_id}"}, readers=Policy.KEY),
    ("GET", "/console/answers/{answer_id}"): Probe(names_pilot=True, is_oversight=True, overseers=Policy.SUPERVISOR, readers=Policy.KEY),
    ("GET", "/console/answers/{answer_id}/slip"): Probe(names_pilot=True, readers=Policy.KEY),
    ("GET", "/console/answers/{answer_id}/trace"): Probe(names_pilot=True, readers=Policy.OVERSIGHT),
    ("GET", "/console/inbox"): (
        Probe(is_oversight=True),
        Probe(query={"code": "{code}"}, names_pilot=True, is_oversight=True),
    ),
    ("GET", "/console/inbox/{handover_id}"): Probe(names_pilot=True, is_oversight=True),
    ("POST", "/console/inbox/{handover_id}/take"): Probe(form={}, names_pilot=True),
    ("POST", "/console/inbox/{handover_id}/close"): Probe(form={}, names_pilot=True),
    ("GET", "/console/pilots"): Probe(),
    ("GET", "/console/pilots/{pilot}"): Probe(names_pilot=True),
    ("GET", "/console/pilots/{pilot}/stage"): Probe(names_pilot=True),
    ("POST", "/console/pilots/{pilot}/stage"): Probe(form={"action": "stop", "reason": "not ours", "confirmed": "yes"}, names_pilot=True),
    ("GET", "/console/teams"): Probe(),
    ("GET", "/console/teams/{pilot}"): Probe(names_pilot=True),
    ("GET", "/console/teams/{pilot}/cases"): Probe(names_pilot=True),
    ("GET", "/console/teams/{pilot}/check"): Probe(names_pilot=True),
    ("GET", "/console/evaluations"): Probe(),
    ("GET", "/console/evaluations/compare"): Probe(query={"a": "{run_id}", "b": "{run_id}"}, names_pilot=True),
    ("GET", "/console/evaluations/use"): (
        Probe(readers=Policy.EVALUATOR),
        Probe(query={"pilot": "{pilot}"}, names_pilot=True, readers=Policy.EVALUATOR),
    ),
    ("GET", "/console/evaluations/{run_id}"): Probe(names_pilot=True),
    ("GET", "/console/evaluations/{run_id}/report"): Probe(names_pilot=True),
}
PROBES = [
    pytest.param(route, probe, id=" ".join((*route, *(["of an owner"] if probe.names_owner else []))))
    for route, probes in WALK.items()
    for probe in (probes if isinstance(probes, tuple) else (probes,))
]


def secret(pilot: str) -> str:
    return f"«{pilot}» sirri"


def script(pilot: str) -> ScriptedPipeline:
    """A pipeline whose every answer carries its pilot's secret, in sentence, citation and quote."""

    def answer(question: Question) -> Answer:
        text = secret(pilot)
        citation = Citation(n=1, source_id=f"{pilot}-card", title=text, locator="", quote=text, url=None, as_of=None)
        fact = Sentence(text=text, kind=SentenceKind.FACT, citations=(1,))
        return Answer(
            pilot=pilot,
            status=AnswerStatus.ANSWERED,
            language="az",
            sentences=(fact,),
            citations=(citation,),
            conversation_id=question.conversation_id,
            review="always",
        )

    return ScriptedPipeline(answer)


@dataclass
class World:
    """Three pilots, one of them a draft; `owned` is what another caller has with the pilot that is probed."""

    client: httpx.AsyncClient
    gateway: Gateway
    owned: dict[str, str] = field(default_factory=dict[str, str])

    async def credential(self, role: Role, *pilots: str) -> dict[str, str]:
        if role is Role.SESSION:
            token = self.gateway.credentials.issue_session().token
        else:
            token = await self.gateway.credentials.keys.create(role, pilots=pilots or None, questions_per_minute=10_000)
        return {"authorization": f"Bearer {token}"}

    async def own(self, pilot: str, owner: Mapping[str, str]) -> None:
        """Let `owner` ask the pilot, and remember what came of it."""
        response = await self.client.post(f"/v1/pilots/{pilot}/answers", json={"question": SECRET_QUESTION}, headers=owner)
        assert response.status_code == 200, response.text
        answer = response.json()
        handed_over = await self.client.post(f"/v1/conversations/{answer['conversation_id']}/handover", json={"note": SECRET_QUESTION}, headers=owner)
        assert handed_over.status_code == 201, handed_over.text
        # A score that is perfect and a person who is not content: the evaluator's page names such an answer.
        judged = await self.client.post(f"/v1/answers/{answer['id']}/feedback", json={"verdict": "unhelpful"}, headers=owner)
        assert judged.status_code == 204, judged.text
        self.owned = {
            "pilot": pilot,
            "model": pilot,
            "answer_id": answer["id"],
            "review_id": answer["id"],
            "conversation_id": answer["conversation_id"],
            "code": handed_over.json()["code"],
            "short_id": answer["id"][:8],
            "handover_id": (await self.gateway.handovers.find(handed_over.json()["code"], pilots=None)).id,
            "run_id": self.measure(pilot),
            "key": await self.gateway.credentials.keys.create(Role.STAFF, pilots=(OURS,)),
        }

    def measure(self, pilot: str) -> str:
        """Leave an evaluation run of a pilot with a report that tells its secret."""
        folder = self.gateway.settings.runs_path / f"run-{pilot.replace('_', '-')}"
        folder.mkdir(parents=True, exist_ok=True)
        record = {"id": folder.name, "kind": "answers", "subject": pilot, "created_at": "2026-11-01T00:00:00Z"}
        (folder / "run.json").write_text(json.dumps(record))
        (folder / "scores.json").write_text(json.dumps({"items": 1, "failures": [{"key": "1", "variant": "clean", "problems": [secret(pilot)]}]}))
        (folder / "report.html").write_text(secret(pilot))
        return folder.name

    def at_the_console(self, credential: Mapping[str, str]) -> tuple[dict[str, str], str]:
        """Return a visit's headers and form token; a session's token opens none, so its owner is a stranger there."""
        token = credential.get("authorization", "").removeprefix("Bearer ")
        visit = self.gateway.visits.open(token.split("_")[1] if token.startswith("korpu_") else None)
        return {"cookie": f"{COOKIE}={self.gateway.visits.seal(visit)}"}, self.gateway.visits.form_token(visit)

    async def probe(self, route: tuple[str, str], probe: Probe, credential: Mapping[str, str], **instead: str) -> httpx.Response:
        method, path = route
        names = {"language": "az", "file": "korpu-chat.js", **self.owned, **instead}
        body = filled(probe.json, names) if probe.json is not None else None
        fields, headers = filled(probe.data, names), dict(credential)
        if path.startswith("/console"):
            headers, token = self.at_the_console(credential)
            fields = {"form_token": token, **filled(probe.form, names)} if probe.form is not None else None
        return await self.client.request(
            method,
            path.format(**names),
            json=body,
            files=probe.files,
            data=fields,
            params=filled(probe.query, names),
            headers=headers,
            follow_redirects=not path.startswith("/console"),
        )


def filled(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case str():
            return value.format(**names)
        case dict():
            return {key: filled(inner, names) for key, inner in cast("dict[str, Any]", value).items()}
        case list():
            return [filled(inner, names) for inner in cast("list[Any]", value)]
        case _:
            return value


@pytest.fixture
async def world(settings: Settings, run_app: RunApp) -> AsyncIterator[World]:
    served = {
        name: make_pilot(name, stage="draft" if name == DRAFT else "live", understanding="appeals" if name == LETTERS else "cards") for name in PILOTS
    }
    pipelines = {name: script(name) for name in PILOTS}
    change: JsonValue = {"name": "x", "a": 1, "b": 1, "difference": 0, "p": 1}
    instruments = Instruments(
        check_folder=lambda folder, today: [],
        compare_runs=lambda a, b: {"primary": change, "call": "no difference found"},
        measure_use=measure_use,
    )
    quiet = settings.model_copy(update={"sessions_per_minute": 10_000, "demo_page": True})
    async with run_app(create_app(quiet, served_pilots=served, pipelines=pipelines, instruments=instruments)) as started:
        yield World(*started)


def test_every_route_is_walked() -> None:
    assert WALK.keys() == ROUTE_POLICIES.keys()


@pytest.mark.parametrize(("route", "probe"), PROBES)
async def test_a_key_of_one_pilot_gets_nothing_of_another(route: tuple[str, str], probe: Probe, world: World) -> None:
    for owner_role in (Role.SESSION, Role.SERVICE_TEAM):
        await world.own(probe.pilot, await world.credential(owner_role, probe.pilot))
        for role in SERVICE_ROLES:
            response = await world.probe(route, probe, await world.credential(role, OURS))
            if probe.names_pilot or probe.names_owner or probe.is_whole:
                assert response.status_code in REFUSED, (role, response.text)
            says_nothing(response, secret(probe.pilot), SECRET_QUESTION, *ids(world))
    assert world.gateway.pilots[THEIRS].stage == "live"


@pytest.mark.parametrize(("route", "probe"), PROBES)
async def test_a_caller_gets_nothing_that_another_caller_was_told(route: tuple[str, str], probe: Probe, world: World) -> None:
    """Sessions and keys for every pilot may ask anything, and still reach no conversation or answer but their own."""
    owner = await world.credential(Role.SESSION)
    for role in Role:
        await world.own(probe.pilot, owner)
        response = await world.probe(route, probe, await world.credential(role))
        if led_to_sign_in(response):
            assert role is Role.SESSION
            continue
        if probe.names_owner:
            assert response.status_code == (404 if role in ADMITTED[ROUTE_POLICIES[route]] & ASKERS else 403), (role, response.text)
        if not (probe.is_oversight and role in ADMITTED[probe.overseers or ROUTE_POLICIES[route]]):
            may_find = probe.readers is not None and role in ADMITTED[probe.readers]
            says_nothing(response, SECRET_QUESTION, *(() if may_find else ids(world)))
        if world.gateway.pilots[THEIRS].stage == "stopped":
            await world.gateway.stages.change(THEIRS, StageAction.RESUME, recorded_by="test", note="goes on")
    assert (await world.client.get(f"/v1/answers/{world.owned['answer_id']}", headers=owner)).status_code == 200


@pytest.mark.parametrize(("route", "probe"), PROBES)
async def test_the_owner_is_not_refused(route: tuple[str, str], probe: Probe, world: World) -> None:
    """The walk would prove nothing if its requests were refused to everyone."""
    # Whoever is in no audience, as a monitor, may call a public route and is still told of no pilot.
    for role in ADMITTED[ROUTE_POLICIES[route]] & (ASKERS if probe.names_pilot else frozenset(Role)):
        credential = await world.credential(role, *([] if probe.is_whole else [probe.pilot]))
        await world.own(probe.pilot, credential if role in ASKERS else await world.credential(Role.ADMIN, probe.pilot))
        response = await world.probe(route, probe, credential)
        assert response.is_success or (response.is_redirect and not led_to_sign_in(response)), (role, response.text)
        if world.gateway.pilots[THEIRS].stage == "stopped":
            await world.gateway.stages.change(THEIRS, StageAction.RESUME, recorded_by="test", note="goes on")


@pytest.mark.parametrize(("route", "probe"), PROBES)
async def test_a_draft_does_not_exist_for_those_who_must_not_see_it(route: tuple[str, str], probe: Probe, world: World) -> None:
    """The reply for a draft is the reply for a name that nobody ever used. A key of another pilot must not see it whatever its role."""
    insider = await world.credential(Role.ADMIN)
    await world.own(DRAFT, insider)
    outsiders = [await world.credential(role) for role in Role if role not in DRAFT_READERS]
    outsiders += [await world.credential(role, OURS) for role in SERVICE_ROLES]
    for credential in outsiders:
        response = await world.probe(route, probe, credential)
        if led_to_sign_in(response):
            assert "korpu_" not in credential["authorization"]
            continue
        says_nothing(response, DRAFT, secret(DRAFT), *ids(world))
        if probe.names_pilot:
            unknown = await world.probe(route, probe, credential, pilot=UNKNOWN, model=UNKNOWN)
            assert (response.status_code, shape(response)) == (unknown.status_code, shape(unknown))
            assert response.status_code in REFUSED
    if ROUTE_POLICIES[route] is Policy.PUBLIC:
        says_nothing(await world.probe(route, probe, {}), DRAFT)


@pytest.mark.parametrize(("route", "probe"), PROBES)
async def test_a_stopped_pilot_answers_nobody_but_those_who_work_on_it(route: tuple[str, str], probe: Probe, world: World) -> None:
    owner = await world.credential(Role.SESSION)
    await world.own(THEIRS, owner)
    await world.gateway.stages.change(THEIRS, StageAction.STOP, recorded_by="test", note="a wrong fee")
    for credential in (owner, await world.credential(Role.STAFF), await world.credential(Role.SUPERVISOR)):
        response = await world.probe(route, probe, credential)
        if probe.names_owner and credential is not owner and response.status_code == 404:
            continue
        if probe.names_pilot and not probe.is_description and ADMITTED[ROUTE_POLICIES[route]] >= {Role.SESSION, Role.STAFF, Role.SUPERVISOR}:
            assert response.status_code == 503
            assert "dayandırılıb" in response.text
        if route in (("GET", "/v1/pilots"), ("GET", "/v1/models")):
            says_nothing(response, THEIRS)


async def test_a_conversation_with_one_pilot_is_not_heard_by_another(world: World) -> None:
    caller = await world.credential(Role.SESSION)
    await world.own(THEIRS, caller)
    body = {"question": NEW_QUESTION, "conversation_id": world.owned["conversation_id"]}
    assert (await world.client.post(f"/v1/pilots/{OURS}/answers", json=body, headers=caller)).status_code == 404
    messages = [{"role": "user", "content": text} for text in (SECRET_QUESTION, NEW_QUESTION)]
    reply = await world.client.post("/v1/chat/completions", json={"model": OURS, "messages": messages}, headers=caller)
    assert reply.status_code == 200
    says_nothing(reply, secret(THEIRS), *ids(world))


def ids(world: World) -> Iterator[str]:
    yield from (world.owned["answer_id"], world.owned["conversation_id"], world.owned["code"])


def says_nothing(response: httpx.Response, *secrets: str) -> None:
    for words in secrets:
        assert words not in response.text
        assert words not in str(response.headers)


def led_to_sign_in(response: httpx.Response) -> bool:
    """A stranger who opens a page of the console reads nothing but where to sign in, and goes on from there to the page that was wanted."""
    location = response.headers.get("location", "")
    return location.startswith("/console/sign-in?next=") and response.request.url.path not in ("/console/sign-in", "/console/sign-out")


def shape(response: httpx.Response) -> dict[str, Any]:
    if response.headers["content-type"].startswith("text/html"):
        return {
            "page": re.sub(r"<code>[0-9a-f]{32}</code>|/[a-z]+_pilot\b|urn:korpu:request:\w+|(?<=name=.form_token. value=.)[^\"]+", "", response.text)
        }
    """What a refusal says, without what differs from request to request."""
    if response.headers["content-type"].startswith("text/html"):
        return {"page": re.sub(r"<code>[0-9a-f]{32}</code>|/[a-z]+_pilot\b", "", response.text)}
    return {key: value for key, value in response.json().items() if key != "instance"}
