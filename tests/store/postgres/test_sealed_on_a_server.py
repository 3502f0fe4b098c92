"""What is asked of a sealed store in a file, asked of one on PostgreSQL: the same tests."""

from tests.store.postgres.same_tests import those_given
from tests.store.sealing import test_a_key_that_was_read, test_attacks, test_the_word_of_a_forger
from tests.store.sealing.test_a_key_that_was_read import seconds, two
from tests.store.sealing.test_attacks import held
from tests.store.writing import test_erasing

__all__ = ["held", "seconds", "two"]

for _module in (test_attacks, test_erasing, test_a_key_that_was_read):
    globals().update(those_given({"held", "kept", "two"}, _module, globals()))
globals().update(those_given({"kept", "sealed"}, test_the_word_of_a_forger, globals()))
