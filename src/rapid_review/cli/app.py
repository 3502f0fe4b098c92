"""The program `rapid-review`: its commands, and how an error becomes words and an exit code."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import click

from rapid_review import __version__
from rapid_review.cli.commands.audit.commands import audit
from rapid_review.cli.commands.audit.keys import epoch, key
from rapid_review.cli.commands.audit.witnesses import add_cosignature, cosign_request
from rapid_review.cli.commands.case.compliance import compliance
from rapid_review.cli.commands.case.difference import difference
from rapid_review.cli.commands.case.show import show, timeline
from rapid_review.cli.commands.case.verdicts import verdicts
from rapid_review.cli.commands.case.what_if import what_if
from rapid_review.cli.commands.demo.demo import demo
from rapid_review.cli.commands.exports.cases import cloudevents, ocel, parquet, register, xes
from rapid_review.cli.commands.exports.documents import disclose_
from rapid_review.cli.commands.exports.group import export
from rapid_review.cli.commands.exports.terms import bpmn, declare
from rapid_review.cli.commands.figures.characteristics import characteristics
from rapid_review.cli.commands.figures.dfe_csv import csv_ as export_csv
from rapid_review.cli.commands.figures.stats import stats
from rapid_review.cli.commands.keys.commands import keys
from rapid_review.cli.commands.keys.fence import fence_
from rapid_review.cli.commands.overview.board import board
from rapid_review.cli.commands.overview.diary import diary
from rapid_review.cli.commands.overview.duplicates import duplicates
from rapid_review.cli.commands.overview.learning import learning
from rapid_review.cli.commands.overview.retention import retention
from rapid_review.cli.commands.record.moving import backup, move, restore
from rapid_review.cli.commands.record.sealing import seal
from rapid_review.cli.commands.record.store import apply, db, import_
from rapid_review.cli.commands.record.versions import migrate, retire
from rapid_review.cli.commands.reference.calendars import calendar
from rapid_review.cli.commands.reference.completion import PROGRAM, completion
from rapid_review.cli.commands.reference.due import due
from rapid_review.cli.commands.reference.schema import schema
from rapid_review.cli.commands.reference.terms import terms
from rapid_review.cli.commands.reports.case_file import case_ as report_case
from rapid_review.cli.commands.reports.group import report
from rapid_review.cli.commands.serve.people import people
from rapid_review.cli.commands.serve.serve import serve
from rapid_review.cli.commands.tables.table import table
from rapid_review.cli.commands.words.access import access
from rapid_review.cli.commands.words.erasing import erase
from rapid_review.cli.commands.words.holds import hold
from rapid_review.cli.commands.words.open import open_
from rapid_review.cli.commands.words.permissions import permissions
from rapid_review.cli.commands.words.scan import scan
from rapid_review.cli.commands.work.subscription import subscription
from rapid_review.cli.commands.work.work import work
from rapid_review.cli.context import Shell
from rapid_review.cli.errors import PASSED_BY, IntegrityError, as_click_error
from rapid_review.cli.output import printable_output
from rapid_review.cli.streams import outlets


class InWords(click.Group):
    """A group of commands that tells every error in words, never as a traceback."""

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - what click says
        """Run the program; whatever it prints is printable, anyone who reads it or has gone."""
        with outlets(), printable_output():
            return super().main(*args, **options)

    def make_context(self, *args: Any, **options: Any) -> click.Context:  # noqa: ANN401 - the same
        """Read the command line, and answer `--help` and `--version`."""
        with _in_words():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the same
        """Run the command; turn what it raises into words and an exit code."""
        with _in_words():
            answered = super().invoke(ctx)
        if PASSED_BY in ctx.meta:
            raise click.exceptions.Exit(IntegrityError.exit_code)
        return answered


@contextmanager
def _in_words() -> Generator[None, None, None]:
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise  # click's own
    except Exception as error:
        raise as_click_error(error) from error


@click.group(cls=InWords, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=PROGRAM)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Rapid reviews of serious child safeguarding incidents, as a record that can be proved."""
    ctx.ensure_object(Shell)


_COMMANDS: Final[dict[click.Group, tuple[click.Command, ...]]] = {
    main: (
        *(demo, apply, import_, open_, show, timeline, compliance, verdicts, difference, what_if),
        *(
            board,
            diary,
            learning,
            duplicates,
            retention,
            stats,
            characteristics,
            report,
            disclose_,
            export,
            due,
            terms,
            calendar,
            schema,
            table,
            audit,
            db,
            keys,
            hold,
            erase,
            scan,
            permissions,
            people,
            serve,
            completion,
            work,
            subscription,
        ),
    ),
    report: (report_case,),
    keys: (fence_,),
    export: (export_csv, ocel, xes, parquet, cloudevents, declare, bpmn, register),
    audit: (access, key, epoch, cosign_request, add_cosignature),
    db: (migrate, move, backup, restore, seal, retire),
}
"""Each group, and the commands that are not written in its own module."""

for group, commands in _COMMANDS.items():
    for command in commands:
        group.add_command(command)
