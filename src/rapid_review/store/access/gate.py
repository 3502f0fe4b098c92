"""Ask whether somebody may do something, and record which permissions gave the answer."""

from collections.abc import Callable

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.errors import AccessLogError, NotPermittedError, must_be
from rapid_review.domain.redaction import kind_of
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.access.log import AccessLog
from rapid_review.store.authority.port import Authorizer, Decision, Facts
from rapid_review.store.writing.metadata import RecordingTime


class Gate:
    """Asks the authorizer before every command and every reading.

    Args:
        authorizer: who decides.
        log: where changed permissions are recorded; None if there is no access log.
        time: returns the time of recording of what is recorded now.
    """

    def __init__(
        self, authorizer: Authorizer, log: AccessLog | None, time: Callable[[], RecordingTime]
    ) -> None:
        self._authorizer = authorizer
        self._log = log
        self._time = time

    def foresees(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Say what the answer would be; nothing is done because of it, so nothing is recorded."""
        return _decided(self._authorizer.may(actor, action, facts))

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Say whether an actor may do something; first record the permissions that decide it.

        Raises:
            InvalidInputError: the actor is not an Actor.
            TypeError: the authorizer answered with something else than a decision.
            AccessLogError: there are permissions, and no access log to record them in.
            RecordError: the access log cannot be read or written.
        """
        must_be(Actor, "an Actor(id=..., role=..., agency=...)", by=actor)
        decision = _decided(self._authorizer.may(actor, action, facts))
        if decision.policy is not None:
            if self._log is None:
                raise AccessLogError(
                    "the store has permissions, and a change of them must be recorded in an "
                    "access log, which was not given: give one (--access FILE, or `access=`)"
                )
            self._log.must_know(decision.policy, self._time(), actor)
        return decision

    def must(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Check that an actor may do something.

        Raises:
            NotPermittedError: they may not; the refusal is not recorded.
            RecordError: as for `may`; `AccessLogError` among them.
        """
        decision = self.may(actor, action, facts)
        if not decision.allowed:
            raise refusal(decision)
        return decision


def _decided(answer: object) -> Decision:
    """Return the answer of an authorizer, which may be a host's own.

    Only True and False are answers: a coroutine that nobody awaited would otherwise allow all.

    Raises:
        TypeError: it is not a decision.
    """
    allowed = answer.allowed if isinstance(answer, Decision) else answer
    if isinstance(answer, Decision) and isinstance(allowed, bool):
        return answer
    where = "answered with" if allowed is answer else "answered with a Decision whose `allowed` is"
    raise TypeError(
        f"authorizer: {where} {kind_of(allowed)}; allowed: Decision(allowed=True), or "
        "Decision(allowed=False, reason=..., way_on=...)"
    )


def refusal(decision: Decision) -> NotPermittedError:
    """Return the refusal that a decision makes."""
    return NotPermittedError(RECORD, decision.reason, decision.way_on)
