"""The erasures of a case: what each order erases, where it stands, and the last step of it.

Two people of two agencies propose and approve an order, each with the form of a command. Then
somebody finishes it here: its keys are destroyed, and the record says so. Until then the words
can still be read, so every page of an order says what is still to be done.
"""

from collections.abc import Iterator, Sequence

from starlette.responses import Response

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError, Refused
from rapid_review.projections.as_of import CaseHistory
from rapid_review.store.authority.port import APPROVE_ERASURE
from rapid_review.store.writing.erasure_plan import Field
from rapid_review.web.pages.site import NothingHereError, Visit
from rapid_review.web.pages.views.checking import refusal_of
from rapid_review.web.pages.views.entry import (
    entry_in,
    in_the_way_of_a_second,
    version_of,
)
from rapid_review.web.pages.views.orders import OrderSeen, orders_seen
from rapid_review.web.pages.views.rule_texts import plainly
from rapid_review.web.pages.views.wording import command_of, legend_of


def erasure_page(visit: Visit, status: int = 200, refused: Refused | None = None) -> Response:
    """Show what an order erases, what stays, what it does not reach, and what is to be done.

    Raises:
        CaseNotFoundError: there is no such case, or the entry proposes no order that stands.
    """
    history = visit.site.reviews.case_history(visit.case)
    seen = _order(visit, history)
    plan = visit.site.reviews.erasure_plan(visit.case, seen.reference)
    return visit.page(
        "erasure.html",
        status,
        case=visit.case,
        seen=seen,
        plan=plan,
        steps=tuple(_steps(seen, history)),
        goes=tuple(_fields(plan.goes, history.entries)),
        stays_sealed=tuple(_fields(plan.stays_sealed, history.entries)),
        in_the_way=in_the_way_of_a_second(visit, history.entries[seen.proposed_in - 1]),
        no_finishing=visit.refuses((APPROVE_ERASURE,), visit.case),
        plainly=plainly,
        refused=refused,
    )


def finish(visit: Visit) -> Response:
    """Finish an approved order, and go on to the result; or say why nothing was erased.

    Raises:
        CaseNotFoundError: there is no such case, or the entry proposes no order that stands.
        KeysError: the keys are not available, or could not be destroyed.
        RecordError: an entry of the case was not recorded with the keys of the store.
    """
    history = visit.site.reviews.case_history(visit.case)
    order = _order(visit, history)
    try:
        entry = visit.site.reviews.erase(visit.case, order.reference, by=visit.person.actor)
    except (Refused, CaseChangedError) as error:
        return erasure_page(visit, 409, refusal_of(error))
    return visit.go(f"/recorded/{visit.case}", first=entry.version, last=entry.version)


def _order(visit: Visit, history: CaseHistory) -> OrderSeen:
    """Return the order that the entry in the address proposed.

    Raises:
        CaseNotFoundError: the entry proposes none, or its proposal was retracted.
    """
    version = version_of(visit)
    entry_in(history.entries, version)
    for one in orders_seen(history):
        if one.proposed_in == version:
            return one
    raise NothingHereError(
        f"Entry {version} proposes no erasure, or its proposal was retracted. The page of the "
        "case lists the erasures that were proposed."
    )


def _steps(seen: OrderSeen, history: CaseHistory) -> Iterator[tuple[str, Entry]]:
    """Yield what was recorded of an order: the name of the step, and its entry."""
    yield "Proposed", history.entries[seen.proposed_in - 1]
    if seen.order.approved_in is not None:
        yield "Approved", history.entries[seen.order.approved_in - 1]
    for entry in history.entries:
        if seen.is_finished and entry.event == seen.order.destroyed:
            yield "Finished", entry


def _fields(fields: Sequence[Field], entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """Yield words that a plan names: their entry, and the question that they answer."""
    for one in fields:
        entry = entries[one.version - 1]
        yield entry, legend_of(command_of(entry), one.field)
