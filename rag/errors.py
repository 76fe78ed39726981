"""Faults of this package, as a tree. The gateway maps each of them to a problem document once."""


class RagError(Exception):
    """Any fault inside `rag`; carries identifiers, never question or document text."""


class CardInvalid(RagError):
    """A service card breaks the schema; the message names the file and the key."""


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
