"""Exports are written case by case, in an order that gives nothing away."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.exports.blurring import order_of
from rapid_review.exports.cloudevents import cloudevents_lines
from rapid_review.exports.ocel.log_of_cases import ocel_json, ocel_logs
from rapid_review.exports.ocel.objects import FOLLOWS, SHARED
from rapid_review.exports.process_mining.xes import xes
from rapid_review.exports.pseudonyms import Naming, Pseudonyms, as_recorded
from rapid_review.exports.put_aside import in_order, one_after_the_other
from rapid_review.exports.trace import Trace
from tests.exports.a_case import WHOLE, traced
from tests.exports.whole_files import leaving

NAMES = Pseudonyms(bytes(32))
CASES = [traced(WHOLE, f"KM-{number}") for number in range(12)]
Writer = Callable[[Iterable[Trace], Naming], Iterator[bytes]]
WRITERS: dict[str, Writer] = {
    "OCEL": lambda traces, naming: ocel_json(ocel_logs(traces, naming)),
    "XES": xes,
}
EACH = pytest.mark.parametrize("writer", WRITERS)


@EACH
def test_a_case_is_written_before_the_next_is_read(writer: str) -> None:
    """So however many there are, one is in memory."""
    read: list[str] = []

    def cases() -> Iterator[Trace]:
        for one in CASES:
            read.append(one.case)
            yield one

    written, most = b"", 0
    for part in WRITERS[writer](cases(), as_recorded):
        written += part
        if len(read) < len(CASES):
            most = max(most, len(read) - sum(case.encode() in written for case in read))
    assert len(read) == len(CASES)
    assert most <= 1


@EACH
def test_under_pseudonyms_cases_come_in_the_order_of_those_or_not_at_all(writer: str) -> None:
    """The order of recording, and a case given twice, would say which case is which."""
    right = leaving(CASES, NAMES)
    assert right != CASES
    assert b"".join(WRITERS[writer](right, NAMES))
    for wrong in (CASES, right[::-1], [right[0], right[0]]):
        with pytest.raises(InvalidInputError, match=r"in the order of their pseudonyms"):
            b"".join(WRITERS[writer](wrong, NAMES))


def test_a_feed_is_the_same_in_whatever_order_cases_were_recorded() -> None:
    """Under pseudonyms, where the feed puts them in order itself."""
    entries = [entry for one in CASES for entry in one.entries]
    back = [entry for one in CASES[::-1] for entry in one.entries]
    assert b"".join(cloudevents_lines(entries, NAMES)) == b"".join(cloudevents_lines(back, NAMES))
    assert b"".join(cloudevents_lines(entries, as_recorded)) != b"".join(
        cloudevents_lines(back, as_recorded)
    )
    assert order_of(as_recorded) is None


def test_what_cases_share_says_nothing_that_a_later_case_could_change() -> None:
    """So it may be written with the first case that names it."""
    assert not SHARED & FOLLOWS.keys()
    logs = list(ocel_logs(CASES, as_recorded))
    shared = [thing for log in logs for thing in log.objects if thing.type in SHARED]
    assert len({thing.id for thing in shared}) == len(shared) > 0
    assert all(not thing.attributes and not thing.relations for thing in shared)


def test_what_is_put_aside_comes_in_its_order() -> None:
    """By key, and of one key as it came; or the first of each pair and then the second."""
    parts = [("b", b"1"), ("a", b"2"), ("b", b"3"), ("a", b"4")]
    assert list(in_order(parts)) == [b"2", b"4", b"1", b"3"]
    pairs = [(b"1", b"a"), (b"2", b"b")]
    assert b"".join(one_after_the_other(pairs, b"|")) == b"12|ab"
