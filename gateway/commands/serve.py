"""korpu serve"""

import asyncio
import json
import signal
import socket
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
import uvicorn
from pydantic import JsonValue

from gateway.app import create_app
from gateway.commands.start_board import StartBoard
from gateway.credentials import close_development_key, open_development_key
from gateway.errors import RunsIncomparable, SettingsInvalid
from gateway.onboarding.findings import Finding
from gateway.settings import Settings, load_settings
from gateway.stages import open_stages
from gateway.store.answers_in_use import AnswerInUse
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys
from gateway.telemetry import configure_logs
from gateway.use_contract import PilotUse
from gateway.web.console.instruments import Instruments
from pilots.registry import Pilot

GRACE_S = 10


def serve(*, dev: bool, host: str | None, port: int | None) -> None:
    given: dict[str, Any] = {"host": host, "port": port}
    settings = load_settings()
    settings = settings.model_copy(update={name: value for name, value in given.items() if value is not None})
    if dev and "log_format" not in settings.model_fields_set:
        settings = settings.model_copy(update={"log_format": "console"})
    if dev and "demo_page" not in settings.model_fields_set:
        settings = settings.model_copy(update={"demo_page": True})
    configure_logs(settings)
    # Bound before anything is opened: a taken port is the commonest fault and must not cost an ingest.
    with bind(settings) as listener:
        pilots = asyncio.run(staged_pilots(settings))
        key = asyncio.run(prepare_development_key(settings, dev=dev))
        with StartBoard(pilots, ready_text=ready_text(settings, pilots, key=key)) as board:
            app = create_app(settings, served_pilots=pilots, watch=board.report, instruments=instruments())
            # The lifespan runs here, not inside uvicorn, which would print its faults with a traceback.
            config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_S)
            server = uvicorn.Server(config)

            async def run() -> None:
                async with app.router.lifespan_context(app):
                    await server.serve(sockets=[listener])

            with ending_on_signals(server), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
                runner.run(run())
    structlog.stdlib.get_logger(__name__).info("stopped")


def instruments() -> Instruments:
    """Return what the console examines pilots with; the evaluation is imported when somebody looks, not at every start."""

    def check_folder(folder: Path, today: date) -> Sequence[Finding]:
        from gateway.onboarding.check import check_folder

        return check_folder(folder, today=today)

    def compare_runs(a: Path, b: Path) -> Mapping[str, JsonValue]:
        from evaluation.compare import compare_runs
        from evaluation.errors import EvaluationError
        from evaluation.runs.folder import RunFolder

        try:
            return compare_runs(RunFolder(a), RunFolder(b)).model_dump(mode="json")
        except EvaluationError as error:
            raise RunsIncomparable(str(error)) from error

    def measure_use(pilot: str, answers: Sequence[AnswerInUse], /, *, counted: int, since: datetime, until: datetime) -> PilotUse:
        from evaluation.online.measure import measure_use

        return measure_use(pilot, answers, counted=counted, since=since, until=until)

    return Instruments(check_folder=check_folder, compare_runs=compare_runs, measure_use=measure_use)


@contextmanager
def ending_on_signals(server: uvicorn.Server) -> Generator[None]:
    """Let SIGINT and SIGTERM end the server and leave the process to close its index and database.

    uvicorn raises a signal again once it has served; under the default handlers that would kill the process before the
    lifespan ends.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bind(settings: Settings) -> socket.socket:
    """Raises SettingsInvalid when the address is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or "not available"
        raise SettingsInvalid(f"KORPU_HOST, KORPU_PORT: {settings.host}:{settings.port}: {reason}. Choose another with --port.") from error


async def staged_pilots(settings: Settings) -> dict[str, Pilot]:
    async with open_stages(settings) as stages:
        return dict(stages.pilots)


async def prepare_development_key(settings: Settings, *, dev: bool) -> str | None:
    async with open_database(settings.database) as database:
        keys = ServiceKeys(database)
        if dev:
            return await open_development_key(settings, keys)
        await close_development_key(settings, keys)
        return None


def ready_text(settings: Settings, pilots: dict[str, Pilot], *, key: str | None) -> str:
    """Return what a person can copy once the gateway is ready."""
    lines = [f"Körpü is ready at {settings.base_url}", ""]
    if settings.demo_page:
        lines += [f"Demonstration page: {settings.base_url}/demo/az", ""]
    lines += [f"Staff console: {settings.base_url}/console (sign in with a service key)", ""]
    if key is None:
        lines.append(f"""TOKEN=$(curl -s -X POST {settings.base_url}/v1/sessions | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')""")
    else:
        lines += [f"Development key: {key}", ""]
    for pilot in pilots.values():
        if pilot.manifest.examples and pilot.stage == "live" and pilot.manifest.audience == "citizens":
            question = json.dumps({"question": pilot.manifest.examples[0]}, ensure_ascii=False).replace("'", "'\\''")
            lines += [
                f"curl -s {settings.base_url}/v1/pilots/{pilot.name}/answers \\",
                f'  -H "Authorization: Bearer {key or "$TOKEN"}" -H "Content-Type: application/json" \\',
                f"  -d '{question}'",
            ]
            break
    return "\n".join(lines)
