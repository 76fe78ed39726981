"""Documents of any supported format as passages; a file that cannot be read is named with its reason, never lost in silence."""

from rag.loaders.edition import EDITION_FILE, EditionSheet, declared_edition, read_edition, sheet_text
from rag.loaders.letters import LETTER_FORMATS, read_letter
from rag.loaders.loading import FORMATS, Loaded, Skipped, load_passages

__all__ = [
    "EDITION_FILE",
    "FORMATS",
    "LETTER_FORMATS",
    "EditionSheet",
    "Loaded",
    "Skipped",
    "declared_edition",
    "load_passages",
    "read_edition",
    "read_letter",
    "sheet_text",
]
