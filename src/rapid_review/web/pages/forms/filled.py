"""What was filled into a form: texts by name, as a browser sends them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rapid_review.domain.errors import InvalidInputError

BUTTONS: Final = frozenset({"go", "add"})
"""The names of the buttons of a form: what is sent under them is not an answer."""
_DIGITS: Final = 9  # more than any page needs; `int` refuses thousands of digits


def whole_number(text: str) -> int | None:
    """Return a text from outside as a whole number; None if it is not one, or is too large.

    >>> whole_number("12"), whole_number("²"), whole_number("9" * 5_000)
    (12, None, None)
    """
    plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if plain else None


class Filled:
    """The texts of a form, several under one name where boxes were ticked.

    Its `repr` shows none of the texts, because they may be words.

    Args:
        texts: the texts by name.
    """

    def __init__(self, texts: Mapping[str, Iterable[str]] | None = None) -> None:
        given = {name: tuple(found) for name, found in (texts or {}).items()}
        self._texts = {name: found for name, found in given.items() if found}

    def __repr__(self) -> str:
        return f"Filled({len(self._texts)} names)"

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield every name with each of its texts."""
        for name, texts in self._texts.items():
            yield from ((name, text) for text in texts)

    def __contains__(self, name: str) -> bool:
        """Say whether something was sent under a name, empty or not."""
        return name in self._texts

    def text(self, name: str) -> str:
        """Return the text under a name, without blanks around it; empty if there is none."""
        return self._texts.get(name, ("",))[0].strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every text under a name."""
        return self._texts.get(name, ())

    def number(self, name: str) -> int | None:
        """Return the whole number under a name; None if there is none."""
        return whole_number(self.text(name))

    def must_have(self, name: str) -> str:
        """Return the text under a name that the page itself put there.

        Raises:
            InvalidInputError: it is missing, so the page was changed in transit.
        """
        if not (found := self.text(name)):
            raise InvalidInputError(f"the page did not send {name}; open the page again")
        return found

    def with_(self, **changed: str) -> "Filled":
        """Return the form with other texts under some names."""
        return Filled(self._texts | {name: (text,) for name, text in changed.items()})

    def and_(self, other: "Filled") -> "Filled":
        """Return the form, with the names that it lacks taken from another."""
        return Filled({name: other.texts(name) for name, _ in other} | self._texts)
