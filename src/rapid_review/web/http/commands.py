"""A command: read from the bytes that were sent, asked once, answered with the version."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from rapid_review.domain.commands import Command, CorrectRecord, ProposeCorrection
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, shown
from rapid_review.store.reviews import RapidReviews
from rapid_review.store.writing.idempotency import Answer, is_of_the_id
from rapid_review.web.http.exchange import Action, Exchange, json_of
from rapid_review.web.http.headers import (
    BadRequestError,
    command_id_in,
    etag,
    expected_version,
    wrong_header,
)
from rapid_review.web.http.problems import InvalidCommandError, with_pointer
from rapid_review.wire.kept_words import words_left_out
from rapid_review.wire.lines import LONGEST, Problem, line_in
from rapid_review.wire.requests import Metadata, Request, request_in

_JSON: Final = "application/json"
_HEADER: Final = "Idempotency-Key"
_AT_ONCE: Final = 16 * 1024
"""The longest body that is parsed in the event loop; a longer one is parsed in a thread."""


async def ask(exchange: Exchange) -> Response:
    """Answer a command: 201 and where the case is if it opened one, else 200."""
    actor, case = await exchange.signed_in(), exchange.case
    _must_be_json(exchange)
    version, key = expected_version(exchange.request), command_id_in(exchange.request)
    metadata, command = await _read_body(exchange)
    exchange.log_fields["command"] = type(command).__name__
    await exchange.allowed(actor, Action.ASK, case, type(command))
    if version is None and exchange.service.require_if_match:
        raise HTTPException(428)
    command_id = _command_id(key, metadata)

    def answer(reviews: RapidReviews) -> Answer:
        reviews.partnerships.must_not_be_elsewhere(case, reviews.terms)
        _must_keep_words(command, case, reviews)
        with _naming_the_header(key):
            return reviews.ask(
                case,
                command,
                by=actor,
                purpose=metadata.purpose,
                command_id=command_id,
                correlation_id=metadata.correlation_id,
                causation_id=metadata.causation_id,
                expected_version=version,
            )

    return _response_to(case, await exchange.run(answer))


def _must_keep_words(command: Command, case: str, reviews: RapidReviews) -> None:
    """Check that a correction says what becomes of the words of its entry.

    Raises:
        InvalidCommandError: it does not mention them.
    """
    if not isinstance(command, CorrectRecord | ProposeCorrection):
        return
    try:
        lost = list(words_left_out(command, reviews.case(case)))
    except CaseNotFoundError:  # the command itself is refused with what to do
        return
    if lost:
        way_on = (
            "is left out, but the entry has words there. Give them again: `GET "
            f".../entries/{command.version}/words` reads them. Or give null, to record the entry "
            "without them"
        )
        raise InvalidCommandError([Problem(f"replacement.{one}", way_on) for one in lost])


@contextmanager
def _naming_the_header(key: str | None) -> Generator[None, None, None]:
    """Name the header in what is wrong with the id of a command, if the sender gave it there."""
    try:
        yield
    except InvalidInputError as error:
        if key is None or not is_of_the_id(error):
            raise
        found = (one.replace("command_id", _HEADER) for one in error.problems)
        raise InvalidInputError(*found) from None


def _response_to(case: str, answer: Answer) -> Response:
    headers = {"ETag": etag(answer.version)}
    opened = bool(answer.entries) and answer.entries[0].version == 1
    if opened:  # relative to the address asked, wherever the application is mounted
        headers["Location"] = f"../{quote(case.rpartition('/')[2])}"
    entries = [{"version": one.version, "kind": one.event.kind} for one in answer.entries]
    content = {"version": answer.version, "entries": entries, "repeated": answer.repeated}
    return json_of(content, 201 if opened else 200, headers)


def _must_be_json(exchange: Exchange) -> None:
    """Check that what is sent is declared as JSON, in UTF-8 if an encoding is given."""
    given = exchange.request.headers.get("Content-Type", "")
    media, _, rest = given.partition(";")
    charset = rest.replace(" ", "").replace('"', "").lower()
    if media.strip().lower() != _JSON or charset not in ("", "charset=utf-8"):
        raise HTTPException(415)


async def _read_body(exchange: Exchange) -> Request[Metadata]:
    body = await exchange.body(LONGEST)
    if len(body) <= _AT_ONCE:
        return _parse(body)
    # In a thread, so that other requests are answered meanwhile.
    return await exchange.run(lambda _: _parse(body))


def _parse(body: bytes) -> Request[Metadata]:
    line = line_in(body)
    if line.problems:
        raise BadRequestError(*map(with_pointer, line.problems))
    found = request_in(line.found, Metadata)
    if isinstance(found, Request):
        return found
    raise InvalidCommandError(found)


def _command_id(key: str | None, metadata: Metadata) -> str | None:
    """Return the id of the command, from the header or from the body."""
    if key is not None and metadata.command_id not in (None, key):
        raise wrong_header(
            _HEADER,
            f"found {shown(key)}, but another command_id in the body; give only one of the two",
        )
    return key or metadata.command_id
