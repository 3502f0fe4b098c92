"""Who is signed in. Only the process remembers it, so ending the process signs everybody out."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rapid_review.web.pages.people import Listed, Person

IDLE: Final = timedelta(minutes=30)
"""How long a session lasts without a request for a page."""
TRIES: Final = 10
"""How many wrong passwords may be given for one id within `TRY_PERIOD`."""
TRY_PERIOD: Final = timedelta(minutes=15)


@dataclass(slots=True)
class Session:
    """A session of somebody who signed in.

    Attributes:
        person: who.
        listed: what the people file had of them when they signed in; None if no file did.
        seen_at: when they last asked for a page.
    """

    person: Person
    listed: Listed | None
    seen_at: datetime


class Sessions:
    """The sessions of one process.

    Args:
        clock: returns the time.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._wrong: dict[str, list[datetime]] = {}

    def begin(self, person: Person, listed: Listed | None = None) -> str:
        """Begin a session; return what its cookie holds."""
        now = self._clock()
        for old in [key for key, one in self._sessions.items() if now - one.seen_at > IDLE]:
            del self._sessions[old]
        key = secrets.token_urlsafe(32)
        self._sessions[key] = Session(person, listed, now)
        return key

    def of(self, key: str | None) -> Session | None:
        """Return the session of a cookie, and restart its idle time; None if there is none."""
        found = self._sessions.get(key or "")
        if key is None or found is None:
            return None
        now = self._clock()
        if now - found.seen_at > IDLE:
            del self._sessions[key]
            return None
        found.seen_at = now
        return found

    def end(self, key: str | None) -> None:
        """End a session, if there is one."""
        self._sessions.pop(key or "", None)

    def may_try(self, id_: str) -> bool:
        """Say whether another password may be tried for an id."""
        since = self._clock() - TRY_PERIOD
        self._wrong = {
            one: recent
            for one, times in self._wrong.items()
            if (recent := [at for at in times if at > since])
        }
        return len(self._wrong.get(id_, ())) < TRIES

    def count_wrong(self, id_: str) -> None:
        """Count a wrong password for an id."""
        self._wrong.setdefault(id_, []).append(self._clock())
