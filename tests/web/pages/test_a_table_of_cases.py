"""A spreadsheet of cases on the team's pages: what is told of it, given back and recorded."""

import re
import sys
from base64 import b64encode
from contextlib import closing

import pytest
from httpx2 import Response

from rapid_review import tables, terms
from rapid_review.domain.errors import StorageError
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews, Store
from rapid_review.store.authority.port import IMPORT, Decision, Facts
from rapid_review.tables.layout import TO_MEND
from rapid_review.tables.limits import MOST_BYTES
from rapid_review.web.pages import May
from tests.store.a_record import TEAM
from tests.store.access.an_access_log import read_in
from tests.tables.some_tables import IN_2020 as NOTIFIED
from tests.tables.some_tables import KENT, Cells, filled, in_memory, rows_in, xlsx
from tests.web.pages.a_site import NOW, OWN, Team, a_team, hidden, pages_of, said

BAD: Cells = {**NOTIFIED, "Case": "KM-2", "Nature": "deth"}
SECOND: Cells = {**NOTIFIED, "Case": "KM-2"}
WHY = "cases of 2020"


def chooses(team: Team, sheet: bytes, name: str = "reviews.xlsx", purpose: str = WHY) -> Response:
    """Return what is answered where a file is chosen, and Continue is pressed."""
    files = {"sheet": (name, sheet)}
    fields = {"purpose": purpose, "go": "check"}
    return team.client.post("/table", data=fields, files=files, headers=OWN)


def presses(team: Team, page: Response, go: str) -> Response:
    """Return what is answered where a button of the page is pressed."""
    return team.sends("/table", hidden(page.text) | {"go": go})


def cases_in(team: Team) -> list[str]:
    """Return the cases in the record."""
    return sorted(team.reviews.references())


def test_the_board_leads_to_the_table_and_the_table_to_its_template() -> None:
    """The template is a file made from the terms, which no browser keeps."""
    with a_team() as team:
        assert 'href="/table"' in team.sees("/")
        assert 'href="/table/template"' in team.sees("/table")
        given = team.client.get("/table/template")
    assert given.headers["content-disposition"] == 'attachment; filename="reviews.xlsx"'
    assert given.headers["cache-control"] == "no-store"
    (headings, *rows) = rows_in(given.content)
    assert (headings[0], rows) == ("Case", [])


@pytest.mark.parametrize("may", [May.AUDITOR, May.READER])
def test_who_only_reads_imports_nothing(may: May) -> None:
    """An auditor and a reader are shown no link to the table, and every page of it is refused."""
    with a_team(may=may) as team:
        assert "/table" not in team.sees("/")
        asked = [team.client.get("/table"), team.client.get("/table/template")]
        sent = [chooses(team, filled(NOTIFIED)), team.sends("/table", {"go": "record"})]
        assert {one.status_code for one in (*asked, *sent)} == {403}
        assert cases_in(team) == []


def test_who_may_import_nothing_learns_nothing_from_a_sheet() -> None:
    """It is compared with the record, so the answer would tell a right guess from a wrong one."""
    clerk = Actor(id="n-1", role="nobody", agency="police")
    with read_in() as reviews:
        tables.record(tables.check(filled(NOTIFIED), "reviews.xlsx", reviews), by=TEAM)
        with pages_of(reviews, [reviews.now()], May.TEAM, clerk) as team:
            right, wrong = (
                chooses(team, filled(one)) for one in (NOTIFIED, {**NOTIFIED, "Nature": "death"})
            )
            assert (right.status_code, wrong.status_code) == (403, 403)
            assert said(right) == said(wrong)


def test_a_sheet_is_checked_and_then_recorded_by_who_is_signed_in() -> None:
    """Nothing is recorded before its numbers were seen; then all is, and each case is linked."""
    with a_team() as team:
        checked = chooses(team, filled(NOTIFIED, SECOND))
        assert checked.status_code == 200, said(checked)
        assert "Cases in it 2 Already recorded 0" in said(checked)
        assert "To be recorded 2 cases, 8 entries" in said(checked)
        assert cases_in(team) == []
        done = presses(team, checked, "record")
        assert done.status_code == 200, said(done)
        assert "Recorded 2 cases, 8 entries." in said(done)
        assert 'href="/case/KM-1"' in done.text
        assert "Notification" in team.sees("/case/KM-2")
        (first, *_) = team.reviews.history("KM-1")
        assert (first.by.id, first.purpose) == ("pt-01", WHY)


def test_the_same_file_again_records_nothing() -> None:
    """The check says that the record holds it; a page left open from before records nothing."""
    with a_team() as team:
        checked = chooses(team, filled(NOTIFIED))
        presses(team, checked, "record")
        again = presses(team, checked, "record")
        assert "Nothing new was recorded Already recorded: 1." in said(again)
        seen = chooses(team, filled(NOTIFIED))
        assert "so there is nothing to record" in said(seen)
        assert 'value="record"' not in seen.text
        assert len(team.reviews.history("KM-1")) == 4


def test_mistakes_are_told_given_back_mended_and_recorded() -> None:
    """A mistake is reported by row and heading; the rows come back, and can be recorded then."""
    with a_team() as team:
        told = chooses(team, filled(NOTIFIED, BAD))
        assert told.status_code == 422
        assert "1 row needs correcting in reviews.xlsx. Nothing was recorded." in said(told)
        assert "Row 3 Nature (" in said(told)
        assert "Choose one of these" in said(told)
        assert "deth" not in said(told)
        assert presses(team, told, "record").status_code == 422
        assert cases_in(team) == []
        back = presses(team, told, "mend")
        assert back.headers["content-disposition"] == 'attachment; filename="to-mend.xlsx"'
        (headings, row) = rows_in(back.content)
        assert headings[0] == TO_MEND
        assert str(row[0]).startswith("Nature: ")
        row[headings.index("Nature")] = "death"
        mended = chooses(team, xlsx([*map(str, headings)], [row]), "to-mend.xlsx")
        assert mended.status_code == 200, said(mended)
        presses(team, mended, "record")
        assert cases_in(team) == ["KM-2"]


def test_the_good_rows_can_be_recorded_first() -> None:
    """The person who asks for it records the cases without a mistake; the others are counted."""
    with a_team() as team:
        told = chooses(team, filled(NOTIFIED, BAD))
        assert "Record the 1 case without a mistake" in said(told)
        done = presses(team, told, "good-rows")
        assert "Still to correct: 1." in said(done)
        assert cases_in(team) == ["KM-1"]


def test_of_many_mistakes_the_first_are_listed() -> None:
    """Fifty rows are told on the page, and how many more there are."""
    with a_team() as team:
        told = chooses(team, filled(*({**BAD, "Case": f"KM-{at}"} for at in range(60))))
        assert told.text.count("<h2") == 50
        assert "The first 50 rows are listed here, and 10 more are in the download." in said(told)
        assert len(rows_in(presses(team, told, "mend").content)) == 61


HOSTILE = "<script>alert(1)</script>"


def test_what_stands_in_a_sheet_is_text_and_nothing_else() -> None:
    """Markup in a cell, a heading or the name of a file is no markup on any page."""
    with a_team() as team:
        cells: Cells = {**NOTIFIED, "Case": HOSTILE, "Nature": HOSTILE}
        words: Cells = {**NOTIFIED, "Where it happened": HOSTILE}
        odd = xlsx([*NOTIFIED, HOSTILE], [[*NOTIFIED.values(), "x"]])
        pages = [
            chooses(team, filled(cells), f"{HOSTILE}.xlsx"),
            chooses(team, odd, f"{HOSTILE}.xlsx"),
            chooses(team, filled(words), f"{HOSTILE}.xlsx", purpose=f"1 {HOSTILE}"),
            chooses(team, b"nothing", HOSTILE),
            good := chooses(team, filled(words), f"{HOSTILE}.xlsx"),
            presses(team, good, "record"),
        ]
        for page in pages:
            assert "<script" not in page.text
    assert [one.status_code for one in pages] == [422, 422, 422, 422, 200, 200]


def test_a_file_that_is_no_table_is_told_as_a_whole() -> None:
    """What is no spreadsheet, or lacks what is asked, is told beside the field, and not kept."""
    with a_team() as team:
        told = chooses(team, b"%PDF-1.7", "reviews.pdf")
        assert told.status_code == 422
        assert "reviews.pdf: the file is not a spreadsheet that rapid-review reads" in said(told)
        assert "sheet" not in hidden(told.text)
        assert f'value="{WHY}"' in told.text
        empty = chooses(team, b"", "reviews.xlsx")
        assert "Choose the file with the cases" in said(empty)
        broken = team.sends("/table", {"sheet": "*", "sheet-name": "a.xlsx", "purpose": WHY})
        assert "choose the file again" in said(broken)


def test_a_receipt_in_the_future_is_told_on_its_own_column() -> None:
    """Every other step comes before it; the refusal of the first of them says nothing of that."""
    row = {**NOTIFIED, "Criteria found not met": "05/05/2020", "Why not met": "(sealed)"}
    with a_team() as team:
        assert chooses(team, filled(row)).status_code == 200
        told = chooses(team, filled({**row, "Notification received": "04/05/2031"}))
        assert told.status_code == 422
        assert "Notification received" in said(told)
        assert "has a day in the future. Write the day on which the notification" in said(told)
        assert "no notification" not in said(told)


def test_a_table_of_other_terms_is_answered_with_the_table_above() -> None:
    """And not with a command that an officer cannot run."""
    with a_team() as team:
        told = said(chooses(team, tables.template(terms.load("devon-dscp"))))
        assert "reviews.xlsx: the table was made for terms" in told
        assert "Download the table above, and copy the rows into it" in told
        assert "--terms" not in told


def test_a_name_in_place_of_a_child_s_reference_is_answered_with_an_example_of_one() -> None:
    """The example is that of the column, and not of a case."""
    with a_team() as team:
        told = said(chooses(team, filled({**NOTIFIED, "Children": "Sean O'Neill"})))
        assert "A reference for each child, such as c-1; never a name." in told
        assert "Sean" not in told


@pytest.mark.parametrize("purpose", ["", "2 Fälle", "x" * 81])
def test_why_cases_are_imported_is_asked_without_another_choice_of_the_file(purpose: str) -> None:
    """The file that was chosen is carried on, and another that is chosen goes before it."""
    with a_team() as team:
        told = chooses(team, filled(NOTIFIED), purpose=purpose)
        assert told.status_code == 422
        assert "You chose reviews.xlsx" in said(told)
        carried = hidden(told.text)
        on = team.sends("/table", carried | {"purpose": WHY, "go": "check"})
        assert "Cases in it 1" in said(on)
        both = team.client.post(
            "/table",
            files=[
                ("sheet", ("two.xlsx", filled(NOTIFIED, SECOND))),
                ("purpose", (None, WHY)),
                *((name, (None, str(text))) for name, text in carried.items()),
            ],
            headers=OWN,
        )
        assert "File two.xlsx Cases in it 2" in said(both)


def test_a_sheet_may_be_as_large_as_a_table_and_no_larger() -> None:
    """What the reader of tables takes comes in here, as a file and carried on; more does not."""
    with a_team() as team:
        whole = b"x" * MOST_BYTES
        assert "the file is not a spreadsheet" in said(chooses(team, whole))
        carried = {"sheet": (None, b64encode(whole).decode()), "purpose": (None, WHY)}
        on = team.client.post("/table", files=carried, headers=OWN)
        assert "the file is not a spreadsheet" in said(on)
        larger = chooses(team, whole + b"x")
        assert larger.status_code == 413
        assert "The limit for a sheet is 16 MB." in said(larger)
        more = {"sheet": (None, "x" * (2 * MOST_BYTES)), "purpose": (None, WHY)}
        assert team.client.post("/table", files=more, headers=OWN).status_code == 413
        elsewhere = team.client.post("/new", files=carried, headers=OWN)
        assert elsewhere.status_code == 413
        assert "Choose a smaller document" in said(elsewhere)


def test_without_its_extra_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked for that could not be read."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with a_team() as team:
        for answer in (team.client.get("/table"), team.client.get("/table/template")):
            assert answer.status_code == 501
            assert re.search(r"pip install \S.*\[tables\]", said(answer))


def test_a_sealed_store_without_permissions_takes_whole_cases_alone() -> None:
    """A new case is recorded; one that is there with another history is reported by its row."""
    with in_memory() as reviews, pages_of(reviews, [NOW]) as team:
        presses(team, chooses(team, filled(NOTIFIED)), "record")
        assert cases_in(team) == ["KM-1"]
        told = chooses(team, filled({**NOTIFIED, "Nature": "other"}))
        assert told.status_code == 422
        assert "Row 2 Case (A2)" in said(told)
        assert "with another history" in said(told)


class NoImports:
    """Lets everybody do everything but import."""

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Say so."""
        del actor, facts
        return Decision(action != IMPORT, "nobody imports here", "Ask the lead of the team.")


def test_who_may_not_import_is_told_before_anything_is_recorded() -> None:
    """The store's own permissions have the last word, on the check and on what it sends."""
    with (
        closing(Store.in_memory()) as access,
        RapidReviews.in_memory(
            terms=KENT, clock=lambda: NOW, access=access, authorizer=NoImports()
        ) as reviews,
        pages_of(reviews, [NOW]) as team,
    ):
        told = chooses(team, filled(NOTIFIED))
        carried = {"sheet": b64encode(filled(NOTIFIED)).decode(), "sheet-name": "reviews.xlsx"}
        sent = team.sends("/table", {**carried, "purpose": WHY, "go": "record"})
        for answer in (told, sent):
            assert answer.status_code == 403
            assert "Nobody imports here. Ask the lead of the team." in said(answer)
            assert 'value="record"' not in answer.text
        assert cases_in(team) == []


class FailsLater:
    """Answers for a while, and is then out of reach."""

    def __init__(self, times: int) -> None:
        self._left = times

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Allow it, as long as it is within reach."""
        del actor, action, facts
        self._left -= 1
        if self._left < 0:
            raise StorageError("the permissions are out of reach")
        return Decision(allowed=True)


def test_a_store_that_fails_halfway_is_told_as_it_is() -> None:
    """Nobody is told that nothing was recorded, where some of it may be; the file goes on."""
    with (
        closing(Store.in_memory()) as access,
        RapidReviews.in_memory(
            terms=KENT, clock=lambda: NOW, access=access, authorizer=FailsLater(4)
        ) as reviews,
        pages_of(reviews, [NOW]) as team,
    ):
        done = presses(team, chooses(team, filled(NOTIFIED)), "record")
        assert done.status_code == 503
        assert "out of reach" in said(done)
        assert "Send the same file again: the import continues from there" in said(done)
