"""Names in words: stages, seats, clocks, and who owes something."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.domain.fields import FieldClass
from rapid_review.domain.registry import command_for
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.views import FieldSeen
from rapid_review.reports.labels import label_of, name_of, text_of, words_of
from rapid_review.web.pages.forms.questions import QUESTIONS

STAGES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.NOTIFIED: "Notified: ask the agencies for reports",
        Stage.GATHERING: "Gathering what agencies know",
        Stage.COLLATED: "Reports are collated",
        Stage.CONVENED: "A meeting is convened",
        Stage.QUORATE: "A quorate meeting was held",
        Stage.DECIDED: "Decided: write the report",
        Stage.REPORTED: "Reported to the Panel",
        Stage.DISCUSSED: "The Panel has discussed it",
        Stage.ANSWERED: "The Panel has answered",
        Stage.CLOSED: "Closed",
        Stage.CRITERIA_NOT_MET: "The criteria were found not met",
        Stage.DUPLICATE: "A duplicate of another case",
    }
)
"""Each stage as a heading says it."""


def named(code: str, terms: Terms) -> str:
    """Return the terms' name for a code, such as a seat or a clock; otherwise the code in words.

    >>> from rapid_review import terms
    >>> named("ccg-safeguarding", terms.load(terms.KENT_AND_MEDWAY_2020))
    'Kent and Medway CCG'
    """
    return _title(code, terms) or name_of(code)


def sender(code: str, terms: Terms) -> str:
    """Return who sent a notification: the terms' name for them, or the code as it was recorded.

    The code may be the sender's own, such as that of a system, which does not consist of words.

    >>> from rapid_review import terms
    >>> sender("kent-ics", terms.load(terms.KENT_AND_MEDWAY_2020))
    'kent-ics'
    """
    return _title(code, terms) or code


def _title(code: str, terms: Terms) -> str | None:
    titles = {
        **{seat.id: seat.title for seat in terms.seats},
        **{one.id: one.title for one in terms.clocks.values()},
        **{one.code: one.title for one in terms.decision.outcomes},
        **{one.id: one.says for one in (*terms.national.criteria, *terms.national.limbs)},
        **{one.code: one.says for one in terms.classes.values()},
    }
    return titles.get(code)


def owed_by(owing: tuple[str, ...], terms: Terms) -> str:
    """Return in words who owes something."""
    return ", ".join(named(one, terms) for one in owing) or "nobody by name"


_PARTS: Final[Mapping[str, str]] = {
    "incident": "Incident",
    "children": "Child",
    "sat": "Seating",
    "factors": "Factor",
    "dissent": "Dissent",
    "related_reviews": "RelatedReview",
    "document": "Document",
    "improvements": "Document",
}
"""The name of the questions about the parts of a field, by the field."""


def legend_of(command: str, path: str) -> str:
    """Return the question that a field answers; the field's name, if no form asks for it.

    >>> legend_of("ReceiveNotification", "children.0.age_band")
    'Child 1: How old was the child?'
    >>> legend_of("ReceiveNotification", "terms.digest")
    'Terms, digest'
    """
    first, *rest = path.removeprefix("event.").split(".")
    of = _PARTS.get(first, "") if rest else command
    asked = QUESTIONS.get((of, rest[-1] if rest else first))
    if asked is None:
        return label_of(path)
    number = f" {int(rest[0]) + 1}" if rest and rest[0].isdigit() else ""
    return f"{words_of(of)}{number}: {asked.legend}" if rest else asked.legend


def command_of(entry: Entry) -> str:
    """Return the command whose questions an entry answers; empty if the program made the entry."""
    command = command_for(type(entry.event))
    return "" if command is None else command.__name__


def value_in_words(field: FieldSeen, terms: Terms) -> str:
    """Return the value of a field in words, with the terms' names for codes."""
    value = field.value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field.of is not FieldClass.PLAIN:
        return text_of(value)
    if isinstance(value, tuple):
        return ", ".join(named(one, terms) for one in value)
    in_words = sender if field.path.rpartition(".")[2] == "source" else named
    return in_words(text_of(value), terms)
