"""A decision is corrected by two people of two agencies, whatever one of them does."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from itertools import pairwise
from typing import Any, Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.case import replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.errors import InvalidInputError, Refused
from rapid_review.domain.events import (
    AnyEvent,
    CorrectionApproved,
    CorrectionProposed,
    DecisionMade,
    RecordCorrected,
)
from rapid_review.domain.proposed_corrections import corrects_a_decision
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions
from rapid_review.store.authority.port import Authorizer, Decision, Facts
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import DECIDE, DECIDED, INFORM, KENT, LATER, changed, recorded
from tests.store.a_record import CASE, TEAM, HandSetClock, reviews_in, send_all
from tests.store.writing.test_erasing import bodies, words_of

OTHER: Final = Actor(id="po-02", role="detective", agency="police")
RATIONALE: Final = "what was minuted, in words"
OTHERWISE: Final = recorded(
    DecisionMade, changed(DECIDE, outcomes=("no-practice-review",), rationale=RATIONALE)
)


class TheirOwn:
    """A platform's own authorizer, which lets everybody do everything."""

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Allow it."""
        del actor, action, facts
        return Decision(allowed=True)


def decided(
    store: Store | None = None, authorizer: Authorizer | None = None
) -> tuple[RapidReviews, int]:
    """Return the reviews in a store with a decision, and its entry."""
    by = TheirOwn() if authorizer is None else authorizer
    reviews = reviews_in(store, terms=KENT, clock=HandSetClock(), authorizer=by)
    entries = send_all(reviews, *DECIDED)
    (number,) = (one.version for one in entries if isinstance(one.event, DecisionMade))
    return reviews, number


def proposal(number: int) -> ask.ProposeCorrection:
    """Return the proposal to correct a decision."""
    return ask.ProposeCorrection(at=LATER, version=number, because="w", replacement=OTHERWISE)


def stands(reviews: RapidReviews) -> tuple[str, ...]:
    """Return the decision in effect."""
    return reviews.case(CASE).review.decided


def test_two_correct_a_decision_and_the_words_of_the_first_stand(store: Store) -> None:
    """The second says nothing of them, and need not be able to read them."""
    reviews, number = decided(store)
    (proposed,) = reviews.handle(CASE, proposal(number), by=TEAM, command_id="propose-1")
    again = reviews.handle(CASE, proposal(number), by=TEAM, command_id="propose-1")
    assert again == (proposed,)
    assert stands(reviews) == DECIDE.outcomes
    approve = ask.ApproveCorrection(at=LATER, proposal=proposed.version)
    entries = reviews.handle(CASE, approve, by=OTHER, command_id="approve-1")
    assert [type(one.event) for one in entries] == [CorrectionApproved, RecordCorrected]
    assert stands(reviews) == OTHERWISE.outcomes
    assert reviews.handle(CASE, approve, by=OTHER, command_id="approve-1") == entries
    assert reviews.handle(CASE, approve, by=OTHER) == ()
    if store.keys is not None:
        assert not any(RATIONALE.encode() in body for body in bodies(store))
        words = words_of(store)
        assert words[entries[1].version, "event.replacement.rationale"] == RATIONALE
        assert words[entries[1].version, "event.because"] == "w"


@pytest.mark.parametrize(
    "by",
    [TEAM, changed(TEAM, id="PT-01", agency="police"), changed(TEAM, id="pt-02")],
    ids=["themselves", "themselves elsewhere", "a colleague"],
)
def test_nobody_approves_what_they_or_their_agency_proposed(by: Actor, store: Store) -> None:
    """Nothing is recorded of it."""
    reviews, number = decided(store)
    (proposed,) = reviews.handle(CASE, proposal(number), by=TEAM)
    with pytest.raises(Refused, match="A second person, of another agency"):
        reviews.handle(CASE, ask.ApproveCorrection(at=LATER, proposal=proposed.version), by=by)
    assert reviews.case(CASE).version == proposed.version


def test_one_alone_corrects_everything_but_a_decision(store: Store) -> None:
    """The refusal says how it is done by two; as history it is the same."""
    reviews, number = decided(store)
    alone = ask.CorrectRecord(at=LATER, version=number, because="w", replacement=OTHERWISE)
    for as_history in (False, True):
        with pytest.raises(Refused, match="Propose the correction with ProposeCorrection"):
            reviews.handle(CASE, alone, by=TEAM, as_history=as_history)
    history = [RecordCorrected(at=LATER, version=number, because="w")]
    with pytest.raises(Refused, match="one person alone cannot correct it"):
        reviews.import_history(CASE, history, by=TEAM)
    assert reviews.handle(CASE, changed(alone, version=5, replacement=None), by=TEAM)


def test_what_is_proposed_here_is_not_approved_in_a_history(store: Store) -> None:
    """Its author would else say so alone; nor is what is not yet proposed."""
    reviews, number = decided(store)
    (proposed,) = reviews.handle(CASE, proposal(number), by=TEAM)
    approved = CorrectionApproved(at=LATER, proposal=proposed.version)
    for told_of in (approved, changed(approved, proposal=proposed.version + 2)):
        with pytest.raises(Refused, match="ApproveCorrection"):
            reviews.import_history(CASE, [told_of], by=TEAM)
    assert reviews.handle(
        CASE, ask.ApproveCorrection(at=LATER, proposal=proposed.version), by=OTHER
    )


def test_a_whole_history_is_imported_with_the_corrections_in_it(store: Store) -> None:
    """They happened elsewhere, under the rules of that place; told again it adds nothing."""
    reviews, number = decided()
    send_all(reviews, proposal(number))
    events = reviews.case(CASE).recorded
    corrected = RecordCorrected(at=LATER, version=number, because="w")
    there = reviews_in(store, terms=KENT, clock=HandSetClock(), authorizer=TheirOwn())
    for added in (len(events) + 1, 0):
        entries = there.import_history("KM-2", [*events, corrected], by=TEAM)
        assert len(entries) == added
    assert there.case("KM-2").review.decided == ()


def test_an_erased_proposal_is_not_approved() -> None:
    """Its words are nowhere any more; it is proposed again, and then approved."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews, number = decided(store)
        (first,) = reviews.handle(CASE, proposal(number), by=TEAM)
        order = ask.ProposeErasure(
            at=LATER, order="E-1", what=Erased.ENTRY, of_entry=first.version, ground="wrong"
        )
        send_all(reviews, order)
        reviews.handle(CASE, ask.ApproveErasure(at=LATER, order="E-1"), by=OTHER)
        approve = ask.ApproveCorrection(at=LATER, proposal=first.version)
        with pytest.raises(Refused, match="words that are erased"):
            reviews.handle(CASE, approve, by=OTHER)
        reviews.erase(CASE, "E-1", by=TEAM)
        again = changed(proposal(number), because="once more")
        (second,) = reviews.handle(CASE, again, by=TEAM)
        reviews.handle(CASE, changed(approve, proposal=second.version), by=OTHER)
        assert stands(reviews) == OTHERWISE.outcomes


def test_a_proposal_brings_no_words_of_an_erased_decision_back() -> None:
    """It has them from the decision; the plan names it, and with other words it is approved."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews, number = decided(store)
        made = reviews.history(CASE)[number - 1].event
        turned = made.model_copy(update={"outcomes": OTHERWISE.outcomes})
        propose = ask.ProposeCorrection(
            at=LATER, version=number, because="turned", replacement=turned
        )
        (first,) = reviews.handle(CASE, propose, by=TEAM)
        order = ask.ProposeErasure(
            at=LATER, order="E-1", what=Erased.ENTRY, of_entry=number, ground="wrong"
        )
        send_all(reviews, order)
        assert first.version in reviews.erasure_plan(CASE, "E-1").elsewhere
        reviews.handle(CASE, ask.ApproveErasure(at=LATER, order="E-1"), by=OTHER)
        approve = ask.ApproveCorrection(at=LATER, proposal=first.version)
        for _ in range(2):  # before its words are gone, and after
            with pytest.raises(Refused, match="words that are erased"):
                reviews.handle(CASE, approve, by=OTHER)
            reviews.erase(CASE, "E-1", by=TEAM)
        (second,) = reviews.handle(CASE, proposal(number), by=TEAM)
        reviews.handle(CASE, changed(approve, proposal=second.version), by=OTHER)
        assert stands(reviews) == OTHERWISE.outcomes


def test_without_a_permissions_file_a_sealed_store_lets_nobody() -> None:
    """Neither propose nor approve nor correct alone; a trial's store lets everybody."""
    store = Store.in_memory(keys_in_memory())
    reviews = RapidReviews(store, terms=KENT, clock=HandSetClock())
    (*_, made, _) = send_all(reviews, *DECIDED)
    for command in (
        proposal(made.version),
        ask.CorrectRecord(at=LATER, version=made.version, because="w"),
    ):
        with pytest.raises(Refused, match="nobody has been given the right to correct a decision"):
            send_all(reviews, command)
    trial = RapidReviews.in_memory(terms=KENT, clock=HandSetClock())
    send_all(trial, *DECIDED)
    assert send_all(trial, ask.CorrectRecord(at=LATER, version=made.version, because="w"))


def test_with_a_permissions_file_both_need_the_right() -> None:
    """`correct-decision`, for proposing and for approving."""
    roles = "".join(
        f'[[editions.roles]]\nid = "{role}"\ncommands = ["all"]\nmay = {may}\n'
        for role, may in (
            ("business-support", ["import-into-case"]),
            ("member", ["correct-decision"]),
        )
    )
    text = f'partnership = "kent-and-medway"\n[[editions]]\nin_force_from = 2020-01-01\n{roles}'
    authorizer = ByPermissions(parse_permissions(text.encode(), name="p.toml"))
    reviews = RapidReviews(
        Store.in_memory(keys_in_memory()),
        terms=KENT,
        clock=HandSetClock(),
        access=Store.in_memory(),
        authorizer=authorizer,
    )
    (*_, made, _) = send_all(reviews, *DECIDED)
    health = Actor(id="m-1", role="member", agency="health")
    police = Actor(id="m-2", role="member", agency="police")
    with pytest.raises(
        Refused, match="may not record ProposeCorrection if it corrects a decision"
    ):
        send_all(reviews, proposal(made.version))
    history = [CorrectionProposed.model_validate(dict(proposal(made.version)))]
    with pytest.raises(Refused, match="may not import history if it corrects a decision"):
        reviews.import_history(CASE, history, by=TEAM)
    (asked,) = reviews.handle(CASE, proposal(made.version), by=health)
    approve = ask.ApproveCorrection(at=LATER, proposal=asked.version)
    with pytest.raises(
        Refused, match="may not record ApproveCorrection if it corrects a decision"
    ):
        reviews.handle(CASE, approve, by=TEAM)
    with pytest.raises(Refused, match="A second person, of another agency"):
        reviews.handle(CASE, approve, by=changed(police, agency="health"))
    retract = ask.CorrectRecord(at=LATER, version=asked.version, because="w")
    with pytest.raises(Refused, match="may not record CorrectRecord if it corrects a decision"):
        send_all(reviews, retract)
    assert reviews.handle(CASE, approve, by=police)


def test_who_has_an_interest_corrects_nothing_by_which_the_case_is_decided() -> None:
    """Neither the assessment nor the decision; what else there is they correct as others do."""
    text = (
        'partnership = "kent-and-medway"\n[[editions]]\nin_force_from = 2020-01-01\n'
        '[[editions.roles]]\nid = "member"\ncommands = ["all"]\nmay = ["correct-decision"]\n'
        f'[[interests]]\nperson = "m-1"\ncase = "{CASE}"\n'
    )
    reviews = RapidReviews(
        Store.in_memory(keys_in_memory()),
        terms=KENT,
        clock=HandSetClock(),
        access=Store.in_memory(),
        authorizer=ByPermissions(parse_permissions(text.encode(), name="p.toml")),
    )
    other, interested = (Actor(id=one, role="member", agency="health") for one in ("m-2", "m-1"))
    for command in (*DECIDED[:1], INFORM, *DECIDED[1:]):
        reviews.handle(CASE, command, by=other)
    by_kind = {one.event.kind: one for one in reviews.history(CASE)}
    for kind in ("CriteriaAssessed", "DecisionMade", "DecisionAdopted"):
        version = by_kind[kind].version
        for said in (
            ask.CorrectRecord(at=LATER, version=version, because="w"),
            ask.ProposeCorrection(at=LATER, version=version, because="w"),
        ):
            with pytest.raises(Refused, match="you have an interest in this case"):
                reviews.handle(CASE, said, by=interested)
    informed = by_kind["MemberInformed"].version
    correct = ask.CorrectRecord(at=LATER, version=informed, because="w")
    assert reviews.handle(CASE, correct, by=interested)


# --- No sequence


def tried(chance: random.Random, number: int, version: int) -> ask.Command | AnyEvent:
    """Return something that somebody might try, to change the decision alone."""
    about = chance.choice((number, chance.randint(1, version)))
    replacement = chance.choice((None, OTHERWISE))
    correct: dict[str, Any] = {
        "at": LATER,
        "version": about,
        "because": "w",
        "replacement": replacement,
    }
    return chance.choice(
        (
            lambda: ask.ProposeCorrection(**correct),
            lambda: ask.ApproveCorrection(at=LATER, proposal=about),
            lambda: ask.CorrectRecord(**correct),
            lambda: RecordCorrected(**correct),
            lambda: CorrectionProposed(**correct),
            lambda: CorrectionApproved(at=LATER, proposal=about),
        )
    )()


def test_no_sequence_lets_one_person_correct_a_decision() -> None:
    """Whatever they propose, approve, retract, bring back or import; with another's proposals.

    Every entry that corrects a decision follows an approval by somebody other than who recorded
    the proposal, of another agency.
    """
    people = [TEAM, changed(TEAM, id="pt-02"), changed(TEAM, id="Pt-01", agency="police"), OTHER]
    found = 0
    for seed in range(30):
        chance = random.Random(seed)  # noqa: S311 - tells a story, and keeps no secret
        reviews, number = decided()
        for _ in range(40):
            by = chance.choice(people[: chance.choice((3, 4))])
            said = tried(chance, number, reviews.case(CASE).version)
            with suppress(Refused, InvalidInputError):
                if isinstance(said, ask.Command):
                    reviews.handle(CASE, said, by=by, as_history=chance.random() < 0.3)
                else:
                    reviews.import_history(CASE, [said], by=by)
        for approval, correction in corrections_of_decisions(reviews.history(CASE)):
            assert isinstance(approval.event, CorrectionApproved)
            proposed = reviews.history(CASE)[approval.event.proposal - 1]
            assert isinstance(proposed.event, CorrectionProposed)
            assert proposed.by.id.casefold() != correction.by.id.casefold()
            assert proposed.by.agency != correction.by.agency
            assert approval.command_id == correction.command_id
            assert not is_retracted_in(reviews.history(CASE)[: approval.version], proposed)
            found += 1
    assert found, "else it would hold of nothing"


def is_retracted_in(history: Sequence[Entry], proposed: Entry) -> bool:
    """Say whether somebody gave up a proposal, however often others said otherwise since."""
    corrections = (one.event for one in history if isinstance(one.event, RecordCorrected))
    return any(one.version == proposed.version for one in corrections)


def corrections_of_decisions(history: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield what corrects a decision, each with the entry before it."""
    for before, entry in pairwise(history):
        event = entry.event
        so_far = replay(one.event for one in history[: before.version])
        if isinstance(event, RecordCorrected) and corrects_a_decision(event, so_far):
            yield before, entry
