"""The report: what the steps of a check add to it, and how it is printed."""

import pytest

from rapid_review.audit.verify import (
    Checked,
    Checkpoint,
    Files,
    Finding,
    MalformedError,
    Remark,
    Report,
    Step,
    Steps,
    Subject,
    Unchecked,
    verify,
)
from rapid_review.audit.verify.report import looking_at
from tests.audit.a_log import TRUST, log_of, rows

CHECKPOINT = Checkpoint("log.example", 2, bytes(32))


def test_a_report_holds_what_the_steps_of_a_check_yield() -> None:
    """Each kind of step in its own place; what is counted twice is added up."""
    report = Report()
    report.extend(
        (
            Subject("the store"),
            Checked("events"),
            Finding("leaf 1", "is missing"),
            Unchecked("what came later"),
            CHECKPOINT,
            Remark("the read model is no evidence"),
            Checked("events", 2),
        )
    )
    assert report == Report(
        subject="the store",
        checkpoint=CHECKPOINT,
        checked={"events": 3},
        findings=[Finding("leaf 1", "is missing")],
        unchecked=["what came later"],
        notes=["the read model is no evidence"],
    )


@pytest.mark.parametrize("is_malformed", [False, True])
def test_what_is_malformed_ends_its_check_and_is_a_finding(is_malformed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What was yielded before it stays, and what is on it is told that nothing came out."""

    def check() -> Steps[int]:
        yield Checked("files")
        if is_malformed:
            raise MalformedError("is missing")
        return 7

    def whole() -> Steps[None]:
        result = yield from looking_at("checkpoint", check())
        yield Subject(f"{result}")

    found: list[Step] = [Finding("checkpoint", "is missing")] if is_malformed else []
    assert list(whole()) == [Checked("files"), *found, Subject("None" if is_malformed else "7")]


def test_a_report_escapes_what_a_terminal_might_act_on() -> None:
    """A file's name is anybody's words."""
    files = {**log_of(rows(9)), "\x1b[2J\ud800é": b""}
    report = verify(Files(frozenset(files), files.__getitem__), TRUST)
    assert report.findings == [Finding("\\x1b[2J\\ud800\\xe9", "is not listed in the manifest")]
    assert report.as_text().startswith("NOT INTACT: the whole log")
    none: dict[str, bytes] = {}
    empty = verify(Files(frozenset(), none.__getitem__), TRUST)
    assert empty.as_text() == "NOT INTACT: a bundle\n  finding     manifest: is missing"
