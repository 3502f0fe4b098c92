"""What surrounds a command: the clock, the options that commands share, opening a store."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.store import RapidReviews

KENT: Final = "kent-and-medway-2020-05"
STORE: Final = "rapid-review.db"

REFUSED: Final = 5
"""The exit code where some of the input was refused or invalid, and the rest was done."""

BREACH: Final = 6
"""The exit code where a breach was found, and one was to fail."""

_ADDRESS: Final = "rapid_review.store"
"""Under what name a command's context keeps the address that an option read from elsewhere."""

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS: Final = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Shell:
    """The outermost layer, and the only one with a clock, or with chance.

    Attributes:
        clock: says what time it is now, aware.
        key: draws a new key of 32 bytes, for the pseudonyms of one export.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    key: Callable[[], bytes] = lambda: token_bytes(32)


pass_shell = click.make_pass_decorator(Shell)


class FaultError(click.ClickException):
    """A fault of ours, or of the machine."""

    exit_code = 1


class NotFoundError(click.ClickException):
    """What was asked for is not there."""

    exit_code = 3


class IntegrityError(click.ClickException):
    """The store, or a row in it, is not as it must be."""

    exit_code = 4


class RefusedError(click.ClickException):
    """The terms or the case forbid it, or what was said has no meaning."""

    exit_code = 5


class When(click.ParamType[date | datetime]):
    """A date, or a time with its offset; a time without one could be meant in two zones."""

    name = "when"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date | datetime:
        """Return the date or the aware time that a text names."""
        text = str(value)
        try:
            when = (
                date.fromisoformat(text)
                if _ISO_DATE.fullmatch(text)
                else datetime.fromisoformat(text)
            )
        except ValueError:
            self.fail(
                f"a value of {len(text)} characters is no date; allowed: a date such as "
                "2020-05-04, or a time with its offset such as 2020-05-04T09:30+01:00",
                param,
                ctx,
            )
        if isinstance(when, datetime) and when.utcoffset() is None:
            self.fail(
                f"{when.isoformat()} has no offset, so its day is unknown; add one, as in "
                f"{when.isoformat(timespec='minutes')}+01:00 or {when:%Y-%m-%dT%H:%M}Z, "
                f"or give only the date {when.date()}",
                param,
                ctx,
            )
        if when.year not in _YEARS:
            self.fail(f"the year {when.year} lies outside {_YEARS[0]} to {_YEARS[-1]}", param, ctx)
        return when


def end_of(when: date | datetime, terms: "Terms") -> datetime:
    """Return a moment as it is, and of a date its last microsecond by the terms' own midnight."""
    if isinstance(when, datetime):
        return when
    return datetime.combine(when, time.max, tzinfo=terms.zone)


def terms_named(name: str) -> "Terms":
    """Return the terms of a TOML file, or shipped ones by their id.

    Raises:
        TermsError: there are no such terms, or the file cannot be used.
        UsageError: there is no such file.
    """
    from rapid_review import terms
    from rapid_review.cli.inputs import is_a_file, must_be_readable

    if not is_a_file(name, ".toml"):
        return terms.load(name)
    must_be_readable(Path(name))
    return terms.load_file(name)


def reviews_in(
    store: str, terms: "Terms", shell: Shell, *, create: bool = False
) -> "RapidReviews":
    """Open the rapid reviews kept in a store.

    Raises:
        NotFoundError: there is no store, and none may be made.
        RecordError: the file is no store of ours, or cannot be read.
    """
    from rapid_review.store import RapidReviews

    if on_a_server(store):
        return RapidReviews.on_postgres(store, terms=terms, clock=shell.clock)
    is_new = not Path(store).exists()
    if is_new and not create:
        raise NotFoundError(
            f"there is no store {store}; `rapid-review db init --store {store}` makes one, "
            "and --store names another"
        )
    reviews = RapidReviews.on_sqlite(store, terms=terms, clock=shell.clock, create=create)
    if is_new:
        click.echo(f"A new store: {store}", err=True)
    return reviews


def on_a_server(store: str) -> bool:
    """Say whether a store is named by the address of a PostgreSQL server, and not as a file.

    Raises:
        InvalidInputError: it reads like an address, and is none that a store can have.
    """
    from rapid_review.store.backends import address as store_address

    return store_address.on_a_server(store)


def say_of(store: str, what: str) -> None:
    """Say on standard error what holds in a store, which is named without a password."""
    from rapid_review.store.backends.address import shown_store

    click.echo(f"{what} in {shown_store(store)}.", err=True)


def shipped_terms() -> "tuple[Terms, ...]":
    """Return every edition that ships with the package."""
    from rapid_review import terms

    return tuple(map(terms.load, terms.available()))


def _kept_elsewhere(read: Callable[[str], str]) -> Callable[..., None]:
    """Return what puts the address that an option names in the place of the one of --store."""

    def use(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        if value is not None:
            if _ADDRESS in ctx.meta:
                raise click.UsageError(f"{param.opts[0]} and another option name a store each")
            ctx.meta[_ADDRESS] = read(value)

    return use


def _in_file(name: str) -> str:
    from rapid_review.store.backends.address import address_in_file

    return address_in_file(Path(name))


def _of_service(name: str) -> str:
    from rapid_review.store.backends.address import address_of_service

    return address_of_service(name)


def _named(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the store that is named by --store, or by one of the options beside it."""
    address: str | None = ctx.meta.get(_ADDRESS)
    if address is None:
        return value
    if ctx.get_parameter_source(param.name or "") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("--store and another option name a store each; one is enough")
    return address


def store_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that names a store, and those that keep its address elsewhere."""
    options = (
        click.option(
            "--store",
            metavar="FILE|postgresql://...",
            default=STORE,
            show_default=True,
            callback=_named,
            help="The store of the cases.",
        ),
        click.option(
            "--store-from-file",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False),
            is_eager=True,
            expose_value=False,
            callback=_kept_elsewhere(_in_file),
            help="Read the server's address from a file that only you may read.",
        ),
        click.option(
            "--store-from-service",
            metavar="NAME[?schema=...]",
            is_eager=True,
            expose_value=False,
            callback=_kept_elsewhere(_of_service),
            help="Read the server's address from the service of that name in ~/.pg_service.conf.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


terms_option = click.option(
    "--terms",
    "terms_name",
    metavar="ID|FILE",
    default=KENT,
    show_default=True,
    help="The partnership's terms: a shipped id, or a TOML file.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, with the same keys."
)
happened_option = click.option(
    "--happened-by",
    metavar="WHEN",
    type=When(),
    help="As the case had happened by then: a date (all of that day) or a time with its offset.",
)
recorded_option = click.option(
    "--recorded-by",
    metavar="WHEN",
    type=When(),
    help="As it was recorded by then; corrections recorded later are left out.",
)
