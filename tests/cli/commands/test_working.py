"""`rapid-review work`: what it is told to do, and what it says; `tests/faults` has it killed."""

import json
import re
import signal
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from rapid_review.cli import main
from rapid_review.store import RapidReviews
from rapid_review.store.jobs import Progress, Stepping
from tests.cli.a_terminal import RECEIPT, document, lines, put_aside, typed


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with one case in it."""
    path = str(tmp_path / "rapid-review.db")
    assert typed("apply", "-", "--store", path, stdin=lines(RECEIPT)).exit_code == 0
    return path


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module in which a platform has its jobs."""
    module = ModuleType("platform_jobs")
    monkeypatch.setitem(sys.modules, "platform_jobs", module)
    return module


class Stopping:
    """A job that tells this process to stop, once, and has come to its end."""

    name = "stopping"
    news = None

    def __init__(self, by: signal.Signals = signal.SIGTERM, takes: float = 0) -> None:
        self.by = by
        self.takes = takes
        self.is_over = False
        self.steps = 0

    def step(self) -> Progress:
        """Tell it to stop, and go on for a while."""
        if not self.is_over:
            self.is_over = True
            signal.raise_signal(self.by)
            time.sleep(self.takes)
        self.steps += 1
        return Progress(1, 1)


def test_it_works_until_it_is_told_to_stop(store: str, jobs: ModuleType) -> None:
    """SIGTERM or Ctrl-C: it finishes what it is at, and ends with 0."""
    for by in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(by)
        jobs.make = lambda _, by=by: Stopping(by)  # type: ignore[attr-defined]
        result = typed("work", "--store", store, "--subscribe", "platform_jobs:make")
        assert result.exit_code == 0
        first, *_, last = result.stderr.splitlines()
        assert first.endswith(
            "rapid_review.work: works at read-model-of-kent-and-medway, stopping"
        )
        assert last.endswith("stopped as requested, after finishing its current work")
        assert signal.getsignal(by) == before
    assert "KM-1" in typed("board", "--store", store).stdout


def test_a_step_that_has_begun_is_finished(store: str, jobs: ModuleType) -> None:
    """However long it takes from when it is told to stop."""
    slow = Stopping(takes=1)
    jobs.make = lambda _: slow  # type: ignore[attr-defined]
    typed("work", "--store", store, "--subscribe", "platform_jobs:make")
    assert slow.steps == 1


def test_it_tells_what_it_does_as_json(store: str, jobs: ModuleType) -> None:
    """A line for each thing, with its time, how grave it is, and which logger said it."""
    jobs.make = lambda _: Stopping()  # type: ignore[attr-defined]
    result = typed("work", "--json", "--store", store, "--subscribe", "platform_jobs:make")
    told = [json.loads(line) for line in result.stderr.splitlines()]
    assert [one.keys() for one in told] == [{"at", "level", "logger", "message"}] * len(told)
    assert {one["level"] for one in told} == {"INFO"}


def test_it_makes_checkpoints_that_are_due(store: str, jobs: ModuleType) -> None:
    """A notification is a milestone: the checkpoint after it is made at once, and put away."""
    folder = Path(store).parent
    key = folder / "log-key"
    typed("audit", "key", "--origin", "kent.example/rapid-reviews", "-o", str(key))
    sink, stopping = folder / "sink", Stopping()
    jobs.make = lambda _: Stepping(  # type: ignore[attr-defined]
        "stopping", lambda: stopping.step() if sink.exists() else Progress(0, 1)
    )
    result = typed(
        *("work", "--store", store, "--subscribe", "platform_jobs:make", "--poll", "0.1"),
        *("--checkpoints", "--key", str(key), "--sink", str(sink)),
    )
    assert result.exit_code == 0, result.output
    assert [one.name for one in sink.glob("checkpoint.4*")]


@pytest.mark.parametrize("option", ["--key", "--memory", "--sink"])
def test_what_is_only_for_checkpoints_asks_for_them(store: str, option: str) -> None:
    """Or else anyone who gave it would believe that checkpoints were made."""
    result = typed("work", "--store", store, option, "log")
    assert result.exit_code == 2
    assert "work only with --checkpoints" in result.stderr


def test_a_fault_of_a_platform_s_job_ends_it(store: str, jobs: ModuleType) -> None:
    """With 1, and where it arose; its text is left out, for it may hold words."""

    def fail() -> Progress:
        raise KeyError("Jane Canary")

    jobs.make = lambda _: Stepping("failing", fail)  # type: ignore[attr-defined]
    result = typed("work", "--store", store, "--subscribe", "platform_jobs:make")
    assert result.exit_code == 1
    assert "a KeyError" in result.stderr
    assert "Jane" not in result.output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_module_of_ours:make", "Python finds no module no_such_module_of_ours"),
        ("platform_jobs:none", "allowed: MODULE:FUNCTION"),
        ("platform_jobs:no_job", "allowed: MODULE:FUNCTION"),
        ("platform_jobs", "allowed: MODULE:FUNCTION"),
        ("platform_jobs:fails", "the function failed with ZeroDivisionError, in test_working.py:"),
    ],
)
def test_what_is_no_job_is_a_mistake_of_usage(
    store: str, jobs: ModuleType, name: str, said: str
) -> None:
    """Said before anything is begun."""
    jobs.no_job = lambda _: None  # type: ignore[attr-defined]
    jobs.fails = lambda _: 1 / 0  # type: ignore[attr-defined]
    result = typed("work", "--store", store, "--subscribe", name)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_page_starts_it_as_it_can_be_started() -> None:
    """Every option that is on the page, in a unit of systemd or for a container, is one."""
    page = Path(__file__).parents[3] / "docs" / "how-to" / "run-a-worker.md"
    said = re.findall(r"rapid-review work (--.*)$", page.read_text(), flags=re.MULTILINE)
    assert len(said) == 3
    known = {option for one in main.commands["work"].params for option in one.opts}
    for options in said:
        assert {word for word in options.split() if word.startswith("--")} <= known


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Anyone who starts it too early is told so; what supervises it starts it again."""
    path = tmp_path / "none.db"
    result = typed("work", "--store", str(path))
    assert (result.exit_code, path.exists()) == (3, False)


def test_a_subscription_is_given_the_reviews_of_the_terms(store: str, jobs: ModuleType) -> None:
    """Those of the partnership that `--terms` names."""
    seen: list[str] = []

    def make(reviews: RapidReviews) -> Stopping:
        seen.append(reviews.terms.partnership)
        return Stopping()

    jobs.make = make  # type: ignore[attr-defined]
    named = ("--terms", "kent-and-medway-2020-05")
    typed("work", "--store", store, *named, "--subscribe", "platform_jobs:make")
    assert seen == ["kent-and-medway"]


# --- What was put aside


def test_what_is_put_aside_is_listed_without_a_handler(store: str) -> None:
    """Where each subscription stands; then each entry with why it failed, and what to do."""
    assert typed("subscription", "list", "--store", store).stdout.startswith(
        "This store has no subscription yet."
    )
    put_aside(store)
    told = typed("subscription", "list", "--store", store)
    assert told.exit_code == 0
    assert re.search(r"^letters +1 +4 +0 +4$", told.stdout, re.MULTILINE)
    assert re.search(
        r"^letters +1 +KM-1 +1 .*ConnectionError in a_terminal.py", told.stdout, re.MULTILINE
    )
    assert "`rapid-review subscription retry NAME`" in told.stdout
    (one,) = document(typed("subscription", "list", "--store", store, "--json"))["subscriptions"]
    assert (one["name"], one["position"], one["last"], len(one["parked"])) == ("letters", 4, 4, 4)
    assert [entry["tries"] for entry in one["parked"]] == [1, 0, 0, 0]


def test_what_is_put_aside_is_tried_again_by_the_worker(store: str, jobs: ModuleType) -> None:
    """The command leaves a note of it, and whichever worker has the handler does it."""
    put_aside(store)
    asked = typed("subscription", "retry", "letters", "--store", store)
    assert asked.stdout.startswith("letters: `rapid-review work` will retry 4 entries")
    given = list[int]()
    jobs.make = lambda reviews: reviews.subscription(  # type: ignore[attr-defined]
        "letters", lambda entries, _: given.extend(one.position for one in entries)
    )
    jobs.stop = lambda _: Stopping(takes=0.5)  # type: ignore[attr-defined]
    subscribed = ("--subscribe", "platform_jobs:make", "--subscribe", "platform_jobs:stop")
    assert typed("work", "--store", store, *subscribed).exit_code == 0
    assert given == [1, 2, 3, 4]
    asked = typed("subscription", "retry", "letters", "--store", store)
    assert asked.stdout == "letters: no entry is put aside\n"


def test_one_case_of_what_is_put_aside_is_tried_again(store: str) -> None:
    """By the position of an entry; a position or a name that is mistaken is told as such."""
    typed("apply", "-", "--store", store, stdin=lines({**RECEIPT, "case": "KM-2"}))
    put_aside(store)
    retry = ("subscription", "retry", "letters", "--store", store)
    answer = document(typed(*retry, "--position", "5", "--json"))
    assert answer == {"subscription": "letters", "to_be_tried_again": 4}
    assert typed(*retry, "--position", "9").exit_code == 5
    wrong = typed("subscription", "retry", "mails", "--store", store)
    assert wrong.exit_code == 5
    assert "subscriptions that have begun: letters" in wrong.stderr
