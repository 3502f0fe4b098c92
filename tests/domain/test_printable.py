"""Which characters may be in public text, and how any other is shown."""

import re
import sys
import unicodedata
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rapid_review
from rapid_review.domain.printable import counted, escaped, in_runs, length_in_words, printable

ALLOWED: Final = frozenset("\n\t")


def unprintable(text: str) -> list[str]:
    """Return what of a text must not reach a terminal, by the tables of Unicode alone."""
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return [one for one in text if unicodedata.category(one) in hidden and one not in ALLOWED]


@given(st.text())
def test_what_is_escaped_is_printable_and_what_is_printable_is_left_alone(text: str) -> None:
    """Every character of Unicode, by its own tables."""
    assert unprintable(escaped(text)) == []
    if unprintable(text.replace("\t", "\x00")):
        with pytest.raises(ValueError, match=r"found the character U\+"):
            printable(text)
    else:
        assert printable(text) == escaped(text) == text


def test_every_control_and_every_override_is_escaped() -> None:
    """None of Unicode's is forgotten."""
    every = map(chr, range(sys.maxunicode + 1))
    assert [hex(ord(one)) for one in every if unprintable(one) and escaped(one) == one] == []


def test_what_stays_as_it_is_is_named() -> None:
    """An end of line does, unless somebody says that it must not; a space of any width does."""
    assert escaped("a\nb") == "a\nb"
    assert escaped("a\nb", but="") == r"a\u000ab"
    assert escaped("a\U000e0001b\xa0") == "a\\U000e0001b\xa0"


_A_NUMBER_AND_A_NOUN = re.compile(
    r"\{(?:len\([^{}]*\)|[a-z_.]+)\} "
    r"(?:entries|histories|cases|characters|findings|keys|rows|events)\b"
)


def test_no_message_says_one_of_several() -> None:
    """A number and its noun come from `counted`; a few say a number that is never 1."""
    assert (counted(1, "history"), counted(2, "history")) == ("1 history", "2 histories")
    assert (counted(1, "child", "children"), counted(0, "child", "children")) == (
        "1 child",
        "0 children",
    )
    assert [length_in_words(n, "working_days") for n in (1, 2)] == [
        "1 working day",
        "2 working days",
    ]
    package = Path(rapid_review.__file__).parent
    found = {
        f"{file.relative_to(package)}: {match[0]}"
        for file in package.rglob("*.py")
        for match in _A_NUMBER_AND_A_NOUN.finditer(file.read_text(encoding="utf-8"))
    }
    assert found == {
        "audit/log/bundle.py: {len(leaves.last_leaves)} cases",
        "audit/verify/statements.py: {head.size} events",
        "cli/commands/demo/demo.py: {len(shown.lines)} entries",
        "domain/registry/check.py: {many} rows",
        "store/ledger/checkpoints.py: {stated.begun.size} entries",
        "store/ledger/verify.py: {left} entries",
    }


@given(st.sets(st.integers(1, 60)))
def test_runs_name_the_numbers_that_they_came_from_and_no_other(numbers: set[int]) -> None:
    """And three in a row are never listed one by one."""
    named: list[int] = []
    for run in filter(None, in_runs(sorted(numbers)).split(", ")):
        first, _, last = run.partition(" to ")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(numbers)
    assert in_runs([1, 2, 3, 4, 6, 7, 9]) == "1 to 4, 6, 7, 9"
