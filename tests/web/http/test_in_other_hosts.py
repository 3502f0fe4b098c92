"""Among a host's own routes it answers as it does alone; Django and Litestar are in the docs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from rapid_review.domain.errors import InvalidInputError
from rapid_review.web import http
from rapid_review.web.http import openapi, routes
from tests.domain.a_review import CLOSE, RECEIVE
from tests.web.http.a_service import Asked, problem_in, served, signed_in


def test_its_routes_stand_among_those_of_fastapi(tmp_path: Path) -> None:
    """Its problems are its own there too, and its document can be merged into the host's."""
    with served(tmp_path) as alone:
        host = FastAPI(telemetry={"logs": False})
        made = routes(alone.awaiting, actor=signed_in, may=lambda _: True)
        host.router.routes.extend(made)
        service = Asked(host, alone.reviews, alone.awaiting)
        assert service.ask(RECEIVE).status_code == 201
        problem_in(service.ask(CLOSE), 409, "refused")
        problem_in(service.ask(RECEIVE, X_User="nobody"), 401, "not-signed-in")
        document = host.openapi()
        document["paths"] |= openapi(alone.reviews.terms)["paths"]
        assert "/cases/{case}/commands" in service.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("make", [http.application, http.routes])
def test_nobody_mounts_it_open_by_mistake(make: Callable[..., object], service: Asked) -> None:
    """Who is signed in and who may have to be said."""
    with pytest.raises(TypeError, match="may"):
        make(service.awaiting, actor=signed_in)
    with pytest.raises(TypeError, match="actor"):
        make(service.awaiting, may=lambda _: True)


@pytest.mark.parametrize("make", [http.application, http.routes])
@pytest.mark.parametrize(
    ("mistaken", "why"),
    [
        ({"actor": "pt-01"}, "actor: found text; allowed: a function that is called with"),
        ({"may": True}, "may: found true or false; allowed: a function that is called with"),
        ({"may": lambda: True}, "may: found a function that takes other arguments"),
        ({"on_read": lambda _: None}, "on_read: found a function that takes other arguments"),
    ],
)
def test_what_could_answer_no_request_is_refused_where_it_is_mounted(
    make: Callable[..., object], mistaken: dict[str, object], why: str, service: Asked
) -> None:
    """And not at each request."""
    given: dict[str, object] = {"actor": signed_in, "may": lambda _: True}
    with pytest.raises(InvalidInputError, match=f"^{why}"):
        make(service.awaiting, **(given | mistaken))
    with pytest.raises(InvalidInputError, match=r"^reviews: found a RapidReviews; allowed: Async"):
        make(service.reviews, **given)


@pytest.mark.parametrize(
    ("found", "status", "logged"),
    [
        (None, 401, ""),
        ({"id": "pt-01"}, 500, "`actor` returned an object; allowed: an Actor, or raise NotSign"),
    ],
)
def test_an_actor_that_is_none_is_nobody_and_one_that_is_no_actor_is_logged(
    found: Any,  # noqa: ANN401 - a host's own mistake
    status: int,
    logged: str,
    service: Asked,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A host's login is often written to return None."""
    app = http.application(service.awaiting, actor=lambda _: found, may=lambda _: True)
    assert Asked(app, service.reviews, service.awaiting).get("/cases").status_code == status
    assert logged in caplog.text
