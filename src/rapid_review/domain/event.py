"""The class of every event."""

from rapid_review.domain.particulars import Particulars


class Event(Particulars):
    """Something that happened at `at`, as stated by the person who recorded it; never edited."""
