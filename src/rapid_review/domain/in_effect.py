"""What of a record is in effect: corrections settled, and attendances recorded again."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import ATTENDANCE, AnyEvent, RecordCorrected


def effective(recorded: Sequence[AnyEvent]) -> dict[int, AnyEvent]:
    """Return, by version, the events in effect once every correction among them is settled.

    The latest correction of an entry wins. A correction may itself be corrected: retracting it
    brings back what it had replaced. A replacement takes the place of the corrected event. A
    correction that names no earlier entry corrects nothing.
    """
    if not any(type(event) is RecordCorrected for event in recorded):
        return dict(enumerate(recorded, start=1))
    settled: dict[int, AnyEvent | None] = {}
    # From the newest on, so that a correction of a correction is settled before it.
    for version in range(len(recorded), 0, -1):
        event = settled.get(version, recorded[version - 1])
        if isinstance(event, RecordCorrected) and event.version < version:
            settled.setdefault(event.version, event.replacement)
    standing = {number: settled.get(number, one) for number, one in enumerate(recorded, start=1)}
    return {number: event for number, event in standing.items() if event is not None}


def latest_versions(facts: Mapping[int, AnyEvent]) -> dict[int, int]:
    """Return the version that holds for each fact, by the version that was recorded first.

    An attendance that is recorded again replaces the one before, in its place.
    """
    first: dict[int, int] = {}
    latest: dict[int, int] = {}
    for version, event in facts.items():
        place = version
        if isinstance(event, ATTENDANCE):
            place = first.setdefault(event.meeting, version)
        latest[place] = version
    return latest


class Correction(NamedTuple):
    """The latest correction of an entry: its version, and whether it retracts the entry."""

    version: int
    retracts: bool


def corrections(recorded: Sequence[Entry]) -> Mapping[int, Correction]:
    """Return the latest correction of every corrected entry, by the corrected entry's version."""
    in_place = effective([entry.event for entry in recorded])
    return {
        event.version: Correction(version, event.replacement is None)
        for version, event in in_place.items()  # the latest correction wins, as in `effective`
        if isinstance(event, RecordCorrected) and event.version < version
    }
