"""Another release of the library, at work on the same store in a process of its own.

It is this one with another layout of the read model. One may also be given the numbers that every
release wrote up to the one of layout 4: 0 for a build that is being made, and 1 for the live one.
"""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from rapid_review.store.backends.address import on_a_server
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sql.read_model import LAYOUT
from rapid_review.store.store import Store
from tests.copies import copied
from tests.faults.processes import ROOT
from tests.store.a_read_model import DAYS
from tests.store.a_record import kent_in

_FILE: Final = Path("rapid_review/store/sql/read_model.py")
_LAYOUT: Final = f"LAYOUT: Final = {LAYOUT}\n"
_NUMBER: Final = "BEING_MADE: Final = 2 * (LAYOUT - 1)\n"


class Release:
    """A release that is not this one.

    Args:
        folder: where its sources are put.
        layout: which layout of the read model it has.
        numbers_as_before: whether it writes 0 and 1, whatever its layout.
    """

    def __init__(self, folder: Path, layout: int, *, numbers_as_before: bool = False) -> None:
        self._sources = folder / f"release-{layout}"
        copied(ROOT / "src", self._sources)
        file = self._sources / _FILE
        text = file.read_text()
        assert _LAYOUT in text
        assert _NUMBER in text
        text = text.replace(_LAYOUT, f"LAYOUT: Final = {layout}\n")
        if numbers_as_before:
            text = text.replace(_NUMBER, "BEING_MADE: Final = 0\n")
        file.write_text(text)

        paths = os.pathsep.join((str(self._sources), str(ROOT)))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.read_model.another_release"],
            cwd=self._sources,
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def does(self, act: str, store: str) -> Any:  # noqa: ANN401 - whatever is said
        """Catch up, rebuild, read the board, or `init`; return what comes of it."""
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        asks.write(json.dumps([act, store]) + "\n")
        asks.flush()
        said = answers.readline()
        assert said, f"release {self._sources.name} could not {act}; it says above why"
        return json.loads(said)

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def acted(act: str, address: str) -> object:
    """Catch up, rebuild or read the board; or make what the release needs on a server."""
    if act == "init":
        return init_postgres(address, sealed=False)
    opens = Store.on_postgres if on_a_server(address) else Store.on_sqlite
    with closing(opens(address, unsealed=True)) as store:
        read_model = kent_in(store).read_model()
        if act == "board":
            return [str(one) for one in read_model.board(DAYS[0])]
        return read_model.rebuild() if act == "rebuild" else read_model.catch_up()


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(acted(*json.loads(line))) + "\n")
        sys.stdout.flush()
