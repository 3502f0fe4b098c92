"""The page that searches all cases, by their public fields."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.work.board import Standing
from rapid_review.store.read_model.searching import Sought
from rapid_review.web.pages.forms.choices import seats_of
from rapid_review.web.pages.forms.codes import as_code, code_named
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.board import due_in_words, standings
from rapid_review.web.pages.views.wording import STAGES

if TYPE_CHECKING:
    from rapid_review.store.read_model.model import ReadModel

MOST_SHOWN: Final = 500
"""How many cases a search shows at most; it says how many it found."""
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"))
"""What other programs make of a hyphen, in a reference that is pasted."""


def search_page(visit: Visit) -> Response:
    """Show the cases that match a search, which looks only at public fields."""
    names = ("q", "stage", "agency", "theme")
    asked = {name: visit.query(name) for name in names}
    is_asked = any(name in visit.request.query_params for name in names)
    try:
        found, unread = found_by(visit, asked) if is_asked else ((), 0)
    except StorageError:
        raise
    except RecordError:
        if not visit.site.reads_only:
            raise
        return visit.page(
            "problem.html",
            503,
            title="Cases cannot be searched here at the moment",
            because="The search index does not contain everything that was recorded, and these "
            "pages are read only, so they cannot update it.",
            way_on="Ask the person who looks after this program to run `rapid-review work` on the "
            "server where your team records. The list of cases is complete meanwhile.",
        )
    return visit.page(
        "search.html",
        asked=asked,
        is_asked=is_asked,
        found=found[:MOST_SHOWN],
        number=len(found),
        unread=unread,
        stages=STAGES,
        due=partial(due_in_words, today=visit.site.terms.local_day(visit.now)),
    )


def found_by(visit: Visit, asked: Mapping[str, str]) -> tuple[tuple[Standing, ...], int]:
    """Return where the cases stand that match a search, and how many could not be read.

    A field left empty matches every case; what no case can have matches none.

    Raises:
        RecordError: the read model, which alone knows agencies and themes, cannot be used.
    """
    stages = {str(one): one for one in Stage}
    sought = Sought(
        reference=asked["q"].translate(_DASHES) or None,
        stage=stages.get(asked["stage"]),
        theme=as_code(asked["theme"]) or asked["theme"] or None,
    )
    agencies = _agencies_named(visit, asked["agency"])
    model = visit.site.reviews.read_model()
    model.catch_up()
    found = _references_of(model, sought, agencies)
    # The read model counts what is dated ahead as having happened; the standing does not.
    if sought.stage is not None and (ahead := model.still_to_come(visit.now)):
        found |= _references_of(model, replace(sought, stage=None), agencies).intersection(ahead)
    everything, unread = standings(visit)
    matching = (one for one in everything if one.case in found)
    return tuple(one for one in matching if sought.stage in {None, one.stage}), unread


def _agencies_named(visit: Visit, text: str) -> set[str | None]:
    """Return the agency that a text names, and the one that it is the code of; None for any."""
    named = code_named(text, seats_of(visit.site.terms))
    return {named or text or None, as_code(text) or text or None}


def _references_of(model: "ReadModel", sought: Sought, agencies: Iterable[str | None]) -> set[str]:
    """Return the references of all cases that have what is sought, and one of the agencies."""
    found: set[str] = set()
    for one in agencies:
        with suppress(InvalidInputError):  # text that no code and no reference can have
            found.update(_each_found(model, replace(sought, agency=one)))
    return found


def _each_found(model: "ReadModel", sought: Sought) -> Iterator[str]:
    page = model.search(sought, limit=MOST_SHOWN)
    yield from (one.reference for one in page.cases)
    while page.after is not None:
        page = model.search(sought, after=page.after, limit=MOST_SHOWN)
        yield from (one.reference for one in page.cases)
