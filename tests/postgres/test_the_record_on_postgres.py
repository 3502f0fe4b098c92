"""What is asked of a record in memory and in a file, asked of one on PostgreSQL: the same tests.

They are those of `tests/record` that are given a `store`, or `stores`; here `conftest` gives them
one on a server.
"""

from inspect import signature

from tests.record import (
    test_bulk_imports,
    test_imports,
    test_races,
    test_read_model,
    test_reviews,
    test_the_register_of_exports,
)

for _module in (
    test_reviews,
    test_races,
    test_imports,
    test_bulk_imports,
    test_read_model,
    test_the_register_of_exports,
):
    _tests = {
        name: test
        for name, test in vars(_module).items()
        if name.startswith("test_") and {"store", "stores"} & signature(test).parameters.keys()
    }
    assert _tests, f"no test of {_module.__name__} is given a store"
    assert not _tests.keys() & globals().keys(), "two tests have one name"
    globals().update(_tests)
