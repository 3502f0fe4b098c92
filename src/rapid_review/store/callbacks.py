"""What a host passes in is checked where it passes it in, and not at the first call."""

import inspect
from collections.abc import Callable

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.redaction import kind_of


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
        InvalidInputError: it is not a function, does not take these arguments, or is `async`
            although nobody would await it.
    """
    wanted = f"a function that is called with {' and '.join(arguments) or 'nothing'}"
    if not callable(given):
        raise InvalidInputError(f"{name}: found {kind_of(given)}; allowed: {wanted}")
    if not may_be_async and is_async(given):
        raise InvalidInputError(
            f"{name}: found an async function, which nobody would await; allowed: {wanted}, and "
            "that is not async"
        )
    if not takes(given, *arguments):
        raise InvalidInputError(
            f"{name}: found a function that takes other arguments; allowed: {wanted}"
        )


def takes(function: Callable[..., object], *arguments: str) -> bool:
    """Say whether a function takes these arguments, as far as it says what it takes."""
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    except ValueError:  # of some functions in C nobody can say
        return True
    return True


def is_async(function: object) -> bool:
    """Say whether calling a function only makes something to be awaited."""
    return _is_one(function, inspect.iscoroutinefunction, inspect.isasyncgenfunction)


def yields(function: object) -> bool:
    """Say whether calling a function only makes something to be read."""
    return _is_one(function, inspect.isgeneratorfunction)


def _is_one(function: object, *asks: Callable[[object], bool]) -> bool:
    called = getattr(function, "__call__", None)  # noqa: B004 - of an object, its own method
    return any(ask(one) for ask in asks for one in (function, called))
