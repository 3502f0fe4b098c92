"""The questions to the code that decides who may do what, and its answers.

A platform that has rules of its own gives its own `Authorizer`. An answer is only as good as the
actor in the question: the host's login establishes who somebody is.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.redaction import kind_of
from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.callbacks import is_async

if TYPE_CHECKING:
    from rapid_review.domain.commands import Command

IMPORT: Final = "ImportHistory"
"""Recording what happened elsewhere, or with `as_history`."""
EXPORT: Final = "RegisterExport"
"""Recording that cases were disclosed."""
READ: Final[Mapping[Scope, str]] = {
    "case": "ReadWordsOfCase",
    "person": "ReadWordsOfPersons",
    "statistics": "ReadCharacteristics",
}
"""Reading words, by whose key seals them."""
BREAK_GLASS: Final = "break-glass"
REVIEW_BREAK_GLASS: Final = "review-break-glass"
IMPORT_INTO_CASE: Final = "import-into-case"
CORRECT_DECISION: Final = "correct-decision"
PROPOSE_CORRECTING_DECISION: Final = "propose-correcting-decision"
PROPOSE_ERASURE: Final = "propose-erasure"
APPROVE_ERASURE: Final = "approve-erasure"
LIFT_HOLD: Final = "lift-hold"
_RIGHTS: Final[Mapping[str, str]] = {
    "ProposeErasure": PROPOSE_ERASURE,
    "ApproveErasure": APPROVE_ERASURE,
    "LiftHold": LIFT_HOLD,
}
"""The commands that need a separate right, which "all" commands do not include."""
OTHER: Final = (
    BREAK_GLASS,
    REVIEW_BREAK_GLASS,
    PROPOSE_ERASURE,
    APPROVE_ERASURE,
    LIFT_HOLD,
)
"""The actions beside recording and reading."""
_IN_WORDS: Final[Mapping[str, str]] = {
    "ReadWordsOfCase": "read words of a case",
    "ReadWordsOfPersons": "read words about persons",
    "ReadCharacteristics": "read the characteristics of children",
    IMPORT: "import history",
    EXPORT: "register a disclosure",
    BREAK_GLASS: "read words in an emergency",
    REVIEW_BREAK_GLASS: "review a reading in an emergency",
    PROPOSE_ERASURE: "propose to erase words",
    APPROVE_ERASURE: "approve the erasure of words",
    LIFT_HOLD: "lift a hold",
}


def in_words(action: str) -> str:
    """Return an action in words, as it follows "may not"; a command by its name.

    >>> in_words("break-glass"), in_words("ConveneMeeting")
    ('read words in an emergency', 'record ConveneMeeting')
    """
    return _IN_WORDS.get(action, f"record {action}")


@cache
def ways_to_record() -> tuple[str, ...]:
    """Return the actions that record something and need no separate right."""
    from rapid_review.domain.commands import COMMANDS  # noqa: PLC0415 - to read needs no command

    return (*(name for name in COMMANDS if name not in _RIGHTS), IMPORT, EXPORT)


def rights_to(command: "Command", *, as_history: bool = False) -> tuple[str, ...]:
    """Return the actions to ask about for a command: its name, or the right that it needs.

    Args:
        command: what is to be recorded.
        as_history: whether it is recorded as something that has happened already.
    """
    if not as_history:
        return (right_to(type(command)),)
    own = _RIGHTS.get(type(command).__name__)
    return (IMPORT,) if own is None else (IMPORT, own)


def right_to(command: "type[Command]") -> str:
    """Return the action to ask about for a kind of command: its name, or the right it needs."""
    return _RIGHTS.get(command.__name__, command.__name__)


def _no() -> bool:
    return False


def _nobody() -> frozenset[str]:
    return frozenset()


class Facts(NamedTuple):
    """What is known of the case that a question is about.

    Facts that need the case are functions, so that it is read only if the answer depends on them.

    Attributes:
        today: returns the day of today, by the midnight of the terms.
        case: the case's reference; None if the question is not about a single case.
        into_a_case: whether history is added to an existing case, and is not a whole case.
        experts: the persons whom `ExpertInvited` names in the case; raises a RecordError if an
            invitation, or an entry after it, was not recorded with the keys of the store.
        corrects_a_decision: whether what is asked corrects the record of a decision.
        corrects_what_decides: whether it corrects the record of anything by which the case is
            decided: of criteria, their assessment, a decision, or its adoption.
    """

    today: Callable[[], date]
    case: str | None = None
    into_a_case: Callable[[], bool] = _no
    experts: Callable[[], frozenset[str]] = _nobody
    corrects_a_decision: Callable[[], bool] = _no
    corrects_what_decides: Callable[[], bool] = _no


class Policy(NamedTuple):
    """The edition of a permissions file by which a question was decided.

    Attributes:
        digest: the digest of the file's bytes.
        in_force_from: the first day of the edition.
    """

    digest: str
    in_force_from: date


class Decision(NamedTuple):
    """Whether somebody may do something.

    Attributes:
        allowed: whether they may.
        reason: what stands in the way, if something does; it names no case and no person.
        way_on: what to do next.
        policy: the edition of the permissions file that decided it; None if no file did.
    """

    allowed: bool
    reason: str = ""
    way_on: str = ""
    policy: Policy | None = None


def must_be_an_authorizer(given: object) -> None:
    """Check that something can decide who may do what, before it is asked.

    Raises:
        InvalidInputError: it has no method `may`, or that method is `async`.
    """
    may = getattr(given, "may", None)
    if not callable(may) or is_async(may):
        raise InvalidInputError(
            f"authorizer: found {kind_of(given)}; allowed: ByPermissions(...), or an object of "
            "your own with a method `may` that is not async and returns a Decision"
        )


class Authorizer(Protocol):
    """Decides who may do what."""

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Say whether an actor may do something to a case.

        Args:
            actor: who wants to do it, as the host's login has them.
            action: of `ways_to_record`, `READ` or `OTHER`.
            facts: what is known of the case.
        """
        ...
