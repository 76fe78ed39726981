"""Text as a person sees it: without marks that are not seen but move, hide or turn round what is."""

import re

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Return the text without control characters, overrides of direction, joiners and tags. The widget does the same."""
    return _UNSEEN.sub("", text)
