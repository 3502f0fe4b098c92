"""One entry: its public fields, and its words for a person who says why they read them.

Each page with words is a reading in the access log. Withheld and erased words are shown as such.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from starlette.responses import Response

from rapid_review.domain.case import Case
from rapid_review.domain.commands import COMMANDS, ApproveCorrection, Command
from rapid_review.domain.corrections import must_not_be_calculated
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import CorrectionApproved, CorrectionProposed
from rapid_review.domain.four_eyes import must_be_another
from rapid_review.domain.proposed_corrections import to_approve
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.projections.as_of import NOW
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.timeline import timeline_of
from rapid_review.projections.views import AUDITOR, FieldSeen, as_it_is, seen, with_words
from rapid_review.reports.labels import when_in
from rapid_review.store.authority.port import BREAK_GLASS, READ
from rapid_review.web.pages.forms.filled import whole_number
from rapid_review.web.pages.site import NothingHereError, Visit, refused_by
from rapid_review.web.pages.views.correction_changes import corrections_compared
from rapid_review.web.pages.views.orders import erased_by, orders_of, orders_seen
from rapid_review.web.pages.views.purposes import purpose_in, wrong_with
from rapid_review.web.pages.views.rule_texts import plainly, steps_named
from rapid_review.web.pages.views.wording import command_of, legend_of, value_in_words

CORRECTIONS: Final = ("CorrectRecord", "ProposeCorrection")
"""The commands that correct a certain entry."""


def entry_page(
    visit: Visit,
    status: int = 200,
    *,
    words: Mapping[str, object] | None = None,
    purpose: str = "",
    wrong: str = "",
) -> Response:
    """Show an entry, without its words unless they are given.

    Args:
        visit: the request.
        status: the status code.
        words: the words that were opened, by the path of their field.
        purpose: why they are read, as far as it was typed.
        wrong: what is wrong with that.
    """
    history = visit.site.reviews.case_history(visit.case)
    case = history.case(NOW)
    version = version_of(visit)
    entry = entry_in(history.entries, version)
    line = timeline_of(history)[version - 1]
    every = orders_seen(history)
    return visit.page(
        "entry.html",
        status,
        case=visit.case,
        entry=entry,
        line=line,
        fields=public_fields(entry, visit),
        legend=partial(legend_of, command_of(entry)),
        says=partial(value_in_words, terms=history.terms),
        found=[one for one in findings(history) if one.version == version],
        compared=tuple(corrections_compared(history.entries, [entry], history.terms)),
        proposal=_proposal(visit, case, entry),
        erasures=orders_of(entry, every),
        erased_by=erased_by(entry, every),
        corrects=_correction_offered(visit, version),
        no_words=visit.refuses(READ.values(), visit.case),
        no_emergency=visit.refuses((BREAK_GLASS,), visit.case),
        uncorrectable=in_the_way_of_correcting(case, version),
        plainly=plainly,
        steps_offered=partial(steps_offered, visit, visit.case),
        opened=words,
        has_words=next(words_in(entry), None) is not None,
        purpose=purpose,
        wrong=wrong,
    )


def words_page(visit: Visit) -> Response:
    """Show the words of an entry, once it is recorded that they are read, by whom and why.

    Raises:
        Refused: the permissions do not allow it.
    """
    purpose = purpose_in(visit.form.text("purpose"))
    if wrong := wrong_with(purpose, "Say why you read the words."):
        return entry_page(visit, 422, wrong=wrong, purpose=visit.form.text("purpose"))
    (read,) = visit.site.reviews.read(
        visit.case, version_of(visit), by=visit.person.actor, purpose=purpose
    )
    return entry_page(visit, words=read.words, purpose=purpose)


def version_of(visit: Visit) -> int:
    """Return the number of the entry that the address names.

    Raises:
        CaseNotFoundError: the address names no number.
    """
    version = whole_number(str(visit.request.path_params["version"]))
    if version is None:
        raise NothingHereError("There is no such entry. Choose one from the timeline.")
    return version


def entry_in(entries: Sequence[Entry], version: int) -> Entry:
    """Return an entry of a case.

    Raises:
        CaseNotFoundError: the case has no entry of this number.
    """
    if not 0 < version <= len(entries):
        raise NothingHereError(
            f"There is no entry {version}: this case has the entries 1 to {len(entries)}."
        )
    return entries[version - 1]


class ProposalSeen(NamedTuple):
    """Where the proposal of a correction stands.

    Attributes:
        waits: whether a second person can approve it.
        in_the_way: why this person cannot; None if they can.
        approved_in: the entry that approved it; None if none did.
    """

    waits: bool
    in_the_way: Refused | None
    approved_in: int | None


def _proposal(visit: Visit, case: Case, entry: Entry) -> ProposalSeen | None:
    """Return where a proposal stands; None if the entry proposes no correction."""
    if not isinstance(entry.event, CorrectionProposed):
        return None
    approved_in = (
        version
        for version, event in enumerate(case.recorded, start=1)
        if isinstance(event, CorrectionApproved) and event.proposal == entry.version
    )
    return ProposalSeen(
        entry.version in to_approve(case),
        in_the_way_of_approving(visit, entry),
        next(approved_in, None),
    )


def in_the_way_of_approving(visit: Visit, proposal: Entry) -> Refused | None:
    """Return why this person cannot approve a correction; None if they can."""
    approval = ApproveCorrection(at=visit.now, proposal=proposal.version)
    may_take = partial(visit.site.reviews.must_take, approval, visit.case, by=visit.person.actor)
    return refused_by(may_take) or in_the_way_of_a_second(visit, proposal)


def in_the_way_of_a_second(visit: Visit, proposal: Entry) -> Refused | None:
    """Return why this person cannot approve a proposal; None if they are of another agency."""
    return refused_by(lambda: must_be_another(visit.person.actor, proposal.by))


def in_the_way_of_correcting(case: Case, version: int) -> Refused | None:
    """Return why nobody corrects an entry, but only what it was calculated from; None if not."""
    return refused_by(lambda: must_not_be_calculated(version, case))


def _correction_offered(visit: Visit, version: int) -> str | None:
    """Return the query of the form that corrects; None if the person may not correct it."""
    if visit.offers(correction("CorrectRecord", version, visit.now), visit.case):
        return ""
    proposal = correction("ProposeCorrection", version, visit.now)
    return "?propose=1" if visit.offers(proposal, visit.case) else None


def steps_offered(
    visit: Visit, case: str | None, text: str, entry: int | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the commands that a text names and that the person may record, with their titles.

    Args:
        visit: the request.
        case: the case; None while it is being opened.
        text: the text.
        entry: the entry that the text is about.
    """

    def asked(name: str) -> str | Command:
        if entry is None or name not in CORRECTIONS:
            return name
        return correction(name, entry, visit.now)

    return tuple(one for one in steps_named(text) if visit.offers(asked(one[0]), case))


def correction(name: str, version: int, at: datetime) -> Command:
    """Return a correction of an entry, of which only its right is asked."""
    return COMMANDS[name].model_validate({"at": at, "version": version, "because": "-"})


def public_fields(entry: Entry, visit: Visit) -> tuple[FieldSeen, ...]:
    """Return the public fields of an entry."""
    shown = seen([with_words(entry)], AUDITOR, name=as_it_is, when=when_in(visit.site.terms))
    return next(iter(shown)).fields
