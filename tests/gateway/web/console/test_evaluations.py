import json

import pytest

from gateway.errors import RunUnknown
from gateway.policy import Role
from gateway.web.console.runs import find_run, list_runs
from tests.gateway.web.console.conftest import REPORT, Console, measure, text_of


async def test_runs_are_listed_newest_first_with_their_outcome(console: Console) -> None:
    root = console.gateway.settings.runs_path
    measure(root, "older", day=1)
    measure(root, "newer", day=2, reached=0.9)
    measure(root, "cut-off", day=3, done=False)
    (root / "no-run").mkdir()
    page = text_of((await (await console.seat(Role.EVALUATOR)).get("/console/evaluations")).text)
    assert page.index("cut-off") < page.index("newer") < page.index("older")
    for shown in ("bitməyib", "həddən aşağı", "hədlər ödənib", "439"):
        assert shown in page


async def test_a_run_shows_figures_gaps_failures_and_what_was_measured(console: Console) -> None:
    measure(console.gateway.settings.runs_path, "run-1")
    page = text_of((await (await console.seat(Role.EVALUATOR)).get("/console/evaluations/run-1")).text)
    for shown in (
        "0,980",
        "0,900 … 0,990",
        "≥ 0,950",
        "language: ru / az",
        "−0,020",
        "cc-a-017",
        "abc123",
        "dəyişdirilmiş fayllarla",
        "hesabatı hazırlanmayıb",
    ):
        assert shown in page


async def test_a_report_is_shut_into_a_sandbox(console: Console) -> None:
    measure(console.gateway.settings.runs_path, "run-1", report=True)
    person = await console.seat(Role.EVALUATOR)
    page = (await person.get("/console/evaluations/run-1")).text
    assert '<iframe class="report" sandbox src="/console/evaluations/run-1/report"' in page
    report = await person.get("/console/evaluations/run-1/report")
    assert report.text == REPORT
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "allow-" not in policy


@pytest.mark.parametrize("run_id", ["..", "../secret", "%2e%2e", "nowhere", "a" * 300, ".hidden"])
async def test_only_runs_are_read(run_id: str, console: Console) -> None:
    (console.gateway.settings.data_dir / "run.json").write_text(
        json.dumps({"id": "x", "kind": "answers", "subject": "x", "created_at": "2026-11-01T00:00:00Z"})
    )
    person = await console.seat(Role.EVALUATOR)
    assert (await person.get(f"/console/evaluations/{run_id}")).status_code in (303, 404, 422)
    with pytest.raises(RunUnknown):
        find_run(console.gateway.settings.runs_path, run_id, pilots=None)


async def test_a_key_of_one_pilot_sees_its_runs_only(console: Console) -> None:
    root = console.gateway.settings.runs_path
    measure(root, "own")
    measure(root, "foreign", subject="staff_assistant")
    measure(root, "whole", subject="routing")
    person = await console.seat(Role.EVALUATOR, "citizen_chat")
    page = (await person.get("/console/evaluations")).text
    assert "own" in page
    assert "foreign" not in page
    assert "whole" not in page
    for run_id in ("foreign", "whole"):
        assert (await person.get(f"/console/evaluations/{run_id}")).status_code == 404
        assert (await person.get("/console/evaluations/compare", a="own", b=run_id)).status_code == 404


async def test_runs_that_cannot_be_compared_are_said_so(console: Console) -> None:
    root = console.gateway.settings.runs_path
    measure(root, "one")
    measure(root, "two", day=2)
    refused = await (await console.seat(Role.EVALUATOR)).get("/console/evaluations/compare", a="one", b="two")
    assert refused.status_code == 409
    assert "müqayisə edilə bilməz" in refused.text


async def test_a_broken_run_is_passed_over(console: Console) -> None:
    root = console.gateway.settings.runs_path
    measure(root, "good")
    measure(root, "bad")
    (root / "bad" / "run.json").write_text("{")
    assert [run.record.id for run in list_runs(root, pilots=None)] == ["good"]


@pytest.mark.parametrize("role", [Role.STAFF, Role.SUPERVISOR, Role.SERVICE_TEAM])
async def test_the_page_is_the_evaluators(role: Role, console: Console) -> None:
    assert (await (await console.seat(role)).get("/console/evaluations")).status_code == 403
