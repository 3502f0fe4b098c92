"""A form for a statement, made from its model: one control for each of its fields.

What may be chosen comes from the terms and the case (`choices`), the words from the one table of
questions. Where the type of a field is none that is known here, the form cannot be made: a test
makes all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from types import NoneType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from rapid_review.domain.statement import Said
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
from rapid_review.web.pages.forms.choices import Given, Option, options_of
from rapid_review.web.pages.forms.filled import Filled, whole_number
from rapid_review.web.pages.forms.questions import QUESTIONS, Question


class Kind(StrEnum):
    """How a field is filled in."""

    MOMENT = auto()
    DAY = auto()
    WORDS = auto()
    TEXT = auto()
    CODE = auto()
    NUMBER = auto()
    ONE_OF = auto()
    SOME_OF = auto()
    YES_NO = auto()
    LINES = auto()
    FILE = auto()
    GROUP = auto()
    ROWS = auto()


class Row(NamedTuple):
    """One row of a list: a seat, a criterion, a child.

    Attributes:
        title: what it is of.
        says: what the row itself says, such as its seat.
        controls: what is asked in it.
    """

    title: str
    says: tuple[tuple[str, str], ...]
    controls: tuple["Control", ...]


@dataclass(frozen=True, slots=True)
class Control:
    """What is asked for one field.

    Attributes:
        path: the name under which it is sent, such as `incident.known_on`.
        kind: how it is filled in.
        question: what is asked.
        is_required: whether it must be answered.
        is_sealed: whether it holds words: browsers are not to keep them.
        options: what may be chosen, or what is suggested.
        is_open: whether something else may be said than what is suggested.
        whether: whether nobody may have looked, which is another answer than that nothing was
            found.
        parts: what a group asks.
        rows: the rows of a list.
        grows: whether rows can be added.
    """

    path: str
    kind: Kind
    question: Question
    is_required: bool = False
    is_sealed: bool = False
    options: tuple[Option, ...] = ()
    is_open: bool = False
    whether: bool = False
    parts: tuple["Control", ...] = ()
    rows: tuple[Row, ...] = ()
    grows: bool = False

    @property
    def anchor(self) -> str:
        """The id of the first thing in it that can be filled in."""
        if self.kind is Kind.GROUP:
            return self.parts[0].anchor
        if self.kind is Kind.ROWS and self.rows:
            return self.rows[0].controls[0].anchor
        if self.kind is Kind.FILE:
            return f"{self.path.removesuffix('.sha256')}.file"
        if self.kind in (Kind.ONE_OF, Kind.SOME_OF):
            return f"{self.path}-1" if self.options else self.path
        return f"{self.path}{_FIRST.get(self.kind, '')}"


_FIRST: Final = {Kind.MOMENT: "-day", Kind.DAY: "-day", Kind.YES_NO: "-1"}
"""What follows the path in the id of the first of several fields."""


def controls_of(
    model: type[Said],
    of: str,
    given: Given,
    filled: Filled,
    *,
    under: str = "",
    but: Sequence[str] = (),
) -> tuple[Control, ...]:
    """Return what is asked for a statement.

    Args:
        model: the statement: a command, or a part of one.
        of: under what name its questions stand.
        given: the terms and the case.
        filled: what is filled in already: it has as many rows as were sent.
        under: the path of the statement within the command.
        but: fields that are not asked for.
    """
    hints = get_type_hints(model, include_extras=True)
    fields = (
        _Field(of, f"{under}{name}", hints[name], field.is_required())
        for name, field in model.model_fields.items()
        if name not in but
    )
    return tuple(_control(field, given, filled) for field in fields)


def every(controls: Sequence[Control]) -> Iterator[Control]:
    """Yield controls and all that are in them."""
    for one in controls:
        yield one
        yield from every(one.parts)
        for row in one.rows:
            yield from every(row.controls)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that is to be asked.

    Attributes:
        of: under what name its questions stand.
        path: under what name it is sent.
        hint: its type.
        is_required: whether it must be answered.
    """

    of: str
    path: str
    hint: Any  # a type, of any form
    is_required: bool

    @property
    def name(self) -> str:
        """What it is called."""
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
        return _several(field, given, filled, whether=is_optional)
    if kind is Kind.GROUP:
        parts = controls_of(bare, bare.__name__, given, filled, under=f"{path}.")
        return Control(path, kind, question, required, parts=parts)
    if kind is Kind.ONE_OF and not options:
        options = tuple(Option(str(one.value)) for one in bare)
    if kind is Kind.CODE and options and not is_open:
        kind = Kind.ONE_OF
    sealed = bare in (Words, Identity, Characteristic)
    return Control(path, kind, question, required, sealed, options, is_open)


def _kind_of(bare: Any, field: _Field) -> Kind:  # noqa: ANN401 - a type
    """Return how a field is filled in, of a type that is no word, code or day."""
    within = _unwrapped(bare)
    if get_origin(within) is tuple:
        return Kind.ROWS
    if bare is bool:
        return Kind.YES_NO
    if within is int:
        return Kind.NUMBER
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Kind.ONE_OF
    if isinstance(bare, type) and issubclass(bare, Said):
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
"""The types of a field that say at once how it is filled in."""


def _several(field: _Field, given: Given, filled: Filled, *, whether: bool) -> Control:
    """Return what is asked for a list: boxes to tick, lines to write, or rows."""
    bare, _ = _without_none(field.hint)
    item = get_args(_unwrapped(bare))[0]
    path, question = field.path, field.question
    required = field.is_required or _asks_some(bare)
    if not (isinstance(item, type) and issubclass(item, Said)):
        options, is_open = options_of(field.of, field.name, given)
        kind = Kind.SOME_OF if item == Code else Kind.LINES
        return Control(
            path, kind, question, required, options=options, is_open=is_open, whether=whether
        )
    if item in _FIXED:
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
    return Control(path, Kind.ROWS, question, required, whether=whether, rows=rows, grows=True)


def _rows_of_terms(item: type[Said], path: str, given: Given, filled: Filled) -> Iterator[Row]:
    """Yield a row for each code that the terms have for a part of a statement."""
    field, first = _FIXED[item]
    name = item.__name__
    for one in options_of(name, field, given)[0]:
        under = f"{path}.{one.code}."
        asked = controls_of(item, name, given, filled, under=under, but=(field,))
        in_order = sorted(asked, key=lambda each: not each.path.endswith(f".{first}"))
        yield Row(one.title, ((field, one.code),), tuple(in_order))


_FIXED: Final[dict[type[Said], tuple[str, str]]] = {
    Seating: ("seat", "capacity"),
    Factor: ("criterion", "applies"),
    Dissent: ("seat", "words"),
}
"""What there is one row of for each code of the terms: the field of the code, and the one by whose
answer the row is said at all."""
_ROW_TITLES: Final[dict[type[Said], str]] = {Child: "Child"}
MOST_ROWS: Final = 40


def deciding(control: Control, row: Row) -> Control | None:
    """Return the control whose answer decides whether a row counts; None if any answer does."""
    if control.grows:
        return None
    names = {name for _, name in _FIXED.values()}
    return next(one for one in row.controls if one.path.rpartition(".")[2] in names)


def rows_sent(path: str, filled: Filled) -> int:
    """Return how many rows of a list a form has: those that were sent, and at least one."""
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


def _unwrapped(hint: Any) -> Any:  # noqa: ANN401 - a type
    """Return a type without what is noted beside it."""
    return get_args(hint)[0] if hasattr(hint, "__metadata__") else hint


def _asks_some(hint: object) -> bool:
    return any(getattr(one, "min_length", 0) for one in getattr(hint, "__metadata__", ()))
