"""Tools to test what you build on the rules with, for embedders. Needs the extra `testing`.

- `given(...).when(...).then(...)`: one rule, one example
- `strategies`: moments, commands, events and whole histories for Hypothesis
- `invariants`: what holds for every case
- `machine`: random commands against your own store, compared with the rules after every step
"""

from rapid_review.testing.scenario import Given, Then, given

__all__ = ["Given", "Then", "given"]
