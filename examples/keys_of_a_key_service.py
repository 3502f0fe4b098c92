"""The keys of a sealed store, wrapped by the host's own key service; there is no key file.

`KeyService` stands for what a cloud or a hardware module offers: it encrypts and decrypts few
bytes under a key that never leaves it, together with a context that must be given again. A call is
made when a key is made, and once a minute at most for each key that is used.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rapid_review import Actor, RapidReviews, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import vocabulary as of
from rapid_review.domain.errors import KeysError
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.rotation import wrap_anew
from rapid_review.store.sealing.wrapping import HostWrapping

KENT = terms.load("kent-and-medway-2020-05")
TEAM = Actor(id="pt-01", role="business-support", agency="partnership-team")
NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)


class KeyService:
    """The host's key service, with a key for each year."""

    def __init__(self) -> None:
        self._keys = {name: AESGCM(AESGCM.generate_key(256)) for name in ("of-2026", "of-2027")}
        self.calls = 0

    def encrypt(self, name: str, plain: bytes, context: bytes) -> bytes:
        """Encrypt a few bytes under a key of the service's."""
        self.calls += 1
        nonce = os.urandom(12)
        return nonce + self._keys[name].encrypt(nonce, plain, context)

    def decrypt(self, name: str, sealed: bytes, context: bytes) -> bytes:
        """Decrypt what was encrypted under that key, in that context."""
        self.calls += 1
        return self._keys[name].decrypt(sealed[:12], sealed[12:], context)


SERVICE = KeyService()


def wrapped_by(name: str, number: int) -> HostWrapping:
    """Return one key of the service as what wraps; a newer one has a higher number."""
    return HostWrapping(
        number,
        lambda key, context: SERVICE.encrypt(name, key, context),
        lambda wrapped, context: SERVICE.decrypt(name, wrapped, context),
    )


NOTIFICATION = ask.ReceiveNotification(
    at=datetime(2026, 11, 2, 10, tzinfo=UTC),
    reference="CSPR-2026-50",
    source="kent-ics",
    incident=of.Incident(known_on=date(2026, 10, 30), nature=of.Nature.SERIOUS_HARM),
    children=(of.Child(reference="C-1", age_band=of.AgeBand.UNDER_1, identity="a name"),),
)

with TemporaryDirectory() as folder:
    store, table = Path(folder) / "platform.db", Path(folder) / "platform.keys"
    this_year = wrapped_by("of-2026", 1)
    make_keys(table, this_year)
    keys = keys_at(table, this_year)
    with RapidReviews.on_sqlite(store, terms=KENT, clock=lambda: NOW, keys=keys) as reviews:
        reviews.handle("KM-2026-050", NOTIFICATION, by=TEAM)
    print("the name is in a file:", any(b"a name" in f.read_bytes() for f in (store, table)))

    # A year later: every key is wrapped again, in one transaction; no entry is touched.
    next_year = wrapped_by("of-2027", 2)
    keys = keys_at(table, next_year, older=this_year)
    print("keys wrapped again:", wrap_anew(keys, next_year))
    keys.close()

    # The key of before opens nothing any more; everything but words is read without any.
    keys = keys_at(table, this_year)
    try:
        keys.row_key()
    except KeysError as error:
        print(str(error).partition(",")[0])
    keys.close()
    with RapidReviews.on_sqlite(store, terms=KENT, clock=lambda: NOW) as reviews:
        print("entries:", len(reviews.history("KM-2026-050")))
