"""Every command, as the tests ask it: each has its row here, a new one too.

`<a file>` is one that it reads, `[a name]` one that it makes.
"""

import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

import click
import pytest

from rapid_review.audit.log.note import COSIGNATURE, SigningKey, read_note
from rapid_review.audit.verify import read_consistency_proof
from tests.cli.a_terminal import RECEIPT, REPORT, lines, put_aside, typed

PAGE: Final = (Path(__file__).parents[2] / "docs/reference/command-line.md").read_text("utf-8")
STORE: Final = "kept/rapid-review.db"
ORIGIN: Final = "safeguarding.example/reviews"
TO: Final = "--to university-of-kent --purpose mining --by u-17:analyst:partnership-team"
MEMBER: Final = "m-1:member:health --purpose look"
READER: Final = f"--by {MEMBER}"
LOG: Final = "--key <log.key> --memory <log.key.signed>"
TABLE: Final = Path(__file__).parent.parent / "tables" / "one_case.csv"
HELD: Final = "--key <log.key.pub> --held <held>"
ANNA: Final = "pt-01:business-support:partnership-team"
BERT: Final = "po-02:member:police"


class Command(NamedTuple):
    """How a command is asked, and what it does with the store.

    Attributes:
        words: after its name.
        store: `reads`, `writes`, `makes` (it is made if it is not there), or empty.
        ends: its exit code if no mistake is made.
    """

    words: str = ""
    store: str = ""
    ends: int = 0


COMMANDS: Final = {
    "demo": Command("demo-folder"),
    "apply": Command("<asked.jsonl> --terms <ours.toml>", "makes"),
    "import": Command("<history.jsonl> --terms <ours.toml>", "makes"),
    "open": Command(
        f"KM-1 {READER} --terms <ours.toml> --permissions <rights.toml> --access log.access",
        "reads",
    ),
    "show": Command("KM-1 --terms <ours.toml>", "reads"),
    "timeline": Command("KM-1 --terms <ours.toml>", "reads"),
    "compliance": Command("KM-1 --terms <ours.toml>", "reads"),
    "verdicts": Command("KM-1 --terms <ours.toml>", "reads"),
    "difference": Command("KM-1 --entry 2 --terms <ours.toml>", "reads"),
    "what-if": Command("KM-1 --under <ours.toml> --calendar <ours.json>", "reads"),
    "diary": Command("--terms <ours.toml>", "reads"),
    "learning": Command("KM-1 --terms <ours.toml>", "reads"),
    "duplicates": Command("--terms <ours.toml>", "reads"),
    "board": Command("--terms <ours.toml>", "reads"),
    "stats": Command("--terms <ours.toml>", "reads"),
    "characteristics": Command(
        f"sex --reader {MEMBER} --terms <ours.toml> --permissions <rights.toml> "
        "--access log.access",
        "reads",
    ),
    "report case": Command("KM-1 -o [page.html] --terms <ours.toml>", "reads"),
    "report stats": Command("-o [page.html] --specs [specs] --terms <ours.toml>", "reads"),
    "disclose pack": Command(f"KM-1 {TO} -o [pack.html] --terms <ours.toml>", "writes"),
    "disclose draft": Command(f"KM-1 {TO} -o [draft.html] --terms <ours.toml>", "writes"),
    "disclose subject": Command(
        "C-1 --to dpo --by dpo-1:data-protection-officer:health --purpose look -o [about.html] "
        "--terms <ours.toml> --permissions <rights.toml> --access log.access",
        "writes",
    ),
    "export csv": Command("-o [tables] --terms <ours.toml>", "reads"),
    "export ocel": Command(f"{TO} -o [log.json] --terms <ours.toml>", "writes"),
    "export xes": Command(f"{TO} -o [log.xes] --terms <ours.toml>", "writes"),
    "export parquet": Command(f"{TO} -o [tables.zip] --terms <ours.toml>", "writes"),
    "export cloudevents": Command(f"{TO} -o [events] --terms <ours.toml>", "writes"),
    "export declare": Command("--terms <ours.toml>"),
    "export bpmn": Command("--terms <ours.toml>"),
    "export register": Command("--terms <ours.toml>", "reads"),
    "due": Command("--received 2020-05-04 --terms <ours.toml>"),
    "terms list": Command(),
    "terms show": Command("<ours.toml>"),
    "terms check": Command("<ours.toml>"),
    "terms new": Command("--like <ours.toml> -o [new.toml]"),
    "terms diff": Command("kent-and-medway-2020-05 <ours.toml>"),
    "calendar list": Command(),
    "calendar show": Command("<ours.json>"),
    "calendar diff": Command("england-and-wales 2022-09-09 2026-11-23"),
    "calendar check": Command("<ours.json>"),
    "completion": Command("bash"),
    "schema commands": Command(),
    "schema events": Command(),
    "table template": Command("-o [reviews.xlsx] --terms <ours.toml>"),
    "table check": Command("<reviews.csv> -o [mend.csv] --terms <ours.toml>"),
    "table import": Command("<reviews.csv> -o [mend.csv] --terms <ours.toml>", "makes"),
    "permissions new": Command("[new-rights.toml] --terms <ours.toml>"),
    "permissions check": Command("<rights.toml>"),
    "people add": Command(f"{ANNA} --password-file <password>"),
    "audit access": Command("--access log.access --terms <ours.toml>", "reads"),
    "audit key": Command(f"--origin {ORIGIN} -o [new.key]"),
    "audit checkpoint": Command(LOG, "writes"),
    "audit verify": Command(f"{HELD} --terms <ours.toml>", "reads"),
    "audit rebuild": Command("", "writes"),
    "audit bundle": Command(f"KM-1 -o [new-bundle] --with <own.toml> {LOG}", "writes"),
    "audit verify-bundle": Command(f"<bundle> --policy <policy> {HELD}"),
    "audit epoch": Command(f"--by pt-01 pt-02 --kept 5 -o [next.key] {LOG}", "writes", ends=5),
    "audit cosign-request": Command(f"--origin {ORIGIN}", "reads"),
    "audit add-cosignature": Command(f"<answer> --key <icb.pub> --origin {ORIGIN}", "writes"),
    "subscription list": Command("--terms <ours.toml>", "reads"),
    "subscription retry": Command("letters --terms <ours.toml>", "writes"),
    "db backup": Command("[copy.db]", "reads"),
    "db restore": Command("<backup.db> --store [restored.db]"),
    "db move": Command(f"{STORE} kept/copy.db"),
    "db seal": Command(
        "open.db [sealed-now.db] --by pt-01 pt-02 -o [sealed.key] --key <open.key>"
    ),
    "db init": Command("--terms <ours.toml>", "makes"),
    "keys init": Command("--keys [new.keys] --key-file new.key-file"),
    "keys rotate": Command("--store sealed.db"),
    "keys check": Command("--store sealed.db"),
    "keys fence": Command("--store sealed.db"),
    "retention": Command("--terms <ours.toml>", "reads"),
    "hold place": Command(f"KM-2 --hold H-9 --ground claim --by {ANNA} --store sealed.db"),
    "hold propose-lifting": Command(f"KM-2 --hold H-1 --by {ANNA} --store sealed.db"),
    "hold lift": Command(f"KM-2 --hold H-2 --by {BERT} --store sealed.db"),
    "erase propose": Command(
        f"KM-1 --order E-9 --whole-case --ground due --by {ANNA} --store sealed.db"
    ),
    "erase plan": Command("KM-1 --order E-1 --store sealed.db"),
    "erase approve": Command(f"KM-1 --order E-1 --by {BERT} --store sealed.db"),
    "erase finish": Command(f"KM-3 --order E-1 --by {BERT} --store sealed.db"),
    "erase verify": Command(
        "KM-4 --order E-1 --words <gone> --also <their.log> --store sealed.db"
    ),
    "scan": Command("<their.log> --words <gone>"),
    "db migrate": Command("", "reads"),  # it has all there is
    "db rebuild": Command("--terms <ours.toml>", "writes"),
    "db retire": Command("", "reads"),
}

BESIDE: Final = {
    "report case": "KM-1 -o - --bundle <bundle> --key <log.key.pub>",
    "db init": "--calendar <ours.json>",
}
"""Other ways of asking a command that read other files."""


UNTIL_STOPPED: Final = frozenset({"serve", "work"})
"""What ends when it is stopped: their own tests ask them, in `test_working` and `web/pages`."""


def codes() -> dict[str, int]:
    """Return the page's table of mistakes."""
    section = PAGE.partition("## One mistake, one code")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| (\d) \|$", section, re.MULTILINE)
    return {mistake: int(code) for mistake, code in rows}


CODES: Final = codes()


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    """Yield the names of all commands, with those of their groups before them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def arguments_of(name: str, words: str, store: str = STORE) -> list[str]:
    """Return what is typed to ask a command."""
    arguments = [*name.split(), *(word.strip("<>[]") for word in words.split())]
    has_store = COMMANDS[name].store and "--bundle" not in words
    return [*arguments, *(("--store", store) if has_store else ())]


def asked(name: str, words: str, store: str = STORE) -> int:
    """Ask a command; return its exit code. It tells no fault of ours, whatever the mistake."""
    result = typed(*arguments_of(name, words, store))
    assert "a fault in rapid-review" not in result.stderr
    assert "Traceback" not in result.output
    return result.exit_code


def commands(*stores: str) -> pytest.MarkDecorator:
    """Ask it of each command that does one of these things with the store."""
    return pytest.mark.parametrize(
        "name", [name for name, command in COMMANDS.items() if command.store in stores]
    )


def places(form: str) -> pytest.MarkDecorator:
    """Ask it of each place at which a command names a file of this form."""
    every = [(name, command.words) for name, command in COMMANDS.items()]
    found = [
        pytest.param(name, words, place, id=f"{name} {place}")
        for name, words in (*every, *BESIDE.items())
        for place in re.findall(form, words)
    ]
    return pytest.mark.parametrize(("name", "words", "place"), found)


OR_FOLDERS: Final = ("<bundle>", "<their.log>")
"""Places at which a folder may stand as well."""
INPUT: Final = r"<[^>]+>"
OUTPUT: Final = r"\[[^\]]+\]"


def all_that_is_read(folder: Path) -> None:
    """Make in a folder what the commands read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("kept").mkdir()
        store = ("--store", STORE)
        shutil.copy(str(files("rapid_review.terms") / "kent-and-medway-2020-05.toml"), "ours.toml")
        shutil.copy("ours.toml", "own.toml")
        calendar = files("rapid_review.calendars") / "england-and-wales" / "2026-11-23.json"
        shutil.copy(str(calendar), "ours.json")
        Path("asked.jsonl").write_text(lines({**REPORT, "agency": "police"}), "utf-8")
        told = {k: v for k, v in RECEIPT.items() if k not in ("case", "command", "by")}
        event = {"kind": "NotificationReceived", **told}
        Path("history.jsonl").write_text(lines({"case": "KM-2", "event": event}), "utf-8")
        shutil.copy(TABLE, "reviews.csv")
        typed("apply", "-", *store, stdin=lines(RECEIPT, REPORT))
        put_aside(STORE)
        typed("apply", "-", "--store", "open.db", "--unsealed", stdin=lines(RECEIPT, REPORT))
        typed("audit", "key", "--origin", ORIGIN, "-o", "open.key")
        many = [{**RECEIPT, "case": case} for case in ("KM-1", "KM-2", "KM-3", "KM-4")]
        typed("apply", "-", "--store", "sealed.db", stdin=lines(*many))
        typed("permissions", "new", "sealed.permissions.toml")
        sealed = ("--store", "sealed.db", "--by")
        for hold in ("H-1", "H-2"):
            typed("hold", "place", "KM-2", "--hold", hold, "--ground", "claim", *sealed, ANNA)
        typed("hold", "propose-lifting", "KM-2", "--hold", "H-2", *sealed, ANNA)
        for case in ("KM-1", "KM-3", "KM-4"):
            words = ("--order", "E-1", "--person", "C-1", "--ground", "error", *sealed, ANNA)
            typed("erase", "propose", case, *words)
        for case in ("KM-3", "KM-4"):
            typed("erase", "approve", case, "--order", "E-1", *sealed, BERT)
        typed("erase", "finish", "KM-4", "--order", "E-1", *sealed, BERT)
        Path("gone").write_text("Zebedee Quux", "utf-8")
        Path("password").write_text("a password of five words", "utf-8")
        Path("their.log").write_text("nobody was named", "utf-8")
        typed("permissions", "new", "rights.toml")
        typed("open", "KM-1", *READER.split(), "--access", "log.access", *store)
        typed("audit", "key", "--origin", ORIGIN, "-o", "log.key")
        typed("audit", "checkpoint", "--key", "log.key", "--sink", "sink", *store)
        shutil.copy("sink/checkpoint.5", "held")
        typed("db", "backup", "backup.db", *store)
        typed("audit", "bundle", "KM-1", "-o", "bundle", "--key", "log.key", *store)
        witness = SigningKey("icb.example/witness", bytes(32), COSIGNATURE)
        Path("icb.pub").write_text(f"{witness.public}\n", "utf-8")
        Path("policy").write_text("quorum none\n", "utf-8")
        request = typed("audit", "cosign-request", "--origin", ORIGIN, *store).stdout_bytes
        text = read_note(read_consistency_proof(request).checkpoint).text
        Path("answer").write_text(str(witness.sign(text, at=1)), "utf-8")
