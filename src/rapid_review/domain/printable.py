"""Which characters may be in public text, and how any other is shown.

A control character moves a terminal's cursor, an override turns the direction of what follows it:
either makes a line say what it does not say. What was stored before this was asked for still
loads, so it is escaped wherever it goes out.
"""

from typing import Final
from unicodedata import category

# Controls, what shapes or turns its neighbours unseen, surrogates, ends of lines and paragraphs.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BASIC_PLANE: Final = 0xFFFF


def printable(text: str) -> str:
    """Return a text as it is, which may have more than one line.

    Raises:
        ValueError: it holds something that cannot be printed; the message says what and where.
    """
    for place, character in enumerate(text, start=1):
        if character != "\n" and category(character) in _UNPRINTABLE:
            raise ValueError(
                f"found the character U+{ord(character):04X} at place {place}; allowed: "
                "printable characters and line breaks"
            )
    return text


def escaped(text: str, *, but: str = "\n") -> str:
    r"""Return a text with what cannot be printed written as JSON would.

    >>> escaped("a\x1b[2Jb")
    'a\\u001b[2Jb'
    """
    looked_at = text
    for one in but:
        looked_at = looked_at.replace(one, "")
    if looked_at.isprintable():  # as nearly every text is
        return text
    # A long document has millions of characters, and few different ones.
    shown = {
        ord(one): _shown(one) for one in set(text).difference(but) if category(one) in _UNPRINTABLE
    }
    return text.translate(shown) if shown else text


def _shown(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"
