"""Documents of any supported format as passages; a file that cannot be read is named with its reason, never lost in silence."""

from rag.loaders.loading import FORMATS, Loaded, Skipped, load_passages

__all__ = ["FORMATS", "Loaded", "Skipped", "load_passages"]
