"""Documents of any supported format as passages; a file that cannot be read is named with its reason, never lost in silence."""

from rag.loaders.letters import LETTER_FORMATS, read_letter
from rag.loaders.loading import FORMATS, Loaded, Skipped, load_passages

__all__ = ["FORMATS", "LETTER_FORMATS", "Loaded", "Skipped", "load_passages", "read_letter"]
