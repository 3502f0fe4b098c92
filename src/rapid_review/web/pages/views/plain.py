"""What rules say, for people who know the steps by their titles, not by the commands' names."""

import re
from typing import Final

from rapid_review.web.pages.forms.questions import STEPS

_NAMES: Final = re.compile(rf"\b({'|'.join(sorted(STEPS, key=len, reverse=True))})\b")


def plainly(text: str) -> str:
    """Return a text as a sentence begins, in which each command is by its title.

    >>> plainly("record ConveneMeeting first")
    'Record “Convene a meeting” first'
    """
    said = _NAMES.sub(lambda found: f"“{STEPS[found[1]].title}”", text)
    return f"{said[:1].upper()}{said[1:]}"


def steps_named(text: str) -> tuple[str, ...]:
    """Return the commands that a text names, each once.

    >>> steps_named("Record ConveneMeeting first")
    ('ConveneMeeting',)
    """
    return tuple(dict.fromkeys(_NAMES.findall(text)))
