"""The auditor's page: whether the record is complete and unchanged, and its checkpoints."""

from typing import Final

from starlette.responses import Response

from rapid_review.web.pages.site import Visit

NEWEST: Final = 20
"""How many checkpoints are listed."""


def audit_page(visit: Visit) -> Response:
    """Show how many events no checkpoint covers yet; verify every row if that is asked for."""
    from rapid_review.audit.log.note import read_checkpoint  # noqa: PLC0415 - no other page reads one

    ledger = visit.site.reviews.ledger()
    verifies = bool(visit.query("verify"))
    return visit.page(
        "audit.html",
        unanchored=ledger.unanchored(),
        checkpoints=[read_checkpoint(one.text) for one in ledger.checkpoints()[-NEWEST:]],
        report=ledger.verify(now=visit.now) if verifies else None,
        exports=visit.site.reviews.exports(),
    )


def help_page(visit: Visit) -> Response:
    """Show what these pages are for."""
    return visit.page("help.html")
