"""How much is asked of the proofs by faults, in one place: a little always, much in `make faults`.

What a proof came to, it prints: run `make faults` with `-s`.
"""

from typing import Final

import pytest

KILLS: Final = (2, 400)
"""Times that a writer to a file is killed."""
KILLS_OF_MANY: Final = (2, 60)
"""Times that a writer is killed whose threads' commands are committed together."""
TORN_IMAGES: Final = (12, 400)
"""Copies of a file in use of which the end was lost, or is of something else."""
INTERLEAVINGS: Final = (12, 400)
"""Orders in which the statements of two writers come."""
FAILOVERS: Final = (1, 20)
"""Times that a primary is killed under load, and its standby promoted."""
LOST_AND_FOUND: Final = (1, 5)
"""Times that a standby which lacks something is promoted."""
STOPS: Final = (1, 20)
"""Times that a server is stopped at once, as a power cut would."""
FREEZES: Final = (1, 20)
"""Times that a server's processes stand still, and go on."""
PARTITIONS: Final = (1, 20)
"""Times that what clients and server say to each other is swallowed."""
SYSCALL_FAULTS: Final = (3, 60)
"""Times that a call to the disk fails in a writer, and every one after it."""


def sizes(small_and_large: tuple[int, int]) -> tuple[object, object]:
    """Return a size as two parameters: the small one, and the large one for `make faults`."""
    small, large = small_and_large
    return small, pytest.param(large, marks=pytest.mark.faults)
