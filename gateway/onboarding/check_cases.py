"""Checks the cases: they can be asked, they can be judged, and what they expect stands in the sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from evaluation.dataset import Case, CaseKind
from evaluation.metrics.facts import states_fact
from gateway.onboarding.findings import Finding, error, warning

CASES_PATTERN = "cases*.jsonl"
FEWEST_CASES = 10
"""Below this a share such as 0.95 says nothing; a pilot for citizens needs several times as many."""

_LINE_HINT = "Each line is one JSON object; README.md of the pilot shows one."


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A case and where it stands."""

    file: str
    line: int
    case: Case


def check_cases(folder: Path, texts: Mapping[str, str], *, unread: frozenset[str]) -> list[Finding]:
    """`texts` are the sources' own words by source id. Sources that could not be read are reported elsewhere: cases are not blamed for them."""
    findings: list[Finding] = []
    written: list[WrittenCase] = []
    for path in sorted(folder.glob(CASES_PATTERN)):
        for line, text in _lines(path, findings):
            try:
                written.append(WrittenCase(path.name, line, Case.model_validate_json(text)))
            except ValidationError as fault:
                for wrong in fault.errors():
                    key = ".".join(map(str, wrong["loc"]))
                    findings.append(error(path.name, line, f"{key}: {wrong['msg']}" if key else wrong["msg"], hint=_LINE_HINT))
    findings += _check_ids(written)
    for one in written:
        if not unread.intersection(one.case.expected_sources):
            findings += _check_expectations(one, texts)
    return [*findings, *_check_whole(written)]


def _lines(path: Path, findings: list[Finding]) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        findings.append(error(path.name, None, f"the file cannot be read ({type(fault).__name__})", hint="Save it as UTF-8 text."))
        return
    yield from ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _check_ids(written: list[WrittenCase]) -> Iterator[Finding]:
    first: dict[str, WrittenCase] = {}
    for one in written:
        other = first.setdefault(one.case.id, one)
        if other is not one:
            message = f"id {one.case.id} stands in {other.file}:{other.line} too"
            yield error(one.file, one.line, message, hint="Give every case an id of its own.")


def _check_expectations(one: WrittenCase, texts: Mapping[str, str]) -> Iterator[Finding]:
    case = one.case
    for source in case.expected_sources:
        if source not in texts:
            message = f"case {case.id} expects the source {source}, which is not in the corpus"
            yield error(one.file, one.line, message, hint="Correct the id, or add the card or document.")
    if case.expected_status.is_answer and not (case.expected_sources and case.expected_facts):
        message = f"case {case.id} expects an answer and does not say which"
        yield warning(one.file, one.line, message, hint="Name expected_sources and expected_facts, else a wrong answer passes.")
    named = [texts[source] for source in case.expected_sources if source in texts] or list(texts.values())
    for fact in case.expected_facts:
        if not any(states_fact(text, fact) for text in named):
            message = f"case {case.id} expects «{fact}», which its sources do not say"
            yield error(one.file, one.line, message, hint="Write the fact as the source has it, or correct the source.")


def _check_whole(written: list[WrittenCase]) -> Iterator[Finding]:
    file = written[0].file if written else "cases.jsonl"
    if len(written) < FEWEST_CASES:
        hint = "Write down what people ask at the counter, as they say it."
        yield error(file, None, f"{len(written)} cases, at least {FEWEST_CASES} are needed", hint=hint)
    if written and not any(one.case.expected_status.is_answer and one.case.expected_facts for one in written):
        yield error(file, None, "no case expects a fact", hint="Promotion measures whether answers state the right facts.")
    if missing := [kind.value for kind in CaseKind if all(one.case.kind is not kind for one in written)]:
        yield warning(file, None, f"no case of kind {', '.join(missing)}", hint="Add one of each that your users can meet.")
