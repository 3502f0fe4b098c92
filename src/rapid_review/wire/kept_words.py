"""Words that a correction from JSON would leave out, because its sender did not see them."""

from collections.abc import Iterator, Sequence
from typing import cast

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command, CorrectRecord, ProposeCorrection
from rapid_review.domain.fields import part_key
from rapid_review.domain.in_effect import effective
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.statement import Statement, sealed_fields


def words_left_out(command: Command, case: Case) -> Iterator[str]:
    """Yield the paths of the words that an entry holds and that its replacement does not mention.

    A reading of the entry leaves them out, so they are easily lost. To record the entry
    without them, a sender gives null. A part that is left out as a whole, such as a child, is not
    listed.

    Args:
        command: the command; only a correction leaves words out.
        case: the case.
    """
    if not isinstance(command, CorrectRecord | ProposeCorrection) or command.replacement is None:
        return
    if (event := effective(case.recorded).get(command.version)) is not None:
        yield from _left_out(event, command.replacement, "")


def _left_out(old: Statement, new: Statement, path: str) -> Iterator[str]:
    """Yield the paths of the words in a statement that the new one does not mention."""
    sealed = sealed_fields(type(old))
    for name, value in dict(old).items():
        if name not in type(new).model_fields:
            continue
        if name not in new.model_fields_set:
            paths = (held.path for held in words_in(old, path))
            yield from (one for one in paths if f"{one}.".startswith(f"{path}{name}."))
        elif name not in sealed:
            given = _parts_of(getattr(new, name))
            for before, number, after in _matched(_parts_of(value), given):
                at = f".{number}" if isinstance(value, tuple) else ""
                yield from _left_out(before, after, f"{path}{name}{at}.")


def _parts_of(value: object) -> Sequence[Statement]:
    """Return the statements in a field: none, one, or those of a list."""
    found = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    return [one for one in found if isinstance(one, Statement)]


def _matched(
    olds: Sequence[Statement], news: Sequence[Statement]
) -> Iterator[tuple[Statement, int, Statement]]:
    """Yield each old part with the new one in its place, and the place of that one.

    It is the one about the same seat, criterion or child, wherever it is now. Others are matched
    by their order: their reference may be what is corrected.
    """
    left, others = dict(enumerate(news)), list[Statement]()
    for old in olds:
        same = (at for at, new in left.items() if part_key(new) == part_key(old))
        if (at := next(same, None)) is None:
            others.append(old)
        else:
            yield old, at, left.pop(at)
    yield from ((old, at, new) for old, (at, new) in zip(others, left.items(), strict=False))
