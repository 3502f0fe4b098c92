"""The subject's rights: what is held about one person, case by case, through the reader."""

import pytest

from rapid_review.domain.errors import InvalidInputError, Refused, StorageError
from rapid_review.domain.sealed_words import ERASED, WITHHELD
from rapid_review.domain.vocabulary import AgeBand, Child
from rapid_review.projections.subject import AboutSubject
from rapid_review.projections.views import SUBJECT, as_it_is, seen
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED, ERASE, INFORM, RECEIVE, TO_ERASE, changed
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.access.an_access_log import CLERK, MEMBER, POLICE, FailingStore, read_in

TWINS = changed(
    RECEIVE,
    children=(
        changed(RECEIVE.children[0], identity="Zebedee Quux"),
        Child(reference="C-2", age_band=AgeBand.UNBORN, identity="Another Quux"),
    ),
)
OTHER = "KM-2020-002"


@pytest.fixture(params=["sealed", "as it is"])
def reviews(request: pytest.FixtureRequest) -> RapidReviews:
    """Return two cases of one family, in a store that is sealed or not."""
    made = read_in(Store.in_memory(keys_in_memory() if request.param == "sealed" else None))
    send_all(made, TWINS, *CLOSED[1:])
    send_all(made, changed(TWINS, reference="PRN-2"), case=OTHER)
    return made


def said(about: AboutSubject) -> dict[str, object]:
    """Return what the document has of a case, by entry and field."""
    shown = seen(about.entries, SUBJECT, name=as_it_is, when=lambda when: when)
    return {
        f"{one.version}.{field.path}": field.value for one in shown for field in about.of_them(one)
    }


def test_each_case_that_names_a_child_is_a_reading_of_its_own(reviews: RapidReviews) -> None:
    """Recorded before anything is opened: of the entries that name the child, and no more."""
    about = reviews.read_about("C-1", by=MEMBER, purpose="subject access")
    assert [one.history.entries[0].case for one in about] == [CASE, OTHER]
    readings = reviews.readings()
    assert [(one.entry.case, one.event.versions) for one in readings] == [
        (one.history.entries[0].case, tuple(one.named_in)) for one in about
    ]
    assert about[0].named_in[1] == ("event.children.0.reference",)


def test_the_words_about_a_child_are_told_and_those_of_another_are_not(
    reviews: RapidReviews,
) -> None:
    """Neither their name, which is not even opened, nor anything else of them."""
    (about,) = reviews.read_about("C-1", by=MEMBER, purpose="subject access", cases=[CASE])
    found = said(about)
    assert found["1.children.0.identity"] == "Zebedee Quux"
    assert not any(".children.1." in path for path in found)
    (twin,) = reviews.read_about("C-2", by=MEMBER, purpose="subject access", cases=[CASE])
    assert said(twin)["1.children.1.identity"] == "Another Quux"
    received = twin.history.entries[0].event
    assert getattr(received, "children")[0].identity is WITHHELD  # noqa: B009


def test_whoever_is_asked_about_is_found_however_their_id_was_typed(
    reviews: RapidReviews,
) -> None:
    """Capitals make nobody another person (I-6); what they said is told all the same."""
    about = [
        reviews.read_about(typed, by=MEMBER, purpose="subject access", cases=[CASE])[0]
        for typed in ("C-1", "c-1")
    ]
    assert said(about[0]) == said(about[1])
    assert said(about[1])["1.children.0.identity"] == "Zebedee Quux"
    assert about[0].named_in == about[1].named_in


def test_free_text_elsewhere_is_named_and_not_found(reviews: RapidReviews) -> None:
    """What is written about a child in a reason is under the case's key: nobody can say."""
    (about,) = reviews.read_about("C-1", by=MEMBER, purpose="subject access", cases=[CASE])
    kinds = {kind: fields for _, kind, fields in about.not_found}
    assert "event.rationale" in kinds["DecisionMade"]
    assert "NotificationReceived" not in kinds
    assert not {version for version, _, _ in about.not_found} & set(about.named_in)


def test_a_member_is_found_wherever_they_are_named(reviews: RapidReviews) -> None:
    """Told of the notification, at the meeting, and as the person who recorded an entry."""
    (about,) = reviews.read_about(
        str(INFORM.person), by=MEMBER, purpose="subject access", cases=[CASE]
    )
    places = {path for paths in about.named_in.values() for path in paths}
    assert "event.person" in places
    (recorded, _) = reviews.read_about(TEAM.id, by=MEMBER, purpose="subject access")
    assert all("by.id" in paths for paths in recorded.named_in.values())


def test_of_nobody_nothing_is_opened(reviews: RapidReviews) -> None:
    """A document's reference is nobody's, and a text that is none is refused."""
    for nobody in ("C-99", "AR-1"):
        assert reviews.read_about(nobody, by=MEMBER, purpose="subject access") == ()
    assert reviews.readings() == ()
    with pytest.raises(InvalidInputError, match="reference: found"):
        reviews.read_about("Zebedee Quux", by=MEMBER, purpose="subject access")


def test_anyone_who_may_not_read_names_reads_that_they_are_withheld(reviews: RapidReviews) -> None:
    """And who may read nothing is refused, which is on record."""
    (about,) = reviews.read_about("C-1", by=CLERK, purpose="subject access", cases=[CASE])
    assert said(about)["1.children.0.identity"] is WITHHELD
    with pytest.raises(Refused):
        reviews.read_about("C-1", by=TEAM, purpose="subject access")
    assert len(reviews.refusals()) == 1


def test_what_was_erased_is_told_as_erased() -> None:
    """The entry stays, with everything public in it."""
    store = Store.in_memory(keys_in_memory())
    send_all(read_in(store), TWINS)
    send_all(kent_in(store), TO_ERASE)
    kent_in(store).handle(CASE, ERASE, by=POLICE)
    kent_in(store).erase(CASE, ERASE.order, by=POLICE)
    (about,) = read_in(store).read_about("C-1", by=MEMBER, purpose="subject access")
    found = said(about)
    assert found["1.children.0.identity"] is ERASED
    assert found["1.children.0.age_band"] == "under-1"
    assert any(path.endswith(".of_person") for path in found)


def test_where_the_log_cannot_be_written_nothing_is_opened() -> None:
    """Neither of the first case, nor of the next."""
    access = FailingStore.in_memory()
    made = read_in(access=access)
    send_all(made, TWINS)
    access.is_full = True
    with pytest.raises(StorageError):
        made.read_about("C-1", by=MEMBER, purpose="look")
