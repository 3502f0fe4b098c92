"""The case file: one case as one page, for an auditor to read, print, keep and check.

It is made from public fields only, unless words were opened for it. All of it can be read without
scripts. With scripts, the reader can replay the case day by day, and check inside the page what
its bundle proves.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final, NamedTuple

from markupsafe import Markup
from pydantic_core import to_json

from rapid_review import __version__
from rapid_review.audit.log.bundle import EXPOSES
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import DUE_DAYS
from rapid_review.domain.statement import holds_words
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import DayReckoned
from rapid_review.projections.as_of import (
    AsOf,
    Calendars,
    CaseHistory,
    effective_entries,
    entries_as_of,
)
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.documents import documents
from rapid_review.projections.case.due_days import (
    DueMarks,
    marks_by_version,
    marks_in_words,
    marks_of,
)
from rapid_review.projections.case.timeline import BY_ITSELF, timeline_of
from rapid_review.projections.compare.replay import ClockThen, Replay, replay_by_day
from rapid_review.projections.views import MEMBER, FieldSeen, View, as_it_is, seen
from rapid_review.projections.work.answers import about, decided, late
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.reports.case_file.evidence import Evidence
from rapid_review.reports.case_file.happened import by_happening
from rapid_review.reports.case_file.strip import StripDay, holidays_among, lines_of, weeks_of
from rapid_review.reports.dates import day_text, moment_text
from rapid_review.reports.labels import TAGS, Opened, label_of, text_of, when_in, words_of
from rapid_review.reports.page import filled_in_with_code


@dataclass(frozen=True, slots=True)
class Contents:
    """What a case file is made from.

    Attributes:
        history: the case; at least one of its entries counts as of the reading.
        as_of: as of when the case is read, and on which day its clocks are read.
        evidence: what its bundle says, if one was given; then both times of `as_of` are None.
        is_cosigned: whether the clocks are read on the day on which a witness signed the bundle's
            checkpoint; else the person who made the page chose the day.
        opened: by whom words were opened for it; then the sealed fields of the history hold what
            was opened of them, see `views.with_words`.
        view: which of those words are shown.
    """

    history: CaseHistory
    as_of: AsOf
    evidence: Evidence | None = None
    is_cosigned: bool = False
    opened: Opened | None = None
    view: View = MEMBER

    @property
    def terms(self) -> Terms:
        """The terms that apply to the case as of the reading."""
        return self.history.terms_of(self.history.case(self.as_of))


_ROUND: Final = re.compile("-round-[0-9]+$")


class ShownClock(NamedTuple):
    """A clock that has started, its calculation, and its days in weeks."""

    reading: ClockReading
    lines: tuple[DayReckoned, ...]
    weeks: tuple[tuple[StripDay | None, ...], ...]
    holidays: tuple[DayReckoned, ...]


def case_file(contents: Contents, *, with_proof: bool = False) -> str:
    """Return the page of a case; the same arguments give the same bytes.

    Args:
        contents: what it is made from.
        with_proof: put the proof into the page even if it allows guesses; see `allows_guesses`.

    Raises:
        RecordError: the entries are not all of one case, from its first, or none counts.
        TermsError: a clock is running that none of the terms given holds.
    """
    terms = contents.terms
    guesses = allows_guesses(contents)
    proof = None if guesses and not with_proof else contents.evidence
    # With a limit on what had happened, there are no days of the record to step through.
    replay = None if contents.as_of.happened_by else replay_of(contents)
    return filled_in_with_code(
        "case_file.html",
        version=__version__,
        terms=terms,
        is_cosigned=contents.is_cosigned,
        **_values_of_reading(contents),
        opened=contents.opened,
        words_in=_words_by_entry(contents),
        label=label_of,
        text=text_of,
        facts=_facts(contents, proof),
        proof=proof,
        allows_guesses=guesses,
        exposes=EXPOSES,
        evidence=contents.evidence,
        replay=replay,
        replay_data=_in_page(bytes(replay).decode()) if replay else None,
        happened_data=_happened_as_json(contents, replay),
        bundle_data=_as_json(proof.embedded()) if proof else None,
        key_data=_as_json(str(proof.key)) if proof else None,
        tags=TAGS,
        tags_data=_as_json(TAGS),
        day_text=day_text,
        at=partial(moment_text, zone=terms.zone),
        words=words_of,
        marks_of=marks_of,
        marks_in_words=marks_in_words,
    )


def allows_guesses(contents: Contents) -> bool:
    """Say whether the proof of a case would let a reader test guesses of words and names.

    It would if the case holds any unsealed, or if the log has other cases. It never would if the
    words of the log are sealed.
    """
    if contents.evidence is None or contents.evidence.is_sealed:
        return False
    # The proofs contain hashes of entries of other cases.
    alone = contents.evidence.head.count == contents.evidence.checkpoint.size
    return not alone or any(holds_words(entry.event) for entry in contents.history.entries)


def replay_of(contents: Contents) -> Replay:
    """Return the replay that is in the page of a case, and that its bundle may state.

    Raises:
        RecordError: the entries are not all of one case, from its first, or none counts.
        TermsError: a clock is running that none of the terms given holds.
    """
    return replay_by_day(contents.history, recorded_by=contents.as_of.recorded_by)


def _values_of_reading(contents: Contents) -> dict[str, object]:
    """Return what the projections say of the case as of the reading, by the template's names."""
    history, as_of = contents.history, contents.as_of
    read = CaseReading.of(history, as_of)
    entries, terms, judged, readings = history.entries, read.terms, read.judged, read.judged.clocks
    today = as_of.day(terms)
    marks = marks_by_version(entries, history.calendars)
    by_due_day = _by_due_day(entries, marks)
    started = (one for one in readings if one.counted_from is not None)
    return {
        "case": entries[0].case,
        "as_of": as_of,
        "today": today,
        "last_day": terms.local_day(entries_as_of(entries, as_of)[-1].recorded_at),
        "stage": read.stage,
        "about": about(read),
        "late": late(read),
        "titles": {one.key: one.title for one in readings},
        "decided": decided(read),
        "readings": readings,
        "clocks": [_shown_clock(one, today, history.calendars) for one in started],
        "lines": timeline_of(history, as_of),
        "by_itself": BY_ITSELF,
        "marks": marks,
        "marks_data": _as_json(by_due_day) if marks else None,
        "mark_then": partial(_mark_of_due_day, by_due_day),
        "found": tuple(one for one in judged.found if one.version is not None),
        "undone": tuple(one for one in judged.found if one.version is None),
        "missed": tuple(one.title for one in judged.missed),
        "asked": judged.asked,
        "documents": tuple(documents(effective_entries(entries, as_of))),
        "steps": read.next_steps,
    }


def _words_by_entry(contents: Contents) -> Mapping[int, tuple[FieldSeen, ...]]:
    """Return the words of each entry that were opened, or what is in their place."""
    if contents.opened is None:
        return {}
    entries = entries_as_of(contents.history.entries, contents.as_of)
    shown = seen(entries, contents.view, name=as_it_is, when=when_in(contents.terms))
    return {one.version: one.words for one in shown if one.words}


def _happened_as_json(contents: Contents, replay: Replay | None) -> Markup | None:
    """Return the days on which something happened, if everything was recorded on one day."""
    if replay is None or len(replay.days) > 1:
        return None
    found = to_json(by_happening(contents.history, contents.as_of))
    return _in_page(found.decode().replace("<", "\\u003c"))


def _by_due_day(entries: Iterable[Entry], marks: Mapping[int, DueMarks]) -> Mapping[str, str]:
    """Return the marks of recorded due days, each by its clock and its day."""
    return {
        f"{event.deadline} {event.due}": marks_of(marks[entry.version])
        for entry in entries
        if entry.version in marks and isinstance(event := entry.event, DUE_DAYS)
    }


def _mark_of_due_day(by_due_day: Mapping[str, str], clock: ClockThen) -> str:
    """Return the marks of the due day of a clock in a replay, if it has any."""
    # In a later round a clock's key has a number, but its entries give only its id.
    return by_due_day.get(f"{_ROUND.sub('', clock.deadline)} {clock.due}", "")


def _facts(contents: Contents, proof: Evidence | None) -> Iterator[tuple[str, str]]:
    """Yield what the page is about: a name and a value each."""
    history, as_of, terms = contents.history, contents.as_of, contents.terms
    pinned = history.case(as_of).review.terms or terms.ref
    nowhere = "not in this page" if contents.evidence else "not given"
    yield "Case", history.entries[0].case
    if other := duplicate_of(history.case(as_of)):
        yield "A duplicate of", other
    yield "Partnership", terms.partnership
    yield "Entries", str(len(entries_as_of(history.entries, as_of)))
    yield "Clocks read on", day_text(as_of.day(terms))
    yield "As it had happened by", _time(as_of.happened_by, terms)
    yield "As it was recorded by", _time(as_of.recorded_by, terms)
    yield "Terms", f"{pinned.id} ({pinned.digest})"
    yield "National rule set", f"{pinned.rule_set} ({pinned.rule_set_digest})"
    yield (
        "Case head",
        f"entry {proof.head.count}, leaf {proof.head.last}" if proof else nowhere,
    )


def _time(when: datetime | None, terms: Terms) -> str:
    return "no limit" if when is None else f"{moment_text(when, terms.zone)} ({terms.time_zone})"


def _shown_clock(reading: ClockReading, today: date, calendars: Calendars) -> ShownClock:
    lines = lines_of(reading, today, calendars)
    return ShownClock(reading, lines, weeks_of(reading, lines), holidays_among(lines))


def _as_json(value: object) -> Markup:
    """Return a value as JSON for the page."""
    return _in_page(json.dumps(value).replace("<", "\\u003c"))


def _in_page(text: str) -> Markup:
    """Return JSON for the page, in which "<" must already be escaped."""
    return Markup(text)  # noqa: S704 - every caller escapes it
