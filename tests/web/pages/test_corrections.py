"""Correcting an entry through its form: what is open is filled in, and words stay."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.statement import with_other
from rapid_review.domain.vocabulary import AgeBand, Child, Dissent
from rapid_review.projections.as_of import effective_entries
from tests.domain.a_review import ASSESSED, DECIDE, changed
from tests.web.pages.a_site import CASE, Team, a_team, hidden, said
from tests.web.pages.test_one_case_through_the_forms import story

WHEN = {"at-day": "1", "at-month": "6", "at-year": "2020", "because": "It was another day."}


def corrects(team: Team, version: int, **changed: str) -> str:
    """Correct an entry: change some answers, check them, and record; return what is said."""
    path = f"/correct/{version}/{CASE}"
    page = team.sees(path)
    form = hidden(page) | as_shown(page) | WHEN | {"go": "check"} | changed
    checked = team.sends(path, form)
    assert checked.status_code == 200, said(checked)
    answer = team.sends(path, hidden(checked.text) | {"go": "record"})
    assert answer.status_code == 303, said(answer)
    return team.sees(answer.headers["location"])


def as_shown(page: str) -> dict[str, str | list[str]]:
    """Return what is in the fields of a form, as a browser sends it."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = (re.search(rf'{one}="([^"]*)"', tag) for one in ("name", "value"))
        ticked = "checked" in tag or not re.search(r'type="(radio|checkbox|hidden|file)"', tag)
        if name and value and ticked:
            found.setdefault(name[1], []).append(unescape(value[1]))
    return {name: one[0] if len(one) == 1 else one for name, one in found.items()}


def event_in(team: Team, version: int) -> did.AnyEvent:
    """Return the event that is in the place of an entry."""
    entries = effective_entries(team.reviews.history(CASE))
    return next(one.event for one in entries if one.version == version)


def test_a_day_is_corrected_and_words_stay() -> None:
    """Only the day changes: where it happened and who the child is stay as they were said."""
    with a_team([next(story())]) as team:
        before = event_in(team, 1)
        page = corrects(
            team,
            1,
            **{
                "replacement.incident.known_on-day": "30",
                "replacement.incident.known_on-month": "4",
            },
        )
        after = event_in(team, 1)
    assert "Record corrected" in page
    assert isinstance(before, did.NotificationReceived)
    assert isinstance(after, did.NotificationReceived)
    assert after.incident.known_on == date(2020, 4, 30)
    assert after.incident.where == before.incident.where
    assert after.children == before.children
    assert after.terms == before.terms


TWINS = (
    Child(reference="m", age_band=AgeBand.UNDER_1, identity="Mary", sex="f"),
    Child(reference="f", age_band=AgeBand.UNDER_1, identity="Fred", sex="m"),
)
SEXES = {"replacement.children.0.sex": "f", "replacement.children.1.sex": "m"}


def test_each_child_keeps_the_name_of_that_child() -> None:
    """Also if an answer about one child reads like the reference of another."""
    with a_team([with_other(next(story()), {"children": TWINS})]) as team:
        corrects(team, 1, **SEXES, **{"replacement.source": "kent-police"})
        after = event_in(team, 1)
    assert isinstance(after, did.NotificationReceived)
    assert after.source == "kent-police"
    assert [(one.reference, one.identity) for one in after.children] == [
        ("m", "Mary"),
        ("f", "Fred"),
    ]


def test_what_only_statistics_need_of_a_child_stays() -> None:
    """The form does not show it, and takes it over where nothing is written."""
    with a_team([with_other(next(story()), {"children": TWINS})]) as team:
        corrects(team, 1, **{"replacement.source": "kent-police"})
        after = event_in(team, 1)
    assert isinstance(after, did.NotificationReceived)
    assert after.source == "kent-police"
    assert after.children == TWINS


def test_a_child_whose_reference_is_corrected_takes_no_words_over() -> None:
    """It might be another child: the form asks for the words, and the check shows that they go."""
    path = f"/correct/1/{CASE}"
    with a_team([with_other(next(story()), {"children": TWINS})]) as team:
        page = team.sees(path)
        assert "write the words about that child again" in page
        other = SEXES | {"replacement.children.0.reference": "k"}
        form = hidden(page) | as_shown(page) | WHEN | {"go": "check"} | other
        checked = team.sends(path, form)
    assert "Child: Who is the child? (M) Words, not shown here Not answered" in said(checked)
    assert "Who is the child? (K)" not in said(checked)


def test_who_attended_makes_a_meeting_quorate() -> None:
    """A seat that was filled after all: the entry then says that the meeting was quorate."""
    meeting = [one for one in story() if not isinstance(one, ask.MakeDecision)][:18]
    with a_team(meeting) as team:
        (version,) = (
            one.version
            for one in team.reviews.history(CASE)
            if isinstance(one.event, did.QuorumNotMet)
        )
        corrects(team, version, **{"replacement.sat.police.capacity": "representative"})
        assert isinstance(event_in(team, version), did.QuorumConfirmed)


def test_an_entry_is_retracted() -> None:
    """Nothing is in its place: the case is as if it had not been said."""
    with a_team(list(story())[:2]) as team:
        version = len(team.reviews.history(CASE))
        corrects(team, version, instead="nothing")
        standing = effective_entries(team.reviews.history(CASE))
    assert version not in {one.version for one in standing}


def test_what_is_wrong_with_a_correction_is_told() -> None:
    """Without a reason nothing is corrected, and the page says which question is open."""
    with a_team([next(story())]) as team:
        path = f"/correct/1/{CASE}"
        page = team.sees(path)
        answer = team.sends(path, hidden(page) | as_shown(page) | {"go": "check"})
        assert answer.status_code == 422
        assert "Say what was wrong." in said(answer)
        assert "Say on which day the mistake was found." in said(answer)


def test_what_follows_from_others_is_not_corrected() -> None:
    """A due day is calculated: its page offers no form, but says what to do instead."""
    with a_team([next(story())]) as team:
        page = team.client.get(f"/entry/2/{CASE}")
        assert "/correct/2/" not in page.text
        assert (
            "Entry 2 is of kind “Deadline set”, which is calculated from other entries, and "
            "cannot itself be corrected. Correct the entry that the clock counts from."
        ) in said(page)
        assert f'href="/record/ReckonDeadlineAgain/{CASE}"' in page.text
        assert f'href="/correct/1/{CASE}"' in team.sees(f"/entry/1/{CASE}")
        form = team.client.get(f"/correct/2/{CASE}")
        assert form.status_code == 403
        assert "DeadlineSet" not in said(form)


def test_a_correction_shows_what_it_changes_before_and_after_it_is_recorded() -> None:
    """The old day and the new one, side by side; words that change are not shown."""
    path, day = f"/correct/1/{CASE}", {"replacement.incident.known_on-day": "30"}
    words = {"replacement.incident.where": "At a friend's."}
    with a_team([next(story())]) as team:
        page = team.sees(path)
        form = hidden(page) | as_shown(page) | WHEN | {"go": "check"} | day | words
        checked = team.sends(path, form | {"replacement.incident.known_on-month": "4"})
        table = checked.text.partition("<table>")[2].partition("</table>")[0]
        assert re.findall("<td>(.*?)</td>", table) == [
            *("Friday 1 May 2020", "Thursday 30 April 2020"),
            *("Words, not shown here", "Other words, not shown here"),
        ]
        recorded = team.sends(path, hidden(checked.text) | {"go": "record"})
        version = int(recorded.headers["location"].partition("first=")[2].partition("&")[0])
        assert "Thursday 30 April 2020</td>" in team.sees(f"/entry/{version}/{CASE}")


def test_a_correction_that_changes_nothing_says_so() -> None:
    """Only the reason is given: the check says that nothing would be added."""
    path = f"/correct/1/{CASE}"
    with a_team([next(story())]) as team:
        page = team.sees(path)
        checked = team.sends(path, hidden(page) | as_shown(page) | WHEN | {"go": "check"})
        assert "This correction changes nothing." in said(checked)
        assert "What changes in entry" not in said(checked)


def test_a_time_that_is_not_corrected_stays_to_the_second() -> None:
    """A form shows the minute, and of an hour that occurred twice which of them it was."""
    night = datetime(2020, 10, 25, 1, 30, 45, tzinfo=UTC)
    with a_team([next(story()), ask.NoteMediaInterest(at=night)]) as team:
        team.now[0] = night + timedelta(days=1)
        path = f"/correct/5/{CASE}"
        page = team.sees(path)
        assert as_shown(page)["replacement.at-time"] == "01:30 GMT"
        checked = team.sends(path, hidden(page) | as_shown(page) | WHEN | {"go": "check"})
        assert "This correction changes nothing." in said(checked)
        corrects(team, 5, **{"replacement.at-time": "01:30 BST"})
        assert event_in(team, 5).at == datetime(2020, 10, 25, 0, 30, tzinfo=UTC)


def test_a_seat_that_came_after_all_is_the_one_row_of_a_comparison() -> None:
    """The other seats do not move, whichever row of the attendance the seat takes."""
    meeting = [one for one in story() if not isinstance(one, ask.MakeDecision)][:18]
    with a_team(meeting) as team:
        entries = team.reviews.history(CASE)
        (version,) = (one.version for one in entries if isinstance(one.event, did.QuorumNotMet))
        corrects(team, version, **{"replacement.sat.police.capacity": "representative"})
        page = team.sees(f"/entry/{len(entries) + 1}/{CASE}")
        assert "<td>Quorum not met</td><td>Quorum confirmed</td>" in page
        rows = re.findall('<th scope="row">(.*?)</th>', page)
        assert all("Protecting Vulnerable" in one for one in rows if "Seating" in one)


# -------------------------------------------------------------- a correction that was itself wrong


def source_of(team: Team) -> str:
    """Return who sent the notification, as the record has it now."""
    event = event_in(team, 1)
    assert isinstance(event, did.NotificationReceived)
    return event.source


def test_a_correction_is_retracted_and_so_is_its_retraction() -> None:
    """The entry says what it said before the correction; then what the correction said."""
    with a_team([next(story())]) as team:
        before = source_of(team)
        corrects(team, 1, **{"replacement.source": "kent-police"})
        for source in (before, "kent-police"):
            corrects(team, len(team.reviews.history(CASE)))
            assert source_of(team) == source


def test_a_correction_can_only_be_retracted_and_leads_to_what_it_corrects() -> None:
    """What is right is said of the entry itself: its latest correction counts."""
    with a_team([next(story())]) as team:
        corrects(team, 1, **{"replacement.source": "kent-police"})
        version = len(team.reviews.history(CASE))
        path = f"/correct/{version}/{CASE}"
        page = team.sees(path)
        assert "What you fill in below" not in page
        assert f'href="/correct/1/{CASE}">Correct entry 1 instead' in page
        checked = team.sends(path, hidden(page) | as_shown(page) | WHEN | {"go": "check"})
        assert "The entry will be retracted, and nothing will replace it." in said(checked)


# ----------------------------------------------------------------------- a decision with a dissent


DISSENT = (
    Dissent(seat="police", words="The police saw it otherwise."),
    Dissent(seat="designated-health", words="So did health."),
)
DISSENTED = (*ASSESSED, changed(DECIDE, dissent=DISSENT))
HOUR = {"replacement.at-time": "11:11"}


def decision_in(team: Team) -> tuple[int, did.DecisionMade]:
    """Return the decision as it is in effect, with its entry."""
    (version,) = (
        one.version
        for one in team.reviews.history(CASE)
        if isinstance(one.event, did.DecisionMade)
    )
    event = event_in(team, version)
    assert isinstance(event, did.DecisionMade)
    return version, event


def test_a_theme_that_the_terms_do_not_list_stays_ticked() -> None:
    """The record has it: a form that did not offer it would take it out of the decision."""
    with a_team((*ASSESSED, DECIDE)) as team:
        version, before = decision_in(team)
        corrects(team, version, **HOUR)
        assert before.prior_themes
        assert decision_in(team)[1].prior_themes == before.prior_themes


def test_a_dissent_stays_where_only_the_hour_is_corrected() -> None:
    """Its words are left empty, and so stay; the form says how a dissent is taken out."""
    with a_team(DISSENTED) as team:
        version, before = decision_in(team)
        assert "to take one out, retract the decision" in team.sees(f"/correct/{version}/{CASE}")
        corrects(team, version, **HOUR)
        after = decision_in(team)[1]
    assert after.at != before.at
    assert after.dissent == DISSENT


def test_a_dissent_is_added_and_another_said_in_other_words() -> None:
    """The dissents that nobody wrote again stay as they were recorded."""
    words = {
        "replacement.dissent.designated-health.words": "Health agreed in part.",
        "replacement.dissent.partnership-team.words": "So did the team.",
    }
    with a_team(DISSENTED) as team:
        corrects(team, decision_in(team)[0], **words)
        said_now = {one.seat: one.words for one in decision_in(team)[1].dissent}
    assert said_now == {
        "police": "The police saw it otherwise.",
        "designated-health": "Health agreed in part.",
        "partnership-team": "So did the team.",
    }


def test_a_correction_of_a_dissent_that_changes_nothing_says_so() -> None:
    """The order in which the dissents were recorded stays too."""
    with a_team(DISSENTED) as team:
        path = f"/correct/{decision_in(team)[0]}/{CASE}"
        page = team.sees(path)
        checked = team.sends(path, hidden(page) | as_shown(page) | WHEN | {"go": "check"})
    assert "This correction changes nothing." in said(checked)
