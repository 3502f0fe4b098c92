"""Bugs, each with the law of the kit that must find it: `python -m tests.kit.seeded_bugs`.

It seeds one after the other, and prints which law found it and how long that took.
"""

import inspect
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rapid_review import terms as shipped
from rapid_review.testing import RulesConformance
from tests.kit.bugs_in_rules import IN_RULES
from tests.kit.bugs_in_sealing import IN_SEALING
from tests.kit.bugs_in_subscriptions import IN_SUBSCRIPTIONS
from tests.kit.bugs_in_the_store import IN_THE_STORE
from tests.kit.bugs_in_the_web import IN_THE_WEB
from tests.kit.seeding import Bug, seeded
from tests.kit.test_http import TestInAFile as ServedFromAFile
from tests.kit.test_sealing import TestWithAKeyFile as SealedInFiles
from tests.kit.test_stores import TestInAFile as StoredInAFile
from tests.kit.test_subscriptions import TestInAFile as FollowedInAFile
from tests.kit.test_wirings import TestInAFile as WiredToAFile

BUGS: Final = (*IN_RULES, *IN_THE_STORE, *IN_SEALING, *IN_SUBSCRIPTIONS, *IN_THE_WEB)


class RulesOfAll(RulesConformance):
    """Stories of every partnership, and the other laws under Kent's terms."""

    editions = tuple(map(shipped.load, shipped.available()))


SUITES: Final[Mapping[str, type]] = {
    "RulesConformance": RulesOfAll,
    "StoreConformance": StoredInAFile,
    "WiringConformance": WiredToAFile,
    "SealingConformance": SealedInFiles,
    "SubscriptionConformance": FollowedInAFile,
    "HttpConformance": ServedFromAFile,
}


def asked(law: str, folder: Path) -> None:
    """Ask one law of the library.

    Args:
        law: a suite of the kit, and one of its tests.
        folder: an empty one.
    """
    suite, name = law.split(".")
    test: Any = getattr(SUITES[suite](), name)
    test(**({"tmp_path": folder} if "tmp_path" in inspect.signature(test).parameters else {}))


def found(bug: Bug, folder: Path) -> Exception | None:
    """Return what its law says of a bug; None if it finds nothing."""
    try:
        with seeded(bug):
            asked(bug.law, folder)
    except Exception as error:  # noqa: BLE001 - some bugs make the library raise by itself
        return error
    return None


def main() -> None:
    """Print, for each bug, what found it and how long that took."""
    for bug in BUGS:
        with TemporaryDirectory() as folder:
            began = time.perf_counter()
            error = found(bug, Path(folder))
            took = time.perf_counter() - began
        said = "not found" if error is None else type(error).__name__
        sys.stdout.write(f"{bug.name}: {said}, {took:.2f} s, {bug.law}\n")


if __name__ == "__main__":
    main()
