"""One transaction for the host's row and the entries of a case, on PostgreSQL.

`python with_your_own_rows.py postgresql://user@host:5432/database?schema=rapid_review` records in
a store that `rapid-review db init` made there, and keeps the host's forms in a table beside it.
It is a trial: its words are not sealed.
"""

import sys
from datetime import UTC, date, datetime

import psycopg

from rapid_review import Actor, RapidReviews, terms
from rapid_review.domain.commands import ReceiveNotification
from rapid_review.domain.vocabulary import AgeBand, Child, Incident, Nature
from rapid_review.store.backends.postgres.address import Place

ADDRESS = sys.argv[1]
TEAM = Actor(id="u-17", role="business-support", agency="partnership-team")
NOTIFICATION = ReceiveNotification(
    at=datetime(2020, 5, 4, 8, 30, tzinfo=UTC),
    reference="CSPR-2020-07",
    source="kent-ics",
    incident=Incident(known_on=date(2020, 5, 1), nature=Nature.SERIOUS_HARM),
    children=(Child(reference="C-1", age_band=AgeBand.UNDER_1),),
)


def submitted(reviews: RapidReviews, host: psycopg.Connection, form: str) -> bool:
    """Keep a form and record what it says, or neither; return whether it was so already."""
    with host.transaction():
        host.execute("INSERT INTO forms VALUES (%s) ON CONFLICT DO NOTHING", (form,))
        answer = reviews.ask("KM-1", NOTIFICATION, by=TEAM, command_id=form, within=host)
    return answer.repeated


with (
    RapidReviews.on_postgres(
        ADDRESS,
        unsealed=True,
        terms=terms.load("kent-and-medway-2020-05"),
        clock=lambda: datetime.now(UTC),
    ) as reviews,
    psycopg.connect(Place.at(ADDRESS).connection) as host,
):
    host.execute("CREATE TEMPORARY TABLE forms (form text PRIMARY KEY)")
    with host.transaction() as it:
        submitted(reviews, host, "form-1")
        raise psycopg.Rollback(it)  # the host thinks better of it
    print("rolled back:", reviews.references())
    print("was so already:", submitted(reviews, host, "form-1"))
    print("was so already:", submitted(reviews, host, "form-1"))  # its answer was lost, say
    host.commit()
    print("recorded:", len(reviews.history("KM-1")), "entries")
