"""Words that a correction from JSON would leave out, because its sender did not see them."""

from collections.abc import Iterator
from typing import cast

from rapid_review.domain.case import Case, effective
from rapid_review.domain.commands import Command, CorrectRecord, ProposeCorrection
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.statement import Statement


def words_left_out(command: Command, case: Case) -> Iterator[str]:
    """Yield the paths of the words that an entry holds and that its replacement does not mention.

    A reading of the entry leaves them out, so they are easily lost. Who wants to record the entry
    without them gives null. A part that is left out as a whole, such as a child, is not meant.

    Args:
        command: the command; only a correction leaves words out.
        case: the case.
    """
    if not isinstance(command, CorrectRecord | ProposeCorrection) or command.replacement is None:
        return
    if (event := effective(case.recorded).get(command.version)) is not None:
        paths = (held.path for held in words_in(event))
        yield from (one for one in paths if not _is_mentioned(command.replacement, one))


def _is_mentioned(new: object, path: str) -> bool:
    for part in path.split("."):
        if isinstance(new, tuple):
            parts = cast("tuple[object, ...]", new)
            if int(part) >= len(parts):
                return True
            new = parts[int(part)]
        elif isinstance(new, Statement) and part in type(new).model_fields:
            if part not in new.model_fields_set:
                return False
            new = getattr(new, part)
        else:
            return True
    return True
