"""Any value of ours as JSON has it."""

from typing import Any

Json = Any
"""What the module `json` can write."""


def plain(value: object) -> Json:
    """Return a value as JSON has it: dates in ISO form, objects with their fields as keys."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value)
