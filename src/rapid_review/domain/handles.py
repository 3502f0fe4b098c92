"""References of children, persons and documents: handles, in what is recorded from now on.

References are public, and a free form invites a name: so a new one is letters and a number, as
`c-1`, and what people call the child goes into the sealed `label`. Earlier entries and imported
histories keep the references they have: nothing that happened is turned away.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, cast

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.fields import FieldClass, fields_of
from rapid_review.domain.redaction import length_of
from rapid_review.domain.statement import Statement

HANDLE: Final = re.compile("[A-Za-z]{1,8}-?[0-9]{1,9}|[A-Za-z]")
FORM: Final = "up to eight letters and up to nine digits, such as c-1, or one letter"
"""The form of a handle, in words."""


def must_be_handles(events: Iterable[Statement], before: Iterable[Statement]) -> None:
    """Refuse new references of children, persons and documents that are not handles.

    Args:
        events: the events that are about to be recorded.
        before: the events of the case; a reference that they hold may be used again.

    Raises:
        InvalidInputError: a new reference is not a handle; the message does not repeat it.
    """
    problems = [
        f"{path}: found {length_of(reference)}, which is not a handle; allowed: {FORM}. A "
        "reference is public: put what people call a child into its sealed `label`, and a "
        "document's name into its sealed `title`"
        for path, reference in new_not_handles(events, before)
    ]
    if problems:
        raise InvalidInputError(*problems)


def new_not_handles(
    statements: Iterable[Statement], before: Iterable[Statement]
) -> tuple[tuple[str, str], ...]:
    """Return the new references that should be handles and are not, each with its path.

    Args:
        statements: what is about to be recorded.
        before: the events of the case; a reference that they hold may be used again.
    """
    found = [named for one in statements for named in not_handles(one)]
    if not found:
        return ()
    known = {reference for event in before for _, reference in not_handles(event)}
    return tuple(named for named in dict.fromkeys(found) if named[1] not in known)


def not_handles(statement: Statement, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the references of a statement that should be handles and are not, each with its path.

    Args:
        statement: the statement.
        path: the path that leads to the statement.
    """
    # Not by `statements_in`, which is slower: this is asked of every command.
    handles, parts = _handles_and_parts(type(statement))
    for name in handles:
        for where, reference in _each_value(getattr(statement, name), path + name):
            if HANDLE.fullmatch(reference) is None:
                yield where, reference
    for name in parts:
        for where, part in _each_value(getattr(statement, name), path + name):
            yield from not_handles(part, f"{where}.")


@cache
def _handles_and_parts(model: type[Statement]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which fields of a statement hold handles, and which hold parts."""
    fields = fields_of(model)
    return (
        tuple(field.name for field in fields if field.is_handle),
        tuple(field.name for field in fields if field.of is FieldClass.PARTS),
    )


def _each_value(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - of any field
    """Yield the value of a field, or each of its values, with its path; nothing for None."""
    if type(value) is tuple:
        several = cast("Iterable[Any]", value)
        yield from ((f"{path}.{number}", one) for number, one in enumerate(several))
    elif value is not None:
        yield path, value
