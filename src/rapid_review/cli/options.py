"""The options that commands share, and the types of their values."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli import completing
from rapid_review.cli.context import EARLIER_TERMS, KENT, STORE
from rapid_review.cli.option_values import kept
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor

_ADDRESS: Final = "rapid_review.store"
"""The name under which click's context keeps an address that was read from elsewhere."""

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS: Final = range(1978, 2200)
"""The first is the first year of the shipped calendars: an incident may lie decades back."""


Decorator = Callable[[Callable[..., None]], Callable[..., None]]
"""Gives a command one or more options."""


def with_options(*options: Decorator) -> Decorator:
    """Return a decorator that gives a command several options, in the order of `--help`."""

    def decorator(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):  # the one nearest the function is listed last
            command = option(command)
        return command

    return decorator


class Who(click.ParamType["Actor"]):
    """A person as ID:ROLE:AGENCY."""

    name = "actor"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Actor":
        """Return the actor that a text names."""
        from pydantic import ValidationError

        from rapid_review.domain.vocabulary import Actor

        id_, _, rest = str(value).partition(":")
        role, _, agency = rest.partition(":")
        try:
            return Actor(id=id_, role=role, agency=agency)
        except ValidationError:
            self.fail(
                "allowed: ID:ROLE:AGENCY, such as pt-01:analyst:partnership-team", param, ctx
            )


class When(click.ParamType[date | datetime]):
    """A date, or a time with its offset. Without an offset nobody knows which moment is meant."""

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
            found = f"{counted(len(text), 'character')} that are not a date"
            if _ISO_DATE.fullmatch(text):
                found = f"{text}, a day that does not exist"
            self.fail(
                f"found {found}; allowed: a date, as year-month-day, such as 2020-05-04, "
                "or a time with its offset, such as 2020-05-04T09:30+01:00",
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
            self.fail(
                f"found the year {when.year}; allowed: {_YEARS[0]} to {_YEARS[-1]}", param, ctx
            )
        return when


def _address_from(read: Callable[[str], str]) -> Callable[..., None]:
    """Return the callback of an option that says where to read the store's address."""

    def use(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        if value is not None:
            if _ADDRESS in ctx.meta:
                raise click.UsageError(
                    f"{param.opts[0]} and another option each name a store; give only one of them"
                )
            ctx.meta[_ADDRESS] = read(value)

    return use


def _in_file(name: str) -> str:
    from rapid_review.store.backends.address import address_in_file

    return address_in_file(Path(name))


def _of_service(name: str) -> str:
    from rapid_review.store.backends.address import address_of_service

    return address_of_service(name)


def _named(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the store that `--store` names, or the address that another option has read."""
    address: str | None = ctx.meta.get(_ADDRESS)
    if address is None:
        return value
    if ctx.get_parameter_source(param.name or "") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError(
            "--store and another option each name a store; give only one of them"
        )
    return address


case_argument = click.argument("case", shell_complete=completing.cases)
"""The case that a command is about."""
case_or_all_argument = click.argument("case", required=False, shell_complete=completing.cases)
"""The case that a command is about; without it, all cases."""
store_option = with_options(
    click.option(
        "--store",
        metavar="FILE|postgresql://...",
        default=STORE,
        show_default=True,
        callback=_named,
        help="The store that contains the cases.",
    ),
    click.option(
        "--store-from-file",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        is_eager=True,
        expose_value=False,
        callback=_address_from(_in_file),
        help="Read the server's address from a file that only you can read.",
    ),
    click.option(
        "--store-from-service",
        metavar="NAME[?schema=...]",
        is_eager=True,
        expose_value=False,
        callback=_address_from(_of_service),
        help="Read the server's address from the service with this name in ~/.pg_service.conf.",
    ),
)
"""The options that name a store, or the place where its address is written."""
terms_option = click.option(
    "--terms",
    "terms_name",
    metavar="ID|FILE",
    default=KENT,
    show_default=True,
    shell_complete=completing.terms,
    help="The partnership's terms: the id of terms that come with the package, or a TOML file.",
)
_earlier_terms_option = click.option(
    "--earlier-terms",
    metavar="FILE",
    multiple=True,
    expose_value=False,
    callback=kept(EARLIER_TERMS),
    help="Another edition of the partnership's own terms, which applies or applied to some cases; "
    "you can give several.",
)
editions_option = with_options(terms_option, _earlier_terms_option)
"""The options that name terms and their earlier editions."""
who_reads = partial(
    click.option,
    type=Who(),
    metavar="ID:ROLE:AGENCY",
    required=True,
    help="Who reads, such as m-1:member:health.",
)
"""Makes the option that names the person who reads words; its argument is the option's name."""

purpose_option = click.option(
    "--purpose",
    metavar="TEXT",
    required=True,
    help="The purpose, in a few plain words. It is recorded.",
)
calendar_option = click.option(
    "--calendar",
    metavar="FILE|ID@VERSION",
    help="Count with this calendar. Default: the newest in the store or the package.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
happened_option = click.option(
    "--happened-by",
    metavar="WHEN",
    type=When(),
    help="Show what had happened by this time: a date (all of that day), or a time with its "
    "offset.",
)
recorded_option = click.option(
    "--recorded-by",
    metavar="WHEN",
    type=When(),
    help="Show what was recorded by this time. Later entries and corrections are left out.",
)
