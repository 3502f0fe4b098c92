"""Pieces of the pages that are made from the code: paragraphs, tables, the fields of a model."""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from inspect import cleandoc
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from annotated_types import Len
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rapid_review.domain import statement, vocabulary
from rapid_review.domain.entry import Purpose
from rapid_review.domain.events import AnyEvent

TEXTS: Final = {
    "Code": "A word from a list: lower case, digits, hyphens; up to 64 characters.",
    "Reference": "An opaque name for a thing, without spaces; up to 64 characters.",
    "Handle": "A `Reference` of a child, a person or a document; in a new entry up to eight "
    "letters and up to nine digits, such as `c-1`, or one letter.",
    "Clause": "The place of a rule in the document, from the terms.",
    "Digest": "`sha256:` and 64 hexadecimal digits.",
    "Words": "Anything a person wrote; not blank; up to 20 000 characters.",
    "Identity": "What says who a person is; not blank; up to 1 000 characters.",
    "Moment": "A time with its offset, between the years 2000 and 2200.",
    "Version": "A number from 1.",
}
"""The texts, times and numbers that have a name of their own, and what each may hold."""

PARTS: Final[tuple[type[BaseModel], ...]] = (
    vocabulary.Incident,
    vocabulary.Child,
    vocabulary.Document,
    vocabulary.Seating,
    vocabulary.Factor,
    vocabulary.Dissent,
    vocabulary.RelatedReview,
    vocabulary.Actor,
    vocabulary.CalendarRef,
    vocabulary.TermsRef,
)
LISTS: Final[tuple[type[Enum], ...]] = (
    vocabulary.Nature,
    vocabulary.AgeBand,
    vocabulary.Capacity,
    vocabulary.MeetingManner,
    vocabulary.DecisionManner,
    vocabulary.Milestone,
    vocabulary.Unit,
)

_LINKED: Final = [
    (getattr(vocabulary, name), f"[{name}](types.md#texts-times-and-numbers)") for name in TEXTS
] + [
    (Purpose, "a few plain words"),
    (AnyEvent, "an [event](events.md)"),
    (bool, "true or false"),
    (int, "a number"),
]


def page(title: str, *parts: str) -> str:
    """Return a page; sentences that follow one another make a paragraph, a sentence a line."""
    text = f"# {title}\n\n_Reference._\nMade from the code; a test holds this page to it.\n\n"
    for part in parts:
        prose = not part.startswith(("#", "|", "-")) and "\n" not in part
        text += f"{part}\n" if prose else f"\n{part.strip()}\n\n"
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table of these rows."""
    lines = [[str(cell).replace("|", r"\|") for cell in line] for line in (head, *rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def said(thing: type | Callable[..., object]) -> str:
    """Return what a docstring says before its sections, a sentence a line."""
    text = cleandoc(thing.__doc__ or "")
    return sentences(re.split(r"\n\n(?:Attributes|Args|Raises):", text)[0])


def sentences(text: str) -> str:
    """Return text with a sentence a line; blank lines stay."""
    joined = re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    return re.sub(r"(?<=[.!?]) (?=[A-Z`])", "\n", joined)


def title(rule: Callable[..., object]) -> str:
    """Return a rule's name as a heading."""
    return rule.__name__.capitalize().replace("_", " ")


def anchor(thing: type | Callable[..., object]) -> str:
    """Return the name under which a heading is found, as MyST makes it."""
    return thing.__name__.lower().replace("_", "-")


def fields(model: type[BaseModel], only: Iterable[str] | None = None) -> str:
    """Return a table of a model's fields, or nothing if there is none to show."""
    names = [name for name in (only or model.model_fields) if name != "kind"]
    hints = get_type_hints(model, include_extras=True)
    sealed = statement.sealed_fields(model)
    rows = [
        (
            f"`{name}`",
            _type(hints[name]),
            _given(model.model_fields[name]),
            "sealed" if name in sealed else "public",
        )
        for name in names
    ]
    return table(("field", "type", "given", "class"), rows) if rows else ""


def _given(field: FieldInfo) -> str:
    """Tell when a field is given: always, if known, or if it is not what else is meant."""
    if field.is_required():
        return "always"
    default = field.get_default(call_default_factory=True)
    if default is None:
        return "if known"
    if default == ():
        return "if not empty"
    if default is False:
        return "if not false"
    value = default.value if isinstance(default, Enum) else default
    return f"if not `{', '.join(value) if isinstance(value, tuple) else value}`"


def _type(hint: Any) -> str:  # noqa: ANN401 - what a type hint is, typing does not say
    """Tell a type hint in words, with a link where the types page explains it."""
    linked = next((link for known, link in _LINKED if hint == known), None)
    if linked is not None:
        return linked
    parts = [each for each in get_args(hint) if each not in (type(None), ...)]
    if not parts:
        known = hint in (*PARTS, *LISTS)
        name: str = hint.__name__
        return f"[{name}](types.md#{name.lower()})" if known else name
    if hasattr(hint, "__metadata__"):
        some = any(isinstance(mark, Len) and mark.min_length for mark in hint.__metadata__)
        return f"{_type(parts[0])}, at least one" if some else _type(parts[0])
    if get_origin(hint) is tuple:
        return f"list of {_type(parts[0])}"
    if get_origin(hint) is Literal:
        return " or ".join(f"`{each}`" for each in parts)
    return " or ".join(map(_type, parts))
