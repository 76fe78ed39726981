"""Where a question that names no pilot goes: on in its conversation, to a pilot, or nowhere yet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.contract import RoutingDocument
from gateway.errors import CallerForbidden
from gateway.policy import Caller
from gateway.store.conversations import Conversations, Thread
from pilots.answer import AnswerStatus
from pilots.registry import Pilot
from pilots.routing.decision import SERVICE, Candidate, RouteDecision, Routing
from pilots.routing.reply import offered, read_choice
from pilots.routing.router import Router


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """`question` is what has to be answered: after a clarification the one that the person asked before choosing.

    `conversation_id` None means a new conversation. `taken_over_from` is whose conversation it was before, if another's.
    """

    routing: Routing
    question: str
    conversation_id: str | None = None
    taken_over_from: str | None = None


class Switchboard:
    def __init__(self, *, pilots: Mapping[str, Pilot], router: Router, conversations: Conversations) -> None:
        self._pilots = pilots
        self._router = router
        self._conversations = conversations

    def open_to(self, caller: Caller) -> dict[str, Pilot]:
        """Return the pilots among which a question of this caller is routed.

        Raises:
            CallerForbidden: there is none.
        """
        found = {name: pilot for name, pilot in self._pilots.items() if self._router.knows(name) and caller.may_ask(pilot)}
        if not found:
            raise CallerForbidden(f"no pilot is open to role {caller.role}")
        return found

    async def connect(self, caller: Caller, text: str, *, conversation_id: str | None = None) -> Connection:
        """Decide where a checked question goes.

        A conversation belongs to the service until a question of it reached a pilot, and to that pilot from then on. A question
        that clearly belongs to another pilot starts a new conversation there, unless the pilot has just asked the person something.

        Raises:
            ConversationUnknown, CallerForbidden, DatabaseUnavailable
        """
        among = self.open_to(caller)
        if conversation_id is None:
            return Connection(routing=await self._router.route(text, among=among), question=text)
        thread = await self._conversations.read_thread(conversation_id, owner=caller.id)
        if thread.pilot == SERVICE:
            chosen = self._chosen(thread, text)
            if chosen is not None and thread.question and chosen.pilot in among:
                return Connection(routing=chosen, question=thread.question, conversation_id=thread.id, taken_over_from=SERVICE)
            routing = await self._router.route(text, among=among)
            return Connection(routing=routing, question=text, conversation_id=thread.id, taken_over_from=SERVICE)
        if _status(thread) is AnswerStatus.CLARIFICATION:
            return Connection(routing=_continued(thread.pilot), question=text, conversation_id=thread.id)
        routing = await self._router.route(text, among=among, current=thread.pilot)
        goes_on = routing.decision is RouteDecision.CONTINUED
        return Connection(routing=routing, question=text, conversation_id=thread.id if goes_on else None)

    async def connect_replayed(self, caller: Caller, earlier: str, text: str) -> Routing:
        """Decide for a conversation that is not stored, of which `earlier` is the latest question before this one."""
        among = self.open_to(caller)
        before = await self._router.route(earlier, among=among)
        return await self._router.route(text, among=among, current=before.pilot)

    def _chosen(self, thread: Thread, reply: str) -> Routing | None:
        """Return the routing that the person completed by choosing among the options of a clarification."""
        asked = (thread.answer or {}).get("routing")
        if asked is None or _status(thread) is not AnswerStatus.CLARIFICATION:
            return None
        document = RoutingDocument.model_validate(asked)
        candidates = tuple(Candidate(candidate.pilot, candidate.score) for candidate in document.candidates)
        routing = Routing(decision=document.decision, margin=document.margin, candidates=candidates)
        known = tuple(name for name in offered(routing) if name in self._pilots)
        pilot = read_choice(reply, offered=known, pilots=self._pilots)
        return replace(routing, decision=RouteDecision.CHOSEN, pilot=pilot) if pilot else None


def _continued(pilot: str) -> Routing:
    return Routing(decision=RouteDecision.CONTINUED, pilot=pilot)


def _status(thread: Thread) -> AnswerStatus | None:
    status = (thread.answer or {}).get("status")
    return AnswerStatus(status) if status else None
