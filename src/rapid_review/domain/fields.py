"""What each field of a statement is: whose words it holds, what it refers to, or neither.

No other module decides this. What a role is shown, what an export renames and what a draft leaves
out all follow from the field's type, so a field that is added later cannot slip through.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Final, NamedTuple, cast, get_args, get_origin, get_type_hints

from rapid_review.domain.particulars import Link
from rapid_review.domain.sealed_scopes import sealed_scopes
from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import (
    CalendarRef,
    Child,
    Digest,
    Document,
    Handle,
    Reference,
    RelatedReview,
    TermsRef,
)

PERSON: Final = "person"
"""The one kind of reference that names the same person in every case of a partnership."""


class FieldClass(StrEnum):
    """What a field holds.

    Attributes:
        PLAIN: a code, a date, a number, or the name of a file that is published.
        REFERENCE: an opaque reference.
        DIGEST: the digest of something that is not published.
        CASE: words under the case's key.
        PERSON: words under a person's key.
        STATISTICS: codes of a person, under a key for statistics alone.
        PARTS: statements, whose fields are listed one by one.
    """

    PLAIN = "plain"
    REFERENCE = "reference"
    DIGEST = "digest"
    CASE = "case"
    PERSON = "person"
    STATISTICS = "statistics"
    PARTS = "parts"

    @property
    def is_public(self) -> bool:
        """Whether the record holds the field's value in plain text."""
        return self not in SEALED_CLASSES


SEALED_CLASSES: Final = frozenset((FieldClass.CASE, FieldClass.PERSON, FieldClass.STATISTICS))
"""The classes whose text is sealed; each has the name of its scope."""
_CLASSES: Final[Mapping[Scope, FieldClass]] = {
    "case": FieldClass.CASE,
    "person": FieldClass.PERSON,
    "statistics": FieldClass.STATISTICS,
}


class Field(NamedTuple):
    """One field of a statement.

    Attributes:
        name: its name.
        of: what it holds.
        refers_to: of a reference or a digest, what kind of thing it names: "child", "person" ...
        is_handle: whether a reference has the form of a handle, in new entries.
        is_looked_for: whether it lists what somebody looked for: it is empty if they found none,
            and None if nobody looked (I-20).
    """

    name: str
    of: FieldClass
    refers_to: str = ""
    is_handle: bool = False
    is_looked_for: bool = False


_PUBLISHED: Final = (CalendarRef, TermsRef)
"""References to files that anyone may read."""
_OWNERS: Final[Mapping[type[Statement], str]] = {
    Child: "child",
    Document: "document",
    RelatedReview: "process",
    Link: "process",
}
"""What kind of thing the field `reference` of a statement names."""
_THINGS_NAMED: Final = {
    "experts": PERSON,
    "reviewers": PERSON,
    "owner": PERSON,
    "answers": "correspondence",
    "index_child": "child",
    "of_person": "child",
    "id": PERSON,
    "sha256": "digest",
}
"""What kind of thing a field names, if not the thing that the field is called by."""


@cache
def fields_of(model: type[Statement]) -> tuple[Field, ...]:
    """Return each field of a statement, in its order, with what it holds."""
    hints = get_type_hints(model, include_extras=True)
    scopes = dict(sealed_scopes(model))
    return tuple(
        _field_of(model, name, hints[name], scopes.get(name))._replace(
            is_looked_for=_is_list_or_none(hints[name])
        )
        for name in model.model_fields
    )


def _is_list_or_none(hint: object) -> bool:
    """Say whether a type is that of a list, or None."""
    parts = get_args(hint)
    return NoneType in parts and any(get_origin(one) is tuple for one in parts)


def statements_in(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """Yield a statement, with an empty path, and every part of it with the path that leads there.

    A path and a field's name are the name under which words are read: `children.0.identity`.
    """
    yield "", statement
    for name, value in dict(statement).items():
        if isinstance(value, Statement):
            yield from ((f"{name}.{path}", inner) for path, inner in statements_in(value))
        elif isinstance(value, tuple):
            for number, part in enumerate(cast("tuple[object, ...]", value)):
                if isinstance(part, Statement):
                    parts = statements_in(part)
                    yield from ((f"{name}.{number}.{path}", inner) for path, inner in parts)


def _field_of(model: type[Statement], name: str, hint: object, scope: Scope | None) -> Field:
    if scope is not None:
        return Field(name, _CLASSES[scope])
    if _holds_statements(hint):
        return Field(name, FieldClass.PARTS)
    if not issubclass(model, _PUBLISHED):
        if _holds_type(hint, Handle):
            return Field(name, FieldClass.REFERENCE, _thing_named_by(model, name), is_handle=True)
        if _holds_type(hint, Reference):
            return Field(name, FieldClass.REFERENCE, _thing_named_by(model, name))
        if _holds_type(hint, Digest):
            return Field(name, FieldClass.DIGEST, _thing_named_by(model, name))
    return Field(name, FieldClass.PLAIN)


def _holds_type(hint: object, kind: Any) -> bool:  # noqa: ANN401 - a type, of any form
    """Say whether a type is one kind of text, or holds it at its own level."""
    return hint == kind or any(_holds_type(part, kind) for part in get_args(hint))


def _holds_statements(hint: object) -> bool:
    """Say whether a type is a statement, or holds some."""
    if isinstance(hint, type):
        return issubclass(hint, Statement)
    return any(_holds_statements(part) for part in get_args(hint))


def _thing_named_by(model: type[Statement], name: str) -> str:
    if name == "reference":
        return next((kind for owner, kind in _OWNERS.items() if issubclass(model, owner)), name)
    return _THINGS_NAMED.get(name, name)


_PART_KEYS: Final = ("seat", "criterion", "reference")
"""The fields by which a part of a list is known, such as a seat of an attendance."""


def part_key(part: Statement | Mapping[str, object]) -> str:
    """Return the code or reference that names a part of a list; empty if it has none.

    >>> part_key({"seat": "police", "person": "p-1"})
    'police'
    """
    fields = part if isinstance(part, Mapping) else vars(part)
    return next((str(fields[key]) for key in _PART_KEYS if fields.get(key)), "")
