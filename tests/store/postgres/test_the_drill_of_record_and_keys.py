"""The drill on a server: record and keys backed up in order, an erasure, a loss, a restore.

What was lost is counted, and named: the entries, the keys, and the orders to erase that were
carried out since.
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from rapid_review.domain.sealed_words import ERASED
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.store import Store
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.store.postgres.a_store import a_schema
from tests.store.sealing.a_sealed_store import words_of

ANNA, BERT = "pt-01:business-support:partnership-team", "po-02:member:police"
READ = ("--by", "m-1:member:health", "--purpose", "complaint")
ORDER = ("KM-1", "--order", "E-1")


@dataclass(frozen=True, slots=True)
class Kept:
    """A sealed record and its keys in two schemas of a server, and the programs that copy them."""

    record: str
    table: str
    programs: Path

    def typed(self, *arguments: str, stdin: str | None = None) -> Result:
        """Ask something of the store."""
        return typed(*arguments, "--store", self.record, stdin=stdin)

    def done(self, *arguments: str, stdin: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """Ask something of the store that is to succeed; return its answer."""
        result = self.typed(*arguments, "--json", stdin=stdin)
        assert result.exit_code == 0, result.output
        return document(result)

    def recorded(self, *said: Mapping[str, object]) -> None:
        """Record something, all of it."""
        result = self.typed("apply", "-", stdin=lines(*said))
        assert result.exit_code == 0, result.output

    def erased(self) -> None:
        """Have the child of the first case erased, by two people."""
        ground = ("--ground", "recorded-in-error", "--by", ANNA)
        self.done("erase", "propose", *ORDER, "--person", "C-1", *ground)
        self.done("erase", "approve", *ORDER, "--by", BERT)
        self.done("erase", "finish", *ORDER, "--by", BERT)

    def checkpoint(self) -> int:
        """Have everything signed; return how many entries that is."""
        size = self.done("audit", "checkpoint", "--key", "log-key", "--sink", "held")["size"]
        assert isinstance(size, int)
        return size

    def dump(self, address: str, file: str) -> None:
        """Copy a schema to a file."""
        schema = f"--schema={Place.at(address).schema}"
        self._run(address, "pg_dump", "--format=custom", f"--file={file}", schema)

    def restore(self, address: str, file: str) -> None:
        """Put a schema back that is not there."""
        self._run(address, "pg_restore", "--exit-on-error", "--single-transaction", file)

    def lose(self, address: str) -> None:
        """Lose a schema."""
        place = Place.at(address)
        with psycopg.connect(place.connection) as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(place.schema)))

    def words(self, case: str) -> set[object]:
        """Return what the keys make of the words of a case."""
        keys = keys_at(self.table, Path("key-file"))
        with closing(Store.on_postgres(self.record, keys=keys)) as store:
            return {text for entry in words_of(store, case) for text in entry.values()}

    def _run(self, address: str, program: str, *arguments: str) -> None:
        found = conninfo_to_dict(Place.at(address).connection)
        names = ("host", "port", "user", "dbname")
        server = " ".join(f"{name}={found[name]}" for name in names if found.get(name))
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs, our own words
            [str(self.programs / program), *arguments, f"--dbname={server}"],
            check=True,
            capture_output=True,
        )


@pytest.fixture
def kept(
    database: str, pg_programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Kept]:
    """Return a record with one case and a log; on Monday both schemas are backed up in order.

    Between the two copies a second case came in; on Tuesday a child's words are erased and a third
    case is received; all of that is signed.
    """
    if not (pg_programs / "pg_dump").exists():
        pytest.skip("this PostgreSQL has no pg_dump")
    monkeypatch.chdir(tmp_path)
    with a_schema(database, "test") as record, a_schema(database, "keys") as table:
        for name, value in (
            ("KEYS", table),
            ("KEY_FILE", "key-file"),
            ("PERMISSIONS", "permissions.toml"),
            ("ACCESS", "access.db"),
        ):
            monkeypatch.setenv(f"RAPID_REVIEW_{name}", value)
        typed("permissions", "new", "permissions.toml")
        there = Kept(record, table, pg_programs)
        there.done("keys", "init")
        assert there.typed("db", "init").exit_code == 0
        there.recorded(RECEIPT, REPORT)
        there.typed("audit", "key", "--origin", "kent.example/reviews", "-o", "log-key")
        assert there.checkpoint() == 5
        there.dump(record, "monday.record")
        there.recorded({**RECEIPT, "case": "KM-2"})
        there.dump(table, "monday.keys")
        there.erased()
        there.recorded({**RECEIPT, "case": "KM-3"})
        there.checkpoint()
        yield there


def test_both_are_lost_and_put_back(kept: Kept) -> None:
    """Every entry of the copy has its key; the lost entries are counted, and said for ever.

    The erasure is lost with them, in record and keys alike, so that nothing could tell: its order
    is to be carried out again, under the same reference.
    """
    signed = kept.checkpoint()
    for address, file in ((kept.record, "monday.record"), (kept.table, "monday.keys")):
        kept.lose(address)
        kept.restore(address, file)
    found = kept.done("keys", "check")
    assert (found["lost"], len(found["unused"])) == ([], 1)  # that of the second case
    assert kept.done("keys", "fence") == {"differed": []}
    missing = kept.typed("audit", "verify", "--key", "log-key.pub", "--sink", "held")
    assert missing.exit_code == 4
    assert f"checkpoint of {signed} entries" in missing.stdout
    assert "the store has only 5 entries: the last ones were removed" in missing.stdout
    epoch = ("audit", "epoch", "--key", "log-key", "--by", "pt-01", "pt-02", "--kept", "5")
    kept.done(*epoch, "-o", "log-key-2")
    both = ("--key", "log-key-2.pub", "--key", "log-key.pub")
    verified = kept.typed("audit", "verify", *both)
    assert verified.exit_code == 0, verified.output
    lost = f"the {signed - 5} entries that pt-01 and pt-02 state were lost in a restore"
    assert lost in verified.stdout
    assert CANARY in kept.words("KM-1")  # the named hole: a backup from before the erasure
    kept.erased()
    assert ERASED in kept.words("KM-1")
    for case in ("KM-2", "KM-3"):
        kept.recorded({**RECEIPT, "case": case})
    assert kept.typed("audit", "verify", *both).exit_code == 0
    assert len(kept.done("keys", "check")["unused"]) == 0


def test_the_record_alone_is_lost(kept: Kept) -> None:
    """Its keys know of an order that it lost: no word is opened until that is in it again."""
    kept.lose(kept.record)
    kept.restore(kept.record, "monday.record")
    found = kept.typed("keys", "fence", "--json")
    assert found.exit_code == 1
    (differs,) = document(found)["differed"]
    assert (differs["what"], differs["order"]) == ("by no order of the record", "E-1")
    assert "the record is older than the key store" in kept.typed("open", "KM-1", *READ).stderr
    report = kept.typed("audit", "verify")
    assert report.exit_code == 4
    assert "order 'E-1', key " in report.stdout
    assert len(kept.done("keys", "check")["unused"]) == 2  # of the second and the third case
    kept.erased()
    assert kept.done("keys", "fence") == {"differed": []}
    assert CANARY in kept.typed("open", "KM-1", *READ).stdout  # the report's; the name is gone
    assert ERASED in kept.words("KM-1")
    assert kept.typed("audit", "verify").exit_code == 0


def test_without_the_key_file_or_the_keys_all_but_words_is_read(kept: Kept) -> None:
    """Recording stops, and it is said whose file or schema lacks; no key is made in its place."""
    Path("key-file").rename("other-disk")
    assert kept.typed("show", "KM-1").exit_code == 0
    said = lines({**REPORT, "agency": "police"})
    refused = kept.typed("apply", "-", stdin=said)
    assert refused.exit_code == 1
    assert "the key file key-file cannot be used" in refused.stderr
    Path("other-disk").rename("key-file")
    kept.lose(kept.table)
    for question in (("show", "KM-1"), ("verdicts", "KM-1"), ("stats",)):
        assert kept.typed(*question).exit_code == 0, question
    refused = kept.typed("apply", "-", stdin=said)
    assert refused.exit_code == 1
    assert "there is no key store in schema keys_" in refused.stderr
    assert kept.typed("keys", "init").exit_code == 2


def test_no_key_is_made_for_a_case_whose_own_is_lost(kept: Kept) -> None:
    """Those of Monday lack the third case: it takes no new words, and the first one does."""
    kept.lose(kept.table)
    kept.restore(kept.table, "monday.keys")
    refused = kept.typed("apply", "-", stdin=lines({**REPORT, "case": "KM-3"}))
    assert refused.exit_code == 1
    assert "does not contain the keys of this case's entries" in refused.stderr
    kept.recorded({**REPORT, "agency": "police"})


def test_the_keys_alone_are_lost(kept: Kept) -> None:
    """Monday's hold again what was destroyed, and lack those of Tuesday: both are named."""
    kept.lose(kept.table)
    kept.restore(kept.table, "monday.keys")
    assert "keys fence" in kept.typed("open", "KM-1", *READ).stderr
    lost = kept.typed("keys", "check", "--json")
    assert lost.exit_code == 1
    assert len(document(lost)["lost"]) == 1  # of the third case's child
    report = kept.typed("audit", "verify")
    assert report.exit_code == 4
    assert "the record says that it is destroyed, and it still opens words" in report.stdout
    (differs,) = kept.done("keys", "fence")["differed"]
    assert (differs["what"], differs["order"]) == ("destroyed again", "E-1")
    assert ERASED in kept.words("KM-1")
    again = kept.typed("audit", "verify")
    assert again.exit_code == 4
    assert "is sealed with a key that the key store does not contain" in again.stdout
    assert "order 'E-1'" not in again.stdout
