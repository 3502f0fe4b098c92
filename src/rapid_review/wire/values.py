"""Any value of ours as JSON has it."""

from typing import Any

Json = Any
"""What the module `json` can write."""


def plain(value: object) -> Json:
    """Return a value as JSON has it: dates in ISO form, objects with their fields as keys."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value)


def words_or_why_not(value: object) -> Json:
    """Return words that a reading gave; or an object that says why it gave none.

    `{"withheld": true}` or `{"erased": true}`: no words look like that, and `withheld` might be
    what somebody wrote.
    """
    from rapid_review.domain.sealed_words import NotReadable

    return {value.value: True} if isinstance(value, NotReadable) else plain(value)
