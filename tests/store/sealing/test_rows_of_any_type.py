"""A row that holds what no row holds is none of the record's, and makes nothing fail."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.verify.envelope import MAC
from rapid_review.domain.errors import KeysError, RecordError
from rapid_review.store.backends.ports import ERASURES
from rapid_review.store.sealing.canaries import in_rows
from rapid_review.store.sealing.census import counted
from rapid_review.store.sealing.fence import fence
from rapid_review.store.sealing.place import Place, is_a_place
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.store.a_ledger import ODD, IntruderInFile, Row, loosen
from tests.store.a_record import CASE, TEAM, kent_in
from tests.store.sealing.a_sealed_store import sealed_in
from tests.store.writing.test_erasing import OF_THE_CHILD, approved

APPROVED: Final = 9
"""The position of the approval of the order."""
FINISHED: Final = 10
"""The position of the newest entry: the order was carried out."""
AS_BEFORE: Final = "a stream in capitals"
"""The same bytes, so that the seal holds."""
UNREADABLE: Final = "a body that is no text"
"""SQLite itself cannot return it, except where whole rows are read."""


@pytest.fixture(scope="module")
def erased_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a sealed store in which an order was carried out."""
    folder = tmp_path_factory.mktemp("erased")
    with closing(sealed_in(folder)) as store:
        approved(store, OF_THE_CHILD).erase(CASE, "E-1", by=TEAM)
    loosen(folder / "record.db")
    return folder


@pytest.fixture(params=[one for one in ODD if one != AS_BEFORE])
def odd(request: pytest.FixtureRequest) -> str:
    """Return the name of something that no row holds."""
    name: str = request.param
    return name


@pytest.fixture
def altered(erased_in: Path, tmp_path: Path, odd: str, position: int) -> Iterator[Store]:
    """Yield a copy of the store, in which a row was filled with that."""
    shutil.copytree(erased_in, tmp_path, dirs_exist_ok=True)
    statement = f"UPDATE stored_events SET {ODD[odd]} WHERE rowid = {position}"  # noqa: S608 - our own
    IntruderInFile(tmp_path / "record.db").ask(statement)
    with closing(sealed_in(tmp_path)) as store:
        yield store


@pytest.mark.parametrize(
    ("place", "is_one"),
    [
        (("0f" * 16, 0, "CaseClosed"), True),
        (("0f" * 16, 2**63 - 1, "CaseClosed"), True),
        (("0f" * 16, -1, "CaseClosed"), False),
        (("0f" * 15, 1, "CaseClosed"), False),
        (("0f" * 17, 1, "CaseClosed"), False),
        (("somewhere", 1, "CaseClosed"), False),
        (("0f" * 16, 1, "Case\nClosed"), False),
    ],
)
def test_a_seal_is_bound_to_what_can_be_written_in_one_way(
    place: tuple[str, int, str], *, is_one: bool
) -> None:
    """Another place would else have the same bytes, or none."""
    assert is_a_place(*place) is is_one
    if is_one:
        assert len(Place(*place).in_bytes()) == 16 + 8 + len("CaseClosed\n")


@pytest.mark.parametrize("position", [FINISHED])
def test_after_such_a_row_nothing_is_recorded(altered: Store) -> None:
    """It is the newest, and these keys did not seal it."""
    with pytest.raises(KeysError, match="or somebody altered that entry"):
        kent_in(altered).handle("KM-9", RECEIVE, by=TEAM)


def test_after_a_row_that_names_another_row_key_nothing_is_recorded(
    erased_in: Path, tmp_path: Path
) -> None:
    """There is none of that number, so no seal is made with it."""
    shutil.copytree(erased_in, tmp_path, dirs_exist_ok=True)

    def renumbered(rows: list[Row]) -> list[Row]:
        *others, last = rows
        body = last.state[: -MAC - 1] + b"\2" + last.state[-MAC:]
        return [*others, last._replace(state=body)]

    IntruderInFile(tmp_path / "record.db").alter(renumbered)
    with closing(sealed_in(tmp_path)) as store, pytest.raises(KeysError, match="altered that"):
        kent_in(store).handle("KM-9", RECEIVE, by=TEAM)


@pytest.mark.parametrize("position", [APPROVED, FINISHED])
def test_on_the_word_of_such_a_row_nothing_is_done(
    altered: Store, odd: str, position: int
) -> None:
    """If it is still of a kind that says something of erasures."""
    assert altered.keys is not None
    if odd == UNREADABLE:
        with pytest.raises(RecordError, match="damaged"):
            fence(altered.keys, altered.opened.rows)
        return
    ((_, _, version, kind, _),) = altered.opened.rows.after(position - 1, 1)
    untrusted = fence(altered.keys, altered.opened.rows).untrusted
    unsealed = [one for one in untrusted if not one.is_sealed and one.version == version]
    assert bool(unsealed) is (kind in ERASURES)


@pytest.mark.parametrize("position", [APPROVED])
def test_keys_are_counted_unless_such_a_row_names_none_that_can_be_read(
    altered: Store, odd: str
) -> None:
    """A body alone names keys."""
    assert altered.keys is not None
    if "body" in odd:
        with pytest.raises(RecordError, match="audit verify --keys"):
            counted(altered.keys, altered.opened.rows)
    else:
        assert counted(altered.keys, altered.opened.rows).destroyed == 1


@pytest.mark.parametrize("position", [APPROVED])
def test_words_are_looked_for_in_such_a_row_too(altered: Store) -> None:
    """Nobody sealed what somebody wrote into it."""
    assert not list(in_rows(altered.opened.rows, ["nowhere"]))
