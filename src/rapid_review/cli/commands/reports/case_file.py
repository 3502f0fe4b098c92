"""`report case`: one case as a page, made from a store or from its bundle."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.audit_files import policy_option, proof_option, public_key_option, trust_of
from rapid_review.cli.authority import authority_options
from rapid_review.cli.context import Shell, end_of
from rapid_review.cli.errors import IntegrityError
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.keys import keys_options
from rapid_review.cli.options import When, Who, case_argument
from rapid_review.cli.output import print_json
from rapid_review.cli.question import Question, asks, entries_by_then
from rapid_review.cli.writing import check_vacant, files_written, write_file

if TYPE_CHECKING:
    from rapid_review.audit.verify import Files, Trust
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.projections.as_of import CaseHistory
    from rapid_review.reports.case_file.page import Contents
    from rapid_review.reports.labels import Opened


@click.command("case")
@case_argument
@click.option(
    "-o", "--output", metavar="FILE|-", required=True, help="The new HTML file to write."
)
@click.option(
    "--bundle",
    metavar="BUNDLE",
    type=InputPath(or_folder=True),
    help="The case's bundle, a folder or an archive. The command reads and verifies it instead of "
    "a store. The page leaves out its words.",
)
@public_key_option
@proof_option
@policy_option
@click.option(
    "--as-of",
    metavar="WHEN",
    type=When(),
    help="With --bundle: the day on which clocks are read. Default: the day on which a witness "
    "signed, or else today.",
)
@click.option(
    "--with-words",
    is_flag=True,
    help="Include the words that the person named by --by may read. The access log records the "
    "reading, and the --purpose, before anything is opened.",
)
@click.option(
    "--by",
    type=Who(),
    metavar="ID:ROLE:AGENCY",
    help="With --with-words: the person who reads the words.",
)
@click.option(
    "--purpose", metavar="TEXT", help="With --with-words: the purpose, in a few plain words."
)
@keys_options
@authority_options
@asks
def case_(
    question: Question,
    *,
    case: str,
    output: str,
    bundle: Path | None,
    keys: tuple[str, ...],
    with_proof: bool,
    policy: Path | None,
    as_of: date | datetime | None,
    with_words: bool,
    by: "Actor | None",
    purpose: str | None,
) -> None:
    """Write the file of a CASE as one page, to read, print, replay and verify.

    Without --with-words the page contains no words and no names. It loads nothing, and you can
    read it without its script. If words are not sealed, the page includes the proof of its
    record only with --with-proof. --json prints its digest.
    """
    from rapid_review.audit.log.bundle import EXPOSES
    from rapid_review.store.backends.extras import missing_extra

    try:
        from rapid_review.reports.case_file.page import allows_guesses, case_file
    except ImportError as error:
        raise missing_extra("report", "writing the page needs more packages") from error

    check_vacant(output, as_json=question.as_json)
    _check_options(bundle, keys, policy, as_of, question, with_proof=with_proof)
    opened = _words_opened(by, purpose, bundle, with_words=with_words)
    if bundle is None:
        contents = _from_store(case, question, opened)
    else:
        contents = _from_bundle(case, bundle, trust_of(keys, policy), question.terms)
        contents = _with_day_of_reading(contents, as_of, question.shell)
    page = case_file(contents, with_proof=with_proof)
    write_file(output, page)
    if allows_guesses(contents):
        holds = (
            "contains its proof, and so"
            if with_proof
            else "contains no proof; a proof would contain"
        )
        click.echo(f"The page {holds} {EXPOSES}", err=True)
    if question.as_json:
        print_json(files_written(output, {Path(output).name: page}))


def _check_options(
    bundle: Path | None,
    keys: tuple[str, ...],
    policy: Path | None,
    as_of: date | datetime | None,
    question: Question,
    *,
    with_proof: bool,
) -> None:
    """Check that the options are all for a bundle, or all for a store.

    Raises:
        UsageError: they are mixed.
    """
    if (bundle is None) == bool(keys):
        raise click.UsageError(
            "--bundle and --key work only together, because a bundle is verified with a key; give "
            "both"
        )
    if with_proof and bundle is None:
        raise click.UsageError(
            "--with-proof works only with --bundle, because a store on its own has no proof"
        )
    if bundle is None and (as_of or policy):
        raise click.UsageError(
            "--as-of and --policy work only with --bundle; for a store use --recorded-by"
        )
    if bundle is not None and not question.is_of_now:
        raise click.UsageError(
            "a bundle shows a case as it was recorded when the bundle was made; leave out "
            "--happened-by and --recorded-by, or leave out --bundle"
        )


def _words_opened(
    by: "Actor | None", purpose: str | None, bundle: Path | None, *, with_words: bool
) -> "Opened | None":
    """Return who opens words for the page, and why; None if nobody does.

    Raises:
        UsageError: an option is missing, or a bundle was given, from which no words are opened.
    """
    from rapid_review.reports.labels import Opened

    if not with_words:
        if by or purpose:
            raise click.UsageError("--by and --purpose work only with --with-words")
        return None
    if bundle is not None:
        raise click.UsageError(
            "--with-words works only with a store, because a bundle never contains a key; leave "
            "out --bundle or --with-words"
        )
    if by is None or purpose is None:
        raise click.UsageError(
            "--with-words needs --by and --purpose, because the access log records every reading; "
            "give both"
        )
    return Opened(by, purpose)


def _from_store(case: str, question: Question, opened: "Opened | None") -> "Contents":
    """Return what the page shows of a case in a store, with the words that are opened.

    Raises:
        NotFoundError: nothing of the case had happened, or was recorded, by the times asked for.
    """
    from rapid_review.projections.views import MEMBER, view_of_reader
    from rapid_review.reports.case_file.page import Contents

    if opened is None:
        history, view = question.history(case), MEMBER
    else:
        history, view = _history_with_words(case, question, opened), view_of_reader(opened.by.role)
    as_of = question.as_of_times(question.happened_by, question.recorded_by, history.terms)
    entries_by_then(history, as_of)
    return Contents(history, as_of, opened=opened, view=view)


def _history_with_words(case: str, question: Question, opened: "Opened") -> "CaseHistory":
    from rapid_review.projections.views import view_of_reader

    scopes = view_of_reader(opened.by.role).words
    if not scopes:
        raise click.UsageError(
            f"the view of role {opened.by.role!r} shows no words; leave out --with-words, --by "
            "and --purpose"
        )
    with question.reviews(records=True, reads_words=True) as reviews:
        return reviews.read_history(case, by=opened.by, purpose=opened.purpose, scopes=scopes)


def _from_bundle(case: str, path: Path, trust: "Trust", named: "Terms") -> "Contents":
    """Verify a bundle, and return what the page shows of its case.

    Raises:
        IntegrityError: the bundle is not intact.
        UsageError: the bundle is not of that case.
        TermsError: the terms that the bundle names are not at hand.
    """
    from rapid_review.domain.case import replay
    from rapid_review.projections.as_of import AsOf, CaseHistory
    from rapid_review.projections.compare.replay import REPLAY
    from rapid_review.reports.case_file.evidence import (
        calendars_in,
        cosigned_at,
        entries_in,
        evidence_of,
        words_that_differ,
    )
    from rapid_review.reports.case_file.page import Contents, replay_of
    from rapid_review.store.writing.terms_at_hand import Editions

    bundle = _verified_files(path, trust)
    if "case-head" not in bundle.names:
        raise click.UsageError(
            "the bundle is of a whole log; a case file needs the bundle of its case"
        )
    evidence = evidence_of(bundle, trust.logs)
    entries = entries_in(bundle, evidence.head)
    if entries[0].case != case:
        raise click.UsageError("the bundle is of another case; give the reference of that case")
    terms, earlier = Editions(named, ()).with_earlier(replay(entry.event for entry in entries))
    witnesses = trust.policy.witnesses.values() if trust.policy else ()
    cosigned = cosigned_at(bundle, witnesses)
    history = CaseHistory(entries, terms, calendars_in(bundle), earlier)
    last = entries[-1].recorded_at
    as_of = AsOf(read_on=max(cosigned or last, last))
    contents = Contents(history, as_of, evidence, is_cosigned=cosigned is not None)
    if not evidence.states_replay:
        return contents
    reworded = words_that_differ(replay_of(contents), bundle.read(REPLAY))
    if reworded is None:
        raise IntegrityError(
            f"{REPLAY} in the bundle differs from the replay of its entries under these terms, "
            "these calendars and this version of rapid-review. Make the page with those that made "
            "the bundle"
        )
    if not reworded:
        return contents
    return replace(contents, evidence=replace(evidence, states_replay=False, other_words=True))


def _with_day_of_reading(
    contents: "Contents", as_of: date | datetime | None, shell: Shell
) -> "Contents":
    """Return the contents, with clocks read at the end of the day asked for, or of the checkpoint.

    A log signs no time, so without a witness nobody knows when the checkpoint was made: clocks are
    then read today. They are read at the end of a day because the page names only the day, from
    which it can be made again.

    Raises:
        UsageError: the day that is asked for is before the last entry.
    """
    terms, last = contents.terms, contents.history.entries[-1].recorded_at
    read_on, is_cosigned = contents.as_of.moment(terms), contents.is_cosigned
    if as_of is not None:
        read_on, is_cosigned = end_of(as_of, terms), False
        if read_on < last:
            raise click.UsageError(
                f"--as-of is before the last entry, recorded on {terms.local_day(last)}; give "
                "that day or a later one"
            )
    elif not is_cosigned:
        read_on = max(shell.clock(), read_on)
    read_on = end_of(terms.local_day(read_on), terms)
    return replace(
        contents, as_of=contents.as_of._replace(read_on=read_on), is_cosigned=is_cosigned
    )


def _verified_files(path: Path, trust: "Trust") -> "Files":
    """Verify a bundle, and return its files.

    Raises:
        IntegrityError: the bundle is not intact; the message names every file that is wrong.
        UsageError: there is no bundle there.
    """
    from rapid_review.audit.verify import UnreadableError, open_bundle, verify

    try:
        bundle = open_bundle(path)
        findings = verify(bundle, trust).findings
    except UnreadableError as error:
        raise click.UsageError(str(error)) from None
    if findings:
        listed = "\n".join(f"  {one.where}: {one.what}" for one in findings)
        raise IntegrityError(
            f"the bundle is damaged or was altered, so no page was made from it\n{listed}"
        )
    return bundle
