"""Searching among the cases of the read model: by public fields, a page at a time.

A search is one statement, which reads rows of cases in the order of opening and stops after a
page; no entry is read for it.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from rapid_review.domain.errors import InvalidInputError, shown
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.duplicates import LinkedDuplicate, LookAlikes, Notified
from rapid_review.store.backends.ports import Values
from rapid_review.store.read_model.values import CaseRow
from rapid_review.store.sql import read_model as sql

LONGEST: Final = 64
"""No code and no reference is longer."""
PAGE: Final = 100
"""How many cases a page holds by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a case must have to be found; what is not given does not matter.

    Attributes:
        reference: part of the case's own reference, or of its notification's; capitals make no
            difference.
        stage: how far it has come.
        is_open: whether something is still to be done.
        agency: an agency that sent the notification, was asked for a report, or filed one.
        theme: a learning theme that was identified in it (ToR 4(b)).
    """

    reference: str | None = None
    stage: Stage | None = None
    is_open: bool | None = None
    agency: str | None = None
    theme: str | None = None


ANY: Final = Sought()
"""Every case that has its notification."""


class CasesPage(NamedTuple):
    """Cases that were found, in the order of opening.

    Attributes:
        cases: those of this page.
        limit: how many it may hold.
    """

    cases: tuple[CaseRow, ...]
    limit: int

    @property
    def after(self) -> str | None:
        """The case after which the next page begins; None if this page is not full, so last."""
        return self.cases[-1].reference if len(self.cases) == self.limit else None


class Duplicates(NamedTuple):
    """Cases that may be of one notification (ToR 8.1); see `projections.duplicates`.

    Attributes:
        alike: those that look alike, each group once.
        linked: those that are linked as duplicates of others.
    """

    alike: tuple[LookAlikes, ...]
    linked: tuple[LinkedDuplicate, ...]


def statement_for(sought: Sought) -> tuple[str, tuple[str | int, ...]]:
    """Return the statement that finds cases, and the values of what is sought in it.

    The caller puts before these values where to begin, and after them how many cases it wants.

    Raises:
        InvalidInputError: something is sought that no case can have.
    """
    asked: list[str] = []
    values: list[str | int] = []

    def add(condition: str, *those: str | int) -> None:
        asked.append(condition)
        values.extend(those)

    for name in ("reference", "agency", "theme"):
        _must_be_plain(name, getattr(sought, name))

    if sought.reference is not None:
        part = f"%{_plain(sought.reference.lower())}%"
        add(sql.NAMED_LIKE, part, part)
    if sought.stage is not None:
        add(sql.OF_STAGE, sought.stage.value)
    if sought.is_open is not None:
        add(sql.THAT_ARE_OPEN, int(sought.is_open))
    if sought.agency is not None:
        add(sql.OF_AGENCY, f'%"{_plain(sought.agency)}"%')
    if sought.theme is not None:
        add(sql.OF_THEME, sought.theme)
    return "".join((sql.SOUGHT, *asked, sql.FIRST)), tuple(values)


def _must_be_plain(name: str, text: object) -> None:
    """Check that a text may be in a code or a reference, before searching for it."""
    if text is None:
        return
    if not (
        isinstance(text, str)
        and text.isascii()
        and text.isprintable()
        and 1 <= len(text) <= LONGEST
    ):
        raise InvalidInputError(
            f"{name}: found {shown(text)}; allowed: None, or a text of 1 to {LONGEST} letters, "
            "digits and signs, as in codes and references"
        )


def _plain(text: str) -> str:
    """Return a text for LIKE, with its special characters escaped."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def notified(row: Values) -> Notified:
    """Return what a case says of its notification, from the columns that `NOTIFIED` names."""
    reference, source, notification, happened_on, children, duplicate_of = row
    return Notified(
        reference,
        source,
        notification,
        None if happened_on is None else date.fromisoformat(happened_on),
        frozenset(json.loads(children)),
        duplicate_of,
    )
