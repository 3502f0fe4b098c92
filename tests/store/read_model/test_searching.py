"""Lists of cases out of the read model: by public fields, a page at a time, without an entry."""

from functools import partial
from itertools import product
from typing import Any, Final

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.case.stage import Stage
from rapid_review.store import RapidReviews
from rapid_review.store.read_model.readings import Snapshot
from rapid_review.store.read_model.searching import Sought
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED, KENT, NAME_THEME, RECEIVE, REQUEST, changed, varied
from tests.store.a_read_model import DAYS, listed
from tests.store.a_record import HandSetClock, kent_in, reviews_in, send_all

OTHERS: Final = varied(KENT, id="elsewhere-2020-05", partnership="elsewhere")


def five_cases(store: Store) -> RapidReviews:
    """Return reviews of five cases, opened in an order that is not that of their references."""
    reviews = kent_in(store)
    elsewhere = reviews_in(store, terms=OTHERS, clock=HandSetClock())
    send_all(reviews, changed(RECEIVE, source="police"), case="KM_2020.3")
    send_all(elsewhere, RECEIVE, case="KM-2020-001")
    send_all(reviews, RECEIVE, REQUEST, NAME_THEME, case="KM-2020-001")
    send_all(reviews, changed(RECEIVE, reference="CSPR+7"), NAME_THEME, case="km-2020-2")
    send_all(reviews, *CLOSED, case="Z-1")
    send_all(reviews, changed(RECEIVE, source="police-2"), case="A-1")
    for one in (reviews, elsewhere):
        one.read_model().catch_up()
    return reviews


FOUND: Final[dict[str, tuple[Sought, tuple[str, ...]]]] = {
    "all, by opening": (Sought(), ("KM_2020.3", "KM-2020-001", "km-2020-2", "Z-1", "A-1")),
    "part of a reference": (Sought(reference="KM-2020"), ("KM-2020-001", "km-2020-2")),
    "a sign that a search gives a meaning": (Sought(reference="_2020"), ("KM_2020.3",)),
    "of the notification": (Sought(reference="pr+"), ("km-2020-2",)),
    "what stands for anything": (Sought(reference="km%"), ()),
    "what takes a meaning away": (Sought(reference="!"), ()),
    "no case's": (Sought(reference="KM-9"), ()),
    "a stage": (Sought(stage=Stage.CLOSED), ("Z-1",)),
    "closed": (Sought(is_open=False), ("Z-1",)),
    "open, and of a reference": (Sought(is_open=True, reference="1"), ("KM-2020-001", "A-1")),
    "who sent it": (Sought(agency="police"), ("KM_2020.3",)),
    "who was asked": (Sought(agency=REQUEST.agency, is_open=True), ("KM-2020-001",)),
    "a theme": (Sought(theme=NAME_THEME.theme), ("KM-2020-001", "km-2020-2")),
    "all at once": (
        Sought(
            reference="km", stage=Stage.NOTIFIED, agency=RECEIVE.source, theme=NAME_THEME.theme
        ),
        ("km-2020-2",),
    ),
}


@pytest.mark.parametrize("which", FOUND)
def test_cases_are_found_by_public_fields(store: Store, which: str) -> None:
    """In the order of opening, of this partnership alone, however they are read."""
    sought, found = FOUND[which]
    read_model = five_cases(store).read_model()
    assert tuple(one.reference for one in read_model.search(sought).cases) == found
    assert listed(read_model, sought) == found
    assert read_model.read(lambda seen: listed(seen, sought)) == found


def test_a_page_goes_on_after_the_last_of_the_page_before(store: Store) -> None:
    """Whatever was opened or changed meanwhile, no case is on two pages and none is missing."""
    reviews = five_cases(store)
    read_model = reviews.read_model()
    first = read_model.search(limit=2)
    assert first.after == "KM-2020-001"
    send_all(reviews, NAME_THEME, case="KM_2020.3")
    send_all(reviews, RECEIVE, case="0-1")
    read_model.catch_up()
    rest = read_model.search(after=first.after)
    assert [one.reference for one in rest.cases] == ["km-2020-2", "Z-1", "A-1", "0-1"]
    assert rest.after is None
    read_model.rebuild()
    assert read_model.search(after=first.after) == rest


def test_references_are_listed_with_those_of_retracted_cases(store: Store) -> None:
    """As the entries have them, whole or a page at a time; another partnership's are not."""
    reviews = five_cases(store)
    read_model = reviews.read_model()
    assert read_model.references() == reviews.references()
    assert read_model.references(after="Z-1") == ("A-1",)
    assert read_model.references(limit=1) == ("KM_2020.3",)


def test_the_board_is_read_a_page_at_a_time_by_reference(store: Store) -> None:
    """Capitals come before small letters, as everywhere here, whatever the server's language."""
    read_model = five_cases(store).read_model()
    for now in DAYS:
        board = read_model.board(now)
        names = [one.case for one in board]
        assert names == sorted(names) == ["A-1", "KM-2020-001", "KM_2020.3", "Z-1", "km-2020-2"]
        for after, limit in product(("", "0", *names, "KM", "zz"), (1, 2, 5, 100)):
            page = [one for one in board if one.case > after][:limit]
            assert list(read_model.board_after(after, limit, now)) == page
            assert read_model.read(
                partial(Snapshot.board_after, reference=after, limit=limit, moment=now)
            ) == tuple(page)


@pytest.mark.parametrize("asked", ["search", "references"])
def test_a_list_goes_on_after_a_case_that_is_there(store: Store, asked: str) -> None:
    """Else it would end, and look whole."""
    read_model = five_cases(store).read_model()
    with pytest.raises(
        InvalidInputError,
        match=r"after: .* has no case 'KM-9'; give the reference of the last case",
    ):
        getattr(read_model, asked)(after="KM-9")
    with pytest.raises(InvalidInputError, match="after: found a value"):
        getattr(read_model, asked)(after="Jane Canary")
    for limit in (0, -1, True, "2", 2**31):
        with pytest.raises(InvalidInputError, match="limit: found"):
            getattr(read_model, asked)(limit=limit)


@pytest.mark.parametrize("field", ["reference", "agency", "theme"])
@pytest.mark.parametrize("wrong", ["", "x" * 65, "\0", "\udc80", "é", 7])
def test_what_no_case_can_have_is_not_searched_for(
    store: Store,
    field: str,
    wrong: Any,  # noqa: ANN401 - anything
) -> None:
    """A database would stumble over it, each in its own way."""
    with pytest.raises(InvalidInputError, match=f"{field}: found"):
        five_cases(store).read_model().search(Sought(**{field: wrong}))


def test_before_the_first_catch_up_nothing_is_found(store: Store) -> None:
    """An empty page, and no error."""
    read_model = kent_in(store).read_model()
    assert read_model.search() == ((), 100)
    assert read_model.references() == ()
    assert read_model.duplicates() == ((), ())
