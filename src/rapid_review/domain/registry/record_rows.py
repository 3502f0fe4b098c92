"""The rows of the record itself: due days, terms, what takes two people, what is beside the cases.

A correction, the end of a hold and an erasure take two. They are not part of the review, so almost
no rule judges them: their makers check what must come before them, and the caller that records
them checks that the two people differ.
"""

from typing import Final

from rapid_review.domain import beside_events as beside
from rapid_review.domain import commands as ask
from rapid_review.domain import erasure_events, makers, proposed_corrections, wording
from rapid_review.domain import events as did
from rapid_review.domain.registry.row import Row, Step
from rapid_review.domain.registry.shared_parts import AFTER_NOTIFICATION
from rapid_review.domain.rules import panel_and_after

CLOCKS_AND_TERMS: Final = (
    Row(
        did.DeadlineReckonedAgain,
        step=Step(
            ask.ReckonDeadlineAgain,
            makes=makers.reckoning,
            known_by="deadline",
            may_change=True,
            recurs=True,
        ),
        clauses=(),
        line="{deadline} due {due}, no longer {old_due}; counted from {counted_from} with "
        "calendar {calendar.id} {calendar.version}",
        rules=AFTER_NOTIFICATION,
        needs=(panel_and_after.clock_has_started,),
    ),
    Row(
        did.TermsReplaced,
        step=Step(ask.ReplaceTerms, makes=makers.replacement),
        clauses=(),
        line="{terms.id}, no longer {old_terms.id}",
        rules=AFTER_NOTIFICATION,
    ),
)
"""Due days counted again, and terms that others replace."""

BY_TWO: Final = (
    Row(
        did.CorrectionProposed,
        step=Step(
            ask.ProposeCorrection,
            makes=proposed_corrections.proposed,
            again_after=(did.CorrectionApproved,),
        ),
        clauses=(),
        line=wording.proposed_correction,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        did.CorrectionApproved,
        step=Step(ask.ApproveCorrection, makes=proposed_corrections.approved, known_by="proposal"),
        clauses=(),
        line="what entry {proposal} proposes",
        rules=AFTER_NOTIFICATION,
    ),
)
"""A correction that one proposes and another approves."""

HOLDS_AND_ERASURES: Final = (
    Row(
        erasure_events.HoldPlaced,
        step=Step(ask.PlaceHold, known_by="hold", again_after=(erasure_events.HoldLifted,)),
        clauses=(),
        line="hold {hold}, {ground}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        erasure_events.HoldLiftingProposed,
        step=Step(
            ask.ProposeLiftingHold,
            makes=makers.hold_to_lift,
            known_by="hold",
            again_after=(erasure_events.HoldPlaced,),
        ),
        clauses=(),
        line="hold {hold}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        erasure_events.HoldLifted,
        step=Step(
            ask.LiftHold,
            makes=makers.hold_lifted,
            known_by="hold",
            again_after=(erasure_events.HoldPlaced,),
        ),
        clauses=(),
        line="hold {hold}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        erasure_events.ErasureProposed,
        step=Step(ask.ProposeErasure, makes=makers.erasure, known_by="order"),
        clauses=(),
        line=wording.erasure,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        erasure_events.ErasureApproved,
        step=Step(ask.ApproveErasure, makes=makers.erasure_approved, known_by="order"),
        clauses=(),
        line="order {order}",
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        erasure_events.KeyDestroyed,
        step=None,
        clauses=(),
        line=wording.destroyed,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        erasure_events.ErasureVerified,
        step=Step(ask.VerifyErasure, makes=makers.erasure_verified),
        clauses=(),
        line="order {order}, looked for in {scanned}: found {found}",
        rules=AFTER_NOTIFICATION,
    ),
)
"""Holds and erasures, in the order in which they happen."""

BESIDE_CASES: Final = (
    Row(beside.ExportMade, step=None, clauses=(), line=wording.export, rules=AFTER_NOTIFICATION),
    Row(beside.WordsRead, step=None, clauses=(), line=wording.reading, rules=AFTER_NOTIFICATION),
    Row(
        beside.ReadingRefused,
        step=None,
        clauses=(),
        line=wording.refused,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        beside.BreakGlassReviewed,
        step=None,
        clauses=(),
        line=wording.review,
        rules=AFTER_NOTIFICATION,
    ),
    Row(
        beside.PermissionsChanged,
        step=None,
        clauses=(),
        line="permissions {digest}, in force from {in_force_from}",
        rules=AFTER_NOTIFICATION,
    ),
)
"""What is recorded beside the cases: exports, readings of words, and permissions."""
