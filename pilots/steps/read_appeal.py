"""Reads an appeal: what it is about, whose it is, what it says of its case, and whether it came before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.lexemes import Lexicon, skeletons
from pilots.personal_data import find_masks
from pilots.sources import TextEncoder
from pilots.triage.classifier import TopicModel
from pilots.triage.duplicates import AppealMemory, KnownAppeal, find_duplicates, take_imprint
from pilots.triage.facts import FactReader
from pilots.triage.features import content_words, plain_text
from pilots.triage.reading import AppealReading
from pilots.triage.taxonomy import Taxonomy

FEWEST_WORDS = 3
"""Below this a message is a greeting or a slip, not an appeal."""


class ReadAppeal:
    """Fills `appeal`. A message of a word or two ends as a question for the appeal itself."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        model: TopicModel,
        facts: FactReader,
        screening: Lexicon,
        *,
        encoder: TextEncoder,
        memory: AppealMemory,
        today: Callable[[], date],
    ) -> None:
        self._taxonomy = taxonomy
        self._model = model
        self._facts = facts
        self._screening = screening
        self._encoder = encoder
        self._memory = memory
        self._today = today

    async def __call__(self, context: Context) -> Context | Draft:
        text = context.question.text
        if len(content_words(text)) < FEWEST_WORDS:
            return Draft(status=AnswerStatus.CLARIFICATION)
        vector = await self._encoder.encode(plain_text(text))
        found = self._model.classify(text, vector, self._taxonomy.cues)
        is_sure = found.topic in self._taxonomy.topics and found.confidence >= self._taxonomy.min_confidence
        # No model reads the text as an instruction, so a suspicious phrase stops only what is no appeal to anybody.
        if not is_sure and "injection" in self._screening.labels(skeletons(text)):
            return Draft(status=AnswerStatus.GUARDRAIL_INJECTION)
        received_on = context.question.as_of or self._today()
        imprint = take_imprint(text, vector)
        duplicates = await find_duplicates(self._memory, imprint, self._taxonomy.duplicates)
        if context.question.turn_id:
            await self._memory.remember(KnownAppeal(context.question.turn_id, received_on, imprint))
        masked = find_masks(text)
        reading = AppealReading(
            classification=found,
            is_sure=is_sure,
            facts=self._facts.read(text, masked),
            masked=masked,
            received_on=received_on,
            duplicates=tuple(duplicates),
        )
        return replace(context, appeal=reading)
