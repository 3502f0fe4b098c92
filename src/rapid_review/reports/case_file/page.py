"""The case file: one case as one page, for an auditor to read, print, keep and check.

It is made from public fields only. Without a script all of it can be read; with one, the case can
be replayed day by day, and what its bundle proves can be checked inside the page.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Final, NamedTuple

from markupsafe import Markup

from rapid_review import __version__
from rapid_review.audit.log.bundle import EXPOSES
from rapid_review.domain.case import replay as folded
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import holds_words
from rapid_review.domain.working_days import DayReckoned
from rapid_review.projections.as_of import AsOf, Calendars, CaseHistory, known, standing
from rapid_review.projections.case.clocks import ClockReading, ClockState, clocks
from rapid_review.projections.case.documents import documents
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.replay import Replay
from rapid_review.projections.case.replay import replay as replayed
from rapid_review.projections.case.stage import is_open, stage
from rapid_review.projections.case.timeline import timeline
from rapid_review.projections.work.next_steps import next_steps
from rapid_review.reports.case_file.evidence import Evidence
from rapid_review.reports.case_file.strip import RulerDay, holidays_among, lines_of, weeks_of
from rapid_review.reports.dates import day_text, moment_text
from rapid_review.reports.page import filled_in_with_code

TAGS: Final[Mapping[ClockState, str]] = {
    ClockState.NOT_STARTED: "grey",
    ClockState.RUNNING: "blue",
    ClockState.MET: "green",
    ClockState.MET_LATE: "orange",
    ClockState.OVERDUE: "red",
    ClockState.UNDETERMINED: "yellow",
    ClockState.ENDED_OTHERWISE: "purple",
    ClockState.RELAXED: "purple",
}
"""The colour of each state's tag; the tag always says the state as well."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a case file is made from.

    Attributes:
        entries: the case's entries, from the first; at least one counts at the two times.
        terms: the terms in force for it.
        earlier: other editions it was held under.
        calendars: gives a calendar by id and version.
        today: the moment on whose day clocks are read.
        happened_by: as the case had happened by then; see `view.known`.
        recorded_by: as it was recorded by then.
        evidence: what its bundle says, if one was given; then both times are None.
        is_cosigned: whether that day is the one on which a witness signed its checkpoint; else
            whoever made the page chose it.
    """

    entries: tuple[Entry, ...]
    terms: Terms
    earlier: tuple[Terms, ...]
    calendars: Calendars
    today: datetime
    happened_by: datetime | None = None
    recorded_by: datetime | None = None
    evidence: Evidence | None = None
    is_cosigned: bool = False


class ShownClock(NamedTuple):
    """A clock that has started, its reckoning, and its days in weeks."""

    reading: ClockReading
    lines: tuple[DayReckoned, ...]
    weeks: tuple[tuple[RulerDay | None, ...], ...]
    holidays: tuple[DayReckoned, ...]


def case_file(told: Told, *, with_proof: bool = False) -> str:
    """Return the page of a case; the same arguments give the same bytes.

    Args:
        told: what it is made from.
        with_proof: put the proof into the page though it allows guesses; see `allows_guesses`.

    Raises:
        RecordError: the entries are not all of one case, from its first, or none counts.
        TermsError: a clock is running that none of the terms given holds.
    """
    told = _as_held(told)
    guesses = allows_guesses(told)
    proof = None if guesses and not with_proof else told.evidence
    # What had happened by some day is no day of the record, so it has no days to step through.
    made = None if told.happened_by else replay_of(told)
    return filled_in_with_code(
        "case_file.html",
        version=__version__,
        told=told,
        **_read(told),
        facts=_facts(told, proof),
        proof=proof,
        allows_guesses=guesses,
        exposes=EXPOSES,
        evidence=told.evidence,
        replay=made,
        replay_data=_in_page(bytes(made).decode()) if made else None,
        bundle_data=_data(proof.embedded()) if proof else None,
        key_data=_data(str(proof.key)) if proof else None,
        tags=TAGS,
        tags_data=_data(TAGS),
        day_text=day_text,
        at=partial(moment_text, zone=told.terms.zone),
        words=words_of,
    )


def allows_guesses(told: Told) -> bool:
    """Say whether the proof of a case would let whoever reads it try out words and names.

    It does as soon as the case holds any in the clear, or another case stands beside it in the
    log: the hashes beside its own in a proof are made of the entries of others.
    """
    if told.evidence is None:
        return False
    alone = told.evidence.head.count == told.evidence.checkpoint.size
    return not alone or any(holds_words(entry.event) for entry in told.entries)


def replay_of(told: Told) -> Replay:
    """Return the replay that stands in the page of a case, and that its bundle may state.

    Raises:
        RecordError: the entries are not all of one case, from its first, or none counts.
        TermsError: a clock is running that none of the terms given holds.
    """
    return replayed(_history(told), recorded_by=told.recorded_by)


def _history(told: Told) -> CaseHistory:
    return CaseHistory(told.entries, told.terms, told.calendars, told.earlier)


def _as_held(told: Told) -> Told:
    """Return the same, by the terms that the case was held under at the two times."""
    history = _history(told)
    held = history.terms_of(history.case(AsOf(told.happened_by, told.recorded_by)))
    return replace(told, terms=held, earlier=(*told.earlier, told.terms))


def _read(told: Told) -> dict[str, object]:
    """Return what the projections say of the case at its two times, by the names of the page."""
    history, entries, terms = _history(told), told.entries, told.terms
    as_of = AsOf(told.happened_by, told.recorded_by, told.today)
    seen, today = known(entries, as_of), as_of.day(terms)
    case = folded(entry.event for entry in seen)
    readings = clocks(history, as_of)
    started = (one for one in readings if one.counted_from is not None)
    steps = next_steps(case, terms, readings, at=told.today) if is_open(case, terms) else ()
    return {
        "case": entries[0].case,
        "today": today,
        "last_day": terms.local_day(seen[-1].recorded_at),
        "stage": stage(case),
        "readings": readings,
        "clocks": [_shown(one, today, told.calendars) for one in started],
        "lines": timeline(entries, as_of),
        "found": findings(history, as_of),
        "documents": tuple(documents(standing(entries, as_of))),
        "steps": steps,
    }


def words_of(name: str) -> str:
    """Return the name of an event, a command or a code in words.

    >>> words_of("NotificationReceived"), words_of("met-late")
    ('Notification received', 'Met late')
    """
    return (
        re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", name)
        .replace("-", " ")
        .capitalize()
    )


def _facts(told: Told, proof: Evidence | None) -> Iterator[tuple[str, str]]:
    """Yield what the page is about, a name and what is said."""
    terms = told.terms
    seen = known(told.entries, happened_by=told.happened_by, recorded_by=told.recorded_by)
    case = folded(entry.event for entry in seen)
    pinned = case.review.terms or terms.ref
    nowhere = "not in this page" if told.evidence else "not given"
    yield "Case", told.entries[0].case
    yield "Partnership", terms.partnership
    yield "Entries", str(len(seen))
    yield "Clocks read on", day_text(terms.local_day(told.today))
    yield "As it had happened by", _time(told.happened_by, terms)
    yield "As it was recorded by", _time(told.recorded_by, terms)
    yield "Terms", f"{pinned.id} ({pinned.digest})"
    yield "National rule set", f"{pinned.rule_set} ({pinned.rule_set_digest})"
    yield (
        "Case head",
        f"entry {proof.head.count}, leaf {proof.head.last}" if proof else nowhere,
    )


def _time(when: datetime | None, terms: Terms) -> str:
    return "no limit" if when is None else f"{moment_text(when, terms.zone)} ({terms.time_zone})"


def _shown(reading: ClockReading, today: date, calendars: Calendars) -> ShownClock:
    lines = lines_of(reading, today, calendars)
    return ShownClock(reading, lines, weeks_of(reading, lines), holidays_among(lines))


def _data(value: object) -> Markup:
    """Return a value as JSON that may stand in a page as it is."""
    return _in_page(json.dumps(value).replace("<", "\\u003c"))


def _in_page(text: str) -> Markup:
    """Return JSON in which no character opens a tag, as it is."""
    return Markup(text)  # noqa: S704 - both who make such JSON escape it
