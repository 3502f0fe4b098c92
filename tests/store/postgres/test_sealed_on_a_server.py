"""What is asked of a sealed store in a file, asked of one on PostgreSQL: the same tests."""

from tests.store.postgres.same_tests import those_given
from tests.store.sealing import test_attacks
from tests.store.sealing.test_attacks import held

__all__ = ["held"]

globals().update(those_given({"held"}, test_attacks, globals()))
