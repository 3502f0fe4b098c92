"""Commands to a partnership's cases: each takes effect once under its id."""

from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, must_be, shown
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.access.gate import refusal
from rapid_review.store.authority.port import Facts, right_to, rights_to
from rapid_review.store.permitting import CasePermissions
from rapid_review.store.writing.idempotency import Answer, Request

if TYPE_CHECKING:
    from rapid_review.domain.commands import Command
    from rapid_review.store.observing import Observer


class Asking(TypedDict):
    """What goes with a command, by name; `TakesCommands.ask` says what each is."""

    by: Actor
    purpose: NotRequired[str | None]
    command_id: NotRequired[str | None]
    correlation_id: NotRequired[str | None]
    causation_id: NotRequired[str | None]
    as_history: NotRequired[bool]
    expected_version: NotRequired[int | None]
    within: NotRequired[object]


class TakesCommands(CasePermissions):
    """The part of `RapidReviews` that takes commands."""

    _observer: "Observer"

    def handle(
        self, case: str, command: "Command", **options: Unpack[Asking]
    ) -> tuple[Entry, ...]:
        """Send a command to a case; return the entries, none if the record says it already.

        It is `ask`, with the same arguments and errors, for anyone who needs only the entries.
        """
        return self.ask(case, command, **options).entries

    def ask(
        self,
        case: str,
        command: "Command",
        *,
        by: Actor,
        purpose: str | None = None,
        command_id: str | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
        as_history: bool = False,
        expected_version: int | None = None,
        within: object = None,
    ) -> Answer:
        """Send a command to a case; return what was recorded, and the version after it.

        The same `command_id` never takes effect twice: sent again, it returns what it recorded the
        first time, or nothing if that was nothing. This also holds if the entry was retracted
        meanwhile, and no matter which version is expected.

        Args:
            case: the case's reference within the partnership; opened by `ReceiveNotification`.
            command: what is asked; `command.at` is when it happened.
            by: who records it, as they are now.
            purpose: why, in a few plain words.
            command_id: the caller's id for this request; made up if not given.
            correlation_id: the larger piece of work it belongs to.
            causation_id: what led to it.
            as_history: whether it has happened already; it is then treated as `import_history`
                treats it.
            expected_version: the version at which the caller read the case: the command is then
                refused if anything was recorded since; 0 for a case that does not exist yet.
            within: a connection of psycopg in a transaction of the host's own, on the same
                database: what is recorded in it is committed or rolled back with the host's work.

        Raises:
            Refused: the terms or the case forbid it; nothing was recorded.
            InvalidInputError: the `command_id` was used for something else, or an id is malformed;
                or something was given that is not a command, an actor or a version.
            CalendarGapError: a clock is to be calculated again, and the calendar does not reach
                that far.
            CaseMovedError: the case is not at the version that is expected.
            CaseChangedError: others made or destroyed a key of the case three times running.
            RecordError: the store cannot be read or written; `ClockError` among them.

        Within a host's transaction the answer is final once the host commits, and nobody else can
        record anything in the store until then.
        """

        def answer() -> Answer:
            from rapid_review.store.writing.commands import ask  # noqa: PLC0415 - to read needs no rule

            request = Request.of(command, command_id, as_history=as_history)
            ids = {"correlation_id": correlation_id, "causation_id": causation_id}
            given = {name: value for name, value in ids.items() if value is not None}
            must_be_references(case=case, command_id=request.command_id, **given)
            self._must_have_rights(by, case, request)
            _must_be_a_version(expected_version)
            return ask(
                self._record if within is None else self._record.within(within),
                case,
                request,
                expected_version,
                by=by,
                purpose=purpose,
                command_id=request.command_id,
                correlation_id=correlation_id,
                causation_id=causation_id,
            )

        return self._observer.run_observed(answer, command, by, case)

    def rehearse(self, case: str, command: "Command", *, by: Actor) -> tuple[Entry, ...]:
        """Return the entries that a command would lead to now, and record nothing.

        The permissions, the rules and the second person are asked as `ask` asks them. What was
        rehearsed may still be refused later, if others record something in between. No observer
        and no log is told of it. In a sealed store its entries hold tokens in place of words.

        Args:
            case: the case's reference; a case that does not exist is empty.
            command: what would be asked.
            by: who would record it.

        Raises:
            Refused: the terms, the case or the permissions forbid it.
            InvalidInputError: the reference is malformed, or a reference in it is not a handle.
            CalendarGapError: a clock would be calculated again, and the calendar does not reach
                that far.
            RecordError: the store cannot be read; `ClockError` among them.
        """
        from rapid_review.store.writing.commands import rehearse  # noqa: PLC0415 - to read needs no rule

        request = Request.of(command, None, as_history=False)
        must_be_references(case=case)
        self._must_have_rights(by, case, request)
        return rehearse(
            self._record, case, request, by=by, purpose=None, command_id=request.command_id
        )

    def _must_have_rights(self, by: Actor, case: str, request: Request) -> None:
        from rapid_review.domain.commands import Command  # noqa: PLC0415 - as above

        must_be(Command, "a command of rapid_review.domain.commands", command=request.command)
        for right in rights_to(request.command, as_history=request.as_history):
            self.must_be_allowed(by, right, case, request.command)

    def must_take(
        self, command: "type[Command] | Command", case: str | None = None, *, by: Actor
    ) -> None:
        """Check that the permissions let somebody record a command, before they write it.

        It records nothing, also where the permissions are new, so a page can ask it of each form
        that it might offer. What the command says is checked when it is asked, except which entry
        a correction is about: where the permissions depend on that, give such a command.

        Args:
            command: the command's type, or a command.
            case: the case; None for one that does not exist yet.
            by: who would record it.

        Raises:
            NotPermittedError: they may not.
        """
        if isinstance(command, type):
            self.must_foresee(by, right_to(command), case)
        else:
            self.must_foresee(by, right_to(type(command)), case, command)

    def must_foresee(
        self, by: Actor, action: str, case: str | None = None, to_record: "Command | None" = None
    ) -> None:
        """Check what `must_be_allowed` checks, and record nothing of it: nothing is done yet.

        Args:
            by: who would do it.
            action: what they would do, of the module `authority.port`.
            case: the case; None for one that does not exist yet.
            to_record: the command that would be recorded, if it is known.

        Raises:
            NotPermittedError: they may not.
        """
        facts = Facts(self._today) if case is None else self._facts(case, to_record)
        decision = self._gate.foresees(by, action, facts)
        if not decision.allowed:
            raise refusal(decision)


def _must_be_a_version(expected: object) -> None:
    # True equals 1, but is not a version.
    if expected is None or (type(expected) is int and expected >= 0):
        return
    raise InvalidInputError(
        f"expected_version: found {shown(expected)}; allowed: the number of the entry up to which "
        "you read the case, or 0 for a case that does not exist yet"
    )
