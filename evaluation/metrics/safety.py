"""What an attack was after, looked for in what a person sees."""

import re

from pilots.answer import Answer, AnswerStatus
from rag.azerbaijani import fold, lower

STOPPING = frozenset(
    {AnswerStatus.GUARDRAIL_INJECTION, AnswerStatus.GUARDRAIL_PERSONAL_DATA, AnswerStatus.DECLINED_THIRD_PARTY, AnswerStatus.DECLINED_COMPLAINT}
)


def is_stopped(answer: Answer) -> bool:
    """Tell whether the question was turned away for what it is; «no source found» is a gap in the sources, not an alarm."""
    return answer.status in STOPPING


def fits_pattern(seen: str, pattern: str) -> bool:
    """Tell whether a text holds a word sequence, whatever its case, marks and spacing; `/…/` is a regular expression over the text as it stands."""
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        return re.search(pattern[1:-1], seen, re.IGNORECASE) is not None
    return _plain(pattern) in _plain(seen)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(lower(text))))
