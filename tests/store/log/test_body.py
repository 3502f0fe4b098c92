"""Where a stored body says that it belongs: one reader of it, for every room of the store."""

import re
from pathlib import Path

import pytest

import rapid_review.store
from rapid_review.store.backends.ports import OPENING
from rapid_review.store.log.body import case_named_in, opening_of, place, place_named_in, stream_id
from rapid_review.store.log.codec import Codec
from tests.golden.entries import ENTRIES


@pytest.mark.parametrize("kind", sorted(ENTRIES))
def test_every_body_says_where_it_belongs(kind: str) -> None:
    """Partnership, case and version are those of the entry, and the opening is enough for it."""
    entry = ENTRIES[kind]
    opening = opening_of(Codec().encode(entry)[:OPENING])
    assert opening is not None
    assert opening[2:] == (entry.partnership, entry.case, entry.version)
    assert opening.stream == stream_id(entry.partnership, entry.case).hex
    assert opening.place == place(entry.partnership, entry.case)
    assert case_named_in(opening.place) == entry.case


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"schema":1}',
        b'{"schema":0,"partnership":"kent","case":"KM-1","version":1,',
        b'{"partnership":"kent","schema":1,"case":"KM-1","version":1,',
        '{"schema":1,"partnership":"kent","case":"KM-1","version":1,',
        None,
        7,
    ],
)
def test_what_does_not_open_as_a_body_does_says_nothing(body: object) -> None:
    """The person who owns the database may have put anything there, of any type."""
    assert opening_of(body) is None


def test_a_body_whose_version_is_no_number_still_says_its_case() -> None:
    """So that a finding can name it."""
    opening = opening_of(b'{"schema":1,"partnership":"kent","case":"KM-1","version":"x",')
    assert opening is not None
    assert (opening.case, opening.version) == ("KM-1", None)


def test_bytes_that_are_no_text_are_read_and_lead_to_another_stream() -> None:
    """They raise no error: a row of them is one of another place."""
    opening = opening_of(b'{"schema":1,"partnership":"\xff","case":"KM-1","version":1,')
    assert opening is not None
    assert opening.stream != stream_id("kent", "KM-1").hex


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"sch?ma":1,"partnership":"kent","case":"KM-1","version', ("kent", "KM-1")),
        (b'{"schema":1,"partnership":"kent","case":"Canary Wharfe"', (None, None)),
        (b'{"schema":1,"partnership":"kent","c', (None, None)),
        ('"partnership":"kent","case":"KM-1"', (None, None)),
        (None, (None, None)),
    ],
)
def test_a_damaged_body_names_its_place_only_where_both_have_the_form_of_one(
    body: object, named: tuple[str | None, str | None]
) -> None:
    """A row that is passed by is named by it, and no words may be printed with it."""
    assert place_named_in(body) == named


def test_no_other_module_of_the_store_reads_where_a_body_belongs() -> None:
    """Else two of them could come to disagree."""
    folder = Path(rapid_review.store.__file__).parent
    reads = re.compile(r"\"partnership\\?\":|\\\"case\\?\":|\[\"case\"\]")
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if reads.search(re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.DOTALL))
    }
    assert found == {"log/body.py"}
