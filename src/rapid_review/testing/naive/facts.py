"""What is in a case, for the naive judge: facts, days, and codes.

Nothing here is shared with the judge that the library uses. It reads entries and terms once, makes
plain dictionaries of them, and is as slow as it likes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar

Fields = dict[str, Any]
"""A model as a plain dictionary."""

Calendars = Callable[[str, str | None], WorkingCalendar]
"""Returns a calendar by its id and version; the newest if the version is None."""

ATTENDANCE: Final = ("QuorumConfirmed", "QuorumNotMet")
DECISIONS: Final = ("DecisionMade", "DecisionReconsidered")
_DISCUSSED: Final = "PanelDiscussionNoted"
_ANSWERED: Final = "PanelFeedbackReceived"
_DUE_DAYS: Final = ("DeadlineSet", "DeadlineReckonedAgain")
_BESIDE: Final = ("ExportMade", "WordsRead", "BreakGlassReviewed", "PermissionsChanged")
_NO_FACTS: Final = (*_DUE_DAYS, "RecordCorrected", *_BESIDE)


class Fact(NamedTuple):
    """One thing that happened, as last corrected: when, in which place, and with which fields."""

    at: datetime
    version: int
    day: date
    kind: str
    fields: Fields
    written_at: datetime
    command: str

    def is_before(self, other: "Fact") -> bool:
        """Say whether this comes first: by time, then by entry."""
        return (self.at, self.version) < (other.at, other.version)


class RecordedDueDay(NamedTuple):
    """A due day as it was recorded: a clock set, or calculated again."""

    version: int
    fields: Fields
    rule: Fields
    had_happened: bool
    """Whether it was recorded for a time up to the one that is asked about."""


@dataclass(frozen=True)
class Matter:
    """One case with all that it is judged by; `facts` are in order of time, then of entry."""

    facts: list[Fact]
    due_days: list[RecordedDueDay]
    ever_recorded: list[Fact]
    """Everything that was ever recorded, with the replacements in corrections."""
    editions: list[Fields]
    moves: list[tuple[date, Fields]]
    """The terms that ever held, each from its first day on; from no day if it had not come."""
    calendars: Calendars
    read: date

    def of(self, *kinds: str) -> list[Fact]:
        """Return the facts of these kinds, the earliest first."""
        return [fact for fact in self.facts if fact.kind in kinds]

    @property
    def receipt(self) -> Fact | None:
        """The notification that came in first."""
        received = self.of("NotificationReceived")
        return received[0] if received else None

    def terms_on(self, day: date) -> Fields:
        """Return the terms that held on a day: those pinned, until others replaced them."""
        received = self.receipt
        named = received.fields["terms"] if received else None
        for replaced in self.of("TermsReplaced"):
            if replaced.day <= day:
                named = replaced.fields["terms"]
        for edition in self.editions:
            if _ref(edition) == named:
                return edition
        return self.editions[-1]

    def holds_only_later(self, edition: Fields) -> bool:
        """Say whether the case is moved to these terms only after the day of the reading."""
        since = [day for day, named in self.moves if named == _ref(edition)]
        return bool(since) and min(since) > self.read

    def day_of(self, when: date | datetime) -> date:
        """Return the local day of a moment, or the day itself."""
        return _local_day(when, self.editions[-1])

    @property
    def end_of_reading(self) -> datetime:
        """The last moment of the day of the reading."""
        zone = ZoneInfo(self.editions[-1]["time_zone"])
        return datetime.combine(self.read, time.max, tzinfo=zone)

    def opens_review(self) -> bool:
        """ToR 1: say whether the notification is of a class that opens a rapid review."""
        received = self.receipt
        if received is None:
            return True
        for one in classes(self.terms_on(received.day)):
            if one["code"] == received.fields["notification_class"]:
                return bool(one["opens_review"])
        return True

    def review_is_held(self, before: Fact | None = None) -> bool:
        """ToR 1: say whether a review is called for, at all or by what came before a fact."""
        unmet = self.of("NotificationCriteriaFoundNotMet")
        unmet = [one for one in unmet if before is None or one.is_before(before)]
        return self.opens_review() and not unmet

    def is_duplicate(self, by: date = date.max) -> bool:
        """ToR 8.1: say whether the case was linked as a duplicate by a day, or at all."""
        linked = [one for one in self.of("ProcessLinked") if one.day <= by]
        return any(one.fields["process"] == "duplicate-of" for one in linked)

    def decision_in_force(self, day: date | None = None) -> Fact | None:
        """Return the last decision by the end of a day, or of all."""
        made = [one for one in self.of(*DECISIONS) if day is None or one.day <= day]
        return made[-1] if made else None

    def made_again(self) -> list[Fact]:
        """ToR 5(b): return the decisions made again: all but the first `DecisionMade`."""
        first = self.of("DecisionMade")[:1]
        return [one for one in self.of(*DECISIONS) if one not in first]

    def asks_for_practice_review(self, decision: Fact) -> bool:
        """ToR 2.1: say whether a decision has an outcome that asks for a practice review."""
        for outcome in self.terms_on(decision.day)["decision"]["outcomes"]:
            if outcome["practice_review"] and outcome["code"] in decision.fields["outcomes"]:
                return True
        return False

    def sent_again(self) -> list[Fact]:
        """Return each sending of a decision that was reconsidered after the Panel's answer.

        Days decide: what was sent on the day of the reconsideration was sent again, but for the
        very first sending.
        """
        again: list[Fact] = []
        others = self.of("ReportSentToPanel")[1:]
        open_answers = self.of(_ANSWERED)
        for decision in self.made_again():
            sent = [s for s in others if s.day >= decision.day]
            if not sent or sent[0] in again:
                continue
            if [one for one in open_answers if one.day <= decision.day]:
                again.append(sent[0])
                # The first answers what went before, also where it came on the day of this one.
                open_answers = [one for one in open_answers[1:] if one.day >= sent[0].day]
        return again

    def panel_rounds(self, read: date) -> list[list[Fact]]:
        """Return the facts of each round before the Panel, by a day of reading.

        What the Panel discussed before the day of a round's own sending, or answered on that day,
        is of the round before, if that one knows of no discussion, or no answer. So is what was
        shared while a round had no answer yet. What it discussed on that day is of the round
        before only if that one knows of no discussion, and of no answer before that day.
        """
        rounds: list[list[Fact]] = [[]]
        sent: list[date] = [date.min]
        again = self.sent_again()
        for fact in self.facts:
            if fact in again and fact.day <= read:
                rounds.append([])
                sent.append(fact.day)
            rounds[-1].append(fact)
        for place in range(1, len(rounds)):
            for fact in reversed(list(rounds[place - 1])):
                if _day_of_its_round(fact) >= sent[place]:
                    rounds[place - 1].remove(fact)
                    rounds[place].insert(0, fact)
            answered = [one for one in rounds[place - 1] if one.kind == _ANSWERED]
            on_that_day = (_ANSWERED,) if answered else (_ANSWERED, _DISCUSSED)
            for fact in list(rounds[place]):
                day = _day_of_its_round(fact)
                early = fact.kind in on_that_day and day == sent[place]
                early |= fact.kind == _DISCUSSED and day < sent[place]
                if early and not [one for one in rounds[place - 1] if one.kind == fact.kind]:
                    rounds[place].remove(fact)
                    rounds[place - 1].append(fact)
            for fact in [one for one in rounds[place] if one.kind == "FeedbackShared"]:
                if not [a for a in rounds[place] if a.kind == _ANSWERED and a.day <= fact.day]:
                    rounds[place].remove(fact)
                    rounds[place - 1].append(fact)
        return rounds


def _day_of_its_round(fact: Fact) -> date:
    """Return the day that says of which round before the Panel a fact is, if one does."""
    if fact.kind == _DISCUSSED:
        day: date = fact.fields["discussed_on"]
        return day
    return fact.day if fact.kind in (_ANSWERED, "FeedbackShared") else date.min


def classes(terms: Fields) -> list[Fields]:
    """Return the classes of notification, the partnership's own first: they win."""
    return [*terms["notification_classes"], *terms["national"]["notification_classes"]]


def matter_of(
    entries: Iterable[Entry],
    terms: Sequence[Terms],
    calendars: Calendars,
    times: tuple[datetime | None, datetime | None],
    read_on: date | datetime,
) -> Matter:
    """Return one case as it had happened by one time, and was recorded by another."""
    editions = [one.model_dump(mode="python") for one in terms]
    happened_by, recorded_by = times
    recorded: list[Fields] = []
    for entry in entries:
        if recorded_by is not None and entry.recorded_at > recorded_by:
            break
        recorded.append(entry.model_dump(mode="python"))
    facts: list[Fact] = []
    due_days: list[RecordedDueDay] = []
    moves: list[tuple[date, Fields]] = []
    for version, fields, written in _as_corrected(recorded):
        if fields["kind"] in _DUE_DAYS:
            _add_due_day(due_days, version, fields, happened_by)
        if fields["kind"] in ("NotificationReceived", "TermsReplaced"):
            since = _local_day(fields["at"], editions[-1])
            if happened_by is not None and fields["at"] > happened_by:
                since = date.max
            is_first = fields["kind"] == "NotificationReceived"
            moves.append((date.min if is_first else since, fields["terms"]))
        if fields["kind"] in _NO_FACTS or (happened_by is not None and fields["at"] > happened_by):
            continue
        day = _local_day(fields["at"], editions[-1])
        when, command = written["recorded_at"], written["command_id"]
        facts.append(Fact(fields["at"], version, day, fields["kind"], fields, when, command))
    facts = sorted(_latest_attendances(facts), key=lambda fact: (fact.at, fact.version))
    ever_recorded = list(_ever_recorded(recorded, editions[-1]))
    read = _local_day(read_on, editions[-1])
    return Matter(facts, due_days, ever_recorded, editions, moves, calendars, read)


def _ever_recorded(recorded: list[Fields], terms: Fields) -> Iterator[Fact]:
    """Yield every fact that was recorded, whether it still applies or not."""
    for entry in recorded:
        fields = entry["event"]
        if fields["kind"] == "RecordCorrected":
            fields = fields["replacement"]
        if fields:
            day, written = _local_day(fields["at"], terms), entry["recorded_at"]
            command = entry["command_id"]
            yield Fact(
                fields["at"], entry["version"], day, fields["kind"], fields, written, command
            )


def _as_corrected(recorded: list[Fields]) -> list[tuple[int, Fields, Fields]]:
    """Return each version, its event as last corrected, and the entry that the event is from."""
    stands = {entry["version"]: (entry["event"], entry) for entry in recorded}
    corrected: set[int] = set()
    for entry in reversed(recorded):
        version = entry["version"]
        fields, _ = stands[version]
        if fields is None or fields["kind"] != "RecordCorrected" or fields["version"] >= version:
            continue
        if fields["version"] not in corrected:
            corrected.add(fields["version"])
            stands[fields["version"]] = (fields["replacement"], entry)
    return [(version, fields, entry) for version, (fields, entry) in stands.items() if fields]


def _add_due_day(
    known: list[RecordedDueDay], version: int, fields: Fields, happened_by: datetime | None
) -> None:
    """Add a recorded due day; a calculation made later that moves no start is left out."""
    earlier = [one for one in known if one.fields["deadline"] == fields["deadline"]]
    had_happened = happened_by is None or fields["at"] <= happened_by
    if fields["kind"] == "DeadlineSet":
        known.append(RecordedDueDay(version, fields, fields, had_happened))
    elif earlier:
        moves = fields["counted_from"] != earlier[-1].fields["counted_from"]
        if moves or had_happened:
            known.append(RecordedDueDay(version, fields, earlier[-1].rule, had_happened))


def _latest_attendances(facts: list[Fact]) -> list[Fact]:
    """Return the facts, with the last attendance of each meeting in the place of its first."""
    attended: dict[int, Fact] = {}
    others: list[Fact] = []
    for fact in facts:
        if fact.kind not in ATTENDANCE:
            others.append(fact)
        else:
            first = attended.get(fact.fields["meeting"], fact)
            attended[fact.fields["meeting"]] = fact._replace(version=first.version)
    return [*others, *attended.values()]


def _ref(edition: Fields) -> Fields:
    return {
        "id": edition["id"],
        "digest": edition["digest"],
        "rule_set": edition["rule_set"],
        "rule_set_digest": edition["national"]["digest"],
    }


def _local_day(when: date | datetime, terms: Fields) -> date:
    if isinstance(when, datetime):
        return when.astimezone(ZoneInfo(terms["time_zone"])).date()
    return when


# --- Codes


def named(fields: Fields, where: str) -> list[Any]:
    """Return what an event names: one code, several, or a field of each of several."""
    first, _, each = where.partition(".")
    if isinstance(fields[first], str):
        return [fields[first]]
    return [one[each] if each else one for one in fields[first]]


def codes_of(terms: Fields) -> dict[str, set[Any]]:
    """Return the codes that terms and their rule set know."""
    return {
        "classes": {one["code"] for one in classes(terms)},
        "seats": {one["id"] for one in terms["seats"]},
        "criteria": {one["id"] for one in terms["national"]["criteria"]},
        "limbs": {one["id"] for one in terms["national"]["limbs"]},
        "outcomes": {one["code"] for one in terms["decision"]["outcomes"]},
        "partners": set(terms["adoption"]["by"]),
        "recipients": set(terms["feedback"]["share_with"]),
        "meeting manners": set(terms["meetings"]["manners"]),
        "decision manners": set(terms["decision"]["manners"]),
    }
