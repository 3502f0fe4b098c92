"""The one way to words: asked, recorded, then opened; nothing is opened that is not on record."""

from collections.abc import Sequence
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.beside_events import ReadingRefused, WordsRead
from rapid_review.domain.errors import (
    AccessLogError,
    CaseNotFoundError,
    InvalidInputError,
    KeysError,
    Refused,
    StorageError,
)
from rapid_review.domain.events import DecisionMade
from rapid_review.domain.sealed_words import ERASED, WITHHELD
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.judgement import judgement
from rapid_review.store import RapidReviews
from rapid_review.store.access.reader import ReadRequest
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.store import Store
from tests.domain.a_review import (
    CLOSED,
    CONVENE,
    ERASE,
    INVITE,
    KENT,
    RECEIVE,
    TO_ERASE,
    at,
    changed,
)
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all
from tests.store.access.an_access_log import (
    CLERK,
    DUTY,
    EXPERT,
    MEMBER,
    POLICE,
    CountingKeys,
    FailingStore,
    counting_keys,
    permissions,
    read_in,
)

if TYPE_CHECKING:
    from rapid_review.store.access.log import Reading
    from rapid_review.store.permitting import Refusal

NAMED = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity="Zebedee Quux"),))
CHILD = "event.children.0.identity"


@pytest.fixture(params=["sealed", "as it is"])
def reviews(request: pytest.FixtureRequest) -> RapidReviews:
    """Return a closed case with an access log, in a store that is sealed or not."""
    made = read_in(Store.in_memory(keys_in_memory() if request.param == "sealed" else None))
    send_all(made, NAMED, *CLOSED[1:])
    return made


def test_the_rationale_of_a_decision_can_be_read(reviews: RapidReviews) -> None:
    """ToR 3.1: by who may, with every other word of the case, entry by entry."""
    read = reviews.read(CASE, by=MEMBER, purpose="panel pack")
    assert [one.entry.version for one in read] == list(range(1, len(read) + 1))
    assert read[0].words == {CHILD: "Zebedee Quux"}
    (decision,) = (one for one in read if isinstance(one.entry.event, DecisionMade))
    assert decision.words["event.rationale"] == "much can be learnt"
    assert "Zebedee" not in repr(read)


def test_a_sealed_store_reads_as_one_that_is_not() -> None:
    """The same paths, the same words."""
    found = []
    for store in (Store.in_memory(), Store.in_memory(keys_in_memory())):
        made = read_in(store)
        send_all(made, *CLOSED)
        read = made.read(CASE, by=MEMBER, purpose="panel pack")
        found.append([(one.entry.version, dict(one.words)) for one in read])
    assert found[0] == found[1]


def test_a_reading_stands_in_the_access_log_with_who_why_and_whose_words(
    reviews: RapidReviews,
) -> None:
    """And which permissions allowed it."""
    reviews.read(CASE, 1, by=CLERK, purpose="complaint")
    (reading,) = reviews.readings()
    assert (reading.entry.by, reading.entry.purpose) == (CLERK, "complaint")
    said = reading.event
    assert (said.versions, said.opened, said.withheld) == (
        (1,),
        ("case",),
        ("person", "statistics"),
    )
    assert said.permissions is not None
    assert (said.emergency, reading.waits_for_review) == (None, False)


def test_words_that_a_reader_may_not_read_are_withheld(reviews: RapidReviews) -> None:
    """A name is; the case's own words are read."""
    assert reviews.read(CASE, 1, by=CLERK, purpose="complaint")[0].words == {CHILD: WITHHELD}
    read = reviews.read(CASE, by=CLERK, purpose="complaint")
    assert "much can be learnt" in {words for one in read for words in one.words.values()}


def test_erased_words_are_told_as_erased() -> None:
    """Anyone who reads."""
    store = Store.in_memory(keys_in_memory())
    made = read_in(store)
    send_all(made, NAMED)
    send_all(kent_in(store), TO_ERASE)
    kent_in(store).handle(CASE, ERASE, by=POLICE)
    kent_in(store).erase(CASE, ERASE.order, by=POLICE)
    assert made.read(CASE, 1, by=MEMBER, purpose="complaint")[0].words == {CHILD: ERASED}


def test_without_an_access_log_nothing_is_opened() -> None:
    """Whatever else may be done, and the person who asks."""
    made = reviews_in(terms=KENT, clock=HandSetClock())
    send_all(made, NAMED)
    with pytest.raises(AccessLogError, match="no access log"):
        made.read(CASE, by=MEMBER, purpose="complaint")
    with pytest.raises(AccessLogError, match="no access log"):
        made.readings()


@pytest.mark.parametrize("sealed", [False, True])
def test_an_access_log_that_cannot_be_written_opens_nothing(
    tmp_path: Path, *, sealed: bool
) -> None:
    """The reading is on the disk before, or there is none: here the disk is full."""
    keys = counting_keys() if sealed else None
    access = FailingStore.on_sqlite(tmp_path / "record.access", unsealed=True)
    made = read_in(Store.in_memory(keys), access, Everybody())
    send_all(made, NAMED)
    access.is_full = True
    with closing(made), pytest.raises(StorageError, match="full"):
        made.read(CASE, by=MEMBER, purpose="complaint")
    assert keys is None or keys.asked_for == 0


def test_what_is_asked_wrongly_is_refused_and_leaves_no_record(reviews: RapidReviews) -> None:
    """No purpose, a name in the reason, no such entry, no such case."""
    for purpose in ("", " ", "because: Zebedee"):
        with pytest.raises(InvalidInputError, match="purpose"):
            reviews.read(CASE, by=MEMBER, purpose=purpose)
    with pytest.raises(InvalidInputError, match="emergency"):
        reviews.read(CASE, by=MEMBER, purpose="complaint", emergency="Zebedee Quux")
    for version in (0, 99):
        with pytest.raises(CaseNotFoundError, match="allowed: 1 to 20"):
            reviews.read(CASE, version, by=MEMBER, purpose="complaint")
    with pytest.raises(CaseNotFoundError, match="no case"):
        reviews.read("KM-9", by=MEMBER, purpose="complaint")
    assert reviews.readings() == ()


def test_a_role_that_may_read_nothing_is_refused_with_who_may(reviews: RapidReviews) -> None:
    """Nothing is recorded of it in the access log but the permissions it went by."""
    with pytest.raises(
        Refused, match=r"role 'duty' may not read words of a case\. .* clerk, expert"
    ):
        reviews.read(CASE, by=DUTY, purpose="complaint")
    assert reviews.readings() == ()


def test_an_expert_reads_the_case_to_which_they_were_invited_and_no_other() -> None:
    """ToR 6.1: expertise is drawn in for one meeting of one case."""
    made = read_in()
    send_all(made, NAMED, *CLOSED[1:])
    with pytest.raises(Refused, match="nobody invited them"):
        made.read(CASE, by=EXPERT, purpose="advice")
    send_all(made, RECEIVE, CONVENE, changed(INVITE, person=EXPERT.id), case="KM-2")
    assert made.read("KM-2", by=EXPERT, purpose="advice")
    with pytest.raises(Refused, match="nobody invited them"):
        made.read(CASE, by=EXPERT, purpose="advice")


def test_without_keys_no_words_of_a_sealed_store_are_read(tmp_path: Path) -> None:
    """The error is the machine's, and no reading is recorded that was none."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    keys = keys_at(tmp_path / "keys.db", tmp_path / "key")
    with closing(Store.on_sqlite(tmp_path / "record.db", keys=keys)) as store:
        send_all(kent_in(store), NAMED)
    with closing(read_in(Store.on_sqlite(tmp_path / "record.db", unsealed=True))) as made:
        with pytest.raises(KeysError, match="cannot be read without its keys"):
            made.read(CASE, by=MEMBER, purpose="complaint")
        assert made.readings() == ()


def test_the_case_is_not_changed_by_being_read(reviews: RapidReviews) -> None:
    """Its entries, and what is exported, are as they were."""
    before = reviews.history(CASE)
    reviews.read(CASE, by=MEMBER, purpose="complaint")
    assert reviews.history(CASE) == before


READS = st.tuples(
    st.sampled_from([MEMBER, CLERK, EXPERT, DUTY, POLICE, TEAM]),
    st.none() | st.integers(1, 25),
    st.none() | st.just("child-at-risk"),
    st.booleans(),
)


def test_what_is_refused_is_on_record_and_is_no_reading(reviews: RapidReviews) -> None:
    """Whose words were asked for, in an emergency or not; nothing was opened."""
    for emergency in (None, "child-at-risk"):
        with pytest.raises(Refused):
            reviews.read(CASE, [1, 2], by=TEAM, purpose="look", emergency=emergency)
    first, second = reviews.refusals(CASE)
    assert first.entry.event == ReadingRefused(
        at=first.entry.event.at,
        versions=(1, 2),
        asked=("case", "person", "statistics"),
        permissions=permissions().digest,
    )
    assert (first.entry.by, first.purpose) == (TEAM, "look")
    assert getattr(second.entry.event, "emergency") == "child-at-risk"  # noqa: B009
    assert reviews.readings(CASE) == ()
    assert reviews.refusals() == (first, second)


def test_who_names_no_scope_is_answered_with_what_to_name(reviews: RapidReviews) -> None:
    """Nothing is read, and so nothing is on record."""
    with pytest.raises(InvalidInputError, match="allowed: one or more of case, person"):
        reviews.read(CASE, 1, by=MEMBER, purpose="look", scopes=())
    assert reviews.readings(CASE) == ()


def test_who_names_no_entry_does_not_read_all_of_them(reviews: RapidReviews) -> None:
    """As where a search for entries found none."""
    with pytest.raises(InvalidInputError, match="Leave it out to read all of the case"):
        reviews.read(CASE, (), by=MEMBER, purpose="look")
    assert reviews.readings(CASE) == ()


def test_no_more_is_opened_than_is_wanted(reviews: RapidReviews) -> None:
    """Several entries, the case's words alone, whatever the permissions allow."""
    read = reviews.read(CASE, (1, 3), by=MEMBER, purpose="look", scopes=("case",))
    assert [one.entry.version for one in read] == [1, 3]
    assert read[0].words == {CHILD: WITHHELD}
    (said,) = _records(reviews)
    assert (said.opened, said.withheld) == (("case",), ("person", "statistics"))
    with pytest.raises(CaseNotFoundError, match="99"):
        reviews.read(CASE, (1, 99), by=MEMBER, purpose="look")


def test_a_case_with_its_words_is_judged_as_the_case_without(reviews: RapidReviews) -> None:
    """ToR 3.1: words are no part of any verdict; the history holds what was opened."""
    told_in_words = reviews.read_history(CASE, by=CLERK, purpose="panel pack")
    sealed = reviews.case_history(CASE)
    today = AsOf(read_on=at("2026-11-23 12:00"))
    assert judgement(told_in_words, today) == judgement(sealed, today)
    events = [one.event for one in told_in_words.entries]
    assert next(one for one in events if isinstance(one, DecisionMade)).rationale == (
        "much can be learnt"
    )
    received = events[0]
    assert getattr(received, "children")[0].identity is WITHHELD  # noqa: B009


@given(st.lists(READS, max_size=12))
def test_there_are_never_more_openings_than_records(
    reads: list[tuple[Actor, int | None, str | None, bool]],
) -> None:
    """Anyone who reads what in which order, and whenever the access log fails."""
    store, keys = _closed_case()
    access = FailingStore.in_memory()
    made = read_in(store, access)
    openings = count()
    for actor, version, emergency, is_full in reads:
        access.is_full, asked_before = is_full, keys.asked_for
        recorded, refused = len(_records(made)), len(made.refusals())
        try:
            made.read(CASE, version, by=actor, purpose="look", emergency=emergency)
        except Refused:
            assert keys.asked_for == asked_before
            assert len(_records(made)) == recorded
            assert len(made.refusals()) == refused + 1
        except (StorageError, CaseNotFoundError):
            assert keys.asked_for == asked_before
            assert len(_records(made)) == recorded
            assert len(made.refusals()) == refused
        else:
            assert not is_full
            assert len(_records(made)) == recorded + 1
            next(openings)
    assert next(openings) <= len(_records(made))


@cache
def _closed_case() -> tuple[Store, CountingKeys]:
    """Return a store with a closed case, and its keys: it is the same after every reading."""
    keys = counting_keys()
    store = Store.in_memory(keys)
    send_all(read_in(store), NAMED, *CLOSED[1:])
    return store, keys


def _records(made: RapidReviews) -> list[WordsRead]:
    return [one.event for one in made.readings()]


def test_the_rows_of_a_case_are_read_once_to_open_its_words() -> None:
    """Whatever is asked of them: whether there is such a case, its entries, and their sections."""
    store = Store.in_memory(keys_in_memory())
    reviews = read_in(store)
    send_all(reviews, NAMED, *CLOSED[1:])
    asked: list[UUID] = []
    of = store.opened.rows.of

    def noted(stream: UUID, since: int = 1) -> Sequence[StoredRow]:
        asked.append(stream)
        return of(stream, since)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.opened.rows, "of", noted)
        read = reviews.read(CASE, by=MEMBER, purpose="complaint")
    assert len(read) == len(reviews.history(CASE))
    assert len(asked) == 1


def test_the_form_of_a_reading_and_of_a_refusal_holds_no_purpose() -> None:
    """Why somebody reads may say what is in the words; a log of a program would keep it."""
    with read_in() as reviews:
        send_all(reviews, RECEIVE)
        reviews.read(CASE, by=MEMBER, purpose="Zebedee Quux is missing")
        with pytest.raises(Refused):
            reviews.read(CASE, by=CLERK, purpose="Zebedee Quux is missing", scopes=("person",))
        kept: list[Reading | Refusal] = [*reviews.readings(), *reviews.refusals()]
        assert [one.purpose for one in kept] == ["Zebedee Quux is missing"] * 2
        assert [repr(one) for one in kept] == [
            f"Reading('{CASE}', entry 1)",
            f"Refusal('{CASE}', entry 2)",
        ]
    asked = ReadRequest(CASE, (), MEMBER, "Zebedee Quux is missing")
    assert repr(asked) == f"ReadRequest('{CASE}', by {MEMBER!r})"
