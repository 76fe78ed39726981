"""Checks the sources: everything can be read, something is there, and no card has been left to grow old."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.onboarding.check_manifest import MANIFEST_FILE
from gateway.onboarding.findings import Finding, error, warning
from pilots.registry import Pilot
from rag.azerbaijani import fold
from rag.cards import ServiceCard, load_card
from rag.chunking import estimate_tokens
from rag.errors import CardInvalid
from rag.loaders import Skipped, load_passages
from rag.yaml_documents import YamlLines

CARD_SUFFIXES = (".yaml", ".yml")
_CARD_HINT = "card-template.yaml and docs/onboarding.md show how a card is written."


@dataclass(frozen=True, slots=True)
class CheckedCorpus:
    """`texts` holds what a citizen could be told, by source id; `unread` the ids of sources whose files have a fault of their own."""

    texts: Mapping[str, str]
    unread: frozenset[str]
    findings: list[Finding]


def check_corpus(pilot: Pilot, lines: YamlLines, *, today: date) -> CheckedCorpus:
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    aliases: dict[str, str] = {}
    stems: set[str] = set()
    for place, (corpus, path) in enumerate(zip(pilot.manifest.corpus, pilot.corpus_paths, strict=True)):
        line = lines.of(["corpus", place, "path"])
        if not path.exists():
            findings.append(error(MANIFEST_FILE, line, f"corpus {corpus.path} does not exist", hint="Create it or correct the path."))
            continue
        loaded = load_passages([path], pilot=pilot.name, trust=corpus.trust, count_tokens=estimate_tokens)
        for passage in loaded.passages:
            texts[passage.source_id] = "\n".join((texts.get(passage.source_id, passage.title), passage.text))
        if not loaded.passages and not loaded.skipped:
            hint = "Put at least one card or document there."
            findings.append(error(MANIFEST_FILE, line, f"corpus {corpus.path} holds nothing that can be read", hint=hint))
        for skipped in loaded.skipped:
            findings += _unread(skipped, _label(pilot, skipped.path))
        unread = {skipped.path for skipped in loaded.skipped}
        stems |= {path.stem for path in unread}
        for card_path in _cards(path):
            if card_path not in unread:
                findings += _check_card(card_path, _label(pilot, card_path), aliases, today=today)
    return CheckedCorpus(texts, frozenset(stems), findings)


def _cards(path: Path) -> Iterator[Path]:
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.suffix.lower() in CARD_SUFFIXES and not any(part.startswith(".") for part in file.relative_to(path).parts):
            yield file


def _label(pilot: Pilot, path: Path) -> str:
    """Name a file as a person finds it from the pilot's folder, a borrowed corpus too."""
    return path.relative_to(pilot.folder).as_posix() if path.is_relative_to(pilot.folder) else path.name


def _unread(skipped: Skipped, label: str) -> Iterator[Finding]:
    if skipped.path.suffix.lower() not in CARD_SUFFIXES:
        yield error(label, None, skipped.reason, hint="Replace the file or take it out of the corpus.")
        return
    try:
        load_card(skipped.path)
    except CardInvalid as fault:
        for wrong in fault.faults:
            yield error(label, wrong.line, f"{wrong.key}: {wrong.message}" if wrong.key else wrong.message, hint=_CARD_HINT)
    except OSError:
        yield error(label, None, skipped.reason, hint="Let the gateway's user read the file.")


def _check_card(path: Path, label: str, aliases: dict[str, str], *, today: date) -> Iterator[Finding]:
    card: ServiceCard = load_card(path)
    lines = YamlLines(path.read_text(encoding="utf-8"))
    if not card.items():
        yield error(label, 1, "the card tells nothing", hint="Give it at least one value with its source.")
    if card.as_of > today:
        yield warning(label, lines.of(["as_of"]), f"as_of {card.as_of} lies in the future", hint="Enter the day on which you checked the sources.")
    if card.review_by < today:
        hint = "Check the card against its sources, then move as_of and review_by. Until then its answers say that it is due."
        yield warning(label, lines.of(["review_by"]), f"due for review since {card.review_by}", hint=hint)
    for place, alias in enumerate(card.aliases):
        other = aliases.setdefault(fold(alias), card.id)
        if other != card.id:
            message = f"the alias «{alias}» belongs to {other} too"
            yield warning(label, lines.of(["aliases", place]), message, hint="Leave it on the one card that people mean.")
