"""What each key of a terms file holds, in a line, with an example: for a file to start from."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from rapid_review.domain.clauses import CLAUSES, KEYS

FILL_IN: Final = "FILL IN"
"""Marks a value of another partnership, which yours must replace."""


class Key(NamedTuple):
    """What a key holds, in a line; and an example of it, as TOML."""

    says: str
    example: str = ""
    is_own: bool = False
    """Whether each partnership must replace the value of another's file."""


_CLAUSE: Final = Key("the clause of your document that says so", '"Procedure 4"', is_own=True)
_CODE: Final = "lower case, digits and hyphens"
_POINT: Final = "an event's name followed by .at, or another of its dates; see the reference"

EVERY_KEY: Final[Mapping[str, Key]] = {
    "id": Key(f"permanent name of this edition: {_CODE}, such as westshire-2026-11", is_own=True),
    "partnership": Key(f"the partnership whose terms these are: {_CODE}", is_own=True),
    "title": Key("the partnership and its group, as people call them", "", is_own=True),
    "edition": Key("which edition of the document this is", "", is_own=True),
    "source": Key("where to find the document", "", is_own=True),
    "in_force_from": Key("the first day on which the document is in force", "", is_own=True),
    "in_force_to": Key("its last day; leave it out while the document is in force", "2027-03-31"),
    "rule_set": Key(
        "the national guidance: a shipped rule set's id, or a file beside this: ./my-rules.toml"
    ),
    "time_zone": Key("whose midnight ends a day"),
    "calendar": Key("the id of the calendar whose working days count"),
    "notification_classes": Key("kinds of notification in addition to the national ones"),
    "notification_classes.code": Key(f"its name: {_CODE}", '"accepted-referral"'),
    "notification_classes.says": Key("what it is, in words", '"the partners accepted a referral"'),
    "notification_classes.opens_review": Key("whether a rapid review is held", "true"),
    "seats": Key("the group: a table for each seat"),
    "seats.id": Key(f"its name: {_CODE}"),
    "seats.title": Key("the seat, as people call it"),
    "seats.filled_by": Key("the posts; a holder of any one of them fills the seat"),
    "seats.chair": Key("true for the one seat that chairs, if the document names one", "true"),
    "seats.votes": Key("false for a member who does not count for the quorum", "false"),
    "seats.representative_allowed": Key("false if nobody may represent the member", "false"),
    "one_person_may_fill_several_seats": Key("whether one person may, at one meeting", "true"),
    "team": Key("whom you call the team that supports the group", '"secretariat"'),
    "group": Key("whom you call the group itself", '"review-panel"'),
    "quorum": Key("when a meeting may decide"),
    "quorum.clause": _CLAUSE,
    "quorum.needs": Key(
        "a seat, { all_of = [...] }, { any_of = [...] } or { at_least = 2, of = [...] }; they nest"
    ),
    "quorum.inquorate_may": Key(
        "where the chair may let some business proceed all the same", '"what-the-chair-selects"'
    ),
    "deadlines": Key("the clocks; one with the id of a national clock replaces it"),
    "deadlines.id": Key(f"its name: {_CODE}", '"rapid-review"'),
    "deadlines.title": Key("what must be done by the due day", '"Rapid review sent to the Panel"'),
    "deadlines.clause": _CLAUSE,
    "deadlines.starts_on": Key(_POINT, '"NotificationReceived.at"'),
    "deadlines.stops_on": Key(
        f"{_POINT}; of several, a list of {{ on = ..., state = ... }}: met, withheld or "
        "ended-otherwise",
        '"ReportSentToPanel.at"',
    ),
    "deadlines.stops_when": Key('"first", or "all" if it waits for several', '"all"'),
    "deadlines.all_of": Key(
        "for whom it waits; leave it out if it waits for all that the terms name", '["police"]'
    ),
    "deadlines.length": Key("how long it runs, 0 to 1000", "15"),
    "deadlines.unit": Key("working_days, calendar_days or months", '"working_days"'),
    "deadlines.counts_day_of_start": Key("true if the day of the start is day 1", "true"),
    "deadlines.before": Key("true if it is due that long before its starting day", "true"),
    "deadlines.each_time": Key(
        "whether it runs again when a reconsidered decision goes to the Panel", "true"
    ),
    "deadlines.receipt": Key(
        "when a notification counts on the next working day, for this clock only",
        '{ until = "16:00", day_off = "next-working-day" }',
    ),
    "deadlines.owed_by": Key(f"who owes it: {_CODE}", '"rapid-review-group"'),
    "deadlines.advisory": Key("true for a milestone that nobody must meet", "true"),
    "deadlines.only_for_classes": Key("only these notifications start it", '["serious-incident"]'),
    "receipt": Key("the same rule for every clock that receipt starts"),
    "receipt.until": Key("the time until which a notification counts on its own day", '"16:00"'),
    "receipt.day_off": Key(
        "a notification on a day off: same-day or next-working-day", '"next-working-day"'
    ),
    "meetings": Key("how the group may meet"),
    "meetings.clause": _CLAUSE,
    "meetings.manners": Key("the allowed ones of in-person, virtual and hybrid"),
    "meetings.schedule": Key("how often a standing group meets", '"monthly"'),
    "decision": Key("what may be decided, and how"),
    "decision.clause": _CLAUSE,
    "decision.manners": Key("the allowed ones of consensus, majority and chair"),
    "decision.outcomes": Key("a table for each outcome"),
    "decision.outcomes.code": Key(f"its name: {_CODE}"),
    "decision.outcomes.title": Key("what is decided, in words"),
    "decision.outcomes.practice_review": Key("true if it asks for a practice review", "true"),
    "decision.outcomes.excludes": Key(
        "the outcomes that cannot be decided with it", '["local-practice-review"]'
    ),
    "adoption": Key("who makes the decision their own"),
    "adoption.clause": _CLAUSE,
    "adoption.by": Key(f"the partners: {_CODE}"),
    "adoption.automatic": Key("true if the group's decision is theirs at once", "true"),
    "feedback": Key("who must learn of the Panel's answer before a case closes"),
    "feedback.clause": _CLAUSE,
    "feedback.share_with": Key(f"they: {_CODE}"),
    "duties": Key("when it is too late for the steps up to the meeting"),
    "duties.over": Key("with the due day of this clock", '"rapid-review"'),
    "retention": Key("how long words are kept before somebody reviews it"),
    "retention.years": Key("whole years", "10"),
    "retention.starts_on": Key("the day from which this is counted", '"CaseClosed.at"'),
    "retention.clause": _CLAUSE,
    "clauses": Key("where your document asks for each step; a case cites it there"),
    **{f"clauses.{KEYS[one]}": Key(one.matter, '"Procedure 4"') for one in CLAUSES},
    "vocabulary": Key(
        "your own codes; any other code is still recorded, and reported as a finding"
    ),
    "vocabulary.agencies": Key("whom to ask in every case", '["school", "police"]'),
    "vocabulary.sources": Key("who sends notifications", '["childrens-services"]'),
    "vocabulary.themes": Key("what is learnt, by theme", '["neglect", "escalation"]'),
    "vocabulary.methodologies": Key("how a practice review is done", '["systems-review"]'),
    "vocabulary.expertise": Key(
        "the fields for which experts are invited", '["paediatric-pathology"]'
    ),
    "vocabulary.parties": Key("who is engaged in a practice review", '["family"]'),
    "vocabulary.processes": Key("other processes that may run at the same time", '["inquest"]'),
    "vocabulary.coordinators": Key("who coordinates a practice review", '["partnership-team"]'),
}
"""Every key of a terms file, in the order of the file."""
