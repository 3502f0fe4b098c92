"""Headers: a case's version as an entity tag, the id of a command; and the parameters."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from starlette.requests import Request

from rapid_review.domain.errors import listed, shown
from rapid_review.domain.redaction import is_a_code, key_of
from rapid_review.domain.vocabulary import is_a_reference
from rapid_review.wire.values import Json

NO_STORE: Final[Mapping[str, str]] = {"Cache-Control": "no-store"}
"""On every answer: what is shown depends on the day and on who asks, and no copy of it is kept."""
_TAG: Final = re.compile(r'"(0|[1-9][0-9]{0,9})"')
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,15}")


class BadRequestError(Exception):
    """What was sent is not a JSON object, or a header or a parameter is malformed.

    Attributes:
        problems: what is wrong, each with where it is.
    """

    def __init__(self, *problems: Mapping[str, Json]) -> None:
        super().__init__()
        self.problems = problems


def etag(version: int) -> str:
    """Return the strong entity tag of a case at a version.

    >>> etag(12)
    '"12"'
    """
    return f'"{version}"'


def version_in(header: str | None) -> int | None:
    """Return the version that an If-Match header expects; None if there is no header.

    >>> version_in('"12"')
    12

    Raises:
        BadRequestError: it is not the one strong tag of a case.
    """
    if header is None:
        return None
    if (found := _TAG.fullmatch(header.strip())) is None:
        raise wrong_header(
            "If-Match",
            'allowed: one strong ETag, as you got it when you read the case, such as "12"; a weak '
            "ETag, several, or * do not say which version you read",
        )
    return int(found[1])


def expected_version(request: Request) -> int | None:
    """Return the version that a command expects; 0 for `If-None-Match: *`, no case yet.

    Raises:
        BadRequestError: a header has another form, or two headers contradict each other.
    """
    match, none = single(request, "If-Match"), single(request, "If-None-Match")
    if none is None:
        return version_in(match)
    if none.strip() != "*" or match is not None:
        raise wrong_header("If-None-Match", "allowed: only *, if the case must not exist yet")
    return 0


def command_id_in(request: Request) -> str | None:
    """Return the id of a command from its Idempotency-Key, bare or quoted; None without one.

    Raises:
        BadRequestError: it is not in the form of a reference.
    """
    if (given := single(request, "Idempotency-Key")) is None:
        return None
    key = given.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not is_a_reference(key):
        raise wrong_header(
            "Idempotency-Key",
            f"found {shown(key)}; allowed: 1 to 64 letters, digits and . _ : / + -, beginning "
            "with a letter or a digit",
        )
    return key


def single(request: Request, name: str) -> str | None:
    """Return a header that may be given once.

    Raises:
        BadRequestError: it is given more than once.
    """
    given = request.headers.getlist(name)
    if len(given) > 1:
        raise wrong_header(name, "occurs more than once; give it once")
    return given[0] if given else None


def must_be_parameters(request: Request, allowed: Collection[str]) -> None:
    """Check the parameters of an address, because one that is misspelt would change nothing.

    Args:
        request: the request.
        allowed: the names of the parameters that this address takes.

    Raises:
        BadRequestError: there is another, or one is given more than once.
    """
    given = request.query_params
    for name in given:
        if name not in allowed:
            raise wrong_parameter(
                name if is_a_code(name) else key_of(name),
                f"is not a parameter of this address; allowed: {listed(allowed)}",
            )
        if len(given.getlist(name)) > 1:
            raise wrong_parameter(name, "occurs more than once; give it once")


def whole_number(request: Request, name: str, default: int, most: int, least: int = 0) -> int:
    """Return a parameter that is a whole number.

    Raises:
        BadRequestError: it is not a whole number, or is too small or too large.
    """
    if (given := request.query_params.get(name)) is None:
        return default
    if _WHOLE.fullmatch(given) is None or not least <= int(given) <= most:
        raise wrong_parameter(
            name, f"found {shown(given)}; allowed: a whole number from {least} to {most}"
        )
    return int(given)


def wrong_parameter(name: str, problem: str) -> BadRequestError:
    """Return the error for a wrong parameter of the address."""
    return BadRequestError({"parameter": name, "problem": problem})


def wrong_header(name: str, problem: str) -> BadRequestError:
    """Return the error for a wrong header."""
    return BadRequestError({"header": name, "problem": problem})
