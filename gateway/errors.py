"""Faults of this package, as a tree. `problems.py` maps each of them, and each of its neighbours' faults, to one HTTP problem."""


class GatewayError(Exception):
    """Any fault of the HTTP edge or its store; carries identifiers, never question text."""


class SettingsInvalid(GatewayError):
    """A setting is missing or wrong; the message names its environment variable."""


class PolicyUndeclared(GatewayError):
    """A route without a policy, or a policy without a route: the application must not start."""


class CredentialMissing(GatewayError):
    """The route needs a session token or a service key and the request has none."""


class CredentialInvalid(GatewayError):
    """The session token or service key is unknown, expired or revoked."""


class SignInNeeded(GatewayError):
    """The page is for somebody who has signed in to the console; the message is the page to go on to."""


class FormForged(GatewayError):
    """A form came from another page, visit or origin than the console's own, or its visit is over."""


class CallerForbidden(GatewayError):
    """The caller is known, but the route or the pilot is not open to it."""


class ContentTypeUnsupported(GatewayError):
    """The body is not declared as what its route takes: JSON, or a form where a file is sent."""


class UploadUnsupported(GatewayError):
    """The pilot does not take files."""


class BodyTooLarge(GatewayError):
    """The body exceeds the limit of its route."""


class ConversationUnknown(GatewayError):
    """No such conversation, or it belongs to another session or pilot: the caller cannot tell which."""


class AnswerUnknown(GatewayError):
    """No such answer, or it belongs to another session: the caller cannot tell which."""


class ReviewUnknown(GatewayError):
    """No such review, or it is of a pilot that the caller's key does not cover: the caller cannot tell which."""


class HandoverUnknown(GatewayError):
    """No such hand-over, or it is of a conversation that the caller may not see: the caller cannot tell which."""


class HandoverClosed(GatewayError):
    """Somebody has closed the hand-over, or another person has taken it: what was done is not done over."""


class ReviewDecided(GatewayError):
    """The review has been decided before: decisions are not changed."""


class TraceUnknown(GatewayError):
    """No trace of that answer, or it is of a pilot that the caller's key does not cover: the caller cannot tell which."""


class QuotaExceeded(GatewayError):
    """The caller asks faster than the pilot's manifest allows."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class PilotNotReady(GatewayError):
    """The pilot's corpus is still being indexed."""


class PilotStopped(GatewayError):
    """The pilot was stopped; the message is what its audience reads, in every language."""


class OnboardingRefused(GatewayError):
    """A pilot or card cannot be made under that name; the message says why."""


class RunUnknown(GatewayError):
    """No such evaluation run or report, or it is of a pilot that the caller's key does not cover."""


class RunsIncomparable(GatewayError):
    """Two runs share no questions, measured different things, or cannot be read."""


class AnswerMissing(GatewayError):
    """A pipeline ended without an answer, against its contract."""


class DatabaseUnavailable(GatewayError):
    """The database cannot be reached or refused the statement."""


class GatewayUnreachable(GatewayError):
    """The command line could not talk to a running gateway."""
