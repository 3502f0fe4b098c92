"""Of a review that is changed in one place, both judges say the same; each finding says all.

The stories of a partnership's many cases seldom come to the edge of a rule. These do, each to one.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from docs.traceability import cited
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.rules.contradictions import CONTRADICTIONS
from rapid_review.domain.rules.finding import Finding, Kind, Verdict
from rapid_review.domain.rules.order_of_days import ORDERS
from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.domain.terms.quorum import AllOf
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import DutyState, duties
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.judgement import judgement
from rapid_review.testing.oracle import disagreements_in
from tests.properties import breaking
from tests.properties.answers import load
from tests.properties.breaking import Breach
from tests.testing import test_naive_judge as naive
from tests.testing.a_story import (
    ATTEND,
    CLOSE,
    CONVENE,
    DECIDE,
    DOCUMENT,
    INFORMED,
    KENT,
    READ_ON,
    RECEIPT,
    SEATS,
    WHOLE,
    WITHOUT_PRACTICE_REVIEW,
    Step,
    Story,
    but,
    entries_of,
    sat,
    step,
    varied,
    with_steps,
)
from tests.testing.test_naive_times import (
    SET,
    answered_on_the_day_of_the_second_sending,
    correction,
)

ON_THAT_DAY: Final = AsOf(read_on=READ_ON)
RECEIVED_ON: Final = date(2020, 5, 4)
DAY: Final = timedelta(days=1)
CHANGED: Final = [
    *((changes, terms) for changes, terms, _ in naive.VALUES),
    *((changes, KENT) for changes, _ in naive.NEEDS),
    *((changes, KENT) for changes, _ in naive.BARS),
    *((changes, KENT) for changes, _ in naive.ORDERS),
    *((changes, KENT) for changes, _ in naive.CONTRADICTIONS),
]
REPRESENTED: Final = [
    *sat(*(one for one in SEATS if one != "police")),
    {"seat": "police", "person": "P-2", "capacity": "representative"},
]
TOLD_EARLY: Final = but(
    RECEIPT,
    incident={"happened_on": "2020-05-01", "known_on": None, "nature": "serious-harm"},
)
"""Nobody knows when the authority learnt of it; the Panel was told no earlier than it happened."""
BREACHES: Final = [
    *breaking.RULES.values(),
    *breaking.ORDERS.values(),
    *breaking.CONTRADICTIONS.values(),
    *breaking.DUTIES.values(),
]


def _history(story: Story, terms: Terms = KENT, *earlier: Terms) -> CaseHistory:
    return CaseHistory(entries_of(story), terms, load, earlier)


@pytest.mark.parametrize(("changes", "terms"), CHANGED)
def test_both_judges_say_the_same_of_a_review_changed_in_one_place(
    changes: Mapping[str, Step | None], terms: Terms
) -> None:
    """ToR 1 to 8: whatever is found, of whichever entry, and whatever is owed."""
    history = _history(with_steps(WHOLE, dict(changes)), terms)
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


EDGES: Final[list[tuple[Mapping[str, Step], set[str]]]] = [
    ({"convene": but(CONVENE, meets_at="2020-05-17T13:00Z")}, {"attended-on-another-day"}),
    ({"convene": but(CONVENE, meets_at="2020-05-18T23:30Z")}, set()),
    (
        {
            "receipt": but(RECEIPT, panel_notified_at=None),
            "more": step("PanelNotified", "05-06", notified_at="2020-05-06T08:00Z"),
        },
        set(),
    ),
    (
        {"more": step("PanelNotified", "05-06", notified_at="2020-05-06T08:00Z")},
        {"panel-told-on-two-days"},
    ),
    ({"more": step("PanelFeedbackReceived", "06-12 08:00", agrees=True)}, set()),
    ({"engage": but(WHOLE["engage"], at="12-15 23:00")}, set()),
    (
        {
            "decide": but(DECIDE, related_reviews=[]),
            "link": step(
                "ProcessLinked", "05-20", process="safeguarding-adult-review", reference="R"
            ),
        },
        set(),
    ),
    ({"attend": but(ATTEND, apologies=["police"], sat=REPRESENTED)}, set()),
    ({"attend": but(ATTEND, apologies=["designated-health"])}, set()),  # doctor and nurse, I-4
    ({"receipt": but(TOLD_EARLY, panel_notified_at="2020-04-30T22:59Z")}, {"date-inside"}),
    ({"receipt": but(TOLD_EARLY, panel_notified_at="2020-04-30T23:01Z")}, set()),
    (
        {
            "receipt": but(TOLD_EARLY, panel_notified_at=None),
            "more": step("PanelNotified", "05-06", notified_at="2020-04-30T08:00Z"),
        },
        {"date-inside"},
    ),
]
"""What is changed, and all that is found: on the last day on which it is right, or after it."""


@pytest.mark.parametrize(("changes", "expected"), EDGES)
def test_what_is_right_until_the_last_day_is_found_from_the_next(
    changes: Mapping[str, Step], expected: set[str]
) -> None:
    """ToR 3.2, 4(e), 6.2, 7.6, 8.1, 8.5: and the second judge says so as well."""
    history = _history(with_steps(WHOLE, dict(changes)))
    assert {one.finding.code for one in findings(history, ON_THAT_DAY)} == expected
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


@pytest.mark.parametrize(
    ("end", "day", "expected"),
    [
        ("unmet", "05-18 20:00", set()),
        ("unmet", "05-20", {("everyone-was-told", "irregular")}),
        ("duplicate", "05-18 20:00", set()),
        ("duplicate", "05-20", {("everyone-was-told", "irregular")}),
    ],
)
def test_what_lets_a_case_close_without_the_panel_is_found_if_it_came_only_later(
    end: str, day: str, expected: set[tuple[str, str]]
) -> None:
    """ToR 7.9, I-7, I-13: the closing is of 18 May, and nothing of what it needs is missing."""
    ends = {
        "unmet": step("NotificationCriteriaFoundNotMet", day, because="an accident"),
        "duplicate": step("ProcessLinked", day, process="duplicate-of", reference="KM-2"),
    }
    history = _history(
        {"receipt": RECEIPT, **INFORMED, "close": but(CLOSE, at="05-18"), "end": ends[end]}
    )
    found = {(one.finding.code, str(one.finding.verdict)) for one in findings(history)}
    assert found == expected
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


@pytest.mark.parametrize("first", ["police", "press"])
def test_who_may_not_fill_one_seat_fills_the_next_that_names_them(first: str) -> None:
    """ToR 6.2, I-6, I-18: the nurse stood for a seat where nobody may, and held her own."""
    seats = tuple(
        seat.model_copy(update={"representative_allowed": seat.id != "police"})
        for seat in KENT.seats
    )
    nurse = {"seat": first, "person": "P-designated-health", "capacity": "representative"}
    attend = but(ATTEND, sat=[nurse, *sat(*SEATS)])
    history = _history(with_steps(WHOLE, {"attend": attend}), varied(seats=seats))
    assert "meeting-is-quorate" not in {one.code for one in _found_in(history)}
    assert "one-person-one-seat" in {one.code for one in _found_in(history)}
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


NEW_SEAT: Final = {"seats": (*KENT.seats, KENT.seats[0].model_copy(update={"id": "housing"}))}
NEW_RECIPIENT: Final = {
    "feedback": KENT.feedback.model_copy(
        update={"share_with": (*KENT.feedback.share_with, "schools")}
    )
}


@pytest.mark.parametrize(
    ("more", "day", "expected"),
    [
        # ToR 7.2, 8.2: nobody informs a seat that was made after the review's due day, 27 May.
        (NEW_SEAT, "05-27", {"housing"}),
        (NEW_SEAT, "05-28", set()),
        # ToR 7.9: nor tells a new recipient what the Panel answered, once the case was closed.
        (NEW_RECIPIENT, "12-16", {"schools"}),
        (NEW_RECIPIENT, "12-17", set()),
    ],
)
def test_what_other_terms_ask_once_its_time_is_over_is_not_owed(
    more: Mapping[str, object], day: str, expected: set[str]
) -> None:
    """ToR 7.2, 7.9, 8.2: by the review's due day, or the closing; the second judge agrees."""
    later = varied(id="kent-and-medway-2020-12", digest=f"sha256:{'b' * 64}", **more)
    refs = [terms.ref.model_dump(mode="json") for terms in (KENT, later)]
    said = {"because": "a new edition", "old_terms": refs[0], "terms": refs[1]}
    history = _history({**WHOLE, "replaced": step("TermsReplaced", day, **said)}, later, KENT)
    left = [one for one in duties(history, ON_THAT_DAY) if one.state is DutyState.FOUND]
    assert {one.subject for one in left} == expected
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


@pytest.mark.parametrize(("day", "owed"), [("05-14 17:00", set(SEATS)), ("05-15", set())])
def test_what_was_sent_is_the_collation_of_its_number_by_then(day: str, owed: set[str]) -> None:
    """ToR 7.5, 8.4, I-25: a record from elsewhere gives the number 1 to two collations."""
    again = but(WHOLE["collate"], at="05-15 09:00", agencies=["school", "gp"])
    story = with_steps(
        WHOLE,
        {
            "late": but(WHOLE["file"], at="05-15 08:00", agency="gp"),
            "collated again": again,
            "shared again": but(WHOLE["share"], at=day),
        },
    )
    history = _history(story)
    left = [one for one in duties(history, ON_THAT_DAY) if one.state is DutyState.FOUND]
    assert {one.subject for one in left if one.code == "share-reports"} == owed
    assert len(left) == len(owed)
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


NATIONAL: Final = with_steps(
    WITHOUT_PRACTICE_REVIEW,
    {"decide": but(WITHOUT_PRACTICE_REVIEW["decide"], outcomes=["national-review-suggested"])},
)
UNCOMMISSIONED: Final[dict[str, Step | None]] = {
    "commission": None,
    "engage": None,
    "publish": None,
}


@pytest.mark.parametrize(
    ("story", "outcome", "said", "expected"),
    [
        (WHOLE, "local-practice-review", {"code": "lcspr"}, set()),
        (
            with_steps(WHOLE, UNCOMMISSIONED),
            "local-practice-review",
            {"code": "lcspr"},
            {"commission"},
        ),
        (NATIONAL, "national-review-suggested", {"practice_review": True}, set()),
        (
            with_steps(NATIONAL, {one: WHOLE[one] for one in UNCOMMISSIONED}),
            "national-review-suggested",
            {"practice_review": True},
            {"practice-review-was-decided"},
        ),
    ],
)
def test_a_decision_asks_for_a_practice_review_by_the_terms_of_its_day(
    story: Story, outcome: str, said: Mapping[str, object], expected: set[str]
) -> None:
    """ToR 2.1, 8.10, I-24: new terms of June call an outcome otherwise, or want more of it."""
    outcomes = tuple(
        one.model_copy(update=said) if one.code == outcome else one
        for one in KENT.decision.outcomes
    )
    decision = KENT.decision.model_copy(update={"outcomes": outcomes})
    later = varied(id="kent-and-medway-2020-06", digest=f"sha256:{'b' * 64}", decision=decision)
    refs = [terms.ref.model_dump(mode="json") for terms in (KENT, later)]
    replaced = {"because": "a new edition", "old_terms": refs[0], "terms": refs[1]}
    history = _history(
        {**story, "replaced": step("TermsReplaced", "06-20", **replaced)}, later, KENT
    )
    assert {one.code for one in _found_in(history)} == expected
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_a_due_day_is_held_to_what_was_recorded_by_then() -> None:
    """ToR 7.3: counted from the 5th, as the receipt was corrected to only in June."""
    set_from_the_fifth = SET | {"counted_from": "2020-05-05", "due": "2020-05-28"}
    story: Story = {
        "receipt": RECEIPT,
        "set": set_from_the_fifth,
        "corrected": correction(1, but(RECEIPT, at="05-05 09:30"), at="06-01"),
    }
    before = ON_THAT_DAY._replace(recorded_by=datetime(2020, 5, 20, tzinfo=UTC))
    for as_of, expected in ((before, {"due-day-differs"}), (ON_THAT_DAY, set[str]())):
        found = findings(_history(story), as_of)
        assert {one.finding.code for one in found} == expected
        assert list(disagreements_in("T-1", _history(story), as_of)) == []


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"due": "2020-06-03", "length": 20}, "a length of 20 working days, and"),
        ({"due": "2020-06-04", "length": 1, "unit": "months"}, "a length of 1 month, and"),
        (
            {"due": "2020-05-26", "counts_day_of_start": True},
            "a length of 15 working days, the first day counted, and",
        ),
    ],
)
def test_a_clock_that_a_history_gives_another_length_than_its_terms_is_found(
    said: Step, because: str
) -> None:
    """ToR 5(a): fifteen working days; what another length gives is no due day of these terms."""
    history = _history(with_steps(WHOLE, {"set": SET | said}))
    (found,) = findings(history, ON_THAT_DAY)
    assert (found.kind, found.finding.code) == ("DeadlineSet", "due-day-differs")
    assert history.entries[(found.version or 0) - 1].event.kind == "DeadlineSet"
    assert found.finding.because == (
        f"rapid-review is recorded with {because} the terms give it 15 working days"
    )
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_a_clock_may_have_the_length_that_terms_gave_it_before_they_were_replaced() -> None:
    """ToR 5(a): running clocks keep their length (reading I-24)."""
    of_twenty = tuple(
        one.model_copy(update={"length": 20}) if one.id == "rapid-review" else one
        for one in KENT.deadlines
    )
    before = varied(id="kent-and-medway-2020-04", digest=f"sha256:{'c' * 64}", deadlines=of_twenty)
    story = with_steps(WHOLE, {"set": SET | {"due": "2020-06-03", "length": 20}})
    assert findings(_history(story, KENT, before), ON_THAT_DAY) == ()


WITH_A_MEETING = varied(
    deadlines=(
        *KENT.deadlines,
        KENT.clocks["decision"].model_copy(
            update={"id": "meeting", "stops_on": "QuorumConfirmed.at", "length": 20}
        ),
    )
)
"""Terms that want a quorate meeting within 20 working days."""


@pytest.mark.parametrize("called", ["QuorumConfirmed", "QuorumNotMet"])
@pytest.mark.parametrize(
    ("sat_there", "state"), [(SEATS, ClockState.MET), (SEATS[1:], ClockState.OVERDUE)]
)
def test_a_clock_that_waits_for_a_quorate_meeting_asks_the_seats(
    called: str, sat_there: list[str], state: ClockState
) -> None:
    """ToR 6.2: whatever somebody called the meeting, or corrected it to."""
    attend = but(ATTEND, kind=called, sat=sat(*sat_there))
    if called == "QuorumNotMet":
        attend = but(attend, empty_seats=[SEATS[0]])
    history = _history(with_steps(WHOLE, {"attend": attend}), WITH_A_MEETING)
    (meeting,) = (one for one in clocks(history, ON_THAT_DAY) if one.rule.id == "meeting")
    assert meeting.state is state
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_a_clock_that_waits_for_a_quorum_asks_by_the_terms_of_the_day_of_the_meeting() -> None:
    """ToR 6.2: terms of June have a seat more; the meeting was in May."""
    housing = KENT.seats[0].model_copy(update={"id": "housing"})
    later = varied(
        id="kent-and-medway-2020-06",
        digest=f"sha256:{'b' * 64}",
        deadlines=WITH_A_MEETING.deadlines,
        seats=(*KENT.seats, housing),
        quorum=KENT.quorum.model_copy(update={"needs": AllOf(all_of=(*SEATS, "housing"))}),
    )
    refs = [terms.ref.model_dump(mode="json") for terms in (WITH_A_MEETING, later)]
    said = {"because": "a new edition", "old_terms": refs[0], "terms": refs[1]}
    received = but(RECEIPT, terms=refs[0])
    for day, state in (("06-01", ClockState.MET), ("05-18", ClockState.OVERDUE)):
        story = {**WHOLE, "receipt": received, "replaced": step("TermsReplaced", day, **said)}
        history = _history(story, later, WITH_A_MEETING)
        (meeting,) = (one for one in clocks(history, ON_THAT_DAY) if one.rule.id == "meeting")
        assert meeting.state is state
        assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ({"at": "05-11"}, {"at": "05-15"}, {"school"}),
        ({"at": "05-11", "nil_return": True}, {"at": "05-15"}, {"school"}),
        ({"at": "05-11"}, {"at": "05-14"}, set()),
        ({"at": "05-11"}, {"at": "05-15", "nil_return": True}, set()),
        ({"at": "05-11"}, {"at": "05-19"}, set()),
    ],
    ids=["after it", "after nothing was known", "on its day", "knowing nothing", "too late"],
)
def test_a_second_report_of_an_agency_is_collated_again(
    first: dict[str, object], second: dict[str, object], left: set[str]
) -> None:
    """ToR 7.5: the collation is of the 14th, and the decision of the 19th (reading I-25)."""
    reports = [
        step("AgencyReportFiled", f"{one.pop('at')}", agency="school", **one)
        for one in (dict(first), dict(second))
    ]
    history = _history(with_steps(WHOLE, {"file": reports[0], "again": reports[1]}))
    owed = duties(history, ON_THAT_DAY)
    undone = {one.subject for one in owed if one.code == "collate" and one.subject}
    assert undone == left
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


@pytest.mark.parametrize("breach", BREACHES)
def test_both_judges_say_the_same_of_a_review_that_breaks_one_rule(breach: Breach) -> None:
    """ToR 1 to 8: and of what cannot but be broken with it."""
    assert list(disagreements_in("T-1", _history(breach.story, breach.terms), ON_THAT_DAY)) == []


# --- What a finding says


def _histories() -> Iterator[CaseHistory]:
    yield from (_history(one.story, one.terms) for one in BREACHES)
    for changes, terms in CHANGED:
        yield _history(with_steps(WHOLE, dict(changes)), terms)


def _found_in(history: CaseHistory) -> Iterator[Finding]:
    yield from (one.finding for one in findings(history, ON_THAT_DAY))
    undone = duties(history, ON_THAT_DAY)
    yield from (one.finding for one in undone if one.state is DutyState.FOUND)


def test_every_finding_says_what_is_wrong_and_what_to_do_next() -> None:
    """ToR 1 to 8: two texts for people; the first names a fault, and bids nobody do anything."""
    codes = set[tuple[Kind, str]]()
    for history in _histories():
        for one in _found_in(history):
            codes.add((one.kind, one.code))
            assert " " in one.because, one
            assert not one.because.endswith("."), one
            assert "None" not in f"{one.because} {one.way_on}", one
            assert one.way_on.endswith("."), one
            assert one.way_on != one.because
            assert one.code == one.code.lower()
            assert one.verdict is not Verdict.HOLDS
    assert {kind for kind, _ in codes} == set(Kind)
    assert len(codes) > 70


def test_an_order_or_a_contradiction_cites_what_its_table_names() -> None:
    """ToR 1 to 8: its clause, or the record where no clause speaks; each is irregular."""
    codes = set[str]()
    for history in _histories():
        for one in _found_in(history):
            if one.kind not in {Kind.ORDER, Kind.CONTRADICTION}:
                continue
            codes.add(one.code)
            allowed = {clause.ref for clause in TABLES[one.code]}
            if one.kind is Kind.ORDER:
                allowed.add(RECORD)
            if one.code in OF_THE_TERMS:
                allowed = {KENT.decision.clause}
            assert one.clause in allowed
            assert one.verdict is Verdict.IRREGULAR
    assert codes == set(TABLES)


TABLES: Final = {**ORDERS, **CONTRADICTIONS}
OF_THE_TERMS: Final = frozenset({"consensus-with-dissent", "outcomes-exclude-each-other"})
"""What cites the clause that the terms themselves name for the decision."""


def test_a_rule_that_holds_says_where_it_is_written() -> None:
    """ToR 1 to 8: so that it can be cited, too, that a step was in order."""
    for history in _histories():
        events = [entry.event for entry in history.entries]
        whole = history.case(ON_THAT_DAY)
        for event in events:
            row = REGISTRY[type(event)]
            for rule in (*row.rules, *row.bars, *row.needs):
                found = rule(event, whole, history.terms)
                assert found.clause == RECORD or cited(found.clause), rule


def test_a_decision_that_names_no_methodology_has_no_wrong_word() -> None:
    """ToR 5(c): it asks for no practice review, and so for none of the methodologies."""
    terms = varied(vocabulary=Vocabulary(methodologies=("systems-review",)))
    history = _history(WITHOUT_PRACTICE_REVIEW, terms)
    assert not findings(history, ON_THAT_DAY)


@pytest.mark.parametrize(("until", "end"), [(date(2023, 12, 14), " to 2023-12-14"), (None, "")])
def test_terms_that_are_not_in_force_are_named_with_their_days(
    until: date | None, end: str
) -> None:
    """ToR 2.1: the last of them, if they have one."""
    terms = varied(in_force_to=until)
    history = _history(breaking.ORDERS["terms-out-of-force"].story, terms)
    (found,) = (one.finding for one in findings(history, ON_THAT_DAY))
    assert found.because == (
        f"the case opened on 2020-04-30, and terms {KENT.id} is in force from 2020-05-01{end}"
    )


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (RECEIVED_ON, None, set()),
        (date(2020, 5, 1), RECEIVED_ON, set()),
        (RECEIVED_ON + DAY, None, {"terms-out-of-force"}),
        (date(2020, 5, 1), RECEIVED_ON - DAY, {"terms-out-of-force"}),
    ],
    ids=["from that day", "to that day", "from the next", "to the one before"],
)
def test_terms_are_in_force_on_their_first_and_their_last_day(
    since: date, until: date | None, expected: set[str]
) -> None:
    """ToR 2.1: a case may open on either."""
    history = _history(WHOLE, varied(in_force_from=since, in_force_to=until))
    assert {one.finding.code for one in findings(history, ON_THAT_DAY)} == expected
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_a_plan_that_lies_before_its_own_day_is_named_with_both_days() -> None:
    """ToR 7.4: asked for on the 6th, to be there on the 5th."""
    asked = step("AgencyReportRequested", "05-06", agency="school", due_on="2020-05-05")
    (found,) = findings(_history(with_steps(WHOLE, {"ask": asked})), ON_THAT_DAY)
    assert found.finding.because == (
        "the report is due on 2020-05-05, before it was asked for on 2020-05-06"
    )


@pytest.mark.parametrize(("day", "state"), [("05-19 09:00", "found"), ("05-20", "done")])
def test_a_collation_of_the_day_of_the_decision_is_for_it(day: str, state: str) -> None:
    """ToR 7.5: it holds the latest reports by then; a later one need not be sent to anybody."""
    second = but(WHOLE["collate"], at=day, collation=2, document=but(DOCUMENT, reference="COL-2"))
    history = _history(with_steps(WHOLE, {"second": second}))
    shared = {one.state for one in duties(history, ON_THAT_DAY) if one.code == "share-reports"}
    assert shared == {DutyState(state)}
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_a_meeting_that_was_called_off_is_still_to_be_convened() -> None:
    """ToR 8.5: nobody waits for it any more (reading I-31)."""
    story: Story = {
        "receipt": RECEIPT,
        "convene": CONVENE,
        "cancelled": step("MeetingCancelled", "05-18", meeting=1, because="the chair is ill"),
        "second": but(CONVENE, meeting=2),
    }
    for steps, state in ((3, DutyState.FOUND), (4, DutyState.DONE)):
        history = _history(dict(list(story.items())[:steps]))
        (convene,) = (one for one in duties(history, ON_THAT_DAY) if one.code == "convene")
        assert convene.state is state
        assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_the_seats_decide_about_a_meeting_before_new_terms_as_well() -> None:
    """ToR 6.2: it was called short, every seat was filled, and the terms were then replaced."""
    later = varied(id="kent-and-medway-2020-06", digest=f"sha256:{'b' * 64}")
    refs = [terms.ref.model_dump(mode="json") for terms in (KENT, later)]
    said = {"because": "a new edition", "old_terms": refs[0], "terms": refs[1]}
    short = but(ATTEND, kind="QuorumNotMet", empty_seats=[SEATS[0]])
    story = with_steps(
        WHOLE, {"attend": short, "replaced": step("TermsReplaced", "06-01", **said)}
    )
    history = _history(story, later, KENT)
    assert findings(history, ON_THAT_DAY) == ()
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


SECOND_REPORT: Final = step("AgencyReportFiled", "05-15", agency="school")
TWO: Final = {"document": but(DOCUMENT, reference="COL-2"), "collation": 2, "agencies": ["school"]}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"again": SECOND_REPORT, "two": step("ReportsCollated", "05-20", **TWO)}, "found"),
        (
            {
                "again": SECOND_REPORT,
                "two": step("ReportsCollated", "05-20", **TWO),
                "share": step("ReportsShared", "05-21", collation=2, seats=SEATS),
            },
            "done",
        ),
        (
            {
                "two": step("ReportsCollated", "05-20", **TWO),
                "share": step("ReportsShared", "05-21", collation=2, seats=SEATS),
            },
            "done",
        ),
        (
            {
                "two": step("ReportsCollated", "05-15", **TWO),
                "share": step("ReportsShared", "05-15 11:00", collation=1, seats=SEATS),
            },
            "found",
        ),
    ],
    ids=["left out", "left out and sent late", "sent late", "an earlier one"],
)
def test_members_need_a_collation_with_the_latest_report_of_each_agency(
    changes: Mapping[str, Step], state: str
) -> None:
    """ToR 7.5: of a report that was collated after the decision too (reading I-25)."""
    history = _history(with_steps(WHOLE, dict(changes)))
    shared = {one.state for one in duties(history, ON_THAT_DAY) if one.code == "share-reports"}
    assert shared == {DutyState(state)}
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_of_the_length_of_a_clock_nothing_is_said_where_terms_are_missing() -> None:
    """ToR 5(a): they may have given it; the case was moved to these terms meanwhile."""
    missing = varied(id="kent-and-medway-2020-04", digest=f"sha256:{'c' * 64}")
    refs = [terms.ref.model_dump(mode="json") for terms in (missing, KENT)]
    story = with_steps(
        WHOLE,
        {
            "receipt": but(RECEIPT, terms=refs[0]),
            "set": SET | {"due": "2020-06-03", "length": 20},
            "replaced": step(
                "TermsReplaced", "05-05", because="lost", old_terms=refs[0], terms=refs[1]
            ),
        },
    )
    for earlier, expected in (((), set()), ((missing,), {"due-day-differs"})):
        history = _history(story, KENT, *earlier)
        assert {one.finding.code for one in findings(history, ON_THAT_DAY)} == expected
        assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []


def test_a_clock_names_the_finding_of_the_meeting_that_stopped_it_by_its_seats() -> None:
    """ToR 6.2: it was called short, every seat was filled, and the expert's word came too late."""
    attend = but(ATTEND, kind="QuorumNotMet", empty_seats=[SEATS[0]], at="05-21 13:05")
    history = _history(with_steps(WHOLE, {"attend": attend}), WITH_A_MEETING)
    (meeting,) = (
        one for one in judgement(history, ON_THAT_DAY).clocks if one.rule.id == "meeting"
    )
    assert meeting.stop_findings == ("attended-on-another-day",)


def test_what_is_found_stands_in_the_order_of_the_entries() -> None:
    """ToR 6.2, 7.7: what was recorded too early too, although it is asked first."""
    short = but(ATTEND, sat=sat(*SEATS[1:]), kind="QuorumNotMet", empty_seats=[SEATS[0]])
    early = but(WHOLE["to panel"], recorded="05-20 09:59")
    story = with_steps(WHOLE, {"attend": short, "to panel": early, "set": SET | {"length": 20}})
    versions = [one.version for one in findings(_history(story), ON_THAT_DAY)]
    assert len(set(versions)) > 2
    assert versions == sorted(versions, key=lambda version: version or 0)


@pytest.mark.parametrize("hour", ["09:00", "17:00"])
def test_an_answer_of_the_day_of_the_second_sending_is_to_the_first(hour: str) -> None:
    """ToR 7.8, 7.9, I-23: both judges wait for another answer, whatever the hour."""
    history = _history(answered_on_the_day_of_the_second_sending(hour))
    assert list(disagreements_in("T-1", history, ON_THAT_DAY)) == []
    assert "everyone-was-told" in {one.code for one in _found_in(history)}
