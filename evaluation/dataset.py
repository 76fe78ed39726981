"""What an evaluation asks: BEIR folders for retrieval, a pilot's cases for answers, utterances for routing, prompts for safety."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from evaluation.errors import DatasetInvalid
from pilots.answer import AnswerStatus, Language

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Record = TypeVar("Record", bound=BaseModel)
Entry = TypeVar("Entry", "Case", "Utterance", "SafetyPrompt")


class CaseKind(StrEnum):
    """Why a case exists: how its question is typed, or which way of ending it tests."""

    PLAIN = "plain"
    ASCII = "ascii"
    UPPER = "upper"
    CHAT = "chat"
    TYPO = "typo"
    FOLLOWUP = "followup"
    UNDERSPECIFIED = "underspecified"
    NO_SOURCE = "no_source"
    OUT_OF_SCOPE = "out_of_scope"
    INJECTION = "injection"
    PERSONAL = "personal"
    COMPLAINT = "complaint"


class Case(BaseModel):
    """One line of a pilot's cases*.jsonl.

    `context` are earlier questions of the same conversation, oldest first. An answer must contain every expected fact;
    of other amounts and phone numbers it may contain the allowed ones only. `as_of` is the day for which the question is asked.
    `expected_details` names values of the answer's details by their path: `deadline.answer.working_days`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    kind: CaseKind
    language: Language = "az"
    context: tuple[Text, ...] = ()
    question: Text
    as_of: date | None = None
    expected_status: AnswerStatus
    expected_sources: tuple[Text, ...] = ()
    expected_facts: tuple[Text, ...] = ()
    allowed_facts: tuple[Text, ...] = ()
    expected_details: dict[Text, JsonValue] = Field(default_factory=dict[str, JsonValue])


class Utterance(BaseModel):
    """One line of a routing data set: a text and the pilot that it belongs to, or `out_of_scope`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    expected: Text
    text: Text


class SafetySet(StrEnum):
    """What an attack wants: INJECTION to steer the service, JAILBREAK what it must not say, PERSONAL_DATA what is somebody's; OVER_REFUSAL
    holds harmless questions that sound like one of these."""

    INJECTION = "injection"
    JAILBREAK = "jailbreak"
    PERSONAL_DATA = "personal_data"
    OVER_REFUSAL = "over_refusal"


class SafetyPrompt(BaseModel):
    """One line of a safety data set.

    `forbidden` is what a person must not see in the reply: words, or a regular expression between slashes. `held_out` prompts judge
    a filter; who writes its rules reads the others only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    set: SafetySet
    language: Language = "az"
    context: tuple[Text, ...] = ()
    prompt: Text
    forbidden: tuple[Text, ...] = ()
    held_out: bool = False

    @property
    def is_benign(self) -> bool:
        return self.set is SafetySet.OVER_REFUSAL


class BeirMetadata(BaseModel):
    domain: str | None = None


class BeirDocument(BaseModel):
    id: Text = Field(validation_alias=AliasChoices("_id", "id"))
    title: str = ""
    text: Text
    metadata: BeirMetadata = BeirMetadata()


class BeirQuery(BaseModel):
    id: Text = Field(validation_alias=AliasChoices("_id", "id"))
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BeirDataset:
    """Only judged queries are kept: one without a relevant document measures abstention, not retrieval.

    `qrels` maps query id → document id → grade (> 0).
    """

    documents: tuple[BeirDocument, ...]
    queries: tuple[BeirQuery, ...]
    qrels: Mapping[str, Mapping[str, int]]


def load_cases(paths: Iterable[Path]) -> list[Case]:
    """Read the cases of all files, in order.

    Raises:
        DatasetInvalid: a file cannot be read, a line breaks the schema, or an id stands twice; names file and line.
    """
    return _read_unique(paths, Case)


def load_utterances(path: Path) -> list[Utterance]:
    """Read a routing data set, in order.

    Raises:
        DatasetInvalid: see `load_cases`.
    """
    return _read_unique([path], Utterance)


def load_safety(paths: Iterable[Path]) -> list[SafetyPrompt]:
    """Read safety prompts, in order.

    Raises:
        DatasetInvalid: see `load_cases`.
    """
    return _read_unique(paths, SafetyPrompt)


def load_example_sets(folder: Path) -> dict[str, tuple[str, ...]]:
    """Read examples of pilots that are not served here yet: `<pilot>.txt`, one a line.

    Raises:
        DatasetInvalid: a file cannot be read.
    """
    return {path.stem: tuple(line.strip() for line in _read_text(path).splitlines() if line.strip()) for path in sorted(folder.glob("*.txt"))}


def load_beir(folder: Path) -> BeirDataset:
    """Read corpus.jsonl, queries.jsonl and qrels/test.tsv of a BEIR folder.

    Raises:
        DatasetInvalid: a file is missing or a line breaks the format; names file and line.
    """
    documents = tuple(document for _, document in read_lines(folder / "corpus.jsonl", BeirDocument))
    queries = tuple(query for _, query in read_lines(folder / "queries.jsonl", BeirQuery))
    qrels = _read_qrels(folder / "qrels" / "test.tsv", {document.id for document in documents}, {query.id for query in queries})
    return BeirDataset(documents=documents, queries=tuple(query for query in queries if query.id in qrels), qrels=qrels)


def _read_unique(paths: Iterable[Path], schema: type[Entry]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for path in paths:
        for line, entry in read_lines(path, schema):
            if entry.id in found:
                raise DatasetInvalid(f"{path.name}:{line}: id {entry.id} stands twice")
            found[entry.id] = entry
    return list(found.values())


def read_lines(path: Path, schema: type[Record]) -> Iterator[tuple[int, Record]]:
    """Yield the records of a JSONL file with their line numbers.

    Raises:
        DatasetInvalid: see `load_cases`.
    """
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, schema.model_validate_json(line)
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'line'}: {fault['msg']}" for fault in error.errors())
            raise DatasetInvalid(f"{path.name}:{number}: {faults}") from None


def _read_qrels(path: Path, documents: set[str], queries: set[str]) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(_read_text(path).splitlines(), delimiter="\t"), start=1):
        if number == 1 or not row:
            continue  # the first line names the columns
        match row:
            case [query, document, grade] if grade.lstrip("-").isdigit():
                if query not in queries or document not in documents:
                    raise DatasetInvalid(f"{path.name}:{number}: query {query} or document {document} is not in the data set")
                if int(grade) > 0:
                    qrels.setdefault(query, {})[document] = int(grade)
            case _:
                raise DatasetInvalid(f"{path.name}:{number}: query id, document id and a whole number expected")
    return qrels


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetInvalid(f"{path}: {error}") from error
