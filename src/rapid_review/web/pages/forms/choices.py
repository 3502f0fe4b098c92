"""The options for a field of a form: from the terms, from the case, or from common values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Final, NamedTuple, cast

from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.duplicates import LINKS
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import DecisionManner, MeetingManner
from rapid_review.projections.editions import held_at, in_force
from rapid_review.reports.labels import name_of, words_of


class Option(NamedTuple):
    """Something that may be chosen.

    Attributes:
        code: what is recorded.
        says: its name; empty where the code itself is its name.
    """

    code: str
    says: str = ""

    @property
    def title(self) -> str:
        """Its name, with a capital; a reference that names itself stays as it is."""
        if self.says == self.code:
            return self.code
        return f"{self.says[:1].upper()}{self.says[1:]}" if self.says else words_of(self.code)


class Given(NamedTuple):
    """What a form is made from.

    Attributes:
        terms: the terms of the case.
        case: the case as it is.
        earlier: other terms that it was held under: a step of an earlier day goes by them (I-24).
        alike: returns the cases that look like it.
    """

    terms: Terms
    case: Case
    earlier: Sequence[Terms] = ()
    alike: Callable[[], Iterable[str]] = tuple

    def terms_on(self, moment: datetime) -> Terms:
        """Return the terms that held on the day of a moment."""
        return held_at(moment, in_force(self.case.standing, self.terms, self.earlier))


Options = tuple[tuple[Option, ...], bool]
"""What may be chosen, and whether something else may be entered."""


def options_of(of: str, name: str, given: Given) -> Options:
    """Return what may be chosen for a field of a command, or of a part of one."""
    found = _CLOSED.get((of, name)) or _CLOSED.get(("", name))
    if found is not None and (options := tuple(found(given))):
        return options, False
    suggested = _OPEN.get((of, name)) or _OPEN.get(("", name))
    options = tuple(suggested(given)) if suggested is not None else ()
    used = (
        one for one in _values_used(name, given.case) if one not in {each.code for each in options}
    )
    return (*options, *(Option(one, name_of(one)) for one in used)), True


def _values_used(name: str, case: Case) -> Iterable[str]:
    """Return the values that the case has in fields of this name, alone or in lists, each once."""
    if name == "reference":  # it names one thing of many kinds, such as the notification
        return ()
    values = (getattr(event, name, None) for event in case.standing)
    lists = (
        cast("tuple[object, ...]", one) if isinstance(one, tuple) else (one,) for one in values
    )
    return dict.fromkeys(one for one in chain(*lists) if isinstance(one, str))


Choose = Callable[[Given], Iterable[Option]]


def _of_all_terms(options: Callable[[Terms], Iterable[Option]]) -> Choose:
    """Return the function that offers what the terms have, and then what only earlier ones had."""

    def choose(given: Given) -> Iterable[Option]:
        found = {one.code: one for one in options(given.terms)}
        for one in chain.from_iterable(map(options, given.earlier)):
            found.setdefault(one.code, one._replace(says=f"{one.title} (under earlier terms)"))
        return found.values()

    return choose


def _with_others(every: Iterable[StrEnum], allowed: Choose) -> Choose:
    """Return the function that offers what the terms allow, and then all else that can be true."""

    def choose(given: Given) -> Iterable[Option]:
        found = {one.code: one for one in allowed(given)}
        others = (Option(one) for one in every if one not in found)
        return (
            *found.values(),
            *(one._replace(says=f"{one.title} ({_NOT_ALLOWED})") for one in others),
        )

    return choose


_NOT_ALLOWED: Final = "the terms do not allow it; it is recorded, and shown as not in order"


def seats_of(terms: Terms) -> tuple[Option, ...]:
    """Return the seats of some terms, each under its title."""
    return tuple(Option(one.id, one.title) for one in terms.seats)


_seats: Final = _of_all_terms(seats_of)
_outcomes: Final = _of_all_terms(
    lambda terms: (Option(one.code, one.title) for one in terms.decision.outcomes)
)
_criteria: Final = _of_all_terms(
    lambda terms: (Option(one.id, one.says) for one in terms.national.criteria)
)
_limbs: Final = _of_all_terms(
    lambda terms: (Option(one.id, one.says) for one in terms.national.limbs)
)
_partners: Final = _of_all_terms(lambda terms: (Option(one) for one in terms.adoption.by))
_sharing: Final = _of_all_terms(lambda terms: (Option(one) for one in terms.feedback.share_with))
_decided_by: Final = _with_others(
    DecisionManner,
    _of_all_terms(lambda terms: (Option(one) for one in terms.decision.manners)),
)
_met_by: Final = _with_others(
    MeetingManner,
    _of_all_terms(lambda terms: (Option(one) for one in terms.meetings.manners)),
)


def _agencies(given: Given) -> Iterable[Option]:
    """Return the agencies that the terms name, and those that the case knows."""
    named = given.terms.vocabulary.agencies if given.terms.vocabulary else ()
    asked = (one.agency for one in given.case.all(did.AgencyReportRequested))
    filed = (one.agency for one in given.case.all(did.AgencyReportFiled))
    return (Option(one) for one in dict.fromkeys((*named, *asked, *filed)))


def _agencies_with_report(given: Given) -> Iterable[Option]:
    filed = (one.agency for one in given.case.all(did.AgencyReportFiled))
    return (Option(one) for one in dict.fromkeys(filed))


def _vocabulary(name: str) -> Choose:
    """Return the function that offers the words of a list in the terms."""

    def choose(given: Given) -> Iterable[Option]:
        words: tuple[str, ...] = getattr(given.terms.vocabulary, name, ())
        return (Option(one) for one in words)

    return choose


def _sources(given: Given) -> Iterable[Option]:
    return tuple(_vocabulary("sources")(given)) or tuple(_seats(given))


def _classes(given: Given) -> Iterable[Option]:
    return (Option(one.code, one.says) for one in given.terms.classes.values())


def _clocks(given: Given) -> Iterable[Option]:
    return (Option(one.id, one.title) for one in given.terms.clocks.values())


def _codes(*codes: str) -> Choose:
    return lambda _: (Option(one) for one in codes)


def _processes(given: Given) -> Iterable[Option]:
    return (*_vocabulary("processes")(given), *(Option(one) for one in sorted(LINKS)))


def _titled(names: Mapping[str, str]) -> Choose:
    return lambda _: (Option(code, says) for code, says in names.items())


AGES: Final = {
    "unborn": "Not born yet",
    "under-1": "Under 1 year",
    "1-5": "1 to 5 years",
    "6-10": "6 to 10 years",
    "11-15": "11 to 15 years",
    "16-17": "16 or 17 years",
    "not-known": "Not known",
}
"""What each age band is called."""
_CLOSED: Final[Mapping[tuple[str, str], Choose]] = {
    ("", "seat"): _seats,
    ("", "seats"): _seats,
    ("", "apologies"): _seats,
    ("", "notification_class"): _classes,
    ("", "outcomes"): _outcomes,
    ("", "criterion"): _criteria,
    ("", "limbs"): _limbs,
    ("", "deadline"): _clocks,
    ("", "partner"): _partners,
    ("ShareFeedback", "shared_with"): _sharing,
    ("MakeDecision", "manner"): _decided_by,
    ("ReconsiderDecision", "manner"): _decided_by,
    ("ConveneMeeting", "manner"): _met_by,
    ("", "about"): _codes("child", "family"),
    ("Child", "age_band"): _titled(AGES),
    ("Seating", "capacity"): _titled(
        {"": "Nobody", "member": "The member", "representative": "A representative"}
    ),
    ("ProposeErasure", "what"): _titled(
        {"entry": "Those of one entry", "person": "Those about one person", "case": "All"}
    ),
}
"""The options of fields that take nothing else, by command and field; "" is for every command."""

_OPEN: Final[Mapping[tuple[str, str], Choose]] = {
    ("", "source"): _sources,
    ("", "agency"): _agencies,
    ("CollateReports", "agencies"): _agencies_with_report,
    ("", "partners"): _partners,
    ("InformMember", "manner"): _codes("e-mail", "telephone", "in-person", "letter"),
    ("", "instead"): _codes("single-agency-review"),
    ("ShareLearning", "shared_with"): _seats,
    ("", "expertise"): _vocabulary("expertise"),
    ("", "methodology"): _vocabulary("methodologies"),
    ("", "theme"): _vocabulary("themes"),
    ("", "prior_themes"): _vocabulary("themes"),
    ("", "party"): lambda given: (
        *_vocabulary("parties")(given),
        Option("family"),
        Option("practitioners"),
    ),
    ("", "coordinator"): _vocabulary("coordinators"),
    ("LinkProcess", "process"): _processes,
    ("LinkProcess", "reference"): lambda given: (Option(one, one) for one in given.alike()),
    ("RelatedReview", "process"): _vocabulary("processes"),
    ("", "referred_to"): _codes("learning-and-development"),
    ("", "sent_to"): _codes("national-panel", "secretary-of-state"),
    ("", "ground"): _codes("public-inquiry", "court", "retention-ended"),
    ("", "scanned"): _codes("backups", "mailboxes"),
}
"""The suggestions for fields in which anything may be entered, by command and field."""
