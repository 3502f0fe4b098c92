"""Report each request to a logger or a function, for logs, spans and counters; never any words.

The logger is `rapid_review.store.observing`. If its level does not let INFO through, and the
reviews were given no `observe`, requests are neither measured nor reported.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from rapid_review.domain.errors import (
    CalendarGapError,
    CaseMovedError,
    InvalidInputError,
    Refused,
)
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.callbacks import must_be_function
from rapid_review.store.writing.idempotency import Answer

_log: Final = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # otherwise warnings would go to standard error


class Outcome(StrEnum):
    """The outcome of a request.

    Attributes:
        RECORDED: it was recorded.
        ALREADY: the record said so already, and nothing was recorded.
        REPEATED: the same request was answered before, under its id.
        REFUSED: the terms, the case or the permissions forbid it.
        INVALID: the request is not valid.
        MOVED: the case was not at the version that was expected.
        FAILED: something else kept it from being recorded.
    """

    RECORDED = "recorded"
    ALREADY = "already"
    REPEATED = "repeated"
    REFUSED = "refused"
    INVALID = "invalid"
    MOVED = "moved"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ObservedRequest:
    """One request, as the people who run the platform may see it: without words and names.

    Attributes:
        command: the name of the command.
        outcome: the outcome.
        role: the role of the person who sent it.
        partnership: whose case it is about.
        clause: the clause by which it was refused, if it was and the clause is known.
        error: the class of the error, if there was one; its text is left out.
        entries: how many entries were recorded, now or when it was first answered.
        milliseconds: how long it took.
        case: the reference of the case; only with `names_cases`, and if it is a valid reference.
    """

    command: str
    outcome: Outcome
    role: str
    partnership: str
    clause: str | None
    error: str | None
    entries: int
    milliseconds: float
    case: str | None


Observe = Callable[[ObservedRequest], object]
"""Called with each request, in the thread that made it, once it is answered or has failed.

It is not awaited, so it must not be `async`.
"""


@dataclass(frozen=True, slots=True)
class Observer:
    """Reports the requests to one partnership's cases.

    Attributes:
        partnership: whose cases.
        observe: called with each request; None if only the logger gets it.
        names_cases: whether references of cases are reported.

    Raises:
        InvalidInputError: `observe` cannot be called with a request, or would have to be awaited.
    """

    partnership: str
    observe: Observe | None
    names_cases: bool

    def __post_init__(self) -> None:
        if self.observe is not None:
            must_be_function("observe", self.observe, "an ObservedRequest")

    def run_observed(
        self, work: Callable[[], Answer], command: object, by: object, case: str
    ) -> Answer:
        """Run the work of a request, report its outcome, and return its answer."""
        if self.observe is None and not _log.isEnabledFor(logging.INFO):
            return work()
        began = time.perf_counter()
        try:
            answer = work()
        except BaseException as error:
            self._report(began, command, by, case, error)
            raise
        self._report(began, command, by, case, answer)
        return answer

    def _report(
        self, began: float, command: object, by: object, case: str, result: Answer | BaseException
    ) -> None:
        outcome = _outcome_of(result)
        clause = result.clause if isinstance(result, Refused) else None
        request = ObservedRequest(
            type(command).__name__,
            outcome,
            by.role if isinstance(by, Actor) else "",
            self.partnership,
            clause or None,
            None if isinstance(result, Answer) else type(result).__name__,
            len(result.entries) if isinstance(result, Answer) else 0,
            1000 * (time.perf_counter() - began),
            case if self.names_cases and outcome is not Outcome.INVALID else None,
        )
        level = logging.WARNING if outcome is Outcome.FAILED else logging.INFO
        if _log.isEnabledFor(level):
            _log.log(level, "%s %s", request.command, outcome.value, extra=asdict(request))
        if self.observe is None:
            return
        try:
            self.observe(request)
        except Exception as error:  # noqa: BLE001 - what was recorded stays, if an observer fails
            _log.warning("the observer failed: %s", type(error).__name__)


def _outcome_of(result: Answer | BaseException) -> Outcome:
    match result:
        case Answer(repeated=True):
            return Outcome.REPEATED
        case Answer():
            return Outcome.RECORDED if result.entries else Outcome.ALREADY
        case Refused():
            return Outcome.REFUSED
        case CaseMovedError():
            return Outcome.MOVED
        case InvalidInputError() | CalendarGapError():
            return Outcome.INVALID
        case _:
            return Outcome.FAILED
