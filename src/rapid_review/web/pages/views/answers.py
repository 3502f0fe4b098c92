"""The command that the answers of a form make, or what is wrong with them in the form's words."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.handles import new_not_handles
from rapid_review.web.pages.forms.control import Control, every
from rapid_review.web.pages.forms.reading import Answers, Wrong
from rapid_review.wire.lines import Problem, parsed

CommandOrWrong = tuple[Command | None, tuple[Wrong, ...]]
"""A command, or what is wrong with the answers that were to make it."""

C = TypeVar("C", bound=Command)


def parsed_answers(
    model: type[C], answers: Answers, controls: Sequence[Control], before: Sequence[Entry]
) -> tuple[C | None, tuple[Wrong, ...]]:
    """Return the command that the answers make, or what is wrong with them.

    Args:
        model: the command.
        answers: the answers.
        controls: what the form asks.
        before: the entries of the case; a reference that they hold may be used again.
    """
    if answers.wrong:
        return None, tuple(answers.wrong)
    found = parsed(model, answers.values)
    if isinstance(found, tuple):
        problems, command = found, None
    else:
        names = new_not_handles([found], (entry.event for entry in before))
        problems, command = tuple(Problem(path, "") for path, _ in names), found
    # Of a list several items may be wrong in the same way: it is said once.
    wrong = tuple(dict.fromkeys(_wrong_in(one, answers, controls) for one in problems))
    return (None if wrong else command), wrong


def _wrong_in(problem: Problem, answers: Answers, controls: Sequence[Control]) -> Wrong:
    """Return a problem of a command in the words of the form, with the control it is about."""
    where = problem.where
    while where and where not in answers.paths:
        where = where.rpartition(".")[0]
    path = answers.paths.get(where, "")
    by_path = {one.path: one for one in every(controls)}
    control = by_path.get(path)
    if control is not None and control.handle:
        return Wrong(path, _handle_asked(control, by_path))
    legend = problem.where if control is None else control.question.legend
    # What was found is left out: the answer is still in the form.
    found, _, allowed = problem.problem.partition("; ")
    says = allowed if found.startswith("found ") else problem.problem
    return Wrong(path, f"{legend.rstrip('?')}: {says}.")


_FORM_OF_HANDLES: Final = (
    "Take up to eight letters, then a hyphen if you like, and then up to nine digits: no other "
    "signs."
)


def _handle_asked(control: Control, by_path: Mapping[str, Control]) -> str:
    """Return what a reference of a child, a person or a document may be, and where a name goes."""
    says = f"Use letters and a number, such as {control.handle}."
    of = control.path.rpartition(".")[0]
    for name in ("label", "title"):
        if (sealed := by_path.get(f"{of}.{name}")) is not None:
            says += f" A name belongs under “{sealed.question.legend}”."
    return f"{says} {_FORM_OF_HANDLES}"
