"""Where a case stands, read once: what each part says of one moment, and of one version."""

import pytest

from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError
from rapid_review.projections.as_of import NOW, AsOf
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.case.stage import stage
from rapid_review.projections.work.next_steps import next_steps
from tests.domain.a_review import CONVENE, INFORM, KENT, RECEIVE, at
from tests.store.a_record import CASE, kent_in, send_all

ON = AsOf(read_on=at("2020-06-01 12:00"))


def test_a_reading_says_what_each_part_says_of_the_same_moment() -> None:
    """The parts are those that can be asked one by one."""
    reviews = kent_in()
    send_all(reviews, RECEIVE, INFORM)
    read = reviews.case_reading(CASE, ON)

    history = reviews.case_history(CASE)
    case = history.case(ON)
    assert read.version == len(history.entries)
    assert read.stage == stage(case, KENT)
    assert read.judged == judgement(history, ON)
    assert read.next_steps == next_steps(
        case, KENT, read.judged.clocks, at=at("2020-06-01 12:00"), duties=read.judged.duties
    )


def test_what_is_recorded_after_a_reading_is_in_no_part_of_it() -> None:
    """A reading is not moved on by what comes later."""
    reviews = kent_in()
    send_all(reviews, RECEIVE, INFORM)
    read = reviews.case_reading(CASE, ON)
    before = (read.version, read.case)
    send_all(reviews, CONVENE)

    assert (read.version, read.case) == before
    assert "ConveneMeeting" in {one.step for one in read.next_steps}
    later = reviews.case_reading(CASE, ON)
    assert later.version > read.version
    assert "ConveneMeeting" not in {one.step for one in later.next_steps}


def test_a_version_counts_every_entry_whatever_had_happened_by_then() -> None:
    """The version to expect is of the record, not of the moment."""
    reviews = kent_in()
    send_all(reviews, RECEIVE, INFORM)
    early = reviews.case_reading(CASE, AsOf(happened_by=at("2020-01-01 12:00")))
    assert early.case.version == 0
    assert early.version == reviews.case_reading(CASE, ON).version


def test_no_case_and_no_day_cannot_be_read() -> None:
    """Each is told as it is elsewhere."""
    reviews = kent_in()
    send_all(reviews, RECEIVE)
    with pytest.raises(CaseNotFoundError):
        reviews.case_reading("KM-2020-999", ON)
    with pytest.raises(InvalidInputError, match="without a day"):
        reviews.case_reading(CASE, NOW).judged  # noqa: B018 - it is read when it is asked for
