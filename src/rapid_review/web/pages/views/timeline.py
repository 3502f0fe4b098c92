"""Everything that was recorded of a case, in order; what the program wrote is folded away."""

from typing import Final

from starlette.responses import Response

from rapid_review.domain.events import DUE_DAYS
from rapid_review.projections.case.timeline import Line, timeline_of
from rapid_review.web.pages.site import Visit

OF_THE_PROGRAM: Final = frozenset(kind.__name__ for kind in DUE_DAYS)
"""The kinds that the program writes, because they follow from other entries."""


def timeline_page(visit: Visit) -> Response:
    """Show the entries of a case: all of them, or those of a kind."""
    history = visit.site.reviews.case_history(visit.case)
    lines = timeline_of(history)
    kind, with_all = visit.query("kind"), bool(visit.query("all"))
    shown = [one for one in lines if _is_shown(one, kind, with_all=with_all)]
    return visit.page(
        "timeline.html",
        case=visit.case,
        lines=shown,
        folded=0 if kind else sum(1 for one in lines if one.kind in OF_THE_PROGRAM),
        kinds=tuple(dict.fromkeys(one.kind for one in lines)),
        kind=kind,
        with_all=with_all,
        many=len(lines),
    )


def _is_shown(line: Line, kind: str, *, with_all: bool) -> bool:
    if kind:
        return line.kind == kind
    return with_all or line.kind not in OF_THE_PROGRAM
