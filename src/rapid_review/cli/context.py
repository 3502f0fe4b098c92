"""What surrounds a command: the clock, opening a store, and what the command line names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Final, cast

import click

from rapid_review.cli.authority import Authority, authority_of
from rapid_review.cli.errors import NotFoundError, no_store
from rapid_review.cli.inputs import is_a_file, must_be_readable, on_a_server
from rapid_review.cli.keys import announce_keys, is_unsealed, keys_of, keys_of_new
from rapid_review.cli.option_values import value_of

if TYPE_CHECKING:
    from rapid_review.domain.terms.deadlines import Deadline
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar
    from rapid_review.store import RapidReviews
    from rapid_review.store.store import Store
    from rapid_review.store.writing.calendars_at_hand import CalendarsOfNow

KENT: Final = "kent-and-medway-2020-05"
STORE: Final = "rapid-review.db"
EARLIER_TERMS: Final = "earlier terms"
"""Under what name the files of `--earlier-terms` are kept."""


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


def end_of(when: date | datetime, terms: "Terms") -> datetime:
    """Return a moment as it is, and of a date its last microsecond by the terms' own midnight."""
    from rapid_review.projections.as_of import end_of_day

    return when if isinstance(when, datetime) else end_of_day(when, terms)


def terms_named(name: str) -> "Terms":
    """Return the terms of a TOML file, or shipped ones by their id.

    Raises:
        TermsError: there are no such terms, or the file cannot be used.
        UsageError: there is no such file.
    """
    from rapid_review import terms

    if not is_a_file(name, ".toml"):
        return terms.load(name)
    must_be_readable(Path(name))
    return terms.load_file(name)


def calendar_in_version(name: str, version: str | None) -> "WorkingCalendar":
    """Return the calendar of a file, or a shipped one.

    Raises:
        CalendarError: there is none, or the file cannot be used.
        UsageError: there is no such file.
    """
    from rapid_review import calendars

    if is_a_file(name, ".json"):
        must_be_readable(Path(name))
        return calendars.load_file(name)
    return calendars.load(name, version)


def calendar_named(name: str) -> "WorkingCalendar":
    """Return the calendar of a file, or a shipped one by its id and, after an @, its version.

    Raises:
        CalendarError: there is none, or the file cannot be used.
        UsageError: there is no such file.
    """
    if is_a_file(name, ".json"):
        return calendar_in_version(name, None)
    calendar_id, _, version = name.partition("@")
    return calendar_in_version(calendar_id, version or None)


def calendars_with(name: str | None, terms: "Terms") -> "CalendarsOfNow | None":
    """Return what gives the calendar of now by its id, with one that the command line names.

    Args:
        name: a calendar's file, ID@VERSION of a shipped one, or None for the newest that the
            store keeps or the package ships.
        terms: they name the calendar that counts.

    Raises:
        CalendarError: there is no such calendar, or the file cannot be used.
        UsageError: there is no such file, or it is of another place than the terms name.
    """
    from rapid_review import calendars

    if name is None:
        return None
    own = calendar_named(name)
    if own.id != terms.calendar:
        raise click.UsageError(
            f"--calendar: the file is calendar {own.id}, but terms {terms.id} use calendar "
            f"{terms.calendar}; give a version of {terms.calendar}, or terms that use {own.id}"
        )
    return lambda asked: own if asked == own.id else calendars.load(asked)


def warn_of_end(calendar: "WorkingCalendar", shell: Shell) -> None:
    """Say on standard error if a calendar's published days end within a year."""
    from rapid_review.calendars import ends_soon

    if (warning := ends_soon(calendar, shell.clock().date())) is not None:
        click.echo(warning, err=True)


def clock_named(terms: "Terms", deadline_id: str | None) -> "Deadline":
    """Return the clock of an id; without one, the main clock of the terms.

    Raises:
        UsageError: the terms hold no such clock.
    """
    from rapid_review.domain.errors import listed, shown

    if deadline_id is None:
        return terms.main_clock
    if deadline_id not in terms.clocks:
        raise click.UsageError(
            f"--deadline: terms {terms.id} have no clock {shown(deadline_id)}; allowed: "
            f"{listed(terms.clocks)}"
        )
    return terms.clocks[deadline_id]


def reviews_in(
    store: str,
    terms: "Terms",
    shell: Shell,
    *,
    create: bool = False,
    calendar: str | None = None,
    records: bool = False,
    reads_words: bool = False,
    commits_together: bool = False,
    where_it_can: bool = False,
) -> "RapidReviews":
    """Open the rapid reviews kept in a store.

    Args:
        store: the store.
        terms: the terms of the partnership whose cases are meant.
        shell: what surrounds the command.
        create: whether it may be made.
        calendar: see `calendars_with`.
        records: whether the command records: a sealed store is then opened with its keys, and who
            may is asked by the store's permissions file.
        reads_words: whether the command opens words, or says who did.
        commits_together: see `Store`.
        where_it_can: whether the command should neither record nor open words if the store can
            only be read.

    Raises:
        InvalidInputError: the store is for others' cases, or cannot commit commands together.
        KeysError: the command records, and the keys of the store cannot be used.
        NotFoundError: there is no store, and none may be made.
        RecordError: the file is no store of ours, or cannot be read.
        TermsError: a file of earlier terms cannot be used.
    """
    from rapid_review.store import RapidReviews
    from rapid_review.store.closing import closed_on_failure

    given, earlier = calendars_with(calendar, terms), _earlier_terms()
    there = store_at(
        store,
        create=create,
        records=records,
        commits_together=commits_together,
        where_it_can=where_it_can,
    )
    if where_it_can and there.opened.tables.reads_only:
        records = reads_words = False
    by = _authority(there, store, terms, records=records, reads_words=reads_words)._asdict()
    reviews = RapidReviews.owning(
        there, terms=terms, clock=shell.clock, calendars=given, editions=earlier, **by
    )
    with closed_on_failure(reviews):
        reviews.partnerships.must_hold(terms)
    return reviews


def _earlier_terms() -> "tuple[Terms, ...]":
    """Return the further editions of terms that the command line names.

    Raises:
        TermsError: there are no such terms, or the file cannot be used.
        UsageError: there is no such file.
    """
    return tuple(map(terms_named, _names_of_earlier_terms()))


def _names_of_earlier_terms() -> tuple[str, ...]:
    return cast("tuple[str, ...]", value_of(EARLIER_TERMS) or ())


def files_of_terms(name: str) -> "tuple[Path, ...]":
    """Return the files of one's own that the command line names as terms, with their rule sets.

    Args:
        name: the terms under which new cases open.

    Raises:
        TermsError: a file cannot be read.
    """
    from rapid_review.terms import files_of

    own = [one for one in (name, *_names_of_earlier_terms()) if is_a_file(one, ".toml")]
    return tuple(path for one in own for path in files_of(one))


def _authority(
    there: "Store", store: str, terms: "Terms", *, records: bool, reads_words: bool
) -> Authority:
    """Return who may do what in an open store, which is closed if that cannot be said."""
    from rapid_review.store.closing import closed_on_failure

    if not (records or reads_words):
        return Authority()
    sealed = there.codec.is_sealed
    with closed_on_failure(there):
        return authority_of(store, terms, reads_words=reads_words, records=records, sealed=sealed)


def store_at(
    store: str,
    *,
    create: bool = False,
    records: bool = False,
    commits_together: bool = False,
    where_it_can: bool = False,
) -> "Store":
    """Open a store, whosever cases it holds; for the rest see `reviews_in`."""
    from rapid_review.store.backends import open as opening
    from rapid_review.store.closing import closed_on_failure
    from rapid_review.store.store import Store

    if on_a_server(store):
        there = opening.on_postgres(store)
    elif Path(store).exists():
        there = opening.on_sqlite(store, create=False)
    elif create:
        # No keys are made in a folder that does not exist: the error then names the store.
        keys = keys_of_new(store) if Path(store).absolute().parent.is_dir() else None
        new = Store.on_sqlite(
            store, keys=keys, unsealed=keys is None, commits_together=commits_together
        )
        with closed_on_failure(new):
            click.echo(f"A new store: {store}", err=True)
            if keys is not None:
                announce_keys(store)
            return new
    else:
        raise no_store(store)
    with closed_on_failure(there):
        if there.tables.reads_only and (behind := there.tables.behind()) is not None:
            click.echo(f"Read from {behind}.", err=True)
        records = records and not (where_it_can and there.tables.reads_only)
        keys = keys_of(store) if records and there.log.is_sealed else None
        return Store(there, keys, unsealed=is_unsealed(), commits_together=commits_together)


def store_if_there(store: str) -> "Store | None":
    """Open a store for reading, if there is one; on a server, whatever opens as none is none.

    Raises:
        RecordError: the file is no store of ours, or cannot be read.
        StorageError: the server cannot be reached.
    """
    from rapid_review.domain.errors import RecordError, StorageError

    try:
        return store_at(store)
    except NotFoundError:
        return None
    except RecordError as error:
        if on_a_server(store) and not isinstance(error, StorageError):
            return None
        raise


def print_about_store(store: str, what: str) -> None:
    """Print on standard error a sentence about a store, whose password is left out."""
    from rapid_review.store.backends.address import shown_store

    click.echo(f"{what} in {shown_store(store)}.", err=True)


def shipped_terms() -> "tuple[Terms, ...]":
    """Return every edition that ships with the package."""
    from rapid_review import terms

    return tuple(map(terms.load, terms.available()))
