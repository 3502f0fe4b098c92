"""What had happened, and what was recorded, by any two times."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.domain.in_effect import corrections
from rapid_review.projections.as_of import (
    CASE,
    AsOf,
    CaseHistory,
    View,
    effective_entries,
    entries_as_of,
    project,
    settled,
)
from tests.domain.a_review import (
    CLOSED,
    FILE,
    KENT,
    NAME_THEME,
    RECEIVE,
    at,
    changed,
    recorded,
)
from tests.projections.a_record import entries_of, written

LATE_REPORT = written(FILE, "2020-05-20 09:00")  # it came in on 12 May
REPORT_OF_CLINIC = recorded(did.AgencyReportFiled, changed(FILE, agency="clinic"))


def correction(version: int, replacement: did.AnyEvent | None, when: str) -> ask.CorrectRecord:
    """Return the command that corrects one entry."""
    return ask.CorrectRecord(
        at=at(when), version=version, because="misread", replacement=replacement
    )


def kinds(entries: tuple[Entry, ...]) -> list[str]:
    """Return the entries' kinds, due days left out."""
    return [one.event.kind for one in entries if not isinstance(one.event, did.DeadlineSet)]


NAIVE = datetime(2020, 5, 12, 9)  # noqa: DTZ001 - without its offset: what is refused


@pytest.mark.parametrize(
    "wrong",
    [
        {"happened_by": NAIVE},
        {"recorded_by": NAIVE},
        {"read_on": NAIVE},
        {"happened_by": date(2020, 5, 12)},
        {"read_on": "2020-05-12"},
    ],
)
def test_a_moment_that_depends_on_the_machine_is_refused(wrong: dict[str, Any]) -> None:
    """A time without its offset is another moment in another time zone; a text is none."""
    (name,) = wrong
    with pytest.raises(InvalidInputError, match=f"{name}: found .*; allowed: .*with its offset"):
        AsOf(**wrong)


def test_without_a_time_everything_recorded_is_known() -> None:
    """The view of the case is the case itself."""
    entries = entries_of(*CLOSED)
    assert entries_as_of(entries) == entries
    assert project(CASE, entries) == replay(entry.event for entry in entries)


def test_a_view_is_where_it_starts_and_what_an_entry_makes_of_it() -> None:
    """Any such pair is folded over what is known."""
    latest: View[int] = View(0, lambda _, entry: entry.version)
    entries = entries_of(*CLOSED)
    assert project(latest, entries) == len(entries)
    assert project(latest, entries, AsOf(recorded_by=at("2020-05-03 00:00"))) == 0


def test_what_was_recorded_late_was_not_known_on_the_day_it_happened() -> None:
    """A report of 12 May, written down on 20 May, is not in the record of 13 May."""
    entries = entries_of(RECEIVE, LATE_REPORT)
    assert kinds(entries_as_of(entries, AsOf(recorded_by=at("2020-05-13 09:00")))) == [
        "NotificationReceived"
    ]
    assert "AgencyReportFiled" in kinds(
        entries_as_of(entries, AsOf(recorded_by=at("2020-05-20 09:00")))
    )


def test_what_was_recorded_late_had_happened_all_the_same() -> None:
    """As is known now, the report of 12 May was there on 13 May."""
    entries = entries_of(RECEIVE, LATE_REPORT)
    assert kinds(entries_as_of(entries, AsOf(happened_by=at("2020-05-13 09:00")))) == [
        "NotificationReceived",
        "AgencyReportFiled",
    ]


def test_both_times_may_be_asked_together() -> None:
    """How far the case had come by 13 May, as was believed on 14 May."""
    entries = entries_of(RECEIVE, LATE_REPORT)
    seen = entries_as_of(
        entries, AsOf(happened_by=at("2020-05-13 09:00"), recorded_by=at("2020-05-14 09:00"))
    )
    assert kinds(seen) == ["NotificationReceived"]


def test_a_correction_recorded_later_is_not_known_yet() -> None:
    """As recorded on the day before it, the wrong entry stands."""
    entries = entries_of(RECEIVE, FILE)
    wrong = entries[-1]
    entries = entries_of(
        correction(wrong.version, REPORT_OF_CLINIC, "2020-05-18 09:00"), before=entries
    )
    assert entries_as_of(entries, AsOf(recorded_by=at("2020-05-17 09:00")))[-1] == wrong


def test_as_it_happened_a_corrected_event_is_the_one_that_stands() -> None:
    """Corrections are settled before the history is cut: 13 May shows what 18 May put right.

    What a correction put in place is its corrector's, with its time of recording.
    """
    entries = entries_of(RECEIVE, FILE)
    version = entries[-1].version
    entries = entries_of(correction(version, REPORT_OF_CLINIC, "2020-05-18 09:00"), before=entries)
    (seen,) = entries_as_of(entries, AsOf(happened_by=at("2020-05-13 09:00")))[version - 1 :]
    assert (seen.version, seen.event) == (version, REPORT_OF_CLINIC)
    assert seen.recorded_at == entries[-1].recorded_at


def test_a_corrected_time_moves_an_event_to_where_it_belongs() -> None:
    """A report said to be of 12 May and corrected to 15 May had not come in by 13 May."""
    entries = entries_of(RECEIVE, FILE)
    moved = recorded(did.AgencyReportFiled, changed(FILE, at=at("2020-05-15 16:00")))
    entries = entries_of(
        correction(entries[-1].version, moved, "2020-05-18 09:00"), before=entries
    )
    assert kinds(entries_as_of(entries, AsOf(happened_by=at("2020-05-13 09:00")))) == [
        "NotificationReceived"
    ]
    assert moved in [
        e.event for e in entries_as_of(entries, AsOf(happened_by=at("2020-05-15 18:00")))
    ]


def test_what_was_retracted_never_happened() -> None:
    """It is in the record as recorded, and in no view of what happened."""
    entries = entries_of(RECEIVE, FILE)
    entries = entries_of(correction(entries[-1].version, None, "2020-05-18 09:00"), before=entries)
    assert "AgencyReportFiled" in kinds(entries_as_of(entries))
    assert kinds(entries_as_of(entries, AsOf(happened_by=at("2020-06-01 09:00")))) == [
        "NotificationReceived"
    ]


def test_retracting_a_correction_brings_back_what_it_replaced() -> None:
    """The latest word holds, about a correction as about anything else."""
    entries = entries_of(RECEIVE, FILE)
    wrong = entries[-1]
    for version, replacement, when in (
        (wrong.version, REPORT_OF_CLINIC, "2020-05-18 09:00"),
        (wrong.version + 1, None, "2020-05-19 09:00"),
    ):
        entries = entries_of(correction(version, replacement, when), before=entries)
    assert settled(entries)[-1] == wrong
    assert wrong.version not in corrections(entries)
    assert corrections(entries)[wrong.version + 1] == (wrong.version + 2, True)


@pytest.mark.parametrize("version", [5, 6, 99])
def test_what_names_no_earlier_entry_corrects_nothing(version: int) -> None:
    """An import may hold a correction of itself, of a later entry, or of none there is."""
    nonsense = did.RecordCorrected(
        at=at("2020-05-05 09:00"), version=version, because="misread", replacement=None
    )
    entries = entries_of(RECEIVE, nonsense, FILE)
    assert kinds(effective_entries(entries)) == ["NotificationReceived", "AgencyReportFiled"]
    assert corrections(entries) == {}


def test_what_stands_leaves_corrections_out() -> None:
    """Each is settled: its effect is in the place of what it corrected."""
    entries = entries_of(RECEIVE, FILE)
    entries = entries_of(
        correction(entries[-1].version, REPORT_OF_CLINIC, "2020-05-18 09:00"), before=entries
    )
    assert kinds(effective_entries(entries)) == ["NotificationReceived", "AgencyReportFiled"]
    assert effective_entries(entries)[-1].event == REPORT_OF_CLINIC
    assert (
        effective_entries(entries, AsOf(recorded_by=at("2020-05-17 09:00")))[-1].event
        == entries[-2].event
    )


def test_the_record_of_an_earlier_day_is_the_beginning_of_that_of_a_later_one() -> None:
    """Nothing is ever put in between: what was known stays known."""
    entries = entries_of(*CLOSED)
    days = [entry.recorded_at for entry in entries]
    for earlier, later in pairwise(days):
        before, after = (
            entries_as_of(entries, AsOf(recorded_by=earlier)),
            entries_as_of(entries, AsOf(recorded_by=later)),
        )
        assert before == after[: len(before)]


def test_read_on_a_day_a_case_is_what_had_happened_by_its_end() -> None:
    """By the midnight of the terms: a report dated next year, by slip, is not there yet."""
    by_slip = changed(FILE, at=at("2021-05-12 16:00"))
    history = CaseHistory(entries_of(RECEIVE, by_slip), KENT, calendars.load)
    for day, filed in ((date(2021, 5, 11), 0), (date(2021, 5, 12), 1)):
        assert len(history.case(AsOf(read_on=day)).all(did.AgencyReportFiled)) == filed
    assert len(history.case().all(did.AgencyReportFiled)) == 1
    early = AsOf(happened_by=at("2022-01-01 09:00"), read_on=date(2021, 5, 11))
    assert not history.case(early).all(did.AgencyReportFiled)


def test_a_correction_to_a_day_still_to_come_reads_as_the_fact_recorded_so() -> None:
    """I-29: the report was filed on 12 May by slip, and is to come on 25 May.

    What is recorded later changes nothing in what was known on 20 May.
    """
    right = changed(FILE, at=at("2020-05-25 16:00"))
    report = recorded(did.AgencyReportFiled, right)
    filed = entries_of(RECEIVE, written(FILE, "2020-05-12 16:05"))
    corrected = entries_of(
        written(correction(filed[-1].version, report, "2020-05-13 09:00"), "2020-05-13 09:05"),
        before=filed,
    )
    later = entries_of(written(NAME_THEME, "2020-06-03 09:00"), before=corrected)
    as_it_was = AsOf(recorded_by=at("2020-05-20 09:00"), read_on=date(2020, 5, 20))
    for entries in (entries_of(RECEIVE, right), corrected, later):
        history = CaseHistory(entries, KENT, calendars.load)
        assert not history.case(AsOf(read_on=date(2020, 5, 20))).all(did.AgencyReportFiled)
        assert history.case(AsOf(read_on=date(2020, 5, 25))).all(did.AgencyReportFiled)
    for entries in (corrected, later):
        known = CaseHistory(entries, KENT, calendars.load)
        assert not known.case(as_it_was).all(did.AgencyReportFiled)


def test_what_was_dated_ahead_and_was_corrected_lies_ahead_no_more() -> None:
    """The slip is mended: nothing is left out, and nothing of the record either."""
    by_slip = entries_of(RECEIVE, changed(FILE, at=at("2021-05-12 16:00")))
    mended = entries_of(
        correction(by_slip[-1].version, recorded(did.AgencyReportFiled, FILE), "2020-05-13 09:00"),
        before=by_slip,
    )
    reading = AsOf(read_on=date(2020, 5, 20))
    assert CaseHistory(by_slip, KENT, calendars.load).lies_ahead(reading)
    history = CaseHistory(mended, KENT, calendars.load)
    assert not history.lies_ahead(reading)
    assert history.case(reading) == history.case()


def test_a_notification_that_is_dated_ahead_opens_its_case_all_the_same() -> None:
    """ToR 8.1: otherwise there would be no case, and nobody would see the wrong day."""
    history = CaseHistory(entries_of(RECEIVE, FILE), KENT, calendars.load)
    year_before = history.case(AsOf(read_on=date(2019, 5, 12)))
    assert year_before == history.case()


def test_a_part_of_a_history_is_no_history() -> None:
    """Without its first entries a case cannot be settled: corrections name versions."""
    entries = entries_of(*CLOSED)
    with pytest.raises(RecordError, match="expected entry 1 of case 'KM-2020-001'"):
        entries_as_of(entries[1:])


def test_the_entries_of_two_cases_are_no_history() -> None:
    """A correction of one case must not be settled in another."""
    entries = entries_of(*CLOSED)
    mixed = (entries[0], entries[1].model_copy(update={"case": "KM-2020-002"}))
    with pytest.raises(RecordError, match="Give all entries of one case in order"):
        entries_as_of(mixed)
