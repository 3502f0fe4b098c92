"""Views: folds over one case's entries, as it had happened and as it was recorded by two times.

The two times answer two questions, and may be asked together:

- *As recorded by Y*: what did the record say on Y? Entries recorded later are left out, and so
  are corrections recorded later: what they put right is shown as it was believed then.
- *As happened by X*: how far had the case come on X, as is known now (or, with Y, as was known
  on Y)? Corrections are settled first, and then the events that stand are cut by `event.at`. A
  report filed on day 12 and recorded on day 20 had happened by day 12.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import takewhile
from typing import Final, Generic, NamedTuple, TypedDict, TypeVar

from rapid_review.domain.case import Case, effective, evolve
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError, shown
from rapid_review.domain.events import RecordCorrected
from rapid_review.domain.terms.terms import Terms

S = TypeVar("S")


class Times(TypedDict, total=False):
    """The two times of a question, to pass on; see `known`."""

    happened_by: datetime | None
    recorded_by: datetime | None


class View(NamedTuple, Generic[S]):
    """A pure read model: where it starts, and what one more entry makes of it."""

    initial: S
    apply: Callable[[S, Entry], S]


def _evolved(case: Case, entry: Entry) -> Case:
    return evolve(case, entry.event)


CASE: Final = View(Case(), _evolved)
"""The case itself, as decisions see it."""


def project(
    view: View[S],
    entries: Iterable[Entry],
    *,
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
) -> S:
    """Fold a view over one case's entries, as it had happened and was recorded by these times.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    seen = known(entries, happened_by=happened_by, recorded_by=recorded_by)
    return reduce(view.apply, seen, view.initial)


def known(
    entries: Iterable[Entry],
    *,
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
) -> tuple[Entry, ...]:
    """Return one case's entries as it had happened and was recorded by these times.

    `recorded_by` keeps the entries up to the first that was recorded later. `happened_by` then
    keeps what stands and had happened: each entry with the event that now stands in its place,
    without those retracted and without the corrections themselves; versions may so have gaps.

    A due day happens when it is reckoned, which may be after the day it counts from: read clocks
    with `compliance.clocks`, which knows what each one counts from.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    recorded = _one_case(entries)
    if recorded_by is not None:
        recorded = tuple(takewhile(lambda entry: entry.recorded_at <= recorded_by, recorded))
    if happened_by is None:
        return recorded
    return tuple(entry for entry in settled(recorded) if entry.event.at <= happened_by)


def standing(
    entries: Iterable[Entry],
    *,
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
) -> tuple[Entry, ...]:
    """Return what of one case's entries stands, as `known` at these times, corrections settled.

    Raises:
        RecordError: the entries are not all of one case, from its first.
    """
    seen = known(entries, happened_by=happened_by, recorded_by=recorded_by)
    return settled(seen) if happened_by is None else seen


def settled(recorded: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return each entry with the event that now stands in its place, corrections left out."""
    in_place = effective([entry.event for entry in recorded])
    return tuple(
        entry if event is entry.event else entry.model_copy(update={"event": event})
        for entry in recorded
        if (event := in_place.get(entry.version)) is not None
        and not isinstance(event, RecordCorrected)
    )


def held_under(case: Case, terms: Terms, earlier: Sequence[Terms] = ()) -> Terms:
    """Return the terms that a case, as it is seen, is held under.

    A case that was moved to other terms later was held under those pinned to it until then.

    Args:
        case: the case as it is seen.
        terms: the terms in force for it; they hold too where those pinned to it are not at hand.
        earlier: other editions it was held under.
    """
    pinned = case.review.terms
    if pinned is None or pinned == terms.ref:
        return terms
    return next((edition for edition in earlier if edition.ref == pinned), terms)


class Correction(NamedTuple):
    """The word that now holds on a corrected entry: who says it, and whether it retracts."""

    version: int
    retracts: bool


def corrections(recorded: Sequence[Entry]) -> Mapping[int, Correction]:
    """Return, by version, what was corrected, for every entry that does not stand as recorded."""
    in_place = effective([entry.event for entry in recorded])
    return {
        event.version: Correction(version, event.replacement is None)
        for version, event in in_place.items()  # the latest word wins, as in `effective`
        if isinstance(event, RecordCorrected) and event.version < version
    }


def _one_case(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries if corrections can be settled among them: one case's, from the first."""
    recorded = tuple(entries)
    for version, entry in enumerate(recorded, start=1):
        if entry.version != version or entry.case != recorded[0].case:
            raise RecordError(
                f"entry {version} of case {shown(recorded[0].case)} was expected, and entry "
                f"{entry.version} of case {shown(entry.case)} was found; a view needs all of one "
                "case's entries, from its first"
            )
    return recorded
