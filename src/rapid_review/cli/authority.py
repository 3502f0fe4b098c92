"""Find the permissions file and the access log of a store: by the options, or beside the store.

If a store has a permissions file, it decides about every command that records or opens words.
"""

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from rapid_review.cli.errors import NotFoundError
from rapid_review.cli.inputs import must_be_readable, on_a_server
from rapid_review.cli.keys import KeyPlaces
from rapid_review.cli.option_values import kept, value_of

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.store.authority.port import Authorizer
    from rapid_review.store.sealing.keys import Keys
    from rapid_review.store.store import Store

ACCESS: Final = "RAPID_REVIEW_ACCESS"
ACCESS_KEYS: Final = "RAPID_REVIEW_ACCESS_KEYS"
ACCESS_KEY_FILE: Final = "RAPID_REVIEW_ACCESS_KEY_FILE"
PERMISSIONS: Final = "RAPID_REVIEW_PERMISSIONS"
"""The environment variables that name the access log, its keys and the permissions file."""


class Authority(NamedTuple):
    """Who decides what is allowed in a store, and its access log; each None if there is none."""

    authorizer: "Authorizer | None" = None
    access: "Store | None" = None


_access_option = click.option(
    "--access",
    metavar="FILE|postgresql://...",
    envvar=ACCESS,
    expose_value=False,
    callback=kept("access"),
    help=f"The access log. Default: the value of {ACCESS}, or the log beside the store.",
)
permissions_option = click.option(
    "--permissions",
    metavar="FILE",
    envvar=PERMISSIONS,
    type=click.Path(path_type=Path),
    expose_value=False,
    callback=kept("permissions"),
    help=f"The permissions file. Default: the value of {PERMISSIONS}, or the file beside the "
    "store.",
)


_access_keys_option = click.option(
    "--access-keys",
    metavar="FILE|postgresql://...",
    envvar=ACCESS_KEYS,
    expose_value=False,
    callback=kept("access key store"),
    help=f"The key store of the access log. Default: the value of {ACCESS_KEYS}, or the key store "
    "beside the log.",
)
_access_key_file_option = click.option(
    "--access-key-file",
    metavar="FILE",
    envvar=ACCESS_KEY_FILE,
    expose_value=False,
    callback=kept("access key file"),
    help="The key file that opens the access log's key store. Default: the value of "
    f"{ACCESS_KEY_FILE}, or a file beside the store's key file if you named that, or else beside "
    "the access log.",
)


def authority_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name the access log, its keys and the permissions file."""
    with_keys = _access_keys_option(_access_key_file_option(permissions_option(command)))
    return _access_option(with_keys)


def authority_of(
    store: str, terms: "Terms", *, reads_words: bool, records: bool, sealed: bool
) -> Authority:
    """Return who decides what is allowed in a store, and its access log.

    Args:
        store: the store.
        terms: the terms of the partnership whose cases are meant.
        reads_words: whether the command opens words, or lists who did; the access log is then
            made if it does not exist.
        records: whether the command records, so that it needs the keys of the access log.
        sealed: whether the store is sealed; a new access log is then sealed too.

    Raises:
        InvalidInputError: the permissions file cannot be used, or is another partnership's.
        UsageError: a file that was named is not there.
        RecordError: the access log cannot be opened.
    """
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.store.authority.by_file import ByPermissions
    from rapid_review.store.authority.permissions import PermissionsFile

    file = _permissions_file(store)
    if file is None:
        access = _access_at(store, records=records, sealed=sealed) if reads_words else None
        return Authority(access=access)
    by_file = ByPermissions(PermissionsFile(file))
    if (found := by_file.permissions.partnership) != terms.partnership:
        raise InvalidInputError(
            f"{file.name}: partnership: found {found}; allowed: {terms.partnership}, "
            f"the partnership of terms {terms.id}; name the permissions file of that partnership "
            "with --permissions"
        )
    return Authority(by_file, _access_at(store, records=records, sealed=sealed))


def warn_of_roles(store: str, roles: Collection[str], today: date) -> None:
    """Warn of roles that the permissions in force give no right: their people can do nothing.

    Args:
        store: the store.
        roles: the roles of people who are to record or to read words.
        today: the day of today.

    Raises:
        InvalidInputError: the permissions file cannot be used.
    """
    from rapid_review.domain.errors import listed
    from rapid_review.store.authority.permissions import permissions_in

    if (file := _permissions_file(store)) is None:
        return
    edition = permissions_in(file).on(today)
    known = {one.id for one in edition.roles} if edition else set[str]()
    for role in sorted(set(roles) - known):
        click.echo(
            f"Warning: role {role} may record nothing and read no words: {file.name} has no row "
            f"for it today. Roles with a row: {listed(known)}. Add a row, or give the person "
            "another role",
            err=True,
        )


def _permissions_file(store: str) -> Path | None:
    """Return the permissions file that was named or is beside the store; None without one."""
    if (named := value_of("permissions")) is not None:
        must_be_readable(Path(str(named)))
        return Path(str(named))
    beside = None if on_a_server(store) else Path(store).with_suffix(".permissions.toml")
    return beside if beside is not None and beside.exists() else None


def _access_at(store: str, *, records: bool, sealed: bool) -> "Store":
    """Open the access log; make it if it is a file that does not exist yet."""
    from rapid_review.store.backends import open as opening
    from rapid_review.store.closing import closed_on_failure
    from rapid_review.store.store import Store

    place = _access_place(store)
    if on_a_server(place):
        there = opening.on_postgres(place)
    elif Path(place).exists():
        there = opening.on_sqlite(place, create=False)
    else:
        places = _access_keys(place) if sealed else None
        keys = None if places is None else places.made()
        made = Store.on_sqlite(place, keys=keys, unsealed=keys is None)
        with closed_on_failure(made):
            click.echo(f"A new access log: {place}", err=True)
            if places is not None:
                places.announce("The purposes in it")
            return made
    with closed_on_failure(there):
        # An unsealed log is allowed: it holds the purposes of readings, and no words of a case.
        if not there.log.is_sealed:
            return Store(there, unsealed=True)
        return Store(there, _keys_of_log(place, records=records))


def _keys_of_log(place: str, *, records: bool) -> "Keys | None":
    """Return the keys of an access log; None if they are missing and nothing is to be recorded."""
    from rapid_review.domain.errors import KeysError

    places = _access_keys(place)
    if places is None:
        return None
    try:
        return places.opened()
    except KeysError:
        if records:
            raise
        return None


def _access_keys(place: str) -> KeyPlaces | None:
    """Return where the keys of an access log are; None for one on a server if nobody named them.

    The access log has its own key file: otherwise rotating the store's would lock it out.
    """
    key_store, file = value_of("access key store"), value_of("access key file")
    if on_a_server(place):
        return KeyPlaces(str(key_store), Path(str(file))) if key_store and file else None
    of_the_store, beside = value_of("key file"), Path(place)
    named = f"{of_the_store}.access" if of_the_store else beside.with_suffix(".key-file")
    return KeyPlaces(str(key_store or beside.with_suffix(".keys")), Path(str(file or named)))


def must_have_an_access_log(store: str) -> None:
    """Check that there is an access log to read.

    Raises:
        NotFoundError: there is none.
    """
    place = _access_place(store)
    if not on_a_server(place) and not Path(place).exists():
        raise NotFoundError(
            f"there is no access log {place}; it is made when somebody first reads words; name "
            "another with --access"
        )


def _access_place(store: str) -> str:
    named = value_of("access")
    if named is None and on_a_server(store):
        raise click.UsageError(
            "a store on a server has no folder for an access log; name the access log with "
            "--access"
        )
    return str(named or Path(store).with_suffix(".access.db"))
