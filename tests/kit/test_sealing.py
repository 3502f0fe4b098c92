"""The laws of sealing over the library's stores, with a key file, and with a key service."""

import os
from pathlib import Path

import pytest

from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.wrapping import HostWrapping, WrappingKey
from rapid_review.store.store import Store
from rapid_review.testing.sealed_handle import Sealed
from rapid_review.testing.sealing_conformance import Opens, SealingConformance
from rapid_review.testing.wiring import Clock
from tests.domain.a_review import KENT


def _opens(folder: Path, clock: Clock, wrapping: Path | HostWrapping) -> Opens:
    """Return what opens a record and its access log, each with keys of its own in a file."""
    for table in ("keys.db", "access-keys.db"):
        make_keys(folder / table, wrapping)

    def opened() -> Sealed:
        record, access = (
            Store.on_sqlite(folder / name, keys=keys_at(folder / keys, wrapping))
            for name, keys in (("record.db", "keys.db"), ("access.db", "access-keys.db"))
        )
        return Sealed.of(record, access, terms=KENT, clock=clock)

    return opened


class TestWithAKeyFile(SealingConformance):
    """The record, its keys, the key file, and an access log with keys of its own."""

    def opens(self, folder: Path, clock: Clock) -> Opens:
        """Return what opens all of it."""
        return _opens(folder, clock, folder / "key")

    def key_store(self, folder: Path) -> Path | None:
        """Return the file of the keys."""
        return folder / "keys.db"


class WithoutItsKeyStore(TestWithAKeyFile):
    """A host that does not say where its keys are."""

    __test__ = False

    def key_store(self, folder: Path) -> Path | None:
        """Return what a host gives that overrides nothing."""
        return SealingConformance.key_store(self, folder)


def test_keys_that_nobody_names_are_not_brought_back_and_that_is_said(tmp_path: Path) -> None:
    """The law is skipped, with what to override."""
    with pytest.raises(pytest.skip.Exception, match="override `key_store`"):
        WithoutItsKeyStore().test_keys_that_were_brought_back_open_nothing(tmp_path)


class TestWithAKeyService(SealingConformance):
    """A service of the host's wraps the keys; there is no key file."""

    def opens(self, folder: Path, clock: Clock) -> Opens:
        """Return what opens all of it."""
        inside = WrappingKey(1, os.urandom(32))
        return _opens(folder, clock, HostWrapping(1, inside.wrap, inside.unwrap))

    def key_store(self, folder: Path) -> Path:
        """Return the file of the keys."""
        return folder / "keys.db"
