"""A permissions file: every cell of it is asked about, and every mistake in it is told."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.errors import InvalidInputError, listed
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import (
    PermissionsFile,
    parse_permissions,
    permissions_in,
    template,
)
from rapid_review.store.authority.port import OTHER, READ, Facts, rights_to, ways_to_record
from rapid_review.store.authority.without_a_file import Everybody, WithoutFile

DECIDES: Final = {"FindCriteriaNotMet", "AssessCriteria", "MakeDecision", "ReconsiderDecision"} | {
    "AdoptDecision",
    "ImportHistory",
}
"""What nobody may do in a review of their own practice."""
RIGHTS: Final[Mapping[date, Mapping[str, set[str]]]] = {
    date(2026, 1, 1): {
        "team": {*ways_to_record(), "ReadWordsOfCase", "import-into-case", "propose-erasure"},
        "member": {
            "MakeDecision",
            "CorrectRecord",
            "ReadWordsOfCase",
            "ReadWordsOfPersons",
            "break-glass",
            "review-break-glass",
            "correct-decision",
            "approve-erasure",
            "lift-hold",
        },
        "expert": {"ReadWordsOfCase", "AnswerChallenge", "CorrectRecord"},
        "clerk": {"ImportHistory", "CorrectRecord", "RegisterExport"},
    },
    date(2026, 7, 1): {"team": {"CloseCase"}, "member": {"ReadCharacteristics", "MakeDecision"}},
}
"""What each role may do from a day on, written down apart from the file that says so."""
INVITED_ONLY: Final = {"expert"}
SCOPES: Final = {action: scope for scope, action in READ.items()}
INTERESTED: Final = "u-own"


def _row(role: str, rights: set[str]) -> str:
    commands = sorted(rights & set(ways_to_record()))
    words = sorted(SCOPES[one] for one in rights & SCOPES.keys())
    may = sorted(rights - set(ways_to_record()) - SCOPES.keys())
    said = ["all"] if len(commands) == len(ways_to_record()) else commands
    return (
        f'[[editions.roles]]\nid = "{role}"\ncommands = {said}\nwords = {words}\nmay = {may}\n'
        f"only_where_invited = {str(role in INVITED_ONLY).lower()}\n"
    )


FILE: Final = 'partnership = "kent-and-medway"\n' + "".join(
    f"[[editions]]\nin_force_from = {day}\n" + "".join(_row(*one) for one in roles.items())
    for day, roles in RIGHTS.items()
)
WITH_INTEREST: Final = f'{FILE}[[interests]]\nperson = "{INTERESTED}"\ncase = "KM-1"\n'


class State(NamedTuple):
    """Where a case stands, and who asks."""

    day: date
    is_there: bool
    is_invited: bool
    corrects: bool
    is_interested: bool


STATES: Final = tuple(
    State(day, *others)
    for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    for others in product(*[(False, True)] * 4)
)


def expected(role: str, action: str, state: State) -> bool:
    """Return whether a role may, as the tables above say it and in no words of the library."""
    days = [day for day in RIGHTS if day <= state.day]
    if not days:
        return False
    rights = RIGHTS[days[-1]].get(role, set())
    if action not in rights:
        return False
    if role in INVITED_ONLY and not state.is_invited:
        return False
    if action == "ImportHistory" and state.is_there and "import-into-case" not in rights:
        return False
    corrects = state.corrects and action == "CorrectRecord"
    if corrects and "correct-decision" not in rights:
        return False
    return not (state.is_interested and (action in DECIDES or corrects))


@pytest.mark.parametrize("role", ["team", "member", "expert", "clerk", "nobody"])
def test_every_cell_is_answered_as_the_file_says(role: str) -> None:
    """Role by command or scope, by the state of the case, by the edition of the day."""
    authority = ByPermissions(parse_permissions(WITH_INTEREST.encode(), name="p.toml"))
    asked = 0
    for action, state in product((*ways_to_record(), *READ.values(), *OTHER), STATES):
        who = INTERESTED if state.is_interested else "u-1"
        facts = Facts(
            today=lambda state=state: state.day,  # type: ignore[misc]  # bound at once
            case="KM-1",
            into_a_case=lambda state=state: state.is_there,  # type: ignore[misc]
            experts=lambda who=who, state=state: frozenset(  # type: ignore[misc]
                {who.upper()} if state.is_invited else ()
            ),
            corrects_a_decision=lambda action=action, state=state: (  # type: ignore[misc]
                state.corrects and action == "CorrectRecord"
            ),
            corrects_what_decides=lambda action=action, state=state: (  # type: ignore[misc]
                state.corrects and action == "CorrectRecord"
            ),
        )
        answer = authority.may(Actor(id=who, role=role, agency="police"), action, facts)
        assert answer.allowed == expected(role, action, state), (role, action, state, answer)
        assert (answer.reason == answer.way_on == "") is answer.allowed
        assert answer.allowed or (answer.reason and answer.way_on)
        asked += 1
    assert asked == (len(ways_to_record()) + 8) * 64


@pytest.mark.parametrize("day", RIGHTS)
def test_who_may_not_is_told_which_roles_may(day: date) -> None:
    """In the order of the file; and that no role may, where none does."""
    authority = ByPermissions(parse_permissions(FILE.encode(), name="p.toml"))
    nobody = Actor(id="u-1", role="nobody", agency="police")
    alone = 0
    for action in (*ways_to_record(), *READ.values(), *OTHER):
        may = [role for role, rights in RIGHTS[day].items() if action in rights]
        told = f"Roles that may: {listed(may)}. " if may else "No role may. "
        answer = authority.may(nobody, action, Facts(lambda: day))
        assert answer.way_on.startswith(told), (action, answer)
        alone += not may
    assert alone > 0


def test_who_may_not_go_further_is_told_which_roles_may() -> None:
    """A clerk imports, and into no case that is there; and corrects, though no decision."""
    authority = ByPermissions(parse_permissions(FILE.encode(), name="p.toml"))
    clerk = Actor(id="u-1", role="clerk", agency="police")
    day = date(2026, 1, 1)
    there = Facts(lambda: day, "KM-1", into_a_case=lambda: True)
    answer = authority.may(clerk, "ImportHistory", there)
    assert (answer.allowed, answer.way_on.partition(". ")[0]) == (False, "Roles that may: team")
    decision = Facts(lambda: day, "KM-1", corrects_a_decision=lambda: True)
    answer = authority.may(clerk, "CorrectRecord", decision)
    assert (answer.allowed, answer.way_on.partition(". ")[0]) == (False, "Roles that may: member")


@pytest.mark.parametrize(
    ("role", "action", "told"),
    [
        ("proposer", "ProposeCorrection", ""),
        ("corrector", "ProposeCorrection", ""),
        ("clerk", "ProposeCorrection", "Roles that may: corrector, proposer"),
        ("proposer", "CorrectRecord", "Roles that may: corrector"),
        ("corrector", "CorrectRecord", ""),
    ],
)
def test_who_may_only_propose_to_correct_a_decision_corrects_none(
    role: str, action: str, told: str
) -> None:
    """A right of its own; who may correct one may propose that as well."""
    rights = {"proposer": ["propose-correcting-decision"], "corrector": ["correct-decision"]}
    roles = "".join(
        f'[[editions.roles]]\nid = "{one}"\ncommands = ["all"]\nmay = {rights.get(one, [])}\n'
        for one in ("proposer", "corrector", "clerk")
    )
    text = f'partnership = "p"\n[[editions]]\nin_force_from = 2026-01-01\n{roles}'
    authority = ByPermissions(parse_permissions(text.encode(), name="p.toml"))
    decision = Facts(lambda: date(2026, 1, 1), "KM-1", corrects_a_decision=lambda: True)
    answer = authority.may(Actor(id="u-1", role=role, agency="police"), action, decision)
    assert (answer.allowed, answer.way_on.partition(". ")[0]) == (not told, told)


def test_an_interest_bars_the_correction_of_an_assessment_too() -> None:
    """It is no decision, and what is decided rests on it."""
    authority = ByPermissions(parse_permissions(WITH_INTEREST.encode(), name="p.toml"))
    facts = Facts(lambda: date(2026, 1, 1), "KM-1", corrects_what_decides=lambda: True)
    for person, is_allowed in ((INTERESTED, False), ("u-1", True)):
        actor = Actor(id=person, role="clerk", agency="police")
        answer = authority.may(actor, "CorrectRecord", facts)
        assert answer.allowed is is_allowed
        assert answer.reason.endswith("" if is_allowed else "you may not record CorrectRecord")


def test_an_interest_in_one_case_bars_nothing_in_another() -> None:
    """It is of a person and a case."""
    authority = ByPermissions(parse_permissions(WITH_INTEREST.encode(), name="p.toml"))
    own = Actor(id=INTERESTED, role="member", agency="police")
    for case, allowed in (("KM-1", False), ("KM-2", True)):
        facts = Facts(lambda: date(2026, 1, 1), case)
        assert authority.may(own, "MakeDecision", facts).allowed is allowed


@pytest.mark.parametrize("person", [INTERESTED, INTERESTED.upper(), INTERESTED.title()])
@pytest.mark.parametrize("case", ["KM-1", "km-1", "Km-001"])
def test_an_interest_bars_however_it_was_typed(person: str, case: str) -> None:
    """The file is written by hand, and a capital too many lets nobody decide their own case."""
    authority = ByPermissions(parse_permissions(WITH_INTEREST.encode(), name="p.toml"))
    facts = Facts(lambda: date(2026, 1, 1), case)
    own = Actor(id=person, role="member", agency="police")
    assert not authority.may(own, "MakeDecision", facts).allowed


@pytest.mark.parametrize("typed", ['" u-7"', '"u-7 "', '"u 7"'])
def test_an_interest_with_a_space_in_it_is_no_file(typed: str) -> None:
    """No id has one; it is told, and not taken for somebody whom nobody is."""
    text = f'{FILE}[[interests]]\nperson = {typed}\ncase = "KM-1"\n'
    with pytest.raises(InvalidInputError, match="person"):
        parse_permissions(text.encode(), name="p.toml")


def test_the_answer_names_the_bytes_and_the_day_it_goes_by() -> None:
    """Another edition of the same file is another policy; before the first there is none."""
    permissions = parse_permissions(FILE.encode(), name="p.toml")
    authority = ByPermissions(permissions)
    team = Actor(id="u-1", role="team", agency="police")
    first, second = date(2026, 1, 1), date(2026, 7, 1)
    for day, since in ((date(2026, 6, 30), first), (date(2027, 1, 1), second)):
        policy = authority.may(team, "CloseCase", Facts(lambda day=day: day)).policy  # type: ignore[misc]
        assert policy == (permissions.digest, since)
    answer = authority.may(team, "CloseCase", Facts(lambda: date(2025, 1, 1)))
    assert (answer.allowed, answer.policy) == (False, None)
    assert "2026-01-01" in answer.reason


def test_without_a_file_everything_is_allowed_but_what_a_sealed_store_withholds() -> None:
    """Words, erasure, history into a case that is there, correcting a decision."""
    who = Actor(id="u-1", role="any", agency="police")
    new, there = Facts(date.today), Facts(date.today, "KM-1", into_a_case=lambda: True)
    decision = Facts(date.today, "KM-1", corrects_a_decision=lambda: True)
    for action in (*ways_to_record(), *READ.values(), *OTHER):
        assert Everybody().may(who, action, there).allowed
        assert WithoutFile().may(who, action, new).allowed is (action in ways_to_record())
        assert not (action == "ImportHistory" and WithoutFile().may(who, action, there).allowed)
    answer = WithoutFile().may(who, "CorrectRecord", decision)
    assert not answer.allowed
    assert "permissions new" in answer.way_on


def test_the_file_to_start_from_is_good() -> None:
    """And is of the partnership and the day that were asked for."""
    made = parse_permissions(template("kent-and-medway", date(2026, 12, 1)).encode(), name="new")
    assert (made.partnership, made.editions[0].in_force_from) == (
        "kent-and-medway",
        date(2026, 12, 1),
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("commands", "comands", "comands: found an unknown key (did you mean commands?)"),
        (
            "'CloseCase'",
            "'CloseCases'",
            "editions.#2.roles.team.commands.#1: found 'CloseCases'; allo",
        ),
        ("'lift-hold'", "'lift-holds'", "may.#4: found 'lift-holds'; allowed: one of 'app"),
        ("'statistics'", "'figures'", "words.#1: found 'figures'; allowed: one of 'case', "),
        (
            "2026-07-01",
            "2026-01-01",
            "p.toml: editions.#2.in_force_from: found 2026-01-01; allowed: a day after",
        ),
        ("2026-07-01", '"July"', "in_force_from: found a value of 4 characters (not shown"),
        ('id = "clerk"', 'id = "team"', "id: found 'team' twice; allowed: one row for each role"),
        ('partnership = "kent-and-medway"', "", "partnership: found nothing; it must be given"),
        (
            "partnership",
            'digest = "a"\npartnership',
            "digest: found a key whose value the program calculates",
        ),
        ('"kent-and-medway"', "", "is not TOML in UTF-8"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(
    before: str, after: str, told: str
) -> None:
    """As those in a terms file are; an unknown key is one."""
    assert before in FILE
    with pytest.raises(InvalidInputError) as wrong:
        parse_permissions(FILE.replace(before, after).encode(), name="p.toml")
    assert told in str(wrong.value), str(wrong.value)
    assert str(wrong.value).startswith("p.toml: ")


def test_a_file_is_read_by_its_name_and_mistakes_in_it_are_told_under_it(tmp_path: Path) -> None:
    """As from its bytes; one that is not there is told by its name, and not by its folder."""
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(FILE)
    bad.write_text(FILE.replace("kent-and-medway", "Kent"))
    assert permissions_in(str(good)) == parse_permissions(FILE.encode(), name="good.toml")
    with pytest.raises(InvalidInputError) as wrong:
        permissions_in(bad)
    assert str(wrong.value).startswith("bad.toml: partnership")
    with pytest.raises(InvalidInputError, match=r"^none\.toml: cannot be read: No such file"):
        permissions_in(tmp_path / "none.toml")


OF_ITS_OWN: Final = {
    "ProposeErasure": "propose-erasure",
    "ApproveErasure": "approve-erasure",
    "LiftHold": "lift-hold",
}
"""The right that a command takes which "all" commands do not bring."""


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=COMMANDS)
def test_a_command_asks_for_the_right_to_it_and_as_history_for_another(
    kind: type[Command],
) -> None:
    """What takes a right of its own takes that one, as history too."""
    command = kind.model_construct(at=datetime(2026, 1, 1, tzinfo=UTC))
    own = OF_ITS_OWN.get(kind.__name__)
    assert rights_to(command) == (own or kind.__name__,)
    assert rights_to(command, as_history=True) == (
        ("ImportHistory", own) if own else ("ImportHistory",)
    )


def test_a_digest_of_ones_own_is_told_beside_what_else_is_wrong() -> None:
    """Every mistake at once: nobody mends a file to hear of the next."""
    text = FILE.replace('partnership = "kent-and-medway"', 'digest = "a"')
    with pytest.raises(InvalidInputError) as wrong:
        parse_permissions(text.encode(), name="p.toml")
    assert "digest: found a key" in str(wrong.value)
    assert "partnership: found nothing" in str(wrong.value)


ASKED_ON: Final = Facts(lambda: date(2026, 1, 1))
TEAM: Final = Actor(id="u-1", role="team", agency="police")


def test_a_right_that_a_file_takes_away_is_gone_at_the_next_question(tmp_path: Path) -> None:
    """Also where the file keeps its length and its times; a right that comes back is there."""
    file = tmp_path / "p.toml"
    file.write_text(FILE)
    authority, times = ByPermissions(PermissionsFile(file)), file.stat()
    first = authority.may(TEAM, READ["case"], ASKED_ON)
    file.write_text(FILE.replace('id = "team"', 'id = "mate"'))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    second = authority.may(TEAM, READ["case"], ASKED_ON)
    file.write_text(FILE)
    third = authority.may(TEAM, READ["case"], ASKED_ON)
    assert [one.allowed for one in (first, second, third)] == [True, False, True]
    assert second.policy is not None
    assert first.policy == third.policy != second.policy


class Overtaken(PermissionsFile):
    """While it remembers what it has read, another thread asks, which read the file before."""

    meanwhile: Callable[[], object] | None = None

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name != "meanwhile" and (then := self.meanwhile) is not None:
            self.meanwhile = None
            then()


def test_threads_that_ask_at_once_bring_back_no_right_that_was_taken_away(tmp_path: Path) -> None:
    """What is remembered of the file and its bytes always belong together."""
    file = tmp_path / "p.toml"
    file.write_text(f"{FILE}\n# as it was at first\n")
    read = Overtaken(file)
    without = FILE.replace('id = "team"', 'id = "mate"')

    def the_other_reads_it_as_it_was_before() -> None:
        file.write_text(FILE)
        read.permissions()
        file.write_text(without)

    file.write_text(without)
    read.meanwhile = the_other_reads_it_as_it_was_before
    read.permissions()
    assert not ByPermissions(read).may(TEAM, READ["case"], ASKED_ON).allowed


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        FILE.replace("kent-and-medway", "medway"),
        FILE + "[[editions]]\nin_force_from = 'Zebedee'\n",
    ],
    ids=["gone", "empty", "of another partnership", "with a mistake"],
)
def test_a_file_that_cannot_be_used_any_more_allows_nothing(
    tmp_path: Path, text: str | None
) -> None:
    """It never falls back to what it allowed before, and repeats nothing of what is in it."""
    file = tmp_path / "p.toml"
    file.write_text(FILE)
    authority = ByPermissions(PermissionsFile(file))
    assert authority.may(TEAM, READ["case"], ASKED_ON).allowed
    file.unlink() if text is None else file.write_text(text)
    for _ in range(2):
        answer = authority.may(TEAM, READ["case"], ASKED_ON)
        assert (answer.allowed, answer.policy) == (False, None)
        assert "the permissions file p.toml was changed" in answer.reason
        assert "permissions check p.toml" in answer.way_on
        assert "Zebedee" not in f"{answer}"
    with pytest.raises(InvalidInputError, match=r"^p\.toml: "):
        _ = authority.permissions
    file.write_text(FILE)
    assert authority.may(TEAM, READ["case"], ASKED_ON).allowed


def test_a_file_that_cannot_be_used_is_refused_from_the_start(tmp_path: Path) -> None:
    """As by its name alone."""
    with pytest.raises(InvalidInputError, match=r"^none\.toml: cannot be read"):
        PermissionsFile(tmp_path / "none.toml")
