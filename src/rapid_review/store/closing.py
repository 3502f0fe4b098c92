"""Close what was opened: if the next step fails, and several things one after the other."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Protocol


class Closes(Protocol):
    """Something that can be closed; closing it twice does no harm."""

    def close(self) -> object:
        """Close it."""
        ...


@contextmanager
def closed_on_failure(*opened: Closes | None) -> Generator[None, None, None]:
    """Close what was just opened, in this order, if the body of the `with` statement fails.

    Args:
        opened: what was opened; None is passed over.
    """
    try:
        yield
    except BaseException:
        close_all(*opened)
        raise


def close_all(*opened: Closes | None) -> None:
    """Close these, in this order; if one of them cannot be closed, close the others anyway.

    Args:
        opened: what was opened; None is passed over.

    Raises:
        Exception: the error of the last one that could not be closed.
    """
    with ExitStack() as last_first:
        for one in reversed(opened):
            if one is not None:
                last_first.callback(one.close)
