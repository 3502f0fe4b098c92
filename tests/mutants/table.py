"""Which modules are mutated together, and the test files beside them that must notice."""

from typing import Final, NamedTuple

DEMANDED: Final = 95
"""Of a hundred mutants, how many must be noticed in the modules below that everything rests on."""
SAMPLES: Final = {
    "audit": 24,
    "calendars": 5,
    "cli": 72,
    "domain": 56,
    "exports": 21,
    "projections": 63,
    "reports": 18,
    "store": 122,
    "tables": 22,
    "terms": 4,
    "testing": 46,
    "web": 41,
    "wire": 6,
}
"""How many mutants of a folder's other modules are tried: 500 in all, by the lines of each."""
BESIDE: Final = {
    "domain": ("terms",),
    "testing": ("kit",),
    "web": ("kit/test_http.py",),
    "wire": ("cli/test_applying.py", "cli/test_hostile_input.py", "cli/commands/test_due.py"),
}
"""Which tests of other folders test a folder's modules as well."""
ON_A_SERVER: Final = (
    "a_background_worker_on_a_server",
    "a_password",
    "a_server_that_does_not_answer",
    "a_server_that_fails_over",
    "a_server_that_logs_every_statement",
    "a_silent_connection",
    "a_stopped_server",
    "an_access_log_on_a_server",
    "answers_on_postgres",
    "conformance_on_a_server",
    "figures_by_characteristics_on_a_server",
    "keys_on_a_server",
    "killed_on_a_server",
    "library_base_cases",
    "own_calendars_on_a_server",
    "reading_elsewhere",
    "sealed_on_a_server",
    "sealing_a_store_on_a_server",
    "subscriptions_on_a_server",
    "the_command_line_on_postgres",
    "the_drill_of_record_and_keys",
    "the_ledger_on_postgres",
    "the_operators_manual_on_a_server",
    "the_record_on_postgres",
    "two_releases_on_a_server",
    "what_is_found_on_a_server",
    "workers",
)
"""Tests of `store/postgres` that do again what others do in a file, or wait for a server.

They take many minutes for each survivor.
"""
WITHOUT: Final = {
    "audit": (
        # It finds what a module imports, and in a copy each imports `mutmut` as well.
        "audit/verify/test_main.py::test_the_folder_imports_the_standard_library_and_cryptography_alone",
    ),
    "cli": (
        # It looks at megabytes, and takes minutes for each survivor.
        "cli/test_hostile_input.py",
        # It compares two other processes, which have the code without a mutant.
        "cli/commands/test_report_stats.py::test_two_processes_write_the_same_bytes",
    ),
    "store": (
        *(f"store/postgres/test_{one}.py" for one in ON_A_SERVER),
        # It asks git, and a copy is no repository.
        "store/test_an_older_store.py::test_every_release_left_its_stores",
    ),
    "testing": (
        # Hypothesis also tries constants of the code, and mutants bring others: with those no
        # example of this law meets the bug.
        "kit/test_seeded_bugs.py::test_a_seeded_bug_is_found_by_its_law[said-twice-recorded-twice]",
    ),
    "web": (
        # The pages are served by another process, which has the code without a mutant.
        "web/http/test_the_service_on_fastapi.py",
        "web/pages/test_a_case_by_keyboard.py",
        "web/pages/test_attacked_in_a_browser.py",
        "web/pages/test_every_page_for_everybody.py",
        "web/pages/test_the_page_of_statistics.py::test_once_it_is_loaded_a_page_loads_nothing_to_draw_with",
        "web/pages/test_the_page_of_statistics.py::test_the_program_loads_it_before_somebody_asks",
        "web/pages/test_the_pages_in_a_browser.py",
    ),
}
"""Which tests of those no try runs: they fail in a copy, never meet a mutant, or take minutes."""
SEED: Final = 2026

OF_THE_DOCUMENT: Final = (
    "1_to_4",
    "5_accountability",
    "6_membership",
    "7_process",
    "8_support",
)
OF_THE_WORK: Final = ("answers", "board", "diary", "outstanding", "retention")


class Group(NamedTuple):
    """Modules, and what must notice their mutants.

    Attributes:
        modules: the modules, below `src/rapid_review`; each may have a star.
        tests: files and folders, below `tests`.
        demanded: how many of a hundred must be noticed; None where the score is only told.
        sample: how many mutants are tried, drawn by `SEED`; None for all of them.
        without: files, folders and single tests, below `tests`, that no try runs.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    demanded: int | None = DEMANDED
    sample: int | None = None
    without: tuple[str, ...] = ()


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
        (
            "domain/rules/*.py",
            "domain/panel_rounds.py",
            "projections/case/duties.py",
            "projections/case/findings.py",
            "projections/case/duty_table.py",
        ),
        (
            # Not `test_every_command.py`, which takes the rules by their own names.
            *(f"domain/test_tor_{part}.py" for part in OF_THE_DOCUMENT),
            "domain/test_a_notification_that_came_in_twice.py",
            "domain/test_corrections_by_two.py",
            "domain/test_holds_and_erasures.py",
            "domain/test_imported_history.py",
            "domain/test_the_record.py",
            "projections/case",
            "projections/test_as_of.py",
            # Not `test_next_steps.py`, which takes minutes for each survivor.
            *(f"projections/work/test_{one}.py" for one in OF_THE_WORK),
            "properties/test_both_judges_of_one_change.py",
            "properties/test_the_two_judges.py",
            "terms/test_clauses_and_words.py",
            "terms/test_what_a_clock_may_say.py",
        ),
    ),
    "sealing-and-keys": Group(
        ("store/sealing/*.py",),
        # Not those that go through the whole library, which take minutes for each survivor.
        (
            "cli/commands/test_keys.py",
            "store/postgres/test_keys_on_a_server.py",  # skipped where no server is installed
            "store/sealing/test_a_key_that_was_read.py",
            "store/sealing/test_a_second_algorithm.py",
            "store/sealing/test_a_store_that_is_not_sealed.py",
            "store/sealing/test_attacks.py",
            "store/sealing/test_canaries.py",
            "store/sealing/test_golden_sealed.py",
            "store/sealing/test_no_word_comes_out.py",
            "store/sealing/test_rotating.py",
            "store/sealing/test_rows_of_any_type.py",
            "store/sealing/test_the_fence.py",
            "store/sealing/test_the_files_of_keys.py",
            "store/sealing/test_the_word_of_a_forger.py",
            "store/sealing/test_what_a_key_store_keeps.py",
            "store/sealing/test_words_are_sealed.py",
            "store/sealing/test_words_come_back.py",
            "store/test_slips.py",
            "store/writing/test_corrections_by_two.py",
            "store/writing/test_erasing.py",
        ),
    ),
    "authority": Group(("store/authority/*.py",), ("store/authority", "store/access")),
    **{
        f"some-of-{folder}": Group(
            (f"{folder}/*.py",),
            (folder, *BESIDE.get(folder, ())),
            demanded=None,
            sample=many,
            without=WITHOUT.get(folder, ()),
        )
        for folder, many in SAMPLES.items()
    },
}
"""Each group by its name, in the order in which they are tried; the last are all the rest."""
