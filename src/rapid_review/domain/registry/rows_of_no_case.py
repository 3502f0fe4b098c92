"""The rows of events that are recorded beside the cases: exports, and readings of words."""

from typing import Final

from rapid_review.domain import beside_events as beside
from rapid_review.domain import wording
from rapid_review.domain.registry.row import Row
from rapid_review.domain.registry.shared_parts import OPEN

OF_NO_CASE: Final = (
    Row(beside.ExportMade, step=None, clauses=(), line=wording.export, rules=OPEN),
    Row(beside.WordsRead, step=None, clauses=(), line=wording.reading, rules=OPEN),
    Row(beside.ReadingRefused, step=None, clauses=(), line=wording.refused, rules=OPEN),
    Row(beside.BreakGlassReviewed, step=None, clauses=(), line=wording.review, rules=OPEN),
    Row(
        beside.PermissionsChanged,
        step=None,
        clauses=(),
        line="permissions {digest}, in force from {in_force_from}",
        rules=OPEN,
    ),
)
