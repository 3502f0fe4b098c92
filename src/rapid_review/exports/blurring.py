"""What a pseudonymous export would reveal besides names: exact times, the order of cases.

Anyone who knows that references are given one after another needs no name where rows are in the
order of recording: the first case is the first reference. So cases come in an order that the key
of the export makes. The export gives the day of each time, in UTC, since clocks count in days. The
hour is noon, and in a trace a second more for each event of the case before it on that day. So
events stay in their order. What began on different days can still be put in order by that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from operator import is_
from typing import Final, cast

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.statement import Said
from rapid_review.exports.pseudonyms import Naming, Pseudonyms
from rapid_review.exports.trace import Trace

_NOON: Final = time(12, tzinfo=UTC)


def order_of(naming: Naming) -> Callable[[str], str] | None:
    """Return the key by which references of cases are sorted before they are disclosed.

    None where they are disclosed as recorded: then they may be in the order of recording.
    """
    return partial(naming, "case") if isinstance(naming, Pseudonyms) else None


def blurred_traces(traces: Iterable[Trace], naming: Naming) -> Iterator[Trace]:
    """Yield what is exported under these names: as it is, or blurred where they are pseudonyms.

    Each case's entries stay in their order. No more than one case is in memory.

    Raises:
        InvalidInputError: cases under pseudonyms do not come in the order of those.
    """
    if (order := order_of(naming)) is None:
        yield from traces
        return
    last = ""
    for one in traces:
        name = order(one.case)
        if name <= last:
            raise InvalidInputError(
                "cases with pseudonyms must be exported once each, in the order of their "
                "pseudonyms, so that the order of recording is not revealed; sort them by "
                "`order_of(naming)`"
            )
        last = name
        yield replace(one, entries=_blurred(one.entries))


def blurred_entry(entry: Entry, naming: Naming) -> Entry:
    """Return an entry of a feed: as it is, or blurred where names are pseudonyms.

    The time of day is noon: an entry that is sent again must be the same, whichever were sent
    with it.
    """
    return _entry(entry, timedelta()) if isinstance(naming, Pseudonyms) else entry


def _blurred(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries of one case, with days for times."""
    seconds, before = dict[int, int](), Counter[date]()
    for entry in sorted(entries, key=lambda one: (one.event.at, one.version)):
        day = _noon_of(entry.event.at).date()
        seconds[entry.version] = before[day]
        before[day] += 1
    return tuple(_entry(one, timedelta(seconds=seconds[one.version])) for one in entries)


def _entry(entry: Entry, since_noon: timedelta) -> Entry:
    at = _noon_of(entry.event.at) + since_noon
    event = entry.event.model_copy(update={**_times_in(entry.event), "at": at})
    return entry.model_copy(update={"recorded_at": _noon_of(entry.recorded_at), "event": event})


def _times_in(said: Said) -> dict[str, object]:
    """Return the fields of a statement that hold a time, however deep, with noon of its day."""
    found: dict[str, object] = {}
    for name, value in vars(said).items():
        if type(value) not in _OF_NO_TIME:  # asked first: most are of none
            blurred = _value(value)
            if blurred is not value:
                found[name] = blurred
    return found


def _value(value: object) -> object:
    """Return a value in which every time is noon of its day: itself, if there is none in it."""
    match value:
        case datetime():
            return _noon_of(value)
        case tuple():
            parts = cast("tuple[object, ...]", value)
            blurred = tuple(map(_value, parts))
            return parts if all(map(is_, parts, blurred)) else blurred
        case Said():
            times = _times_in(value)
            return value.model_copy(update=times) if times else value
        case _:
            return value


_OF_NO_TIME: Final = frozenset({str, int, bool, date, type(None)})


def _noon_of(when: datetime) -> datetime:
    return datetime.combine(when.astimezone(UTC), _NOON)
