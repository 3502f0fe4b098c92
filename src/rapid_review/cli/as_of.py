"""What a command that reads asks for: the two times of its question, and the cases of a store."""

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from rapid_review.cli.context import Shell, end_of, reviews_in, terms_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapid_review.domain.entry import Entry
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.store import RapidReviews


class Cut(TypedDict):
    """The two times of a question, as the views take them."""

    happened_by: datetime | None
    recorded_by: datetime | None


class AsOf(NamedTuple):
    """The two times of a question, and the day on which clocks are read."""

    happened_by: datetime | None
    recorded_by: datetime | None
    today: datetime

    @property
    def cut(self) -> Cut:
        """The two times by themselves."""
        return Cut(happened_by=self.happened_by, recorded_by=self.recorded_by)


class History(NamedTuple):
    """A case's entries, the terms in force for it, and the others it was held under."""

    entries: "tuple[Entry, ...]"
    terms: "Terms"
    earlier: "tuple[Terms, ...]"


def history_of(case: str, store: str, terms_name: str, shell: Shell) -> History:
    """Return a case's entries and terms.

    Raises:
        CaseNotFoundError: there is no such case.
    """
    terms = terms_named(terms_name)
    with reviews_in(store, terms, shell) as reviews:
        return _history(case, reviews)


def histories_in(store: str, terms: "Terms", shell: Shell) -> "Iterator[tuple[str, History]]":
    """Yield the reference and the history of every case of the terms' partnership, in order.

    Raises:
        RecordError: the store cannot be read.
    """
    with reviews_in(store, terms, shell) as reviews:
        for case in reviews.references():
            yield case, _history(case, reviews)


def _history(reference: str, reviews: "RapidReviews") -> History:
    from rapid_review.domain.case import replay

    entries = reviews.history(reference)
    case = replay(entry.event for entry in entries)
    return History(entries, reviews.terms_of(case), reviews.earlier_terms_of(case))


def times_of(
    happened_by: date | datetime | None,
    recorded_by: date | datetime | None,
    terms: "Terms",
    shell: Shell,
) -> AsOf:
    """Return the two times; clocks are read on the first one given, else now."""
    happened = None if happened_by is None else end_of(happened_by, terms)
    recorded = None if recorded_by is None else end_of(recorded_by, terms)
    return AsOf(happened, recorded, happened or recorded or shell.clock())
