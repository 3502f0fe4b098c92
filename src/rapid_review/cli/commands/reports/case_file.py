"""`report case`: one case as a page, from a store or from its bundle."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.as_of import AsOf, History, history_of, times_of
from rapid_review.cli.commands.audit.files import public_key_option, trust_of
from rapid_review.cli.context import (
    IntegrityError,
    NotFoundError,
    Shell,
    happened_option,
    json_option,
    pass_shell,
    recorded_option,
    store_option,
    terms_named,
    terms_option,
)
from rapid_review.cli.output import print_json
from rapid_review.cli.writing import check_vacant, told_of, write_file

if TYPE_CHECKING:
    from rapid_review.audit.verify import Files, Trust
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.reports.case_file.page import Told


@click.command("case")
@click.argument("case")
@click.option("-o", "--output", metavar="FILE|-", required=True, help="A new HTML file.")
@click.option(
    "--bundle",
    metavar="BUNDLE",
    type=click.Path(exists=True, path_type=Path),
    help="The case's bundle, a folder or an archive: read instead of a store, verified, and put "
    "into the page without its words.",
)
@public_key_option
@store_option
@terms_option
@happened_option
@recorded_option
@json_option
@pass_shell
def case_(
    shell: Shell,
    *,
    case: str,
    output: str,
    bundle: Path | None,
    keys: tuple[str, ...],
    store: str,
    terms_name: str,
    happened_by: date | datetime | None,
    recorded_by: date | datetime | None,
    as_json: bool,
) -> None:
    """Write the file of a CASE as one page: to read, to print, to replay and to verify.

    The page holds no words and no names. It loads nothing, and can be read without its script.
    --json says its digest.
    """
    from rapid_review.domain.errors import StorageError

    try:
        from rapid_review.reports.case_file.page import case_file
    except ImportError as error:
        raise StorageError(
            "a page needs what fills it in: pip install 'rapid-review[report]'"
        ) from error

    check_vacant(output, as_json=as_json)
    if (bundle is None) == bool(keys):
        raise click.UsageError("--bundle and --key go together: a bundle is verified with a key")
    if bundle is None:
        history = history_of(case, store, terms_name, shell)
        told = _of_history(history, times_of(happened_by, recorded_by, history.terms, shell))
    elif happened_by or recorded_by:
        raise click.UsageError(
            "a bundle holds a case as it was recorded when it was made; leave out "
            "--happened-by and --recorded-by, or --bundle"
        )
    else:
        told = _from_bundle(case, bundle, trust_of(keys), terms_named(terms_name))
    page = case_file(told)
    write_file(output, page)
    if as_json:
        print_json(told_of(output, {Path(output).name: page}))


def _of_history(history: History, times: AsOf) -> "Told":
    """Return what a store tells of a case.

    Raises:
        NotFoundError: nothing of it had happened, or was recorded, by those times.
    """
    from rapid_review import calendars
    from rapid_review.projections.as_of import known
    from rapid_review.reports.case_file.page import Told

    happened_by, recorded_by, today = times
    if not known(history.entries, happened_by=happened_by, recorded_by=recorded_by):
        raise NotFoundError(
            "nothing of that case had happened, or was recorded, by then; ask for a later time"
        )
    return Told(*history, calendars.load, today, happened_by, recorded_by)


def _from_bundle(case: str, path: Path, trust: "Trust", named: "Terms") -> "Told":
    """Return what a bundle tells of a case, once all of it is verified.

    Raises:
        IntegrityError: it is not intact.
        UsageError: it is not of that case.
        TermsError: the terms that it names are not at hand.
    """
    from rapid_review.domain.case import replay
    from rapid_review.projections.case.replay import REPLAY
    from rapid_review.reports.case_file.evidence import calendars_in, entries_in, evidence_of
    from rapid_review.reports.case_file.page import Told, replay_of
    from rapid_review.store.writing.terms_registry import Editions

    bundle = _intact(path, trust)
    if "case-head" not in bundle.names:
        raise click.UsageError("the bundle is of a whole log; a case file needs that of its case")
    evidence = evidence_of(bundle, trust.logs)
    entries = entries_in(bundle, evidence.head)
    if entries[0].case != case:
        raise click.UsageError("the bundle is of another case; name the case that it is of")
    terms, earlier = Editions(named, ()).held(replay(entry.event for entry in entries))
    today = entries[-1].recorded_at
    known = calendars_in(bundle)
    told = Told(entries, terms, earlier, known, today, evidence=evidence)
    if evidence.states_replay and bundle.read(REPLAY) != bytes(replay_of(told)):
        raise IntegrityError(
            f"{REPLAY} in the bundle is not what its entries lead to by these terms, calendars "
            "and this version of rapid-review; make the page with those that made the bundle"
        )
    return told


def _intact(path: Path, trust: "Trust") -> "Files":
    """Return the files of a bundle, all of which was verified.

    Raises:
        IntegrityError: it is not intact; the message names every file that is wrong.
        UsageError: there is no bundle there.
    """
    from rapid_review.audit.verify import UnreadableError, open_bundle, verify

    try:
        bundle = open_bundle(path)
        findings = verify(bundle, trust).findings
    except UnreadableError as error:
        raise click.UsageError(str(error)) from None
    if findings:
        told = "\n".join(f"  {one.where}: {one.what}" for one in findings)
        raise IntegrityError(f"the bundle is not intact, and no page is made of it\n{told}")
    return bundle
