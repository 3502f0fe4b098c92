"""Entries to bytes and back: what an auditor finds in the store.

A row's topic is the event's `kind`; its body is the entry as JSON, written once by pydantic-core
and never re-serialised. It opens with the schema version of that kind and the entry's place, and
ends with the event:

    {"schema":1,"partnership":"kent-and-medway","case":"KM-2020-001","version":1,...,"event":{...}}

In a sealed store `"sealed":1` follows the schema, a token is in place of each sealed text, and
the words come after the JSON, sealed; see `sealing.envelope`.

A field that is added or renamed raises the kind's schema version and brings an upcaster, which
turns the old body into the new on reading. Stored bytes are never rewritten.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import BaseModel, ValidationError

from rapid_review.audit.verify import public_part
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    InvalidInputError,
    KeysError,
    RecordError,
    problems,
    shown,
)
from rapid_review.domain.events import EVENTS, AnyEvent
from rapid_review.domain.sealed_words import TOKEN, WordsToSeal
from rapid_review.domain.statement import Statement
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.log.body import SEALED, place, stream_name
from rapid_review.store.sealing.sections import Sections

if TYPE_CHECKING:
    from rapid_review.store.sealing.sealer import Sealer

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the body of one schema version of a kind into that of the next."""


def with_defaults(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body unchanged: the default of the added field keeps its meaning."""
    return body


UPCASTERS: Final[Mapping[str, tuple[Upcaster, ...]]] = {
    # 2: index_child; 3: a child's label, and what statistics ask of a child; 4: the day on which
    # the authority learnt of the incident may be unknown
    "NotificationReceived": (with_defaults, with_defaults, with_defaults),
    "PanelNotified": (with_defaults,),  # 2: the day may be unknown
    "NotificationCriteriaFoundNotMet": (with_defaults,),  # 2: instead
    "MemberInformed": (with_defaults,),  # 2: a person may be unknown
    "AgencyReportFiled": (with_defaults,),  # 2: a digest may be unknown
    "ReportsCollated": (with_defaults,),  # 2: likewise
    "QuorumConfirmed": (with_defaults,),  # 2: apologies; a person may be unknown
    "QuorumNotMet": (with_defaults,),  # 2: likewise
    "CriteriaAssessed": (with_defaults,),  # 2: a rationale may be unknown
    "DecisionMade": (with_defaults,),  # 2: likewise
    "ReportCompiled": (with_defaults,),  # 2: a digest may be unknown
    "PanelFeedbackReceived": (with_defaults,),  # 2: likewise
    "DecisionReconsidered": (with_defaults,),  # 2: a rationale may be unknown
    "PanelCorrespondenceLogged": (with_defaults,),  # 2: answer_by, answers
    "PracticeReviewPublished": (with_defaults,),  # 2: a digest may be unknown
    "PublicationWithheld": (with_defaults,),  # 2: likewise
    "ExportMade": (with_defaults,),  # 2: figures
}
"""By kind, the upcasters from version 1 to 2, 2 to 3, ...; a kind not named is at version 1."""

_SCHEMA: Final = re.compile(rb'\{"schema":([1-9][0-9]{0,5}),(%b)?' % re.escape(SEALED))
_EVENT: Final = b'"event":'  # no text before it can hold a quotation mark: codes and times only
_TO_EVENT: Final = len(_EVENT)

# EVENTS holds the members of the union AnyEvent, which its type cannot say.
_MODELS: Final = cast("Mapping[str, type[AnyEvent]]", EVENTS)


class _Readers(dict[str, Callable[[bytes], AnyEvent]]):
    """By kind, what reads an event from JSON; it is looked up once, as a replay reads many."""

    def __missing__(self, kind: str) -> Callable[[bytes], AnyEvent]:
        read = self[kind] = _MODELS[kind].__pydantic_validator__.validate_json
        return read


class _Numbers(dict[int, bytes]):
    """Versions as a body states them: made beforehand for most cases."""

    def __missing__(self, version: int) -> bytes:
        return b"%d," % version


_READERS: Final = _Readers()
_NUMBERS: Final = _Numbers((version, b"%d," % version) for version in range(1_024))

Read = TypeVar("Read", bound=Statement)


class Codec:
    """Turns entries into bytes and back.

    Args:
        upcasters: by kind, how each old schema version becomes the next.
        is_sealed: whether words are sealed; rows of the other kind are refused.
        sealer: seals them; without one a sealed store can be read, and not written.
        is_read_only: whether a store whose words are not sealed is read, and not written.
    """

    def __init__(
        self,
        upcasters: Mapping[str, tuple[Upcaster, ...]] = UPCASTERS,
        *,
        is_sealed: bool = False,
        sealer: "Sealer | None" = None,
        is_read_only: bool = False,
    ) -> None:
        self._upcasters = upcasters
        self.is_sealed = is_sealed
        self.sealer = sealer
        self._is_read_only = is_read_only
        mark = SEALED if is_sealed else b""
        self._openings = {
            kind: b'{"schema":%d,%b' % (self.schema_version(kind), mark) for kind in EVENTS
        }

    def schema_version(self, kind: str) -> int:
        """Return the schema version in which events of `kind` are written now."""
        return 1 + len(self._upcasters.get(kind, ()))

    def must_record(self) -> None:
        """Check that entries can be written.

        Raises:
            KeysError: words are sealed, but the keys are not available; or words are not sealed,
                and the store is opened for reading.
        """
        if self.is_sealed and self.sealer is None:
            raise KeysError(NO_KEYS_TO_RECORD)
        if self._is_read_only and not self.is_sealed:
            raise KeysError(FOR_READING)

    def encode(self, entry: Entry, taken: list[WordsToSeal] | None = None) -> bytes:
        """Return the bytes that are stored, and never changed, for an entry.

        Args:
            entry: the entry.
            taken: filled with its words that were sealed.

        Raises:
            InvalidInputError: it holds words that are not sealed, and the store is sealed; or
                sealed words, and the store is not.
            KeysError: see `must_record`.
        """
        kind = entry.event.kind
        opening, to_json = self._openings[kind], entry.__pydantic_serializer__.to_json
        if self.sealer is None:
            self.must_record()
            body = opening + to_json(entry)[1:]
            if _TOKEN in body:
                raise InvalidInputError(_ELSEWHERE)
            return body
        sections = Sections([] if taken is None else taken)
        public = opening + to_json(entry, context=sections)[1:]
        stream = stream_name(entry.partnership, entry.case)
        return self.sealer.row(stream, entry.version, kind, public, sections)

    def must_be_readable(self, kind: str, body: bytes) -> None:
        """Check that a new body can be read again: no entry is ever taken back.

        Raises:
            InvalidInputError: it cannot; the message shows no words of it.
        """
        public = public_part(body)[len(self._openings[kind]) :]
        try:
            Entry.__pydantic_validator__.validate_json(b"{" + public)
        except ValidationError as error:
            raise InvalidInputError(*problems(error, Entry, "json")) from None

    def entry(self, kind: str, body: bytes) -> Entry:
        """Return the entry that a stored body holds.

        Raises:
            RecordError: the kind is unknown, the body is of a newer schema, or it is not as its
                schema says; the message shows no words of it.
        """
        rest = public_part(self._upcast(kind, body)[len(self._openings.get(kind, b"")) :])
        read = _validate(Entry, kind, b"{" + rest)
        if read.event.kind != kind:
            raise RecordError(f"a row labelled {kind} contains a {read.event.kind}")
        return read

    def events(self, rows: Iterable[StoredRow], partnership: str, case: str) -> Iterator[AnyEvent]:
        """Yield only the events of a case, for replay: read the place and the end of each body.

        Args:
            rows: the case's rows.
            partnership: the partnership that the bodies must state.
            case: the case that they must state.

        Raises:
            RecordError: as for `entry`; or a body states another place.
        """
        here = place(partnership, case)
        openings, is_sealed = self._openings, self.is_sealed
        for version, kind, body in rows:
            try:  # most bodies are in the current schema, and in their place
                opening = openings[kind] + here + _NUMBERS[version]
                is_in_place = body.startswith(opening)
            # The owner of the database may have stored a kind, a version or a body of any type.
            except (TypeError, OverflowError, LookupError, AttributeError):
                opening = b""
                is_in_place = False
            if not is_in_place:
                try:
                    body = self._upcast(kind, body)  # noqa: PLW2901 - in place of the older
                except RecordError as error:
                    raise in_row(error, case, version) from None
                if not (opening and body.startswith(opening)):
                    raise RecordError(
                        f"the body in row {version} of case {shown(case)} belongs to another "
                        "entry; somebody moved or copied it there"
                    )
            # Up to the brace that closes the entry. A sealed row goes on after a line feed, and
            # JSON text holds none.
            start = body.find(_EVENT, len(opening)) + _TO_EVENT
            end = body.find(b"\n", start) - 1 if is_sealed else -1
            try:  # as in `_validate`, whose call would slow down a replay of many cases
                yield _READERS[kind](body[start:end])
            except ValidationError as error:
                wrong = _does_not_match_schema(_MODELS[kind], kind, error)
                raise in_row(wrong, case, version) from None

    def _upcast(self, kind: str, body: bytes) -> bytes:
        """Return a body in the current schema version of its kind."""
        opening = self._openings.get(kind)
        if opening is None:
            raise RecordError(
                f"a row contains an event of kind {shown(kind)}, which this version does not "
                "know. Open the store with the version of rapid-review that wrote it, or a "
                "newer one"
            )
        try:
            is_current = body.startswith(opening)
        except (TypeError, AttributeError):  # the database's owner may have stored another type
            raise RecordError(
                f"a stored {kind} is of type {type(body).__name__}; allowed: bytes"
            ) from None
        if is_current:
            return body
        known = self.schema_version(kind)
        found = _SCHEMA.match(body)
        if found is not None and (found[2] is not None) is not self.is_sealed:
            raise RecordError(
                f"a stored {kind} is {'sealed' if found[2] else 'not sealed'}, and the entries "
                f"of this store are {'sealed' if self.is_sealed else 'not'}; somebody inserted "
                "it without this program"
            )
        if found is None or int(found[1]) > known:
            raise RecordError(
                f"a stored {kind} begins with "
                f"{f'schema {int(found[1])}' if found else 'no schema version'}; this version "
                f"of rapid-review reads schemas 1 to {known}"
            )
        upcasters = self._upcasters[kind][int(found[1]) - 1 :]
        # Most upcasters change nothing, and then the JSON need not be read.
        if all(upcast is with_defaults for upcast in upcasters):
            return opening + body[found.end() :]
        try:
            public = public_part(body[found.end() :])
            data = json.loads(b"{" + public)
            for upcast in upcasters:
                data = upcast(data)
            data["event"] = data.pop("event")  # the event comes last, whatever was added
        except (ValueError, LookupError, TypeError, AttributeError):
            raise RecordError(
                f"a stored {kind} does not match its schema {int(found[1])}, and cannot be read "
                f"as schema {known}"
            ) from None  # the chained error might show what the body holds
        rest = body[found.end() + len(public) :]
        return opening + json.dumps(data, separators=(",", ":")).encode()[1:] + rest


NO_KEYS_TO_RECORD: Final = (
    "the words of this store are sealed, and nothing can be recorded without its keys, which "
    "were not given. Give its key store and its key file (--keys and --key-file, or `keys=`). "
    "Everything except the words can be read without them"
)

FOR_READING: Final = (
    "the words of this store are not sealed, so it opens for reading, and nothing can be "
    "recorded. To record, make a sealed store of it with `rapid-review db seal OLD NEW`; for a "
    "trial, give --unsealed or `unsealed=True`"
)


_TOKEN: Final = b'{"%b":' % TOKEN.encode()  # typed text has its quotation marks escaped
_ELSEWHERE: Final = (
    "words: these are sealed in another store; read them there, and give the readable text"
)


def _validate(model: type[Read], kind: str, body: bytes) -> Read:
    try:
        # Not `model_validate_json`: the extra call would slow down a replay.
        read: Read = model.__pydantic_validator__.validate_json(body)
    except ValidationError as error:
        raise _does_not_match_schema(model, kind, error) from None
    return read


def in_row(error: RecordError, case: str, version: int) -> RecordError:
    """Return an error of a body that names the row which holds it."""
    return RecordError(f"row {version} of case {shown(case)}: {error}")


def _does_not_match_schema(
    model: type[BaseModel], kind: str, error: ValidationError
) -> RecordError:
    """Return the error of a body that does not match its schema."""
    # Not pydantic's own text, which repeats the body and so its words.
    mistakes = "; ".join(problems(error, model, "json"))
    return RecordError(f"a stored {kind} does not match its schema: {mistakes}")
