"""What observes each request, for a log, a span or a counter: never a word, and no name.

The logger is `rapid_review.store.observing`. Nobody listens unless its level lets INFO through or
the reviews were given an `observe`; then nothing is measured, and nothing made.
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
from rapid_review.store.writing.idempotency import Answer

_log: Final = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # anyone who sets up no logging is shown nothing


class Outcome(StrEnum):
    """The outcome of a request.

    Attributes:
        RECORDED: it was recorded.
        ALREADY: it was so already, and nothing was recorded.
        REPEATED: it had been answered before, under its id.
        REFUSED: the terms, the case or the permissions forbid it.
        INVALID: it has no meaning here.
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
class Asked:
    """One request, without anything that those who run the platform may not know.

    Attributes:
        command: the name of what was asked.
        outcome: what became of it.
        role: the role in which it was asked.
        partnership: whose case it is about.
        clause: the clause that stood in the way, where it was refused and one is known.
        error: the name of the error, where there was one; its text is not told.
        entries: how many entries were recorded, now or when it was first answered.
        milliseconds: how long it took.
        case: the reference of the case; only where it was asked for, and where it is one.
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


Observe = Callable[[Asked], object]
"""Is called with each request, in the thread that made it, once it is answered or has failed."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Who receives the requests to one partnership's cases.

    Attributes:
        partnership: whose cases.
        observe: called.
        names_cases: whether it receives references of cases, too.
    """

    partnership: str
    observe: Observe | None
    names_cases: bool

    def watched(
        self, work: Callable[[], Answer], command: object, by: object, case: str
    ) -> Answer:
        """Do what is asked, and tell anyone who listens what became of it."""
        if self.observe is None and not _log.isEnabledFor(logging.INFO):
            return work()
        began = time.perf_counter()
        try:
            answer = work()
        except BaseException as error:
            self._tell(began, command, by, case, error)
            raise
        self._tell(began, command, by, case, answer)
        return answer

    def _tell(
        self, began: float, command: object, by: object, case: str, came: Answer | BaseException
    ) -> None:
        outcome = _outcome(came)
        clause = came.clause if isinstance(came, Refused) else None
        asked = Asked(
            type(command).__name__,
            outcome,
            by.role if isinstance(by, Actor) else "",
            self.partnership,
            clause or None,
            None if isinstance(came, Answer) else type(came).__name__,
            len(came.entries) if isinstance(came, Answer) else 0,
            1000 * (time.perf_counter() - began),
            case if self.names_cases and outcome is not Outcome.INVALID else None,
        )
        level = logging.WARNING if outcome is Outcome.FAILED else logging.INFO
        if _log.isEnabledFor(level):
            _log.log(level, "%s %s", asked.command, outcome.value, extra=asdict(asked))
        if self.observe is None:
            return
        try:
            self.observe(asked)
        except Exception as error:  # noqa: BLE001 - what was recorded stays, if an observer fails
            _log.warning("the observer failed: %s", type(error).__name__)


def _outcome(came: Answer | BaseException) -> Outcome:
    match came:
        case Answer(repeated=True):
            return Outcome.REPEATED
        case Answer():
            return Outcome.RECORDED if came.entries else Outcome.ALREADY
        case Refused():
            return Outcome.REFUSED
        case CaseMovedError():
            return Outcome.MOVED
        case InvalidInputError() | CalendarGapError():
            return Outcome.INVALID
        case _:
            return Outcome.FAILED
