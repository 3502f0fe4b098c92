"""What a check finds against the record, and what is recorded of a table, and when nothing is."""

from datetime import UTC, datetime

import pytest

from rapid_review import Actor, tables
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.store import RapidReviews
from rapid_review.store.log.streams import EXPORTS
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.writing.bulk_import import Account
from rapid_review.tables.layout import Layout
from tests.tables.some_tables import (
    CANARY,
    KENT,
    NOTIFIED,
    NOW,
    SEATS,
    Cells,
    checked,
    filled,
    in_memory,
)

BAD = {**NOTIFIED, "Case": "KM-2", "Nature": "deth"}
TEAM = Actor(id="pt-01", role="business-support", agency="partnership-team")


def test_a_check_records_nothing_and_keeps_no_key() -> None:
    """A dry run leaves the store as it was."""
    reviews = in_memory()
    found = checked({**NOTIFIED, "Where it happened": CANARY}, reviews=reviews)
    assert (found.cases, found.new, found.problems) == (1, 1, ())
    with pytest.raises(CaseNotFoundError):
        reviews.case_history("KM-1")
    assert tables.record(found).cases == 1


def test_nothing_is_recorded_while_something_is_to_be_mended() -> None:
    """All or nothing, unless the good rows are asked for."""
    reviews = in_memory()
    found = checked(NOTIFIED, BAD, reviews=reviews)
    with pytest.raises(InvalidInputError, match="because 1 row must be corrected"):
        tables.record(found)
    seen: list[int] = []
    done = tables.record(found, good_rows=True, by=TEAM, purpose="old cases", progress=seen.append)
    assert (done.cases, done.entries, seen) == (1, 4, [4])
    (first, *_) = reviews.case_history("KM-1").entries
    assert first.by == TEAM


def test_a_case_with_another_history_in_the_record_is_told() -> None:
    """What an import would refuse is told by the check, with the row of the case.

    The way on is one that the person with the table can follow, in the table or in the record.
    """
    reviews = in_memory()
    tables.record(checked(NOTIFIED, reviews=reviews))
    for fuller in ({"Nature": "other"}, {"Closed": "05/05/2021"}):
        (problem,) = checked({**NOTIFIED, **fuller}, reviews=reviews).problems
        assert (problem.row, problem.heading, problem.cell) == (2, "Case", "A2")
        assert "with another history" in problem.problem
        assert "delete its rows" in problem.way_on
        assert "CorrectRecord" not in problem.text
        assert "notification" not in problem.text
    (problem,) = checked({**NOTIFIED, "Case": EXPORTS}, reviews=reviews).problems
    assert problem.way_on == "Correct the row, or delete it."


def test_a_mended_file_records_the_rest() -> None:
    """What is in the record already is recorded no second time."""
    reviews = in_memory()
    tables.record(checked(NOTIFIED, BAD, reviews=reviews), good_rows=True)
    again = checked(NOTIFIED, {**BAD, "Nature": "death"}, reviews=reviews)
    assert (again.new, len(again.good)) == (1, 2)
    assert tables.record(again).cases == 1


def test_a_day_without_an_hour_that_is_today_is_not_found_before_its_noon() -> None:
    """I-29: the record has noon of it, also where the table came in that morning.

    A table that comes in again later that day is in the record already.
    """
    now = [datetime(2021, 5, 4, 8, tzinfo=UTC)]
    reviews = RapidReviews.in_memory(keys=keys_in_memory(), terms=KENT, clock=lambda: now[0])
    tables.record(checked(NOTIFIED, reviews=reviews))
    history = reviews.case_history("KM-1")
    assert history.entries[0].event.at > history.entries[0].recorded_at
    assert findings(history) == ()
    now[0] = datetime(2021, 5, 4, 15, tzinfo=UTC)
    assert checked(NOTIFIED, reviews=reviews).new == 0


def test_trying_an_import_says_what_would_become_of_each_case() -> None:
    """It asks all that an import asks, and records nothing."""
    reviews = in_memory()
    (in_table,) = checked({**NOTIFIED, "Closed": "05/05/2021"}).good
    account = Account(in_table.case, in_table.events, TEAM)
    headless = Account("KM-9", in_table.events[1:], TEAM)
    for _ in range(2):
        good, nonsense = reviews.try_import([account, headless])
        assert (len(good.entries), good.refused) == (5, None)
        assert (nonsense.entries, "no notification" in str(nonsense.refused)) == ((), True)
    assert reviews.import_history(in_table.case, in_table.events, by=TEAM)
    assert [one.entries for one in reviews.try_import([account])] == [()]


def test_rows_of_a_case_go_back_together() -> None:
    """A mistake in a further row gives the first row back as well."""
    further = {"Case": "KM-1", "Meeting held": "31/02/2021", **dict.fromkeys(SEATS, "member")}
    found = checked(NOTIFIED, {**NOTIFIED, "Case": "KM-3"}, further)
    assert found.bad_rows == {2, 4}
    assert [one.case for one in found.good] == ["KM-3"]


def test_a_row_with_nothing_but_a_case_lacks_its_notification() -> None:
    """Each of the columns that every case needs is told."""
    found = checked({"Case": "KM-1"})
    assert {one.heading for one in found.problems} == set(NOTIFIED) - {"Case"}
    assert {one.problem for one in found.problems} == {"is empty"}


def test_where_terms_do_not_adopt_by_themselves_each_partner_has_a_column() -> None:
    """Who adopts, and who is told, is taken from the terms."""
    terms = KENT.model_copy(
        update={"adoption": KENT.adoption.model_copy(update={"automatic": False})}
    )
    headings = [one.heading for one in Layout.of(terms).columns]
    assert "Decision adopted: safeguarding-partnership" in headings
    assert len(Layout.of(terms).parts) == len(Layout.of(KENT).parts) + 1


def test_of_what_nobody_knows_no_verdict_is_made() -> None:
    """An empty cell says that the Panel was not told; ? says that nobody knows when it was."""
    reviews = in_memory()
    untold = {**NOTIFIED, "Case": "KM-2", "Panel notified": "?"}
    unlearnt = {**NOTIFIED, "Case": "KM-3", "Incident known on": "?"}
    tables.record(checked(NOTIFIED, untold, unlearnt, reviews=reviews))
    states: list[str] = []
    for case in ("KM-1", "KM-2", "KM-3"):
        read = clocks(reviews.case_history(case), AsOf(read_on=NOW))
        states += [one.state for one in read if one.rule.id == "notify-panel"]
    assert states == ["overdue", "undetermined", "undetermined"]


def test_a_meeting_that_found_the_criteria_not_met_on_its_day_breaks_no_rule() -> None:
    """ToR 1: the two cells name the day alone, as the columns advise."""
    reviews = in_memory()
    tables.record(
        checked(
            {
                **NOTIFIED,
                "Meeting held": "17/05/2021",
                **dict.fromkeys(SEATS, "member"),
                "Criteria found not met": "17/05/2021",
                "Why not met": "it was an accident",
            },
            reviews=reviews,
        )
    )
    found = findings(reviews.case_history("KM-1"))
    assert "review-is-held" not in {one.finding.code for one in found}


def test_a_page_gives_bytes_and_gets_bytes() -> None:
    """Nothing needs a file."""
    found = tables.check(filled(BAD), "upload.xlsx", in_memory())
    assert found.to_mend().startswith(b"PK")
    assert found.to_mend(as_csv=True).startswith(b"\xef\xbb\xbfWhat to mend")


def test_rows_to_correct_name_another_row_by_the_file_that_was_checked() -> None:
    """They have other numbers in the file of the rows to correct."""
    found = checked({**NOTIFIED, "Case": "KM-0"}, NOTIFIED, NOTIFIED)
    assert [one.row for one in found.problems] == [4]
    assert "repeats the case of row 3 of the file that was checked" in str(found.problems[0])
    assert b"row 3 of the file that was checked" in found.to_mend(as_csv=True)


@pytest.mark.parametrize("more", [{}, {"Criteria found not met": "05/05/2031"}])
def test_a_notification_that_is_dated_ahead_is_a_mistake_whatever_else_the_row_holds(
    more: Cells,
) -> None:
    """Such a case has not begun yet (I-29), whether or not another step comes before it."""
    words = {"Why not met": "(sealed)"} if more else {}
    ahead = {**NOTIFIED, "Notification received": "04/05/2031", **more, **words}
    (problem,) = checked(ahead).problems
    assert (problem.heading, problem.problem) == (
        "Notification received",
        "has a day in the future",
    )


def test_a_notification_of_today_is_no_day_in_the_future() -> None:
    """Also where its hour, which nobody stated, is still to come (I-29)."""
    assert checked({**NOTIFIED, "Notification received": "05/01/2026"}).problems == ()
