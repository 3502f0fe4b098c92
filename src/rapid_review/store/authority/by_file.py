"""Who may do what, by a permissions file."""

from typing import Final

from rapid_review.domain.errors import InvalidInputError, listed, must_be, shown
from rapid_review.domain.vocabulary import Actor, is_one_person
from rapid_review.projections.duplicates import plainly
from rapid_review.store.authority.permissions import (
    ALL,
    Permissions,
    PermissionsEdition,
    PermissionsFile,
    Role,
)
from rapid_review.store.authority.port import (
    BREAK_GLASS,
    CORRECT_DECISION,
    IMPORT,
    IMPORT_INTO_CASE,
    PROPOSE_CORRECTING_DECISION,
    READ,
    Decision,
    Facts,
    Policy,
    in_words,
    ways_to_record,
)

DECIDING: Final = frozenset(
    {
        "FindCriteriaNotMet",
        "AssessCriteria",
        "MakeDecision",
        "ReconsiderDecision",
        "AdoptDecision",
        IMPORT,
    }
)
"""What nobody may do in a review of their own practice; a history may hold a decision."""
_TO_PROPOSE: Final = (CORRECT_DECISION, PROPOSE_CORRECTING_DECISION)
"""The rights of which each lets a role propose a correction of a decision."""
_BY_TWO: Final = (
    " Nobody corrects a decision alone: propose it with ProposeCorrection. A second person, of "
    "another agency, then approves it."
)
_SCOPES: Final = {action: scope for scope, action in READ.items()}


class ByPermissions:
    """Decides by the edition of a permissions file that is in force on the day.

    Args:
        permissions: the file, which is read again before each decision; or permissions that never
            change.
    """

    def __init__(self, permissions: Permissions | PermissionsFile) -> None:
        must_be(
            (Permissions, PermissionsFile),
            "PermissionsFile(path), or permissions",
            permissions=permissions,
        )
        self._given = permissions

    @property
    def permissions(self) -> Permissions:
        """The permissions as they are now.

        Raises:
            InvalidInputError: the file can no longer be used.
        """
        given = self._given
        return given.permissions() if isinstance(given, PermissionsFile) else given

    def must_be_of(self, partnership: str) -> None:
        """Check that the file is about a partnership's cases.

        Raises:
            InvalidInputError: it is about another's.
        """
        if (found := self.permissions.partnership) != partnership:
            raise InvalidInputError(
                f"partnership: found {found}; allowed: {partnership}, the partnership of these "
                "reviews"
            )

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Say whether a role may do something in a case; see `Authorizer`."""
        try:
            permissions = self.permissions
        except InvalidInputError:
            return self._unusable()
        edition = permissions.on(today := facts.today())
        if edition is None:
            first = permissions.editions[0].in_force_from
            return Decision(
                allowed=False,
                reason=f"the permissions file is in force from {first}, and today is {today}",
                way_on="Add an edition that is in force today.",
            )
        role = next((one for one in edition.roles if one.id == actor.role), None)
        policy = Policy(permissions.digest, edition.in_force_from)
        obstacle = _obstacle(edition, role, actor, action, facts) or _own_practice(
            permissions, actor, action, facts
        )
        reason, way_on = obstacle or ("", "")
        return Decision(obstacle is None, reason, way_on, policy)

    def _unusable(self) -> Decision:
        """Refuse what the file may have allowed before: nobody knows what it would say now."""
        # What is wrong in the file is not repeated: it is for those who look after the file.
        name = self._given.name if isinstance(self._given, PermissionsFile) else "the file"
        return Decision(
            allowed=False,
            reason=f"the permissions file {name} was changed, and cannot be used as it is now",
            way_on=f"Have `rapid-review permissions check {name}` say what is wrong with it, and "
            "correct it; the program then uses it at once.",
        )


def _obstacle(
    edition: PermissionsEdition, role: Role | None, actor: Actor, action: str, facts: Facts
) -> tuple[str, str] | None:
    """Return what stands in the way of a role, and what to do next; None if nothing does."""
    what = f"role {shown(actor.role)} may not {in_words(action)}"
    if role is None or not _role_may(role, action):
        return what, _who_may(edition, action)
    if role.only_where_invited and action != BREAK_GLASS and not _is_invited(actor, facts):
        return (
            f"{what} in a case to which nobody invited them",
            "Invite them with InviteExpert.",
        )
    if action == IMPORT and IMPORT_INTO_CASE not in role.may and facts.into_a_case():
        return f"{what} into a case that already exists", _who_may(edition, IMPORT_INTO_CASE)
    corrects = action in ways_to_record() and facts.corrects_a_decision()
    rights = _TO_PROPOSE if action == "ProposeCorrection" else (CORRECT_DECISION,)
    if corrects and not any(one in role.may for one in rights):
        by_two = _BY_TWO if action == "CorrectRecord" else ""
        return f"{what} if it corrects a decision", _who_may(edition, *rights) + by_two
    return None


def _own_practice(
    permissions: Permissions, actor: Actor, action: str, facts: Facts
) -> tuple[str, str] | None:
    """Return what stands in the way of somebody with an interest; None if nothing does."""
    if not _is_interested(permissions, actor, facts):
        return None
    decides = action in ways_to_record() and facts.corrects_what_decides()
    if action not in DECIDING and not decides:
        return None
    what = (
        "the permissions file declares that you have an interest in this case, so you may not "
        f"{in_words(action)}"
    )
    return what, "Somebody else must do it: nobody decides a review of their own practice."


def _is_interested(permissions: Permissions, actor: Actor, facts: Facts) -> bool:
    """Say whether the actor has a declared interest in the case, however it is spelt."""
    # Somebody who is refused by mistake notices it, and has the file corrected; nobody would
    # notice an interest that was overlooked.
    return any(
        is_one_person(one.person, actor.id) and plainly(one.case) == plainly(facts.case or "")
        for one in permissions.interests
    )


def _is_invited(actor: Actor, facts: Facts) -> bool:
    """Say whether the actor was invited into the case as an expert."""
    return any(is_one_person(one, actor.id) for one in facts.experts())


def _role_may(role: Role, action: str) -> bool:
    """Say whether a role may do something at all."""
    if action in ways_to_record():
        return action in role.commands or ALL in role.commands
    if (scope := _SCOPES.get(action)) is not None:
        return scope in role.words
    return action in role.may


def _who_may(edition: PermissionsEdition, *actions: str) -> str:
    """Return which roles may do something, or one of several things, as a sentence."""
    roles = [one.id for one in edition.roles if any(_role_may(one, each) for each in actions)]
    whom = f"Roles that may: {listed(roles)}." if roles else "No role may."
    return (
        f"{whom} The person who runs this program can change that, with a new edition of the "
        "permissions file."
    )
