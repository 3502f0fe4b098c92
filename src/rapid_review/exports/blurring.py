"""Blur what a pseudonymous export would reveal besides names: exact times, the order of cases.

If rows were in the order of recording, and references are given one after another, the first row
would be the first reference. So cases come in an order that depends on the key of the export.
Times become noon of their day, in UTC, since clocks count in days. In a trace, each event is a
second later than the previous event of its case on that day, so that events stay in their order.
Cases that began on different days can still be put in order by their days.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from operator import is_
from typing import Final, cast

from rapid_review.domain.entry import Entry, as_happened
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.statement import Statement, with_other
from rapid_review.exports.pseudonyms import Naming, Pseudonyms
from rapid_review.exports.trace import Trace

_NOON: Final = time(12, tzinfo=UTC)


def order_of(naming: Naming) -> Callable[[str], str] | None:
    """Return the key by which cases are sorted by their references before they are disclosed.

    None where references are disclosed as recorded: then the order of recording is no secret.
    """
    return partial(naming, "case") if isinstance(naming, Pseudonyms) else None


def blurred_traces(traces: Iterable[Trace], naming: Naming) -> Iterator[Trace]:
    """Yield traces as they are, or blurred where names are pseudonyms.

    The entries of each case stay in their order. No more than one case is in memory.

    Raises:
        InvalidInputError: with pseudonyms, cases do not come in the order of their pseudonyms.
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
        yield replace(one, entries=_blurred_entries(one.entries))


def blurred_entry(entry: Entry, naming: Naming) -> Entry:
    """Return an entry of a feed as it is, or blurred where names are pseudonyms.

    The time of day is always noon: an entry that is sent again must be the same, no matter which
    entries are sent with it.
    """
    return _at_noon(entry, timedelta()) if isinstance(naming, Pseudonyms) else entry


def _blurred_entries(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries of one case, blurred, in their order."""
    seconds, before = dict[int, int](), Counter[date]()
    for entry in as_happened(entries):
        day = _noon_of(entry.event.at).date()
        seconds[entry.version] = before[day]
        before[day] += 1
    return tuple(_at_noon(one, timedelta(seconds=seconds[one.version])) for one in entries)


def _at_noon(entry: Entry, since_noon: timedelta) -> Entry:
    """Return an entry with noon for each time; its event is later by `since_noon`."""
    at = _noon_of(entry.event.at) + since_noon
    event = with_other(entry.event, {**_blurred_fields(entry.event), "at": at})
    return with_other(entry, {"recorded_at": _noon_of(entry.recorded_at), "event": event})


def _blurred_fields(statement: Statement) -> dict[str, object]:
    """Return the fields of a statement that hold a time, at any depth, with noon of its day."""
    found: dict[str, object] = {}
    for name, value in vars(statement).items():
        if type(value) not in _WITHOUT_TIMES:  # asked first: most have none
            blurred = _blurred_value(value)
            if blurred is not value:
                found[name] = blurred
    return found


def _blurred_value(value: object) -> object:
    """Return a value in which every time is noon of its day; the same object, if it has none."""
    match value:
        case datetime():
            return _noon_of(value)
        case tuple():
            parts = cast("tuple[object, ...]", value)
            blurred = tuple(map(_blurred_value, parts))
            return parts if all(map(is_, parts, blurred)) else blurred
        case Statement():
            times = _blurred_fields(value)
            return with_other(value, times) if times else value
        case _:
            return value


_WITHOUT_TIMES: Final = frozenset({str, int, bool, date, type(None)})


def _noon_of(when: datetime) -> datetime:
    return datetime.combine(when.astimezone(UTC), _NOON)
