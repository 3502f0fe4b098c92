"""What the tests of reading share: a store with its access log, and people who read."""

from collections.abc import Sequence
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import StorageError
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import Permissions, parse_permissions
from rapid_review.store.authority.port import Authorizer
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.sealing.scope_key import Destroyed, ScopeKey
from rapid_review.store.store import Store
from tests.domain.a_review import KENT
from tests.store.a_record import HandSetClock

MEMBER: Final = Actor(id="m-1", role="member", agency="health")
OTHER_MEMBER: Final = Actor(id="m-2", role="member", agency="health")
POLICE: Final = Actor(id="m-3", role="member", agency="police")
CLERK: Final = Actor(id="c-1", role="clerk", agency="partnership-team")
EXPERT: Final = Actor(id="P-9", role="expert", agency="university")
DUTY: Final = Actor(id="d-1", role="duty", agency="health")

TEXT: Final = """
partnership = "kent-and-medway"
[[editions]]
in_force_from = 2020-01-01
[[editions.roles]]
id = "business-support"
commands = ["all"]
may = ["import-into-case"]
[[editions.roles]]
id = "member"
commands = ["MakeDecision", "CorrectRecord", "ProposeCorrection", "ApproveCorrection"]
words = ["case", "person", "statistics"]
may = ["break-glass", "review-break-glass", "correct-decision"]
[[editions.roles]]
id = "clerk"
commands = ["CorrectRecord", "ImportHistory"]
words = ["case"]
[[editions.roles]]
id = "expert"
words = ["case"]
only_where_invited = true
[[editions.roles]]
id = "duty"
may = ["break-glass"]
"""


def permissions(text: str = TEXT) -> Permissions:
    """Return the permissions of a text."""
    return parse_permissions(text.encode(), name="permissions.toml")


class FailingStore(Store):
    """An access log whose disk may be full."""

    is_full = False

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, unless the disk is full."""
        if self.is_full:
            raise StorageError("the store cannot be written: the disk is full")
        super().append(entries)


class CountingKeys(Keys):
    """Keys that count how often one was asked for, to open a section."""

    asked_for = 0

    def named(self, key_id: bytes) -> tuple[str, ScopeKey | Destroyed] | None:
        """Return the key that a section names, and its scope."""
        self.asked_for += 1
        return super().named(key_id)


def counting_keys() -> CountingKeys:
    """Return new keys that count."""
    made = keys_in_memory()
    made.__class__ = CountingKeys
    assert isinstance(made, CountingKeys)
    return made


def read_in(
    store: Store | None = None,
    access: Store | None = None,
    authorizer: Authorizer | None = None,
    clock: HandSetClock | None = None,
) -> RapidReviews:
    """Return the Kent reviews with an access log, and permissions unless others are given.

    Closed, they close their stores.
    """
    return RapidReviews.owning(
        store or Store.in_memory(keys_in_memory()),
        terms=KENT,
        clock=clock or HandSetClock(),
        access=access or Store.in_memory(),
        authorizer=authorizer or ByPermissions(permissions()),
    )
