"""What terms may say beside their rules: where their document asks for it, and in which words."""

from typing import Final

import pytest

from rapid_review import terms as shipped
from rapid_review.domain import clauses as tor
from rapid_review.domain import commands as ask
from rapid_review.domain.clauses import CLAUSES, KEYS
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import AgencyReportRequested
from rapid_review.domain.rules.contradictions import contradictions
from rapid_review.domain.rules.finding import Finding, Verdict
from rapid_review.domain.terms.citing import Refs, cited, cited_under
from rapid_review.domain.terms.own_clauses import Clauses
from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.terms.terms_file import parse_terms
from rapid_review.domain.vocabulary import RelatedReview
from rapid_review.projections.work.outstanding import unasked
from tests.terms.by_the_book import (
    CHRISTMAS_2025,
    DOCUMENT,
    by_the_book,
    changed,
    decision,
    held,
)
from tests.terms.small_files import GUIDANCE, TERMS, told_of_terms

PLYMOUTH: Final = shipped.load("plymouth")
KENT: Final = shipped.load(shipped.KENT_AND_MEDWAY_2020)
OWN: Final = '\n[clauses]\nconvene = "Procedure 9"\ncollate = "Procedure 4"\nshorter = "Aim 2"\n'

OWN_CLOCKS: Final = """
[[deadlines]]
id = "answer"
title = "The Panel's answer"
clause = "T 10"
starts_on = "PanelDiscussionNoted.discussed_on"
stops_on = "PanelFeedbackReceived.at"
length = 10
unit = "working_days"
owed_by = "national-panel"

"""


def ours(more: str = OWN) -> Terms:
    """Return small terms that say more."""
    known = {"guidance": GUIDANCE}
    return parse_terms((TERMS + more).encode(), name="ours.toml", rule_sets=known)


# --- Where the partnership's document asks for it


def test_terms_may_say_of_every_clause_where_their_own_document_asks_for_it() -> None:
    """The keys are the names of the clauses; no clause is without one."""
    assert list(Clauses.model_fields) == [KEYS[clause] for clause in CLAUSES]
    assert len(set(KEYS.values())) == len(CLAUSES)


def test_what_the_terms_say_is_cited() -> None:
    """Each clause once, in the order of what is cited."""
    assert cited_under(ours(), [tor.CONVENE]) == "Procedure 9"
    assert (
        cited_under(ours(), [tor.COLLATE, tor.CONVENE, tor.COLLATE]) == "Procedure 4, Procedure 9"
    )
    assert cited_under(ours(), []) == ""


def test_what_a_section_of_the_terms_is_about_is_cited_from_there() -> None:
    """ToR 1, 5, 6, 7: the limb's, criterion's, clock's or section's own clause."""
    found = {KEYS[clause]: cited_under(ours(""), [clause]) for clause in CLAUSES}
    assert {key: one for key, one in found.items() if one} == {
        "facts": "G 1",
        "fifteen_days": "T 2",
        "criteria": "G 2",
        "quorum": "T 1",
        "clock": "T 2",
        "meet": "T 5",
        "feedback_shared": "T 7",
        "receive": "G 3",
        "convene": "T 4",
    }


def test_a_clock_is_cited_whatever_its_partnership_calls_it() -> None:
    """ToR 5(a), 7.1, 7.8: it is known by what stops it."""
    renamed = TERMS.replace('id = "rapid-review"', 'id = "report"').replace("# of the review", "")
    text = renamed.replace("[meetings]", OWN_CLOCKS + "[meetings]")
    named = parse_terms(text.encode(), name="ours.toml", rule_sets={"guidance": GUIDANCE})
    cited_for = (tor.FIFTEEN_DAYS, tor.CLOCK, tor.FEEDBACK)
    assert [cited_under(named, [one]) for one in cited_for] == ["T 2", "T 2", "T 10"]


def test_kents_cases_cite_kents_document() -> None:
    """With its terms and without them; nobody else's do either way."""
    both = (tor.COLLATE, tor.COMMENCE)
    assert cited_under(KENT, both) == "ToR 7.5, 8.3"
    assert cited(both, "kent-and-medway") == "ToR 7.5, 8.3"
    assert cited(both, "plymouth") == ""
    assert cited_under(PLYMOUTH, both) == ""


def test_a_finding_is_cited_as_under_the_terms() -> None:
    """What holds is left as it is; the terms' own clause stays what it was."""
    broken = Finding(Refs(tor.CONVENE), Verdict.IRREGULAR, "not convened")
    assert broken.clause == "ToR 8.5"
    assert broken.under(ours()).clause == "Procedure 9"
    assert broken.under(KENT).clause == "ToR 8.5"
    holds = Finding(Refs(tor.CONVENE), Verdict.HOLDS)
    assert holds.under(ours()) is holds
    own = Finding("T 5", Verdict.FORBIDDEN)
    assert own.under(ours()) is own


def test_a_refusal_without_a_clause_has_no_empty_brackets() -> None:
    """Where the terms do not say by which clause, the reason and what to do next are said."""
    with pytest.raises(Refused) as refused:
        held([ask.SendReportToMembers(at=CHRISTMAS_2025.at, version=1)], PLYMOUTH)
    assert str(refused.value).startswith("no notification has been received in this case (Plym")
    with pytest.raises(Refused) as refused:
        held([CHRISTMAS_2025, ask.InformMember(at=CHRISTMAS_2025.at, seat="x", person="P")], KENT)
    assert "(ToR 6.1)" in str(refused.value)
    with pytest.raises(Refused) as refused:
        held(
            [CHRISTMAS_2025, ask.InformMember(at=CHRISTMAS_2025.at, seat="x", person="P")],
            PLYMOUTH,
        )
    assert refused.value.clause == ""
    assert str(refused.value).startswith("seat 'x' is not in these terms. Allowed: ")


def test_a_clause_that_nobody_knows_is_told() -> None:
    """With the key that may have been meant."""
    (told,) = told_of_terms(TERMS + '\n[clauses]\nconvine = "Procedure 9"\n')
    assert told.startswith(
        "ours.toml: clauses.convine: found an unknown key (did you mean convene?); "
    )
    assert " (did you mean convene?); allowed here: " in told


# --- In which words

WORDS: Final = Vocabulary(
    agencies=("school", "police"),
    sources=("hospital",),
    themes=("neglect",),
    methodologies=("appreciative-inquiry",),
    expertise=("forensic-pathology",),
    parties=("family",),
    processes=("inquest",),
    coordinators=("partnership-office",),
)


def in_words(words: Vocabulary) -> Terms:
    """Return Plymouth's terms with these lists."""
    return PLYMOUTH.model_copy(update={"vocabulary": words})


def spoken() -> list[ask.Command]:
    """Return a review in which everything is said in other words than those of the lists."""
    receive, at = CHRISTMAS_2025, CHRISTMAS_2025.at
    steps = list(by_the_book(PLYMOUTH, "local-practice-review", receive))
    decided = next(one for one in steps if isinstance(one, ask.MakeDecision))
    related = (RelatedReview(process="safeguarding-adult-review", reference="R-1"),)
    steps[steps.index(decided)] = changed(
        decision(PLYMOUTH, "local-practice-review", decided.at),
        prior_themes=("drift",),
        related_reviews=related,
    )
    steps.insert(1, ask.LinkProcess(at=at, process="police-investigation", reference="P-1"))
    steps.insert(2, ask.IdentifyLearningTheme(at=at, theme="escalation", words="late"))
    published = next(one for one in steps if isinstance(one, ask.PublishPracticeReview))
    engaged = ask.RecordEngagement(
        at=published.at, engagement="E-1", party="practitioners", engaged=True, words="met"
    )
    steps.insert(steps.index(published), engaged)
    convened = next(one for one in steps if isinstance(one, ask.ConveneMeeting))
    expert = ask.InviteExpert(at=convened.at, meeting=1, person="X-1", expertise="psychology")
    steps.insert(steps.index(convened) + 1, expert)
    return steps


def strange(terms: Terms) -> set[tuple[str, str]]:
    """Return the kinds of event in which a word is none of the terms', and what is said of it."""
    case, _ = held(spoken(), PLYMOUTH)
    return {
        (event.kind, found.because)
        for event in case.standing
        for found in contradictions(event, case, terms)
        if found.code == "word-not-of-the-terms"
    }


def test_a_word_of_no_list_is_recorded_and_found() -> None:
    """Nothing is refused for its word; the finding names the word and the list."""
    found = strange(in_words(WORDS))
    assert {(kind, because.partition(" of these terms; ")[0]) for kind, because in found} == {
        ("NotificationReceived", "childrens-services is not among the sources"),
        ("ProcessLinked", "police-investigation is not among the processes"),
        ("LearningThemeIdentified", "escalation is not among the themes"),
        ("ExpertInvited", "psychology is not among the expertise"),
        ("DecisionMade", "systems-review is not among the methodologies"),
        ("DecisionMade", "drift is not among the themes"),
        ("DecisionMade", "safeguarding-adult-review is not among the processes"),
        ("PracticeReviewCommissioned", "systems-review is not among the methodologies"),
        ("PracticeReviewCommissioned", "partnership-team is not among the coordinators"),
        ("EngagementRecorded", "practitioners is not among the parties"),
    }
    assert (
        "NotificationReceived",
        "childrens-services is not among the sources of these terms; allowed: hospital",
    ) in found


def test_where_the_terms_name_no_words_every_word_is_right() -> None:
    """As in all terms that are shipped; and a list that is left empty asks nothing."""
    assert strange(PLYMOUTH) == set()
    assert strange(in_words(Vocabulary())) == set()
    assert strange(in_words(Vocabulary(parties=("practitioners",)))) == set()


def test_the_agencies_of_the_terms_are_those_to_be_asked() -> None:
    """ToR 7.4: until each was; others may be asked as well."""
    case, _ = held([CHRISTMAS_2025], PLYMOUTH)
    assert unasked(case, PLYMOUTH) == ("agencies",)
    assert unasked(case, in_words(WORDS)) == ("school", "police")
    at = CHRISTMAS_2025.at
    request = ask.RequestAgencyReport(at=at, agency="school")
    case, _ = held([CHRISTMAS_2025, request], PLYMOUTH)
    assert case.last(AgencyReportRequested) is not None
    assert unasked(case, in_words(WORDS)) == ("police",)
    filed = ask.FileAgencyReport(at=at, agency="police", document=DOCUMENT)
    case, _ = held([CHRISTMAS_2025, request, filed], PLYMOUTH)
    assert unasked(case, in_words(WORDS)) == ()
    assert unasked(case, PLYMOUTH) == ()


def test_words_are_read_from_the_terms_file() -> None:
    """And a word that occurs twice is told, as one that is no code is."""
    more = '\n[vocabulary]\nthemes = ["neglect", "drift"]\n'
    words = ours(more).vocabulary
    assert words is not None
    assert words.themes == ("neglect", "drift")
    assert words.parties == ()
    told = told_of_terms(TERMS + more.replace("drift", "neglect"))
    assert len(told) == 1
    assert told[0].startswith("ours.toml: vocabulary.themes: found 'neglect' twice; ")
    (told_of_form,) = told_of_terms(TERMS + more.replace("drift", "Long Neglect"))
    assert told_of_form.startswith("ours.toml: vocabulary.themes.#2: found 'Long Neglect'; ")


def test_a_clock_that_waits_for_an_agency_whom_the_terms_do_not_ask_is_told() -> None:
    """ToR 7.4, I-28: in every case it would wait for it; the file is used all the same."""
    waits = 'stops_on = "AgencyReportFiled.at"\nstops_when = "all"\nall_of = ["polise"]'
    text = TERMS.replace('stops_on = "DecisionMade.at"', waits)
    asks = text + '\n[vocabulary]\nagencies = ["police", "school"]\n'
    (mistake,) = told_of_terms(asks)
    assert mistake.startswith("ours.toml: deadlines.decision.all_of: found 'polise'; allowed: ")
    assert "one of vocabulary.agencies: police, school" in mistake
    used = parse_terms(asks.encode(), name="ours.toml", rule_sets={"guidance": GUIDANCE})
    assert used.id == "ours"
    case, _ = held([CHRISTMAS_2025], PLYMOUTH)
    assert unasked(case, used) == ("police", "school", "polise")
    assert told_of_terms(text) == ()  # without a list, any agency may be meant
    assert told_of_terms(asks.replace("polise", "police")) == ()


def test_an_agency_that_only_a_clock_names_is_to_be_asked() -> None:
    """ToR 7.4: its clock waits for that agency in every case, so somebody has to ask it."""
    waits = 'stops_on = "AgencyReportFiled.at"\nstops_when = "all"\nall_of = ["police", "school"]'
    text = TERMS.replace('stops_on = "DecisionMade.at"', waits)
    terms = parse_terms(text.encode(), name="ours.toml", rule_sets={"guidance": GUIDANCE})
    request = ask.RequestAgencyReport(at=CHRISTMAS_2025.at, agency="school")
    case, _ = held([CHRISTMAS_2025, request], PLYMOUTH)
    assert unasked(case, terms) == ("police",)
