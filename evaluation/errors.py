"""Faults of this package, as a tree."""


class EvaluationError(Exception):
    """Any fault of an evaluation; the measured system's own failures are results, not faults."""


class DatasetInvalid(EvaluationError):
    """A data set cannot be read; the message names the file and the line."""


class GatewayUnreachable(EvaluationError):
    """The gateway under test did not answer a question with a document of its contract."""


class RunNotFound(EvaluationError):
    """No stored run, or more than one, has that name."""


class RunInvalid(EvaluationError):
    """A stored run cannot be read; the message names the file."""


class RunsDiffer(EvaluationError):
    """Two runs did not ask the same questions, so their difference would say nothing."""


class JudgeUnreachable(EvaluationError):
    """The language model that was to judge answers gave no usable reply."""
