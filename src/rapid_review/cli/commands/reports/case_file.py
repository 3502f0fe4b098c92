"""`report case`: one case as a page, from a store or from its bundle."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.as_of import AsOf, History, history_of, times_of
from rapid_review.cli.commands.audit.files import (
    policy_option,
    proof_option,
    public_key_option,
    trust_of,
)
from rapid_review.cli.context import (
    IntegrityError,
    NotFoundError,
    Shell,
    When,
    end_of,
    happened_option,
    json_option,
    pass_shell,
    recorded_option,
    store_option,
    terms_named,
    terms_option,
)
from rapid_review.cli.inputs import InputPath
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
    type=InputPath(or_folder=True),
    help="The case's bundle, a folder or an archive: read instead of a store, verified, and put "
    "into the page without its words.",
)
@public_key_option
@proof_option
@policy_option
@click.option(
    "--as-of",
    metavar="WHEN",
    type=When(),
    help="With --bundle: the day on which clocks are read; else that of a witness's signature, "
    "or today.",
)
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
    with_proof: bool,
    policy: Path | None,
    as_of: date | datetime | None,
    store: str,
    terms_name: str,
    happened_by: date | datetime | None,
    recorded_by: date | datetime | None,
    as_json: bool,
) -> None:
    """Write the file of a CASE as one page: to read, to print, to replay and to verify.

    The page holds no words and no names. It loads nothing, and can be read without its script.
    Until words are sealed it carries the proof of its record only with --with-proof.
    --json says its digest.
    """
    from rapid_review.audit.log.bundle import EXPOSES
    from rapid_review.store.backends.extras import wanting

    try:
        from rapid_review.reports.case_file.page import allows_guesses, case_file
    except ImportError as error:
        raise wanting("report", "a page needs what fills it in") from error

    check_vacant(output, as_json=as_json)
    if (bundle is None) == bool(keys):
        raise click.UsageError("--bundle and --key go together: a bundle is verified with a key")
    if with_proof and bundle is None:
        raise click.UsageError("--with-proof goes with --bundle: a store alone gives no proof")
    if bundle is None and (as_of or policy):
        raise click.UsageError(
            "--as-of and --policy go with --bundle; a store is asked with --recorded-by"
        )
    if bundle is None:
        history = history_of(case, store, terms_name, shell)
        told = _of_history(history, times_of(happened_by, recorded_by, history.terms, shell))
    elif happened_by or recorded_by:
        raise click.UsageError(
            "a bundle holds a case as it was recorded when it was made; leave out "
            "--happened-by and --recorded-by, or --bundle"
        )
    else:
        trust = trust_of(keys, policy)
        told = _from_bundle(case, bundle, trust, terms_named(terms_name))
        told = _read_on(told, as_of, shell)
    page = case_file(told, with_proof=with_proof)
    write_file(output, page)
    if allows_guesses(told):
        holds = (
            "holds its proof, and so" if with_proof else "holds no proof, which would be made of"
        )
        click.echo(f"The page {holds} {EXPOSES}", err=True)
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
    from rapid_review.reports.case_file.evidence import (
        calendars_in,
        cosigned_at,
        entries_in,
        evidence_of,
    )
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
    witnesses = trust.policy.witnesses.values() if trust.policy else ()
    cosigned = cosigned_at(bundle, witnesses)
    told = Told(
        entries,
        terms,
        earlier,
        calendars_in(bundle),
        max(cosigned or entries[-1].recorded_at, entries[-1].recorded_at),
        evidence=evidence,
        is_cosigned=cosigned is not None,
    )
    if evidence.states_replay and bundle.read(REPLAY) != bytes(replay_of(told)):
        raise IntegrityError(
            f"{REPLAY} in the bundle is not what its entries lead to by these terms, calendars "
            "and this version of rapid-review; make the page with those that made the bundle"
        )
    return told


def _read_on(told: "Told", as_of: date | datetime | None, shell: Shell) -> "Told":
    """Return the same, with clocks read at the end of a day: that of the checkpoint, or another.

    A log signs no time, so without a witness nobody knows when the checkpoint was made: then it is
    today. A day, and no moment of it, for the page says the day, and may be made again from that.

    Raises:
        UsageError: the day that is asked for lies before the last entry.
    """
    if as_of is not None:
        told = replace(told, today=end_of(as_of, told.terms), is_cosigned=False)
        if told.today < told.entries[-1].recorded_at:
            last = told.terms.local_day(told.entries[-1].recorded_at)
            raise click.UsageError(
                f"--as-of lies before the last entry, which was recorded on {last}; give that day "
                "or a later one"
            )
    elif not told.is_cosigned:
        told = replace(told, today=max(shell.clock(), told.today))
    return replace(told, today=end_of(told.terms.local_day(told.today), told.terms))


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
