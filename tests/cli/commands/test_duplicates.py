"""`duplicates`, and what `apply` and `import` tell of a notification that came in twice (ToR 8.1).

KM-1 was received on Monday 4 May 2020 with the notification PRN-1. The same came in again on
Tuesday the 5th, and was recorded as KM-2.
"""

from collections.abc import Mapping
from typing import Any, Final

from tests.cli.a_terminal import RECEIPT, TEAM, answers, document, lines, typed

AGAIN: Final[Mapping[str, object]] = {
    **RECEIPT,
    "case": "KM-2",
    "at": "2020-05-05T09:30:00+01:00",
}
OTHER: Final[Mapping[str, object]] = {**RECEIPT, "case": "KM-3", "reference": "PRN-3"}
HINT: Final = (
    "it looks like case KM-1: the same source and reference. If it is the same notification, "
    "record LinkProcess in case KM-2, with the process duplicate-of and the reference KM-1, so "
    "that it counts once. If it is another notification of the same incident, record that with "
    "the process same-incident-as. Otherwise do nothing"
)


def link(case: str, other: str) -> Mapping[str, object]:
    """Return the line that links a case as the duplicate of another."""
    said = {"process": "duplicate-of", "reference": other, "at": "2020-05-06T09:00:00+01:00"}
    return {"case": case, "command": "LinkProcess", "by": TEAM, **said}


def applied(store: str, *said: Mapping[str, object]) -> list[Any]:
    """Return the answers to some commands, none of which was refused."""
    result = typed("apply", "-", "--store", store, stdin=lines(*said))
    assert result.exit_code == 0
    return answers(result)


def asked(store: str, *options: str) -> str:
    """Return what `duplicates` prints."""
    result = typed("duplicates", "--store", store, *options)
    assert result.exit_code == 0
    return result.stdout


def test_anyone_who_records_it_is_told_that_it_looks_like_another(store: str) -> None:
    """ToR 8.1: it is recorded all the same, and nothing is a finding."""
    first, other, again = applied(store, RECEIPT, OTHER, AGAIN)
    assert "notes" not in first
    assert "notes" not in other
    assert (again["notes"], again["events"][0]) == ([HINT], "NotificationReceived")
    small = {**OTHER, "case": "km-0001", "reference": "PRN-9"}
    (told,) = applied(store, small)
    assert "case KM-1: references that differ only in capital letters or zeros" in told["notes"][0]


def test_an_import_tells_it_too(store: str) -> None:
    """And the case is imported whole."""
    beside = ("case", "command", "by")
    told = [
        {
            "case": one["case"],
            "event": {
                "kind": "NotificationReceived",
                **{key: value for key, value in one.items() if key not in beside},
            },
        }
        for one in (RECEIPT, AGAIN)
    ]
    result = typed("import", "-", "--store", store, stdin=lines(*told))
    first, again = answers(result)
    assert result.exit_code == 0
    assert "notes" not in first
    assert again["notes"] == [HINT]


def test_cases_that_look_alike_are_listed_until_they_are_linked(store: str) -> None:
    """ToR 8.1: with --all those too that are linked."""
    applied(store, RECEIPT, OTHER, AGAIN)
    assert asked(store).splitlines() == [
        "look alike  by                             linked",
        "KM-1, KM-2  the same source and reference  no",
    ]
    assert "notes" not in applied(store, link("KM-2", "KM-1"))[0]
    linked = ["duplicate  of    counted", "KM-2       KM-1  KM-1"]
    assert asked(store).splitlines() == linked
    assert asked(store, "--all").splitlines() == [
        "look alike  by                             linked",
        "KM-1, KM-2  the same source and reference  yes",
        "",
        *linked,
    ]


def test_other_programs_read_the_list(store: str) -> None:
    """Reasons and what is amiss are codes; as recorded by an earlier time there was no link."""
    applied(store, RECEIPT, AGAIN, link("KM-2", "KM-1"))
    answer = document(typed("duplicates", "--store", store, "--json", "--all"))
    assert answer["alike"] == [
        {
            "cases": ["KM-1", "KM-2"],
            "by": ["same-notification"],
            "not_linked": ["KM-1"],
            "is_settled": True,
        }
    ]
    assert answer["linked"] == [
        {"case": "KM-2", "duplicate_of": "KM-1", "counted": "KM-1", "amiss": None}
    ]
    then = document(typed("duplicates", "--store", store, "--json", "--happened-by", "2020-05-05"))
    assert (then["linked"], then["alike"][0]["is_settled"]) == ([], False)


def test_a_case_says_where_no_case_counts_in_its_place(store: str) -> None:
    """ToR 8.1: otherwise all would seem well in both, while nobody judges the incident."""
    applied(store, RECEIPT, AGAIN, link("KM-2", "KM-1"))
    assert "not_counted_because" not in document(typed("show", "KM-2", "--store", store, "--json"))
    applied(store, link("KM-1", "KM-2"))
    amiss = (
        "KM-2 is linked as a duplicate, but the links form a circle, so none of these cases "
        "counts; retract the link of the case that stays, with CorrectRecord"
    )
    shown = document(typed("show", "KM-2", "--store", store, "--json"))
    assert shown["not_counted_because"] == amiss
    assert f"{amiss}.\n" in typed("show", "KM-2", "--store", store).stdout


def test_a_link_that_cannot_be_right_is_told(store: str) -> None:
    """A chain, a case that is not there and a circle are recorded; a case of itself is not."""
    applied(store, RECEIPT, AGAIN, OTHER, link("KM-2", "KM-1"))
    (chain,) = applied(store, link("KM-3", "KM-2"))
    assert chain["notes"] == ["KM-2 is itself a duplicate: KM-1 counts in place of both"]
    (circle,) = applied(store, link("KM-1", "KM-3"))
    assert "form a circle" in circle["notes"][0]
    assert asked(store).count("form a circle") == 3
    nowhere = {**link("KM-3", "KM-9"), "at": "2020-05-07T09:00:00+01:00"}
    (gone,) = applied(store, nowhere)
    assert "its links end at no case with a notification" in gone["notes"][0]
    assert "none" in asked(store)
    mended = {
        "case": "KM-3",
        "command": "CorrectRecord",
        "by": TEAM,
        "at": "2020-05-08T09:00:00+01:00",
        "version": 5,
        "because": "the wrong reference",
        "replacement": {
            "kind": "ProcessLinked",
            "process": "duplicate-of",
            "reference": "KM-8",
            "at": "2020-05-07T09:00:00+01:00",
        },
    }
    (told,) = applied(store, mended)
    assert "its links end at no case with a notification" in told["notes"][0]
    itself = typed("apply", "-", "--store", store, stdin=lines(link("KM-2", "KM-2")))
    assert itself.exit_code == 5
    (refused,) = answers(itself)
    assert refused["refused"]["because"] == "case 'KM-2' cannot be a duplicate of itself"


def test_it_is_counted_once_and_owes_nothing(store: str) -> None:
    """ToR 8.1: by the read model, and as of a time by the entries."""
    applied(store, RECEIPT, AGAIN, link("KM-2", "KM-1"))
    for options in ((), ("--happened-by", "2020-05-31")):
        figures = document(typed("stats", "--store", store, "--json", *options))
        assert figures["cases"] == 1
        told = typed("stats", "--store", store, *options).stderr
        assert "linked as duplicates, which no figure counts: 1;" in told
        board = document(typed("board", "--store", store, "--json", "--all", *options))
        assert [(one["case"], one["stage"], one["is_open"]) for one in board["cases"]] == [
            ("KM-1", "notified", True),
            ("KM-2", "duplicate", False),
        ]
    shown = typed("show", "KM-2", "--store", store).stdout
    assert "duplicate of KM-1" in shown
    assert "Nothing is due." in shown
    assert document(typed("show", "KM-2", "--store", store, "--json"))["duplicate_of"] == "KM-1"
    page = typed("report", "KM-2", "--store", store, "-o", "-").stdout
    assert '<dt>A duplicate of</dt><dd id="fact-a-duplicate-of">KM-1</dd>' in page
    assert "KM-2" not in typed("diary", "--store", store).stdout
    late = typed("compliance", "--store", store, "--fail-on-breach", "KM-2")
    assert late.exit_code == 0


def test_a_store_in_which_nothing_looks_alike_says_so(store: str) -> None:
    """ToR 8.1: nothing to do."""
    applied(store, RECEIPT)
    result = typed("duplicates", "--store", store)
    assert result.stdout == ""
    assert "No two cases of kent-and-medway look alike or are linked" in result.stderr
