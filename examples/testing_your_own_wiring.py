"""A platform's own wiring, held to the rules by the kit; and one with a mistake, which is found.

Here commands go through an outbox, and each is delivered at least once. In earnest the classes
are in a file of tests and pytest runs them; here they are run by hand.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from hypothesis.configuration import set_hypothesis_home_dir

from rapid_review import Actor, Case, Entry, RapidReviews, terms
from rapid_review.domain.commands import Command
from rapid_review.domain.errors import CaseNotFoundError
from rapid_review.domain.events import AnyEvent
from rapid_review.testing import WiringConformance, disagreements
from rapid_review.testing.wiring import Clock
from rapid_review.testing.wiring_laws import CASE, receive

TEAM = Actor(id="u-4711", role="business-support", agency="partnership-team")
KENT = terms.load("kent-and-medway-2020-05")


class Outbox:
    """Commands that were sent, and are delivered once, or twice if the line was cut."""

    def __init__(self, database: Path, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.open()

    def open(self) -> None:
        """Open the store; in earnest with keys, and not unsealed."""
        self.reviews = RapidReviews.on_sqlite(
            self.database, terms=KENT, clock=self.clock, unsealed=True
        )

    def deliver(self, case: str, command: Command, command_id: str) -> Sequence[Entry]:
        """Deliver a command under the id that it was sent with."""
        return self.reviews.handle(case, command, by=TEAM, command_id=command_id)

    # What the kit asks: four methods.

    def ask(self, case: str, command: Command, command_id: str) -> Sequence[AnyEvent]:
        """Send a command; the line is cut, and so it is delivered again."""
        self.deliver(case, command, command_id)
        return [entry.event for entry in self.deliver(case, command, command_id)]

    def entries(self, case: str) -> Sequence[Entry]:
        """Return a case's entries."""
        return self.reviews.history(case) if case in self.reviews.references() else ()

    def case(self, case: str) -> Case:
        """Return a case as it is."""
        try:
            return self.reviews.case(case)
        except CaseNotFoundError:
            return Case()

    def reopen(self) -> None:
        """Restart."""
        self.close()
        self.open()

    def close(self) -> None:
        """Close the store; the kit asks it where it is there."""
        self.reviews.close()


class ForgetfulOutbox(Outbox):
    """The same with a mistake: the id under which a command was sent is not handed on."""

    def deliver(self, case: str, command: Command, command_id: str) -> Sequence[Entry]:
        """Deliver a command under an id that is made up."""
        del command_id
        return self.reviews.handle(case, command, by=TEAM)


class TestOutbox(WiringConformance):
    """What pytest would collect."""

    examples = 3
    outbox: ClassVar[type[Outbox]] = Outbox

    def wires(self, folder: Path, clock: Clock) -> Outbox:
        """Return an outbox over a new store."""
        return self.outbox(folder / "cases.db", clock)


class TestForgetfulOutbox(TestOutbox):
    """The same laws, for the one with the mistake."""

    outbox: ClassVar[type[Outbox]] = ForgetfulOutbox


def kept(suite: WiringConformance, law: str) -> bool:
    """Say whether a law is kept."""
    with TemporaryDirectory() as folder:
        try:
            getattr(suite, law)(Path(folder))
        except AssertionError:
            return False
    return True


def judged() -> None:
    """Ask the second judge about the platform's own cases."""
    with TemporaryDirectory() as folder:
        outbox = Outbox(Path(folder) / "cases.db", lambda: datetime(2026, 11, 23, tzinfo=UTC))
        outbox.ask(CASE, receive(KENT), "sent-1")
        print(disagreements(outbox.reviews, read_on=datetime(2026, 12, 24, tzinfo=UTC)))
        outbox.close()


if __name__ == "__main__":
    with TemporaryDirectory() as caches:
        set_hypothesis_home_dir(caches)  # else it keeps them beside anyone who runs this
        for law in sorted(name for name in dir(WiringConformance) if name.startswith("test_")):
            found = [kept(suite, law) for suite in (TestOutbox(), TestForgetfulOutbox())]
            words = law.removeprefix("test_").replace("_", " ")
            print(f"{words}: {', '.join('kept' if one else 'broken' for one in found)}")
        judged()
