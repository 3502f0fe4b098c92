"""Which objects an event is about (OCEL 2.0), read from its public part.

One table says by which field an event is related to which type of object, and as what. Another
says from which events an object takes its attributes. Persons, agencies and seats are the same in
all cases; every other object belongs to one case.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple, cast

from rapid_review.domain import events as did
from rapid_review.domain.events import DUE_DAYS
from rapid_review.domain.fields import PERSON
from rapid_review.exports.fields import Disclosed, ValueType, columns
from rapid_review.exports.trace import MARKS

CASE: Final = "case"
SHARED: Final = frozenset({PERSON, "agency", "seat"})
"""The types of object that mean the same in every case of a partnership."""


class Role(NamedTuple):
    """The field by which events are related to an object, the object's type, and the qualifier.

    `path` names the field; after a dot, a field of its part, or of each part of its list. `only`
    names a kind of event, if other kinds use a field of that name for something else.
    """

    path: str
    type: str
    qualifier: str
    only: str = ""


ROLES: Final = (
    Role("source", "agency", "notified by"),
    Role("children.reference", "child", "concerns"),
    Role("deadline", "deadline", "clock"),
    Role("agency", "agency", "agency"),
    Role("agency", "agency-report", "report of the agency"),
    Role("agencies", "agency-report", "collated"),
    Role("collation", "collation", "collation"),
    Role("seat", "seat", "seat"),
    Role("seats", "seat", "sent to"),
    Role("sat.seat", "seat", "filled"),
    Role("empty_seats", "seat", "empty"),
    Role("apologies", "seat", "sent apologies"),
    Role("dissent.seat", "seat", "dissenting"),
    Role("person", PERSON, "person"),
    Role("sat.person", PERSON, "present"),
    Role("experts", PERSON, "expert present"),
    Role("reviewers", PERSON, "reviewer"),
    Role("meeting", "meeting", "meeting"),
    Role("challenge", "challenge", "challenge"),
    Role("action", "action", "agreed", only="ActionAgreed"),
    Role("action", "action", "completed", only="ActionCompleted"),
    Role("owner", PERSON, "owner"),
    Role("partners", "agency", "agreed to notify"),
    Role("partner", "agency", "adopted by"),
    Role("version", "report", "version of the report"),
    Role("document.reference", "document", "document"),
    Role("improvements.reference", "document", "improvements"),
    Role("theme", "theme", "theme"),
    Role("related_reviews.reference", "process", "considered"),
    Role("reference", "process", "linked", only="ProcessLinked"),
)
"""The roles in the order of the document."""

ONE_A_CASE: Final[Mapping[str, frozenset[str]]] = {
    "decision": frozenset(
        {"DecisionMade", "DecisionAdopted", "DecisionReconsidered", "ReportCompiled"}
    ),
    "practice-review": frozenset(
        {
            "PracticeReviewCommissioned",
            "EngagementRecorded",
            "PracticeReviewMilestoneReached",
            "PublicationPlanned",
            "PublicationSentAhead",
            "PracticeReviewPublished",
            "PublicationWithheld",
        }
    ),
}
"""Types of object of which a case has one or none, and the kinds of event that are about it."""

FOLLOWS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    CASE: {
        "NotificationReceived": (
            "notification_class",
            "source",
            "incident_nature",
            "terms_id",
            "terms_rule_set",
        ),
        "TermsReplaced": ("terms_id", "terms_rule_set"),
    },
    "child": {"NotificationReceived": ("age_band",)},
    "deadline": {
        "DeadlineSet": ("counted_from", "due", MARKS, "length", "unit", "clause"),
        "DeadlineReckonedAgain": ("counted_from", "due", MARKS),
    },
    "agency-report": {"AgencyReportRequested": ("due_on",), "AgencyReportFiled": ("nil_return",)},
    "meeting": {"MeetingConvened": ("meets_at", "manner")},
    "action": {"ActionAgreed": ("due_on",)},
    "decision": {
        "DecisionMade": ("outcomes", "methodology"),
        "DecisionReconsidered": ("outcomes", "methodology"),
    },
    "report": {"ReportCompiled": ("limbs",)},
    "practice-review": {
        "PracticeReviewCommissioned": ("methodology", "coordinator"),
        "PracticeReviewMilestoneReached": ("milestone",),
        "PublicationPlanned": ("planned_on",),
    },
}
"""By type of object and kind of event, the attributes that the object takes from the event."""


class Related(NamedTuple):
    """An object that an event is about: type, name, qualifier, and the part that names it."""

    type: str
    name: str
    qualifier: str
    part: Disclosed


def related(disclosed: Disclosed) -> Iterator[Related]:
    """Yield the objects that an event is about, beside its case, from its public part."""
    kind = disclosed["kind"]
    for type_, kinds in ONE_A_CASE.items():
        if kind in kinds:
            yield Related(type_, "", type_, disclosed)
    for role in _roles(kind):
        for name, part in _values_at(disclosed, role.path):
            yield Related(role.type, str(name), role.qualifier, part)


@cache
def _roles(kind: str) -> "tuple[Role, ...]":
    """Return the roles whose field a kind of event has."""
    fields = did.EVENTS[kind].model_fields
    return tuple(
        role for role in ROLES if role.only in ("", kind) and role.path.partition(".")[0] in fields
    )


def _values_at(disclosed: Disclosed, path: str) -> Iterator[tuple[object, Disclosed]]:
    """Yield each value at a path, and the part of the statement that it is in."""
    name, _, inner = path.partition(".")
    value = disclosed.get(name)
    for one in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            part = cast("Disclosed", one)
            if inner in part:  # a filled seat need not name a person
                yield part[inner], part
        elif one is not None:
            yield one, disclosed


def marked_columns(event: type[did.Event]) -> Mapping[str, ValueType]:
    """Return the column of a due day's marks, where an event records one."""
    return {MARKS: ValueType.STRING} if issubclass(event, DUE_DAYS) else {}


def object_types() -> dict[str, dict[str, ValueType]]:
    """Return every type of object, with its attributes."""
    types: dict[str, dict[str, ValueType]] = {CASE: {}}
    types |= {type_: {} for type_ in (*ONE_A_CASE, *(role.type for role in ROLES))}
    for type_, kinds in FOLLOWS.items():
        for kind, names in kinds.items():
            event = did.EVENTS[kind]
            declared = {**columns(event), **marked_columns(event)}
            declared["age_band"] = ValueType.STRING  # a child's
            types[type_] |= {name: declared[name] for name in names}
    return types
