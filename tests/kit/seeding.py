"""How a bug is seeded: one function, or one attribute of a class, is another for a while."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any, NamedTuple

Replace = Callable[[Any], Any]
"""Returns what is in the place of the original, which is given."""


class Bug(NamedTuple):
    """One bug.

    Attributes:
        name: what it is called.
        does: what it does, in a sentence.
        where: the attribute that is replaced: a module, and what is in it.
        replace: makes the one in its place.
        law: which test of the kit must find it.
    """

    name: str
    does: str
    where: str
    replace: Replace
    law: str


@contextmanager
def seeded(bug: Bug) -> Generator[None, None, None]:
    """Have a bug in the library for a while."""
    module, _, path = bug.where.partition(":")
    *above, name = path.split(".")
    holder: Any = import_module(f"rapid_review.{module}")
    for one in above:
        holder = getattr(holder, one)
    original = vars(holder)[name]
    bare = original.__func__ if isinstance(original, staticmethod | classmethod) else original
    setattr(holder, name, bug.replace(bare))
    try:
        yield
    finally:
        setattr(holder, name, original)


def instead(work: Callable[..., Any]) -> Replace:
    """Return what calls `work` with the original first, and then what that is given."""

    def replace(original: Any) -> Any:  # noqa: ANN401 - whatever it is
        @wraps(original)
        def broken(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            return work(original, *given, **named)

        return broken

    return replace


def always(value: object) -> Replace:
    """Return what answers the same whatever it is asked."""
    return lambda _: lambda *_given, **_named: value
