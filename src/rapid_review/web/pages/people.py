"""Who may use the pages: a file beside the store, with a person's id, role, agency and password.

Of a password only its Argon2id hash is kept. Each person has a sign-in of their own, so a step
that takes two people takes two sign-ins.
"""

import json
import secrets
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Annotated, Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import StringConstraints, ValidationError

from rapid_review.domain.errors import InvalidInputError, listed, problems
from rapid_review.domain.printable import counted
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Actor, Code, Reference

SHORTEST: Final = 12
"""The length of the shortest password that is accepted, in characters."""
LONGEST: Final = 1_000
"""The length of the longest password that is accepted, in characters."""
_ROUNDS, _LANES, _KIB = 3, 4, 64 * 1024
"""RFC 9106, second recommended option: 64 MiB."""
_HEAD: Final = """\
# Who may use the pages of `rapid-review serve`. `rapid-review people add` writes it.
# may = "team" (reads and records), "reader" (reads), "auditor" (reads, and is shown no words).
"""


class May(StrEnum):
    """What a person may do in the pages.

    Attributes:
        TEAM: read and record.
        READER: read, and words too, where the permissions allow it.
        AUDITOR: read everything except words, and verify.
    """

    TEAM = "team"
    READER = "reader"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    Attributes:
        actor: who they are in the record.
        may: what they may do in the pages.
    """

    actor: Actor
    may: May = May.TEAM


class Listed(Statement):
    """A person of the file."""

    id: Reference
    role: Code
    agency: Code
    may: May = May.TEAM
    password: Annotated[str, StringConstraints(pattern=r"^\$argon2id\$", max_length=400)]

    @property
    def person(self) -> Person:
        """The person, without the password."""
        return Person(Actor(id=self.id, role=self.role, agency=self.agency), self.may)


class _File(Statement):
    people: tuple[Listed, ...] = ()


class People:
    """The people who may sign in.

    Args:
        listed: each of them, by their id.
    """

    def __init__(self, listed: Mapping[str, Listed] | None = None) -> None:
        self._listed = dict(listed or {})

    @property
    def listed(self) -> Mapping[str, Listed]:
        """Each of the people, by their id."""
        return self._listed

    def who_is(self, id_: str, password: str) -> Person | None:
        """Return the person of this id and password; None if there is none.

        Raises:
            InvalidInputError: see `PeopleFile.listed`.
        """
        found = self.listed.get(id_)
        # For an unknown id this takes as long: the time must not reveal which ids exist.
        is_right = _is_password_of(password, found.password if found else _hash_of_no_password())
        return found.person if found is not None and is_right else None


class PeopleFile(People):
    """The people of a file that is read again whenever somebody asks, as others may change it.

    Args:
        path: the file.

    Raises:
        InvalidInputError: it cannot be read, or something in it is wrong.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path.absolute()  # the working folder may change
        # One attribute, as in `PermissionsFile`: several threads may ask at once.
        self._last: tuple[bytes, Mapping[str, Listed]] | None = None
        _ = self.listed

    @property
    def listed(self) -> Mapping[str, Listed]:
        """Each of the people that the file lists now, by their id.

        Raises:
            InvalidInputError: it can no longer be read, or something in it is wrong now. Nobody
                whom it listed before may sign in, or stays signed in, until it is mended.
        """
        # The bytes are compared, as in `PermissionsFile`: two changes may have one time.
        text = _bytes_of(self._path)
        last = self._last
        if last is None or text != last[0]:
            self._last = last = (text, _people_of(text, self._path.name))
        return last[1]


def people_in(file: Path) -> People:
    """Return the people that a file lists.

    Raises:
        InvalidInputError: the file cannot be read, or something in it is wrong; the message shows
            no password.
    """
    return People(_people_of(_bytes_of(file), file.name))


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _not_read(file.name, error) from None


def _people_of(text: bytes, name: str) -> Mapping[str, Listed]:
    try:
        read = tomllib.loads(text.decode())
        found = _File.model_validate_json(json.dumps(read, default=str)).people
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _not_read(name, error) from None
    except ValidationError as error:
        wrong = problems(error, _File)
        raise InvalidInputError(*(f"{name}: {one}" for one in wrong)) from None
    times = Counter(one.id for one in found)
    if twice := [id_ for id_, count in times.items() if count > 1]:
        raise InvalidInputError(
            f"{name}: people: {listed(twice)}: found more than once; leave one block of each"
        )
    return {one.id: one for one in found}


def _not_read(name: str, error: Exception) -> InvalidInputError:
    return InvalidInputError(
        f"{name}: cannot be read: {type(error).__name__}; check that the file exists, that you "
        "may read it, and that it is TOML in UTF-8"
    )


def written(people: Iterable[Listed]) -> str:
    """Return the text of a file that lists people."""
    # No value needs escaping: each is a code, a reference or a hash.
    blocks = (
        f'\n[[people]]\nid = "{one.id}"\nrole = "{one.role}"\nagency = "{one.agency}"\n'
        f'may = "{one.may}"\npassword = "{one.password}"\n'
        for one in people
    )
    return _HEAD + "".join(blocks)


def hashed(password: str) -> str:
    """Return the hash of a password.

    Raises:
        InvalidInputError: the password is too short, or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInputError(
            f"the password: found {counted(len(password), 'character')}; allowed: {SHORTEST} to "
            f"{LONGEST}. "
            "Three or four unrelated words are easy to remember"
        )
    argon2 = Argon2id(
        salt=secrets.token_bytes(16),
        length=32,
        iterations=_ROUNDS,
        lanes=_LANES,
        memory_cost=_KIB,
    )
    return argon2.derive_phc_encoded(password.encode())


def _is_password_of(password: str, kept: str) -> bool:
    try:
        with _ONE_AT_A_TIME:
            Argon2id.verify_phc_encoded(password.encode(), kept)
    except (InvalidKey, ValueError):
        return False
    return True


# Two hashes at once, with several lanes, were seen never to end: the lanes are threads of OpenSSL.
# One at a time also needs its 64 MiB only once.
_ONE_AT_A_TIME: Final = Lock()


def _hash_of_no_password() -> str:
    """Return a hash that no password has, and that takes as long to check as any other."""
    # In base64 without padding: 16 bytes of salt and 32 of hash, as `hashed` makes them.
    return f"$argon2id$v=19$m={_KIB},t={_ROUNDS},p={_LANES}${'A' * 22}${'A' * 43}"
