"""Reading in an emergency: all words of a case at once; and the review of such a reading.

The reading is recorded in the access log before anything is opened. It waits there until a second
person, of another agency, has said whether it was justified.
"""

from typing import Final

from starlette.responses import Response

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import Refused
from rapid_review.store.access.log import Reading, must_be_of_others
from rapid_review.store.authority.port import BREAK_GLASS, REVIEW_BREAK_GLASS
from rapid_review.web.pages.forms.codes import as_code
from rapid_review.web.pages.site import NothingHereError, Visit, refused_by
from rapid_review.web.pages.views.entry import version_of
from rapid_review.web.pages.views.purposes import purpose_in, wrong_with
from rapid_review.web.pages.views.rule_texts import plainly
from rapid_review.web.pages.views.wording import command_of, legend_of

ANSWERS: Final = {"justified": True, "not-justified": False}
"""The answers of a review, and whether each says that the reading was justified."""
_UNANSWERED: Final = 422
_REVIEWED: Final = (
    "This reading was reviewed already, as you see below, so your review was not recorded."
)


def emergency_page(visit: Visit) -> Response:
    """Ask why all words of a case are to be read at once.

    Raises:
        CaseNotFoundError: there is no such case.
        NotPermittedError: the permissions do not let this person read in an emergency.
    """
    visit.site.reviews.history(visit.case)
    visit.site.reviews.must_foresee(visit.person.actor, BREAK_GLASS, visit.case)
    return _emergency_form(visit, {})


def read_in_an_emergency(visit: Visit) -> Response:
    """Show all words of a case, once it is recorded that they are read, by whom and why.

    Raises:
        Refused: the permissions do not allow it; that is recorded as well.
    """
    reason = as_code(visit.form.text("emergency"))
    purpose = purpose_in(visit.form.text("purpose"))
    if wrong := _only_wrong(
        emergency="" if reason else "Say what the emergency is.",
        purpose=wrong_with(purpose, "Say why you read the words."),
    ):
        return _emergency_form(visit, wrong)
    read = visit.site.reviews.read(
        visit.case, by=visit.person.actor, purpose=purpose, emergency=reason
    )
    return visit.page(
        "emergency_words.html",
        case=visit.case,
        read=[one for one in read if one.words],
        reason=reason,
        purpose=purpose,
        legend=_legend,
    )


def _emergency_form(visit: Visit, wrong: dict[str, str]) -> Response:
    return visit.page(
        "emergency.html",
        _UNANSWERED if wrong else 200,
        case=visit.case,
        wrong=wrong,
        given={name: visit.form.text(name) for name in ("emergency", "purpose")},
    )


def _only_wrong(**answers: str) -> dict[str, str]:
    """Return the answers with which something is wrong, each with what it is."""
    return {name: says for name, says in answers.items() if says}


def _legend(entry: Entry, path: str) -> str:
    return legend_of(command_of(entry), path)


# --- Reviews


def emergencies_page(visit: Visit) -> Response:
    """Show the readings in an emergency; those that wait for their review come first."""
    read = [one for one in visit.site.reviews.readings() if one.event.emergency is not None]
    return visit.page(
        "emergencies.html",
        waiting=[one for one in read if one.waits_for_review],
        reviewed=[one for one in reversed(read) if not one.waits_for_review],
    )


def review_page(visit: Visit) -> Response:
    """Show one reading in an emergency, with a form for the person who reviews it.

    Raises:
        CaseNotFoundError: there is no such reading.
    """
    return _review_form(visit, {})


def review(visit: Visit) -> Response:
    """Record what a second person found.

    Raises:
        Refused: the permissions do not allow it, or the person or their agency read the words.
    """
    found, purpose = visit.form.text("found"), purpose_in(visit.form.text("purpose"))
    if wrong := _only_wrong(
        found="" if found in ANSWERS else "Say whether the reading was justified.",
        purpose=wrong_with(purpose, "Say what you looked at."),
    ):
        return _review_form(visit, wrong)
    one = _reading(visit)
    if one.review is not None:
        again = (visit.person.actor, ANSWERS[found]) == (one.review.by, one.was_justified)
        return visit.go("/emergencies") if again else _review_form(visit, {"": _REVIEWED})
    visit.site.reviews.review_break_glass(
        visit.case,
        version_of(visit),
        justified=ANSWERS[found],
        by=visit.person.actor,
        purpose=purpose,
    )
    return visit.go("/emergencies")


def _review_form(visit: Visit, wrong: dict[str, str]) -> Response:
    one = _reading(visit)
    return visit.page(
        "review.html",
        _UNANSWERED if wrong else 200,
        one=one,
        in_the_way=_in_the_way_of_reviewing(visit, one),
        plainly=plainly,
        wrong=wrong,
        found=visit.form.text("found"),
        purpose=visit.form.text("purpose"),
    )


def _in_the_way_of_reviewing(visit: Visit, one: Reading) -> Refused | None:
    """Return why this person cannot review a reading; None if they can."""
    theirs = refused_by(lambda: must_be_of_others(one.entry, visit.person.actor))
    return theirs or visit.refuses((REVIEW_BREAK_GLASS,), visit.case)


def _reading(visit: Visit) -> Reading:
    number = version_of(visit)
    for one in visit.site.reviews.readings(visit.case):
        if one.entry.version == number and one.event.emergency is not None:
            return one
    raise NothingHereError("There is no such reading. Choose one from the list of emergencies.")
