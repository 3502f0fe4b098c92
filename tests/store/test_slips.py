"""Ordinary slips of a program that no type checker has seen: each is named as what it is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import MemberInformed
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.disclosure import Treatment
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.selection import Selection
from rapid_review.store import RapidReviews, Store
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions
from rapid_review.store.authority.port import Decision
from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.sealing.wrapping import HostWrapping
from rapid_review.tables.checking import check
from tests.domain.a_review import INFORM, KENT, RECEIVE, at, recorded
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, send_all
from tests.store.access.an_access_log import TEXT

ANY: Any = None
SELECTED = Selection(
    KENT,
    KENT.clocks["rapid-review"],
    By.MONTH,
    AsOf(read_on=at("2020-06-01 09:00").date()),
    treatment=Treatment(suppress_below=5),
)
SAID = {"command": "InformMember"}
INFORMED = recorded(MemberInformed, INFORM)


class Asynchronous:
    """An authorizer that is awaited, which nobody does."""

    async def may(self, *_: object) -> Decision:
        """Allow it."""
        return Decision(allowed=True)


def made(**settings: Any) -> RapidReviews:  # noqa: ANN401 - the wrong ones
    """Return reviews in memory with some settings."""
    given: dict[str, Any] = {"terms": KENT, "clock": HandSetClock()}
    return RapidReviews.in_memory(**(given | settings))


def opened(**settings: Any) -> RapidReviews:  # noqa: ANN401 - the wrong ones
    """Return reviews with a case and an access log."""
    reviews = made(access=Store.in_memory(), **settings)
    send_all(reviews, RECEIVE)
    return reviews


def anything(value: object) -> Any:  # noqa: ANN401 - so that no checker sees the slip
    """Return a value."""
    return value


SLIPS: dict[str, tuple[Callable[[], object], str]] = {
    "terms by their id": (
        lambda: made(terms="kent-and-medway-2020-05"),
        "terms: found text; allowed: terms",
    ),
    "a store by its path": (
        lambda: RapidReviews(anything("platform.db"), terms=KENT, clock=HandSetClock()),
        "store: found text; allowed: a store, such as",
    ),
    "a time in place of a clock": (
        lambda: made(clock=at("2020-06-01 09:00")),
        "clock: found a datetime; allowed: a function that is called with nothing",
    ),
    "an async clock": (
        lambda: made(clock=Asynchronous().may),
        "clock: found an async function, which nobody would await",
    ),
    "a server by the settings of a host": (
        lambda: Store.on_postgres(anything({"HOST": "db", "PASSWORD": "x"})),
        "address: found an object; allowed: a text, such as postgresql:",
    ),
    "a file by nothing": (
        lambda: Store.on_sqlite(anything(None)),
        "path: found null; allowed: the path of a file",
    ),
    "a key store by nothing": (
        lambda: keys_at(anything(None), Path("key-file")),
        "table: found null; allowed: the path of a file, or the address",
    ),
    "an async key service": (
        lambda: HostWrapping(1, anything(Asynchronous().may), lambda key, _: key),
        "wrap: found an async function, which nobody would await",
    ),
    "a key service that is given no context": (
        lambda: HostWrapping(1, lambda key, _: key, anything(lambda key: key)),
        "unwrap: found a function that takes other arguments; allowed: .* with a wrapped key",
    ),
    "keys by their file": (
        lambda: made(keys="platform.keys"),
        "keys: found text; allowed: the keys that keys_at",
    ),
    "a key file as a text": (
        lambda: keys_at("platform.keys", anything("platform.key-file")),
        "wrapping: found text; allowed: the key file as a Path",
    ),
    "permissions in place of what asks them": (
        lambda: made(authorizer=parse_permissions(TEXT.encode(), name="p")),
        r"authorizer: found a Permissions; allowed: ByPermissions\(",
    ),
    "an async authorizer": (
        lambda: made(authorizer=Asynchronous()),
        "authorizer: found a Asynchronous; allowed: .* not async",
    ),
    "a permissions file by its name": (
        lambda: ByPermissions(anything("permissions.toml")),
        r"permissions: found text; allowed: PermissionsFile\(path\)",
    ),
    "a person by their id": (
        lambda: made().ask(CASE, RECEIVE, by=anything("pt-01")),
        r"by: found text; allowed: an Actor\(",
    ),
    "a command as an object": (
        lambda: made().ask(CASE, anything(SAID), by=TEAM),
        "command: found an object; allowed: a command",
    ),
    "the class of a command": (
        lambda: made().ask(CASE, anything(type(INFORM)), by=TEAM),
        "command: found a class; allowed: a command",
    ),
    "an event as a command": (
        lambda: made().rehearse(CASE, anything(INFORMED), by=TEAM),
        "command: found a MemberInformed; allowed: a command",
    ),
    "commands as a history": (
        lambda: made().import_history(CASE, anything([RECEIVE]), by=TEAM),
        "history: found a ReceiveNotification; allowed: events",
    ),
    "one event as a history": (
        lambda: made().import_history(CASE, anything(INFORMED), by=TEAM),
        "history: found a list; allowed: events",
    ),
    "a scope as a text": (
        lambda: opened().read(CASE, by=TEAM, purpose="w", scopes=anything("case")),
        "allowed: one or more of case, person, statistics",
    ),
    "a scope that does not exist": (
        lambda: opened().read(CASE, by=TEAM, purpose="w", scopes=anything(("persn",))),
        "allowed: one or more of case, person, statistics",
    ),
    "an entry by a text": (
        lambda: opened().read(CASE, anything("1"), by=TEAM, purpose="w"),
        "version: found text; allowed: the number",
    ),
    "a characteristic by its text": (
        lambda: opened().figures_by(anything("sex"), SELECTED, by=TEAM, purpose="w"),
        "characteristic: found text; allowed: such as Characteristic.SEX",
    ),
    "a table by its name": (
        lambda: check(anything("reviews.csv"), "reviews.csv", made()),
        "data: found text; allowed: the bytes",
    ),
    "no reviews to await": (
        lambda: AsyncRapidReviews(ANY),
        "reviews: found null; allowed: reviews",
    ),
    "a clock without an offset": (
        lambda: made(clock=lambda: datetime(2020, 5, 5, 9)).now(),  # noqa: DTZ001 - the slip
        "clock: says a time without its offset; .*datetime.now",
    ),
    "a command under a clock without an offset": (
        lambda: opened(clock=lambda: datetime(2020, 5, 5, 9)),  # noqa: DTZ001 - the slip
        "clock: says a time without its offset; .*datetime.now",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_with_what_is_allowed(slip: str) -> None:
    """An error of our own, and none of the parts within."""
    does, says = SLIPS[slip]
    with pytest.raises(InvalidInputError, match=says):
        does()


def test_keys_by_their_file_make_no_store(tmp_path: Path) -> None:
    """The slip is found before the file of the store is made."""
    with pytest.raises(InvalidInputError, match="keys: found text"):
        Store.on_sqlite(tmp_path / "record.db", keys=anything("platform.keys"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["0", -1, True, 1.0])
def test_what_is_no_version_is_refused_as_one(store: Store, version: object) -> None:
    """A text, a number below 0, a truth: no version that a case could have."""
    reviews = kent_in(store)
    with pytest.raises(InvalidInputError, match=r"expected_version: .*; allowed: the number"):
        reviews.ask(CASE, RECEIVE, by=TEAM, expected_version=anything(version))
    assert reviews.references() == ()
