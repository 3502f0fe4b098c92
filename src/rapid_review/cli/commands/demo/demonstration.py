"""The demonstration: one case of the Kent terms through a real store, and what is shown of it.

The case is invented; its commands are in `demo_case.jsonl`, as `apply` reads them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

from rapid_review import calendars, terms
from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import Report, Trust
from rapid_review.cli.audit_files import key_path, signer_at, signer_state_path, write_key
from rapid_review.cli.context import KENT
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import DayReckoned
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.calculation import Agreement, Recalculation, recalculate
from rapid_review.projections.case.clock_reading import ClockReading, calculated
from rapid_review.projections.case.judgement import Judgement, judgement
from rapid_review.projections.case.timeline import Line, timeline
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.wire.answers import apply_lines
from rapid_review.wire.values import Json

CASE: Final = "KM-2020-014"
ORIGIN: Final = "demo.example/rapid-reviews"
_RECORDED_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of the case, and its due date's calculation, if it started."""

    reading: ClockReading
    reckoning: tuple[DayReckoned, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration did, and what its case shows.

    Attributes:
        history: the case, as it was read back from the file.
        as_of: the moment at which clocks are read: the case's last step.
        answers: what `apply` answered to each command.
        lines: the case's timeline.
        clocks: every clock of the terms.
        judged: what the rules found, and how many questions they were asked.
        recounts: every recorded due date, calculated again from the entries that were read back.
        log: the report on comparing every row with a checkpoint over all of them.
    """

    history: CaseHistory
    as_of: datetime
    answers: tuple[Json, ...]
    lines: tuple[Line, ...]
    clocks: tuple[Clock, ...]
    judged: Judgement
    recounts: tuple[Recalculation, ...]
    log: Report

    @property
    def terms(self) -> Terms:
        """The terms the case was held under."""
        return self.history.terms

    @property
    def agreeing(self) -> int:
        """How many recorded due dates are the same when calculated again."""
        return sum(one.agreement is Agreement.AGREES for one in self.recounts)


def story() -> Iterator[bytes]:
    """Yield the case's commands, a line of JSON each."""
    yield from (
        (files("rapid_review.cli.commands.demo") / "demo_case.jsonl").read_bytes().splitlines()
    )


def demonstrate(store: Path) -> Demonstration:
    """Play the case into a store, read it back from the file, and calculate.

    Each step is recorded ten minutes after it happened, by a clock that the case sets. The store
    is sealed; its keys are made beside it, and are needed only for writing.

    Raises:
        RecordError: a version is missing, or a row is in the wrong place.
    """
    kent = terms.load(KENT)
    now: list[datetime] = []
    answers: list[Json] = []
    keys, key_file = store.with_suffix(".keys"), store.with_suffix(".key-file")
    make_keys(keys, key_file)
    opened_keys = keys_at(keys, key_file)
    with RapidReviews.on_sqlite(
        store, terms=kent, clock=lambda: now[-1], keys=opened_keys
    ) as reviews:
        for command in story():
            now.append(datetime.fromisoformat(json.loads(command)["at"]) + _RECORDED_AFTER)
            answers.extend(apply_lines(BytesIO(command), reviews))
    # Opened again, without keys: everything that is shown is read from the file.
    with RapidReviews.on_sqlite(store, terms=kent, clock=lambda: now[-1], create=False) as reviews:
        entries = reviews.history(CASE)
        log = _verify_by_checkpoint(reviews, store)
    as_of = entries[-1].event.at
    history = CaseHistory(entries, kent, calendars.load)
    judged = judgement(history, AsOf(read_on=as_of))
    return Demonstration(
        history=history,
        as_of=as_of,
        answers=tuple({**one, "line": line} for line, one in enumerate(answers, start=1)),
        lines=timeline(entries, terms=kent),
        clocks=tuple(Clock(one, calculated(one, calendars.load)) for one in judged.clocks),
        judged=judged,
        recounts=recalculate(entries, calendars.load),
        log=log,
    )


def _verify_by_checkpoint(reviews: RapidReviews, store: Path) -> Report:
    """Make a checkpoint with a key beside the store, and compare every row with it."""
    path = key_path(str(store), None)
    if not path.exists():
        key = SigningKey.new(ORIGIN)
        write_key(path, key)
        Signer.start(key, signer_state_path(path, None))
    signer = signer_at(str(store), None, None)
    ledger = reviews.ledger()
    ledger.checkpoint(signer)
    return ledger.verify(Trust((signer.key.public,)))
