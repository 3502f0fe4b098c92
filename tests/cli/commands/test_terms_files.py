"""`terms check`, `terms new` and `terms diff`: from a blank page to terms that can be used."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, document, lines, typed
from tests.terms.small_files import RULE_SET, TERMS

DUTIES = '[duties]\nover = "decision"\n'
OURS = TERMS.replace('"guidance"', '"./mine.toml"')


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Return terms of one's own, with a rule set of one's own beside them."""
    (tmp_path / "mine.toml").write_text(RULE_SET, "utf-8")
    path = tmp_path / "ours.toml"
    path.write_text(OURS, "utf-8")
    return path


def test_a_new_file_is_made_from_shipped_terms(tmp_path: Path) -> None:
    """What is missing is told; once it is filled in, nothing is."""
    new = tmp_path / "westshire.toml"
    made = typed("terms", "new", "--like", "liverpool", "-o", str(new))
    assert (made.exit_code, made.stdout) == (0, "")
    checked = typed("terms", "check", str(new))
    assert checked.exit_code == 5
    (line,) = checked.stderr.splitlines()
    assert line.startswith("westshire.toml: id: found ")
    new.write_text(new.read_text("utf-8").replace('id = "FILL IN"', 'id = "westshire-1"'), "utf-8")
    checked = typed("terms", "check", str(new))
    assert checked.exit_code == 0
    text = new.read_text("utf-8")
    at = next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith("partnership"))
    assert (
        f"lines that still end in FILL IN hold another partnership's value: {at}, "
        in checked.stderr
    )
    new.write_text(text.replace("  # FILL IN", ""), "utf-8")
    assert "FILL IN" not in typed("terms", "check", str(new)).stderr
    again = typed("terms", "new", "--like", "liverpool", "-o", str(new))
    assert again.exit_code == 2
    printed = typed("terms", "new", "--like", "liverpool", "-o", "-")
    assert printed.stdout.startswith("# Terms of a partnership, to start from: made from liverp")
    other = document(
        typed("terms", "new", "--like", "plymouth", "-o", str(tmp_path / "o.toml"), "--json")
    )
    assert [one["file"] for one in other["files"]] == ["o.toml"]
    both = typed("terms", "new", "--like", "plymouth", "-o", "-", "--json")
    assert both.exit_code == 2


def test_what_differs_is_printed_key_by_key() -> None:
    """In words, and as JSON."""
    told = typed("terms", "diff", "devon-dcfp", "devon-dscp").stdout
    assert "deadlines.adoption.length\n    devon-dcfp: 15\n    devon-dscp: 14\n" in told
    assert "deadlines.rapid-review\n    devon-dcfp: nothing\n    devon-dscp: Rapid review" in told
    rows = document(typed("terms", "diff", "devon-dcfp", "devon-dscp", "--json"))
    assert {"key": "deadlines.adoption.length", "before": 15, "after": 14} in rows
    same = typed("terms", "diff", "plymouth", "plymouth")
    assert (same.stdout, same.stderr) == ("", "Nothing differs.\n")


def test_a_rule_set_alone_is_checked_by_the_same_command(ours: Path) -> None:
    """Its mistakes are reported like those of terms."""
    mine = ours.with_name("mine.toml")
    assert "rule set guidance, sha256:" in typed("terms", "check", str(mine)).stdout
    assert document(typed("terms", "check", str(mine), "--json"))["id"] == "guidance"
    mine.write_text(RULE_SET.replace("length = 5", "length = 5_000"), "utf-8")
    assert typed("terms", "check", str(mine)).exit_code == 5
    checked = typed("terms", "check", str(ours))
    assert checked.exit_code == 5
    assert "mine.toml: deadlines.notify-panel.length: found 5000" in checked.stderr


def test_terms_with_a_rule_set_of_ones_own_hold_a_case(ours: Path) -> None:
    """It is opened, read and shown like any other."""
    store = ("--store", str(ours.with_name("store.db")), "--terms", str(ours))
    applied = typed("apply", "-", *store, stdin=lines(RECEIPT))
    assert applied.exit_code == 0, applied.output
    shown = document(typed("show", "KM-1", *store, "--json"))
    assert (shown["terms"], shown["rule_set"]) == ("ours", "guidance")


def test_the_calendar_of_the_terms_must_be_at_hand(ours: Path) -> None:
    """It is shipped, or given beside; a name that is neither is told with those that are."""
    ours.write_text(OURS.replace('"england-and-wales"', '"essex"'), "utf-8")
    checked = typed("terms", "check", str(ours))
    assert checked.exit_code == 5
    assert "ours.toml: calendar: found 'essex'; allowed: one of these calendars" in checked.stderr
    shown = document(typed("calendar", "show", "england-and-wales", "--json"))
    assert shown["id"] == "england-and-wales"
    ours.write_text(OURS, "utf-8")
    given = typed("terms", "check", str(ours), "--calendar", "england-and-wales@2026-11-26")
    assert given.exit_code == 0


def test_words_and_clauses_of_ones_own_are_shown(ours: Path) -> None:
    """Where the document asks for each step, and in which words."""
    more = '\n[clauses]\nconvene = "Procedure 9"\n\n[vocabulary]\nthemes = ["neglect", "drift"]\n'
    ours.write_text(OURS + more, "utf-8")
    told = " ".join(typed("terms", "show", str(ours)).stdout.split())
    assert "convene convene the meeting Procedure 9" in told
    assert "themes neglect, drift" in told
    assert "ToR" not in told


@pytest.mark.parametrize("where", ["again.toml", "2027/again.toml"])
def test_a_new_file_names_the_rule_set_of_ones_own_by_its_path(ours: Path, where: str) -> None:
    """By its id nothing finds it: the next edition could not be used as it was written."""
    new = ours.parent / where
    new.parent.mkdir(exist_ok=True)
    assert typed("terms", "new", "--like", str(ours), "-o", str(new)).exit_code == 0
    new.write_text(new.read_text("utf-8").replace('id = "FILL IN"', 'id = "again"'), "utf-8")
    checked = typed("terms", "check", str(new))
    assert checked.exit_code == 0, checked.stderr


def test_what_a_document_changes_is_shown_too(ours: Path) -> None:
    """Days counted otherwise, seats without a representative, classes, meetings, retention."""
    changed = OURS.replace("= 15 # of the review", "= 15\ncounts_day_of_start = true")
    changed = changed.replace("\n[quorum]", "representative_allowed = false\n\n[quorum]", 1)
    more = """
[retention]
years = 7
starts_on = "CaseClosed.at"

[[notification_classes]]
code = "near-miss"
says = "nobody was hurt"
opens_review = false
"""
    ours.write_text(changed + more, "utf-8")
    told = " ".join(typed("terms", "show", str(ours)).stdout.split())
    assert "15 working days, the first day counted" in told
    assert ", and no representative" in told
    assert "words are kept: 7 years from CaseClosed.at" in told
    assert "near-miss no nobody was hurt" in told
    assert "meetings (" in told
    assert "decided by (" in told


@pytest.mark.parametrize("asked", ["show", "new"])
def test_a_step_is_not_told_by_what_another_document_asks(ours: Path, asked: str) -> None:
    """The document from which the library was written has numbers; another has its own."""
    more = """
[clauses]
fifteen_days = "Procedure 5"
members = "Procedure 6"
quorum = "Procedure 7"
feedback = "Procedure 8"
"""
    ours.write_text(OURS + more, "utf-8")
    named = (str(ours),) if asked == "show" else ("--like", str(ours), "-o", "-")
    told = typed("terms", asked, *named).stdout
    assert "Procedure 5" in told
    for theirs in ("within 15 working days", "five named seats", "every seat filled", "within 10"):
        assert theirs not in told


def test_terms_in_which_no_clock_ends_the_duties_are_told(ours: Path) -> None:
    """They are valid, but nobody would ever learn that a step was not done."""
    assert "no clock ends" not in typed("terms", "check", str(ours)).stderr
    without = OURS.replace('id = "rapid-review"', 'id = "review"').replace(DUTIES, "")
    ours.write_text(without, "utf-8")
    checked = typed("terms", "check", str(ours))
    assert checked.exit_code == 0
    assert "no clock ends the time for informing" in checked.stderr
    assert "no clock rapid-review" in checked.stderr
