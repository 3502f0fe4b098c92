"""Tools for testing what you build on the rules. Needs the extra `testing`.

- `given(...).when(...).then(...)`: one rule, one example
- `strategies`: terms, calendars, moments, commands, events, whole histories, and cases recorded on
  a bad day
- `invariants`: what holds for every case
- `machine`: random commands against one case, compared with the rules after every step
- `RulesConformance`, `StoreConformance`, `WiringConformance`, `SealingConformance`,
  `SubscriptionConformance`, `HttpConformance`: classes of tests to inherit from, for terms, for a
  store, for what a host built around it, for its keys, for its subscriptions, and for its HTTP
- `disagreements`: where the library and a second, naive judge differ about the cases of a store
- `plugin`: profiles and fixtures for pytest, off unless asked for
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapid_review.testing.conformance import StoreConformance
    from rapid_review.testing.delivery import Delivery, LibraryDelivery, Trouble
    from rapid_review.testing.entry_store import EntryStore, LibraryStore
    from rapid_review.testing.http_client import Form, Served
    from rapid_review.testing.http_conformance import HttpConformance
    from rapid_review.testing.oracle import Compared, Disagreement, disagreements
    from rapid_review.testing.rules_conformance import RulesConformance
    from rapid_review.testing.scenario import Given, Then, given
    from rapid_review.testing.sealed_handle import Sealed
    from rapid_review.testing.sealing_conformance import SealingConformance
    from rapid_review.testing.subscription_conformance import SubscriptionConformance
    from rapid_review.testing.wiring import HandSetClock, ReviewsWiring, Wiring
    from rapid_review.testing.wiring_conformance import WiringConformance

__all__ = [
    "Compared",
    "Delivery",
    "Disagreement",
    "EntryStore",
    "Form",
    "Given",
    "HandSetClock",
    "HttpConformance",
    "LibraryDelivery",
    "LibraryStore",
    "ReviewsWiring",
    "RulesConformance",
    "Sealed",
    "SealingConformance",
    "Served",
    "StoreConformance",
    "SubscriptionConformance",
    "Then",
    "Trouble",
    "Wiring",
    "WiringConformance",
    "disagreements",
    "given",
]

if not TYPE_CHECKING:  # type checkers read the names above, and refuse one that is misspelt
    _HOMES = {
        "Compared": "oracle",
        "Delivery": "delivery",
        "Disagreement": "oracle",
        "EntryStore": "entry_store",
        "Form": "http_client",
        "HandSetClock": "wiring",
        "HttpConformance": "http_conformance",
        "LibraryDelivery": "delivery",
        "LibraryStore": "entry_store",
        "ReviewsWiring": "wiring",
        "RulesConformance": "rules_conformance",
        "Sealed": "sealed_handle",
        "SealingConformance": "sealing_conformance",
        "Served": "http_client",
        "StoreConformance": "conformance",
        "SubscriptionConformance": "subscription_conformance",
        "Trouble": "delivery",
        "Wiring": "wiring",
        "WiringConformance": "wiring_conformance",
        "disagreements": "oracle",
    }

    def __getattr__(name: str) -> object:
        """Load a public name when first asked for: pytest imports this package at every start."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _HOMES.get(name, "scenario")
        return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
