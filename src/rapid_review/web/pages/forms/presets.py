"""What a form shows at first: the model's defaults, and what the case awaits."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final, cast
from zoneinfo import ZoneInfo

from pydantic_core import PydanticUndefined

from rapid_review.domain.commands import Command
from rapid_review.domain.sealed_words import NotReadable, SealedWords
from rapid_review.domain.statement import Statement
from rapid_review.projections.work.steps import STEPS_AHEAD, phase_of
from rapid_review.reports.dates import hour_text
from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.controls import days_that_may_be_unknown
from rapid_review.web.pages.forms.filled import Filled

_PRESET: Final = frozenset(
    {
        *("seat", "seats", "meeting", "version", "collation", "challenge", "action", "partner"),
        *("shared_with", "theme", "sent_to", "answers", "agencies"),
    }
)
"""The fields that begin with what the case awaits; a judgement or a decision never does."""
_NEW_REFERENCES: Final[Mapping[str, str]] = {
    "RecordImmediateAction": "action",
    "ShareLearning": "learning",
    "RaiseChallenge": "challenge",
    "AgreeAction": "action",
    "LogPanelCorrespondence": "correspondence",
    "RecordEngagement": "engagement",
    "PlaceHold": "hold",
    "ProposeErasure": "order",
}
"""The commands that give something a reference, and the field it is in."""
_SHORT: Final = {"correspondence": "letter", "order": "erasure"}


def form_at_start(command: type[Command], given: Given, asked: Mapping[str, str]) -> Filled:
    """Return what a new form shows at first.

    Args:
        command: what is to be recorded.
        given: the terms, and the case as it is.
        asked: the values in the page's address, by field.
    """
    defaults = Filled(dict(_defaults(command)))
    filled = filled_with(_awaited(command, given), given.terms.zone).and_(defaults)
    named = _NEW_REFERENCES.get(command.__name__)
    if named is not None:
        filled = filled.with_(**{named: _next_reference(_SHORT.get(named, named), named, given)})
    document = command.model_fields.get("document")
    if document is not None and document.is_required():  # there may be none for an optional one
        filled = filled.with_(**{"document.reference": _next_document(given)})
    known = {
        name: value for name, value in asked.items() if name in command.model_fields and value
    }
    return filled.with_(**known)


def _defaults(command: type[Command]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, field in command.model_fields.items():
        default = field.default
        if default is not PydanticUndefined and default is not None:
            yield from _texts(name, default, ZoneInfo("UTC"))


def _awaited(command: type[Command], given: Given) -> Mapping[str, object]:
    """Return the values of a command that the case awaits."""
    for row in STEPS_AHEAD:
        if row.step is command and phase_of(given.case, given.terms) in row.phases:
            about = row.about(given.case, given.terms)
            if not about:
                return {}
            values = row.fields(given.case, given.terms, about)
            return {name: value for name, value in values.items() if name in _PRESET}
    return {}


def _next_reference(what: str, field: str, given: Given) -> str:
    """Return the first reference of its kind that the case does not use."""
    used = {getattr(one, field, None) for one in given.case.standing}
    return next(name for at in range(1, 10_000) if (name := f"{what}-{at}") not in used)


def _next_document(given: Given) -> str:
    used = " ".join(repr(one) for one in given.case.standing)
    found = [int(one) for one in re.findall(r"\bdoc-(\d{1,6})\b", used)]
    return f"doc-{max(found, default=0) + 1}"


def filled_with(values: Mapping[str, object], zone: ZoneInfo) -> Filled:
    """Return a form filled in with values, as a person would have filled it in.

    Sealed words are left out, because they cannot be read here.
    """
    texts: dict[str, tuple[str, ...]] = {}
    for name, value in values.items():
        texts.update(_texts(name, value, zone))
    return Filled(texts)


def unknown_days(statement: Statement) -> dict[str, str]:
    """Return what is filled in for the days that a statement says are unknown, by the box."""
    return {
        f"{name}-unknown": "yes"
        for name in days_that_may_be_unknown(type(statement))
        if getattr(statement, name) is None
    }


def _texts(path: str, value: object, zone: ZoneInfo) -> Iterator[tuple[str, tuple[str, ...]]]:
    match value:
        case None | SealedWords() | NotReadable():
            pass
        case Statement():
            for name, part in dict(value).items():
                yield from _texts(f"{path}.{name}", part, zone)
            for name, says in unknown_days(value).items():
                yield f"{path}.{name}", (says,)
        case tuple():
            yield from _texts_of_list(path, cast("tuple[object, ...]", value), zone)
        case bool():
            yield path, ("yes" if value else "no",)
        case date():
            yield from _texts_of_day(path, value, zone)
        case Enum():
            yield path, (str(value.value),)
        case _:
            yield path, (str(value),)


def _texts_of_list(
    path: str, values: Iterable[object], zone: ZoneInfo
) -> Iterator[tuple[str, tuple[str, ...]]]:
    several = tuple(values)
    yield f"{path}-looked", ("yes",)
    if all(isinstance(one, str) for one in several):
        texts = tuple(map(str, several))
        is_lines = path.rpartition(".")[2] in ("experts", "reviewers")
        yield path, ("\n".join(texts),) if is_lines else texts
        return
    for at, one in enumerate(several):
        key = getattr(one, "seat", None) or getattr(one, "criterion", None) or at
        yield from _texts(f"{path}.{key}", one, zone)


def _texts_of_day(path: str, value: date, zone: ZoneInfo) -> Iterator[tuple[str, tuple[str, ...]]]:
    local = value.astimezone(zone) if isinstance(value, datetime) else value
    yield f"{path}-day", (str(local.day),)
    yield f"{path}-month", (str(local.month),)
    yield f"{path}-year", (str(local.year),)
    if isinstance(local, datetime):
        yield f"{path}-time", (hour_text(local, zone),)
