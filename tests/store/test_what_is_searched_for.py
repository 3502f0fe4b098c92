"""A reference or an id is looked at before it is searched for: nonsense is found by nobody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from rapid_review.audit.log.signing import Signer
from rapid_review.domain.errors import InvalidInputError
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.bundle import bundle_of_case
from tests.cli.a_terminal import RECEIPT, answers, lines, typed
from tests.domain.a_review import RECEIVE
from tests.store.a_ledger import KEY
from tests.store.a_record import TEAM, kent_in

NO_REFERENCES = [
    'c-1"',
    'c-1","case":"',
    "\ud800",
    "Jane Canary",
    "c-1\n",
    "-1",
    "",
    "x" * 65,
    UUID(int=7),
    7,
    b"c-1",
    ["c-1"],
]

ASKING: dict[str, Callable[[RapidReviews, Any], object]] = {
    "handle": lambda kept, case: kept.handle(case, RECEIVE, by=TEAM),
    "import_history": lambda kept, case: kept.import_history(case, [], by=TEAM),
    "case": lambda kept, case: kept.case(case),
    "history": lambda kept, case: kept.history(case),
    "command_id": lambda kept, id_: kept.handle("KM-1", RECEIVE, by=TEAM, command_id=id_),
    "the ledger": lambda kept, case: list(kept.ledger().rows_of_case("kent", case, 1)),
    "correlation_id": lambda kept, id_: kept.handle("KM-1", RECEIVE, by=TEAM, correlation_id=id_),
    "causation_id": lambda kept, id_: kept.handle("KM-1", RECEIVE, by=TEAM, causation_id=id_),
}


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("wrong", NO_REFERENCES)
def test_what_has_not_the_form_of_a_reference_is_invalid_and_not_searched_for(
    asked: str, wrong: object
) -> None:
    """Of a case that is there, and of one that is not: the same answer, which repeats nothing."""
    with kent_in() as kept:
        for _ in range(2):
            with pytest.raises(
                InvalidInputError, match="allowed: a text of 1 to 64 letters"
            ) as caught:
                ASKING[asked](kept, wrong)
            assert "Jane" not in str(caught.value)
            kept.handle("KM-1", RECEIVE, by=TEAM, command_id="c-1")
        assert kept.references() == ("KM-1",)


@pytest.mark.parametrize("wrong", NO_REFERENCES)
def test_no_bundle_is_made_of_a_case_whose_reference_is_none(
    wrong: Any,  # noqa: ANN401 - anything
    tmp_path: Path,
) -> None:
    """Before the ledger is read for it."""
    with kent_in() as kept, pytest.raises(InvalidInputError, match="case: found"):
        list(bundle_of_case(kept, wrong, Signer.start(KEY, tmp_path / "signed")))


@pytest.mark.parametrize("wrong", NO_REFERENCES)
def test_an_import_of_many_cases_names_the_one_whose_reference_is_none(wrong: Any) -> None:  # noqa: ANN401 - anything
    """It is refused with its reason, and the others go in."""
    with kent_in() as kept:
        done = kept.import_histories([(wrong, [])], by=TEAM)
        assert [reason[:12] for _, reason in done.refused] == ["case: found "]


@pytest.mark.parametrize("wrong", ['KM-1"', "\udc80", "Jane Canary"])
@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["timeline"],
        ["compliance"],
        ["verdicts"],
        ["difference", "--entry", "1"],
        ["what-if", "--calendar", "england-and-wales"],
        ["learning"],
        ["report", "case", "-o", "page.html"],
        ["audit", "bundle", "-o", "out", "--key", "key"],
    ],
    ids=lambda words: words[0],
)
def test_a_reference_typed_at_a_terminal_is_invalid_too(
    command: list[str], wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5, in words."""
    monkeypatch.chdir(tmp_path)
    typed("apply", "-", stdin=lines(RECEIPT))
    result = typed(*command, wrong)
    assert "case: found a value of" in result.stderr, result.stderr
    assert result.exit_code == 5
    assert "Jane" not in result.output


def test_a_line_with_an_id_that_is_none_is_invalid(tmp_path: Path) -> None:
    """As any other field of the line."""
    said = {**RECEIPT, "command_id": 'c-1"'}
    (answer,) = answers(typed("apply", "-", "--store", str(tmp_path / "a.db"), stdin=lines(said)))
    assert [one["where"] for one in answer["invalid"]] == ["command_id"]
