"""A file of terms or of rules that is made to be slow to read is an invalid file, soon found."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from rapid_review.domain.errors import LISTED, TermsError, limited, listed
from rapid_review.domain.terms import terms_file
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.terms.terms_file import parse_rule_set, parse_terms
from tests.domain.a_review import KENT
from tests.in_time import in_time

SHORT: Final = 8_000
"""The most characters of an answer."""
LENGTH: Final = terms_file.LONGEST - 10_000

FILES: Final[dict[str, tuple[bytes, str]]] = {
    "arrays in arrays": (b"a = " + b"[" * LENGTH, "is nested too deeply"),
    "tables in tables": (b"a = " + b"{a=" * (LENGTH // 3), "is nested too deeply"),
    "tables and arrays a level too deep for JSON": (
        b"a = " + b"[" * 240 + b"]" * 240,
        "recursion limit exceeded|nested too deeply",
    ),
    "tables in tables by keys of some parts": (
        b"a = " + b"{%sa = " % (b"a." * 14) * 120 + b"1" + b"}" * 120,
        "recursion limit exceeded|nested too deeply",
    ),
    "a key of many parts": (b"a." * (LENGTH // 2) + b"a = 1", "a key has more than 16 parts"),
    "a table's name of many parts": (b"[" + b'"a".' * (LENGTH // 4) + b"a]", "16 parts"),
    "many keys": (b"".join(b"k%d = 1\n" % n for n in range(60_000)), "contains [0-9]+ mistakes"),
    "many rows": (b"[[deadlines]]\n" * 60_000, "mistakes|and [0-9]+ more problems"),
    "longer than is read": (
        b"#" * (terms_file.LONGEST + 1),
        "is longer than the [0-9]+ bytes that are allowed",
    ),
    "no end": (b"\0" * (LENGTH), "is not TOML in UTF-8"),
}


def terms_from(text: bytes, *, name: str) -> Terms:
    """Read terms under a shipped rule set."""
    rule_set = KENT.national
    known = b'rule_set = "%s"\n' % rule_set.id.encode()
    return parse_terms(known + text, name=name, rule_sets={rule_set.id: rule_set})


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("read", [parse_rule_set, terms_from], ids=["rules", "terms"])
def test_a_file_of_terms_made_to_be_slow_is_an_invalid_file(
    kind: str, read: Callable[..., Any]
) -> None:
    """In words that name the file, and never a fault of the program."""
    text, words = FILES[kind]
    with in_time(), pytest.raises(TermsError, match=words) as caught:
        read(text, name="ours.toml")
    assert len(str(caught.value)) < SHORT
    assert str(caught.value).startswith("ours.toml: ")


def test_of_many_problems_the_first_are_listed_and_the_rest_counted() -> None:
    """Anyone who mends those sees the others next time."""
    assert limited(("one",) * LISTED) == ("one",) * LISTED
    assert limited(("one",) * (LISTED + 3))[-1] == "and 3 more problems; correct these first"
    assert listed(range(1_000)).endswith(", and 900 more")
