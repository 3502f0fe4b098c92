"""The form of a step: what it asks, and the command that its answers make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.control import Control
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.views.answers import CommandOrWrong

NOTHING: Final = "nothing"
"""The answer if an entry is retracted, and nothing replaces it."""


@dataclass(frozen=True)
class StepForm:
    """The form of a step that is being recorded.

    Attributes:
        case: the case's reference; empty while it has none.
        name: the command's name.
        given: the terms and the case.
        version: the version at which the case was read; 0 for a new case.
        at_start: returns what the form shows at first.
        controls: returns the controls of a form, by what is filled in so far.
        command_from: returns the command that the answers make, or what is wrong with them.
        opens: whether the step opens a case, so that the form asks for its reference.
        instead: what may replace what is corrected, by answer; empty if nothing is corrected.
        corrects: the entry that is corrected; None if none is.
        original: the entry that the corrected one itself corrects; None if it corrects none.
    """

    case: str
    name: str
    given: Given
    version: int
    at_start: Callable[[], Filled]
    controls: Callable[[Filled], tuple[Control, ...]]
    command_from: Callable[[Filled], CommandOrWrong]
    opens: bool = False
    instead: Mapping[str, str] = field(default_factory=dict[str, str])
    corrects: int | None = None
    original: int | None = None

    def retracts(self, filled: Filled) -> bool:
        """Say whether nothing replaces what is corrected; the first answer counts if none came."""
        return (
            bool(self.instead) and (filled.text("instead") or next(iter(self.instead))) == NOTHING
        )
