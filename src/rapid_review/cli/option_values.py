"""Values of options that no command takes as an argument: they are kept in click's context."""

from collections.abc import Callable
from typing import Final

import click

_META: Final = "rapid_review.kept."


def kept(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """Return the callback of an option whose value is kept under a name."""

    def keep(ctx: click.Context, _: click.Parameter, value: object) -> None:
        ctx.meta[_META + name] = value

    return keep


def value_of(name: str) -> object:
    """Return the value of an option; None if it was not given, or the command does not have it."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(_META + name)
