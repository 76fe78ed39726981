from collections.abc import Iterator

import pytest

from gateway.errors import ConversationUnknown, GatewayError
from gateway.problems import PROBLEMS, describe_fault, find_problem, render
from pilots.errors import PilotError, PilotUnknown
from rag.errors import RagError
from serving.errors import ServingError


def with_descendants(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from with_descendants(child)


@pytest.mark.parametrize("kind", [kind for root in (GatewayError, PilotError, RagError, ServingError) for kind in with_descendants(root)])
def test_every_fault_has_its_own_problem(kind: type[Exception]) -> None:
    assert kind in PROBLEMS


def test_problem_types_are_unique() -> None:
    slugs = [problem.slug for problem in PROBLEMS.values()]
    assert len(slugs) == len(set(slugs))


def test_the_document_has_the_members_of_the_standard() -> None:
    document = describe_fault(ConversationUnknown("abc"), request_id="r1")
    assert document.keys() == {"type", "title", "status", "detail", "instance", "errors"}
    assert (document["type"], document["status"], document["instance"]) == ("urn:korpu:problem:conversation-unknown", 404, "urn:korpu:request:r1")


def test_an_unknown_exception_says_nothing_of_its_message() -> None:
    assert "30 manat" not in str(describe_fault(ValueError("30 manat"), request_id="r1"))
    assert find_problem(ValueError()).status == 500


def test_chat_routes_add_the_member_that_openai_clients_read() -> None:
    document = describe_fault(PilotUnknown("moon"), request_id="r1")
    assert b'"error"' not in render(document, path="/v1/pilots").body
    body = bytes(render(document, path="/v1/chat/completions").body)
    assert b'"code":"pilot-unknown"' in body
    assert b'"type":"invalid_request_error"' in body
