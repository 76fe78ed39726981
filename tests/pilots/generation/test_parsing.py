import json

import pytest

from pilots.generation.parsing import CompletionReader, Proposal, ReplyVerdict, StructuredReader
from serving.errors import ModelReplyInvalid

REPLY = json.dumps(
    {"verdict": "partial", "sentences": [{"citations": [1], "text": 'Birinci. "Dırnaq" və ]}.'}, {"text": "İkinci.", "citations": [2, 2, 3]}]}
)
FIRST, SECOND = Proposal('Birinci. "Dırnaq" və ]}.', (1,)), Proposal("İkinci.", (2, 3))


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_sentences_come_whole_however_the_reply_is_cut(size: int):
    reader = StructuredReader()
    read = [proposal for at in range(0, len(REPLY), size) for proposal in reader.read(REPLY[at : at + size])]
    assert [*read, *reader.finish(is_cut=False)] == [FIRST, SECOND]
    assert reader.verdict is ReplyVerdict.PARTIAL


def test_a_sentence_is_there_with_the_bracket_that_closes_it():
    reader = StructuredReader()
    end = REPLY.index("}, {")
    assert reader.read(REPLY[:end]) == []
    assert reader.read(REPLY[end]) == [FIRST]


@pytest.mark.parametrize("cut", [5, 40, len(REPLY) - 1])
def test_a_reply_that_breaks_off_is_no_reply(cut: int):
    reader = StructuredReader()
    reader.read(REPLY[:cut])
    with pytest.raises(ModelReplyInvalid):
        reader.finish(is_cut=False)


def test_a_fault_does_not_quote_the_reply():
    with pytest.raises(ModelReplyInvalid) as caught:
        StructuredReader().read('{"verdict": "complete", "sentences": [{"text": 5, "citations": "sirr"}]}')
    assert "sirr" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_base_models_sentence_is_finished_when_the_next_begins_and_the_last_at_the_end():
    reader = CompletionReader(lambda text: (len(text),))
    assert reader.read(" Rüsum 5 ma") == []
    assert reader.read("natdır. Müd") == [Proposal("Rüsum 5 manatdır.", (17,))]
    assert reader.read("dət 3 gündür.") == []
    assert reader.finish(is_cut=False) == [Proposal("Müddət 3 gündür.", (16,))]


def test_a_base_models_unfinished_sentence_is_left_out():
    reader = CompletionReader(lambda _: ())
    reader.read("Rüsum 5 manatdır. Müddət 3")
    assert reader.finish(is_cut=True) == []


def test_a_base_model_that_writes_nothing_proposes_nothing():
    reader = CompletionReader(lambda _: ())
    assert reader.read("") == []
    assert reader.read(" \n") == []
    assert reader.finish(is_cut=False) == []
