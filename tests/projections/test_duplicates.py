"""ToR 8.1: one notification that came in twice: which cases look alike, and which are linked.

The notification PRN-2020-007 of Monday 4 May 2020 is of one child, and of an incident of 30 April.
"""

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.vocabulary import AgeBand, Child, Incident, Nature
from rapid_review.exports.analytics.tables import rows, tabled
from rapid_review.exports.pseudonyms import as_recorded
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory
from rapid_review.projections.duplicates import (
    MANY,
    Alike,
    Amiss,
    LinkedDuplicate,
    LookAlikes,
    Notified,
    Openings,
    linked,
    look_alikes,
    notified_as_of,
    plainly,
)
from rapid_review.projections.learning import learning_of
from tests.domain.a_review import KENT, RECEIVE, at, changed, recorded
from tests.projections.a_record import Written, entries_of, written

THE_DAY: Final = date(2020, 4, 30)
FIRST: Final = Notified("KM-2020-007", "kent-ics", "PRN-7", THE_DAY, frozenset({"C-1"}))


def like(case: str, **other: object) -> Notified:
    """Return what another case says: another reference, on another day, unless it is given."""
    said = {"reference": f"PRN-{case}", "happened_on": None, "children": frozenset({case})}
    told: dict[str, object] = {"case": case, "source": FIRST.source, **said, **other}
    return Notified(**told)  # type: ignore[arg-type]  # as each test gives them


def of(other: Notified) -> tuple[Alike, ...]:
    """Return by what another case looks like the first."""
    found = look_alikes([FIRST, other])
    return found[0].by if found else ()


# --- The three reasons


@pytest.mark.parametrize(
    ("reference", "source", "alike"),
    [
        ("PRN-7", "kent-ics", True),
        ("prn-07", "kent-ics", True),
        ("PRN-8", "kent-ics", False),
        ("PRN-70", "kent-ics", False),
        ("PRN-7", "medway-ics", False),
    ],
)
def test_the_same_source_and_reference_are_one_notification(
    reference: str, source: str, *, alike: bool
) -> None:
    """ToR 8.1: another council may well use the same numbers."""
    found = of(like("KM-1", reference=reference, source=source))
    assert found == ((Alike.NOTIFICATION,) if alike else ())


@pytest.mark.parametrize(
    ("case", "alike"),
    [
        ("km-2020-007", True),
        ("KM-2020-7", True),
        ("Km-02020-0007", True),
        ("KM-2020-70", False),
        ("KM-2020-008", False),
        ("KM-20-20-007", False),
        ("KM/2020/007", False),
    ],
)
def test_references_that_differ_in_capitals_or_noughts_are_alike(
    case: str, *, alike: bool
) -> None:
    """Noughts count where they are more than the beginning of a number."""
    found = of(like(case))
    assert found == ((Alike.REFERENCES,) if alike else ())


@pytest.mark.parametrize(
    ("happened_on", "source", "children", "alike"),
    [
        (THE_DAY, "kent-ics", {"C-1"}, True),
        (date(2020, 5, 1), "kent-ics", {"C-1"}, False),
        (THE_DAY, "medway-ics", {"C-1"}, False),
        (THE_DAY, "kent-ics", {"C-1", "C-2"}, False),
        (None, "kent-ics", {"C-1"}, False),
    ],
)
def test_the_same_incident_of_the_same_children_from_the_same_source_is_alike(
    happened_on: date | None, source: str, children: set[str], *, alike: bool
) -> None:
    """ToR 7.3: another child, another day or another source is another matter."""
    other = like("KM-1", happened_on=happened_on, source=source, children=frozenset(children))
    assert of(other) == ((Alike.INCIDENT,) if alike else ())


def test_two_incidents_of_an_unknown_day_are_not_alike() -> None:
    """Nothing is made of what is not known."""
    unknown = [like(case, children=frozenset({"C-1"})) for case in ("KM-1", "KM-2")]
    assert look_alikes(unknown) == ()


def test_cases_that_are_alike_by_several_reasons_stand_together_once() -> None:
    """All three reasons, and a third case that is alike by one of them."""
    again = like("km-2020-7", reference="PRN-7", happened_on=THE_DAY, children=FIRST.children)
    both = LookAlikes((FIRST.case, "km-2020-7"), tuple(sorted(Alike)), (FIRST.case, "km-2020-7"))
    assert look_alikes([FIRST, again]) == (both,)
    assert not both.is_settled
    third = like("KM-3", reference="PRN-7")
    groups = {one.by: one.cases for one in look_alikes([FIRST, again, third])}
    assert groups == {
        (Alike.NOTIFICATION,): (FIRST.case, "km-2020-7", "KM-3"),
        (Alike.REFERENCES, Alike.INCIDENT): (FIRST.case, "km-2020-7"),
    }


def test_cases_of_which_all_but_one_are_linked_are_settled() -> None:
    """Whichever of them stays."""
    again = like("KM-1", reference="PRN-7", duplicate_of=FIRST.case)
    (found,) = look_alikes([FIRST, again])
    assert (found.not_linked, found.is_settled) == ((FIRST.case,), True)


NOTIFIED: Final = st.builds(
    Notified,
    st.sampled_from(("KM-1", "km-01", "KM-10", "KM-2", "Km-002", "KM-1.0", "KM-1.00")),
    st.sampled_from(("kent-ics", "medway-ics")),
    st.sampled_from(("PRN-1", "prn-1", "PRN-001", "PRN-100", "P0-0", "P-0", "P-")),
    st.sampled_from((None, THE_DAY, date(2020, 5, 1))),
    st.frozensets(st.sampled_from(("C-1", "C-2")), min_size=1),
    st.sampled_from((None, None, "KM-1", "km-01", "KM-2", "KM-99")),
)
CASES: Final = st.lists(NOTIFIED, max_size=MANY, unique_by=lambda one: one.case)


def disagreements_in(reference: str) -> list[str]:
    """Return a reference as its letters and its numbers, small and without leading noughts."""
    parts: list[str] = []
    for letter in reference.lower():
        if parts and parts[-1].isdigit() and letter.isdigit():
            parts[-1] = str(int(parts[-1] + letter))
        else:
            parts.append(letter)
    return parts


def why(one: Notified, other: Notified) -> set[str]:
    """Return by what two cases look alike, asked of the two alone."""
    from_one = one.source == other.source
    same = disagreements_in(one.reference) == disagreements_in(other.reference)
    by = {"same-notification"} if from_one and same else set[str]()
    if disagreements_in(one.case) == disagreements_in(other.case):
        by.add("references-alike")
    incidents = [(each.happened_on, each.children) for each in (one, other)]
    if from_one and one.happened_on is not None and incidents[0] == incidents[1]:
        by.add("same-incident")
    return by


def pairs(groups: Iterable[LookAlikes]) -> dict[tuple[str, str], set[str]]:
    """Return each two cases that are in one group, with the reasons of all such groups."""
    found: dict[tuple[str, str], set[str]] = {}
    for group in groups:
        for one, other in combinations(group.cases, 2):
            found.setdefault((one, other), set()).update(map(str, group.by))
    return found


@given(CASES)
def test_keys_find_what_comparing_every_two_cases_finds(cases: list[Notified]) -> None:
    """A second way, which is slow and shares nothing with the first."""
    expected = {
        (one.case, other.case): by
        for one, other in combinations(cases, 2)
        if (by := why(one, other))
    }
    assert pairs(look_alikes(cases)) == expected
    openings = Openings()
    told = {one.case: openings.add(one) for one in cases}
    assert expected == {
        (earlier, case): set(map(str, by))
        for case, alike in told.items()
        for earlier, by in alike.items()
    }


def test_of_many_cases_alike_a_later_one_is_told_of_the_first() -> None:
    """Where a whole import bears one reference by mistake, no answer grows with it."""
    openings = Openings()
    told = [openings.add(like(f"KM-{n}", reference="PRN-7")) for n in range(1, 2_000)]
    assert max(map(len, told)) == MANY
    assert tuple(told[-1]) == tuple(f"KM-{n}" for n in range(1, MANY + 1))


def test_letters_are_as_plain_as_they_are_written() -> None:
    """A number of noughts alone keeps one."""
    assert plainly("KM-000-A0B007") == "km-0-a0b7"


# --- Links


def named(case: str, duplicate_of: str | None = None) -> Notified:
    """Return a case that is linked, or is not."""
    return like(case, duplicate_of=duplicate_of)


def test_a_duplicate_counts_in_the_case_that_it_names() -> None:
    """ToR 8.1: and the one that is named is no duplicate."""
    assert linked([named("A"), named("B", "A")]) == (LinkedDuplicate("B", "A", "A"),)


def test_a_duplicate_of_a_duplicate_counts_where_the_links_end() -> None:
    """C came in a third time: in the end all three are A."""
    found = linked([named("C", "B"), named("B", "A"), named("A")])
    assert found == (LinkedDuplicate("C", "B", "A"), LinkedDuplicate("B", "A", "A"))


def test_links_that_lead_in_a_circle_are_told() -> None:
    """Each says that it is the other; and whatever leads there ends there too."""
    cases = [named("D", "A"), named("A", "B"), named("B", "A"), named("E", "E")]
    assert {one.case: (one.counted, one.amiss) for one in linked(cases)} == dict.fromkeys(
        "DABE", (None, Amiss.CIRCLE)
    )


def test_a_link_to_a_case_that_is_not_there_is_told() -> None:
    """Directly, or by another that is linked to it."""
    found = linked([named("A", "B"), named("B", "nowhere")])
    assert [one.amiss for one in found] == [Amiss.NO_CASE] * 2


@given(CASES)
def test_each_link_is_followed_as_one_would_by_hand(cases: list[Notified]) -> None:
    """A second way: step by step, and no further than there are cases."""
    named_by = {one.case: one.duplicate_of for one in cases}
    for link in linked(cases):
        at: str | None = link.case
        for _ in range(len(cases) + 1):
            if at in named_by and named_by[at] is not None:
                at = named_by[at]
        if at not in named_by:
            assert (link.counted, link.amiss) == (None, Amiss.NO_CASE)
        elif named_by[at] is not None:
            assert (link.counted, link.amiss) == (None, Amiss.CIRCLE)
        else:
            assert (link.counted, link.amiss) == (at, None)
    assert {one.case for one in linked(cases)} == {c for c, other in named_by.items() if other}


# --- What a case says, as of when

LINK: Final = ask.LinkProcess(
    at=at("2020-05-06 09:00"), process="duplicate-of", reference="KM-2020-001"
)


def said(*history: ask.Command | Written, as_of: AsOf = NOW) -> Notified | None:
    """Return what a case says."""
    return notified_as_of(CaseHistory(entries_of(*history), KENT, calendars.load), as_of)


def test_a_case_says_what_its_notification_says() -> None:
    """ToR 8.1: and nothing before it."""
    received = changed(
        RECEIVE,
        reference="PRN-7",
        source="kent-ics",
        incident=Incident(happened_on=THE_DAY, known_on=THE_DAY, nature=Nature.DEATH),
        children=(Child(reference="C-1", age_band=AgeBand.UNDER_1),),
    )
    assert said(received) == Notified(
        "KM-2020-001", "kent-ics", "PRN-7", THE_DAY, frozenset({"c-1"})
    )
    assert said(received, as_of=AsOf(happened_by=at("2020-05-01 09:00"))) is None


def test_of_two_notifications_in_one_case_the_earlier_opened_it() -> None:
    """I-26: the tables for analysts, the learning and what looks alike speak of that one."""
    first, *others = entries_of(RECEIVE)
    two = tuple(Child(reference=f"C-{n}", age_band=AgeBand.UNDER_1) for n in (8, 9))
    later = changed(RECEIVE, reference="N-2", at=at("2020-06-08 09:00"), children=two)
    again = recorded(did.NotificationReceived, later, terms=KENT.ref)
    version = len(others) + 2
    second = first.model_copy(update={"version": version, "event": again})
    history = CaseHistory((first, *others, second), KENT, calendars.load)
    notified, learnt = notified_as_of(history), learning_of(history)
    assert notified is not None
    assert notified.reference == RECEIVE.reference
    assert learnt is not None
    assert learnt.received_on == date(2020, 5, 4)
    table = tabled(history, AsOf(read_on=date(2020, 8, 1)))
    assert table is not None
    row = next(row for name, row in rows([table], as_recorded) if name == "cases")
    assert row["children"] == len(RECEIVE.children)


def test_a_link_holds_from_when_it_happened_and_was_recorded() -> None:
    """It was found on 6 May, and written down on the 20th."""
    late = written(LINK, "2020-05-20 09:00")

    def as_of(happened: str | None, recorded: str | None) -> str | None:
        times = (at(one) if one else None for one in (happened, recorded))
        found = said(RECEIVE, late, as_of=AsOf(*times))
        assert found is not None
        return found.duplicate_of

    assert as_of(None, None) == as_of("2020-05-07 09:00", None) == "KM-2020-001"
    assert as_of("2020-05-05 09:00", None) is None
    assert as_of(None, "2020-05-19 09:00") is None


def test_a_link_that_was_retracted_or_put_right_holds_no_more() -> None:
    """A correction ends it, as it ends any fact."""
    number = len(entries_of(RECEIVE, LINK))
    wrong = ask.CorrectRecord(at=at("2020-05-08 09:00"), version=number, because="two incidents")
    found = said(RECEIVE, LINK, wrong)
    assert found is not None
    assert found.duplicate_of is None


def test_of_two_links_the_latest_holds() -> None:
    """It was first taken for another one's."""
    again = changed(LINK, at=at("2020-05-07 09:00"), reference="KM-2020-003")
    found = said(RECEIVE, LINK, again)
    assert found is not None
    assert found.duplicate_of == "KM-2020-003"
