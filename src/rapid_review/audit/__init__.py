"""The audit: what proves that the record was not altered, from bytes alone and with no store.

Read `leaf` for what is hashed, `merkle` for the tree, `note` for what is signed. `verify` is the
folder that an auditor can take away: it holds every check, and the others build on it.

Nothing is imported here, so that `python -m rapid_review.audit.verify` loads nothing else.
"""
