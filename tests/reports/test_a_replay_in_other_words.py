"""A finding may be worded differently in each version: a bundle is not altered because of that.

ADR 0101. What is not wording is compared to the byte, whatever the wording is, if the same edition
of the rules made it. `tests/older/2026-11-27-case-bundle.zip` is of the edition before.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs import sample_bundles
from rapid_review import __version__
from rapid_review.audit.verify import Files, Key, Report, Trust, open_bundle, verify
from rapid_review.projections.case.findings import EDITION
from rapid_review.reports.case_file.evidence import hold_replay, words_that_differ
from rapid_review.reports.case_file.page import replay_of
from tests.reports.a_case import KEY, bundle_of, contents_of, resigned

OLDER: Final = Path(__file__).parent.parent / "older" / "2026-11-27-case-bundle.zip"
REPLAY: Final = "replay/case.json"
MADE: Final = replay_of(contents_of())
COUNT: Final = len(MADE.findings)
WORDS: Final = ("because", "way_on")
DIFFERS: Final = (
    f"{REPLAY}: differs from the replay of the events by the terms and calendars in this bundle "
    f"and version {__version__} of rapid-review"
)
OTHER_FACTS: Final = f"{REPLAY}: states facts that differ from the events in this bundle"


def unchecked(count: int) -> str:
    """Return what is said of findings that are worded differently."""
    return (
        f"{REPLAY}: whether somebody changed the wording of its findings: version {__version__} "
        f"of rapid-review words {count} of them differently, as another version may; everything "
        "else in this file was checked"
    )


def held(files: Files, *keys: Key) -> Report:
    """Verify a bundle, and compare its replay with what the rules make of its entries."""
    report = verify(files, Trust(keys))
    assert report.findings == []
    hold_replay(files, keys, report)
    return report


def stating(stated: bytes) -> Report:
    """Return what is reported of a bundle that states this replay, signed by the log's key."""
    files = resigned({**bundle_of(), REPLAY: stated})
    return held(Files(frozenset(files), files.__getitem__), KEY.public)


def parsed() -> dict[str, Any]:
    """Return the replay that this version makes, as a reader of JSON has it."""
    told_of: dict[str, Any] = json.loads(bytes(MADE))
    return told_of


def written(stated: object) -> bytes:
    """Return a replay as bytes, in the form in which this version writes one."""
    text = json.dumps(stated, ensure_ascii=False, separators=(",", ":"))
    return text.encode().replace(b"<", b"\\u003c")


def test_the_case_has_findings_and_is_written_as_this_version_writes_it() -> None:
    """Else the tests below would not show what they say."""
    assert COUNT > 1
    assert written(parsed()) == bytes(MADE)


def test_a_bundle_of_an_earlier_edition_of_the_rules_is_not_called_altered() -> None:
    """What it states as fact is compared; its verdicts are not, and that is said."""
    report = held(open_bundle(OLDER), sample_bundles.KEY.public)
    assert report.findings == []
    assert "replay of the case" not in report.checked
    (said,) = (one for one in report.unchecked if one.startswith(REPLAY))
    assert f"made by 2026-11 of the rules, but this version judges by {EDITION}" in said


@pytest.mark.parametrize(
    ("part", "value", "findings"),
    [
        ("clause", "a clause of another document", []),
        ("summary", "notify-panel due 2020-05-29", [OTHER_FACTS]),
    ],
)
def test_under_another_edition_a_step_may_be_cited_by_another_clause_and_state_no_other_fact(
    part: str, value: str, findings: list[str]
) -> None:
    """The first editions cited Kent and Medway in the bundles of other partnerships too."""
    stated = {**parsed(), "edition": "an earlier one"}
    stated["timeline"][1][part] = value
    report = stating(written(stated))
    assert [f"{one.where}: {one.what}" for one in report.findings] == findings


def test_a_bundle_of_this_version_is_checked_to_the_last_word() -> None:
    """Nothing about its wording is left unchecked."""
    report = stating(bytes(MADE))
    assert report.findings == []
    assert report.checked["replay of the case"] == 1
    assert [one for one in report.unchecked if one.startswith(REPLAY)] == []


@given(words=st.lists(st.tuples(st.text(), st.text()), min_size=COUNT, max_size=COUNT))
def test_whatever_the_words_are_they_are_counted_and_nothing_is_found(
    words: list[tuple[str, str]],
) -> None:
    """How many findings are worded differently is the number of those whose words are not ours."""
    stated = parsed()
    for found, said in zip(stated["findings"], words, strict=True):
        found["finding"].update(zip(WORDS, said, strict=True))
    ours = [(one.finding.because, one.finding.way_on) for one in MADE.findings]
    expected = sum(one != other for one, other in zip(ours, words, strict=True))
    assert words_that_differ(MADE, written(stated)) == expected


@pytest.mark.parametrize("reworded", [False, True], ids=["our words", "other words"])
@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("findings", 0, "finding", "verdict"), "allowed"),
        (("findings", 0, "finding", "clause"), "ToR 1.1"),
        (("findings", 0, "finding", "code"), "another-rule"),
        (("findings", 0, "finding", "subject"), "another-seat"),
        (("findings", 0, "finding", "because"), 5),
        (("findings", 0, "finding", "way_on"), None),
        (("findings", 0, "finding", "more"), "a word too many"),
        (("findings", 0, "version"), 2),
        (("findings", 0, "kind"), "CaseClosed"),
        (("timeline", 1, "summary"), "notify-panel due 2020-05-29"),
        (("timeline", 1, "clause"), "ToR 1.1"),
        (("asked", "rules"), 1),
        (("days", 0, "stage"), "closed"),
        (("days", -1, "clocks", 0, "state"), "overdue"),
        (("titles", "rapid-review"), "another title"),
        (("partnership",), "another"),
        (("documents",), [{}]),
        (("findings",), []),
        (("findings",), None),
        (("more",), "a word too many"),
    ],
    ids=lambda given: "/".join(map(str, given)) if isinstance(given, tuple) else str(given),
)
def test_what_is_not_wording_is_found_whatever_the_words_are(
    place: tuple[str | int, ...], value: object, *, reworded: bool
) -> None:
    """Somebody who words the findings differently cannot alter a verdict, a day or a fact."""
    stated = parsed()
    if reworded:
        stated["findings"][-1]["finding"]["because"] = "the same in other words"
    *way, last = place
    there: Any = stated
    for step in way:
        there = there[step]
    there[last] = value
    report = stating(written(stated))
    assert [f"{one.where}: {one.what}" for one in report.findings] == [DIFFERS]
    assert [one for one in report.unchecked if one.startswith(REPLAY)] == []


@pytest.mark.parametrize(
    "stated",
    [
        b"",
        b"[]",
        b"{}",
        b"noise",
        b"[" * 100_000,
        bytes(MADE) + b"\n",
        bytes(MADE).replace(b'"findings":', b'"findings":[],"findings":'),
        bytes(replace(MADE, findings=MADE.findings[:-1])),
        bytes(replace(MADE, findings=(*MADE.findings, MADE.findings[-1]))),
        bytes(replace(MADE, findings=MADE.findings[::-1])),
    ],
)
def test_what_is_no_replay_of_these_entries_is_found(stated: bytes) -> None:
    """In another form, with a finding left out, put in or moved."""
    assert words_that_differ(MADE, stated) is None
