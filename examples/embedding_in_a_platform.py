"""The library inside a platform: its users, its clock, its database file.

Nothing is read from the environment, no class is inherited, and a request that is sent twice takes
effect once.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from rapid_review import Actor, RapidReviewError, RapidReviews, Refused, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import vocabulary as of
from rapid_review.domain.errors import problems
from rapid_review.store.sealing.opening import keys_at, make_keys

USERS = {
    "a.person@example.org": Actor(id="u-4711", role="business-support", agency="partnership-team")
}
"""The platform's own accounts. Only the opaque id, the role and the agency go into the record."""


class Platform:
    """What a platform adds: who is asking, what time it is, and how a refusal is answered."""

    def __init__(self, database: Path, secrets: Path, now: Callable[[], datetime]) -> None:
        kent = terms.load("kent-and-medway-2020-05")
        table, key_file = database.with_suffix(".keys"), secrets / "key-file"
        make_keys(table, key_file)  # unless they are there; in earnest `rapid-review keys init`
        keys = keys_at(table, key_file)
        self.reviews = RapidReviews.on_sqlite(database, terms=kent, clock=now, keys=keys)

    def post(self, user: str, request_id: str, case: str, command: ask.Command) -> str:
        """Answer a request as a web page would; `request_id` is the caller's, and unique."""
        try:
            entries = self.reviews.handle(case, command, by=USERS[user], command_id=request_id)
        except Refused as refusal:
            return f"409 {refusal.because}. {refusal.way_on}"
        except RapidReviewError as error:
            return f"500 {type(error).__name__}"
        return f"200 {', '.join(entry.event.kind for entry in entries) or 'nothing new'}"

    def submit(
        self,
        user: str,
        request_id: str,
        case: str,
        kind: type[ask.Command],
        form: Mapping[str, object],
    ) -> str:
        """Answer a form, which may hold anything, before it is a command."""
        try:
            command = kind.model_validate_json(json.dumps(form))
        except ValidationError as error:  # pydantic's, and so no `RapidReviewError`
            return f"400 {'; '.join(problems(error, kind, 'json'))}"
        return self.post(user, request_id, case, command)


NOTIFICATION = ask.ReceiveNotification(
    at=datetime(2026, 11, 2, 10, tzinfo=UTC),
    reference="CSPR-2026-50",
    source="kent-ics",
    incident=of.Incident(known_on=date(2026, 10, 30), nature=of.Nature.SERIOUS_HARM),
    children=(of.Child(reference="C-1", age_band=of.AgeBand.UNDER_1, identity="a name"),),
)
SHARE = ask.ShareReports(at=datetime(2026, 11, 9, tzinfo=UTC), collation=1, seats=("police",))
USER = "a.person@example.org"


def now() -> datetime:
    """Return the platform's time: a fixed one here, so that this prints the same every day."""
    return datetime(2026, 11, 10, 9, tzinfo=UTC)


with TemporaryDirectory() as folder, TemporaryDirectory() as secrets:  # two disks, in earnest
    database = Path(folder) / "platform.db"
    platform = Platform(database, Path(secrets), now)
    print(platform.post(USER, "req-1", "KM-2026-050", NOTIFICATION))
    print(platform.post(USER, "req-2", "KM-2026-050", SHARE))
    form = {"at": "2026-11-10T09:00:00Z", "collation": "Jane", "seats": []}
    print(platform.submit(USER, "req-3", "KM-2026-050", ask.ShareReports, form))
    platform.reviews.close()

    # Another process, later. The first request's answer was lost, so it is sent again.
    platform = Platform(database, Path(secrets), now)
    print(platform.post(USER, "req-1", "KM-2026-050", NOTIFICATION))
    for entry in platform.reviews.history("KM-2026-050"):
        print(entry.version, entry.recorded_at.isoformat(), entry.by.id, entry.event.kind)
    print(repr(NOTIFICATION.children[0]))
    platform.reviews.close()
