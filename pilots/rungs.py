"""The rungs of the ladder that an answer goes down when a part of the service fails."""

from enum import StrEnum


class Rung(StrEnum):
    """LEXICAL: search went by words alone. EXTRACTIVE: the sources' own sentences stand where a model should have written. CONTACTS:
    nothing could be answered, and the person was told whom to ask."""

    LEXICAL = "lexical"
    EXTRACTIVE = "extractive"
    CONTACTS = "contacts"
