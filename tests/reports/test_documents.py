"""The Panel's pack, the draft to publish, and all about one person, as documents."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from rapid_review.domain.beside_events import WordsRead
from rapid_review.domain.events import EVENTS
from rapid_review.domain.sealed_words import ERASED
from rapid_review.domain.vocabulary import Actor
from rapid_review.exports.pseudonyms import Pseudonyms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.subject import AboutSubject, cases_naming
from rapid_review.projections.views import PANEL, PUBLIC, Words, as_it_is, with_words
from rapid_review.reports.case_file.page import Contents, case_file
from rapid_review.reports.documents.about import Subject, subject_page
from rapid_review.reports.documents.document import Document, document_page
from rapid_review.reports.documents.sections import OF_CLOCKS, SECTIONS
from rapid_review.reports.labels import Opened, label_of
from rapid_review.testing.telling import holder
from tests.domain.a_review import KENT, at
from tests.projections.canaries import CANARY, CODED
from tests.reports import a_case

BY = Opened(Actor(id="m-1", role="member", agency="health"), "panel pack")
AS_OF = AsOf(read_on=at("2020-12-31 12:00"))
NAMES = Pseudonyms(bytes(range(32)))


def history(words: Words | None = None) -> CaseHistory:
    """Return a closed case of which these words were opened, by the path of their field."""
    made = a_case.contents_of().history
    entries = tuple(with_words(one, words) for one in made.entries)
    return replace(made, entries=entries)


def text_of(html: str) -> str:
    """Return what a person reads in a page."""
    body = html[html.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_every_kind_of_entry_has_one_section() -> None:
    """A kind that is added without one would be left out of every document."""
    told = Counter(kind for kinds in SECTIONS.values() for kind in kinds)
    assert set(told) == set(EVENTS) - OF_CLOCKS
    assert set(told.values()) == {1}


def test_the_pack_tells_the_decision_its_reasons_and_the_clocks() -> None:
    """ToR 7.7, 8.8: what the Panel needs, with the words that were opened for it."""
    opened = history({"event.rationale": "the agencies saw the same", "event.words": ERASED})
    pack = Document("The Panel's pack", opened, AS_OF, PANEL, as_it_is, opened=BY)
    html = document_page(pack)
    page = text_of(html)
    for said in (
        "The decision and its reasons",
        "Rationale the agencies saw the same",
        "(erased)",
        "Rapid review undertaken and reported to the Panel",
        "ToR 5(a)",
        "Words were opened by m-1, member, health: panel pack. The access log records it.",
    ):
        assert said in page
    assert CANARY not in html
    assert "u-17" not in page
    assert "About the record itself" not in page
    assert document_page(pack) == html


def test_without_a_reading_the_pack_says_that_words_are_withheld() -> None:
    """That there is a rationale is public; what it says is not."""
    page = text_of(document_page(Document("Pack", history(), AS_OF, PANEL, as_it_is)))
    assert "Rationale (withheld)" in page
    assert "No words were opened for it." in page
    assert "identity" not in page.lower()


@pytest.mark.parametrize("by_month", [False, True])
def test_the_draft_holds_no_reference_no_word_and_no_hour(*, by_month: bool) -> None:
    """Days, or months; and no digest of a document."""
    opened = history({"event.rationale": "a reason"})
    html = document_page(Document("Draft", opened, AS_OF, PUBLIC, NAMES, by_month=by_month))
    page = text_of(html)
    for one in (CANARY, CODED, "a reason", "(withheld) ", "KM-2020-007", "C-1 ", holder("police")):
        assert one not in page.replace("<code>(withheld)</code>", "").replace(
            "(withheld) marks words", ""
        )
    assert not re.search(r"\b\d{1,2}:\d\d\b", page)
    assert bool(re.search(r"\b\d{1,2} May 2020", page)) is not by_month
    assert ("Days taken" in page) is not by_month
    assert "References are pseudonyms that only this document uses" in page


def test_two_drafts_of_one_case_share_no_pseudonym() -> None:
    """Each has a key of its own; within one a person is the same throughout."""
    drafts = [
        document_page(Document("Draft", history(), AS_OF, PUBLIC, Pseudonyms(bytes([one] * 32))))
        for one in (1, 2)
    ]
    first, second = (re.findall(r"[a-z_]+-[0-9a-f]{20}", draft) for draft in drafts)
    assert len(first) == len(second) > 10
    assert not set(first) & set(second)
    assert len(first) > len(set(first)), "the case, a person or a document is named twice"


def test_a_case_file_for_a_member_shows_words_withheld_and_erased() -> None:
    """Beside the entries; the same page without them says that they are sealed."""
    opened = history({"event.rationale": "the agencies\nsaw <b>", "event.words": ERASED})
    page = case_file(Contents(opened, AS_OF, opened=BY))
    assert "<dd>the agencies\nsaw &lt;b&gt;</dd>" in page
    assert "<dd>(erased)</dd>" in page
    assert "<dd>(withheld)</dd>" in page
    assert "Words were opened by m-1, member, health: panel pack" in page
    assert CANARY not in page
    without = case_file(Contents(opened, AS_OF))
    assert "Words and names are sealed, and are not on this page." in without
    for word in ("the agencies", "(erased)", "(withheld)"):
        assert word not in without


def test_all_about_a_child_names_what_no_reference_finds() -> None:
    """Free text of other entries, who read the case, and what is with the child itself."""
    told = history({"event.children.0.identity": "Zebedee Quux"})
    (paths,) = cases_naming(told.entries, "C-1").values()
    about = AboutSubject("C-1", told, paths)
    reading = ("2020-06-02 14:00", "m-2, member, police", "case", "complaint")
    case = told.entries[0].case
    page = text_of(subject_page(Subject("C-1", KENT, [about], BY, {case: (reading,)})))
    assert "What the record holds about C-1" in page
    assert "Children 1, identity Zebedee Quux" in page
    assert "Not found by reference" in page
    assert "Decision made Rationale" in page
    assert "m-2, member, police case complaint" in page


def test_a_field_is_named_in_words() -> None:
    """What is in a list is counted from 1, as people do."""
    assert label_of("event.children.1.identity") == "Children 2, identity"
    assert label_of("by.id") == "By, id"


def test_no_reading_of_words_is_part_of_a_case() -> None:
    """Its section is that of the record, which no pack and no draft shows."""
    assert WordsRead.__name__ in SECTIONS["About the record itself"]
