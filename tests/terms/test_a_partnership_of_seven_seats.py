"""Terms that say much at once: written with the keys of the reference page, and held to a case.

The notification came in on Friday 5 June 2026 at half past four, and counts as received on Monday
8 June. Monday 15 June and Monday 3 August 2026 were bank holidays in Scotland. Every date was
counted on paper.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import pytest

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain import commands as ask
from rapid_review.domain.commands import Command
from rapid_review.domain.vocabulary import Factor, Incident, MeetingManner, Nature
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.terms import mistakes_in_file
from rapid_review.testing.naive_judge import judge
from rapid_review.testing.stories import story
from rapid_review.testing.telling import holder
from tests.domain.a_review import DECIDE, RECEIVE, at, changed, document, seated
from tests.projections.a_record import entries_of
from tests.properties.answers import READ_ON, load
from tests.properties.test_the_two_judges import disagreements_of

FILE: Final = Path(__file__).parent / "seven-seats.toml"
REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference" / "terms-file.md"
SEVEN: Final = shipped.load_file(FILE)
SCOTLAND: Final = calendars.load("scotland")
SEATS: Final = tuple(seat.id for seat in SEVEN.seats)


def on(day: str, hour: str = "10:00") -> dict[str, Any]:
    """Return when something happened, in UTC; in summer it is an hour later in London."""
    return {"at": at(f"{day} {hour}")}


def decided(kind: type[Command], day: str, meeting: int) -> Command:
    """Return a decision for a practice review."""
    return kind.model_validate(dict(DECIDE) | on(day) | {"meeting": meeting})


def adopted(*days: str) -> Iterator[Command]:
    """Yield the adoption by each of the three partners, on a day each."""
    for partner, day in zip(SEVEN.adoption.by, days, strict=True):
        yield ask.AdoptDecision(**on(day), partner=partner)


def reported(version: int, day: str, sent: str) -> Iterator[Command]:
    """Yield a version of the report, and its sending."""
    limbs = tuple(limb.id for limb in SEVEN.national.limbs)
    paper = document(f"RR-{version}")
    yield ask.CompileReport(**on(day), version=version, limbs=limbs, document=paper)
    yield ask.SendReportToMembers(**on(sent), version=version)
    yield ask.SendReportToPanel(**on(sent, "11:00"), version=version)


def met(meeting: int, convened: str, day: str, *seats: str) -> Iterator[Command]:
    """Yield a meeting that was convened and held, with these seats filled."""
    yield ask.ConveneMeeting(
        **on(convened), meeting=meeting, meets_at=at(f"{day} 09:00"), manner=MeetingManner.VIRTUAL
    )
    yield ask.RecordAttendance(**on(day, "09:05"), meeting=meeting, sat=seated(*seats))


def told(day: str) -> Iterator[Command]:
    """Yield that everyone was told of the Panel's answer."""
    for one in SEVEN.feedback.share_with:
        yield ask.ShareFeedback(**on(day), shared_with=one)


WEIGHED: Final = tuple(
    Factor(criterion=one.id, applies=True, rationale="so") for one in SEVEN.national.criteria
)
ASKED: Final = {"police": "2026-06-09", "school": "2026-06-09", "health-visiting": "2026-06-12"}
FILED: Final = {"police": "2026-06-16", "school": "2026-06-17", "health-visiting": "2026-06-19"}
CASE: Final[tuple[Command, ...]] = (
    changed(
        RECEIVE,
        **on("2026-06-05", "15:30"),
        incident=Incident(known_on=date(2026, 6, 3), nature=Nature.DEATH),
        panel_notified_at=at("2026-06-05 15:00"),
    ),
    *(ask.InformMember(**on("2026-06-08"), seat=one, person=holder(one)) for one in SEATS[:-1]),
    ask.InformMember(**on("2026-06-09"), seat=SEATS[-1], person="P-9"),
    *(ask.RequestAgencyReport(**on(day), agency=one) for one, day in ASKED.items()),
    *(
        ask.FileAgencyReport(**on(day), agency=one, document=document(f"AR-{number}"))
        for number, (one, day) in enumerate(FILED.items())
    ),
    ask.CollateReports(**on("2026-06-22"), agencies=tuple(FILED), document=document("COL-1")),
    ask.ShareReports(**on("2026-06-22"), collation=1, seats=SEATS),
    *met(1, "2026-06-22", "2026-06-24", "independent-chair", "council", "police", SEATS[5]),
    ask.AssessCriteria(**on("2026-06-24", "09:30"), factors=WEIGHED),
    decided(ask.MakeDecision, "2026-06-24", 1),
    *adopted("2026-06-24", "2026-06-25", "2026-06-26"),
    *reported(1, "2026-06-26", "2026-06-29"),
    ask.NotePanelDiscussion(**on("2026-07-15"), discussed_on=date(2026, 7, 14)),
    ask.ReceivePanelFeedback(**on("2026-07-24"), agrees=False),
    *told("2026-07-27"),
    *met(2, "2026-07-27", "2026-07-30", "independent-chair", "council", "health", SEATS[4]),
    decided(ask.ReconsiderDecision, "2026-07-30", 2),
    *adopted("2026-07-30", "2026-07-30", "2026-07-31"),
    *reported(2, "2026-07-31", "2026-07-31"),
    ask.NotePanelDiscussion(**on("2026-08-12"), discussed_on=date(2026, 8, 11)),
    ask.ReceivePanelFeedback(**on("2026-08-25"), agrees=True),
    *told("2026-08-26"),
    ask.CommissionPracticeReview(
        **on("2026-08-28"),
        reviewers=("R-1",),
        methodology="systems-review",
        coordinator="partnership-team",
        scope="from birth",
    ),
    ask.RecordEngagement(
        **on("2026-10-01"), engagement="E-1", party="family", engaged=True, words="they spoke"
    ),
    ask.PlanPublication(**on("2027-01-05"), planned_on=date(2027, 2, 10)),
    ask.PlanPublication(**on("2027-01-20"), planned_on=date(2027, 2, 12)),
    ask.SendPublicationAhead(**on("2027-02-02"), sent_to=("national-panel", "secretary-of-state")),
    ask.PublishPracticeReview(**on("2027-02-12"), document=document("PR-1")),
    ask.CloseCase(**on("2027-02-15")),
)


class Counted(NamedTuple):
    """A clock, as it was counted on paper: from, due, stopped, and what became of it."""

    key: str
    counted_from: date
    due: date
    stopped_on: date
    state: str
    days: int


ON_PAPER: Final = (
    # From Wednesday 3 June: 4, 5, 8, 9, 10.
    Counted("notify-panel", date(2026, 6, 3), date(2026, 6, 10), date(2026, 6, 5), "met", 2),
    Counted("notify-partners", date(2026, 6, 3), date(2026, 6, 10), date(2026, 6, 5), "met", 2),
    # From Monday 8 June, day 0: 9 to 12, 16 to 19, 22 to 26, 29, 30.
    Counted("rapid-review", date(2026, 6, 8), date(2026, 6, 30), date(2026, 6, 29), "met", 14),
    Counted("all-informed", date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 9), "met", 1),
    Counted("all-asked", date(2026, 6, 8), date(2026, 6, 11), date(2026, 6, 12), "met-late", 4),
    Counted("all-filed", date(2026, 6, 8), date(2026, 6, 19), date(2026, 6, 19), "met", 8),
    Counted("adoption", date(2026, 6, 8), date(2026, 6, 25), date(2026, 6, 26), "met-late", 13),
    # From Tuesday 14 July: 15 to 17, 20 to 24, 27, 28; and from Tuesday 11 August.
    Counted("panel-feedback", date(2026, 7, 14), date(2026, 7, 28), date(2026, 7, 24), "met", 8),
    Counted(
        "panel-feedback-round-2",
        date(2026, 8, 11),
        date(2026, 8, 25),
        date(2026, 8, 25),
        "met",
        10,
    ),
    # Six months after 28 August.
    Counted("publication", date(2026, 8, 28), date(2027, 2, 28), date(2027, 2, 12), "met", 168),
    # Back from Friday 12 February: 11, 10, 9, 8, 5, 4, 3; eight were left on the 2nd.
    Counted("notice", date(2027, 2, 12), date(2027, 2, 3), date(2027, 2, 2), "met", 8),
)


def read() -> dict[str, ClockReading]:
    """Return every clock of the case, on 1 March 2027."""
    history = CaseHistory(entries_of(*CASE, terms=SEVEN, calendar=SCOTLAND), SEVEN, load)
    return {one.key: one for one in clocks(history, AsOf(read_on=date(2027, 3, 1)))}


@pytest.mark.parametrize("clock", ON_PAPER, ids=lambda clock: clock.key)
def test_every_date_is_the_one_that_was_counted_on_paper(clock: Counted) -> None:
    """ToR 5(a), 7.3, 7.8: receipt, milestones that wait for all, rounds, and notice."""
    one = read()[clock.key]
    found = (one.counted_from, one.due, one.stopped_on, str(one.state), one.days_taken)
    assert found == clock[1:]


def test_no_clock_of_the_case_was_left_out_on_paper() -> None:
    """And the adoption runs once, although the second decision was adopted too."""
    assert read().keys() == {one.key for one in ON_PAPER}


def test_nothing_is_found_wrong_with_the_case() -> None:
    """ToR 6.2: chair, two of three and one of two are there, and the adviser is in no quorum."""
    entries = entries_of(*CASE, terms=SEVEN, calendar=SCOTLAND)
    assert findings(CaseHistory(entries, SEVEN, load)) == ()
    naive = judge(entries, SEVEN, calendars=load, read_on=date(2027, 3, 1))
    assert naive.findings == frozenset()


def test_the_file_has_no_mistake() -> None:
    """Its references lead somewhere."""
    covered = {SCOTLAND.id: (SCOTLAND.covers_from, SCOTLAND.covers_to)}
    assert mistakes_in_file(FILE, calendars=covered) == ()


def test_the_file_is_written_with_the_keys_of_the_reference_alone() -> None:
    """Every key that it uses is on the page."""
    page = set(re.findall(r"^\| `(\w+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE))
    used = set(keys_in(tomllib.loads(FILE.read_text(encoding="utf-8"))))
    assert used - page == {"any_of", "at_least", "of"}  # forms of a quorum, in a table of its own
    assert {"receipt", "votes", "stops_when", "each_time", "before", "state"} <= used


def keys_in(value: object) -> Iterator[str]:
    """Yield every key of a file, wherever it stands."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, object]", value).items():
            yield key
            yield from keys_in(inner)
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from keys_in(one)


def test_both_judges_say_the_same_of_stories_under_these_terms() -> None:
    """ToR 1 to 8: two hundred of them."""
    for seed in range(200):
        one = story(seed, (SEVEN,), SCOTLAND)
        assert list(disagreements_of(one, AsOf(read_on=READ_ON))) == [], seed
