"""Who may do what, and where readings are recorded: what the options say, or what is beside it.

A command that records or opens words asks by the store's permissions file, if there is one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from rapid_review.cli.errors import NotFoundError
from rapid_review.cli.inputs import must_be_readable
from rapid_review.cli.kept import kept, value_of

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.store.authority.port import Authorizer
    from rapid_review.store.store import Store

ACCESS: Final = "RAPID_REVIEW_ACCESS"
PERMISSIONS: Final = "RAPID_REVIEW_PERMISSIONS"
"""The variables of the environment that name the access log and the permissions file."""


class Authority(NamedTuple):
    """What decides for a store, and where its readings are recorded; None of what there is not."""

    authorizer: "Authorizer | None" = None
    access: "Store | None" = None


_access_option = click.option(
    "--access",
    metavar="FILE|postgresql://...",
    envvar=ACCESS,
    expose_value=False,
    callback=kept("access"),
    help=f"The access log; beside the store if neither this nor {ACCESS} says.",
)
_permissions_option = click.option(
    "--permissions",
    metavar="FILE",
    envvar=PERMISSIONS,
    type=click.Path(path_type=Path),
    expose_value=False,
    callback=kept("permissions"),
    help=f"The permissions file; beside the store if neither this nor {PERMISSIONS} says.",
)


def authority_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name the access log and the permissions file."""
    return _access_option(_permissions_option(command))


def authority_of(store: str, terms: "Terms", *, reads_words: bool) -> Authority:
    """Return what decides for a store, with its access log.

    Args:
        store: the store.
        terms: the terms of the partnership whose cases are meant.
        reads_words: whether the command opens words, or says who did: the log is made then.

    Raises:
        InvalidInputError: the permissions file cannot be used, or is another partnership's.
        UsageError: a file that was named is not there.
        RecordError: the access log cannot be opened.
    """
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.store.authority.by_file import ByPermissions
    from rapid_review.store.authority.permissions import permissions_in

    file = _permissions_file(store)
    if file is None:
        return Authority(access=_access_at(store) if reads_words else None)
    found = permissions_in(file)
    if found.partnership != terms.partnership:
        raise InvalidInputError(
            f"{file.name}: partnership: found {found.partnership}; terms {terms.id} are of "
            f"{terms.partnership}, and permissions are of one partnership"
        )
    return Authority(ByPermissions(found), _access_at(store))


def _permissions_file(store: str) -> Path | None:
    """Return the permissions file: the one that is named, or that is beside the store."""
    from rapid_review.store.backends.address import on_a_server

    if (named := value_of("permissions")) is not None:
        must_be_readable(Path(str(named)))
        return Path(str(named))
    beside = None if on_a_server(store) else Path(store).with_suffix(".permissions.toml")
    return beside if beside is not None and beside.exists() else None


def _access_at(store: str) -> "Store":
    """Open the access log; make it, if it is a file that is not there."""
    from rapid_review.store.backends.address import on_a_server
    from rapid_review.store.store import Store

    place = _access_place(store)
    if on_a_server(place):
        return Store.on_postgres(place, unsealed=True)
    if not Path(place).exists():
        click.echo(f"A new access log: {place}", err=True)
    return Store.on_sqlite(place, unsealed=True)  # it holds no words of a case


def must_have_readings(store: str) -> None:
    """Hold that there is an access log to be read.

    Raises:
        NotFoundError: there is none.
    """
    from rapid_review.store.backends.address import on_a_server

    place = _access_place(store)
    if not on_a_server(place) and not Path(place).exists():
        raise NotFoundError(
            f"there is no access log {place}; the first reading of words makes it, and --access "
            "names another"
        )


def _access_place(store: str) -> str:
    from rapid_review.store.backends.address import on_a_server

    named = value_of("access")
    if named is None and on_a_server(store):
        raise click.UsageError(
            "beside a store on a server there is no place for an access log: give --access"
        )
    return str(named or Path(store).with_suffix(".access.db"))
