from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pilots.registry import load_pilots
from pilots.routing import router as module
from pilots.routing.decision import RouteDecision
from pilots.routing.examples import OUT_OF_SCOPE, example_sets, load_out_of_scope
from pilots.routing.router import Router, decide, embed_examples, stands_alone
from rag.azerbaijani import words
from rag.embedding_cache import EmbeddingCache
from serving.errors import ModelUnavailable
from serving.protocols import EmbeddingKind
from tests.pilots.routing.spans import collect_spans

SETS = {
    "fees": ("Rüsum nə qədərdir?", "Pasport rüsumu neçədir?", "Vəsiqə neçəyədir?", "Arayış üçün nə qədər ödəyim?"),
    "laws": ("Maddə 5 nə deyir?", "Qanunun 7-ci maddəsində nə yazılıb?", "Məcəllənin hansı maddəsi?", "Qanuna görə müddət?"),
    OUT_OF_SCOPE: ("Hava necədir?", "Lətifə danış", "Futbol oyunu nə vaxtdır?", "Mahnı oxu"),
}
EVERY = ("fees", "laws")


class TopicEmbedder:
    """Gives a text about football the first direction, all others the second; remembers what it was asked and may fail."""

    model_id, dimension, max_tokens = "topic", 2, 512

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.fails = False

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        if self.fails:
            raise ModelUnavailable("topic")
        self.embedded += texts
        return np.array([[1, 0.1] if "top" in text or "futbol" in text else [0.1, 1] for text in texts], dtype=np.float32)

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return len(words(text))

    async def close(self) -> None: ...


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "embeddings.db")


@pytest.mark.parametrize(
    ("text", "pilot"),
    [
        ("Pasportun rüsumu nə qədərdir?", "fees"),
        ("pasportun rusumu ne qederdi", "fees"),
        ("9-cu maddə nə deyir", "laws"),
        ("Futbol nə vaxtdır?", None),
    ],
)
async def test_a_question_goes_where_its_words_belong(text: str, pilot: str | None) -> None:
    routing = await Router(SETS).route(text, among=EVERY)
    assert routing.pilot == pilot
    assert (routing.decision is RouteDecision.OUT_OF_SCOPE) == (pilot is None)


async def test_a_pilot_that_is_known_only_by_its_examples_is_found_too() -> None:
    router = Router({**SETS, "trees": ("Ağac əkmək üçün icazə?", "Ağacı kəsmək olar?", "Həyətdə ağac quruyub")})
    assert (await router.route("Ağac quruyub, kəsmək olar?", among=(*EVERY, "trees"))).pilot == "trees"
    assert router.knows("trees")
    assert not router.knows("stones")


async def test_only_the_pilots_that_the_caller_may_ask_are_candidates() -> None:
    routing = await Router(SETS).route("Qanunun 7-ci maddəsində nə yazılıb?", among=("fees",))
    assert [candidate.pilot for candidate in routing.candidates] == ["fees"]
    assert routing.pilot != "laws"


async def test_meaning_decides_where_words_cannot(cache: EmbeddingCache) -> None:
    router, embedder = Router(SETS), TopicEmbedder()
    before = await router.route("Komandanın topu hanı?", among=EVERY)
    await router.learn_meaning(embedder, cache)
    assert router.knows_meaning
    after = await router.route("Komandanın topu hanı?", among=EVERY)
    assert sum(c.score for c in after.candidates) < sum(c.score for c in before.candidates)
    assert embedder.embedded[-2:] == ["komandanın topu hanı?", "komandanin topu hani?"]


async def test_examples_are_embedded_once(cache: EmbeddingCache) -> None:
    first, second = TopicEmbedder(), TopicEmbedder()
    vectors = await embed_examples(["Hava necədir?", "salam"], first, cache)
    assert vectors.shape == (2, 2, 2)
    assert first.embedded == ["hava necədir?", "hava necedir?", "salam"]
    assert (await embed_examples(["Hava necədir?", "salam"], second, cache) == vectors).all()
    assert second.embedded == []


async def test_a_model_that_fails_leaves_the_words(cache: EmbeddingCache) -> None:
    router, embedder = Router(SETS), TopicEmbedder()
    await router.learn_meaning(embedder, cache)
    embedder.fails = True
    assert (await router.route("Pasportun rüsumu nə qədərdir?", among=EVERY)).pilot == "fees"


async def test_of_a_long_text_the_beginning_is_read(cache: EmbeddingCache) -> None:
    router, embedder = Router(SETS), TopicEmbedder()
    await router.learn_meaning(embedder, cache)
    await router.route("a" * 5000, among=EVERY)
    assert {len(text) for text in embedder.embedded[-2:]} == {module.READ_CHARS}


async def test_the_span_has_ids_and_numbers_and_nothing_of_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = collect_spans(monkeypatch, module)
    await Router(SETS).route("Pasportun rüsumu nə qədərdir?", among=EVERY)
    (span,) = spans.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert span.name == "route"
    assert (attributes["korpu.route.decision"], attributes["korpu.route.pilot"], attributes["korpu.route.evidence"]) == ("pilot", "fees", "words")
    assert attributes["korpu.route.candidates"] == ("fees", "laws")
    assert "asport" not in str(attributes)


def test_two_pilots_that_are_as_likely_are_a_question_to_the_person() -> None:
    routing = decide({"fees": 0.45, "laws": 0.42, OUT_OF_SCOPE: 0.13}, among=EVERY)
    assert (routing.decision, routing.pilot, routing.margin) == (RouteDecision.CLARIFICATION, None, 0.03)


def test_shares_of_closed_pilots_are_spread_over_the_open_ones() -> None:
    routing = decide({"fees": 0.2, "laws": 0.7, OUT_OF_SCOPE: 0.1}, among=("fees",))
    assert (routing.decision, routing.candidates[0].score) == (RouteDecision.PILOT, 0.6667)


def test_without_an_open_pilot_everything_is_out_of_scope() -> None:
    assert decide({"fees": 0.9, OUT_OF_SCOPE: 0.1}, among=()).decision is RouteDecision.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("shares", "alone", "pilot"),
    [
        ({"fees": 0.02, "laws": 0.95, OUT_OF_SCOPE: 0.03}, True, "laws"),
        ({"fees": 0.02, "laws": 0.95, OUT_OF_SCOPE: 0.03}, False, "fees"),
        ({"fees": 0.2, "laws": 0.7, OUT_OF_SCOPE: 0.1}, True, "fees"),
        ({"fees": 0.01, "laws": 0.01, OUT_OF_SCOPE: 0.98}, True, "fees"),
    ],
)
def test_a_conversation_is_left_only_for_what_is_clearly_anothers(shares: dict[str, float], alone: bool, pilot: str) -> None:
    routing = decide(shares, among=EVERY, current="fees", stands_alone=alone)
    assert routing.pilot == pilot
    assert (routing.decision is RouteDecision.CONTINUED) == (pilot == "fees")


@pytest.fixture(scope="module")
def for_citizens() -> Router:
    return Router(example_sets(load_pilots().values()))


@pytest.mark.parametrize(
    ("text", "pilot"),
    [
        ("Сколько стоит паспорт?", "citizen_chat"),
        ("сколько стоит нотариальная доверенность", "citizen_chat"),
        ("Сколько стоит завещание у нотариуса?", "citizen_chat"),
        ("Потерял удостоверение личности, сколько стоит новое?", "citizen_chat"),
        ("Какой срок действия удостоверения?", "citizen_chat"),
        ("Какой номер горячей линии миграционной службы?", "citizen_chat"),
        ("Почём техосмотр?", "citizen_chat"),
        ("How much is a driving licence?", "citizen_chat"),
        ("What is the fee for a work permit for one year?", "citizen_chat"),
        ("What documents do I need to change my surname?", "citizen_chat"),
        ("Until when must a fine be paid?", "citizen_chat"),
        ("Подскажите по порядку, что делать после рождения ребёнка", "service_navigator"),
        ("Walk me through replacing a lost ID card", "service_navigator"),
        ("Сколько стоит айфон?", None),
        ("Сколько стоит билет на самолёт в Стамбул?", None),
        ("How much is an iPhone?", None),
    ],
)
async def test_a_price_a_term_or_a_paper_finds_its_pilot_in_russian_and_english(for_citizens: Router, text: str, pilot: str | None) -> None:
    """By words alone, as in the first moments of a gateway."""
    routing = await for_citizens.route(text, among=("citizen_chat", "service_navigator"))
    assert routing.pilot == pilot


def test_the_services_own_examples_are_many_and_each_once() -> None:
    assert len(load_out_of_scope()) == len(set(load_out_of_scope())) > 100


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("bəs itirilibsə?", False),
        ("BUNUN ÜÇÜN NƏ LAZIMDIR?", False),
        ("eger ata xaricdedirse ne lazimdir", False),
        ("18 yaşım var", False),
        ("Pasport üçün hansı sənədlər lazımdır?", True),
    ],
)
def test_a_text_that_leans_on_what_was_said_before_is_known(text: str, alone: bool) -> None:
    assert stands_alone(text) is alone


async def test_examples_of_a_pilot_that_joins_are_learnt() -> None:
    router = Router({"alfa": ("pasport neçəyədir", "vəsiqə itib"), OUT_OF_SCOPE: ("hava necədir",)})
    assert not router.knows("beta")
    await router.learn_words()
    router.relearn({"alfa": ("pasport neçəyədir",), "beta": ("kitabxana kartı neçəyədir", "kitab götürmək"), OUT_OF_SCOPE: ("hava necədir",)})
    assert router.knows("beta")
    routing = await router.route("kitabxana kartı neçəyədir", among=["alfa", "beta"])
    assert routing.candidates[0].pilot == "beta"
