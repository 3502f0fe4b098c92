"""`completion`: the script with which a shell completes commands, cases, terms and clocks."""

from typing import Final

import click
from click.shell_completion import get_completion_class

from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_data, print_json

PROGRAM: Final = "rapid-review"
VARIABLE: Final = "_RAPID_REVIEW_COMPLETE"
"""The environment variable by which the script asks click to complete."""


@click.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
def completion(shell: str, *, as_json: bool) -> None:
    """Print the script with which a SHELL completes what you type.

    It completes commands, options, cases, terms and clocks. The shell reads it at each start. In
    bash, add `eval "$(rapid-review completion bash)"` to ~/.bashrc; in zsh, the same with zsh to
    ~/.zshrc; for fish, write the script to ~/.config/fish/completions/rapid-review.fish.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - for the type checker: click has these three
    root = click.get_current_context().find_root().command
    script = kind(root, {}, PROGRAM, VARIABLE).source()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        print_data(script)
