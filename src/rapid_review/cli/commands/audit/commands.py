"""`audit`: make checkpoints of a store, verify it, and make bundles for auditors."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.audit_files import (
    held_option,
    key_option,
    keys_given,
    ledger_in,
    memory_option,
    policy_option,
    proof_option,
    public_key_option,
    signer_at,
    sink_option,
    sinks_at,
    trust_of,
    trusted_checkpoints,
)
from rapid_review.cli.context import files_of_terms
from rapid_review.cli.errors import IntegrityError
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.keys import keys_options
from rapid_review.cli.options import (
    case_or_all_argument,
    editions_option,
    json_option,
    store_option,
)
from rapid_review.cli.output import print_data, print_entries_so_far, print_json
from rapid_review.cli.question import Question, asks_as
from rapid_review.cli.writing import check_vacant
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from rapid_review.audit.verify import Report


@click.group(cls=Group)
def audit() -> None:
    """Verify the record, sign it, and make bundles for auditors."""


@audit.command()
@store_option
@key_option
@memory_option
@sink_option
@json_option
def checkpoint(
    *,
    store: str,
    key_file: Path | None,
    memory: Path | None,
    sink: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Sign the size and the root of everything recorded, and keep the checkpoint.

    A copy goes to each --sink: a folder to which the person who keeps the database cannot
    write. Without one, the checkpoint proves nothing to anybody else.
    """
    from rapid_review.audit.log.note import read_checkpoint

    signer = signer_at(store, key_file, memory)
    with ledger_in(store) as ledger:
        signed = ledger.checkpoint(signer, sinks_at(sink))
    root = read_checkpoint(signed.note.text).root.hex()
    if as_json:
        fields = {"origin": signer.key.name, "size": signed.size, "root": root}
        print_json({**fields, "receipts": signed.receipts, "memory": str(signer.state_file)})
        return
    click.echo(f"{counted(signed.size, 'entry')}, root {root}, signed by {signer.key.name}")
    for receipt in signed.receipts:
        click.echo(f"copied to {receipt}")
    click.echo(f"{signer.state_file} now records what this key signed last", err=True)
    if not sink:
        click.echo("No --sink was given, so nobody else has a copy of this checkpoint", err=True)


@audit.command()
@store_option
@editions_option
@public_key_option
@keys_options
@held_option
@sink_option
@click.option(
    "--recount",
    is_flag=True,
    help="Also read what every entry says, and calculate every due date again, with the calendar "
    "that its entry names.",
)
@click.option(
    "--read-model",
    "read_model",
    is_flag=True,
    help="Also compute every case of the terms' partnership from its entries, and compare the "
    "read model with the result.",
)
@json_option
@asks_as(Question)
def verify(
    question: Question,
    *,
    keys: tuple[str, ...],
    held: tuple[Path, ...],
    sink: tuple[Path, ...],
    recount: bool,
    read_model: bool,
) -> None:
    """Read every row of the store once, and report what is wrong.

    This compares rows with their own bodies, with the ledger, and with every checkpoint: those
    in the store, and those kept elsewhere, which you give with --held or --sink. With the keys
    of a sealed store it also checks each entry's seal and opens every section; it shows no
    words. The read model is not evidence: --read-model compares it with the entries. Nothing is
    written.
    """
    trust = trust_of(keys) if keys else None
    with keys_given(question.store) as its_keys, question.reviews() as reviews:
        report = reviews.ledger().verify(
            trust,
            trusted=trusted_checkpoints(held, sink),
            calendars=reviews.calendar_named if recount else None,
            now=question.shell.clock(),
            read_model=reviews.read_model() if read_model else None,
            keys=its_keys,
            progress=print_entries_so_far,
        )
    print_report(report, as_json=question.as_json)


@audit.command()
@store_option
@json_option
def rebuild(store: str, *, as_json: bool) -> None:
    """Rebuild the ledger's own tables from the entries. Checkpoints are kept."""
    with ledger_in(store) as ledger:
        size = ledger.rebuild()
    if as_json:
        print_json({"entries": size})
    else:
        click.echo(counted(size, "entry"))


@audit.command()
@case_or_all_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE|FOLDER",
    required=True,
    type=click.Path(path_type=Path),
    help="A new folder, or one new file if the name ends in .zip.",
)
@store_option
@editions_option
@key_option
@memory_option
@sink_option
@click.option(
    "--size",
    type=click.IntRange(min=0),
    help="Use the checkpoint over this number of entries, and do not make a new one.",
)
@click.option(
    "--with",
    "own",
    metavar="FILE",
    multiple=True,
    type=InputPath(),
    help="A calendar or other file that does not come with the package; --terms and "
    "--earlier-terms already give theirs. Can be repeated.",
)
@click.option(
    "--held-size",
    "held",
    type=click.IntRange(min=0),
    multiple=True,
    help="With CASE: the size of a checkpoint that the auditor has: the bundle then proves that "
    "it agrees with it. Always done for the newest checkpoints. Can be repeated.",
)
@proof_option
@json_option
@asks_as(Question)
def bundle(
    question: Question,
    *,
    case: str | None,
    output: Path,
    key_file: Path | None,
    memory: Path | None,
    sink: tuple[Path, ...],
    size: int | None,
    own: tuple[Path, ...],
    held: tuple[int, ...],
    with_proof: bool,
) -> None:
    """Write a bundle for an auditor: of one CASE, or of the whole log.

    This first makes a checkpoint, unless --size names one. If words are not sealed, anyone who
    can read the bundle can read them: it is as confidential as the cases themselves. A bundle
    of the whole log then needs --with-proof. Sealed words stay sealed in the bundle, and it
    contains no key.
    """
    from rapid_review.audit.log.bundle import EXPOSES, write_archive, write_folder
    from rapid_review.domain.entry import must_be_references
    from rapid_review.store.ledger.bundle import bundle_of_case, bundle_of_log

    if case is None and held:
        raise click.UsageError(
            "--held-size works only with CASE, because the bundle of the whole log needs no such "
            "proof"
        )
    if case is not None and with_proof:
        raise click.UsageError(
            "--with-proof works only without CASE, because the bundle of a case always contains "
            "its proof"
        )
    if case is not None:
        must_be_references(case=case)  # before a checkpoint is made for it
    check_vacant(str(output))
    signer = signer_at(question.store, key_file, memory)
    own = (*own, *files_of_terms(question.terms_name))
    with question.reviews() as reviews:
        ledger = reviews.ledger()
        if size is None:
            size = ledger.checkpoint(signer, sinks_at(sink)).size
        note = ledger.newest(signer.key.name, size)
        if case is None:
            files = bundle_of_log(ledger, signer, checkpoint=note, own=own, with_proof=with_proof)
        else:
            files = bundle_of_case(reviews, case, signer, checkpoint=note, own=own, trusted=held)
        (write_archive if output.suffix == ".zip" else write_folder)(files, output)
        is_sealed = ledger.is_sealed
    click.echo(
        f"The bundle contains {_contents_in_words(EXPOSES, case, is_sealed=is_sealed)}", err=True
    )
    if question.as_json:
        print_json({"bundle": str(output), "case": case, "size": size})
        return
    of = f"case {case}" if case else "the whole log"
    click.echo(f"{output}: {of}, proved by the checkpoint over {counted(size, 'entry')}")


def _contents_in_words(exposes: str, case: str | None, *, is_sealed: bool) -> str:
    """Return what a bundle holds, for the person who decides to give it away."""
    if is_sealed:
        return (
            "dates, outcomes, references and sealed words; its digests reveal nothing about the "
            "words"
        )
    words = (
        "the case's words, and in its proofs, for other cases too," if case else "all words, and"
    )
    return f"{words} {exposes}"


@audit.command("verify-bundle")
@click.argument("bundle", metavar="BUNDLE", type=InputPath(or_folder=True))
@public_key_option
@policy_option
@held_option
@json_option
def verify_bundle(
    bundle: Path,
    keys: tuple[str, ...],
    policy: Path | None,
    held: tuple[Path, ...],
    *,
    as_json: bool,
) -> None:
    """Verify a BUNDLE, as `python -m rapid_review.audit.verify` does on its own.

    This command also replays each case by the rules, and compares the result with the bundle's.
    """
    from rapid_review.audit.verify import UnreadableError, key_texts, open_bundle, read_trust
    from rapid_review.audit.verify import verify as verified
    from rapid_review.reports.case_file.evidence import hold_replay

    try:
        trust = read_trust(key_texts(keys), policy, held)
        files = open_bundle(bundle)
        report = verified(files, trust)
        if not report.findings:
            hold_replay(files, trust.logs, report)
    except UnreadableError as error:
        raise click.UsageError(str(error)) from None
    print_report(report, as_json=as_json)


def print_report(report: "Report", *, as_json: bool) -> None:
    """Print what was verified.

    Raises:
        IntegrityError: something is wrong.
    """
    if as_json:
        print_data(report.as_json())
    else:
        click.echo(report.as_text())
    if found := len(report.findings):
        problems = counted(found, "problem")
        raise IntegrityError(f"verification found {problems}; see standard output")
