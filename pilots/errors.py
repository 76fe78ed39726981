"""Faults of this package, as a tree. An outcome that a person may meet is an AnswerStatus, not an exception."""

from rag.yaml_documents import YamlFault


class PilotError(Exception):
    """Any fault inside `pilots`; carries identifiers, never question text."""


class ManifestInvalid(PilotError):
    """A pilot folder breaks the manifest model; the message names the file, the keys and their lines, and `faults` holds them apart."""

    def __init__(self, message: str, faults: tuple[YamlFault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class PilotUnknown(PilotError):
    """No pilot of that name is served here."""


class QuestionInvalid(PilotError):
    """A question that cannot be taken: empty, too long or not text."""


class ClassifierUnfit(PilotError):
    """The classifier of appeals is missing, damaged or trained on the vectors of another model; the message says what to do."""


class StageChangeRefused(PilotError):
    """The pilot's stage does not allow the change; the message names both."""
