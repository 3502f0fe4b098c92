"""A permissions file: which role may do what, from which day on.

It belongs to a store, and not to its terms: taking a right from a role changes the terms of no
case. An edition applies until the day of the next one; all editions stay in the file, which so
shows what applied when. Mistakes are reported as for a terms file.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Len
from pydantic import ValidationError

from rapid_review.domain.errors import InvalidInputError, TermsError, listed
from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.statement import PUBLIC, Statement
from rapid_review.domain.terms.mistakes import Mistake, found, lines, of_form
from rapid_review.domain.terms.retention import Years
from rapid_review.domain.terms.terms_file import read_toml
from rapid_review.domain.vocabulary import Code, Day, Digest, Reference
from rapid_review.store.authority.port import ways_to_record

ALL: Final = "all"
"""Stands for every command."""

Right = Literal[
    "break-glass",
    "review-break-glass",
    "import-into-case",
    "correct-decision",
    "propose-correcting-decision",
    "propose-erasure",
    "approve-erasure",
    "lift-hold",
]
"""What a role may do beside recording and reading."""


class Role(Statement):
    """What a role may do.

    Attributes:
        id: the role, as in `Actor.role`.
        commands: the names of the commands that they may record; "all" for all.
        words: whose words they may read.
        may: what else they may do.
        only_where_invited: whether they may do so only in cases to which they were invited as
            experts, by the reference under which they sign in.
    """

    id: Code
    commands: tuple[Annotated[str, PUBLIC], ...] = ()
    words: tuple[Scope, ...] = ()
    may: tuple[Right, ...] = ()
    only_where_invited: bool = False


class PermissionsEdition(Statement):
    """The permissions from a day on, until the day of the next edition.

    Attributes:
        in_force_from: its first day.
        roles: each role that may do anything; any other may do nothing.
        readings_kept_years: for how many years readings stay in the access log before somebody
            decides whether they still must; None if the file does not say.
    """

    in_force_from: Day
    readings_kept_years: Years | None = None
    roles: Annotated[tuple[Role, ...], Len(min_length=1)]


class Interest(Statement):
    """Somebody whose own practice a review is about.

    Attributes:
        person: the reference under which they sign in, in capital letters or not.
        case: the case; they decide nothing in it. Capital letters and zeros before a number make
            no difference.
    """

    person: Reference
    case: Reference


class Permissions(Statement):
    """A permissions file.

    Attributes:
        digest: SHA-256 over its bytes.
        partnership: whose cases it is about.
        editions: by their days, the earliest first.
        interests: who decides nothing in which case.
    """

    is_published: ClassVar[bool] = True

    digest: Digest
    partnership: Code
    editions: Annotated[tuple[PermissionsEdition, ...], Len(min_length=1)]
    interests: tuple[Interest, ...] = ()

    def on(self, day: date) -> PermissionsEdition | None:
        """Return the edition in force on a day; None before the first."""
        begun = [one for one in self.editions if one.in_force_from <= day]
        return begun[-1] if begun else None


class PermissionsFile:
    """A permissions file that is read again before each decision, as others may change it.

    Args:
        path: the file.

    Raises:
        InvalidInputError: it cannot be read, or has mistakes: one line for each.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path).absolute()  # the working folder may change
        text = _bytes_of(self._path)
        # One attribute: threads that ask at once must not pair these bytes with those permissions.
        self._last = (text, parse_permissions(text, name=self.name))

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self._path.name

    def permissions(self) -> Permissions:
        """Return the permissions that are in the file now.

        Raises:
            InvalidInputError: it can no longer be read, has mistakes now, or is now about another
                partnership's cases. What it allowed before counts no more.
        """
        # The bytes are compared, and not what the file system says of the file: that is the same
        # after two changes in one tick of its clock, and after a copy that keeps the times.
        text = _bytes_of(self._path)
        last, permissions = self._last
        if text == last:
            return permissions
        found = parse_permissions(text, name=self.name)
        if found.partnership != permissions.partnership:
            raise InvalidInputError(
                f"{self.name}: partnership: found {found.partnership}; allowed: "
                f"{permissions.partnership}, as when the program began to use the file"
            )
        self._last = (text, found)
        return found


def permissions_in(path: str | Path) -> Permissions:
    """Return the permissions of a file.

    Raises:
        InvalidInputError: it cannot be read, or has mistakes: one line for each.
    """
    path = Path(path)
    return parse_permissions(_bytes_of(path), name=path.name)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{path.name}: cannot be read: {error.strerror}") from error


def parse_permissions(text: bytes, *, name: str) -> Permissions:
    """Read permissions from the bytes of their TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the permissions' digest.
        name: the file's name, for error messages.

    Raises:
        InvalidInputError: the mistakes, one line for each: file, key, found, allowed.
    """
    try:
        data = read_toml(text, name)
    except TermsError as error:
        raise InvalidInputError(*error.problems) from None
    digest = f"sha256:{hashlib.sha256(text).hexdigest()}"
    # Through JSON, because there a strict model accepts an array as a tuple, which it does not
    # from Python.
    given = json.dumps({**data, "digest": digest}, default=str)
    own = [
        Mistake(
            ("digest",),
            "found a key whose value the program calculates from the file; leave it out",
        )
    ]
    wrong = own if "digest" in data else []
    try:
        permissions = Permissions.model_validate_json(given)
    except ValidationError as error:
        wrong += of_form(error, Permissions, data)
        raise InvalidInputError(*lines(name, data, wrong)) from None
    if wrong := [*wrong, *_mistakes(permissions)]:
        raise InvalidInputError(*lines(name, data, wrong))
    return permissions


def _mistakes(permissions: Permissions) -> Iterator[Mistake]:
    """Yield contradictions in a file whose form is right."""
    names = (ALL, *ways_to_record())
    last: date | None = None
    for at, edition in enumerate(permissions.editions):
        place = ("editions", at)
        day = edition.in_force_from
        if last is not None and day <= last:
            says = f"found {day}; allowed: a day after {last}, the day of the edition before it"
            yield Mistake((*place, "in_force_from"), says)
        last = day
        ids = [role.id for role in edition.roles]
        for number, role in enumerate(edition.roles):
            row = (*place, "roles", number)
            if role.id in ids[:number]:
                yield Mistake(
                    (*row, "id"), f"found {found(role.id)} twice; allowed: one row for each role"
                )
            for which, command in enumerate(role.commands):
                if command not in names:
                    says = f"found {found(command)}; allowed: {listed(names)}"
                    yield Mistake((*row, "commands", which), says)


def template(partnership: str, day: date) -> str:
    """Return a permissions file to start from, every key explained.

    Args:
        partnership: whose cases it is about.
        day: the day from which its first edition applies.
    """
    return _TEMPLATE.format(whose=partnership, day=day)


_TEMPLATE: Final = """\
# Who may do what with the rapid reviews of one partnership. To find mistakes in this file, run
# `rapid-review permissions check FILE`. Never edit an edition that was in force: add another.

partnership = "{whose}"

[[editions]]
# This edition applies from this day until the day of the next edition.
in_force_from = {day}
# For how many years to keep readings in the access log. `rapid-review audit access --due` lists
# the older ones; it deletes nothing.
# readings_kept_years = 6

# A role that has no row may do nothing. "id" is the role in --by ID:ROLE:AGENCY.
[[editions.roles]]
id = "business-support"
# The commands that may be recorded: their names, or "all".
commands = ["all"]
# Whose words may be read: "case", "person", "statistics".
words = ["case"]
# What else the role may do: "break-glass", "review-break-glass", "import-into-case",
# "propose-correcting-decision", "correct-decision" (which is to approve it as well),
# "propose-erasure", "approve-erasure", "lift-hold".
may = ["import-into-case", "propose-correcting-decision", "propose-erasure"]

[[editions.roles]]
id = "member"
commands = ["AssessCriteria", "MakeDecision", "ReconsiderDecision", "AdoptDecision",
            "ProposeCorrection", "ApproveCorrection"]
words = ["case", "person"]
may = ["break-glass", "review-break-glass", "correct-decision", "approve-erasure", "lift-hold"]

[[editions.roles]]
id = "expert"
words = ["case"]
# The role may do this only in cases in which ExpertInvited names the person.
only_where_invited = true

[[editions.roles]]
id = "data-protection-officer"
# RegisterExport records a disclosure.
commands = ["RegisterExport"]
words = ["case", "person", "statistics"]

# Nobody decides a review of their own practice.
# [[interests]]
# person = "u-17"
# case = "KM-2020-007"
"""
