"""How the help of a group lists its commands, and the error for a missing option."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import click

_WHOLE: Final = 1_000
"""More characters than the sentence of any command has: none is cut short."""


class Group(click.Group):
    """A group whose help gives a whole sentence for each command, under headings if it has any."""

    headings: Mapping[str, Iterable[str]] = MappingProxyType({})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands below the options, each with what it does."""
        headings = self.headings or {"Commands": self.list_commands(ctx)}
        for heading, names in headings.items():
            commands = ((name, self.get_command(ctx, name)) for name in names)
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, one.get_short_help_str(_WHOLE)) for name, one in commands if one]
                )


def explained(error: click.MissingParameter) -> click.MissingParameter:
    """Return the error for a missing option, with the help of the option in it."""
    option = error.param
    if not isinstance(option, click.Option) or option.help is None or error.ctx is None:
        return error
    given = f"Give {option.opts[-1]} {option.make_metavar(error.ctx)}: {option.help}"
    return click.MissingParameter(given, error.ctx, option)
