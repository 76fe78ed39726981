"""A gateway of the packaged pilots after a morning's work: people of every role, answers, reviews, hand-overs, a stop, two evaluation runs."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page

from gateway.app import create_app
from gateway.commands.serve import instruments
from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys
from gateway.web.console.wording import wording
from pilots.answer import Language
from pilots.registry import PILOTS_FOLDER, load_pilots
from tests.gateway.web.gateways import REPOSITORY, serving, wait_until_ready

SERVED = ("citizen_chat", "service_navigator", "staff_assistant")
ROLES = (Role.STAFF, Role.SUPERVISOR, Role.SERVICE_TEAM, Role.EVALUATOR, Role.ADMIN)
PAPERS = "müştəri nikah qeydiyyatı üçün gəlib, nə tələb edim?"
RISKY = "əlilliyə görə müavinət, 61–80 faiz, ərizəçiyə məbləği deyim"
OPEN = "müştəri xarici pasport istəyir"
CITIZENS = ("Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?", "bəs 1 günə?", "Bakıda hava necədir?", "Qaz kartım itib, bərpası neçəyədir?")
GAS = CITIZENS[-1]
JUDGES = 22
"""People who ask the same and say whether it helped: enough to tell whether the scores know it."""
NOTE = "Vəsiqəm xaricdə itib, əlavə sənəd lazımdır?"
MEASURED_CASES = 24
LATER_CARD = "pasport-itirilmis.yaml"
"""The earlier of the two measured runs does not have it."""


@dataclass
class Office:
    url: str
    keys: dict[Role, str]
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Ids that pages need in their addresses: `answer`, `pending`, `edited`, `handover`, `taken`, `run`, `older_run`."""

    def client(self, role: Role | None = None) -> httpx.Client:
        token = self.keys[role] if role else httpx.post(f"{self.url}/v1/sessions").json()["token"]
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {token}"}, timeout=60)

    def ask(self, question: str, *, role: Role = Role.STAFF, pilot: str = "staff_assistant") -> dict[str, Any]:
        with self.client(role) as client:
            return client.post(f"/v1/pilots/{pilot}/answers", json={"question": question}).raise_for_status().json()

    def decide(self, answer_id: str, **decision: str) -> None:
        with self.client(Role.SUPERVISOR) as client:
            client.post(f"/v1/reviews/{answer_id}/decision", json=decision).raise_for_status()


@contextmanager
def open_office(data_dir: Path) -> Generator[Office]:
    data_dir.mkdir(parents=True, exist_ok=True)
    for cache in (REPOSITORY / "var").glob("embeddings.db*"):
        (data_dir / cache.name).write_bytes(cache.read_bytes())
    settings = Settings(data_dir=data_dir, sessions_per_minute=10_000, sign_ins_per_minute=10_000, log_level="warning")
    pilots = {name: pilot for name, pilot in load_pilots().items() if name in SERVED}
    # Playwright's own event loop runs in this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        keys = elsewhere.submit(asyncio.run, make_keys(settings)).result()
    with serving(create_app(settings, served_pilots=pilots, instruments=instruments())) as url:
        wait_until_ready(url)
        office = Office(url, keys)
        work_a_morning(office)
        judge_answers(office)
        measure(office, data_dir)
        yield office


async def make_keys(settings: Settings) -> dict[Role, str]:
    async with open_database(settings.database) as database:
        keys = ServiceKeys(database)
        return {role: await keys.create(role, label=f"{role.value} at the office", questions_per_minute=6000) for role in ROLES}


def work_a_morning(office: Office) -> None:
    with office.client() as citizen:
        conversation, answer_id = "", ""
        for question in CITIZENS:
            body = {"question": question, "conversation_id": conversation if question == CITIZENS[1] else None}
            answer = citizen.post("/v1/pilots/citizen_chat/answers", json=body).raise_for_status().json()
            conversation, answer_id = answer["conversation_id"], answer["id"]
            citizen.post(f"/v1/answers/{answer['id']}/feedback", json={"verdict": "helpful"}).raise_for_status()
            if question == CITIZENS[1]:
                citizen.post(f"/v1/conversations/{conversation}/handover", json={"note": NOTE}).raise_for_status()
        office.names["citizen"] = answer_id
        citizen.post(f"/v1/conversations/{conversation}/handover", json={"note": "Zəhmət olmasa, zəng edin."}).raise_for_status()
    office.names["answer"] = office.ask(PAPERS)["id"]
    office.names["options"] = office.ask(OPEN)["id"]
    edited = office.ask(RISKY)
    text = "\n".join(edited["text"].splitlines()[1:4]).replace("aylıq 250 AZN", "ayda 250 AZN, karta köçürülür")
    office.decide(edited["id"], decision="edit", text=text, reason="Ödəniş üsulu əlavə edildi")
    office.names["edited"] = edited["id"]
    office.names["pending"] = office.ask(RISKY)["id"]
    with office.client(Role.SERVICE_TEAM) as team:
        team.post("/v1/pilots/service_navigator/stage", json={"action": "stop", "reason": "Rüsum cədvəli yoxlanılır"}).raise_for_status()


def judge_answers(office: Office) -> None:
    """Have every second of JUDGES citizens find the same answer unhelpful, as no score can know."""
    for n in range(JUDGES):
        said = {"verdict": "unhelpful", "reasons": ["wrong_fact"] if n % 3 else ["incomplete", "unclear"]} if n % 2 else {"verdict": "helpful"}
        with office.client() as citizen:
            answer = citizen.post("/v1/pilots/citizen_chat/answers", json={"question": GAS}).raise_for_status().json()
            citizen.post(f"/v1/answers/{answer['id']}/feedback", json=said).raise_for_status()


def measure(office: Office, data_dir: Path) -> None:
    """Have the evaluation measure a pilot before and after it was given a card, and write a report, by the commands that an evaluator types."""
    cases = data_dir / "few-cases.jsonl"
    lines = (PILOTS_FOLDER / "citizen_chat" / "cases-a.jsonl").read_text(encoding="utf-8").splitlines()[:MEASURED_CASES]
    cases.write_text("\n".join(lines) + "\n", encoding="utf-8")
    key = data_dir / "evaluator.key"
    key.write_text(office.keys[Role.EVALUATOR], encoding="ascii")
    poorer = data_dir / "poorer"
    shutil.copytree(PILOTS_FOLDER / "citizen_chat", poorer / "citizen_chat")
    (poorer / "citizen_chat" / "corpus" / LATER_CARD).unlink()
    earlier = {"KORPU_PILOTS_DIR": str(poorer), "KORPU_INDEX_DIR": str(data_dir / "poorer-index")}
    now_served = ("--base-url", office.url, "--key-file", str(key))
    for label, target, environment in (("itmiş pasport vərəqi olmadan", (), earlier), ("itmiş pasport vərəqi ilə", now_served, {})):
        options = ("--cases", str(cases), *target, "--noise", "", "--label", label, "--fresh", "--show", "0")
        korpu(data_dir, "eval", "answers", "citizen_chat", *options, may_fall_short=True, **environment)
    korpu(data_dir, "eval", "report", "latest")
    records = [json.loads(path.read_text(encoding="utf-8")) for path in (data_dir / "runs").glob("*/run.json")]
    older, newer = sorted(records, key=lambda record: record["created_at"])
    office.names |= {"older_run": older["id"], "run": newer["id"]}


def korpu(data_dir: Path, *arguments: str, may_fall_short: bool = False, **settings: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KORPU_")} | {"KORPU_DATA_DIR": str(data_dir)} | settings
    done = subprocess.run([sys.executable, "-m", "gateway", *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in ((0, 1) if may_fall_short else (0,)), done.stderr


def sign_in(page: Page, office: Office, role: Role, language: Language = "az") -> None:
    page.goto(f"{office.url}/console/sign-in")
    if language != "az":
        page.locator(f".languages button[lang={language}]").click()
        page.wait_for_load_state()
    texts = wording(language)["signing_in"]
    page.get_by_label(texts["key"]).fill(office.keys[role])
    page.get_by_role("button", name=texts["button"]).click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def pages(office: Office) -> Iterator[tuple[str, Role, str]]:
    """Yield every page with a name, who opens it, and its address."""
    names = office.names
    yield "ask", Role.STAFF, "/console/ask"
    yield "inbox", Role.STAFF, "/console/inbox"
    yield "search", Role.STAFF, "/console/answers?id=00000000"
    yield "citizens-answer", Role.STAFF, f"/console/answers/{names['citizen']}"
    yield "slip", Role.STAFF, f"/console/answers/{names['answer']}/slip"
    yield "asked", Role.STAFF, f"/console/ask?answer={names['answer']}&pilot=staff_assistant"
    yield "options", Role.STAFF, f"/console/ask?answer={names['options']}&pilot=staff_assistant"
    yield "draft", Role.STAFF, f"/console/ask?answer={names['pending']}&pilot=staff_assistant"
    yield "corrected", Role.STAFF, f"/console/ask?answer={names['edited']}&pilot=staff_assistant"
    yield "pilots", Role.STAFF, "/console/pilots"
    yield "reviews", Role.SUPERVISOR, "/console/reviews"
    yield "review", Role.SUPERVISOR, f"/console/reviews/{names['pending']}"
    yield "decided", Role.SUPERVISOR, f"/console/reviews/{names['edited']}"
    yield "trace", Role.EVALUATOR, f"/console/answers/{names['answer']}/trace"
    yield "evaluations", Role.EVALUATOR, "/console/evaluations"
    yield "evaluation", Role.EVALUATOR, f"/console/evaluations/{names['run']}"
    yield "use", Role.EVALUATOR, "/console/evaluations/use"
    yield "use-pilot", Role.EVALUATOR, "/console/evaluations/use?pilot=citizen_chat&days=7"
    yield "use-drafts", Role.EVALUATOR, "/console/evaluations/use?pilot=staff_assistant"
    yield "use-quiet", Role.EVALUATOR, "/console/evaluations/use?pilot=service_navigator&days=1"
    yield "comparison", Role.EVALUATOR, f"/console/evaluations/compare?a={names['older_run']}&b={names['run']}"
    yield "pilot", Role.ADMIN, "/console/pilots/citizen_chat"
    yield "stop", Role.ADMIN, "/console/pilots/citizen_chat/stage"
    yield "resume", Role.ADMIN, "/console/pilots/service_navigator/stage"
    yield "teams", Role.SERVICE_TEAM, "/console/teams"
    yield "team", Role.SERVICE_TEAM, "/console/teams/service_navigator"
    yield "cases", Role.SERVICE_TEAM, "/console/teams/service_navigator/cases"
    yield "check", Role.SERVICE_TEAM, "/console/teams/service_navigator/check"
    yield "problem", Role.STAFF, "/console/nowhere"
