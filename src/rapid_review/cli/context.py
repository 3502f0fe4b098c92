"""What commands share: the clock, opening a store, and finding the terms and calendars named."""

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
"""The name under which click's context keeps the files of `--earlier-terms`."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The time and the random numbers of the program; everything else receives them from here.

    Attributes:
        clock: returns the time now, aware.
        key: returns 32 new random bytes, the key for the pseudonyms of one export.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    key: Callable[[], bytes] = lambda: token_bytes(32)


pass_shell = click.make_pass_decorator(Shell)


def end_of(when: date | datetime, terms: "Terms") -> datetime:
    """Return a time unchanged, and a date as its last microsecond in the terms' time zone."""
    from rapid_review.projections.as_of import end_of_day

    return when if isinstance(when, datetime) else end_of_day(when, terms)


def terms_named(name: str) -> "Terms":
    """Return the terms in a TOML file, or the shipped terms with an id.

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
    """Return the calendar in a file, or a version of a shipped calendar.

    Raises:
        CalendarError: there is no such calendar, or the file cannot be used.
        UsageError: there is no such file.
    """
    from rapid_review import calendars

    if is_a_file(name, ".json"):
        must_be_readable(Path(name))
        return calendars.load_file(name)
    return calendars.load(name, version)


def calendar_named(name: str) -> "WorkingCalendar":
    """Return the calendar in a file, or the shipped calendar named as ID or ID@VERSION.

    Raises:
        CalendarError: there is no such calendar, or the file cannot be used.
        UsageError: there is no such file.
    """
    if is_a_file(name, ".json"):
        return calendar_in_version(name, None)
    calendar_id, _, version = name.partition("@")
    return calendar_in_version(calendar_id, version or None)


def calendars_with(name: str | None, terms: "Terms") -> "CalendarsOfNow | None":
    """Return a function that gives the current calendar by its id.

    Args:
        name: the calendar that `--calendar` names: a file, or ID@VERSION of a shipped calendar;
            None if it was not given.
        terms: the terms, which name the calendar that they use.

    Returns:
        The function; None if no calendar was named, so that the newest one counts, in the store
        or the package.

    Raises:
        CalendarError: there is no such calendar, or the file cannot be used.
        UsageError: there is no such file, or the terms use another calendar.
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
    """Warn on standard error if a calendar's published bank holidays end within a year."""
    from rapid_review.calendars import ends_soon

    if (warning := ends_soon(calendar, shell.clock().date())) is not None:
        click.echo(warning, err=True)


def clock_named(terms: "Terms", deadline_id: str | None) -> "Deadline":
    """Return the clock with an id; without an id, the main clock of the terms.

    Raises:
        UsageError: the terms have no such clock.
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
    may_only_read: bool = False,
) -> "RapidReviews":
    """Open the rapid reviews kept in a store.

    Args:
        store: the store.
        terms: the terms of the partnership whose cases are meant.
        shell: the clock and the random numbers.
        create: whether to make the store if it does not exist.
        calendar: the calendar that `--calendar` names; see `calendars_with`.
        records: whether the command records: a sealed store is then opened with its keys, and the
            store's permissions file says who may record.
        reads_words: whether the command opens words, or lists who did.
        commits_together: see `Store`.
        may_only_read: whether the command can also run on a store that is open for reading only;
            it then neither records nor opens words.

    Raises:
        InvalidInputError: the store is for the cases of other partnerships, or cannot commit
            commands together.
        KeysError: the command records, and the keys of the store cannot be used.
        NotFoundError: there is no store, and `create` is not set.
        RecordError: the file is not a store of this library, or cannot be read.
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
        may_only_read=may_only_read,
    )
    if may_only_read and there.opened.tables.reads_only:
        records = reads_words = False
    by = _authority(there, store, terms, records=records, reads_words=reads_words)._asdict()
    reviews = RapidReviews.owning(
        there, terms=terms, clock=shell.clock, calendars=given, editions=earlier, **by
    )
    with closed_on_failure(reviews):
        reviews.partnerships.must_hold(terms)
    return reviews


def _earlier_terms() -> "tuple[Terms, ...]":
    """Return the editions of terms that `--earlier-terms` names.

    Raises:
        TermsError: there are no such terms, or the file cannot be used.
        UsageError: there is no such file.
    """
    return tuple(map(terms_named, _names_of_earlier_terms()))


def _names_of_earlier_terms() -> tuple[str, ...]:
    return cast("tuple[str, ...]", value_of(EARLIER_TERMS) or ())


def files_of_terms(name: str) -> "tuple[Path, ...]":
    """Return the terms files that `--terms` and `--earlier-terms` name, with their rule sets.

    Terms that ship with the package are left out.

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
    """Return who may do what in an open store; if that cannot be read, close the store."""
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
    may_only_read: bool = False,
) -> "Store":
    """Open a store, whichever partnerships it is for; see `reviews_in` for the arguments."""
    from rapid_review.store.backends import open as opening
    from rapid_review.store.closing import closed_on_failure
    from rapid_review.store.store import Store

    if on_a_server(store):
        there = opening.on_postgres(store)
    elif Path(store).exists():
        there = opening.on_sqlite(store, create=False)
    elif create:
        # Without the folder no keys are made, so that the error is about the store.
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
        records = records and not (may_only_read and there.tables.reads_only)
        keys = keys_of(store) if records and there.log.is_sealed else None
        return Store(there, keys, unsealed=is_unsealed(), commits_together=commits_together)


def store_if_there(store: str) -> "Store | None":
    """Open a store for reading; return None if there is no store.

    A schema on a server that is not a store of this library counts as no store.

    Raises:
        RecordError: the file is not a store of this library, or cannot be read.
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
    """Print a sentence about a store on standard error, with its address but no password."""
    from rapid_review.store.backends.address import shown_store

    click.echo(f"{what} in {shown_store(store)}.", err=True)


def shipped_terms() -> "tuple[Terms, ...]":
    """Return all terms that ship with the package."""
    from rapid_review import terms

    return tuple(map(terms.load, terms.available()))
