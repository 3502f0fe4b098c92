"""The texts of rules, for people who know steps by their titles, not by the commands' names."""

import re
from typing import Final

from rapid_review.web.pages.forms.questions import STEPS

_NAMES: Final = re.compile(rf"\b({'|'.join(sorted(STEPS, key=len, reverse=True))})\b")


def plainly(text: str) -> str:
    """Return a text with a capital, and with the title of each command in place of its name.

    >>> plainly("record ConveneMeeting first")
    'Record “Convene a meeting” first'
    """
    sentence = _NAMES.sub(lambda found: f"“{STEPS[found[1]].title}”", text)
    return f"{sentence[:1].upper()}{sentence[1:]}"


def steps_named(text: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that a text names, each once, with its title.

    >>> steps_named("Record ConveneMeeting first")
    (('ConveneMeeting', 'Convene a meeting'),)
    """
    return tuple((one, STEPS[one].title) for one in dict.fromkeys(_NAMES.findall(text)))
