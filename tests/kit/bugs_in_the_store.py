"""Ten bugs in the store, and the law that must find each."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from rapid_review.store.backends.sqlite.guards import GUARDS
from rapid_review.store.log.streams import AppendConflictError
from tests.kit.seeding import Bug, always, instead


def _one_by_one(append: Any, streams: Any, entries: Sequence[Any]) -> None:  # noqa: ANN401 - as it is
    for entry in entries:
        append(streams, [entry])


def _conflicts_are_swallowed(append: Any, streams: Any, entries: Sequence[Any]) -> None:  # noqa: ANN401 - as it is
    with suppress(AppendConflictError):
        append(streams, entries)


def _without_guards(tables: Sequence[str]) -> list[str]:
    return [one for one in tables if one not in GUARDS.values()]


def _by_case(after: Any, rows: Any, position: int, limit: int) -> Any:  # noqa: ANN401 - as it is
    return sorted(after(rows, position, limit), key=lambda row: (row[1], row[2]))


def _from_the_position_on(after: Any, rows: Any, position: int, limit: int) -> Any:  # noqa: ANN401 - as it is
    return after(rows, max(0, position - 1), limit)


def _one_page(entries_after: Any, streams: Any, position: int, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as it is
    def first() -> Iterator[Any]:
        for number, one in enumerate(entries_after(streams, position, *given, **named)):
            if number == 1_000:
                return
            yield one

    return first()


def _seconds_alone(encode: Any, codec: Any, entry: Any, *taken: Any) -> Any:  # noqa: ANN401 - as it is
    event = entry.event.model_copy(update={"at": entry.event.at.replace(microsecond=0)})
    return encode(codec, entry.model_copy(update={"event": event}), *taken)


def _any_content(replay_of: Any, entries: Any, command: Any, command_id: str, day: Any) -> Any:  # noqa: ANN401 - as it is
    del replay_of, command, day
    return tuple(entry for entry in entries if entry.command_id == command_id)


def _by_the_clock(metadata: Any, place: Any, events: Any, last: Any, time: Any, **by: Any) -> Any:  # noqa: ANN401 - as it is
    made = metadata(place, events, last, time, **by)
    return tuple(one.model_copy(update={"recorded_at": time.now}) for one in made)


_STORE: Final = "StoreConformance."
_WIRING: Final = "WiringConformance."

IN_THE_STORE: Final = (
    Bug(
        "one-by-one",
        "A batch is written entry by entry, each in a transaction of its own.",
        "store.log.streams:Streams.append",
        instead(_one_by_one),
        _STORE + "test_a_batch_is_written_whole_or_not_at_all",
    ),
    Bug(
        "conflicts-are-swallowed",
        "Anyone who comes second is told that all went well.",
        "store.log.streams:Streams.append",
        instead(_conflicts_are_swallowed),
        _STORE + "test_a_version_is_taken_once",
    ),
    Bug(
        "no-guards",
        "A file is made without its guards.",
        "store.backends.sqlite.opening:TABLES",
        _without_guards,
        _STORE + "test_nothing_that_is_stored_can_be_altered",
    ),
    Bug(
        "sorted-by-case",
        "All entries come case by case.",
        "store.backends.sqlite.rows:SQLiteRows.readable_after",
        instead(_by_case),
        _STORE + "test_positions_rise_in_the_order_of_appending",
    ),
    Bug(
        "from-the-position-on",
        "Anyone who reads on from a position reads its entry again.",
        "store.backends.sqlite.rows:SQLiteRows.readable_after",
        instead(_from_the_position_on),
        _STORE + "test_positions_rise_in_the_order_of_appending",
    ),
    Bug(
        "one-page-only",
        "After a thousand entries nothing more is read.",
        "store.log.in_order:EntriesInOrder.entries_after",
        instead(_one_page),
        _STORE + "test_more_than_a_page_is_read_to_its_end",
    ),
    Bug(
        "seconds-alone",
        "What is less than a second is not written down.",
        "store.log.codec:Codec.encode",
        instead(_seconds_alone),
        _STORE + "test_every_kind_of_event_is_read_as_it_was_said",
    ),
    Bug(
        "an-id-is-of-any-command",
        "Another command under a used id is answered as the first one was.",
        "store.writing.commands:replay_of",
        instead(_any_content),
        _WIRING + "test_an_id_is_of_one_command",
    ),
    Bug(
        "nothing-is-forgotten",
        "It is forgotten which commands were answered with nothing.",
        "store.log.streams:Streams.answered_at",
        always(None),
        _WIRING + "test_an_answer_of_nothing_is_kept",
    ),
    Bug(
        "stamps-go-back",
        "An entry is dated by the clock alone, before the one that it follows.",
        "store.writing.record:with_metadata",
        instead(_by_the_clock),
        _WIRING + "test_stamps_never_go_back",
    ),
)
