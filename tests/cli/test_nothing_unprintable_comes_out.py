"""Public text is printable where it comes in, and what was stored before is escaped going out.

A case that was imported by an earlier version may hold a clause of any characters: it is still
read, and neither a terminal nor a calendar nor an export is given its control characters.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import click
import pytest
from click.testing import CliRunner

from rapid_review.cli.app import InWords
from rapid_review.cli.output import print_progress, print_rows, printable_output
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import AnyEvent, DeadlineSet
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.store import Store
from tests.cli.a_terminal import TEAM, answers, lines, typed
from tests.domain.a_review import KENT, RECEIVE, changed
from tests.domain.test_printable import unprintable
from tests.store.a_record import kent_in

HOSTILE: Final = (
    "\x1b[2J\x1b[31m",
    "\r\nX-EVIL:1",
    "\rEND:VEVENT",
    "\x00",
    "\x7f",
    "\x85",
    "\x9b2J",
    "\u202eevil\u202c",
    "\u2066a\u2069",
    "\u200b",
    "\u2028",
    "\ufeff",
)


def with_clause(event: AnyEvent, clause: str) -> AnyEvent:
    """Return a clock with another clause, as an earlier version would have imported it."""
    return changed(event, clause=clause) if isinstance(event, DeadlineSet) else event


def a_store_with(clause: str, path: Path) -> str:
    """Return the path of a store whose case has clocks with a clause that nobody would cite."""
    with kent_in() as kept:
        entries = kept.handle("KM-1", RECEIVE, by=Actor.model_validate(TEAM))
    store = Store.on_sqlite(path, unsealed=True)
    store.append([changed(one, event=with_clause(one.event, clause)) for one in entries])
    store.close()
    return str(path)


WHO: Final = (
    *("--to", "researchers", "--by", "pt-01:analyst:partnership-team"),
    *("--purpose", "study", "-o", "-", "--unsealed"),
)
PRINTING: Final = (
    ("show", "KM-1"),
    ("timeline", "KM-1"),
    ("compliance", "KM-1"),
    ("compliance",),
    ("verdicts", "KM-1"),
    ("board",),
    ("diary",),
    ("diary", "--format", "ics"),
    ("export", "xes", *WHO),
    ("export", "ocel", *WHO),
    ("export", "cloudevents", *WHO),
    ("show", "KM-1", "--json"),
    ("diary", "--json"),
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_an_old_store_holds_still_loads_and_comes_out_printable(
    hostile: str, tmp_path: Path
) -> None:
    """By every command that prints a clock's clause, and in every format that is disclosed."""
    store = a_store_with(f"ToR{hostile}5", tmp_path / "old.db")
    told = 0
    for command in PRINTING:
        result = typed(*command, "--store", store)
        assert result.exit_code == 0, (command, result.output)
        text = result.stdout_bytes.decode()
        assert unprintable(text.replace("\r\n", "\n")) == [], (command, ascii(text))
        told += "ToR" in text
    assert told >= 5


@pytest.mark.parametrize("clause", [*(f"ToR 5(a){one}" for one in HOSTILE), "Zebedee Quux", "5 x"])
def test_no_history_is_imported_whose_clock_cites_what_the_terms_do_not(
    clause: str, tmp_path: Path
) -> None:
    """A clause is called public, so nobody's words and no name come in as one."""
    with kent_in() as kept:
        entries = kept.handle("KM-1", RECEIVE, by=Actor.model_validate(TEAM))
        events = [with_clause(one.event, clause) for one in entries]
        with pytest.raises(InvalidInputError, match="allowed: a clause of the terms' clocks"):
            kept.import_history("KM-2", events, by=Actor.model_validate(TEAM))
        history = [one.event for one in entries]
        assert len(kept.import_history("KM-3", history, by=Actor.model_validate(TEAM))) == 4
    said = [{"case": "KM-9", "event": json.loads(one.model_dump_json())} for one in events]
    result = typed("import", "-", "--store", str(tmp_path / "new.db"), stdin=lines(*said))
    (answer,) = answers(result)
    assert "the clause of clock" in answer["refused"]["because"]
    assert "Zebedee" not in result.output
    assert unprintable(result.output) == []


def test_a_message_with_a_control_character_is_printed_without_it() -> None:
    """As a file's name that somebody else chose; also where click itself prints the error."""

    @click.group(cls=InWords)
    def program() -> None:
        """Print what somebody else chose."""

    @program.command()
    def table() -> None:
        """Print a table and a line."""
        print_rows([{"a": "1\x1b[2J\n2"}])
        click.echo("a\rb")
        raise click.UsageError("no \x1b]0;title\x07")

    result = CliRunner().invoke(program, ["table"])
    assert result.stdout.splitlines() == ["a", r"1\u001b[2J\u000a2", r"a\u000db"]
    assert unprintable(result.stderr) == []
    assert r"no \u001b]0;title\u0007" in result.stderr


def test_progress_is_written_over_itself_and_only_for_somebody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its carriage return is the program's own, and it goes when anything else is printed."""
    print_progress("1 entries")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with printable_output():
        print_progress("2 entries")
        sys.stdout.write("done\n")
    assert capsys.readouterr().err == f"\r2 entries\r{' ' * 9}\r"


def test_an_entry_with_such_a_clause_reads_as_it_was_stored() -> None:
    """Nothing that is stored is ever refused or rewritten."""
    with kent_in() as kept:
        entry = kept.handle("KM-1", RECEIVE, by=Actor.model_validate(TEAM))[1]
    old: Any = changed(entry, event=with_clause(entry.event, "a\x1bb"))
    assert Entry.model_validate_json(old.model_dump_json()) == old
    assert KENT.clocks
