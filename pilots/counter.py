"""The words of counter staff, read once from counter.yaml: how they speak of the person before them and what they are told."""

from collections.abc import Mapping
from functools import cache

import yaml

from pilots.answer import Language
from pilots.lexemes import Lexicon
from pilots.manifest import Messages
from pilots.messages import in_language
from pilots.vocabulary import FOLDER, Vocabulary, VocabularyModel, Written, load_written_screening, load_written_vocabulary


class WrittenCounter(VocabularyModel):
    fillers: tuple[Written, ...]
    reply_language: dict[str, tuple[Written, ...]]
    others: tuple[Written, ...]
    wants: tuple[Written, ...]
    data: tuple[Written, ...]
    telling: tuple[Written, ...]
    frames: dict[str, Messages]


class CounterWords:
    """`vocabulary` and `screening` are the common ones as they hold at a counter; `reply_language` finds a language that was asked for."""

    def __init__(self, written: WrittenCounter) -> None:
        common = load_written_vocabulary()
        self.vocabulary = Vocabulary(common.model_copy(update={"fillers": (*common.fillers, *written.fillers)}))
        # «Vətəndaşın ünvanı dəyişib» is a service; the common words for other people's data would turn it away.
        told = [("=" if verb.startswith("=") else "") + f"{thing} {verb.removeprefix('=')}" for thing in written.data for verb in written.telling]
        # A slip is forgiven here: staff lose nothing by asking again, and a citizen's data is never the answer.
        self.screening = Lexicon({**load_written_screening(), "others": written.others, "wants": (*written.wants, *told)})
        self.reply_language = Lexicon(written.reply_language, forgiving=False)
        self._frames: Mapping[str, Messages] = written.frames

    def frame(self, name: str, language: Language, **values: str) -> str:
        """Return a text of counter.yaml. Raises KeyError for a name that is not there: a fault of this package."""
        return in_language(self._frames[name], language).format(**values)


@cache
def load_counter() -> CounterWords:
    return CounterWords(WrittenCounter.model_validate(yaml.safe_load((FOLDER / "counter.yaml").read_text(encoding="utf-8"))))
