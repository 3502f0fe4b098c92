"""The days on which something happened in a case, to step through if it was recorded at once.

A case that was imported has one day of recording, and so a replay of one day. These days are no
part of the replay that a bundle states: they are only in the page.
"""

from collections.abc import Iterator, Mapping

from rapid_review.projections.as_of import AsOf, CaseHistory, end_of_day, entries_as_of
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.timeline import timeline
from rapid_review.projections.work.case_reading import CaseReading


def by_happening(history: CaseHistory, as_of: AsOf) -> Mapping[str, object]:
    """Return each day on which something happened, with what had happened by its end.

    Args:
        history: the case.
        as_of: as of when the case is read.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    terms = history.terms_of(history.case(as_of))
    seen = entries_as_of(history.entries, as_of)
    days = sorted({terms.local_day(entry.event.at) for entry in seen})
    ends = [as_of._replace(happened_by=end_of_day(day, terms)) for day in days]
    readings = [CaseReading.of(history, one._replace(read_on=one.happened_by)) for one in ends]
    return {
        "days": [
            {
                "day": day,
                "versions": [entry.version for entry in entries_as_of(history.entries, end)],
                "stage": reading.stage,
                "clocks": [_clock(one) for one in reading.judged.clocks],
            }
            for day, end, reading in zip(days, ends, readings, strict=True)
        ],
        "timeline": list(_lines(history, ends[-1])),
        "titles": {one.key: one.title for reading in readings for one in reading.judged.clocks},
    }


def _clock(reading: ClockReading) -> Mapping[str, object]:
    return {
        "deadline": reading.key,
        "state": reading.state,
        "reason": reading.reason,
        "counted_from": reading.counted_from,
        "due": reading.due,
        "days_taken": reading.days_taken,
        "days_allowed": reading.days_allowed,
    }


def _lines(history: CaseHistory, as_of: AsOf) -> Iterator[Mapping[str, object]]:
    for line in timeline(history.entries, as_of):
        yield {"version": line.version, "kind": line.kind, "summary": line.summary}
