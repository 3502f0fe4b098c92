"""Among a host's own routes it answers as it does alone; Django and Litestar are in the docs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

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
