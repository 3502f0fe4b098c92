"""The texts of rules in the pages' words: titles of steps and questions in place of names."""

import re
from datetime import date
from typing import Final

from rapid_review.domain.events import EVENTS
from rapid_review.reports.dates import date_text
from rapid_review.reports.labels import words_of
from rapid_review.web.pages.forms.questions import QUESTIONS, STEPS

_NAMES: Final = re.compile(
    rf"\b(?P<command>{'|'.join(sorted(STEPS, key=len, reverse=True))})\b"
    rf"|\b(?P<event>{'|'.join(sorted(EVENTS, key=len, reverse=True))})\b|`(?P<field>[a-z_]+)`"
)

_DAY: Final = re.compile(r"(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-])")


def plainly(text: str, of: str = "") -> str:
    """Return a text with a capital, and with what the pages say in place of names.

    Args:
        text: the text; it quotes the names of fields as `this`.
        of: the command that the text is about, if one asked for it.

    >>> plainly("record ConveneMeeting first")
    'Record “Convene a meeting” first'
    >>> plainly("give `publication_considered`, or run `decide`")
    'Give “Was publication considered?”, or run `decide`'
    >>> plainly("on 2026-11-04 it was 2026-11-40")
    'On 4 November 2026 it was 2026-11-40'
    """

    def in_words(found: re.Match[str]) -> str:
        if (command := found["command"]) is not None:
            return f"“{STEPS[command].title}”"
        if (event := found["event"]) is not None:
            return f"“{words_of(event)}”"
        return _question(found["field"], of) or found[0]

    sentence = _DAY.sub(_day_in_words, _NAMES.sub(in_words, text))
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _day_in_words(found: re.Match[str]) -> str:
    try:
        return date_text(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def before_recording(text: str) -> str:
    """Return what to do about a finding, where nothing is recorded yet.

    >>> before_recording("If the day is wrong, correct it with CorrectRecord.")
    'If the day is wrong, change the answers, or correct what is recorded with CorrectRecord.'
    """
    return text.replace(
        "correct it with CorrectRecord",
        "change the answers, or correct what is recorded with CorrectRecord",
    )


def _question(field: str, of: str) -> str:
    """Return the question that asks for a field, in quotes; nothing if no form asks for it.

    Several steps may ask for it in different words; then the name of the field is its own word.
    """
    if (asked := QUESTIONS.get((of, field))) is not None:
        return f"“{asked.legend}”"
    legends = {one.legend for (_, name), one in QUESTIONS.items() if name == field}
    words = legends.pop() if len(legends) == 1 else field.replace("_", " ")
    return f"“{words}”" if field in _FIELDS else ""


_FIELDS: Final = frozenset(name for _, name in QUESTIONS)


def steps_named(text: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that a text names, each once, with its title.

    >>> steps_named("Record ConveneMeeting first")
    (('ConveneMeeting', 'Convene a meeting'),)
    """
    names = (found["command"] for found in _NAMES.finditer(text))
    return tuple((name, STEPS[name].title) for name in dict.fromkeys(names) if name)
