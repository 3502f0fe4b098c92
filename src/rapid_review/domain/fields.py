"""What each field of a statement is: whose words it holds, what it refers to, or neither.

The one place that says so. What a role is shown, what an export renames and what a draft leaves
out follow from it by the field's type, so a field that is added later cannot slip through.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple, cast, get_args, get_type_hints

from rapid_review.domain.particulars import Link
from rapid_review.domain.sealed_scopes import sealed_scopes
from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.statement import Said
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
"""The one kind of reference that means the same in every case of a partnership."""


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
        """Whether it is in the record as it is."""
        return self not in SEALED_CLASSES


SEALED_CLASSES: Final = frozenset((FieldClass.CASE, FieldClass.PERSON, FieldClass.STATISTICS))
"""Those whose text is sealed; each is called as its scope is."""
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
    """

    name: str
    of: FieldClass
    refers_to: str = ""
    is_handle: bool = False


_PUBLISHED: Final = (CalendarRef, TermsRef)
_OWNERS: Final[Mapping[type[Said], str]] = {
    Child: "child",
    Document: "document",
    RelatedReview: "process",
    Link: "process",
}
_KINDS: Final = {
    "experts": PERSON,
    "reviewers": PERSON,
    "owner": PERSON,
    "answers": "correspondence",
    "index_child": "child",
    "of_person": "child",
    "id": PERSON,
    "sha256": "digest",
}


@cache
def fields_of(model: type[Said]) -> tuple[Field, ...]:
    """Return each field of a statement, in its order, with what it holds."""
    hints = get_type_hints(model, include_extras=True)
    scopes = dict(sealed_scopes(model))
    return tuple(_field(model, name, hints[name], scopes.get(name)) for name in model.model_fields)


def statements_in(said: Said) -> Iterator[tuple[str, Said]]:
    """Yield a statement and every part of it, each with its path; the path of itself is empty.

    The paths are those under which words are read: `children.0.` and a field's name behind it.
    """
    yield "", said
    for name, value in dict(said).items():
        if isinstance(value, Said):
            yield from ((f"{name}.{path}", one) for path, one in statements_in(value))
        elif isinstance(value, tuple):
            for at, part in enumerate(cast("tuple[object, ...]", value)):
                if isinstance(part, Said):
                    inside = statements_in(part)
                    yield from ((f"{name}.{at}.{path}", one) for path, one in inside)


def _field(model: type[Said], name: str, hint: object, scope: Scope | None) -> Field:
    if scope is not None:
        return Field(name, _CLASSES[scope])
    if _is_in(hint, Said):
        return Field(name, FieldClass.PARTS)
    if not issubclass(model, _PUBLISHED):
        if _refers_as(hint, Handle):
            return Field(name, FieldClass.REFERENCE, _kind(model, name), is_handle=True)
        if _refers_as(hint, Reference):
            return Field(name, FieldClass.REFERENCE, _kind(model, name))
        if _refers_as(hint, Digest):
            return Field(name, FieldClass.DIGEST, _kind(model, name))
    return Field(name, FieldClass.PLAIN)


def _refers_as(hint: object, kind: Any) -> bool:  # noqa: ANN401 - a type, of any form
    """Say whether a type holds one of these, at its own level."""
    return hint == kind or any(_refers_as(part, kind) for part in get_args(hint))


def _is_in(hint: object, kind: type) -> bool:
    """Say whether a type is a statement, or holds some."""
    if isinstance(hint, type):
        return issubclass(hint, kind)
    return any(_is_in(part, kind) for part in get_args(hint))


def _kind(model: type[Said], name: str) -> str:
    if name == "reference":
        return next((kind for owner, kind in _OWNERS.items() if issubclass(model, owner)), name)
    return _KINDS.get(name, name)
