"""Checks pilot.yaml: the model, texts that were left open, messages in three languages, limits that nobody can mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.onboarding.findings import Finding, error, warning
from pilots.answer import AnswerStatus
from pilots.contact_cards import load_contact_cards
from pilots.errors import ManifestInvalid
from pilots.manifest import Manifest, Messages, Thresholds, load_manifest
from pilots.messages import load_messages
from pilots.registry import Pilot
from rag.cards import load_card
from rag.errors import CardInvalid
from rag.yaml_documents import YamlLines

MANIFEST_FILE = "pilot.yaml"
MOST_QUESTIONS_PER_MINUTE = 600
LONGEST_RETENTION_DAYS = 180
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CheckedManifest:
    """`manifest` None: it cannot be read, and nothing else of the folder can be checked."""

    manifest: Manifest | None
    findings: list[Finding]
    lines: YamlLines | None = None


def check_manifest(folder: Path) -> CheckedManifest:
    path = folder / MANIFEST_FILE
    try:
        manifest = load_manifest(folder)
    except ManifestInvalid as fault:
        if not fault.faults:
            return CheckedManifest(None, [error(MANIFEST_FILE, None, "there is no such file", hint="`korpu pilots new NAME` writes one.")])
        found = [error(MANIFEST_FILE, f.line, f"{f.key}: {f.message}" if f.key else f.message, hint=_MODEL_HINT) for f in fault.faults]
        return CheckedManifest(None, found)
    lines = YamlLines(path.read_text(encoding="utf-8"))
    found = [*_check_messages(manifest, lines), *_check_limits(manifest, lines), *_check_hand_over(Pilot(manifest, folder), lines)]
    return CheckedManifest(manifest, found, lines)


_MODEL_HINT = "docs/manifest.md lists every key with its type and default."


def _check_messages(manifest: Manifest, lines: YamlLines) -> Iterator[Finding]:
    """Every ending needs a text: the pilot's own, or the common one. A text that was copied over is no translation."""
    written = load_messages().statuses
    for status in AnswerStatus:
        if status not in manifest.messages and status not in written:
            hint = f"Add messages.{status.value} with az, en and ru."
            yield error(MANIFEST_FILE, None, f"there is no message for the ending {status.value}", hint=hint)
    own: list[tuple[tuple[str, ...], Messages]] = [(("title",), manifest.title)]
    own += [(("messages", status.value), texts) for status, texts in manifest.messages.items()]
    for location, texts in own:
        key = ".".join(location)
        if not _CYRILLIC.search(texts.ru):
            hint = "Write it in Russian; people who ask in Russian read this."
            yield warning(MANIFEST_FILE, lines.of([*location, "ru"]), f"{key}.ru has no Russian letter", hint=hint)
        if texts.az == texts.en:
            yield warning(MANIFEST_FILE, lines.of([*location, "en"]), f"{key}.az and {key}.en are the same text", hint="Translate one of them.")


def _check_hand_over(pilot: Pilot, lines: YamlLines) -> Iterator[Finding]:
    """The cards are needed when nothing else works: that is no time to find out that one is not there."""
    try:
        load_contact_cards(pilot)
    except ManifestInvalid as fault:
        message = str(fault).partition(": ")[2]
    except CardInvalid as fault:
        if not any(_is_broken(card) for card in cards_beside_the_corpus(pilot)):
            return  # the check of the corpus names the card's own lines
        message = f"hand_over: a card cannot be read: {fault}"
    else:
        return
    hint = "Name a card with the telephone of people under `contacts`, relative to the pilot's folder, or remove the line."
    yield error(MANIFEST_FILE, lines.of(["hand_over"]), message, hint=hint)


def cards_beside_the_corpus(pilot: Pilot) -> list[Path]:
    """Return the cards under `hand_over` that the pilot does not answer from."""
    sources = [path.resolve() for path in pilot.corpus_paths]
    cards = [(pilot.folder / path).resolve() for path in pilot.manifest.hand_over]
    return [card for card in cards if not any(card.is_relative_to(source) for source in sources)]


def _is_broken(card: Path) -> bool:
    try:
        load_card(card)
    except (CardInvalid, OSError):
        return True
    return False


def _check_limits(manifest: Manifest, lines: YamlLines) -> Iterator[Finding]:
    def found(location: tuple[str | int, ...], message: str, hint: str) -> Finding:
        return warning(MANIFEST_FILE, lines.of(location), f"{'.'.join(map(str, location))}: {message}", hint=hint)

    if (per_minute := manifest.quotas.questions_per_minute) > MOST_QUESTIONS_PER_MINUTE:
        yield found(("quotas", "questions_per_minute"), f"{per_minute} a minute is no person", "Give systems a key with a quota of its own.")
    if manifest.retention_days > LONGEST_RETENTION_DAYS:
        yield found(("retention_days",), f"questions are kept for {manifest.retention_days} days", "Keep them only as long as the service needs.")
    usual, chosen = Thresholds(), manifest.thresholds
    for name in (name for name in Thresholds.model_fields if name != "wrong_facts"):
        if getattr(chosen, name) < getattr(usual, name):
            yield found(("thresholds", name), f"below the usual {getattr(usual, name)}", "Say in the README why less is enough.")
    if chosen.wrong_facts > usual.wrong_facts:
        yield found(("thresholds", "wrong_facts"), "lets wrong facts pass", "Say in the README why that is acceptable.")
    if not manifest.examples:
        yield warning(MANIFEST_FILE, None, "there is no example question", hint="Add two or three under `examples`: people see them first.")
    for place, example in enumerate(manifest.examples):
        if len(example) > manifest.quotas.max_question_chars:
            message = f"examples.{place} is longer than quotas.max_question_chars"
            yield error(MANIFEST_FILE, lines.of(["examples", place]), message, hint="Shorten the example or raise the limit.")
