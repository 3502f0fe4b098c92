"""Which characters may be in public text, how any other is shown; and a number with its noun.

A control character moves a terminal's cursor, and an override turns the direction of the text
after it: either makes a line seem to say something else. Text that was stored before this rule
still loads, so it is escaped wherever it is shown.
"""

from collections.abc import Iterable
from typing import Final
from unicodedata import category

# Controls, invisible formatting, surrogates, line and paragraph separators.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BASIC_PLANE: Final = 0xFFFF
ON_A_PAGE: Final = "\n\t\u200c\u200d"
"""What a page leaves as it is: lines, tabs, and the joiners in names in Persian and in Hindi.

A joiner says whether the letters beside it are written as one; it moves and turns nothing.
"""


def printable(text: str) -> str:
    """Return a text unchanged if all of it can be printed; it may have several lines.

    Raises:
        ValueError: a character cannot be printed; the message says which and where.
    """
    if text.isprintable():  # as nearly every text is
        return text
    for place, character in enumerate(text, start=1):
        if character != "\n" and category(character) in _UNPRINTABLE:
            raise ValueError(
                f"found the character U+{ord(character):04X} at place {place}; allowed: "
                "printable characters and line breaks"
            )
    return text


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Args:
        number: how many.
        one: the noun for one.
        many: the noun for several; by default with an s, or with ies in place of a y
            after a consonant.

    >>> counted(1, "entry"), counted(2, "entry"), counted(3, "child", "children")
    ('1 entry', '2 entries', '3 children')
    """
    ends_in_ies = one.endswith("y") and one[-2] not in "aeiou"
    several = many or (f"{one[:-1]}ies" if ends_in_ies else f"{one}s")
    return f"{number} {one if number == 1 else several}"


def in_runs(numbers: Iterable[int]) -> str:
    """Return rising numbers in a line, three or more in a row by the first and the last.

    >>> in_runs([1, 2, 3, 4, 6, 7, 9]), in_runs([])
    ('1 to 4, 6, 7, 9', '')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    long = 3
    return ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) >= long else ", ".join(map(str, run)) for run in runs
    )


def length_in_words(length: int, unit: str) -> str:
    """Return how long a clock runs.

    >>> length_in_words(15, "working_days"), length_in_words(1, "months")
    ('15 working days', '1 month')
    """
    return counted(length, unit.replace("_", " ").removesuffix("s"))


def escaped(text: str, *, but: str = "\n") -> str:
    r"""Return a text in which characters that cannot be printed are escaped as in JSON.

    Args:
        text: the text.
        but: characters that are left as they are.

    >>> escaped("a\x1b[2Jb")
    'a\\u001b[2Jb'
    """
    rest = text
    for character in but:
        rest = rest.replace(character, "")
    if rest.isprintable():  # as nearly every text is
        return text
    # A long document has millions of characters, and few different ones.
    escapes = {
        ord(character): _as_escape(character)
        for character in set(text).difference(but)
        if category(character) in _UNPRINTABLE
    }
    return text.translate(escapes) if escapes else text


def _as_escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"
