"""`hold`, `erase` and `keys fence`: words erased at a terminal, by two people."""

import json
import re
import shutil
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed
from tests.store.a_ledger import IntruderInFile

ANNA, BERT = "pt-01:business-support:partnership-team", "po-02:member:police"
ERA = ("KM-1", "--order", "E-1")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a sealed store with one case in it."""
    monkeypatch.chdir(tmp_path)
    typed("keys", "init")
    typed("permissions", "new", "rapid-review.permissions.toml")
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    return tmp_path


def proposed(*what: str) -> Result:
    """Propose an erasure, by Anna."""
    return typed("erase", "propose", *ERA, *what, "--ground", "recorded-in-error", "--by", ANNA)


def approved(*what: str) -> Result:
    """Propose an erasure, and have Bert approve it."""
    proposed(*what)
    return typed("erase", "approve", *ERA, "--by", BERT)


def finished(*what: str) -> Result:
    """Propose, approve and finish an erasure."""
    approved(*what)
    return typed("erase", "finish", *ERA, "--by", BERT)


def test_an_erasure_goes_its_way() -> None:
    """Each step says what was recorded; asked again, the last one answers the same."""
    assert "the words of person C-1" in proposed("--person", "C-1").stdout
    assert (
        "Nothing new was recorded: the record says this already."
        in proposed("--person", "C-1").stdout
    )
    assert typed("erase", "approve", *ERA, "--by", ANNA).exit_code == 5
    assert "ErasureApproved" in typed("erase", "approve", *ERA, "--by", BERT).stdout
    done = typed("erase", "finish", *ERA, "--by", BERT, "--json")
    (entry,) = document(done)["recorded"]
    assert entry["event"] == "KeyDestroyed"
    assert typed("erase", "finish", *ERA, "--by", BERT, "--json").stdout == done.stdout
    assert "KeyDestroyed" in typed("timeline", "KM-1").stdout


def test_one_thing_is_named() -> None:
    """Nothing is erased because nothing was named, nor two things at once."""
    for what in ((), ("--person", "C-1", "--whole-case")):
        refused = proposed(*what)
        assert refused.exit_code == 2
        assert "--entry, --person and --whole-case; give exactly one" in refused.stderr


def test_the_plan_says_what_goes_what_stays_and_what_is_not_reached() -> None:
    """Without a key, and before anything is gone; no word is in it."""
    proposed("--person", "C-1")
    Path("rapid-review.key-file").rename("elsewhere")
    told = typed("erase", "plan", *ERA)
    assert "Will be erased, for everyone and permanently (1):" in told.stdout
    assert re.search(r"children\.0\.identity +person C-1$", told.stdout, re.MULTILINE)
    assert "summary" in told.stdout  # it may speak of the child, and stays
    assert "backups" in told.stdout
    assert CANARY not in told.stdout
    plan = document(typed("erase", "plan", *ERA, "--json"))
    assert plan["state"] == "proposed"
    assert [one["scope"] for one in plan["goes"]] == ["p:C-1"]
    assert [one["kind"] for one in plan["stays_sealed"]] == ["AgencyReportFiled"]


def test_while_a_hold_stands_nothing_is_erased() -> None:
    """It is lifted by two people; the reason is read from a file, and sealed."""
    Path("reason").write_text(f"{CANARY} asked for it")
    approved("--person", "C-1")
    named = ("KM-1", "--hold", "H-1")
    placed = typed(
        *("hold", "place", *named, "--ground", "inquiry", "--by", ANNA),
        *("--because-from", "reason"),
    )
    assert "hold H-1, inquiry" in placed.stdout
    refused = typed("erase", "finish", *ERA, "--by", BERT)
    assert refused.exit_code == 5
    assert "a hold protects it: H-1" in refused.stderr
    assert "on hold by H-1" in typed("erase", "plan", *ERA).stdout
    assert typed("hold", "lift", *named, "--by", BERT).exit_code == 5
    typed("hold", "propose-lifting", *named, "--by", ANNA)
    assert typed("hold", "lift", *named, "--by", ANNA).exit_code == 5
    assert "HoldLifted" in typed("hold", "lift", *named, "--by", BERT).stdout
    assert typed("erase", "finish", *ERA, "--by", BERT).exit_code == 0


def test_a_reason_that_is_not_utf_8_is_invalid_and_not_repeated() -> None:
    """The message names the option and the encoding; nothing is recorded."""
    approved("--person", "C-1")
    Path("reason").write_bytes(f"{CANARY} Zo\xeb".encode("latin-1"))
    asked = (*("--hold", "H-1", "--ground", "inquiry"), *("--by", ANNA))
    refused = typed("hold", "place", "KM-1", *asked, "--because-from", "reason")
    assert refused.exit_code == 5
    assert "--because-from: the file is not UTF-8 (byte" in refused.stderr
    assert CANARY not in refused.stderr + refused.stdout
    Path("reason").write_bytes("\ufeffasked for it".encode())
    assert "hold H-1" in typed("hold", "place", "KM-1", *asked, "--because-from", "reason").stdout


def test_after_the_case_is_erased_everything_else_is_read() -> None:
    """Every view, page and export; and no file holds a word."""
    finished("--whole-case")
    for question in (
        *(["show", "KM-1"], ["timeline", "KM-1"], ["compliance", "KM-1"], ["verdicts", "KM-1"]),
        *(["board"], ["diary"], ["learning"], ["duplicates"], ["stats"], ["audit", "verify"]),
        ["report", "case", "KM-1", "-o", "case.html"],
        ["report", "stats", "-o", "stats.html"],
    ):
        assert typed(*question).exit_code in {0, 6}, question
    for form in ("cloudevents", "ocel", "xes"):
        given = ("--to", "auditor", "--purpose", "audit", "--by", ANNA, "-o", f"{form}.out")
        assert typed("export", form, *given).exit_code == 0, form
    refused = typed("apply", "-", stdin=lines({**REPORT, "agency": "police"}))
    assert refused.exit_code == 5
    assert (
        typed("apply", "-", stdin=lines({**REPORT, "agency": "gp", "summary": None})).exit_code
        == 0
    )
    for file in Path().iterdir():
        assert CANARY.encode() not in file.read_bytes(), file


# --- Looking for what should be gone


def test_what_is_gone_is_found_nowhere_and_that_is_recorded() -> None:
    """In the rows and the files of record and keys; the words come from standard input."""
    finished("--person", "C-1")
    told = typed("erase", "verify", *ERA, "--words", "-", "--by", ANNA, stdin=f"{CANARY}\n")
    assert told.exit_code == 0
    assert ": found none" in told.stdout
    assert "looked for in rows, files: found 0" in typed("timeline", "KM-1").stdout


def test_where_a_word_is_found_is_told_and_never_the_word() -> None:
    """By the file and the byte; a copy that is named is searched as well."""
    finished("--person", "C-1")
    Path("notes").write_text(f"about {CANARY}")
    found = typed(
        *("erase", "verify", *ERA, "--words", "-", "--also", "notes", "--json"), stdin=CANARY
    )
    assert found.exit_code == 6
    assert json.loads(found.stdout)["found"] == [{"where": "notes", "at": 6, "word": 1}]
    shown = typed("erase", "verify", *ERA, "--words", "-", "--also", "notes", stdin=CANARY)
    assert CANARY not in shown.output
    assert "notes" in shown.stdout


@pytest.mark.parametrize("by", [(), ("--by", ANNA)], ids=["not recorded", "recorded"])
def test_words_of_an_order_that_erased_nothing_are_not_looked_for(by: tuple[str, ...]) -> None:
    """One that nobody proposed, and one that is approved; whether or not it would be recorded."""
    approved("--person", "C-1")
    for order, why in (("NOPE", "nobody has proposed"), ("E-1", "is not finished yet")):
        told = typed(
            *("erase", "verify", "KM-1", "--order", order, "--words", "-", *by),
            stdin=f"{CANARY}\n",
        )
        assert told.exit_code == 5
        assert why in told.stderr
        assert "found none" not in told.output


def test_what_the_search_for_erased_words_cannot_see_is_said() -> None:
    """Words that are sealed in other entries; to who reads, and in JSON."""
    finished("--person", "C-1")
    search = ("erase", "verify", *ERA, "--words", "-")
    told = typed(*search, stdin=f"{CANARY}\n")
    limit = told.stdout.splitlines()[-1]
    assert limit.startswith("This search cannot see words that are sealed in other entries")
    assert document(typed(*search, "--json", stdin=f"{CANARY}\n"))["unseen"] == limit


# --- The fence


def test_keys_fence_destroys_again_what_a_restored_key_store_holds() -> None:
    """And says when there is nothing to do."""
    approved("--person", "C-1")
    shutil.copy("rapid-review.keys", "older.keys")
    typed("erase", "finish", *ERA, "--by", BERT)
    assert "agree on which keys" in typed("keys", "fence").stdout
    assert "destroyed again" in typed("keys", "fence", "--keys", "older.keys").stdout
    assert document(typed("keys", "fence", "--keys", "older.keys", "--json"))["differed"] == []


def test_keys_fence_says_what_it_cannot_mend() -> None:
    """A record that lost the order; a store without keys."""
    shutil.copy("rapid-review.db", "older.db")
    finished("--person", "C-1")
    keys = ("--keys", "rapid-review.keys", "--key-file", "rapid-review.key-file")
    lost = typed("keys", "fence", "--store", "older.db", *keys)
    assert lost.exit_code == 1
    assert "by no order of the record" in lost.stdout
    typed("db", "init", "--store", "plain.db", "--unsealed")
    assert typed("keys", "fence", "--store", "plain.db").exit_code == 2


def test_keys_fence_destroys_nothing_on_the_word_of_an_entry_that_was_altered() -> None:
    """It names the entry, and what shows every such entry."""
    finished("--person", "C-1")
    IntruderInFile(Path("rapid-review.db")).alter(
        lambda rows: [*rows[:-1], rows[-1].with_state(b'"order":"E-1"', b'"order":"E-2"')]
    )
    refused = typed("keys", "fence")
    assert refused.exit_code == 4
    assert "of case 'KM-1' is about an erasure, and was not written with" in refused.stderr
    assert "rapid-review audit verify --keys" in refused.stderr
    assert "agree" not in refused.stdout


# --- How long words are kept


def test_what_is_due_for_review_is_listed_as_the_terms_state_it() -> None:
    """With its hold; of a case whose words are gone nothing is due; nothing is erased by it."""
    kent = Path(str(files("rapid_review") / "terms" / "kent-and-medway-2020-05.toml"))
    stated = '\n[retention]\nyears = 10\nstarts_on = "NotificationReceived.at"\n'
    text = kent.read_text(encoding="utf-8").replace(kent.stem, "kent-and-medway-2026-11")
    Path("own.toml").write_text(text + stated, encoding="utf-8")
    own = ("--terms", "own.toml")
    typed("apply", "-", *own, stdin=lines({**RECEIPT, "case": "KM-2"}))
    typed("hold", "place", "KM-2", "--hold", "H-1", "--ground", "claim", "--by", ANNA, *own)
    later = datetime(2030, 5, 4, 12, tzinfo=UTC)
    told = document(typed("retention", "--json", *own, now=later))["cases"]
    assert [(one["case"], one["review_on"]) for one in told] == [("KM-2", "2030-05-04")]
    assert told[0]["held_by"] == ["H-1"]
    assert "KM-2" in typed("retention", *own, now=later).stdout
    assert "KM-2" not in typed("retention", *own).stdout
    assert "KM-1" in typed("retention", "--all", *own, now=later).stdout
    assert "do not state" in typed("retention").stderr


def test_cases_whose_own_terms_state_nothing_are_told(folder: Path) -> None:
    """A case stays with its edition: a later one that states a period does not reach it."""
    kent = Path(str(files("rapid_review") / "terms" / "kent-and-medway-2020-05.toml"))
    stated = '\n[retention]\nyears = 10\nstarts_on = "NotificationReceived.at"\n'
    text = kent.read_text(encoding="utf-8").replace(kent.stem, "kent-and-medway-2026-11")
    (folder / "own.toml").write_text(text + stated, encoding="utf-8")
    own, later = ("--terms", "own.toml"), datetime(2040, 1, 1, tzinfo=UTC)
    assert typed("apply", "-", stdin=lines({**RECEIPT, "case": "KM-7"})).exit_code == 0
    told = typed("retention", *own, now=later)
    assert "KM-7" not in told.stdout
    assert "can never become due, because their terms do not state" in told.stderr
    assert "kent-and-medway-2020-05" in told.stderr
    moved = {
        "case": "KM-7",
        "command": "ReplaceTerms",
        "at": "2026-12-01T09:00Z",
        "by": RECEIPT["by"],
        "terms": "kent-and-medway-2026-11",
        "because": "kept ten years",
    }
    typed("apply", "-", *own, stdin=lines(moved), now=later)
    now_due = typed("retention", *own, now=later)
    assert "KM-7" in now_due.stdout
