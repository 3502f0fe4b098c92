"""The laws of a wiring over the library itself: in a file, sealed or not, and through a queue."""

from pathlib import Path
from uuid import uuid4

import pytest

from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.store import RapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.testing.wiring import Clock, HandSetClock, ReviewsWiring, Wiring
from rapid_review.testing.wiring_conformance import WiringConformance
from tests.domain.a_review import KENT


class TestInAFile(WiringConformance):
    """`RapidReviews` over a file."""

    def wires(self, folder: Path, clock: Clock) -> Wiring:
        """Return the reviews in a file."""
        path = folder / "record.db"
        return ReviewsWiring(
            lambda: RapidReviews.on_sqlite(path, unsealed=True, terms=KENT, clock=clock)
        )


class TestSealedInAFile(WiringConformance):
    """The same with sealed words, and keys in files beside it."""

    examples = 5

    def wires(self, folder: Path, clock: Clock) -> Wiring:
        """Return the reviews in a file, and their keys in two others."""
        keys, key_file = folder / "keys.db", folder / "key"
        make_keys(keys, key_file)

        def opened() -> RapidReviews:
            return RapidReviews.on_sqlite(
                folder / "record.db",
                keys=keys_at(keys, key_file),
                terms=KENT,
                clock=clock,
                authorizer=Everybody(),
            )

        return ReviewsWiring(opened)


class Forgetful(ReviewsWiring):
    """The id of a command is not handed on."""

    def ask(self, case: str, command: Command, command_id: str) -> tuple[AnyEvent, ...]:
        """Ask under another id each time."""
        return super().ask(case, command, f"{command_id}-{uuid4()}")


class Lax(ReviewsWiring):
    """A refusal is taken for an answer."""

    def ask(self, case: str, command: Command, command_id: str) -> tuple[AnyEvent, ...]:
        """Ask; whatever is refused is nothing."""
        try:
            return super().ask(case, command, command_id)
        except Refused:
            return ()


class Blind(ReviewsWiring):
    """What is read is not what was recorded: the newest entry is not there yet."""

    def entries(self, case: str) -> tuple[Entry, ...]:
        """Return all entries but the last."""
        return super().entries(case)[:-1]


class Editing(ReviewsWiring):
    """What was recorded long ago reads otherwise once more is recorded."""

    def entries(self, case: str) -> tuple[Entry, ...]:
        """Return entries, the first dated by the last."""
        found = super().entries(case)
        if len(found) < 5:
            return found
        return (found[0].model_copy(update={"command_id": "another"}), *found[1:])


class Lost(ReviewsWiring):
    """A restart loses everything."""

    def reopen(self) -> None:
        """Open another store."""
        self.close()
        self._reviews = RapidReviews.in_memory(terms=KENT, clock=HandSetClock())


class Mixing(ReviewsWiring):
    """Two cases are kept as one."""

    def ask(self, case: str, command: Command, command_id: str) -> tuple[AnyEvent, ...]:
        """Ask it of the first case, whichever it is."""
        del case
        return super().ask("W-1", command, command_id)


@pytest.mark.parametrize("broken", [Forgetful, Lax, Blind, Editing, Lost, Mixing])
def test_a_broken_wiring_is_found_by_random_commands(
    broken: type[ReviewsWiring], tmp_path: Path
) -> None:
    """Whatever is lost, swallowed, edited or mixed up."""

    class Broken(WiringConformance):
        def wires(self, folder: Path, clock: Clock) -> Wiring:
            del folder
            return broken(lambda: RapidReviews.in_memory(terms=KENT, clock=clock))

    with pytest.raises(AssertionError):
        Broken().test_random_commands_are_answered_by_the_rules(tmp_path)
