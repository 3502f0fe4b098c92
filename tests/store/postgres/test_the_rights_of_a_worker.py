"""A worker that owns nothing does all that a worker does, with the rights that the page prints."""

import re
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.domain.errors import StorageError
from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import CASE, TEAM, kent_in
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected, store_at

PAGE: Final = Path(__file__).parents[3] / "docs" / "how-to" / "move-to-a-server.md"
STATEMENTS: Final = re.compile(r"```text\n((?:GRANT|DO) .*?)```", re.DOTALL)
TO_RECORD, TO_WORK = STATEMENTS.findall(PAGE.read_text(encoding="utf-8"))


def test_the_rights_of_the_page_are_enough(mortal: Server, tmp_path: Path) -> None:
    """The first block to record under an id, the second for all that is derived from it."""
    init_postgres(mortal.address, sealed=False)
    with connected(mortal.address) as owner:
        owner.execute("CREATE ROLE worker LOGIN")
        owner.execute(TO_RECORD.encode())
        with store_at(mortal.address.replace("postgres@", "worker@")) as store:
            reviews = kent_in(store)
            for command_id in ("form-1", "form-2", "form-2"):
                reviews.handle(CASE, RECEIVE, by=TEAM, command_id=command_id)
            with pytest.raises(StorageError, match="permission denied for table read_models"):
                reviews.read_model().catch_up()
            owner.execute(TO_WORK.encode())
            kept = reviews.subscription("letters", lambda _entries, _writer: None)
            signer = Signer.start(SigningKey("kent.example/a", bytes(32)), tmp_path / "memory")
            for size in (4, 5):
                assert reviews.read_model().catch_up() >= 1
                assert kept.step().position == size
                assert reviews.ledger().checkpoint(signer).size == size
                reviews.handle(CASE, INFORM, by=TEAM)
