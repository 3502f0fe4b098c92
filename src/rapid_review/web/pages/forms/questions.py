"""What the pages ask, in plain words: one table, by command and field; see `questions.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple

_ABOUT: Final = "about"
_ABOUT_FIELD: Final = "about_field"
"""The field `about` of a request for a report; `about` itself says what a step is about."""


class Question(NamedTuple):
    """What is asked for one field.

    Attributes:
        legend: the question.
        hint: what helps to answer it; empty if nothing is needed.
        missing: what is said where the answer is missing.
    """

    legend: str
    hint: str = ""
    missing: str = ""


class Named(NamedTuple):
    """A step in words.

    Attributes:
        title: what is done, as a heading and in a list of what is to be done.
        about: when it is done, or what to know of it; empty if nothing.
    """

    title: str
    about: str = ""


def _read() -> Mapping[str, Mapping[str, Any]]:
    text = files("rapid_review.web.pages.forms").joinpath("questions.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


def _questions(
    read: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[tuple[str, str], Question]]:
    for name, fields in read.items():
        for field, said in fields.items():
            if isinstance(said, list):
                of = _ABOUT if field == _ABOUT_FIELD else field
                yield (name, of), Question(*said)


_READ: Final = _read()
QUESTIONS: Final[Mapping[tuple[str, str], Question]] = MappingProxyType(dict(_questions(_READ)))
"""By the name of a command, or of what commands share, and the field: what is asked."""
STEPS: Final[Mapping[str, Named]] = MappingProxyType(
    {
        name: Named(fields["title"], fields["about"])
        for name, fields in _READ.items()
        if isinstance(fields.get("title"), str)
    }
)
"""Each command in words, in the order of the document."""
