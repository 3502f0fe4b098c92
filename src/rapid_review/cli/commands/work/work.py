"""`work`: keep the read model, subscriptions and checkpoints up to date, until stopped."""

import json
import logging
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from threading import Event, Thread
from traceback import extract_tb
from typing import TYPE_CHECKING, Final, cast

import click

from rapid_review.cli.audit_files import (
    key_option,
    memory_option,
    signer_at,
    sink_option,
    sinks_at,
)
from rapid_review.cli.options import calendar_option, editions_option, store_option
from rapid_review.cli.question import Question, asks_as
from rapid_review.domain.errors import RapidReviewError

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews
    from rapid_review.store.jobs import Job
    from rapid_review.store.worker import Worker

_LOOK: Final = 0.2  # seconds between two looks at whether to stop
_LOOKS: Final = 5  # from one report to the next
_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LOG: Final = logging.getLogger("rapid_review.work")


@click.command()
@store_option
@editions_option
@calendar_option
@click.option(
    "--subscribe",
    metavar="MODULE:FUNCTION",
    multiple=True,
    help="A function that takes the reviews and returns a subscription or another job. Can be "
    "repeated.",
)
@click.option(
    "--checkpoints",
    is_flag=True,
    help="Make checkpoints when they are due. --key, --memory and --sink work only with this.",
)
@key_option
@memory_option
@sink_option
@click.option(
    "--poll",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    help="How often each job looks for new entries, even if it is not notified of any.",
)
@click.option(
    "--health-file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the progress to this file, about every second.",
)
@click.option(
    "--health-port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    help="Answer /health/live and /health/ready on this port of this machine; 0 takes a free one.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Report progress as JSON, one object a line."
)
@asks_as(Question)
def work(
    question: Question,
    *,
    subscribe: tuple[str, ...],
    checkpoints: bool,
    key_file: Path | None,
    memory: Path | None,
    sink: tuple[Path, ...],
    poll: float,
    health_file: Path | None,
    health_port: int | None,
) -> None:
    """Keep read model, subscriptions and checkpoints up to date.

    The command runs until you stop it. If the store is unavailable, it waits, and continues when
    the store is back. On SIGTERM or Ctrl-C it finishes its current page and ends with 0. It
    reports what it does on standard error.
    """
    from rapid_review.cli.health import answering, figures_of, write_health
    from rapid_review.store.ledger.checkpointing import Checkpointer
    from rapid_review.store.worker import Worker

    if not checkpoints and (key_file or memory or sink):
        raise click.UsageError("--key, --memory and --sink work only with --checkpoints")
    clock = question.shell.clock
    with ExitStack() as opened:
        opened.enter_context(_logging_to_standard_error(as_json=question.as_json))
        reviews = opened.enter_context(question.reviews())
        jobs = [reviews.read_model().job(), *(_job_of(one, reviews) for one in subscribe)]
        if checkpoints:
            signer = signer_at(question.store, key_file, memory)
            jobs.append(Checkpointer(reviews.ledger(), signer, sinks_at(sink)).job())
        worker = Worker(*jobs, clock=clock, poll=timedelta(seconds=poll))

        def report() -> None:
            if health_file is not None:
                write_health(health_file, figures_of(worker, clock()))

        if health_port is not None:
            answered = answering(health_port, lambda: figures_of(worker, clock()))
            port = opened.enter_context(answered)
            _LOG.info("health at http://127.0.0.1:%d/health/ready", port)
        keep_going(worker, report)
        _LOG.info("stopped as requested, after finishing its current work")


def keep_going(worker: "Worker", report: Callable[[], None]) -> None:
    """Run a worker until this process is stopped; report now and then.

    Raises:
        Exception: the error that ended the worker.
    """
    asked: list[int] = []
    ended: list[BaseException] = []
    stop = Event()

    def run() -> None:
        try:
            worker.run(stop)
        except BaseException as fault:  # noqa: BLE001 - raised again below
            ended.append(fault)

    # The handler only notes the signal, which may come at any moment.
    before = {
        one: signal.signal(one, lambda number, _: asked.append(number))
        for one in (signal.SIGTERM, signal.SIGINT)
    }
    running = Thread(target=run)
    # From here on a signal stops it.
    _LOG.info("works at %s", ", ".join(job.name for job in worker.status()))
    running.start()
    try:
        for look in count():
            if asked or not running.is_alive():
                break
            if look % _LOOKS == 0:
                report()
            running.join(_LOOK)
    finally:
        stop.set()
        running.join()
        for one, handler in before.items():
            signal.signal(one, handler)
    report()
    if ended:
        raise ended[0]


def _job_of(name: str, reviews: "RapidReviews") -> "Job":
    """Return the job that a function makes from the reviews.

    Raises:
        UsageError: there is no such function, or it returns no job.
    """
    module, _, function = name.partition(":")
    try:
        make = getattr(import_module(module), function) if module and function else None
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"--subscribe {name}: Python finds no module {error.name}; install it, or name its "
            "folder in PYTHONPATH"
        ) from None
    except AttributeError:
        make = None
    job = _made(name, make, reviews) if callable(make) else None
    if not callable(getattr(job, "step", None)) or not hasattr(job, "name"):
        raise click.UsageError(
            f"--subscribe {name}: allowed: MODULE:FUNCTION, for a function that takes the reviews "
            "and returns `reviews.subscription(...)`"
        )
    return cast("Job", job)


def _made(name: str, make: Callable[["RapidReviews"], object], reviews: "RapidReviews") -> object:
    """Return what a function of the caller's makes.

    Raises:
        UsageError: it fails; its error's own text may hold words, and is left out.
    """
    try:
        return make(reviews)
    except RapidReviewError:
        raise
    except Exception as error:
        last = extract_tb(error.__traceback__)[-1]
        raise click.UsageError(
            f"--subscribe {name}: the function failed with {type(error).__name__}, in "
            f"{Path(last.filename).name}:{last.lineno} ({last.name}); correct it there"
        ) from error


class _AsJson(logging.Formatter):
    """Formats a log record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the time, the level, the logger and the message of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {"at": at, "level": record.levelname, "logger": record.name}
        return json.dumps({**fields, "message": record.getMessage()})


@contextmanager
def _logging_to_standard_error(*, as_json: bool) -> Generator[None, None, None]:
    """Write what the library logs to standard error."""
    logger = logging.getLogger("rapid_review")
    before = logger.level
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_AsJson() if as_json else logging.Formatter(_LINE))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
