"""The program `rapid-review` as a process of its own, also where it is not on the path."""

import atexit
import gc
from typing import Final

from rapid_review.cli import main

_NEW_OBJECTS: Final = 10_000
"""After how many new objects Python looks for garbage. It would do so after 700, some thirty times
while a command loads what it needs, and find none."""


def program() -> None:
    """Run the program."""
    gc.set_threshold(_NEW_OBJECTS)
    atexit.register(gc.freeze)  # a process that ends need not look through all that it loaded
    main(prog_name="rapid-review")


if __name__ == "__main__":
    program()
