"""Faults of this package, as a tree. Vendor exceptions are translated into them at the edge."""


class ServingError(Exception):
    """Any fault of a model endpoint; carries the model's id, never prompt or reply."""


class ModelUnavailable(ServingError):
    """The endpoint cannot be reached, refuses the connection or fails."""


class ModelOverloaded(ModelUnavailable):
    """The endpoint, or this process's own limit for it, takes no more work now (HTTP 429, 503): waiting would only lengthen the queue."""


class CircuitOpen(ModelUnavailable):
    """The endpoint has failed several times in a row, so it was not asked again."""


class ModelTimeout(ServingError):
    """The deadline passed before the model answered."""


class ModelReplyInvalid(ServingError):
    """The endpoint answered with something that is not the protocol."""


class ModelRejected(ServingError):
    """The endpoint understood the request and refused it (HTTP 4xx other than 429)."""


class TextTooLong(ServingError):
    """A text exceeds the model's token limit; the caller must chunk it."""


class ModelSpecInvalid(ServingError):
    """models.yaml breaks its schema or asks for something that is known to fail; the message names model, key and reason."""
