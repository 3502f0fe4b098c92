"""A store on a server that was opened before a fork, as by a web server that loads first."""

import subprocess
import sys
from typing import Final

FORKING: Final = """
import os, sys
from rapid_review.domain.errors import StorageError
from rapid_review.store import Store

store = Store.on_postgres(sys.argv[1], unsealed=True)
print(list(store.all_entries()), flush=True)
if os.fork() == 0:
    for asked in (lambda: list(store.all_entries()), store.ping):
        try:
            asked()
        except StorageError as error:
            print(error, flush=True)
    os._exit(0)
os.wait()
print(list(store.all_entries()))
store.close()
"""


def test_it_is_refused_there_and_goes_on_here(address: str) -> None:
    """Over one connection two processes would read each other's answers, and find rows missing."""
    ran = subprocess.run(  # noqa: S603 - this interpreter; since 3.12 it warns of forks
        [sys.executable, "-W", "ignore", "-c", FORKING, address],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    before, told, pinged, after = ran.stdout.splitlines()
    assert (before, after) == ("[]", "[]"), ran.stderr
    assert pinged == told, "a probe of readiness finds it unusable, too"
    assert "opened before this process was forked" in told
    assert "Open it in each process, after the fork" in told
