"""A decision is corrected by two, from page to page, under the permissions that `new` writes."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from typing import Final

import pytest
from httpx2 import Response

from rapid_review.domain.events import CorrectionProposed, RecordCorrected
from rapid_review.domain.proposed_corrections import to_approve
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions, template
from rapid_review.store.authority.without_a_file import Everybody
from tests.domain.a_review import DECIDED, KENT, changed
from tests.store.a_record import CASE, TEAM, send_all
from tests.store.access.an_access_log import MEMBER, OTHER_MEMBER, POLICE, read_in
from tests.web.pages.a_site import Team, hidden, pages_of, said
from tests.web.pages.test_corrections import WHEN, as_shown
from tests.web.pages.test_orders_to_erase import the_decision

NEW: Final = template(KENT.partnership, date(2020, 1, 1)).encode()
PROPOSE: Final = "Propose a correction of a decision"


@pytest.fixture
def reviews() -> Generator[RapidReviews, None, None]:
    """Yield reviews of a sealed store with a case, decided by a member of health."""
    authorizer = ByPermissions(parse_permissions(NEW, name="permissions.toml"))
    with read_in(authorizer=authorizer) as made:
        send_all(made, *DECIDED[:-2])
        for command in DECIDED[-2:]:
            made.handle(CASE, command, by=MEMBER)
        yield made


@contextmanager
def seen_by(reviews: RapidReviews, actor: Actor) -> Generator[Team, None, None]:
    """Yield somebody of the team at the pages of these reviews."""
    with pages_of(reviews, [reviews.now()], actor=actor) as team:
        yield team


def leads_to(page: str, text: str) -> list[str]:
    """Return where the links of a page lead that begin with a text."""
    return re.findall(rf'href="([^"]*)">{re.escape(text)}', page)


def corrected(team: Team, path: str, **changed: str) -> Response:
    """Fill in the form at an address, with other answers than it begins with, and check them."""
    page = team.sees(path)
    return team.sends(path, hidden(page) | as_shown(page) | WHEN | {"go": "check"} | changed)


def recorded(team: Team, checked: Response) -> Response:
    """Press the button that records what was checked."""
    return team.sends(checked.url.raw_path.decode(), hidden(checked.text) | {"go": "record"})


def test_the_correction_of_a_decision_is_a_proposal_whichever_link_is_followed(
    reviews: RapidReviews,
) -> None:
    """ADR 0066: a member follows the links from the decision; nobody types an address."""
    with seen_by(reviews, MEMBER) as member:
        page = member.sees(f"/entry/{the_decision(reviews)}/{CASE}")
        (path,) = leads_to(page, "Propose a correction of this entry")
        assert f"<h1>{PROPOSE}</h1>" in member.sees(path)
        checked = corrected(member, path, **{"replacement.at-day": "18"})
        answer = recorded(member, checked)
        assert answer.status_code == 303, said(answer)
    assert isinstance(reviews.history(CASE)[-1].event, CorrectionProposed)


def test_any_other_entry_is_corrected_by_one(reviews: RapidReviews) -> None:
    """The notification is no decision: the form does not propose."""
    with seen_by(reviews, TEAM) as team:
        assert "<h1>Correct an entry</h1>" in team.sees(f"/correct/1/{CASE}")
        assert f"<h1>{PROPOSE}</h1>" in team.sees(f"/correct/1/{CASE}?propose=1")


def test_who_records_decisions_proposes_to_correct_one(reviews: RapidReviews) -> None:
    """By the link on the decision; a member of another agency approves, and nobody of the team."""
    decision = the_decision(reviews)
    with seen_by(reviews, TEAM) as team:
        (path,) = leads_to(
            team.sees(f"/entry/{decision}/{CASE}"), "Propose a correction of this entry"
        )
        checked = corrected(team, path, **{"replacement.at-day": "18"})
        assert recorded(team, checked).status_code == 303
        number = len(reviews.history(CASE))
        assert f"?proposal={number}" not in team.sees(f"/case/{CASE}")
        assert "You cannot approve it: " in team.sees(f"/case/{CASE}")
    with seen_by(reviews, POLICE) as police:
        path = f"/record/ApproveCorrection/{CASE}?proposal={number}"
        assert path in police.sees(f"/case/{CASE}")
        assert recorded(police, corrected(police, path)).status_code == 303
    assert isinstance(reviews.history(CASE)[number + 1].event, RecordCorrected)


def test_a_role_that_may_not_propose_reads_which_roles_may(reviews: RapidReviews) -> None:
    """The refusal names the roles that may; it comes before the form, which no page offers."""
    officer = changed(TEAM, id="dp-1", role="data-protection-officer")
    with seen_by(reviews, officer) as team:
        decision = the_decision(reviews)
        answer = team.client.get(f"/correct/{decision}/{CASE}")
        assert answer.status_code == 403
        assert "Roles that may" in said(answer)
        assert "/correct/" not in team.sees(f"/entry/{decision}/{CASE}")


def test_a_role_that_may_not_approve_is_told_before_the_form(reviews: RapidReviews) -> None:
    """Where the proposal is shown, and on the form to which an older link may lead."""
    proposal = proposed(reviews)
    with seen_by(reviews, TEAM) as team:
        page = team.client.get(f"/entry/{proposal}/{CASE}")
        assert "/record/ApproveCorrection/" not in page.text
        assert "You cannot approve this. Role " in said(page)
        assert "Roles that may: member" in said(page)
        form = team.client.get(f"/record/ApproveCorrection/{CASE}?proposal={proposal}")
        assert form.status_code == 403


def test_a_refused_approval_leads_to_the_timeline(reviews: RapidReviews) -> None:
    """To propose, an entry is chosen first: the link does not lead to the same form again."""
    path = f"/record/ApproveCorrection/{CASE}"
    with seen_by(reviews, MEMBER) as member:
        answer = recorded(member, corrected(member, path, proposal="1"))
        assert leads_to(answer.text, PROPOSE) == [f"/timeline/{CASE}"]


# ---------------------------------------------------------------- approving it, from page to page


def proposed(reviews: RapidReviews) -> int:
    """Have health propose that the decision was made a day earlier; return the entry of it."""
    with seen_by(reviews, MEMBER) as member:
        path = f"/correct/{the_decision(reviews)}/{CASE}?propose=1"
        recorded(member, corrected(member, path, **{"replacement.at-day": "18"}))
    return len(reviews.history(CASE))


def test_a_proposal_waits_on_the_page_of_the_case_and_is_approved_from_there(
    reviews: RapidReviews,
) -> None:
    """ADR 0066: the police follow the link, see what changes, and record it."""
    number, decision = proposed(reviews), the_decision(reviews)
    with seen_by(reviews, POLICE) as police:
        page = police.sees(f"/case/{CASE}")
        (path,) = leads_to(page, f"The correction of entry {decision}")
        assert path == f"/record/ApproveCorrection/{CASE}?proposal={number}"
        assert "Owed by: Another agency" in page
        checked = corrected(police, path)
        assert f"What changes in entry {decision}, decision made" in said(checked)
        assert "When was it decided? 19 May 2020, 15:30 18 May 2020, 15:30" in said(checked)
        assert recorded(police, checked).status_code == 303
        assert "The correction of entry" not in police.sees(f"/case/{CASE}")
        assert "A second person approved this" in police.sees(f"/entry/{number}/{CASE}")
    assert isinstance(reviews.history(CASE)[number + 1].event, RecordCorrected)


def test_the_entry_of_a_proposal_shows_what_it_changes_and_who_can_approve_it(
    reviews: RapidReviews,
) -> None:
    """Another agency finds the link; the same agency reads why there is none."""
    number = proposed(reviews)
    with seen_by(reviews, POLICE) as police:
        page = police.sees(f"/entry/{number}/{CASE}")
        (path,) = leads_to(page, "Approve the correction")
        assert path == f"/record/ApproveCorrection/{CASE}?proposal={number}"
        assert "<td>18 May 2020, 15:30</td>" in page
        assert "This changes nothing until a second person, of another agency, approves it" in page
    with seen_by(reviews, OTHER_MEMBER) as colleague:
        page = colleague.sees(f"/entry/{number}/{CASE}")
        assert leads_to(page, "Approve the correction") == []
        assert "You cannot approve this. Your own agency, health, proposed this" in page
        page = colleague.sees(f"/case/{CASE}")
        assert "You cannot approve it: your own agency, health, proposed this" in page
        assert "/record/ApproveCorrection/" not in page


def test_the_same_agency_is_refused_before_it_presses_the_button(reviews: RapidReviews) -> None:
    """The check says so, and offers no button that records."""
    path = f"/record/ApproveCorrection/{CASE}?proposal={proposed(reviews)}"
    with seen_by(reviews, OTHER_MEMBER) as colleague:
        checked = corrected(colleague, path)
        assert "This cannot be recorded" in said(checked)
        assert "A second person, of another agency, must do it" in said(checked)
        assert "Record it" not in said(checked)


# ---------------------------------------------------------------------------- taking it back again


def test_a_pending_proposal_is_retracted_like_any_entry() -> None:
    """Somebody who may correct and propose takes it back: nobody can approve it any more."""
    with read_in(authorizer=Everybody()) as reviews:
        send_all(reviews, *DECIDED)
        number = proposed(reviews)
        assert number in to_approve(reviews.case(CASE))
        with seen_by(reviews, MEMBER) as member:
            checked = corrected(member, f"/correct/{number}/{CASE}")
            assert recorded(member, checked).status_code == 303
        assert number not in to_approve(reviews.case(CASE))


def test_a_member_proposes_to_retract_a_proposal_and_another_agency_approves(
    reviews: RapidReviews,
) -> None:
    """Members propose and do not correct: two of them take a proposal back."""
    number, decision = proposed(reviews), the_decision(reviews)
    with seen_by(reviews, MEMBER) as member:
        (path,) = leads_to(
            member.sees(f"/entry/{number}/{CASE}"), "Propose a correction of this entry"
        )
        assert leads_to(member.sees(path), f"Correct entry {decision} instead")
        checked = corrected(member, path)
        assert "The entry will be retracted, and nothing will replace it." in said(checked)
        assert recorded(member, checked).status_code == 303
    with seen_by(reviews, POLICE) as police:
        path = f"/record/ApproveCorrection/{CASE}?proposal={number + 1}"
        assert recorded(police, corrected(police, path)).status_code == 303
    assert number not in to_approve(reviews.case(CASE))


def test_an_approved_proposal_cannot_be_retracted(reviews: RapidReviews) -> None:
    """Nor can its approval: the check says so, and the correction itself takes two people."""
    number = proposed(reviews)
    with seen_by(reviews, POLICE) as police:
        approval = f"/record/ApproveCorrection/{CASE}?proposal={number}"
        recorded(police, corrected(police, approval))
        for version in (number, number + 1):
            checked = corrected(police, f"/correct/{version}/{CASE}?propose=1")
            assert "This cannot be recorded" in said(checked)
        checked = corrected(police, f"/correct/{number + 2}/{CASE}")
        assert recorded(police, checked).status_code == 303
    assert isinstance(reviews.history(CASE)[-1].event, CorrectionProposed)
