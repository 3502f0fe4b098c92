"""Who may do what if there is no permissions file, and no other authorizer."""

from typing import Final

from rapid_review.domain.vocabulary import Actor
from rapid_review.store.authority.port import (
    IMPORT,
    Authorizer,
    Decision,
    Facts,
    in_words,
    ways_to_record,
)

_WAY_ON: Final = (
    "Ask the person who runs this program for a permissions file. `rapid-review permissions new "
    "FILE` writes one to start from; --permissions FILE, or `authorizer=`, names it."
)


class Everybody:
    """Lets everybody do everything: for stores that seal nothing, and for tests."""

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Allow it."""
        del actor, action, facts
        return Decision(allowed=True)


class WithoutFile:
    """Lets everybody record; lets nobody read words, erase, or change a decision."""

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Allow what adds to the record, and nothing else."""
        del actor
        if action not in ways_to_record():
            return _no(f"nobody has been given the right to {in_words(action)} in this store yet")
        if action == IMPORT and facts.into_a_case():
            return _no(
                "nobody has been given the right to import history into an existing case of this "
                "store yet"
            )
        if facts.corrects_a_decision():
            return _no("nobody has been given the right to correct a decision in this store yet")
        return Decision(allowed=True)


def without_a_file(*, is_sealed: bool) -> Authorizer:
    """Return the authorizer of a store for which none was given."""
    return WithoutFile() if is_sealed else Everybody()


def _no(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason, way_on=_WAY_ON)
