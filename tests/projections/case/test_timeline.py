"""A line an entry, told from public fields only, and whether it stands."""

from datetime import date
from itertools import chain

import pytest
from pydantic import BaseModel
from pydantic_core import to_json

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import erasure_events
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.registry import REGISTRY, clause_of, line_of
from rapid_review.domain.statement import Statement, sealed_fields
from rapid_review.domain.vocabulary import CalendarRef, Capacity
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.timeline import Standing, timeline
from tests.domain import a_review as kent
from tests.domain.a_review import CLOSED, FILE, KENT, RECEIVE, at, changed, recorded
from tests.golden.entries import ENTRIES
from tests.projections.a_record import entries_of, written
from tests.projections.canaries import CANARY, with_canaries

ENGLAND = CalendarRef(id="england-and-wales", version="2026-11-26", digest=kent.ENGLAND.digest)
RECKONED = did.DeadlineReckonedAgain(
    at=at("2020-05-12 09:00"),
    deadline="rapid-review",
    because="misread",
    counted_from=date(2020, 5, 4),
    old_due=date(2020, 5, 26),
    due=date(2020, 5, 27),
    old_calendar=ENGLAND,
    calendar=ENGLAND,
)
REPLACED = did.TermsReplaced(
    at=at("2020-05-12 09:00"), because="new", old_terms=KENT.ref, terms=KENT.ref
)
ABSENT = recorded(did.QuorumNotMet, kent.ATTEND, empty_seats=("police",))
CORRECTION = did.RecordCorrected(
    at=at("2020-05-12 09:00"),
    version=2,
    because="misread",
    replacement=recorded(did.AgencyReportFiled, FILE),
)
EVENTS = [
    entry.event
    for entry in entries_of(
        *kent.SENT,
        *(kent.DISCUSS, kent.AGREE, kent.RECONSIDER, kent.TELL_GROUP, kent.TELL_PARTNERS),
        *(kent.NOT_MET, kent.INFORM, kent.REQUEST, FILE, kent.COLLATE, kent.SHARE, kent.ACT),
        *(kent.SHARE_LEARNING, kent.WRITE, kent.ENGAGE, kent.NAME_THEME, kent.REFER_THEME),
        *(kent.LINK, kent.TO_MEMBERS, kent.CHALLENGE, kent.ANSWER),
    )
] + [
    recorded(team.PanelNotified, kent.TOLD_LATER),
    recorded(team.ActionAgreed, kent.AGREE_ACTION),
    recorded(team.ActionCompleted, kent.COMPLETE_ACTION),
    recorded(team.MinutesRecorded, kent.MINUTES),
    recorded(team.PublicationPlanned, kent.PLAN),
    recorded(team.PublicationSentAhead, kent.SEND_AHEAD),
    recorded(team.PartnersAgreedToNotify, kent.AGREE_TO_NOTIFY),
    recorded(team.AnotherAreaConcerned, kent.ANOTHER_AREA),
    recorded(team.MediaInterestNoted, kent.MEDIA),
    recorded(team.PracticeReviewMilestoneReached, kent.MILESTONE),
    recorded(team.MeetingCancelled, kent.CANCEL),
    recorded(did.ExpertInvited, kent.INVITE),
    recorded(did.PracticeReviewCommissioned, kent.COMMISSION),
    recorded(did.PracticeReviewPublished, kent.PUBLISH),
    recorded(did.PublicationWithheld, kent.WITHHOLD),
    recorded(did.CaseClosed, kent.CLOSE),
    recorded(did.CaseReopened, kent.REOPEN),
    recorded(erasure_events.HoldPlaced, kent.HOLD),
    recorded(erasure_events.HoldLiftingProposed, kent.TO_LIFT),
    recorded(erasure_events.HoldLifted, kent.LIFT),
    recorded(erasure_events.ErasureProposed, kent.TO_ERASE),
    recorded(erasure_events.ErasureApproved, kent.ERASE),
    recorded(erasure_events.ErasureVerified, kent.LOOK),
    *(kent.GONE, ABSENT, RECKONED, REPLACED, CORRECTION),
    recorded(did.CorrectionProposed, kent.TO_CORRECT),
    recorded(did.CorrectionApproved, kent.APPROVE),
    *(ENTRIES[kind].event for kind in sorted(KINDS_BESIDE_CASES)),
]
EVERYTHING = {event.kind: event for event in EVENTS}
EACH = pytest.mark.parametrize("event", EVERYTHING.values(), ids=EVERYTHING)


def test_what_is_done_instead_of_a_review_is_told() -> None:
    """ToR 1: where the criteria are not met, or a referral is not accepted."""
    found = recorded(
        did.NotificationCriteriaFoundNotMet, kent.changed(kent.NOT_MET, instead=("audit",))
    )
    assert line_of(found) == "no rapid review is called for; instead: audit"


def test_apologies_and_awaited_answers_are_told() -> None:
    """ToR 6.2, 8.9: by the seat, the day and the letter."""
    short = recorded(
        did.QuorumNotMet,
        kent.changed(kent.ATTEND, apologies=("police",), experts=()),
        empty_seats=("police",),
    )
    assert line_of(short).endswith("not quorate, empty: police; apologies: police")
    letters = (kent.ANSWER_AWAITED, kent.WRITE_BACK)
    assert [line_of(recorded(did.PanelCorrespondenceLogged, one)) for one in letters] == [
        "LET-2, sent, an answer is awaited by 2020-06-05",
        "LET-3, received, answers LET-2",
    ]


def test_every_kind_of_event_is_told() -> None:
    """One table says how, and the examples here leave no kind out."""
    assert set(REGISTRY) == set(did.EVENTS.values()) == set(map(type, EVENTS))


@EACH
def test_no_words_and_no_names_come_into_a_line(event: Statement) -> None:
    """A name in every sealed field: the line is the same as with any other words there."""
    canary = with_canaries(event)
    assert CANARY in canary.model_dump_json() or not _has_sealed(event)
    assert isinstance(event, tuple(did.EVENTS.values()))
    assert CANARY not in line_of(canary)  # type: ignore[arg-type]  # the same kind as `event`


def _has_sealed(said: BaseModel) -> bool:
    values = (getattr(said, name) for name in type(said).model_fields)
    parts = chain.from_iterable(v if isinstance(v, tuple) else (v,) for v in values)
    return bool(sealed_fields(type(said))) or any(
        _has_sealed(one) for one in parts if isinstance(one, BaseModel)
    )


def test_no_words_and_no_names_come_into_timeline_clocks_or_findings() -> None:
    """The same for a whole case: read models use public fields only."""
    entries = tuple(
        entry.model_copy(update={"event": with_canaries(entry.event)})
        for entry in entries_of(*CLOSED, kent.COMMISSION, kent.NAME_THEME)
    )
    assert CANARY in entries[0].model_dump_json()
    told = (
        timeline(entries),
        clocks(CaseHistory(entries, KENT, calendars.load), AsOf(read_on=at("2020-07-01 09:00"))),
        findings(CaseHistory(entries, KENT, calendars.load)),
    )
    assert CANARY.encode() not in to_json(told, fallback=repr)


@EACH
def test_the_timeline_cites_the_clauses_that_the_event_itself_names(event: did.AnyEvent) -> None:
    """The event's docstring opens with its clauses, or with none where only the record asks.

    A due day is the exception: the terms say by which clause its clock runs.
    """
    opening, colon, _ = (type(event).__doc__ or "").partition(": ")
    cited = opening if colon and opening.startswith("ToR") else ""
    assert clause_of(event, "kent-and-medway") == (
        event.clause if isinstance(event, did.DeadlineSet) else cited
    )


def test_a_due_day_cites_the_clause_of_the_terms() -> None:
    """What started a clock, and by which clause, is the terms' to say."""
    lines = timeline(entries_of(RECEIVE))
    assert [line.clause for line in lines] == [
        "ToR 7.3, 8.1",
        "GOV.UK: report a serious child safeguarding incident",
        "ToR 5(a), 7.3, 7.7",
        "ToR 5(a), 7.3, 7.6",
    ]
    assert lines[2].summary == (
        "rapid-review due 2020-05-27: 15 working days from 2020-05-04, "
        "calendar england-and-wales 2026-11-26"
    )


def test_a_line_has_both_times_and_who_wrote_it_down() -> None:
    """When it happened, when it was recorded, and by which role of which agency."""
    line = timeline(entries_of(RECEIVE, written(FILE, "2020-05-20 09:00")))[-1]
    assert (line.at, line.recorded_at) == (FILE.at, at("2020-05-20 09:00"))
    assert (line.role, line.agency) == ("business-support", "partnership-team")


CLINIC = recorded(did.AgencyReportFiled, changed(FILE, agency="clinic"))


def corrected(replacement: did.AnyEvent | None) -> tuple[did.AnyEvent | ask.Command, ...]:
    """Return a case whose fifth entry, a report, was corrected on 18 May."""
    return (
        RECEIVE,
        FILE,
        ask.CorrectRecord(
            at=at("2020-05-18 09:00"), version=5, because="misread", replacement=replacement
        ),
    )


def test_a_corrected_entry_is_told_as_recorded_and_marked() -> None:
    """Nothing is edited: the wrong line stays, and says which entry put it right."""
    lines = timeline(entries_of(*corrected(CLINIC)))
    assert (lines[4].summary, lines[4].standing, lines[4].corrected_by) == (
        "school",
        Standing.CORRECTED,
        6,
    )
    assert (lines[5].standing, lines[5].corrected_by) == (Standing.STANDS, None)
    assert lines[5].summary == (
        "in place of entry 5 stands AgencyReportFiled at 2020-05-12 16:00+00:00: clinic"
    )


def test_a_retracted_entry_is_marked_as_such() -> None:
    """It was recorded, and nothing is in its place."""
    lines = timeline(entries_of(*corrected(None)))
    assert (lines[4].standing, lines[4].corrected_by) == (Standing.RETRACTED, 6)
    assert lines[5].summary == "entry 5 is retracted"


def test_as_it_happened_the_right_event_stands_in_its_place() -> None:
    """The line is told as it now is, and says that it was corrected."""
    lines = timeline(entries_of(*corrected(CLINIC)), AsOf(happened_by=at("2020-05-13 09:00")))
    assert (lines[-1].version, lines[-1].summary) == (5, "clinic")
    assert (lines[-1].standing, lines[-1].corrected_by) == (Standing.STANDS, 6)


def test_before_the_correction_was_recorded_the_entry_stood() -> None:
    """As recorded on 13 May, nobody had found the mistake."""
    lines = timeline(entries_of(*corrected(CLINIC)), AsOf(recorded_by=at("2020-05-13 09:00")))
    assert (lines[-1].summary, lines[-1].standing) == ("school", Standing.STANDS)


def test_an_inquorate_meeting_says_which_seats_was_empty() -> None:
    """ToR 6.2: the line needs no name to say it."""
    assert line_of(ABSENT) == "meeting 1; not quorate, empty: police; 1 expert"


def test_a_quorate_meeting_says_who_was_represented() -> None:
    """ToR 6.2: a representative fills a seat, and the line says that it was one."""
    stood_in = kent.seated("police", capacity=Capacity.REPRESENTATIVE)
    sat = (*kent.seated(*(seat for seat in kent.SEATS if seat != "police")), *stood_in)
    said = recorded(did.QuorumConfirmed, changed(kent.ATTEND, sat=sat, experts=()))
    assert line_of(said) == "meeting 1; quorate, 5 seats filled; represented: police"
