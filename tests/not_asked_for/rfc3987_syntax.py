"""Nothing, in place of a library that takes a second to import: `tests/conftest.py` says why."""
