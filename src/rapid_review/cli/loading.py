"""Load a command when it is first needed: the program imports only the command that it runs."""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import Final

import click

COMMANDS: Final = "rapid_review.cli.commands"


class Commands(MutableMapping[str, click.Command]):
    """The commands of a group by name, each imported when it is first needed.

    Args:
        places: for the name of each command, its place: the module below `cli.commands`, a colon,
            and the name in that module.
        below: for the name of a group, the places of those of its commands that are in other
            modules than the group itself.
    """

    def __init__(self, places: Mapping[str, str], below: Mapping[str, Sequence[str]]) -> None:
        self._commands: dict[str, str | click.Command] = dict(places)
        self._below = below

    def __getitem__(self, name: str) -> click.Command:
        """Return a command by its name; import it if that is not done yet."""
        command = self._commands[name]
        if isinstance(command, str):
            command = self._commands[name] = _loaded(command)
            for place in self._below.get(name, ()):
                assert isinstance(command, click.Group)  # noqa: S101 - for the type checker
                command.add_command(_loaded(place))
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command, or replace one."""
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        """Remove a command."""
        del self._commands[name]

    def __contains__(self, name: object) -> bool:
        """Say whether there is a command of this name, without importing it."""
        return name in self._commands

    def __iter__(self) -> Iterator[str]:
        """Yield the names, without importing any command."""
        return iter(self._commands)

    def __len__(self) -> int:
        """Return how many commands there are."""
        return len(self._commands)


def _loaded(place: str) -> click.Command:
    module, _, name = place.partition(":")
    command: click.Command = getattr(import_module(f"{COMMANDS}.{module}"), name)
    return command
