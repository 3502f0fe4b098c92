"""The demonstration's case, filled into the template by hand, is that case in substance."""

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from rapid_review import tables
from rapid_review.domain.events import AnyEvent
from rapid_review.wire.answers import apply_lines
from tests.tables.some_tables import (
    KENT,
    NOTIFIED,
    SEATS,
    Cells,
    checked,
    filled,
    in_memory,
    rows_in,
)

CASE: Final = "KM-2020-014"
REVIEW: Final = "A local child safeguarding practice review is required"
REPORT: Final = "Agency report: "
FIRST: Final[Cells] = {
    "Case": CASE,
    "Notification reference": "PRN-2020-014",
    "Notified by": "integrated-childrens-services",
    "Class of notification": "serious-incident",
    "Notification received": "04/05/2020 09:12",
    "Incident happened on": "29 April 2020",
    "Incident known on": "01/05/2020",
    "Nature": "serious harm",
    "Where it happened": "At home, in Kent.",
    "Children": "child-1",
    "Ages of children": "under 1",
    "Panel notified": "04/05/2020 08:40",
    "Members informed": "04/05/2020",
    "Seats informed": "all",
    "Informed by": "e-mail",
    "Agencies asked on": "04/05/2020",
    "Agencies asked": "kent-police; health-visiting; integrated-childrens-services; "
    "general-practice",
    "Asked about": "child; family",
    "Agency reports due": "13/05/2020",
    f"{REPORT}health-visiting": "11/05/2020 16:20",
    f"{REPORT}integrated-childrens-services": "12/05/2020 10:05",
    f"{REPORT}kent-police": "13/05/2020 15:45",
    f"{REPORT}general-practice": "19/05/2020 17:30",
    "Reports collated": "14/05/2020 09:30",
    "Agencies collated": "health-visiting; integrated-childrens-services; kent-police",
    "Collation": "col-1",
    "Reports shared": "14/05/2020 10:00",
    "Shared with": "all",
    "Meeting convened": "14/05/2020 10:15",
    "Manner of meeting": "virtual",
    "Meeting held": "15/05/2020 14:00",
    **dict.fromkeys(SEATS, "member"),
    SEATS[1]: "no",
    "Criteria weighed": "21/05/2020 11:10",
    **{
        f"Criterion: {one}": "yes"
        for one in ("improvements-needed", "recurrent-themes", "agencies-working-together")
    },
    "Report compiled": "22/05/2020 15:00",
    "Report": "rr-1",
    "Report addresses": "all",
    "Report sent to members": "22/05/2020 15:30",
    "Report sent to Panel": "26/05/2020 16:10",
    "Panel discussed": "09/06/2020",
    "Panel feedback": "19/06/2020 11:00",
    "Panel agrees": "yes",
    "Feedback shared: rapid-review-group": "22/06/2020 09:00",
    "Feedback shared: safeguarding-partners": "22/06/2020 09:10",
    "Practice review commissioned": "22/06/2020 14:00",
    "Reviewers": "p-9",
    "Methodology": "systems-review",
    "Coordinator": "partnership-team",
    "Scope": "From the child's birth to the incident.",
    "Closed": "24/06/2020",
}
SECOND: Final[Cells] = {
    "Case": CASE,
    "Reports collated": "20/05/2020 09:00",
    "Agencies collated": "health-visiting; integrated-childrens-services; kent-police; "
    "general-practice",
    "Collation": "col-2",
    "Reports shared": "20/05/2020 09:20",
    "Shared with": "all",
    "Meeting convened": "15/05/2020 16:00",
    "Manner of meeting": "virtual",
    "Meeting held": "21/05/2020 10:00",
    **dict.fromkeys(SEATS, "member"),
    SEATS[1]: "representative",
    "Decided": "21/05/2020 11:30",
    "Outcome": REVIEW,
    "Decided by": "consensus",
    "Rationale": "Agencies worked apart.",
    "Methodology proposed": "systems-review",
    "Style proposed": "With the practitioners who knew the family.",
    "Earlier themes": "non-mobile-infants",
    "Related reviews": "none",
    "Proportionality": "One learning event and one report.",
    "Publication considered": "yes",
}
NOT_TOLD: Final = frozenset(
    {
        *("ImmediateActionRecorded", "ExpertInvited", "ChallengeRaised", "ChallengeAnswered"),
        *("LearningThemeIdentified", "ThemeReferred", "MinutesRecorded", "DeadlineSet"),
        *("PanelCorrespondenceLogged", "ActionAgreed", "PublicationPlanned"),
    }
)
"""What a table has no columns for, and the clocks, which are calculated."""
OWN: Final = frozenset(
    {
        *("at", "meets_at", "document", "person", "experts", "sat", "summary", "words"),
        *("children", "factors", "incident", "terms"),
        *("rationale", "style", "scope", "proportionality", "apologies", "panel_notified_at"),
    }
)
"""Fields that are compared on their own, or that a table has no column for."""
REPORTED: Final = ("health-visiting", "integrated-childrens-services", "kent-police")


def demonstration() -> Iterator[AnyEvent]:
    """Yield what the demonstration records, recorded as it happened."""
    reviews = in_memory()
    lines = (files("rapid_review.cli.commands.demo") / "demo_case.jsonl").read_bytes()
    for _ in apply_lines(BytesIO(lines), reviews):
        pass
    yield from (entry.event for entry in reviews.case_history(CASE).entries)


def substance(events: Iterator[AnyEvent]) -> list[tuple[str, ...]]:
    """Return what events say, but for hours, names, digests and words."""
    said: list[tuple[str, ...]] = []
    for one in events:
        if one.kind in NOT_TOLD:
            continue
        fields = {name: getattr(one, name) for name in type(one).model_fields if name not in OWN}
        day = str(KENT.local_day(one.at))
        if one.kind == "PanelDiscussionNoted":
            day = "when it was noted"
        said.append((day, *(f"{name}={value}" for name, value in sorted(fields.items()))))
    return sorted(said)


def test_the_template_filled_from_the_demonstration_gives_that_case_back() -> None:
    """Two rows, for it had two meetings and two collations."""
    agencies = [*REPORTED, "general-practice"]
    (head, *_) = rows_in(tables.template(KENT, agencies=agencies))
    reviews = in_memory()
    data = filled(FIRST, SECOND, of=list(map(str, head)))
    found = tables.check(data, "reviews.xlsx", reviews)
    assert found.problems == ()
    assert tables.record(found).cases == 1
    entries = reviews.case_history(CASE).entries
    assert substance(entry.event for entry in entries) == substance(demonstration())


def test_the_clocks_run_as_they_did() -> None:
    """The same days start and stop the same clocks."""
    reviews = in_memory()
    data = filled(FIRST, SECOND, of=[*{**FIRST, **SECOND}, _marker()])
    tables.record(tables.check(data, "reviews.xlsx", reviews))
    clocks = {
        (entry.event.deadline, entry.event.due)
        for entry in reviews.case_history(CASE).entries
        if entry.event.kind == "DeadlineSet"
    }
    assert clocks == {
        (event.deadline, event.due) for event in demonstration() if event.kind == "DeadlineSet"
    }


def _marker() -> str:
    (head, *_) = rows_in(tables.template(KENT))
    return str(head[-1])


_REVIEWS = in_memory()


@given(
    st.sets(st.sampled_from(sorted({**FIRST, **SECOND})), max_size=12),
    st.sets(st.sampled_from(sorted(SECOND)), max_size=6),
)
def test_whatever_cells_are_left_out_a_case_is_good_or_what_lacks_is_told(
    first: set[str], second: set[str]
) -> None:
    """Every step can lack any of its cells; no check ends by it."""
    left = [
        {heading: cell for heading, cell in row.items() if heading not in gone}
        for row, gone in ((FIRST, first), (SECOND, second))
    ]
    data = filled(*left, of=[*{**FIRST, **SECOND}, _marker()])
    found = tables.check(data, "reviews.xlsx", _REVIEWS)
    assert found.problems or found.cases == len(found.good)
    assert {one.row for one in found.problems} <= {2, 3}


def test_an_hour_stands_where_it_was_given_and_noon_where_not() -> None:
    """A day of which no hour is known is noon by the clocks of the partnership."""
    (told,) = checked({**NOTIFIED, "Closed": "05/05/2021 16:45"}).good
    hours = [event.at.astimezone(KENT.zone).strftime("%H:%M") for event in told.events]
    assert hours == ["12:00", "16:45"]


def test_two_meetings_are_numbered_in_the_order_of_their_rows() -> None:
    """A further row has the case and the meeting's columns alone."""
    meeting: Cells = {
        "Meeting held": datetime(2021, 5, 20, 10),  # noqa: DTZ001 - cells have no zone
        **dict.fromkeys(SEATS, "member"),
    }
    first = {**NOTIFIED, **meeting, "Meeting held": "12/05/2021"}
    (told,) = checked(first, {"Case": "KM-1", **meeting}).good
    held = [event for event in told.events if event.kind == "QuorumConfirmed"]
    assert [one.meeting for one in held] == [1, 2]
    assert told.rows == (2, 3)
