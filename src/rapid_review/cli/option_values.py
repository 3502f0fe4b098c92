"""Options whose values are kept in click's context, and not passed to the command."""

from collections.abc import Callable
from typing import Final

import click

_META: Final = "rapid_review.kept."


def kept(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """Return an option's callback, which keeps the value under a name."""

    def keep(ctx: click.Context, _: click.Parameter, value: object) -> None:
        ctx.meta[_META + name] = value

    return keep


def value_of(name: str) -> object:
    """Return the value kept under a name; None if the option was not given, or does not exist."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(_META + name)
