"""`apply`, `import` and `db`: commands that write to a store."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from rapid_review.cli import completing
from rapid_review.cli.authority import authority_options
from rapid_review.cli.context import store_at, store_if_there, terms_named, warn_of_end
from rapid_review.cli.errors import BREACH, REFUSED, counts_as_breach
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputFile, InputPath, on_a_server
from rapid_review.cli.keys import announce_keys, keys_of_new, recording_options
from rapid_review.cli.options import calendar_option, editions_option, json_option, store_option
from rapid_review.cli.output import (
    print_entries_so_far,
    print_json,
    print_line,
    print_position,
    print_rows,
)
from rapid_review.cli.question import Question, asks_as
from rapid_review.domain.printable import counted
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews
    from rapid_review.store.writing.calendars_at_hand import OwnCalendars

_lines = click.argument("file", type=InputFile(), metavar="FILE|-")


@click.command()
@_lines
@store_option
@editions_option
@click.option(
    "--clock-lag",
    type=click.IntRange(min=5),
    metavar="MINUTES",
    help="Accept a clock on this machine that is up to this many minutes behind a case's newest "
    "entry; new entries then get the time of that entry. Default: 5.",
)
@click.option(
    "--fail-on-breach",
    is_flag=True,
    help="Exit with 6 if a line leads to a finding: a forbidden step, an impossible order of "
    "days, or a duty that was not done.",
)
@calendar_option
@recording_options
@authority_options
@json_option
@asks_as(Question)
def apply(
    question: Question, file: BinaryIO, *, clock_lag: int | None, fail_on_breach: bool
) -> None:
    """Record what a FILE of commands asks, and print the findings.

    Each line of the FILE is a JSON object: {"case": ..., "command": ..., "at": ..., "by": {"id":
    ..., "role": ..., "agency": ...}, ...} with the command's own fields added, and command_id and
    purpose if you like. Refused and invalid lines are reported; all other lines are still
    recorded.
    """
    from rapid_review.wire.answers import apply_lines

    done, breached = True, False
    with question.reviews(create=True, records=True) as reviews:
        _warn_of_calendar(reviews, question)
        if clock_lag is not None:
            reviews.clock_lag = timedelta(minutes=clock_lag)
        for answer in apply_lines(file, reviews):
            print_line(answer)
            done = done and "events" in answer
            breached = breached or any(
                counts_as_breach(one["verdict"], one["kind"]) for one in answer.get("findings", ())
            )
    if not done:
        raise click.exceptions.Exit(REFUSED)
    if fail_on_breach and breached:
        raise click.exceptions.Exit(BREACH)


@click.command("import")
@_lines
@store_option
@editions_option
@calendar_option
@recording_options
@authority_options
@json_option
@asks_as(Question)
def import_(question: Question, file: BinaryIO) -> None:
    """Record what happened elsewhere, from a FILE of events.

    Each line of the FILE is a JSON object: {"case": ..., "event": {"kind": ..., "at": ..., ...},
    "by": {"id", "role", "agency"}} and command_id if you like. The lines of a case are its
    history, in the order of the file. Lines without a notification are added to a case that
    already exists. What the record already has is not recorded again. Only what makes no sense is
    refused, such as a step before the notification: what breaks any other rule is printed as a
    finding. If one line of a case is invalid, the whole case is left out.
    """
    from rapid_review.cli.commands.record.importing import import_lines

    done = True
    with question.reviews(create=True, records=True) as reviews:
        _warn_of_calendar(reviews, question)
        for answer in import_lines(file, reviews, print_entries_so_far):
            print_line(answer)
            done = done and "events" in answer
    if not done:
        raise click.exceptions.Exit(REFUSED)


def _warn_of_calendar(reviews: "RapidReviews", question: Question) -> None:
    """Warn on standard error that the calendar that counts ends soon, or is not in the store."""
    from rapid_review.calendars.bundled import digest_of

    counting = reviews.calendar_named(question.terms.calendar, None)
    warn_of_end(counting, question.shell)
    kept = {digest_of(counting.id, counting.version)}
    kept.update(one.digest for one in reviews.own_calendars())
    if counting.digest not in kept:
        click.echo(
            f"calendar {counting.id} {counting.version} is not in the store, so you must give it "
            "each time you read the days that it counted; store it with `rapid-review db init "
            "--calendar FILE`",
            err=True,
        )


@click.group(cls=Group)
def db() -> None:
    """Make, move, back up, restore and upgrade a store."""


@db.command()
@click.option(
    "--calendar",
    "own",
    metavar="FILE",
    type=InputPath(),
    help="Keep this calendar in the store. Every command on the store uses the newest version "
    "of a calendar.",
)
@click.option(
    "--terms",
    "terms_names",
    metavar="ID|FILE",
    multiple=True,
    shell_complete=completing.terms,
    help="List the partnership of these terms: the store then takes only cases of listed "
    "partnerships. Can be repeated.",
)
@store_option
@recording_options
@json_option
def init(store: str, own: Path | None, terms_names: tuple[str, ...], *, as_json: bool) -> None:
    """Make a store, unless it exists already.

    --terms states whose cases it is for; --calendar keeps a calendar of your own in it.
    """
    from rapid_review import calendars
    from rapid_review.store.backends.address import shown_store
    from rapid_review.store.writing.calendars_at_hand import OwnCalendars
    from rapid_review.store.writing.partnerships import Partnerships

    named = tuple(map(terms_named, terms_names))  # fails before a store is made
    if own is not None:
        calendars.load_file(own)
    made = _make_on_a_server(store) if on_a_server(store) else not Path(store).exists()
    with closing(store_at(store, create=True)) as there:
        partnerships = Partnerships(there.opened)
        for one in named:
            partnerships.add(one)
        calendars_kept = OwnCalendars(there.opened.tables)
        if own is not None:
            calendars_kept.keep(own.read_bytes(), str(own))
        listed = [one._asdict() for one in partnerships.listed()]
        kept = _rows_of_calendars(calendars_kept)
    place = shown_store(store)
    if as_json:
        print_json({"store": place, "made": made, "calendars": kept, "partnerships": listed})
        return
    click.echo(f"{place}: {'new' if made else 'existed already'}")
    print_rows(listed)
    print_rows(kept)


def _rows_of_calendars(own: "OwnCalendars") -> list[dict[str, object]]:
    """Return the calendars in a store, each with the version of that calendar that counts now."""
    from rapid_review.store.writing.calendars_at_hand import CalendarsAtHand

    own.look()
    newest = CalendarsAtHand(None, own)
    return [
        {
            "calendar": one.id,
            "version": one.version,
            "counts_now": newest.now(one.id).version,
            "digest": one.digest,
        }
        for one in own.looked_at()
    ]


@db.command()
@store_option
@editions_option
@json_option
@asks_as(Question)
def rebuild(question: Question) -> None:
    """Rebuild the read model from the entries, while the old one is still read.

    An interrupted rebuild resumes where it stopped. Entries that cannot be processed are
    listed.
    """
    with question.reviews() as reviews:
        read_model = reviews.read_model()
        read_model.rebuild(print_position)
        position, cases, parked = read_model.read(
            lambda seen: (seen.position, seen.how_many_cases, seen.quarantined())
        )
    if question.as_json:
        print_json(
            {"position": position, "cases": cases, "parked": [plain(one) for one in parked]}
        )
        return
    click.echo(
        f"{counted(cases, 'case')} of {question.terms.partnership}, read to position {position}"
    )
    print_rows([plain(one) for one in parked])


def _make_on_a_server(address: str) -> bool:
    """Make the tables, unless they exist; return whether they were made now."""
    from rapid_review.store.backends.extras import missing_extra

    try:
        from rapid_review.store.backends.postgres.making import init_postgres
    except ImportError as error:
        raise missing_extra("postgres", "a store on PostgreSQL needs its driver") from error
    if (existing := store_if_there(address)) is not None:
        existing.close()
        return init_postgres(address, sealed=existing.codec.is_sealed)  # adds only what is missing
    if (keys := keys_of_new(address)) is not None:
        keys.close()
    made = init_postgres(address, sealed=keys is not None)
    if keys is not None:
        announce_keys(address)
    return made
