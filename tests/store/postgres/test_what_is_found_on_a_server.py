"""The same verdicts from a store on PostgreSQL as from a file."""

from datetime import UTC, datetime
from typing import Final

from tests.cli.a_terminal import answers, document, typed
from tests.cli.some_stories import CASE, DUTIES_NEVER_DONE, RECORDED_AGAIN, codes, said

NOW: Final = datetime(2020, 12, 1, 9, tzinfo=UTC)


def test_a_forbidden_decision_and_duties_never_done_are_found_on_a_server(address: str) -> None:
    """ToR 6.2, 7.4, 7.5, 8.7: at entry, and in `compliance`, before and after."""
    other = "KM-2020-008"
    text = said(*RECORDED_AGAIN) + said(*DUTIES_NEVER_DONE, case=other)
    result = typed(
        "apply", "-", "--unsealed", "--store", address, "--fail-on-breach", stdin=text, now=NOW
    )
    assert result.exit_code == 6
    told = answers(result)[len(RECORDED_AGAIN) - 1]["findings"]
    forbidden = ("rule", "meeting-is-quorate", "forbidden")
    assert forbidden in codes(told)
    read = document(typed("compliance", "--store", address, "--json", now=NOW))
    found = {one["case"]: codes(one["findings"]) for one in read["cases"]}
    assert forbidden in found[CASE]
    assert found[other] == [
        ("duty", one, "irregular")
        for one in ("ask-agencies", "collate", "share-reports", "tell-members")
    ]
    early = document(
        typed("compliance", "--store", address, "--json", "--happened-by", "2020-05-20", now=NOW)
    )
    assert [one["findings"] for one in early["cases"] if one["case"] == other] == [[]]
