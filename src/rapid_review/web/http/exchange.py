"""One request and its answer: who asks, whether they may, the answer, the log.

The log has one record a request: which resource, which command, its result, how long it took
and in which role it was asked. No case, no person and no word is in it.
"""

import logging
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from time import perf_counter
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeVar, cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import CaseNotFoundError, must_be
from rapid_review.domain.redaction import kind_of
from rapid_review.domain.vocabulary import Actor, is_a_reference
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.callbacks import must_be_function
from rapid_review.store.reviews import RapidReviews
from rapid_review.web.http.headers import NO_STORE, BadRequestError, must_be_parameters
from rapid_review.web.http.problems import (
    NotAllowedError,
    NotSignedIn,
    Problem,
    problem,
    response_of,
)
from rapid_review.wire.values import Json

LOG: Final = logging.getLogger("rapid_review.web.http")
FAULT: Final = 500
TOO_LARGE: Final = 413
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

T = TypeVar("T")


class Action(StrEnum):
    """What somebody is about to do; the host's `may` decides whether they may.

    Attributes:
        ASK: send a command to a case.
        READ: read a case, or an overview of all cases; never words.
        READ_WORDS: read the words of an entry.
        FEED: read every new entry, in the order of recording.
        AUDIT: read the register of exports.
    """

    ASK = "ask"
    READ = "read"
    READ_WORDS = "read-words"
    FEED = "feed"
    AUDIT = "audit"


class Asking(NamedTuple):
    """Who is about to do what.

    Attributes:
        actor: who, as the host says.
        action: what they are about to do.
        case: the case; None if it is about no single case.
        command: the class of the command, if one is sent.
    """

    actor: Actor
    action: Action
    case: str | None = None
    command: type[Command] | None = None


ActorOf = Callable[[Request], Actor | Awaitable[Actor | None] | None]
"""Says who sent a request; raises `NotSignedIn`, or returns None, where nobody is signed in."""
May = Callable[[Asking], bool | Awaitable[bool]]
"""Says whether somebody may do something, by the host's own rules."""
OnRead = Callable[[Asking, str | None], Awaitable[None] | None]
"""Called with each reading of cases before any byte of it goes out.

It gets who reads what, and the purpose if words are read. If it fails, no byte goes out.
"""


class JobFigures(Protocol):
    """The progress of one job of a worker, in figures only, because a probe reads them."""

    @property
    def name(self) -> str:
        """Which job."""
        ...

    @property
    def position(self) -> int:
        """The position of the last entry that the job has worked through."""
        ...

    @property
    def last(self) -> int:
        """The newest position there is."""
        ...

    @property
    def beat_at(self) -> datetime:
        """When the job last finished a step."""
        ...

    @property
    def failures(self) -> int:
        """How often running it has failed."""
        ...

    @property
    def parked(self) -> int:
        """How many entries it has put aside."""
        ...


class Watched(Protocol):
    """A worker whose health is reported, such as `store.worker.Worker`."""

    def is_healthy(self) -> bool:
        """Say whether every job of it makes progress."""
        ...

    def status(self) -> Sequence[JobFigures]:
        """Return how far each job has come."""
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """What is needed to answer any request; see `application`.

    Raises:
        InvalidInputError: something is of another kind, or a function takes other arguments.
    """

    reviews: AsyncRapidReviews
    actor: ActorOf
    may: May
    on_read: OnRead | None = None
    worker: Watched | None = None
    require_if_match: bool = False

    def __post_init__(self) -> None:
        must_be(
            AsyncRapidReviews,
            "AsyncRapidReviews(reviews), through which requests wait for the store in threads",
            reviews=self.reviews,
        )
        must_be_function("actor", self.actor, "a Request", may_be_async=True)
        must_be_function("may", self.may, "an Asking", may_be_async=True)
        if self.on_read is not None:
            must_be_function(
                "on_read", self.on_read, "an Asking", "a purpose or None", may_be_async=True
            )


class Exchange:
    """One request, while it is answered.

    Args:
        service: what it is answered with.
        request: the request.

    Attributes:
        log_fields: what the log record of this request has besides the fields of every record.
    """

    def __init__(self, service: Service, request: Request) -> None:
        self.service = service
        self.request = request
        self.log_fields: dict[str, str] = {}

    @property
    def case(self) -> str:
        """The case that the address names.

        Raises:
            CaseNotFoundError: it is not in the form of a reference.
        """
        case = cast("str", self.request.path_params["case"])
        if not is_a_reference(case):
            raise CaseNotFoundError(
                "the address names no case; allowed: 1 to 64 letters, digits and . _ : / + -"
            )
        return case

    async def signed_in(self) -> Actor:
        """Return who asks.

        Raises:
            NotSignedIn: nobody is signed in.
            TypeError: the host's `actor` returned something else.
        """
        actor = cast("object", await _awaited(self.service.actor(self.request)))
        if actor is None:
            raise NotSignedIn
        if not isinstance(actor, Actor):
            LOG.error(
                "`actor` returned %s; allowed: an Actor, or raise NotSignedIn", kind_of(actor)
            )
            raise TypeError
        self.log_fields["role"] = actor.role
        return actor

    async def allowed(
        self,
        actor: Actor,
        action: Action,
        case: str | None = None,
        command: type[Command] | None = None,
    ) -> Asking:
        """Check that somebody may do something, by the host's rules.

        Raises:
            NotAllowedError: they may not.
        """
        asking = Asking(actor, action, case, command)
        if not await _awaited(self.service.may(asking)):
            raise NotAllowedError
        return asking

    async def reads(self, action: Action) -> Asking:
        """Check that the person who asks may read something of all cases."""
        return await self.allowed(await self.signed_in(), action)

    async def reads_case(self, action: Action) -> Asking:
        """Check that the person who asks may read something of the case in the address."""
        return await self.allowed(await self.signed_in(), action, self.case)

    async def run(self, work: Callable[[RapidReviews], T]) -> T:
        """Run some work on the reviews in a thread, and return its result."""
        return await self.service.reviews.run(work)

    async def report_reading(self, asking: Asking, purpose: str | None = None) -> None:
        """Report a reading to the host, before any byte of the answer goes out."""
        if self.service.on_read is not None:
            await _awaited(self.service.on_read(asking, purpose))

    async def body(self, most: int) -> bytes:
        """Return all that was sent.

        Args:
            most: how many bytes are read of it, at most.

        Raises:
            HTTPException: more was sent.
            BadRequestError: the connection ended before the end of the body.
        """
        read = bytearray()
        try:
            async for part in self.request.stream():
                read += part
                # Counted here, because Starlette's own limit answers in plain text instead of with
                # a problem (ADR 0074).
                if len(read) > most:
                    raise HTTPException(TOO_LARGE)
        except ClientDisconnect as error:
            raise BadRequestError(
                {"pointer": "", "problem": "the body is incomplete; send it again"}
            ) from error
        return bytes(read)


Handler = Callable[[Exchange], Awaitable[Response]]


def endpoint(
    service: Service, name: str, handler: Handler, parameters: Collection[str] | None = None
) -> Callable[..., Awaitable[Response]]:
    """Return a function that answers and logs requests; errors of its handler become problems.

    Args:
        service: what they are answered with.
        name: what the log calls the resource.
        handler: answers a request.
        parameters: the names of those that the address takes; None where any will do.
    """

    async def answer(request: Request) -> Response:
        began, exchange = perf_counter(), Exchange(service, request)
        found: Problem | None = None
        error: Exception | None = None
        try:
            if parameters is not None:
                must_be_parameters(request, parameters)
            response = await handler(exchange)
        except Exception as raised:  # noqa: BLE001 - each is answered as a problem, and logged
            error, found = raised, problem(raised)
            response = response_of(found)
        _log(name, exchange, _Outcome(response.status_code, perf_counter() - began, found, error))
        return response

    return answer


class _Outcome(NamedTuple):
    status: int
    seconds: float
    problem: Problem | None
    error: Exception | None


def _log(name: str, exchange: Exchange, outcome: _Outcome) -> None:
    """Record a request in the log; of an error only its type and its place, never its text."""
    status, seconds, found, error = outcome
    record: dict[str, object] = {"resource": name, "status": status, **exchange.log_fields}
    if found is not None:
        more = {key: found.body[key] for key in ("clause", "id") if found.body.get(key)}
        record |= {"problem": found.body["type"].rpartition(":")[2], **more}
    record["ms"] = round(seconds * 1000, 1)
    if error is not None and status >= FAULT:
        record["error"] = type(error).__name__
        where = traceback.extract_tb(error.__traceback__)
        record["at"] = [f"{one.filename}:{one.lineno} {one.name}" for one in where]
    level = logging.INFO
    if "error" in record:
        level = logging.ERROR if status == FAULT else logging.WARNING
    LOG.log(level, "%s", " ".join(f"{k}={v}" for k, v in record.items()), extra={"asked": record})


async def _awaited(found: T | Awaitable[T]) -> T:
    if isinstance(found, Awaitable):
        return await cast("Awaitable[T]", found)
    return found


def json_of(
    content: Json,
    status: int = 200,
    headers: Mapping[str, str] = NO_HEADERS,
    media: str | None = None,
) -> Response:
    """Return an answer as JSON, which nobody may cache."""
    return JSONResponse(content, status, headers={**NO_STORE, **headers}, media_type=media)
