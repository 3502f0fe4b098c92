"""The table of what goes wrong with sealed words, in `tests/README.md`, names tests that are."""

import re
from pathlib import Path
from typing import Final

from tests.faults import test_killed_while_erasing, test_killed_with_keys
from tests.store.postgres import test_killed_on_a_server, test_sealed_on_a_server
from tests.store.sealing import (
    test_a_key_that_was_read,
    test_attacks,
    test_the_word_of_a_forger,
)
from tests.store.writing import test_erasing

HERE: Final = Path(__file__).parent
FILE: Final = re.compile(r"`([a-z_/]+\.py)`(?:: ((?:`\w+`(?:, )?)+))?")
AGAIN: Final = {
    test_killed_on_a_server: (test_killed_with_keys, test_killed_while_erasing),
    test_sealed_on_a_server: (
        test_attacks,
        test_erasing,
        test_a_key_that_was_read,
        test_the_word_of_a_forger,
    ),
}
"""Which tests each module on a server takes over."""


def cells() -> list[tuple[str, str]]:
    """Return, of each line of the table, what is asked in a file and on a server."""
    _, _, section = (HERE / "README.md").read_text().partition("## What goes wrong with sealed")
    table, _, _ = section.partition("\n## ")
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    found = [(row[2].strip(), row[3].strip()) for row in rows[2:]]
    assert len(found) > 10
    return found


def test_every_test_that_the_table_names_is_there() -> None:
    """In the file that it is said to be in."""
    named = [match for pair in cells() for cell in pair for match in FILE.finditer(cell)]
    assert len(named) > 20
    for match in named:
        text = (HERE / match[1]).read_text()
        for name in re.findall(r"\w+", match[2] or ""):
            assert f"def {name}(" in text, (match[1], name)


def test_what_is_the_same_on_a_server_is_taken_over_there() -> None:
    """Each test that is said to be asked there again is."""
    for in_a_file, on_a_server in cells():
        if not on_a_server.startswith("the same, by"):
            continue
        (module,) = (one for one in AGAIN if Path(one.__file__ or "").name in on_a_server)
        for match in FILE.finditer(in_a_file):
            for name in re.findall(r"\w+", match[2]):
                assert any(hasattr(one, name) for one in AGAIN[module]), name
                assert hasattr(module, name), name
