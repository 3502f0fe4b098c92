"""Ten bugs in rules and clocks, and the law that must find each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from rapid_review.projections.case.clock_reading import ClockState
from tests.kit.seeding import Bug, always, instead

_JUDGES: Final = "RulesConformance.test_both_judges_say_the_same"
_BAD_DAY: Final = "RulesConformance.test_both_judges_say_the_same_of_a_bad_day"
_COUNTED: Final = "RulesConformance.test_days_are_counted_as_by_hand"
_ENTRIES: Final = "RulesConformance.test_a_case_is_what_its_entries_make_it"


def _first_day_counts(after: Any, calendar: Any, day: date, number: int, **_: bool) -> Any:  # noqa: ANN401 - as it is
    return after(calendar, day, number, counting_day=True)


def _no_end_of_month(_: Any, calendar: Any, day: date, months: int) -> Any:  # noqa: ANN401 - as it is
    return calendar.add_months(day, months) + timedelta(days=int(day.day > 28))


def _by_greenwich(_: Any, terms: Any, when: date | datetime) -> date:  # noqa: ANN401 - as it is
    del terms
    return when.astimezone(UTC).date() if isinstance(when, datetime) else when


def _due_day_is_late(read: Any, reader: Any, clock: Any, stop: date | None) -> Any:  # noqa: ANN401 - as it is
    if stop == clock.due:
        return ClockState.MET_LATE
    return read(reader, clock, stop)


def _first_correction_holds(_: Any, recorded: Any) -> dict[int, Any]:  # noqa: ANN401 - as it is
    settled = dict(enumerate(recorded, start=1))
    corrected = set[int]()
    for event in recorded:
        if event.kind == "RecordCorrected" and event.version not in corrected:
            corrected.add(event.version)
            settled[event.version] = event.replacement
    return {version: event for version, event in settled.items() if event is not None}


def _any_four(_: Any, need: Any, filled: frozenset[str]) -> bool:  # noqa: ANN401 - as it is
    del need
    return len(filled) >= 4


IN_RULES: Final = (
    Bug(
        "day-0-is-day-1",
        "The day of the start counts, whatever the terms say.",
        "domain.working_days:WorkingCalendar.after",
        instead(_first_day_counts),
        _COUNTED,
    ),
    Bug(
        "months-spill-over",
        "A month that has no 31st ends on the first of the next.",
        "domain.working_days:WorkingCalendar.months_after",
        instead(_no_end_of_month),
        _COUNTED,
    ),
    Bug(
        "holidays-are-worked",
        "A bank holiday is a working day.",
        "domain.working_days:WorkingCalendar.is_working",
        instead(lambda _, calendar, day: day.weekday() not in calendar.weekend),
        "RulesConformance.test_working_days_are_those_that_are_not_days_off",
    ),
    Bug(
        "midnight-of-greenwich",
        "A day ends at midnight in Greenwich, in summer as well.",
        "domain.terms.terms:Terms.local_day",
        instead(_by_greenwich),
        _BAD_DAY,
    ),
    Bug(
        "due-day-is-late",
        "What is done on the due day is late.",
        "projections.case.clock_verdicts:Verdicts._by_the_days",
        instead(_due_day_is_late),
        _JUDGES,
    ),
    Bug(
        "one-stops-for-all",
        "A clock stops once the first of several has done it.",
        "domain.clock_stops:_who_is_awaited",
        always(None),
        _JUDGES + "_under_other_terms",
    ),
    Bug(
        "any-four-are-quorate",
        "Any four seats make a quorum.",
        "domain.rules.meeting:is_met",
        instead(_any_four),
        _JUDGES,
    ),
    Bug(
        "first-correction-holds",
        "Of two corrections of one entry the first holds, and none is ever taken back.",
        "domain.case:effective",
        instead(_first_correction_holds),
        _ENTRIES,
    ),
    Bug(
        "late-facts-stand-last",
        "A fact that is recorded late is where it was recorded, and not where it happened.",
        "domain.case:_AT",
        always(0),
        _ENTRIES,
    ),
    Bug(
        "said-twice-recorded-twice",
        "What the case records already is recorded again.",
        "domain.decisions:_is_recorded_already",
        always(value=False),
        "RulesConformance.test_what_is_accepted_is_recorded_once",
    ),
)
