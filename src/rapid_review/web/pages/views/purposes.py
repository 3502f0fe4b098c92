"""Why somebody reads words, reviews a reading or imports cases: what is wrong with an answer."""

import re
from typing import Final

from pydantic import TypeAdapter, ValidationError

from rapid_review.domain.entry import PurposeGiven
from rapid_review.web.pages.forms.codes import in_plain_letters

_PURPOSE: Final = TypeAdapter[str](PurposeGiven)
_FORM: Final = (
    "Say why in at most 80 characters. Use letters from a to z, and digits; begin with a letter."
)


def purpose_in(typed: str) -> str:
    """Return the purpose in what somebody typed, of the signs that the record takes.

    >>> purpose_in("To prepare the chair's letter, and the minutes (2nd draft).")
    'To prepare the chairs letter and the minutes 2nd draft'
    """
    letters = re.sub(r"[^\w-]|_", " ", in_plain_letters(typed))
    return " ".join(letters.split())


def wrong_with(purpose: str, missing: str) -> str:
    """Return what is wrong with a purpose; nothing if it can be recorded.

    Args:
        purpose: the purpose in what was typed.
        missing: what is said if that is nothing.
    """
    if not purpose:
        return missing
    try:
        _PURPOSE.validate_python(purpose)
    except ValidationError:
        return _FORM
    return ""
