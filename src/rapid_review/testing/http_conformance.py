"""What holds wherever the HTTP interface is mounted: a class of tests to inherit from.

    class TestOurService(HttpConformance):
        prefix = "/reviews"

        @contextmanager
        def serves(self, folder: Path, clock: Clock) -> Generator[Served]:
            app = our_application(folder / "record.db", clock)
            with TestClient(app, headers=SIGNED_IN) as team, TestClient(app) as nobody:
                yield Served(team, nobody)

Any application will do, behind any login and with any pages beside it: the host gives clients.
Each test is one law, and its docstring says it.
"""

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple
from urllib.parse import quote, urlencode

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.terms.terms import Terms
from rapid_review.testing.assertions import hold, same
from rapid_review.testing.http_client import Answer, Client, Form, Sender, Served, body_of
from rapid_review.testing.sealed_handle import NAME, SAID
from rapid_review.testing.speaking import speaker
from rapid_review.testing.wiring import Clock, HandSetClock
from rapid_review.testing.wiring_laws import ACT, AT, CASE, CLOSE, receive

THEIRS: Final = "W-2"
NOT_THERE: Final = "W-3"
_OPENED: Final = 201
_ERRORS: Final = 400
_REDIRECTS: Final = 300
_CROSS_SITE: Final = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
_SAME_SITE: Final = {"Sec-Fetch-Site": "same-origin"}
_OF_FORMS: Final = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")
"""The types that a page of another site can make a browser send without a preflight request."""
_OVERVIEWS: Final = ("/cases", "/diary", "/statistics", "/terms", "/exports", "/feed")
_OF_A_CASE: Final = ("", "/entries", "/entries/1")


class HttpConformance:
    """What holds for everything that serves cases over HTTP.

    Attributes:
        prefix: where the resources are mounted, such as "/reviews".
        terms: the terms that cases open under; Kent and Medway's of May 2020 unless others are
            given.
        their_terms: the same of the other partnership, where there is one.
    """

    prefix: ClassVar[str] = ""
    terms: ClassVar[Terms | None] = None
    their_terms: ClassVar[Terms | None] = None

    def serves(self, folder: Path, clock: Clock) -> AbstractContextManager[Served]:
        """Return what serves a new and empty store for a while; to be overridden.

        Args:
            folder: an empty folder for its files.
            clock: what it may date entries by.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say how it is served; override `serves`"
        )

    def form(self, team: Client) -> Form | None:
        """Return a form of the host's own pages, filled in; None where there is none.

        Args:
            team: who has opened case W-1, and would send it.
        """
        del team
        return None

    # -------------------------------------------------------------------------------- recording

    def test_a_request_that_is_sent_again_is_recorded_once(self, tmp_path: Path) -> None:
        """Under its key it gets the same answer, even once its fact was retracted."""
        with self._opened(tmp_path) as (team, _):
            first = _ok(team.ask(CASE, ACT, "key-2")).json()
            acted = len(team.entries(CASE))
            _ok(team.ask(CASE, ask.CorrectRecord(at=AT, version=acted, because=SAID), "key-3"))
            before = team.entries(CASE)
            for _ in range(2):
                again = _ok(team.ask(CASE, ACT, "key-2")).json()
                same(again, {**first, "repeated": True}, "an answer, asked again")
                same(team.entries(CASE), before, "what is recorded")
            another = ACT.model_copy(update={"action": "A-2"})
            _must_be_refused(team.ask(CASE, another, "key-2"), "another command under a used key")
            same(team.entries(CASE), before, "what is recorded")

    def test_a_command_counts_at_the_version_that_was_read(self, tmp_path: Path) -> None:
        """A caller who read an older version records nothing; one who read the newest does."""
        with self._opened(tmp_path) as (team, _):
            read = _ok(team.get(f"/cases/{CASE}")).headers["ETag"]
            _ok(team.ask(CASE, ACT, If_Match=read))
            before = team.entries(CASE)
            other = ACT.model_copy(update={"action": "A-2"})
            _must_be_refused(team.ask(CASE, other, If_Match=read), "a command at an older version")
            same(team.entries(CASE), before, "what is recorded")
            now = _ok(team.get(f"/cases/{CASE}")).headers["ETag"]
            _ok(team.ask(CASE, other, If_Match=now))
            same(len(team.entries(CASE)), len(before) + 1, "how many entries there are")

    def test_what_another_site_has_a_browser_send_is_not_taken(self, tmp_path: Path) -> None:
        """A command in the types of a form, and the host's own form, change nothing."""
        with self._opened(tmp_path) as (team, _):
            before, command = team.entries(CASE), json.dumps(body_of(ACT)).encode()
            for media in _OF_FORMS:
                answer = team.post(CASE, command, media, _CROSS_SITE)
                _must_be_refused(
                    answer, f"a command of the type {media!r}, sent from another site"
                )
                same(team.entries(CASE), before, "what is recorded")
            if (form := self.form(team.client)) is not None:
                _must_be_refused(
                    _send_form(team.client, form, _CROSS_SITE), "a form from another site"
                )
                same(team.entries(CASE), before, "what is recorded")
                _send_form(team.client, form, _SAME_SITE)
                hold(len(team.entries(CASE)) > len(before), "the form recorded nothing at all")

    # ------------------------------------------------------------------------------------- words

    def test_no_refusal_repeats_what_a_person_wrote(self, tmp_path: Path) -> None:
        """In any field, header or address, and in any way of being wrong."""
        with self._opened(tmp_path) as (team, _):
            for how, answer in _send_wrong_requests(team, body_of(self._receive)):
                _must_be_refused(answer, how)
                text = answer.text + "".join(map(str, answer.headers.items()))
                for words in (NAME, SAID):
                    hold(not _repeats(text, words), f"{how} repeats what was written")

    def test_no_reading_tells_words(self, tmp_path: Path) -> None:
        """Whatever is read of a case without a purpose has no word of it."""
        with self._opened(tmp_path) as (team, _):
            _ok(team.ask(CASE, ACT.model_copy(update={"words": SAID})))
            last = len(team.entries(CASE))
            for path in (*_readable_paths(CASE), f"/cases/{CASE}/entries/{last}"):
                hold(not _repeats(_ok(team.get(path)).text, SAID), f"{path} shows words")
            answer = team.get(f"/cases/{CASE}/entries/{last}/words")
            _must_be_refused(answer, "words, read without a purpose")

    def test_no_answer_may_be_kept_on_its_way(self, tmp_path: Path) -> None:
        """Neither by a browser nor by a proxy: an answer depends on who asks, and when."""
        with self._opened(tmp_path) as (team, _):
            answers = {path: team.get(path) for path in _readable_paths(CASE)}
            answers["a command"] = team.ask(CASE, ACT)
            for what, answer in answers.items():
                kept = answer.headers.get("Cache-Control", "")
                hold("no-store" in kept, f"{what} is answered with Cache-Control {kept!r}")

    # --------------------------------------------------------------------------------------- who

    def test_who_is_not_signed_in_is_shown_nothing(self, tmp_path: Path) -> None:
        """Neither a case nor a figure, nor whether a case exists; and cannot record anything."""
        with self._opened(tmp_path) as (team, served):
            _must_be_shown_nothing(
                team, Sender(served.nobody, self.prefix), "who is not signed in"
            )

    def test_who_may_nothing_is_shown_nothing(self, tmp_path: Path) -> None:
        """Somebody who is signed in, where the host's rules say no."""
        with self._opened(tmp_path) as (team, served):
            if served.barred is None:
                pytest.skip("nobody is barred; override `serves`, and give `Served.barred`")
            _must_be_shown_nothing(team, Sender(served.barred, self.prefix), "who may nothing")

    def test_a_case_of_another_partnership_is_not_found(self, tmp_path: Path) -> None:
        """The answer is the same as for a case that does not exist."""
        with self._opened(tmp_path) as (team, served):
            if served.theirs is None:
                pytest.skip(
                    "there is one partnership; override `serves`, and give `Served.theirs`"
                )
            theirs = Sender(served.theirs, self.prefix)
            _ok(theirs.ask(THEIRS, receive(speaker(self.their_terms).terms)))
            for who, case, other in ((team, CASE, THEIRS), (theirs, THEIRS, CASE)):
                for path in _OF_A_CASE:
                    _ok(who.get(f"/cases/{case}{path}"))
                    found, missing = (who.get(f"/cases/{one}{path}") for one in (other, NOT_THERE))
                    same(
                        (found.status_code, found.text.replace(other, NOT_THERE)),
                        (missing.status_code, missing.text),
                        "a case of another partnership, beside one that is not there,",
                    )
                for path in ("/cases", "/diary", "/feed"):
                    text = _ok(who.get(path)).text
                    hold(f'"{other}"' not in text, f"{path} names another partnership's case")

    # ------------------------------------------------------------------------------------------

    @contextmanager
    def _opened(self, folder: Path) -> Generator[tuple[Sender, Served], None, None]:
        with self.serves(folder, HandSetClock()) as served:
            team = Sender(served.team, self.prefix)
            answer = team.ask(CASE, self._receive, "key-1")
            same(answer.status_code, _OPENED, "the status of the notification")
            hold(team.entries(CASE), "the notification recorded nothing")
            yield team, served

    @property
    def _receive(self) -> ask.ReceiveNotification:
        return receive(speaker(self.terms).terms)


def _ok(answer: Answer) -> Answer:
    hold(
        answer.status_code < _REDIRECTS,
        f"what is right was answered {answer.status_code}: {answer.text}",
    )
    return answer


def _must_be_refused(answer: Answer, what: str) -> None:
    hold(answer.status_code >= _ERRORS, f"{what} was answered {answer.status_code}")


def _send_form(client: Client, form: Form, headers: Mapping[str, str]) -> Answer:
    typed = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    content = urlencode(form.fields).encode()
    return client.request("POST", form.path, content=content, headers=typed)


def _readable_paths(case: str) -> list[str]:
    return [*_OVERVIEWS, *(f"/cases/{case}{path}" for path in _OF_A_CASE)]


def _repeats(text: str, words: str) -> bool:
    """Say whether words are repeated, as they are, or as an address or JSON writes them."""
    return any(one in text for one in (words, quote(words), words.replace(" ", "+")))


def _must_be_shown_nothing(team: Sender, who: Sender, whom: str) -> None:
    before = team.entries(CASE)
    for path in _readable_paths(CASE):
        _ok(team.get(path))
        answer = who.get(path)
        hold(answer.status_code >= _REDIRECTS, f"{path} is shown to {whom}")
        hold(f'"{CASE}"' not in answer.text, f"{path} names a case to {whom}")
    missing = who.get(f"/cases/{NOT_THERE}")
    found = who.get(f"/cases/{CASE}")
    same(found.status_code, missing.status_code, f"whether a case is there, told to {whom},")
    _must_be_refused(who.ask(CASE, ACT), f"a command of {whom}")
    same(team.entries(CASE), before, "what is recorded")


class _WrongCommand(NamedTuple):
    """A wrong command: how it is wrong, what is sent, and to which case."""

    how: str
    sent: Mapping[str, Any]
    case: str = CASE


def _send_wrong_requests(team: Sender, opening: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    """Send wrong requests with words in them; yield how each is wrong, and its answer."""
    act = body_of(ACT)
    child = opening["children"][0]
    for one in (
        _WrongCommand("a command that is none", {**act, "command": SAID}),
        _WrongCommand("a field that is none", {**act, NAME: SAID}),
        _WrongCommand("words of another type", {**act, "words": [SAID]}),
        _WrongCommand("words in the place of a reference", {**act, "action": SAID}),
        _WrongCommand("words in the place of a time", {**act, "at": SAID}),
        _WrongCommand(
            "a name of another type", {**opening, "children": [{**child, "identity": [NAME]}]}
        ),
        _WrongCommand("a name for an age", {**opening, "children": [{**child, "age_band": NAME}]}),
        _WrongCommand("what is refused where no case is", {**act, "words": SAID}, NOT_THERE),
        _WrongCommand("what is refused before its time", {**body_of(CLOSE), "purpose": SAID}),
    ):
        yield one.how, team.post(one.case, json.dumps(one.sent).encode())
    yield "what is no JSON", team.post(CASE, f'{{"command": "{SAID}'.encode())
    yield "a key that is none", team.ask(CASE, ACT, SAID)
    yield "an address that is none", team.get(f"/cases/{quote(SAID)}")
    _ok(team.ask(CASE, ACT.model_copy(update={"words": SAID}), "key-2"))
    again = ACT.model_copy(update={"words": NAME})
    yield "another command under a used key", team.ask(CASE, again, "key-2")
