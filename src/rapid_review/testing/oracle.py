"""The naive judge as an oracle: where do the two judges differ about a case?

    found = disagreements(reviews, read_on=date(2026, 11, 30))
    print(found)
    assert not found.disagreements

The two judges share only the code that reads entries, terms and calendars. A disagreement shows a
mistake in one of them: report it to the maintainers of the library. It holds no words.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, Protocol

from rapid_review.domain.errors import (
    CalendarError,
    CalendarGapError,
    RecordError,
    StorageError,
    TermsError,
)
from rapid_review.domain.printable import counted
from rapid_review.domain.rules.finding import Kind
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import duties
from rapid_review.projections.case.findings import Found, findings
from rapid_review.testing.naive_judge import NaiveJudgement, judge

SAME_RULE: Final = {"version-comes-once": "version-follows", "case-was-open": "review-is-held"}
"""Rules of the library that are one rule to the naive judge, each with that rule."""
_GRAVITY: Final = ("irregular", "forbidden", "nonsense")

Judge = Callable[[CaseHistory, AsOf], Iterable[Found]]
"""Finds what is wrong with a case."""
_Said = tuple[str, str, int | None, str]
"""A finding but for its verdict: code, kind, entry, subject."""


class Disagreement(NamedTuple):
    """One answer that only one of the two judges gives.

    Attributes:
        case: the case.
        what: of a finding, a clock or a duty.
        answer: the answer: codes, entries and days, and no words.
        by: the judge who gives it.
    """

    case: str
    what: Literal["finding", "clock", "duty"]
    answer: tuple[object, ...]
    by: Literal["the library", "the naive judge"]


class HasCases(Protocol):
    """One partnership's cases, such as `RapidReviews`."""

    def references(self) -> Sequence[str]:
        """Return the reference of every case."""
        ...

    def case_history(self, reference: str, /) -> CaseHistory:
        """Return a case with its entries, terms and calendars."""
        ...


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of a comparison of both judges.

    Attributes:
        cases: how many cases were judged.
        entries: how many entries they have.
        answers: how many findings, clocks and duties the naive judge gave.
        disagreements: where the two differ.
        unread: the cases that could not be read, each with the reason.
    """

    cases: int = 0
    entries: int = 0
    answers: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    unread: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        """Return in words how much was compared, and with what result."""
        unread = f"; cases that could not be read: {len(self.unread)}" if self.unread else ""
        return (
            f"{counted(self.cases, 'case')}, {counted(self.entries, 'entry')}, "
            f"{counted(self.answers, 'answer')}: "
            f"{len(self.disagreements)} disagreements{unread}"
        )


def disagreements(
    reviews: HasCases,
    *,
    read_on: date | datetime,
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
    cases: Iterable[str] | None = None,
) -> Compared:
    """Let both judges judge the cases of a store; return where they differ.

    Nothing is recorded. A sealed store can be read without its keys.

    Args:
        reviews: the partnership's.
        read_on: the day on which clocks and duties are read.
        happened_by: as the cases had happened by then; None for all that is recorded.
        recorded_by: as they were recorded by then; None for all entries.
        cases: the references of the cases; None for all.

    Raises:
        CaseNotFoundError: there is no such case.
        RecordError: a row of the store cannot be read, so that it is not known which cases it has.
        StorageError: the store cannot be reached.
    """
    as_of = AsOf(happened_by, recorded_by, read_on)
    asked, entries, answers = 0, 0, 0
    apart: list[Disagreement] = []
    unread: list[tuple[str, str]] = []
    for case in reviews.references() if cases is None else cases:
        try:
            history = reviews.case_history(case)
            expected = naively(history, as_of)
            apart += disagreements_in(case, history, as_of, expected)
        except StorageError:
            raise
        except (RecordError, TermsError, CalendarError, CalendarGapError) as error:
            unread.append((case, str(error)))
            continue
        asked += 1
        entries += len(history.entries)
        answers += len(expected.findings) + len(expected.clocks) + len(expected.duties)
    return Compared(asked, entries, answers, tuple(apart), tuple(unread))


def naively(history: CaseHistory, as_of: AsOf) -> NaiveJudgement:
    """Return the answers of the naive judge about one case.

    Raises:
        InvalidInputError: no day is given on which clocks are read.
    """
    return judge(
        history.entries,
        history.terms,
        calendars=history.calendars,
        earlier=history.earlier,
        happened_by=as_of.happened_by,
        recorded_by=as_of.recorded_by,
        read_on=as_of.when,
    )


def disagreements_in(
    case: str,
    history: CaseHistory,
    as_of: AsOf,
    expected: NaiveJudgement | None = None,
    *,
    ours: Judge = findings,
) -> Iterator[Disagreement]:
    """Yield where the two judges differ about one case.

    Args:
        case: its reference, for the disagreements.
        history: the case.
        as_of: as the case had happened and was recorded by then, and the day of reading.
        expected: the answers of the naive judge, if they are known already.
        ours: the library's judge of entries, unless another is to be compared.
    """
    naive = expected or naively(history, as_of)
    yield from _differing(case, "finding", _found(ours(history, as_of)), _naively_found(naive))
    read = {
        (
            each.rule.id,
            each.round,
            str(each.state),
            str(each.reason or ""),
            each.counted_from,
            each.due,
            each.stopped_on,
        )
        for each in clocks(history, as_of)
    }
    yield from _differing(case, "clock", read, map(tuple, naive.clocks))
    owed = {(each.code, each.subject, str(each.state)) for each in duties(history, as_of)}
    yield from _differing(case, "duty", owed, map(tuple, naive.duties))


def _found(ours: Iterable[Found]) -> Iterator[tuple[object, ...]]:
    """Yield the findings of the library, without duties, in the form of the naive judge."""
    gravest = _gravest(
        (
            (
                SAME_RULE.get(each.finding.code, each.finding.code),
                str(each.finding.kind),
                each.version,
                each.finding.subject,
            ),
            str(each.finding.verdict),
        )
        for each in ours
        if each.finding.kind is not Kind.DUTY
    )
    yield from ((*answer, verdict) for answer, verdict in gravest.items())


def _naively_found(naive: NaiveJudgement) -> Iterator[tuple[object, ...]]:
    """Yield the findings of the naive judge, without duties."""
    gravest = _gravest(
        ((each.code, each.kind, each.version, each.subject), each.verdict)
        for each in naive.findings
        if each.kind != "duty"
    )
    yield from ((*answer, verdict) for answer, verdict in gravest.items())


def _differing(
    case: str,
    what: Literal["finding", "clock", "duty"],
    ours: Iterable[tuple[object, ...]],
    theirs: Iterable[tuple[object, ...]],
) -> Iterator[Disagreement]:
    ours, theirs = set(ours), set(theirs)
    for answer in sorted(ours - theirs, key=repr):
        yield Disagreement(case, what, answer, "the library")
    for answer in sorted(theirs - ours, key=repr):
        yield Disagreement(case, what, answer, "the naive judge")


def _gravest(found: Iterable[tuple[_Said, str]]) -> dict[_Said, str]:
    """Return the gravest verdict of each finding."""
    gravest: dict[_Said, str] = {}
    for answer, verdict in found:
        gravest[answer] = max(gravest.get(answer, verdict), verdict, key=_GRAVITY.index)
    return gravest
