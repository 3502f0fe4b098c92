"""The code of what a person wrote: a new one, or that of an option they named."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from rapid_review.web.pages.forms.choices import Option


def as_code(text: str) -> str:
    """Return the code of what a person wrote: small letters and hyphens.

    >>> as_code("Health Visiting"), as_code("Children's services"), as_code("École Sainte-Zoë")
    ('health-visiting', 'childrens-services', 'ecole-sainte-zoe')
    """
    return re.sub(r"[^a-z0-9]+", "-", in_plain_letters(text).lower()).strip("-")


def in_plain_letters(text: str) -> str:
    """Return a text without accents and apostrophes; a letter that has no plain one stays.

    >>> in_plain_letters("Zoë O'Neill, Łódź"), in_plain_letters("школа") == "школа"
    ('Zoe ONeill, Lodz', True)
    """
    apart = unicodedata.normalize("NFKD", re.sub("['\N{RIGHT SINGLE QUOTATION MARK}]", "", text))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


_PLAIN: Final = str.maketrans(
    {"ß": "ss", "Æ": "Ae", "æ": "ae", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d"}
)
"""Letters that consist of no plain letter and an accent."""


def code_named(text: str, options: Sequence[Option]) -> str:
    """Return the code of the one option that a person named; if there is none, a new code.

    An option is named by its code, its title, or its title up to the first comma. What is written
    with hyphens is a code already, and stays as it is.

    >>> seats = [Option("police", "Kent Police, Protecting Vulnerable People Command")]
    >>> code_named("kent police", seats), code_named("Police", seats), code_named("GP", seats)
    ('police', 'police', 'gp')
    """
    code = as_code(text)
    if "-" in text and text == code:
        return code
    for name in _NAMES_OF:
        if len(found := {one.code for one in options if name(one) == code}) == 1:
            return found.pop()
    return code


_NAMES_OF: Final[tuple[Callable[[Option], str], ...]] = (
    lambda one: one.code,
    lambda one: as_code(one.title),
    lambda one: as_code(one.title.partition(",")[0]),
)
"""The names of an option, as codes; the first that is the name of only one option counts."""
