"""Which tests take seconds each, and why: `make test` leaves them to `make slow`, CI runs both.

A folder or a file a line, from `tests/`. What they test is tested in `make test` as well: in
memory and in a file in place of a server, as text in place of a browser, by examples in place of
a sweep over everything.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

SERVER: Final = "starts a PostgreSQL server"
BROWSER: Final = "drives a browser"
PROCESSES: Final = "starts many processes"
LIBRARY: Final = "asks another library about everything"
LARGE: Final = "works on megabytes"
EVERYWHERE: Final = "asks every command at several terminals"

SLOW: Final[Mapping[str, str]] = {
    "audit/test_outside.py": PROCESSES,
    "audit/verify/test_files.py": LARGE,
    "cli/commands/test_altered_bundles.py": PROCESSES,
    "cli/commands/test_report_stats.py": LIBRARY,
    "cli/test_hostile_input.py": LARGE,
    "cli/test_in_a_pipe.py": EVERYWHERE,
    "cli/test_on_a_terminal.py": PROCESSES,
    "cli/test_streams.py": PROCESSES,
    "exports/test_dfe_metadata.py": LIBRARY,
    "faults": PROCESSES,
    "kit/test_seeded_bugs.py": PROCESSES,
    "manuals": BROWSER,
    "mutants/test_named_again.py": PROCESSES,
    "projections/statistics/test_a_year_of_cases.py": LIBRARY,
    "projections/statistics/test_suppression.py": LIBRARY,
    "release": PROCESSES,
    "reports/test_how_a_case_file_is_laid_out.py": BROWSER,
    "reports/test_the_case_file.py": BROWSER,
    "reports/test_the_case_file_in_every_state.py": BROWSER,
    "reports/test_the_proof_in_a_page.py": BROWSER,
    "reports/test_the_statistics_page.py": BROWSER,
    "store/postgres": SERVER,
    "store/test_cases_read_by_processes.py": PROCESSES,
    "tables/test_reading_files.py": LARGE,
    "test_benchmarks.py": PROCESSES,
    "test_examples.py": PROCESSES,
    "test_growth.py": PROCESSES,
    "test_the_readme.py": PROCESSES,
    "test_the_recipe_for_an_event.py": PROCESSES,
    "typing": PROCESSES,
    "web/http/test_attacked_by_its_document.py": LIBRARY,
    "web/http/test_the_service_on_fastapi.py": PROCESSES,
    "web/pages": BROWSER,
}

_TESTS: Final = Path(__file__).parent


def is_slow(file: Path) -> bool:
    """Say whether a file's tests, or those of a folder that it is in, are named as slow."""
    if not file.is_relative_to(_TESTS):
        return False
    inside = file.relative_to(_TESTS)
    return any(str(one) in SLOW for one in (inside, *inside.parents))


def is_left_out(place: Path, asked: str) -> bool:
    """Say whether `-m` leaves out every test of a file, or of a folder, by its being slow."""
    if is_slow(place):
        return "not slow" in asked
    return asked.startswith("slow ") and place.is_file()
