"""Faults of this package, as a tree. The gateway maps each of them to a problem document once."""

from rag.yaml_documents import YamlFault


class RagError(Exception):
    """Any fault inside `rag`; carries identifiers, never question or document text."""


class CardInvalid(RagError):
    """A service card breaks the schema; the message names the file, the keys and their lines, and `faults` holds them apart."""

    def __init__(self, message: str, faults: tuple[YamlFault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class DocumentUnreadable(RagError):
    """A document cannot be read; the message names the file and the reason."""


class IndexUnavailable(RagError):
    """The index cannot be reached or opened."""


class IndexLocked(IndexUnavailable):
    """Another process holds the embedded index."""


class CollectionMissing(RagError):
    """A pilot names a corpus that was never ingested."""


class ReleaseRejected(RagError):
    """A freshly built release failed its checks, so the live one stays."""


class RetrievalFailed(RagError):
    """A search did not finish. Never the same as finding nothing."""
