"""Who may do what if there is no permissions file, and no other authorizer."""

from typing import Final

from rapid_review.domain.vocabulary import Actor
from rapid_review.store.authority.port import IMPORT, Authorizer, Decision, Facts, ways_to_record

_WAY_ON: Final = (
    "Give the store's permissions file (--permissions FILE, or `authorizer=`). `rapid-review "
    "permissions new FILE` writes an example to start from."
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
            return _no(f"nobody may {action} in a sealed store without a permissions file")
        if action == IMPORT and facts.into_a_case():
            return _no(
                "nobody may import history into an existing case of a sealed store without a "
                "permissions file"
            )
        if facts.corrects_a_decision():
            return _no(
                "nobody may correct a decision in a sealed store without a permissions file"
            )
        return Decision(allowed=True)


def without_a_file(*, is_sealed: bool) -> Authorizer:
    """Return the authorizer of a store for which none was given."""
    return WithoutFile() if is_sealed else Everybody()


def _no(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason, way_on=_WAY_ON)
