"""`serve`: the team's pages, only on this machine unless another address is given."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from html import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.authority import authority_options, warn_of_roles
from rapid_review.cli.commands.serve.people import people_beside
from rapid_review.cli.commands.serve.server import (
    ServedAt,
    closing_on_sigterm,
    is_local,
    listening_at,
    run,
)
from rapid_review.cli.context import reviews_in
from rapid_review.cli.keys import recording_options
from rapid_review.cli.options import (
    Who,
    calendar_option,
    editions_option,
    json_option,
    store_option,
    with_options,
)
from rapid_review.cli.output import print_line
from rapid_review.cli.question import Question, asks_as

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.store import RapidReviews
    from rapid_review.web.pages import ByToken, SignIn

_SEEN_BY_OTHERS: Final = (
    "without TLS, others can read what is sent to another machine; give --tls-certificate and "
    "--tls-key, or leave --host out"
)
_HALF_OF_TLS: Final = (
    "--tls-certificate and --tls-key must be given together; if one file holds both, name it twice"
)


_options = with_options(
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="The port; 0 takes a free one.",
    ),
    click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        help="The address. Any address other than this machine's own needs --tls-certificate and "
        "--tls-key.",
    ),
    click.option(
        "--tls-certificate",
        type=click.Path(exists=True, dir_okay=False),
        help="The TLS certificate, as a PEM file.",
    ),
    click.option(
        "--tls-key",
        type=click.Path(exists=True, dir_okay=False),
        help="The key of the TLS certificate, as a PEM file.",
    ),
    click.option(
        "--name",
        "names",
        multiple=True,
        metavar="NAME",
        help="With --host: a host name by which browsers reach the pages. Can be repeated.",
    ),
    click.option(
        "--people",
        "people_file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The file of the people who may sign in. Default: the file beside the store.",
    ),
    click.option(
        "--training",
        is_flag=True,
        help="Serve a training store, for invented cases; a new one is made if there is none. "
        "Every page says so, and nothing can be exported from it.",
    ),
    click.option(
        "--commits-together",
        is_flag=True,
        help="Record what several people send at the same moment with one write to the disk. Only "
        "for a store in a file.",
    ),
    click.option(
        "--as",
        "who",
        metavar="ID:ROLE:AGENCY",
        type=Who(),
        help="Without a people file: the one person who is signed in, by a link that works once.",
    ),
)


@click.command()
@store_option
@editions_option
@calendar_option
@_options
@recording_options
@authority_options
@json_option
@asks_as(Question)
def serve(
    question: Question,
    *,
    port: int,
    host: str,
    tls_certificate: str | None,
    tls_key: str | None,
    names: tuple[str, ...],
    people_file: Path | None,
    training: bool,
    commits_together: bool,
    who: "Actor | None",
) -> None:
    """Show the team's pages in a browser; Ctrl+C stops it.

    Everyone in the people file signs in with a password; `rapid-review people add` adds them.
    Without such a file one local user is signed in, by a link in a file that only they can read.
    """
    from rapid_review.store.backends.extras import must_be_installed

    must_be_installed(
        "web", "serving the pages needs more packages", "rapid_review.web.pages", "uvicorn"
    )
    host = host.strip("[]")  # an address of IPv6 may be given as a URL has it
    if bool(tls_certificate) != bool(tls_key):
        raise click.UsageError(_HALF_OF_TLS)
    if not (tls_key or is_local(host)):
        raise click.UsageError(f"--host: {_SEEN_BY_OTHERS}")
    sign_in = _sign_in(question.store, people_file, who)
    terms, shell = question.terms, question.shell
    with ExitStack() as open_:
        open_.enter_context(closing_on_sigterm())
        reviews = open_.enter_context(
            reviews_in(
                question.store,
                terms,
                shell,
                create=True,
                calendar=question.calendar,
                records=True,
                reads_words=True,
                commits_together=commits_together,
                may_only_read=True,
            )
        )
        if reviews.reads_only:
            click.echo("The pages are read only: you cannot record anything on them", err=True)
        warn_of_roles(question.store, _roles_in(sign_in), terms.local_day(shell.clock()))
        _mark_training(reviews, training=training)
        listening = open_.enter_context(listening_at(host, port))
        place = ServedAt("https" if tls_key else "http", host, listening.getsockname()[1], names)
        open_.enter_context(_announce(place.at, sign_in, as_json=question.as_json))
        app = place.application(reviews, shell, sign_in)
        run(app, listening, tls_certificate, tls_key)


@contextmanager
def _announce(at: str, sign_in: "SignIn", *, as_json: bool) -> Generator[None, None, None]:
    """Print where the pages are, and the file that signs in if there are no passwords."""
    from rapid_review.web.pages import ByToken

    with ExitStack() as open_:
        file = None
        if isinstance(sign_in, ByToken):
            file = open_.enter_context(_redirect(at, sign_in))
        if as_json:
            print_line({"address": at, "open": file})
        elif file is not None:
            click.echo(f"Open this file in a browser to sign in: {file}", err=True)
        click.echo(f"Serving {at}; Ctrl+C stops it", err=True)
        yield


def _mark_training(reviews: "RapidReviews", *, training: bool) -> None:
    """Mark a new store as a training store, if that is asked; print a warning if it is one.

    Raises:
        InvalidInputError: something is recorded in the store already.
    """
    if training:
        reviews.partnerships.mark_as_training(reviews.terms)
    if reviews.partnerships.is_training:
        click.echo("A training store: do not enter a real child's case", err=True)


def _sign_in(store: str, people_file: Path | None, who: "Actor | None") -> "SignIn":
    """Return how people sign in: by a people file, named or beside the store; or else by a link.

    Raises:
        UsageError: there is no people file, and nobody is named.
    """
    from rapid_review.web.pages import ByToken, PeopleFile, Person

    beside = people_beside(store)
    file = people_file or (beside if beside is not None and beside.exists() else None)
    if file is not None:
        if who is not None:
            raise click.UsageError(f"--as: {file} already says who may sign in; leave out --as")
        return PeopleFile(file)
    if who is None:
        raise click.UsageError(
            "nobody can sign in yet; add a person with `rapid-review people add`, or, for one "
            "user of this machine, give --as ID:ROLE:AGENCY"
        )
    return ByToken(Person(who))


def _roles_in(sign_in: "SignIn") -> frozenset[str]:
    """Return the roles of everyone who may sign in, without those who neither record nor read."""
    from rapid_review.web.pages import ByToken, May, People

    if isinstance(sign_in, ByToken):
        return frozenset({sign_in.person.actor.role})
    listed = sign_in.listed.values() if isinstance(sign_in, People) else ()
    return frozenset(one.role for one in listed if one.may is not May.AUDITOR)


@contextmanager
def _redirect(at: str, by: "ByToken") -> Generator[Path, None, None]:
    """Write a file with the link that signs in: no command line and no output has the token."""
    from rapid_review.audit.log import durable

    folder = Path(mkdtemp(prefix="rapid-review-"))
    file = folder / "open.html"
    link = escape(f"{at}/token?token={by.token}")
    page = (
        '<!DOCTYPE html>\n<html lang="en-GB"><title>Rapid reviews</title>\n'
        f'<meta http-equiv="refresh" content="0; url={link}">\n'
        f'<p><a href="{link}">Open the rapid reviews</a></p></html>\n'
    )
    durable.create(file, page.encode())
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)
        folder.rmdir()
