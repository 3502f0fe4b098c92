"""Why somebody reads words, reviews a reading or imports cases: what is wrong with an answer."""

from typing import Final

from pydantic import TypeAdapter, ValidationError

from rapid_review.domain.entry import PurposeGiven

_PURPOSE: Final = TypeAdapter[str](PurposeGiven)
_FORM: Final = (
    "Say why in at most 80 characters. Use only the letters a to z, digits, spaces and hyphens, "
    "and begin with a letter."
)


def wrong_with(purpose: str, missing: str) -> str:
    """Return what is wrong with a purpose that somebody typed; nothing if it can be recorded.

    Args:
        purpose: what was typed.
        missing: what is said if that is nothing.
    """
    if not purpose:
        return missing
    try:
        _PURPOSE.validate_python(purpose)
    except ValidationError:
        return _FORM
    return ""
