"""Health: whether the process lives, and whether it can do its work; figures only."""

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from rapid_review.domain.errors import StorageError
from rapid_review.web.http.exchange import Exchange, json_of
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from rapid_review.wire.values import Json

_UNAVAILABLE: Final = 503
_WITHIN: Final = 3.0


async def live(exchange: Exchange) -> Response:
    """Answer at all: that shows that the process is alive."""
    del exchange
    return json_of({"live": True})


async def ready(exchange: Exchange) -> Response:
    """Answer 200 if the store can be reached and the worker makes progress, else 503.

    Quarantined entries are reported, but the service stays ready: they wait for a person, and all
    other requests can be answered meanwhile.
    """
    began = perf_counter()
    try:
        # `ping` has its own time limit, but may have to wait for a thread while others are stuck.
        async with asyncio.timeout(_WITHIN):
            await exchange.run(lambda reviews: reviews.ping())
    except (StorageError, TimeoutError):
        reached = False
    else:
        reached = True
    figures: dict[str, Json] = {
        "store": {"reached": reached, "ms": round((perf_counter() - began) * 1000, 1)}
    }
    is_ready = reached
    if (worker := exchange.service.worker) is not None:
        jobs = [
            {
                "name": one.name,
                "position": one.position,
                "lag": max(one.last - one.position, 0),
                "beat_at": plain(one.beat_at),
                "failures": one.failures,
                "parked": one.parked,
            }
            for one in worker.status()
        ]
        healthy = worker.is_healthy()
        figures["worker"] = {"healthy": healthy, "jobs": jobs}
        is_ready = is_ready and healthy
    return json_of({"ready": is_ready, **figures}, 200 if is_ready else _UNAVAILABLE)
