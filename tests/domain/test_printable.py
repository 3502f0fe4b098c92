"""Which characters may be in public text, and how any other is shown."""

import sys
import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.printable import escaped, printable

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
