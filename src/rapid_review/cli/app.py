"""The program `rapid-review`: its commands, and how an error becomes a message and exit code."""

import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, Final

import click

from rapid_review import __version__
from rapid_review.cli.context import Shell
from rapid_review.cli.errors import LEFT_OUT, IntegrityError, as_click_error
from rapid_review.cli.groups import Group, explained
from rapid_review.cli.loading import Commands
from rapid_review.cli.output import printable_output
from rapid_review.cli.streams import outlets
from rapid_review.cli.terminal import help_width

_SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "Try it, and record": {
        "demo": "demo.demo:demo",
        "serve": "serve.serve:serve",
        "people": "serve.people:people",
        "apply": "record.store:apply",
        "import": "record.store:import_",
        "table": "tables.table:table",
    },
    "Read one case": {
        "show": "case.show:show",
        "timeline": "case.show:timeline",
        "open": "words.open:open_",
        "compliance": "case.compliance:compliance",
        "verdicts": "case.verdicts:verdicts",
        "difference": "case.difference:difference",
        "what-if": "case.what_if:what_if",
    },
    "Read all cases": {
        "board": "overview.board:board",
        "diary": "overview.diary:diary",
        "learning": "overview.learning:learning",
        "duplicates": "overview.duplicates:duplicates",
        "retention": "overview.retention:retention",
        "stats": "figures.stats:stats",
        "characteristics": "figures.characteristics:characteristics",
    },
    "Hand over, and prove": {
        "report": "reports.group:report",
        "disclose": "exports.documents:disclose_",
        "export": "exports.group:export",
        "audit": "audit.commands:audit",
    },
    "Look up": {
        "due": "reference.due:due",
        "terms": "reference.terms:terms",
        "calendar": "reference.calendars:calendar",
        "schema": "reference.schema:schema",
        "completion": "reference.completion:completion",
    },
    "Run a store": {
        "db": "record.store:db",
        "keys": "keys.commands:keys",
        "permissions": "words.permissions:permissions",
        "hold": "words.holds:hold",
        "erase": "words.erasing:erase",
        "scan": "words.scan:scan",
        "work": "work.work:work",
        "subscription": "work.subscription:subscription",
    },
}
"""Where each command is, under the headings of `--help`; see `loading`."""

_PLACES: Final = {name: at for section in _SECTIONS.values() for name, at in section.items()}

_BELOW: Final[Mapping[str, tuple[str, ...]]] = {
    "report": ("reports.case_file:case_",),
    "keys": ("keys.fence:fence_",),
    "export": (
        "figures.dfe_csv:csv_",
        *(f"exports.cases:{one}" for one in ("ocel", "xes", "parquet", "cloudevents", "register")),
        *("exports.terms:declare", "exports.terms:bpmn"),
    ),
    "audit": (
        *("words.access:access", "audit.keys:key", "audit.keys:epoch"),
        *("audit.witnesses:cosign_request", "audit.witnesses:add_cosignature"),
    ),
    "db": (
        *(f"record.moving:{one}" for one in ("move", "backup", "restore")),
        *("record.sealing:seal", "record.versions:migrate", "record.versions:retire"),
    ),
}
"""For each group, the places of those commands that are not in the group's own module."""


class InWords(Group):
    """A group of commands that prints every error as a message, never as a traceback."""

    headings: Mapping[str, Iterable[str]] = _SECTIONS

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as click declares it
        """Run the program: its output is printable, and its reader may stop reading early."""
        with outlets(), printable_output():
            return super().main(*args, **options)

    def make_context(self, *args: Any, **options: Any) -> click.Context:  # noqa: ANN401 - the same
        """Read the command line, and answer `--help` and `--version`."""
        with _in_words():
            width = help_width(sys.stdout)
            return super().make_context(*args, terminal_width=width, **options)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - the same
        """Run the command; turn an error into a message and an exit code."""
        with _in_words():
            answered = super().invoke(ctx)
        if LEFT_OUT in ctx.meta:
            raise click.exceptions.Exit(IntegrityError.exit_code)
        return answered


@contextmanager
def _in_words() -> Generator[None, None, None]:
    try:
        yield
    except click.MissingParameter as error:
        raise explained(error) from error
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise  # click's own
    except Exception as error:
        raise as_click_error(error) from error


@click.group(
    cls=InWords,
    commands=Commands(_PLACES, _BELOW),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="rapid-review")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Record rapid reviews of child safeguarding, and prove that nobody altered the record."""
    ctx.ensure_object(Shell)
