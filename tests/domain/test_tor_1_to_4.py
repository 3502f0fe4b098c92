"""ToR 1 to 4: children's safety first, challenge, earlier learning, themes, and what follows."""

from datetime import timedelta

from rapid_review.domain.events import (
    CaseClosed,
    ChallengeAnswered,
    ChallengeRaised,
    DeadlineSet,
    DecisionMade,
    EngagementRecorded,
    ImmediateActionRecorded,
    LearningShared,
    LearningThemeIdentified,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    PracticeReviewPublished,
    ProcessLinked,
    PublicationWithheld,
    ThemeReferred,
)
from rapid_review.testing import given
from tests.domain.a_review import (
    ACT,
    ANSWER,
    ASSESS,
    ASSESSED,
    ATTEND,
    CHALLENGE,
    CLOSE,
    COMMISSION,
    CONVENE,
    DECIDE,
    DECIDE_NOT,
    DECIDED,
    ENGAGE,
    INVITE,
    KENT,
    LINK,
    MET,
    NAME_THEME,
    NOT_MET,
    PUBLISH,
    RECEIVE,
    REFER_THEME,
    SHARE_LEARNING,
    WITHHOLD,
    at,
    changed,
    irregular,
    recorded,
)

COMMISSIONED = (*DECIDED, COMMISSION)
LOOKED_AFTER = changed(RECEIVE, notification_class="looked-after-child-death")

# --- ToR 1: whether a review is held at all


def test_criteria_are_found_not_met() -> None:
    """ToR 1: it is recorded, and sets no clock."""
    given(RECEIVE).when(NOT_MET).then(recorded(NotificationCriteriaFoundNotMet, NOT_MET))


def test_criteria_of_nothing_cannot_be_found_not_met() -> None:
    """ToR 7.3: there is no case before its notification."""
    given().when(NOT_MET).then_refused(clause="ToR 7.3", because="no notification")


def test_criteria_are_found_not_met_once() -> None:
    """ToR 1: the same finding adds nothing."""
    given(RECEIVE, NOT_MET).when(NOT_MET).then_nothing_happens()


def test_once_criteria_are_not_met_the_group_does_not_meet_and_decides_nothing() -> None:
    """ToR 1: no review is held; the way back is to retract the finding."""
    given(RECEIVE, NOT_MET).when(CONVENE).then_refused(
        clause="ToR 1",
        because="does not meet the notification criteria",
        way_on="retract it with CorrectRecord",
    )
    given(*ASSESSED, NOT_MET).when(DECIDE).then_refused(clause="ToR 1", because="no rapid review")


def test_what_the_group_did_before_the_criteria_were_not_met_may_be_recorded_after_it() -> None:
    """ToR 1, ADR 0103: a meeting of 19 May, where they were found not met on 20 May."""
    unmet = changed(NOT_MET, at=at("2020-05-20 10:00"))
    acts = (CONVENE, INVITE, ATTEND, ASSESS, DECIDE)
    for number, act in enumerate(acts):
        before = given(RECEIVE, unmet, *acts[:number])
        assert before.when(act).events == given(RECEIVE, *acts[:number]).when(act).events
        done = given(RECEIVE, unmet, *acts[: number + 1])
        assert done.case.standing == given(RECEIVE, *acts[: number + 1], unmet).case.standing
        done.when(act).then_nothing_happens()
    at_once = changed(INVITE, at=unmet.at)
    given(RECEIVE, CONVENE, unmet).when(at_once).then_refused(
        clause="ToR 1", because="no rapid review", way_on="what happened before it"
    )


def test_a_case_whose_criteria_were_not_met_closes_without_the_panel() -> None:
    """ToR 1, 7.9: there is no feedback to wait for."""
    given(RECEIVE, NOT_MET).when(CLOSE).then(recorded(CaseClosed, CLOSE))


def test_a_notification_of_another_class_opens_a_case_and_no_review() -> None:
    """ToR 1: a looked-after child's death without suspicion starts no clock."""
    events = given(LOOKED_AFTER).events
    assert [type(event) for event in events] == [NotificationReceived]
    given(LOOKED_AFTER).when(CONVENE).then_refused(
        clause="ToR 1", because="looked-after-child-death opens no rapid review"
    )
    given(LOOKED_AFTER).when(CLOSE).then(recorded(CaseClosed, CLOSE))


# --- ToR 1.2: children's safety, at any time


def test_an_immediate_action_is_recorded() -> None:
    """ToR 1.2: on the day of receipt, before anything else."""
    given(RECEIVE).when(ACT).then(recorded(ImmediateActionRecorded, ACT))


def test_an_action_needs_a_case() -> None:
    """ToR 7.3: there is nothing to act in before the notification."""
    given().when(ACT).then_refused(
        clause="ToR 7.3", because="no notification", way_on="A late record is accepted"
    )


def test_an_action_told_twice_is_recorded_once() -> None:
    """ToR 1.2: the same words about the same action add nothing."""
    given(RECEIVE, ACT).when(ACT).then_nothing_happens()


def test_one_action_cannot_be_told_in_two_ways() -> None:
    """ToR 1.2: another account of the same action is a correction, or another action."""
    given(RECEIVE, ACT).when(changed(ACT, words="they were not seen")).then_refused(
        clause="the record", because="'ACT-1' is already recorded", way_on="Give another action"
    )


def test_children_are_made_safe_even_when_no_review_is_held_and_after_closing() -> None:
    """ToR 1.2: nothing about the review stands in the way of a child's safety."""
    given(RECEIVE, NOT_MET, CLOSE).when(ACT).then(recorded(ImmediateActionRecorded, ACT))


def test_learning_is_shared_before_the_end() -> None:
    """ToR 1.2: learning need not wait for the decision."""
    given(RECEIVE).when(SHARE_LEARNING).then(recorded(LearningShared, SHARE_LEARNING))


def test_learning_needs_a_case() -> None:
    """ToR 7.3: there is nothing to learn from before the notification."""
    given().when(SHARE_LEARNING).then_refused(clause="ToR 7.3", because="no notification")


def test_learning_told_twice_is_recorded_once() -> None:
    """ToR 1.2: the same learning adds nothing."""
    given(RECEIVE, SHARE_LEARNING).when(SHARE_LEARNING).then_nothing_happens()


# --- ToR 2.1, 4(e), 4(f), 3.2, 4(c): what a recommendation of a practice review weighs


def test_a_recommendation_that_weighed_everything_is_found_regular() -> None:
    """ToR 2.1, 3.2, 4(c), 4(e), 4(f): nothing is missing, so nothing is found."""
    assert list(irregular(*DECIDED)) == []


def test_nobody_looked_at_earlier_themes() -> None:
    """ToR 4(e), 4(f): None says that nobody looked: recorded, and found."""
    for unseen, what in (
        ("prior_themes", "earlier themes"),
        ("related_reviews", "related reviews"),
    ):
        (finding,) = irregular(*ASSESSED, changed(DECIDE, **{unseen: None}))
        assert finding.clause == "ToR 4(e), 4(f)"
        assert finding.because.endswith(f"looked at {what}")
        assert finding.way_on.startswith(f"Give `{unseen}` with the decision.")


def test_earlier_themes_were_looked_for_and_none_was_found() -> None:
    """ToR 4(e), 4(f): an empty list says so, and nothing is found wrong."""
    looked = changed(DECIDE, prior_themes=(), related_reviews=())
    assert list(irregular(*ASSESSED, looked)) == []


def test_publication_and_proportion_were_not_weighed() -> None:
    """ToR 3.2, 4(c): either one missing is found, and only what is missing is named."""
    publication, proportion = {"publication_considered": False}, {"proportionality": None}
    for unsaid, what in (
        (publication, "publication"),
        (proportion, "proportionality"),
        (publication | proportion, "publication and proportionality"),
    ):
        (finding,) = irregular(*ASSESSED, changed(DECIDE, **unsaid))
        assert finding.clause == "ToR 3.2, 4(c)"
        assert finding.because.endswith(f"considered {what}")
        assert finding.way_on.count("`") == 2 * len(unsaid)


def test_no_practice_review_asks_for_none_of_it() -> None:
    """ToR 3.2, 4(c), 4(e), 4(f): they belong to commissioning a practice review."""
    assert list(irregular(*ASSESSED, DECIDE_NOT)) == []


# --- ToR 3.2: challenge


def test_a_challenge_is_raised() -> None:
    """ToR 3.2: by the seat, not by the person."""
    given(*MET).when(CHALLENGE).then(recorded(ChallengeRaised, CHALLENGE))


def test_only_a_seat_of_the_terms_challenges() -> None:
    """ToR 6.1: a stranger's seat is refused, and the seats are listed."""
    given(*MET).when(changed(CHALLENGE, seat="press")).then_refused(
        clause="ToR 6.1", because="seat 'press'", way_on="partnership-team, police"
    )


def test_a_challenge_told_twice_is_recorded_once() -> None:
    """ToR 3.2: the same challenge adds nothing."""
    given(*MET, CHALLENGE).when(CHALLENGE).then_nothing_happens()


def test_a_challenge_is_answered() -> None:
    """ToR 3.2: the answer is beside it."""
    given(*MET, CHALLENGE).when(ANSWER).then(recorded(ChallengeAnswered, ANSWER))


def test_an_answer_needs_its_challenge() -> None:
    """ToR 3.2: an answer to nothing is refused."""
    given(*MET).when(ANSWER).then_refused(
        clause="ToR 3.2",
        because="no challenge 'CH-1' has been raised",
        way_on="first with RaiseChallenge",
    )


def test_an_answer_told_twice_is_recorded_once() -> None:
    """ToR 3.2: the same answer adds nothing."""
    given(*MET, CHALLENGE, ANSWER).when(ANSWER).then_nothing_happens()


def test_a_challenge_is_answered_by_each_seat_that_answers_it() -> None:
    """ToR 3.2: another seat's answer is another fact, in whatever words; so is a later one."""
    others = (
        changed(ANSWER, seat="police"),
        changed(ANSWER, seat="police", words="we add this"),
        changed(ANSWER, at=at("2020-05-20 09:00"), words="we looked again"),
    )
    answered = given(*MET, CHALLENGE, ANSWER)
    for other in others:
        answered.when(other).then(recorded(ChallengeAnswered, other))
        both = given(*MET, CHALLENGE, ANSWER, other)
        both.when(ANSWER).then_nothing_happens()
        both.when(changed(other, at=other.at + timedelta(minutes=5))).then_nothing_happens()


# --- ToR 3.2: families, practitioners, publication


def test_a_family_takes_part() -> None:
    """ToR 3.2: who took part is recorded, or why they did not."""
    given(*COMMISSIONED).when(ENGAGE).then(recorded(EngagementRecorded, ENGAGE))
    declined = changed(ENGAGE, engaged=False, words="not now, they said")
    given(*COMMISSIONED).when(declined).then(recorded(EngagementRecorded, declined))


def test_engagement_needs_a_case() -> None:
    """ToR 7.3: nobody takes part before the notification."""
    given().when(ENGAGE).then_refused(clause="ToR 7.3", because="no notification")


def test_engagement_told_twice_is_recorded_once() -> None:
    """ToR 3.2: the same engagement adds nothing."""
    given(*COMMISSIONED, ENGAGE).when(ENGAGE).then_nothing_happens()


def test_a_practice_review_is_published() -> None:
    """ToR 3.2: which stops the publication clock."""
    given(*COMMISSIONED).when(PUBLISH).then(recorded(PracticeReviewPublished, PUBLISH))


def test_only_a_commissioned_review_is_published() -> None:
    """ToR 8.10: without a commission there is nothing to publish."""
    given(*DECIDED).when(PUBLISH).then_refused(
        clause="ToR 8.10",
        because="no practice review has been commissioned",
        way_on="A late record is accepted",
    )


def test_a_practice_review_is_published_once() -> None:
    """ToR 3.2: the same document adds nothing."""
    given(*COMMISSIONED, PUBLISH).when(PUBLISH).then_nothing_happens()


def test_publication_is_withheld_with_its_reason() -> None:
    """ToR 3.2: what is not published says why."""
    given(*COMMISSIONED).when(WITHHOLD).then(recorded(PublicationWithheld, WITHHOLD))


def test_only_a_commissioned_review_is_withheld() -> None:
    """ToR 8.10: without a commission there is nothing to withhold."""
    given(*DECIDED).when(WITHHOLD).then_refused(
        clause="ToR 8.10", because="no practice review has been commissioned"
    )


def test_publication_is_withheld_once() -> None:
    """ToR 3.2: the same reason adds nothing."""
    given(*COMMISSIONED, WITHHOLD).when(WITHHOLD).then_nothing_happens()


# --- ToR 4(b): themes


def test_a_theme_is_named() -> None:
    """ToR 4(b): its code is public, and what is said of it is sealed."""
    given(*MET).when(NAME_THEME).then(recorded(LearningThemeIdentified, NAME_THEME))


def test_a_theme_needs_a_case() -> None:
    """ToR 7.3: there is no theme before the notification."""
    given().when(NAME_THEME).then_refused(clause="ToR 7.3", because="no notification")


def test_a_theme_is_named_once() -> None:
    """ToR 4(b): the same theme adds nothing, and in other words it is a correction."""
    given(*MET, NAME_THEME).when(NAME_THEME).then_nothing_happens()
    given(*MET, NAME_THEME).when(changed(NAME_THEME, words="beds")).then_refused(
        clause="the record", because="'safer-sleep' is already recorded"
    )


def test_a_theme_goes_to_training() -> None:
    """ToR 4(b): what took it up is recorded."""
    given(*MET, NAME_THEME).when(REFER_THEME).then(recorded(ThemeReferred, REFER_THEME))


def test_only_a_theme_that_was_named_goes_to_training() -> None:
    """ToR 4(b): the theme comes first, and those named are listed."""
    given(*MET, NAME_THEME).when(changed(REFER_THEME, theme="neglect")).then_refused(
        clause="ToR 4(b)",
        because="identified are: safer-sleep",
        way_on="first with IdentifyLearningTheme",
    )


def test_a_theme_goes_to_the_same_training_once() -> None:
    """ToR 4(b): the same referral adds nothing, and another one is another event."""
    given(*MET, NAME_THEME, REFER_THEME).when(REFER_THEME).then_nothing_happens()
    elsewhere = changed(REFER_THEME, referred_to="health-visiting")
    given(*MET, NAME_THEME, REFER_THEME).when(elsewhere).then(recorded(ThemeReferred, elsewhere))


# --- ToR 4(e): other processes


def test_an_inquest_is_linked_and_pauses_no_clock() -> None:
    """ToR 4(e), 5(a): the fifteenth working day stays where it was."""
    given(RECEIVE).when(LINK).then(recorded(ProcessLinked, LINK))
    assert given(RECEIVE, LINK).case.review.clocks == given(RECEIVE).case.review.clocks


def test_a_link_needs_a_case() -> None:
    """ToR 7.3: there is nothing to link to before the notification."""
    given().when(LINK).then_refused(clause="ToR 7.3", because="no notification")


def test_a_process_is_linked_once() -> None:
    """ToR 4(e): the same link adds nothing."""
    given(RECEIVE, LINK).when(LINK).then_nothing_happens()


def test_a_case_may_end_in_something_other_than_a_practice_review() -> None:
    """ToR 1.4: no practice review is one of the permitted next steps."""
    made = given(*ASSESSED).when(DECIDE_NOT).events
    assert isinstance(made[0], DecisionMade)
    assert not [event for event in made if isinstance(event, DeadlineSet)]
    assert "no-practice-review" in KENT.outcomes


def test_an_expert_is_not_drawn_in_where_no_review_is_held() -> None:
    """ToR 1, 6.1: no review, no meeting, no expert."""
    given(RECEIVE, CONVENE, NOT_MET).when(INVITE).then_refused(
        clause="ToR 1", because="no rapid review"
    )
