"""A form for a statement, made from its model: one control for each of its fields.

What may be chosen comes from the terms and the case (`choices`), the words from the one table of
questions. A field whose type is not known here is an error; a test makes every form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

from rapid_review.domain.statement import Statement, sealed_fields
from rapid_review.domain.vocabulary import (
    Characteristic,
    Child,
    Code,
    Day,
    Digest,
    Dissent,
    Factor,
    Handle,
    Identity,
    Moment,
    Reference,
    Seating,
    Words,
)
from rapid_review.web.pages.forms.choices import Given, Option, options_of, seats_of
from rapid_review.web.pages.forms.control import Control, Kind, Row
from rapid_review.web.pages.forms.filled import Filled, whole_number
from rapid_review.web.pages.forms.questions import QUESTIONS, Question


def controls_of(
    model: type[Statement],
    of: str,
    given: Given,
    filled: Filled,
    *,
    under: str = "",
    leave_out: Sequence[str] = (),
) -> tuple[Control, ...]:
    """Return the controls for a statement.

    Args:
        model: the statement: a command, or a part of one.
        of: the name of its questions in the table.
        given: the terms and the case.
        filled: what is filled in already; it decides how many rows a list has.
        under: the path of the statement within the command.
        leave_out: fields that are not asked for.
    """
    hints = get_type_hints(model, include_extras=True)
    fields = (
        _Field(of, f"{under}{name}", hints[name], field.is_required())
        for name, field in model.model_fields.items()
        if name not in leave_out
    )
    return tuple(_control(field, given, filled) for field in fields)


@cache  # asked of every statement that fills in a form, and its types are slow to look up
def days_that_may_be_unknown(model: type[Statement]) -> tuple[str, ...]:
    """Return the fields for days that must be given, or be said to be unknown."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        name
        for name, field in model.model_fields.items()
        if _may_be_unknown(hints[name], is_required=field.is_required())
    )


def _may_be_unknown(hint: Any, *, is_required: bool) -> bool:  # noqa: ANN401 - a type
    bare, may_be_none = _without_none(hint)
    return may_be_none and is_required and bare in (Day, Moment)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a statement, for which a control is made.

    Attributes:
        of: the name of the statement's questions in the table.
        path: the name under which it is sent.
        hint: its type.
        is_required: whether it must be answered.
    """

    of: str
    path: str
    hint: Any  # a type, of any form
    is_required: bool

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition(".")[2]

    @property
    def question(self) -> Question:
        """What is asked."""
        return QUESTIONS[self.of, self.name]


def _control(field: _Field, given: Given, filled: Filled) -> Control:
    bare, is_optional = _without_none(field.hint)
    path, question, required = field.path, field.question, field.is_required
    options, is_open = options_of(field.of, field.name, given)
    kind = next((one for known, one in _SIMPLE if known == bare), None)
    if kind is None:
        kind = _kind_of(bare, field)
    if kind is Kind.ROWS:
        return _list_control(field, given, filled, asks_if_looked=is_optional)
    if kind is Kind.GROUP:
        parts = controls_of(bare, bare.__name__, given, filled, under=f"{path}.")
        return Control(path, kind, question, required, parts=parts)
    if kind is Kind.ONE_OF and not options:
        options = tuple(Option(str(one.value)) for one in bare)
    if kind is Kind.CODE and options and not is_open:
        kind = Kind.ONE_OF
    sealed = bare in (Words, Identity, Characteristic)
    handle = _example_of(field) if bare == Handle else ""
    return Control(
        path,
        kind,
        question,
        required,
        sealed,
        options,
        is_open,
        may_be_unknown=_may_be_unknown(field.hint, is_required=required),
        handle=handle,
        is_for_statistics=bare == Characteristic,
        seats=_seats_for(field, given),
    )


def _seats_for(field: _Field, given: Given) -> tuple[Option, ...]:
    """Return the seats of the terms for a field that asks for agencies; otherwise nothing."""
    return seats_of(given.terms) if field.name in _AGENCIES else ()


_AGENCIES: Final = frozenset({"agency", "agencies", "source"})
"""The fields that ask for agencies, which pages show by the titles of their seats."""


def _example_of(field: _Field) -> str:
    """Return an example of the handle for which a field asks: of a child, document or person."""
    return _EXAMPLES.get(field.of) or _EXAMPLES.get(field.name, "p-3")


_EXAMPLES: Final = {"Child": "c-1", "index_child": "c-1", "Document": "doc-7"}


def _kind_of(bare: Any, field: _Field) -> Kind:  # noqa: ANN401 - a type
    """Return how a field is filled in whose type is not in `_SIMPLE`."""
    within = _without_annotations(bare)
    if get_origin(within) is tuple:
        return Kind.ROWS
    if bare is bool:
        return Kind.YES_NO
    if within is int:
        return Kind.NUMBER
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Kind.ONE_OF
    if isinstance(bare, type) and issubclass(bare, Statement):
        return Kind.GROUP
    raise TypeError(f"{field.of}.{field.name}: no form is known for {bare}")


_SIMPLE: Final[tuple[tuple[object, Kind], ...]] = (
    (Moment, Kind.MOMENT),
    (Day, Kind.DAY),
    (Words, Kind.WORDS),
    (Identity, Kind.WORDS),
    (Characteristic, Kind.TEXT),
    (Code, Kind.CODE),
    (Reference, Kind.TEXT),
    (Handle, Kind.TEXT),
    (Digest, Kind.FILE),
)
"""The types of fields that decide alone how a field is filled in."""


def _list_control(field: _Field, given: Given, filled: Filled, *, asks_if_looked: bool) -> Control:
    """Return the control for a list: boxes to tick, lines to write, or rows."""
    bare, _ = _without_none(field.hint)
    item = get_args(_without_annotations(bare))[0]
    path, question = field.path, field.question
    required = field.is_required or _needs_one(bare)
    if not (isinstance(item, type) and issubclass(item, Statement)):
        options, is_open = options_of(field.of, field.name, given)
        kind = Kind.SOME_OF if item == Code else Kind.LINES
        return Control(
            path,
            kind,
            question,
            required,
            options=options,
            is_open=is_open,
            asks_if_looked=asks_if_looked,
            handle=_example_of(field) if item == Handle else "",
            seats=_seats_for(field, given),
        )
    if item in _ONE_PER_CODE:
        rows = tuple(_rows_of_terms(item, path, given, filled))
        return Control(path, Kind.ROWS, question, required, rows=rows)
    rows = tuple(
        Row(
            f"{_ROW_TITLES.get(item, 'No.')} {at + 1}",
            (),
            controls_of(item, item.__name__, given, filled, under=f"{path}.{at}."),
        )
        for at in range(rows_sent(path, filled))
    )
    return Control(
        path, Kind.ROWS, question, required, asks_if_looked=asks_if_looked, rows=rows, grows=True
    )


def _rows_of_terms(
    item: type[Statement], path: str, given: Given, filled: Filled
) -> Iterator[Row]:
    """Yield a row for each code of the terms, such as a seat or a criterion."""
    field, first = _ONE_PER_CODE[item]
    name = item.__name__
    for one in options_of(name, field, given)[0]:
        under = f"{path}.{one.code}."
        asked = controls_of(item, name, given, filled, under=under, leave_out=(field,))
        in_order = sorted(asked, key=lambda each: not each.path.endswith(f".{first}"))
        yield Row(one.title, ((field, one.code),), tuple(in_order))


_ONE_PER_CODE: Final[dict[type[Statement], tuple[str, str]]] = {
    Seating: ("seat", "capacity"),
    Factor: ("criterion", "applies"),
    Dissent: ("seat", "words"),
}
"""The parts that have one row for each code of the terms: the field of the code, and the field
whose answer decides whether the row counts."""
_ROW_TITLES: Final[dict[type[Statement], str]] = {Child: "Child"}
MOST_ROWS: Final = 40


def deciding_control(control: Control, row: Row) -> Control | None:
    """Return the control whose answer decides whether a row counts; None if any answer does."""
    if control.grows:
        return None
    names = {name for _, name in _ONE_PER_CODE.values()}
    return next(one for one in row.controls if one.path.rpartition(".")[2] in names)


def is_only_words(part: type[Statement]) -> bool:
    """Say whether a part is about a code, and counts once words are written, such as a dissent."""
    return part in _ONE_PER_CODE and _ONE_PER_CODE[part][1] in sealed_fields(part)


def rows_sent(path: str, filled: Filled) -> int:
    """Return how many rows of a list a form has: as many as were sent, and at least one."""
    names = (name for name, _ in filled if name.startswith(f"{path}."))
    rows = (whole_number(name[len(path) + 1 :].split(".")[0]) for name in names)
    asked = filled.number(f"{path}-rows") or 0
    return min(MOST_ROWS, max(asked, 1, *(1 + row for row in rows if row is not None)))


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type
    """Return a type without None, and whether None was in it."""
    parts = get_args(hint)
    if NoneType not in parts:
        return hint, False
    (bare,) = (one for one in parts if one is not NoneType)
    return bare, True


def _without_annotations(hint: Any) -> Any:  # noqa: ANN401 - a type
    """Return the type inside `Annotated`."""
    return get_args(hint)[0] if hasattr(hint, "__metadata__") else hint


def _needs_one(hint: object) -> bool:
    """Say whether a list must have an item."""
    return any(getattr(one, "min_length", 0) for one in getattr(hint, "__metadata__", ()))
