"""What the kit needs from a host's HTTP: clients, signed in or not, and what they send."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import quote

from rapid_review.domain.commands import Command

_JSON: Final = "application/json"
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class Answer(Protocol):
    """An answer, as the clients of httpx and of Starlette have it."""

    @property
    def status_code(self) -> int:
        """Its status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers; upper and lower case in their names make no difference."""
        ...

    @property
    def text(self) -> str:
        """Its body as text."""
        ...

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Return its body, read as JSON."""
        ...


class Client(Protocol):
    """Sends requests, such as a client of httpx, or Starlette's or FastAPI's `TestClient`."""

    def request(
        self, method: str, url: str, *, content: bytes, headers: Mapping[str, str]
    ) -> Answer:
        """Send one, and return its answer."""
        ...


class Served(NamedTuple):
    """A host's service, and people at it.

    Attributes:
        team: somebody who is signed in, and may do everything.
        nobody: somebody who is not signed in.
        barred: somebody who is signed in, and may do nothing; None if everybody may do something.
        theirs: somebody of another partnership, whose cases are in the same store; None if the
            store has only one partnership.
    """

    team: Client
    nobody: Client
    barred: Client | None = None
    theirs: Client | None = None


class Form(NamedTuple):
    """A form of the host's own, filled in: sent from its pages, it records something.

    Attributes:
        path: where it is sent to.
        fields: what is filled in.
    """

    path: str
    fields: Mapping[str, str]


class Sender:
    """One of these people as a client of `rapid_review.web.http`.

    Args:
        client: what sends.
        prefix: where the resources are mounted, such as "/reviews".
    """

    def __init__(self, client: Client, prefix: str) -> None:
        self.client = client
        self._prefix = prefix

    def get(self, path: str, headers: Mapping[str, str] = _NO_HEADERS) -> Answer:
        """Read a resource."""
        return self.client.request("GET", f"{self._prefix}{path}", content=b"", headers=headers)

    def ask(self, case: str, command: Command, key: str = "", **headers: str) -> Answer:
        """Ask a command of a case, under a key if one is given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            named["Idempotency-Key"] = key
        return self.post(case, json.dumps(body_of(command)).encode(), headers=named)

    def post(
        self,
        case: str,
        content: bytes,
        media: str = _JSON,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> Answer:
        """Send bytes to the address for commands to a case."""
        typed = {"Content-Type": media} if media else {}
        address = f"{self._prefix}/cases/{quote(case)}/commands"
        return self.client.request("POST", address, content=content, headers=typed | {**headers})

    def entries(self, case: str) -> list[Any]:
        """Return what is recorded in a case; nothing if there is no such case."""
        answer = self.get(f"/cases/{quote(case)}/entries")
        return [] if answer.status_code == 404 else list(answer.json()["entries"])  # noqa: PLR2004 - not found


def body_of(command: Command) -> dict[str, Any]:
    """Return a command as it is sent."""
    return {
        "command": type(command).__name__,
        **command.model_dump(mode="json", exclude_none=True),
    }
