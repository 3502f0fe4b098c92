"""`export`: cases disclosed, under names of that export alone, and recorded as disclosed."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import duckdb
import pytest

from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, TEAM, answers, document, lines, typed

SAME = {**RECEIPT, "at": "2020-05-04T09:30:00+01:00", "reference": "PRN-2", "case": "KM-2"}
WRONG = {
    "case": "KM-1",
    "command": "CorrectRecord",
    "at": "2020-05-20T12:00:00+01:00",
    "by": TEAM,
    "version": 5,
    "because": CANARY,
}
WHO = ("--to", "university-of-kent", "--purpose", "process mining", "--by", "pt-02:analyst:police")
FORMS = {
    "ocel-json": ("ocel",),
    "ocel-sqlite": ("ocel", "--format", "sqlite"),
    "xes": ("xes",),
    "parquet": ("parquet",),
    "cloudevents": ("cloudevents",),
}
EACH = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases of 4 May; of the first, a report is retracted on 20 May."""
    path = str(tmp_path / "rapid-review.db")
    for said, day in ((RECEIPT, 4), (REPORT, 12), (SAME, 13), (WRONG, 20)):
        written_down = datetime(2020, 5, day, 16, tzinfo=UTC)
        typed("apply", "-", "--store", path, stdin=lines(said), now=written_down)
    return path


@EACH
def test_cases_are_given_out_and_the_register_says_so(
    form: str, store: str, tmp_path: Path
) -> None:
    """To whom, why, by whom, how much, and the digest of the very bytes."""
    file = tmp_path / "given-out"
    asked = ("export", *FORMS[form], *WHO, "--store", store, "-o", str(file))
    result = typed(*asked, "--json")
    assert result.exit_code == 0
    told = document(result)
    (registered,) = document(typed("export", "register", "--store", store, "--json"))
    assert told == {**registered, "file": str(file)}
    assert (told["recipient"], told["purpose"]) == ("university-of-kent", "(sealed)")
    assert (told["form"], told["cases"], told["by"]) == (form, 2, "pt-02")
    assert told["digest"] == f"sha256:{sha256(file.read_bytes()).hexdigest()}"
    assert told["pseudonymous"] is True


@EACH
def test_no_name_and_no_reference_is_given_out(form: str, store: str, tmp_path: Path) -> None:
    """Unless it is asked for: then the references, and still no name."""
    asked = ("export", *FORMS[form], *WHO, "--store", store)
    for file, more in (("hidden", ()), ("open", ("--as-recorded-ids",))):
        typed(*asked, "-o", str(tmp_path / file), *more)
    hidden, openly = (content(tmp_path / file) for file in ("hidden", "open"))
    for reference in (b"KM-1", b"KM-2", b"PRN-1"):
        assert reference not in hidden
        assert reference in openly
    assert b"pt-01" not in hidden
    assert CANARY.encode() not in hidden + openly


def content(file: Path) -> bytes:
    """Return what was given out; of an archive, what can be read in its tables."""
    if not is_zipfile(file):
        return file.read_bytes()
    folder = file.with_suffix(".tables")
    with ZipFile(file) as archive:
        archive.extractall(folder)
    as_text = "SELECT CAST(one AS VARCHAR) FROM read_parquet(?) AS one"
    found = [
        duckdb.execute(as_text, [str(table)]).fetchall() for table in sorted(folder.iterdir())
    ]
    return repr(found).encode()


def test_each_export_draws_its_own_key(store: str, tmp_path: Path) -> None:
    """So the same cases have other names the next time."""
    texts = []
    for name in ("one", "other"):
        file = tmp_path / name
        typed("export", "cloudevents", *WHO, "--store", store, "-o", str(file))
        texts.append({one["subject"] for one in map(json.loads, file.read_text().splitlines())})
    assert [len(text) for text in texts] == [2, 2]
    assert not texts[0] & texts[1]


def test_exporting_changes_no_case(store: str, tmp_path: Path) -> None:
    """What is read of cases is the same before and after, and the register is none of them."""
    asked = [("timeline", "KM-1"), ("board",), ("compliance",), ("stats", "--json")]
    before = [typed(*one, "--store", store).stdout for one in asked]
    typed("export", "ocel", *WHO, "--store", store, "-o", str(tmp_path / "log"))
    assert [typed(*one, "--store", store).stdout for one in asked] == before
    assert typed("show", "register-of-exports", "--store", store).exit_code == 5


def test_what_stands_is_exported_as_of_the_two_times(store: str, tmp_path: Path) -> None:
    """ToR 7.4: the report that was retracted on 20 May was on the 19th, not on the 11th."""
    kinds = {}
    times = {
        "now": (),
        "then": ("--recorded-by", "2020-05-19"),
        "earlier": ("--recorded-by", "2020-05-19", "--happened-by", "2020-05-11"),
    }
    for name, cut in times.items():
        file = tmp_path / name
        typed("export", "ocel", "KM-1", *WHO, *cut, "--store", store, "-o", str(file))
        kinds[name] = [event["type"] for event in json.loads(file.read_text())["events"]]
    assert [name for name in kinds if "AgencyReportFiled" in kinds[name]] == ["then"]
    assert [len(one) for one in kinds.values()] == [4, 5, 4]
    told = document(typed("export", "register", "--store", store, "--json"))
    assert told[2]["happened_by"] == "2020-05-11T23:59:59.999999+01:00"


def test_a_case_that_is_named_twice_is_exported_once(store: str) -> None:
    """In the order in which they were named."""
    asked = ("export", "ocel", "KM-2", "KM-1", "KM-2", *WHO, "--store", store, "-o", "-")
    log = document(typed(*asked, "--as-recorded-ids"))
    ids = [event["id"] for event in log["events"]]
    assert len(ids) == len(set(ids)) == 8
    assert ids[0] == "KM-2#1"


def test_a_feed_goes_on_from_where_it_ended(store: str) -> None:
    """As recorded: the report that was retracted, and what retracted it."""
    asked = ("export", "cloudevents", *WHO, "--store", store, "-o", "-", "--as-recorded-ids")
    first = typed(*asked, "--recorded-by", "2020-05-12")
    assert [one["id"] for one in answers(first)][-1] == "KM-1/5"
    position = first.stderr.rpartition("--after ")[2].split()[0]
    rest = typed(*asked, "--after", position)
    assert {one["subject"] for one in answers(rest)} == {"KM-1", "KM-2"}
    assert answers(rest)[-1]["type"] == "rapid-review.RecordCorrected"
    assert typed(*asked).stdout == first.stdout + rest.stdout
    last = rest.stderr.rpartition("--after ")[2].split()[0]
    nothing = typed(*asked, "--after", last)
    assert (
        nothing.stdout,
        f"to continue from here, next time give --after {last}" in nothing.stderr,
    ) == ("", True)


def test_standard_output_has_the_data_alone(store: str) -> None:
    """And standard error the number in the register."""
    result = typed("export", "ocel", *WHO, "--store", store, "-o", "-")
    assert len(document(result)["events"]) == 8
    assert "Export 1 of the register: sha256:" in result.stderr


def test_an_sqlite_file_is_read_as_one(store: str, tmp_path: Path) -> None:
    """It is whole, as the bytes that were digested."""
    file = tmp_path / "log.sqlite"
    typed("export", "ocel", "--format", "sqlite", *WHO, "--store", store, "-o", str(file))
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM event").fetchone() == (8,)


@EACH
def test_an_empty_store_gives_out_nothing_and_says_so(form: str, tmp_path: Path) -> None:
    """The register has an export of no case."""
    store = str(tmp_path / "empty.db")
    typed("db", "init", "--store", store)
    assert "Nothing was disclosed" in typed("export", "register", "--store", store).stderr
    file = tmp_path / "nothing"
    result = typed("export", *FORMS[form], *WHO, "--store", store, "-o", str(file))
    assert (result.exit_code, result.stdout) == (
        0,
        f"{file}: export 1 of the register, with cases: 0, entries: 0\n",
    )
    row = typed("export", "register", "--store", store).stdout.splitlines()[1]
    assert row.split()[:4] == ["1", "2020-06-01T09:00:00Z", "university-of-kent", form]


# --- What cannot be disclosed is not recorded as disclosed


@pytest.mark.parametrize(
    ("asked", "code", "why"),
    [
        (("KM-9",), 3, "there is no case 'KM-9'"),
        (("--to", "Dr Jane Canary"), 5, "recipient: found a value of 14 characters"),
        (("--purpose", "for Jane, only"), 5, "purpose: found text"),
        (("--by", "pt-02"), 2, "allowed: ID:ROLE:AGENCY"),
        (("-o", "no-such-folder/log"), 1, "there is no folder no-such-folder"),
        (("--store", "nowhere.db"), 3, "there is no store nowhere.db"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    asked: tuple[str, ...], code: int, why: str, store: str, tmp_path: Path
) -> None:
    """Without repeating what may be a name."""
    file = tmp_path / "log"
    result = typed("export", "ocel", *WHO, "--store", store, "-o", str(file), *asked)
    assert (result.exit_code, result.stdout) == (code, "")
    assert why in result.stderr
    assert "Jane" not in result.stderr
    assert not file.exists()


def test_nothing_is_written_over_a_file(store: str, tmp_path: Path) -> None:
    """A mistake of usage, found before anything is recorded."""
    file = tmp_path / "log"
    file.write_text("mine")
    result = typed("export", "ocel", *WHO, "--store", store, "-o", str(file))
    assert (result.exit_code, file.read_text()) == (2, "mine")
    assert "is never overwritten" in result.stderr
    assert document(typed("export", "register", "--store", store, "--json")) == []


# --- The terms themselves


def test_the_rules_of_the_terms_are_printed_as_data() -> None:
    """ToR 6.2: among them that a decision comes only after its meeting's quorum."""
    told = document(typed("export", "declare"))
    assert told["terms"]["id"] == "kent-and-medway-2020-05"
    (quorum,) = (one for one in told["constraints"] if one["rule"] == "meeting_is_quorate")
    assert quorum == {
        "rule": "meeting_is_quorate",
        "clause": "ToR 6.2",
        "template": "precedence",
        "activation": ["DecisionMade", "DecisionReconsidered"],
        "target": {
            "any_of": [{"kind": "QuorumConfirmed", "where": {}}],
            "undone_by": [{"kind": "QuorumNotMet", "where": {}}],
        },
        "same": {"activation": "meeting", "target": "meeting"},
        "waived_by": [],
    }


def test_the_process_of_the_terms_is_printed_as_a_model() -> None:
    """As BPMN, or its steps and flows alone."""
    model = typed("export", "bpmn", "--terms", "plymouth").stdout
    assert model.startswith("<?xml version='1.0' encoding='utf-8'?>\n<definitions ")
    told = document(typed("export", "bpmn", "--terms", "plymouth", "--json"))
    assert all(f'id="{node["id"]}"' in model for node in told["nodes"])
    assert {flow["source"] for flow in told["flows"]} <= {node["id"] for node in told["nodes"]}
