"""What a host passes in is checked where it passes it in, and not at the first call."""

import inspect

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.redaction import kind_of


def must_be(name: str, given: object, kind: type, allowed: str) -> None:
    """Check that what a host passes in is of a kind.

    Args:
        name: under which name it is passed in.
        given: what is passed in.
        kind: what it must be.
        allowed: the same in words, with what to do.

    Raises:
        InvalidInputError: it is something else.
    """
    if not isinstance(given, kind):
        raise InvalidInputError(f"{name}: found {kind_of(given)}; allowed: {allowed}")


def must_be_function(
    name: str, given: object, *arguments: str, may_be_async: bool = False
) -> None:
    """Check a function of a host's.

    Args:
        name: under which name it is passed in.
        given: what is passed in.
        arguments: what it is called with, each by a name.
        may_be_async: whether it may be `async`, because its caller awaits it.

    Raises:
        InvalidInputError: it is no function, does not take these arguments, or is `async` although
            nobody would await it.
    """
    wanted = f"a function that is called with {' and '.join(arguments)}"
    if not callable(given):
        raise InvalidInputError(f"{name}: found {kind_of(given)}; allowed: {wanted}")
    if not may_be_async and is_async(given):
        raise InvalidInputError(
            f"{name}: found an async function, which nobody would await; allowed: {wanted}, and "
            "that is not async"
        )
    try:
        inspect.signature(given).bind(*arguments)
    except TypeError:
        raise InvalidInputError(
            f"{name}: found a function that takes other arguments; allowed: {wanted}"
        ) from None
    except ValueError:  # of some functions in C nobody can say what they take
        return


def is_async(function: object) -> bool:
    """Say whether calling a function only makes something to be awaited, or to be read."""
    called = getattr(function, "__call__", None)  # noqa: B004 - of an object, its own method
    return any(
        asks(one)
        for one in (function, called)
        for asks in (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    )
