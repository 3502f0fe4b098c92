"""All that is recorded about one person or child, for the person responsible for the data.

It shows every entry that contains their reference. Free text elsewhere cannot be found by a
reference: the document only lists it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapid_review import __version__
from rapid_review.domain.fields import FieldClass
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.wording import joined
from rapid_review.projections.subject import AboutSubject
from rapid_review.projections.views import SUBJECT, FieldSeen, as_it_is, seen
from rapid_review.reports.labels import Opened, label_of, text_of, when_in, words_of
from rapid_review.reports.page import filled_in

CaseReading = tuple[str, str, str, str]
"""A reading of a case's words: when, by whom, whose words, why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the document is made from.

    Attributes:
        reference: the person's or the child's reference.
        terms: the terms of the partnership.
        about: what each case holds about them.
        opened: by whom words were opened for the document, and why.
        readings: by case, who read its words before.
    """

    reference: str
    terms: Terms
    about: Sequence[AboutSubject]
    opened: Opened
    readings: dict[str, tuple[CaseReading, ...]]


class EntryAbout(NamedTuple):
    """An entry that names the person."""

    version: int
    kind: str
    at: object
    recorded: str
    where: str
    fields: tuple[FieldSeen, ...]
    holds_free_text: bool


class CaseAbout(NamedTuple):
    """A case that names the person."""

    case: str
    entries: tuple[EntryAbout, ...]
    not_found: tuple[tuple[str, str, str], ...]
    readings: tuple[CaseReading, ...]


def subject_page(asked: Subject) -> str:
    """Return the document; the same arguments give the same bytes."""
    return filled_in(
        "about.html",
        version=__version__,
        reference=asked.reference,
        terms=asked.terms,
        cases=tuple(_case(one, asked) for one in asked.about),
        opened=asked.opened,
        words=words_of,
        label=label_of,
        text=text_of,
    )


def _case(about: AboutSubject, asked: Subject) -> CaseAbout:
    when = when_in(asked.terms)
    entries = tuple(
        EntryAbout(
            one.version,
            one.kind,
            one.at,
            "" if one.recorded_at is None else str(when(one.recorded_at)),
            joined(label_of(path) for path in about.named_in[one.version]),
            fields := about.of_them(one),
            any(field.of is FieldClass.CASE for field in fields),
        )
        for one in seen(about.entries, SUBJECT, name=as_it_is, when=when)
    )
    not_found = tuple(
        (str(version), words_of(kind), joined(map(label_of, fields)))
        for version, kind, fields in about.not_found
    )
    case = about.history.entries[0].case
    return CaseAbout(case, entries, not_found, asked.readings.get(case, ()))
