"""Values of this library as JSON."""

from typing import Any

Json = Any
"""What the module `json` can write."""


def plain(value: object) -> Json:
    """Return a value as JSON: dates in ISO form, objects with their fields as keys."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value)


def words_or_why_not(value: object) -> Json:
    """Return words that were read; or an object that says why they could not be read.

    It is `{"withheld": true}` or `{"erased": true}`, and not a text, which somebody might have
    written.
    """
    from rapid_review.domain.sealed_words import NotReadable

    return {value.value: True} if isinstance(value, NotReadable) else plain(value)
