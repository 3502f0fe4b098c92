"""A case and its bundle, made without a store: the Kent one of `tests/domain/a_review.py`.

The school's report of 12 May was recorded on Friday 15 May. On 20 May the police's notice was
corrected, and the receipt as well: it had been on Thursday 30 April, so that the fifteenth working
day was Friday 22 May and not Wednesday 27 May. The report went to the Panel on Tuesday 26 May.
Every text that may hold words or names holds a name.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from importlib import resources
from itertools import chain
from typing import Final

from rapid_review import calendars
from rapid_review.audit.log.bundle import Row, case_files
from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.merkle import nodes_of_leaves, root_of
from rapid_review.audit.log.note import Checkpoint, Note, SigningKey, signed
from rapid_review.audit.verify import Files, read_manifest, read_note
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, Calendars, CaseHistory
from rapid_review.projections.compare.replay import REPLAY
from rapid_review.reports.case_file.evidence import Evidence, entries_in, evidence_of
from rapid_review.reports.case_file.page import Contents, replay_of
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.sealing.sealer import Sealer
from tests.domain import a_review as kent
from tests.domain.a_review import KENT, at, changed
from tests.golden.sealed import sealed_by
from tests.projections.a_record import entries_of, written
from tests.projections.canaries import with_canaries

KEY: Final = SigningKey("safeguarding.example/reviews", bytes(range(32)))
OTHER: Final = SigningKey(KEY.name, bytes(32))

_RECEIVED_EARLIER: Final = ask.CorrectRecord(
    at=at("2020-05-20 16:00"),
    version=1,
    because="the e-mail lay unread over the weekend",
    replacement=kent.recorded(
        did.NotificationReceived,
        changed(kent.RECEIVE, at=at("2020-04-30 16:30")),
        terms=KENT.ref,
    ),
)
_NOBODY_TOLD: Final = ask.CorrectRecord(
    at=at("2020-05-20 15:00"), version=5, because="it was another case's member"
)


def _entries(*history: object) -> tuple[Entry, ...]:
    """Return the entries of a history with a name in every sealed field."""
    return tuple(
        entry.model_copy(update={"event": with_canaries(entry.event)})
        for entry in entries_of(*history)  # type: ignore[arg-type]  # checked where they are made
    )


_BEGUN: Final = (
    *(kent.RECEIVE, *kent.INFORM_ALL, kent.REQUEST, kent.CONVENE),
    written(kent.FILE, "2020-05-15 09:00"),
    *(kent.ATTEND, kent.ASSESS, kent.DECIDE, _NOBODY_TOLD, _RECEIVED_EARLIER),
)
OPEN: Final = _entries(*_BEGUN)
"""Until 20 May, before the report went to the Panel."""
PROVISIONAL: Final = _entries(
    changed(
        kent.RECEIVE,
        at=at("2029-01-08 09:00"),
        incident=kent.RECEIVE.incident.model_copy(update={"known_on": date(2029, 1, 4)}),
    ),
    changed(kent.INFORM, at=at("2029-01-09 10:00")),
)
"""Received in 2029, whose bank holidays nobody has published."""
CLOSED: Final = _entries(
    *_BEGUN,
    changed(kent.COMPILE, at=at("2020-05-22 10:00")),
    changed(kent.TO_MEMBERS, at=at("2020-05-22 11:00")),
    changed(kent.TO_PANEL, at=at("2020-05-26 09:00")),
    *(kent.DISCUSS, kent.AGREE, kent.TELL_GROUP, kent.TELL_PARTNERS, kent.CLOSE),
)
"""To its end on 2 July."""


def contents_of(
    entries: tuple[Entry, ...] = CLOSED,
    *,
    terms: Terms = KENT,
    earlier: tuple[Terms, ...] = (),
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
    today: datetime | None = None,
    at_hand: Calendars = calendars.load,
    evidence: Evidence | None = None,
    is_cosigned: bool = False,
) -> Contents:
    """Return what a case file is made from, read when it was last written to."""
    history = CaseHistory(entries, terms, at_hand, earlier)
    as_of = AsOf(happened_by, recorded_by, today or entries[-1].recorded_at)
    return Contents(history, as_of, evidence, is_cosigned)


CALENDAR: Final = "calendars/england-and-wales/2026-11-26.json"
_TERMS: Final = (
    "terms/kent-and-medway-2020-05.toml",
    "terms/rule_sets/working-together-2018.toml",
)


def bundle_of(
    entries: tuple[Entry, ...] = CLOSED,
    *,
    replayed: bool = True,
    attached: Mapping[str, bytes] | None = None,
    alone: bool = False,
    cosign: Callable[[Note], Note] = lambda note: note,
    at_hand: Calendars = calendars.load,
    sealer: Sealer | None = None,
) -> dict[str, bytes]:
    """Return the bundle of a case in a log with a neighbour's entries among its own, or alone.

    The terms are in it, and the shipped calendar unless others are attached. With a sealer its
    words are sealed.
    """
    package = resources.files("rapid_review")
    named = {name: (package / name).read_bytes() for name in (*_TERMS, CALENDAR)}
    if attached is not None:
        named = {**{name: named[name] for name in _TERMS}, **attached}
    stated = {REPLAY: bytes(replay_of(contents_of(entries, at_hand=at_hand)))} if replayed else {}
    neighbours = [entry.model_copy(update={"case": "KM-2020-002"}) for entry in entries]
    log = entries if alone else chain.from_iterable(zip(entries, neighbours, strict=True))
    kept = [_row(entry, sealer) for entry in log]
    made = Leaves()
    leaves = [made.add(*row) for row in kept]
    own = stream_id(KENT.partnership, entries[0].case).hex
    checkpoint = cosign(signed(bytes(Checkpoint(KEY.name, len(leaves), root_of(leaves))), KEY))
    files = case_files(
        [(index, row) for index, row in enumerate(kept) if row.stream == own],
        nodes_of_leaves(leaves),
        checkpoint,
        lambda text: signed(text, KEY),
        attached={**stated, **named},
        is_sealed=sealer is not None,
    )
    return dict(files)


def resigned(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a bundle with a list of them that is true again, signed by the key."""
    before = read_manifest(read_note(files["manifest"]).text)
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    digests.pop("manifest")
    manifest = replace(before, files=digests)
    return {**files, "manifest": bytes(signed(bytes(manifest), KEY))}


def evidence(
    entries: tuple[Entry, ...] = CLOSED, *, replayed: bool = True, alone: bool = False
) -> Evidence:
    """Return what the bundle of a case says; of the closed one, if no other is given."""
    files = bundle_of(entries, replayed=replayed, alone=alone)
    return evidence_of(Files(frozenset(files), files.__getitem__), [KEY.public])


def sealed_bundle() -> tuple[dict[str, bytes], Contents]:
    """Return the bundle of the closed case with its words sealed, and what a page is made from."""
    files = bundle_of(sealer=Sealer(keys_in_memory()))
    read = Files(frozenset(files), files.__getitem__)
    says = evidence_of(read, [KEY.public])
    return files, contents_of(entries_in(read, says.head), evidence=says)


def _row(entry: Entry, sealer: Sealer | None) -> Row:
    stream = stream_id(entry.partnership, entry.case).hex
    state = Codec().encode(entry) if sealer is None else sealed_by(sealer, entry)
    return Row(stream, entry.version, entry.event.kind, state)
