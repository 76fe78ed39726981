"""Everything that can be said of a pilot's folder without asking it a question."""

from datetime import date
from pathlib import Path

from gateway.onboarding.check_cases import check_cases
from gateway.onboarding.check_corpus import check_corpus
from gateway.onboarding.check_manifest import check_manifest
from gateway.onboarding.findings import Finding, Severity, warning
from gateway.onboarding.placeholders import find_placeholders
from pilots.registry import Pilot

README_FILE = "README.md"


def check_folder(folder: Path, *, today: date) -> list[Finding]:
    """Return the findings, errors first, in the order of files and lines."""
    checked = check_manifest(folder)
    findings = [*checked.findings, *_check_readme(folder)]
    if checked.manifest is not None and checked.lines is not None:
        corpus = check_corpus(Pilot(checked.manifest, folder), checked.lines, today=today)
        findings += [*corpus.findings, *check_cases(folder, corpus.texts, unread=corpus.unread)]
    left_open = list(find_placeholders(folder))
    # A text that was left open is wrong in every other way too: once is enough.
    open_places = {finding.place for finding in left_open}
    findings = [*left_open, *(finding for finding in findings if finding.place not in open_places)]
    return sorted(findings, key=lambda finding: (finding.severity is Severity.WARNING, finding.file, finding.line or 0))


def _check_readme(folder: Path) -> list[Finding]:
    if (folder / README_FILE).is_file():
        return []
    return [warning(README_FILE, None, "there is no README", hint="Say what the pilot is for and what it declines.")]
