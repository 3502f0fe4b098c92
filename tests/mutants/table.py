"""Which modules are mutated together, and the test files beside them that must notice."""

from typing import Final, NamedTuple

DEMANDED: Final = 95
"""Of a hundred mutants, how many must be noticed in the modules below that everything rests on."""
SAMPLE: Final = 500
"""How many mutants of all other modules are tried."""
SEED: Final = 2026


class Group(NamedTuple):
    """Modules, and what must notice their mutants.

    Attributes:
        modules: the modules, below `src/rapid_review`; each may have a star.
        tests: files and folders, below `tests`.
        demanded: how many of a hundred must be noticed; None where the score is only told.
        sample: how many mutants are tried, drawn by `SEED`; None for all of them.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    demanded: int | None = DEMANDED
    sample: int | None = None


GROUPS: Final = {
    "tree-and-notes": Group(
        (
            "audit/log/merkle.py",
            "audit/log/note.py",
            "audit/verify/tree.py",
            "audit/verify/notes.py",
        ),
        (
            "audit/log/test_merkle.py",
            "audit/log/test_note.py",
            "audit/log/test_signing.py",
            "audit/log/test_witness.py",
            "audit/verify/test_tree.py",
        ),
    ),
    "clocks-and-days": Group(
        ("domain/clocks.py", "domain/clock_stops.py", "domain/working_days.py"),
        (
            "domain/test_clocks.py",
            "domain/test_working_days.py",
            "domain/test_tor_1_to_4.py",
            "domain/test_tor_7_process.py",
            "projections/case",
            "terms/test_what_a_clock_may_say.py",
        ),
    ),
    "rules-and-judge": Group(
        ("domain/rules/*.py", "projections/case/findings.py", "projections/case/duties.py"),
        ("domain", "projections/case", "testing"),
    ),
    "sealing-and-keys": Group(("store/sealing/*.py",), ("store/sealing", "kit/test_sealing.py")),
    "authority": Group(("store/authority/*.py",), ("store/authority", "store/access")),
    "elsewhere": Group(("*.py",), ("",), demanded=None, sample=SAMPLE),
}
"""Each group by its name, in the order in which they are tried; the last is all the rest."""
