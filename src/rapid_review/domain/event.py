"""What every event is: something that happened, said by someone at a time."""

from rapid_review.domain.particulars import Particulars


class Event(Particulars):
    """Something that happened, said by someone at `at`; never edited."""
