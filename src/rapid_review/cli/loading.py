"""A command is loaded when it is asked for: the program loads the one that it runs."""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import Final

import click

COMMANDS: Final = "rapid_review.cli.commands"


class Commands(MutableMapping[str, click.Command]):
    """The commands of a group by name, each loaded when it is first asked for.

    Args:
        places: by its name, where each command is: the module below `cli.commands`, a colon, and
            its name in that module.
        below: by the name of a group among them, where its commands are that are written in
            other modules than the group.
    """

    def __init__(self, places: Mapping[str, str], below: Mapping[str, Sequence[str]]) -> None:
        self._commands: dict[str, str | click.Command] = dict(places)
        self._below = below

    def __getitem__(self, name: str) -> click.Command:
        """Return a command by its name, loaded now if it was not yet."""
        command = self._commands[name]
        if isinstance(command, str):
            command = self._commands[name] = _loaded(command)
            for place in self._below.get(name, ()):
                assert isinstance(command, click.Group)  # noqa: S101 - for the type checker
                command.add_command(_loaded(place))
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command, or put it in place of another."""
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        """Take a command out."""
        del self._commands[name]

    def __contains__(self, name: object) -> bool:
        """Say whether there is a command of this name, and load none for it."""
        return name in self._commands

    def __iter__(self) -> Iterator[str]:
        """Yield the names, and load no command for them."""
        return iter(self._commands)

    def __len__(self) -> int:
        """Return how many commands there are."""
        return len(self._commands)


def _loaded(place: str) -> click.Command:
    module, _, name = place.partition(":")
    command: click.Command = getattr(import_module(f"{COMMANDS}.{module}"), name)
    return command
