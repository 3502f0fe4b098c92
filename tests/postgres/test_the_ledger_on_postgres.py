"""What is asked of a ledger in a file, asked of one on PostgreSQL: the same tests."""

from inspect import signature

from tests.record import test_attacks_on_the_ledger, test_ledger
from tests.record.test_attacks_on_the_ledger import log

__all__ = ["log"]

for _module in (test_attacks_on_the_ledger, test_ledger):
    _tests = {
        name: test
        for name, test in vars(_module).items()
        if name.startswith("test_") and {"place", "log"} & signature(test).parameters.keys()
    }
    assert _tests, f"no test of {_module.__name__} is given a place"
    assert not _tests.keys() & globals().keys(), "two tests have one name"
    globals().update(_tests)
