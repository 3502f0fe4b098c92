"""The laws of sealing over the library's stores, with a key file, and with a key service."""

import os
from pathlib import Path

from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.wrapping import HostWrapping, WrappingKey
from rapid_review.store.store import Store
from rapid_review.testing.sealed_handle import Sealed
from rapid_review.testing.sealing_conformance import Opens, SealingConformance
from rapid_review.testing.wiring import Clock
from tests.domain.a_review import KENT


class TestWithAKeyFile(SealingConformance):
    """The record, its keys, the key file, and an access log with keys of its own."""

    def opens(self, folder: Path, clock: Clock) -> Opens:
        """Return what opens all of it."""
        key_file = folder / "key"
        for table in ("keys.db", "access-keys.db"):
            make_keys(folder / table, key_file)

        def opened() -> Sealed:
            record, access = (
                Store.on_sqlite(folder / name, keys=keys_at(folder / keys, key_file))
                for name, keys in (("record.db", "keys.db"), ("access.db", "access-keys.db"))
            )
            return Sealed.of(record, access, terms=KENT, clock=clock)

        return opened

    def key_store(self, folder: Path) -> Path:
        """Return the file of the keys."""
        return folder / "keys.db"


class TestWithAKeyService(SealingConformance):
    """A service of the host's wraps the keys; there is no key file."""

    def opens(self, folder: Path, clock: Clock) -> Opens:
        """Return what opens all of it."""
        inside = WrappingKey(1, os.urandom(32))
        service = HostWrapping(1, inside.wrap, inside.unwrap)
        make_keys(folder / "keys.db", service)
        make_keys(folder / "access-keys.db", service)

        def opened() -> Sealed:
            record, access = (
                Store.on_sqlite(folder / name, keys=keys_at(folder / keys, service))
                for name, keys in (("record.db", "keys.db"), ("access.db", "access-keys.db"))
            )
            return Sealed.of(record, access, terms=KENT, clock=clock)

        return opened

    def key_store(self, folder: Path) -> Path:
        """Return the file of the keys."""
        return folder / "keys.db"
