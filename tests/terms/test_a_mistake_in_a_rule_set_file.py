"""Every mistake in a rule-set file is told: the file, the key, what was found, what is allowed."""

import pytest

from tests.terms.small_files import (
    CLASSES,
    DATES,
    EMPTY,
    NAMED,
    RULE_SET,
    UNITS,
    WRITTEN,
    replaced,
    wrong_rule_set,
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('title = "National guidance"', "", "title: is missing; it must be given"),
        ('id = "guidance"', 'id = "guidance"\ncolour = 3', "colour: no such field; leave it out"),
        ('id = "guidance"', 'id = "guidance"\ndigest = "sha256:0"', f"digest: {WRITTEN}"),
        (
            "opens_review = true",
            'opens_review = "true"',
            "notification_classes.0.opens_review: found 'true'; input should be a valid boolean",
        ),
        ("= 5", '= "5"', "deadlines.0.length: found '5'; input should be a valid integer"),
        (
            '"working_days"',
            '"days"',
            f"deadlines.0.unit: found 'days'; {UNITS}",
        ),
        (
            '"NotificationReceived.panel_notified_at"',
            '"NotificationReceived.ofsted_notified_at"',
            f"deadlines.0: stops_on is 'NotificationReceived.ofsted_notified_at'; {DATES}",
        ),
        (
            "length = 5",
            'length = 5\nonly_for_classes = ["other-death"]',
            f"deadlines: notify-panel: {NAMED} other-death; {CLASSES}: serious-incident",
        ),
        (
            "in_force_to = 2023-12-14",
            "in_force_to = 2018-06-28",
            "in_force_to: found 2018-06-28; allowed is no day before in_force_from, 2018-06-29",
        ),
        (
            "until = 2020-09-30",
            "until = 2020-03-29",
            "relaxations.0.until: found 2020-03-29; allowed is no day before since, 2020-03-30",
        ),
        ('["notify-panel"]', "[]", f"relaxations.0.deadlines: {EMPTY}"),
    ],
)
def test_a_mistake_in_a_rule_set_file_is_told(old: str, new: str, problem: str) -> None:
    """As strictly as in a terms file."""
    first, *_ = wrong_rule_set(replaced(RULE_SET, old, new))
    assert first == f"guidance.toml: {problem}"


@pytest.mark.parametrize(
    ("table", "key", "name"),
    [
        ("limbs", "id", "facts"),
        ("criteria", "id", "themes"),
        ("notification_classes", "code", "other-death"),
        ("deadlines", "id", "notify-panel"),
        ("relaxations", "id", "flood"),
    ],
)
def test_what_stands_twice_in_a_rule_set_is_told(table: str, key: str, name: str) -> None:
    """No two rows of one table have one name."""
    *_, last = (rows for rows in RULE_SET.split("[[") if rows.startswith(f"{table}]]"))
    problem = f"guidance.toml: {table}: {name} stands twice; every {key} must differ"
    assert wrong_rule_set(f"{RULE_SET}\n[[{last}".encode()) == (problem,)


def test_an_empty_rule_set_file_lacks_everything_that_is_needed() -> None:
    """It is TOML; deadlines and relaxations alone may be absent."""
    needed = (
        "id",
        "title",
        "source",
        "in_force_from",
        "limbs",
        "criteria",
        "notification_classes",
    )
    assert wrong_rule_set(b"") == tuple(
        f"guidance.toml: {key}: is missing; it must be given" for key in needed
    )
