"""Which characters may be in public text, and how any other is shown.

A control character moves a terminal's cursor, and an override turns the direction of the text
after it: either makes a line seem to say something else. Text that was stored before this rule
still loads, so it is escaped wherever it is shown.
"""

from typing import Final
from unicodedata import category

# Controls, invisible formatting, surrogates, line and paragraph separators.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BASIC_PLANE: Final = 0xFFFF


def printable(text: str) -> str:
    """Return a text unchanged if all of it can be printed; it may have several lines.

    Raises:
        ValueError: a character cannot be printed; the message says which and where.
    """
    for place, character in enumerate(text, start=1):
        if character != "\n" and category(character) in _UNPRINTABLE:
            raise ValueError(
                f"found the character U+{ord(character):04X} at place {place}; allowed: "
                "printable characters and line breaks"
            )
    return text


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
