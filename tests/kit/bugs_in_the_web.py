"""Four bugs in what is served, and the law that must find each; then some in a host's wiring."""

from typing import Any, Final, NamedTuple

from rapid_review.web.http.problems import InvalidCommandError
from rapid_review.wire.lines import Problem
from tests.kit.seeding import Bug, always, instead

_LAWS: Final = "HttpConformance."


def _told_back(read: Any, body: bytes) -> Any:  # noqa: ANN401 - as it is
    try:
        return read(body)
    except InvalidCommandError as error:
        said = Problem("the line", f"found {body.decode()}")
        raise InvalidCommandError([*error.problems, said]) from None


def _of_whoever_has_it(entries: Any, streams: Any, _: str, case: str) -> Any:  # noqa: ANN401 - as it is
    found = (entries(streams, whose, case) for whose in ("kent-and-medway", "plymouth"))
    return next(filter(None, found), ())


IN_THE_WEB: Final = (
    Bug(
        "keys-are-dropped",
        "The key that a request is sent under is dropped: sent again it is recorded twice.",
        "web.http.commands:command_id_in",
        always(None),
        _LAWS + "test_a_request_that_is_sent_again_is_recorded_once",
    ),
    Bug(
        "forms-from-anywhere",
        "A form that was sent from another site is taken.",
        "web.pages.guards:is_from_elsewhere",
        always(value=False),
        _LAWS + "test_what_another_site_has_a_browser_send_is_not_taken",
    ),
    Bug(
        "told-back",
        "A refusal repeats what a person wrote.",
        "web.http.commands:_parse",
        instead(_told_back),
        _LAWS + "test_no_refusal_repeats_what_a_person_wrote",
    ),
    Bug(
        "found-by-reference",
        "A case of another partnership is found by anyone who knows its reference.",
        "store.log.streams:Streams.entries",
        instead(_of_whoever_has_it),
        _LAWS + "test_a_case_of_another_partnership_is_not_found",
    ),
)


class BugInAHost(NamedTuple):
    """A bug in the example of FastAPI: what its source says, what it says then, and the law."""

    says: str
    instead: str
    law: str


IN_A_HOST: Final = (
    BugInAHost(
        "if (found := USERS.get(token)) is None:",
        "if (found := next(iter(USERS.values()))) is None:",
        "test_who_is_not_signed_in_is_shown_nothing",
    ),
    BugInAHost(
        "may=lambda one: one.actor.role == ROLE",
        "may=lambda one: True",
        "test_who_may_nothing_is_shown_nothing",
    ),
)
