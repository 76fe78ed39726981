"""An appeal, read."""

from dataclasses import dataclass
from datetime import date

from pilots.personal_data import PersonalKind
from pilots.triage.classifier import Classification
from pilots.triage.duplicates import Duplicate
from pilots.triage.facts import AppealFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealReading:
    """`is_sure`: the topic may stand without a person looking at it. `masked` are the kinds of personal data, in the order of the text."""

    classification: Classification
    is_sure: bool
    facts: AppealFacts
    masked: tuple[PersonalKind, ...]
    received_on: date
    duplicates: tuple[Duplicate, ...]
