"""A command asked again under its id: what it led to the first time, and nothing new."""

from collections.abc import Iterable

from rapid_review.domain.commands import Command, ReplaceTerms
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, listed, shown
from rapid_review.domain.events import AnyEvent, TermsReplaced
from rapid_review.domain.registry import leads_to


def led_to(entries: Iterable[Entry], command: Command, command_id: str) -> tuple[Entry, ...]:
    """Return what a command recorded when it was first asked.

    Args:
        entries: the case's entries.
        command: the command, asked again.
        command_id: the id under which some of the entries were recorded.

    Raises:
        InvalidInputError: the id was used for another command, or for this one with other
            content: nobody's words may be lost silently.
    """
    done = tuple(entry for entry in entries if entry.command_id == command_id)
    if not _asks_for(command, done[0].event):
        raise InvalidInputError(
            f"command_id: {shown(command_id)} was already used in this case, and led to "
            f"{listed({entry.event.kind for entry in done})} of other content; "
            "give this command its own"
        )
    return done


def _asks_for(command: Command, event: AnyEvent) -> bool:
    """Say whether an event is what a command asks for; `at` aside, for a retry may come late."""
    if not isinstance(event, leads_to(type(command))):
        return False
    if isinstance(command, ReplaceTerms) and isinstance(event, TermsReplaced):
        return (command.terms, command.because) == (event.terms.id, event.because)
    return all(getattr(event, name) == said for name, said in command if name != "at")
