"""Rapid reviews as a service on FastAPI, behind the platform's own login.

`uvicorn service_on_fastapi:app --workers 2`; its settings say where the record and its keys are.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request

from rapid_review import Actor, AsyncRapidReviews, RapidReviews, terms
from rapid_review.store.sealing.opening import keys_at
from rapid_review.web import http

ROLE = "business-support"
USERS = {"a-token": Actor(id="u-4711", role=ROLE, agency="partnership-team")}
KENT = terms.load("kent-and-medway-2020-05")
keys = keys_at(os.environ["PLATFORM_KEYS"], Path(os.environ["PLATFORM_KEY_FILE"]))
record = os.environ["PLATFORM_RECORD"]
reviews = AsyncRapidReviews(
    RapidReviews.on_postgres(record, keys=keys, terms=KENT, clock=lambda: datetime.now(UTC))
)


def user(request: Request) -> Actor:
    """Return who sent a request, by the platform's login: one function for all of it."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if (found := USERS.get(token)) is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return found


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Close the reviews at the end."""
    async with reviews:
        yield


app = FastAPI(lifespan=lifespan, telemetry={"logs": False})
served = http.application(reviews, actor=user, may=lambda one: one.actor.role == ROLE)
app.mount("/reviews", served)


@app.get("/me")
def me(who: Annotated[Actor, Depends(user)]) -> str:
    """A page of the platform's own, with the same login."""
    return who.id
