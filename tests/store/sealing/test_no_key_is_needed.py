"""Everything but words is read without any key, and answers as where nothing is sealed.

Two stores were told the same, one of them sealed. Its keys are then out of reach.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from click.testing import Result

from rapid_review.domain.statement import holds_words
from rapid_review.exports.pseudonyms import Naming, Pseudonyms
from rapid_review.exports.trace import Trace, trace
from rapid_review.projections.as_of import AsOf
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from tests.cli.a_terminal import document
from tests.cli.a_terminal import typed as typed_at
from tests.domain.a_review import at
from tests.exports.whole_files import cloudevents_lines, ocel_json, ocel_log, ocel_sqlite, xes
from tests.projections.canaries import CANARY
from tests.store.a_record import kent_in
from tests.store.sealing.a_whole_record import IMPORTED, WHOLE, recorded_in

STORE: Final = "rapid-review.db"
typed: Final = partial(typed_at, now=at("2021-01-04 09:00"))


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Path, Path]]:
    """Yield two folders with a store each, the second of which is sealed and has no keys."""
    with TemporaryDirectory() as name:
        plain, sealed, elsewhere = (Path(name) / one for one in ("plain", "sealed", "keys"))
        for folder in (plain, sealed, elsewhere):
            folder.mkdir()
        make_keys(elsewhere / "keys.db", elsewhere / "key")
        for folder, keys in (
            (plain, None),
            (sealed, keys_at(elsewhere / "keys.db", elsewhere / "key")),
        ):
            with closing(Store.on_sqlite(folder / STORE, keys=keys, unsealed=True)) as store:
                assert list(recorded_in(store))
        shutil.rmtree(elsewhere)
        yield plain, sealed


def in_each(both: tuple[Path, Path], ask: Callable[[], object]) -> tuple[object, object]:
    """Return what is answered in each of the two folders."""
    answers: list[object] = []
    for folder in both:
        with chdir(folder):
            answers.append(ask())
    return answers[0], answers[1]


CASES: Final = ("show", "timeline", "learning", "compliance", "verdicts")
ASKED: Final[Sequence[Sequence[str]]] = [
    *([command, case] for command in CASES for case in (WHOLE, IMPORTED)),
    *([command, case, "--json"] for command in CASES for case in (WHOLE, IMPORTED)),
    *(["difference", WHOLE, "--entry", str(entry)] for entry in (5, 40)),
    ["difference", WHOLE, "--from-recorded-by", "2020-06-01"],
    ["what-if", WHOLE, "--under", "lincolnshire-2019-09"],
    ["show", WHOLE, "--happened-by", "2020-05-20", "--recorded-by", "2020-06-01"],
    ["board", "--all"],
    ["board", "--all", "--json"],
    ["compliance"],
    ["diary", "--days", "3000"],
    ["diary", "--days", "3000", "--format", "ics"],
    ["learning"],
    ["duplicates", "--all"],
    ["stats"],
    ["stats", "--json", "--by", "month"],
    ["stats", "--format", "csv", "--suppress-below", "5"],
    ["export", "csv", "-o", "-", "--only", "notification"],
    ["export", "declare"],
    ["export", "bpmn"],
]


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_a_command_answers_as_where_nothing_is_sealed(
    both: tuple[Path, Path], asked: Sequence[str]
) -> None:
    """Clocks, rules, findings, next steps, figures: to the letter, and with the same exit code."""

    def ask() -> tuple[int, str, str]:
        result = typed(*asked)
        return result.exit_code, result.stdout, result.stderr

    plain, sealed = in_each(both, ask)
    assert plain == sealed
    assert isinstance(plain, tuple)
    assert plain[0] == 0
    assert CANARY not in plain[1]


PAGES: Final = {
    "the page of a case": ("report", "case", WHOLE, "-o"),
    "the page of the figures": ("report", "stats", "-o"),
    "the tables of the figures": ("export", "csv", "-o"),
}


@pytest.mark.parametrize("asked", PAGES.values(), ids=[*PAGES])
def test_a_page_is_the_same_byte_for_byte(
    both: tuple[Path, Path], asked: Sequence[str], tmp_path: Path
) -> None:
    """One file, or every file of a folder."""

    def ask() -> dict[str, str]:
        into = tmp_path / Path.cwd().name
        assert typed(*asked, str(into)).exit_code == 0
        files = [into] if into.is_file() else sorted(into.iterdir())
        return {
            one.name if into.is_dir() else "": hashlib.sha256(one.read_bytes()).hexdigest()
            for one in files
        }

    plain, sealed = in_each(both, ask)
    assert plain
    assert plain == sealed


def each_trace(reviews: RapidReviews) -> list[Trace]:
    """Return the trace of each case."""
    found = (
        trace(reviews.history(case), AsOf(), reviews.calendar_named, terms=reviews.terms)
        for case in (WHOLE, IMPORTED)
    )
    return [one for one in found if one is not None]


NAMING: Final[Naming] = Pseudonyms(bytes(32))
EXPORTS: Final[dict[str, Callable[[RapidReviews], bytes]]] = {
    "OCEL as JSON": lambda its: ocel_json(ocel_log(each_trace(its), NAMING)).encode(),
    "OCEL as SQLite": lambda its: ocel_sqlite(ocel_log(each_trace(its), NAMING)),
    "XES": lambda its: xes(each_trace(its), NAMING),
    "CloudEvents": lambda its: cloudevents_lines(
        (entry for _, entry in its.entries_after(0)), NAMING
    ).encode(),
}


@pytest.mark.parametrize("made", EXPORTS.values(), ids=[*EXPORTS])
def test_what_is_exported_is_the_same_byte_for_byte(
    both: tuple[Path, Path], made: Callable[[RapidReviews], bytes]
) -> None:
    """Only the line in the register is an entry, and needs the keys."""

    def ask() -> bytes:
        with closing(Store.on_sqlite(STORE, unsealed=True)) as store:
            return made(kent_in(store))

    plain, sealed = in_each(both, ask)
    assert plain == sealed
    assert isinstance(plain, bytes)
    assert CANARY.encode() not in plain


def test_an_export_that_cannot_be_registered_is_not_made(
    both: tuple[Path, Path], tmp_path: Path
) -> None:
    """The register of exports is a record like the others."""
    file = tmp_path / "out"
    asked = ("export", "xes", "--to", "university", "--purpose", "research")
    who = ("--by", "pt-02:analyst:police", "-o", str(file))
    with chdir(both[1]):
        result = typed(*asked, *who)
    assert result.exit_code == 1
    assert "Without it nothing can be recorded" in result.stderr
    assert not file.exists()


def test_no_entry_of_a_sealed_store_holds_words(both: tuple[Path, Path]) -> None:
    """Anyone who reads it has tokens in their place, and knows where there are some."""

    def ask() -> list[bool]:
        with closing(Store.on_sqlite(STORE, unsealed=True)) as store:
            return [holds_words(entry.event) for entry in store.all_entries()]

    plain, sealed = in_each(both, ask)
    assert isinstance(plain, list)
    assert isinstance(sealed, list)
    assert (any(plain), any(sealed), len(plain)) == (True, False, len(sealed))


def test_the_read_model_and_verification_need_no_key(both: tuple[Path, Path]) -> None:
    """It is computed and compared; every row, every due date and every checkpoint is held."""

    def ask() -> dict[str, object]:
        for command in (
            ("db", "rebuild"),
            ("audit", "key", "--origin", "example/reviews", "-o", "k"),
            ("audit", "checkpoint", "--key", "k", "--sink", "sink"),
        ):
            assert typed(*command).exit_code == 0, command
        verify = ("audit", "verify", "--key", "k.pub", "--sink", "sink")
        result = typed(*verify, "--recount", "--read-model", "--json")
        assert result.exit_code == 0, result.stdout
        told: dict[str, object] = document(result)
        return told

    plain, sealed = in_each(both, ask)
    assert isinstance(plain, dict)
    assert isinstance(sealed, dict)
    assert {**sealed, "root": 0, "unchecked": 0} == {**plain, "root": 0, "unchecked": 0}
    (more,) = set(sealed["unchecked"]) - set(plain["unchecked"])
    assert more.startswith("whether each entry was recorded with the keys of this store")


def test_a_bundle_is_made_and_verified_and_proves_a_page(
    both: tuple[Path, Path], tmp_path: Path
) -> None:
    """Of a sealed store without a warning, the proof unasked, and what the rules say the same."""

    def ask() -> tuple[list[Result], str, str]:
        name = tmp_path / Path.cwd().name
        for made in ("k2", "k2.pub", "k2.signed"):
            Path(made).unlink(missing_ok=True)
        typed("audit", "key", "--origin", "example/bundles", "-o", "k2")
        case, whole, page = (f"{name}-{one}" for one in ("case", "log", "page.html"))
        read = ("--bundle", case, "--key", "k2.pub", "--as-of", "2026-11-26")
        results = [
            typed("audit", "bundle", WHOLE, "--key", "k2", "-o", case),
            typed("audit", "verify-bundle", case, "--key", "k2.pub"),
            typed("audit", "bundle", "--key", "k2", "-o", whole),
            typed("report", "case", WHOLE, *read, "-o", page),
        ]
        if Path(whole).exists():
            results.append(typed("audit", "verify-bundle", whole, "--key", "k2.pub"))
        replay = Path(case, "replay/case.json").read_text("utf-8")
        return results, replay, Path(page).read_text("utf-8")

    plain, sealed = in_each(both, ask)
    assert isinstance(plain, tuple)
    assert isinstance(sealed, tuple)
    (made, _, whole, page), replay, text = plain
    assert whole.exit_code != 0
    assert "--with-proof" in whole.stderr
    assert "The page contains no proof" in page.stderr
    assert [one.exit_code for one in (made, page)] == [0, 0]
    results, replay_of_sealed, text_of_sealed = sealed
    assert [one.exit_code for one in results] == [0] * 5
    assert replay_of_sealed == replay
    assert "its digests reveal nothing about the words" in results[0].stderr
    assert "looks the same here" in results[1].stdout
    assert results[3].stderr == ""
    assert 'id="withheld"' in text
    assert 'id="withheld"' not in text_of_sealed
    assert re.search(r'id="bundle-data"|verify-here', text_of_sealed)
