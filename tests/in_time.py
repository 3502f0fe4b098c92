"""Is something done in time? Held to other work of the same minute, for machines differ."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MOST: Final = 600
"""As many times as long as `_some_work` may be taken: six seconds where that takes 10 ms.

A newer Python counts faster, and reads a file no faster: on 3.14 the slowest takes 105 times.
"""


def _some_work() -> float:
    """Return the processor's seconds for counting to a million."""
    began = time.process_time()
    for _ in range(1_000_000):
        pass
    return time.process_time() - began


@contextmanager
def in_time() -> Iterator[None]:
    """Hold what is done in this context to `MOST` times the time of some other work.

    That work is done before it and after it, and the slower one counts: a machine that is busy
    with something else is slow for both. What must not pass took minutes: its time rose with the
    square of the length of its input.
    """
    before = _some_work()
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < MOST * max(before, _some_work())
