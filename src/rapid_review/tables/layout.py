"""The columns of a table, made from the terms: in the order of the document, step by step.

Each table names its `LAYOUT` in its hidden column. Give `LAYOUT` a new number when a heading
changes, or the way in which a cell is read; tables of earlier layouts are then refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from rapid_review.domain.terms.terms import Terms
from rapid_review.tables import making
from rapid_review.tables.columns import Column, Part
from rapid_review.tables.columns_of_the_meeting import of_the_meeting
from rapid_review.tables.columns_of_the_panel import after_the_panel, of_the_panel
from rapid_review.tables.columns_of_the_receipt import of_the_receipt, of_the_reports

LAYOUT: Final = 1
"""The number of the layout."""
TO_MEND: Final = "What to mend"
"""The heading of the extra column that says what to correct in a returned row."""
REVIEWS: Final = "Reviews"
"""The sheet that is filled in."""

_BEFORE_THE_REPORTS: Final = (
    Part("notification", "received", making.notification),
    Part("informed", "informed", making.informed),
    Part("asked", "asked", making.asked),
)
_AFTER_THE_REPORTS: Final = (
    Part("collated", "collated", making.collated, repeats=True),
    Part("shared", "shared", making.shared, repeats=True),
    Part("convened", "convened", making.convened, repeats=True, of_meeting=True),
    Part("held", "held", making.held, repeats=True, of_meeting=True),
    Part("weighed", "weighed", making.weighed),
    Part("decided", "decided", making.decided, repeats=True, of_meeting=True),
)
_AFTER_THE_DECISION: Final = (
    Part("compiled", "compiled", making.compiled),
    Part("to-members", "to-members", making.to_members),
    Part("to-panel", "to-panel", making.to_panel),
    Part("discussed", "discussed", making.discussed),
    Part("feedback", "feedback", making.answered),
)
_AT_THE_END: Final = (
    # Of one day without hours, the meeting comes first: it is where the group found that.
    Part("criteria-not-met", "criteria-not-met", making.criteria_not_met),
    Part("commissioned", "commissioned", making.commissioned),
    Part("engaged", "engaged-on", making.engaged),
    Part("published", "published", making.published),
    Part("closed", "closed", making.closed),
)


@dataclass(frozen=True)
class Layout:
    """The columns of a table, and the steps that they record.

    Attributes:
        terms: the terms that it is made from.
        agencies: the agencies for whose report the table has a column.
    """

    terms: Terms
    agencies: tuple[str, ...] = ()

    @classmethod
    def of(cls, terms: Terms, agencies: Iterable[str] = ()) -> "Layout":
        """Return the layout for some terms.

        Args:
            terms: the terms.
            agencies: which agencies have a column, besides those that the terms name.
        """
        named = terms.vocabulary.agencies if terms.vocabulary else ()
        return cls(terms, tuple(dict.fromkeys((*named, *agencies))))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in order."""
        return tuple(
            chain(
                of_the_receipt(self.terms),
                of_the_reports(self.terms, self.agencies),
                of_the_meeting(self.terms),
                of_the_panel(self.terms),
                after_the_panel(self.terms),
            )
        )

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every step, in the order of the document."""
        return tuple(chain(*self._groups_of_parts()))

    def _groups_of_parts(self) -> Iterator[Iterable[Part]]:
        yield _BEFORE_THE_REPORTS
        yield (Part(f"filed:{one}", f"filed:{one}", making.filed_by(one)) for one in self.agencies)
        yield _AFTER_THE_REPORTS
        if not self.terms.adoption.automatic:
            by = self.terms.adoption.by
            yield (Part(f"adopted:{one}", f"adopted:{one}", making.adopted_by(one)) for one in by)
        yield _AFTER_THE_DECISION
        with_whom = self.terms.feedback.share_with
        yield (
            Part(f"told:{one}", f"told:{one}", making.feedback_shared_with(one))
            for one in with_whom
        )
        yield _AT_THE_END

    @cached_property
    def marker(self) -> str:
        """The heading of the hidden column: the layout, and whose terms the table is made from."""
        return f"rapid-review table {LAYOUT} {self.terms.id} {self.terms.digest}"
