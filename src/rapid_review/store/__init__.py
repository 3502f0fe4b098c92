"""The record: the only package that knows how entries are stored.

`RapidReviews` is the door. Read `codec` for the bytes, `mapper` for the seam to `eventsourcing`,
`sqlite` and `store` for the database, `reviews` for load-decide-append, `imports` for history that
happened elsewhere; `read_model` and `catching_up` for what is kept of every case, so that a figure
needs no replay; `ledger` for the tree over every row, its checkpoints and its verification, and
`ledger_bundle` for what auditors are given.
"""

from rapid_review.store.reviews import RapidReviews

__all__ = ["RapidReviews"]
