"""The answers of a form in words, to be checked before they are recorded."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from rapid_review.reports.dates import date_text, moment_text
from rapid_review.web.pages.forms.control import Control, Kind
from rapid_review.web.pages.forms.controls import deciding_control
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.forms.reading import chosen_hour, is_answered, names_in, value_of


class AnswerInWords(NamedTuple):
    """An answer in words.

    Attributes:
        path: of its control.
        question: what was asked.
        answer: what was answered.
        note: what to know about it; empty if there is nothing.
    """

    path: str
    question: str
    answer: str
    note: str = ""


def answers_in_words(
    controls: Sequence[Control], filled: Filled, zone: ZoneInfo
) -> Iterator[AnswerInWords]:
    """Yield each answer in words, to be checked before it is recorded."""
    for one in controls:
        yield from _in_words(one, filled, zone, "")


def _in_words(
    control: Control, filled: Filled, zone: ZoneInfo, of: str
) -> Iterator[AnswerInWords]:
    if control.kind is Kind.GROUP:
        whole = control.question.legend
        for part in control.parts:
            yield from _in_words(part, filled, zone, f"{of}{whole}: ")
        return
    looked = not control.asks_if_looked or filled.text(f"{control.path}-looked") == "yes"
    if control.kind is Kind.ROWS and looked:
        for row in control.rows:
            decides = deciding_control(control, row)
            asked = row.controls if decides is None else (decides,)
            if any(is_answered(one, filled) for one in asked):
                for part in row.controls:
                    yield from _in_words(part, filled, zone, f"{row.title}: ")
            elif decides is not None and (nothing := _of_no_answer(decides)):
                question = f"{row.title}: {decides.question.legend}"
                yield AnswerInWords(decides.path, question, nothing)
        return
    question = f"{of}{control.question.legend}"
    answer, note = _answer(control, filled, zone) if looked else ("Nobody has looked", "")
    if answer or control.is_required:
        yield AnswerInWords(control.path, question, answer or "Not answered", note)


def _of_no_answer(control: Control) -> str:
    """Return what it means if a choice is left open, such as that nobody came; maybe nothing."""
    return next((one.title for one in control.options if not one.code), "")


def _answer(control: Control, filled: Filled, zone: ZoneInfo) -> tuple[str, str]:
    value = value_of(control, filled, zone)
    titles = {one.code: one.title for one in reversed(names_in(control))}
    match control.kind, value:
        case _, None:
            return "", ""
        case Kind.MOMENT, str():
            when = datetime.fromisoformat(value)
            return moment_text(when, zone), _note_on_hour(control, filled)
        case Kind.DAY, str():
            return date_text(date.fromisoformat(value)), ""
        case Kind.YES_NO, bool():
            return ("Yes" if value else "No"), ""
        case Kind.SOME_OF | Kind.LINES | Kind.CODE, _:
            several = cast("list[object]", value if isinstance(value, list) else [value])
            each = tuple(map(str, several))
            in_words = ", ".join(titles.get(one, one) for one in each) or "None"
            return in_words, _note_on_new(each, titles)
        case _:
            return titles.get(str(value), str(value)), ""


def _note_on_new(codes: Sequence[str], titles: Mapping[str, str]) -> str:
    new = [one for one in codes if titles and one not in titles]
    return f"A new name: {', '.join(new)}" if new else ""


def _note_on_hour(control: Control, filled: Filled) -> str:
    if filled.text(f"{control.path}-time"):
        return ""
    if hour := chosen_hour(control, filled):
        return (
            f"No hour was given, so {hour} is recorded, which keeps the steps of the day in order."
        )
    return "No hour was given, so noon is recorded."
