"""What the pages ask, in plain words: one table, by command and field; see `questions.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple

_ABOUT: Final = "about"
_ABOUT_FIELD: Final = "about_field"
"""The key of the question for the field `about`; the key `about` holds what a step is about."""


class Question(NamedTuple):
    """What is asked for one field.

    Attributes:
        legend: the question.
        hint: what helps to answer it; empty if nothing is needed.
        missing: the message if the answer is missing.
    """

    legend: str
    hint: str = ""
    missing: str = ""


class StepInWords(NamedTuple):
    """A step in words.

    Attributes:
        title: what is done, for a heading and a list of tasks.
        about: when it is done, or what to know about it; empty if there is nothing.
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
        for field, texts in fields.items():
            if isinstance(texts, list):
                of = _ABOUT if field == _ABOUT_FIELD else field
                yield (name, of), Question(*texts)


_READ: Final = _read()
QUESTIONS: Final[Mapping[tuple[str, str], Question]] = MappingProxyType(dict(_questions(_READ)))
"""The questions, by the name of a command, or of a part that commands share, and the field."""
STEPS: Final[Mapping[str, StepInWords]] = MappingProxyType(
    {
        name: StepInWords(fields["title"], fields["about"])
        for name, fields in _READ.items()
        if isinstance(fields.get("title"), str)
    }
)
"""Each command in words, in the order of the document."""
