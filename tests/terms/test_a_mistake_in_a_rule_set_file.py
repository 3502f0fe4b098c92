"""Every mistake in a rule-set file is told, and all at once: key, found, allowed."""

from typing import Final

import pytest

from rapid_review.domain.terms.terms_file import parse_rule_set
from tests.terms.small_files import (
    CLASS,
    CLAUSE,
    CODE,
    DATE,
    LIST,
    POINT,
    RULE_SET,
    TEXT,
    TRUE,
    TWICE,
    UNKNOWN,
    WHOLE,
    Row,
    edited,
    in_batches,
    is_told,
    told_of_rule_set,
    wrong_rule_set,
)

CLOCK: Final = "deadlines.notify-panel"
PUBLICATION: Final = "deadlines.publication"
STOP: Final = 'stops_on = "NotificationReceived.panel_notified_at"'
SINCE: Final = "since = 2020-03-30"

MISTAKES: Final[tuple[Row, ...]] = (
    # What is missing, unknown, or not for a file to say
    Row('title = "National guidance"', "", "title", "nothing", TEXT),
    Row('source = "given"\nin', "in", "source", "nothing", TEXT),
    Row('clause = "G 1"', "", "limbs.facts.clause", "nothing", CLAUSE),
    Row('clause = "G 2"', "", "criteria.themes.clause", "nothing", CLAUSE),
    Row('owed_by = "local-authority"', "", f"{CLOCK}.owed_by", "nothing", CODE),
    Row(SINCE, "", "relaxations.flood.since", "nothing", DATE),
    Row('says = "five days were too few"', "", "relaxations.flood.says", "nothing", TEXT),
    Row(
        'id = "guidance"',
        'colour = 3\nid = "guidance"',
        "colour",
        UNKNOWN,
        "allowed here: criteria, dead",
    ),
    Row(
        'id = "guidance"',
        'digest = 1\nid = "guidance"',
        "digest",
        "the program calculates",
        "allowed: to leave it out",
    ),
    Row(
        'id = "guidance"',
        'errata = []\nid = "guidance"',
        "errata",
        "the program calculates",
        "allowed: to leave it out",
    ),
    Row(
        'says = "gather facts"',
        'sais = "gather facts"',
        "limbs.facts.sais",
        UNKNOWN,
        "did you mean says?",
    ),
    Row(
        'says = "themes recur"',
        'says = "themes recur"\nweight = 2',
        "criteria.themes.weight",
        UNKNOWN,
        "clause, id, says",
    ),
    Row(
        'says = "another death"',
        'says = "another death"\nopens = true',
        "notification_classes.other-death.opens",
        UNKNOWN,
        "code, opens_review, says",
    ),
    Row(
        'source = "given" # of the flood',
        'sauce = "given"',
        "relaxations.flood.sauce",
        UNKNOWN,
        "did you mean source?",
    ),
    # Values of the wrong kind
    Row(
        "opens_review = true",
        'opens_review = "true"',
        "notification_classes.serious-incident.opens_review",
        "'true'",
        TRUE,
    ),
    Row(
        "opens_review = false",
        "opens_review = 0",
        "notification_classes.other-death.opens_review",
        "0",
        TRUE,
    ),
    Row("length = 5", 'length = "5"', f"{CLOCK}.length", "'5'", WHOLE),
    Row("length = 5", "length = 5.5", f"{CLOCK}.length", "5.5", WHOLE),
    Row("length = 6", "length = 1_001", f"{PUBLICATION}.length", "1001", "0 to 1000"),
    Row("length = 6", "length = -6", f"{PUBLICATION}.length", "-6", "0 to 1000"),
    Row('"working_days"', '"days"', f"{CLOCK}.unit", "'days'", "'months', 'working_days'"),
    Row('"months"', '"years"', f"{PUBLICATION}.unit", "'years'", "'calendar_days', 'months'"),
    Row('id = "guidance"', 'id = "The Guidance"', "id", "'The Guidance'", CODE),
    Row('id = "facts"', 'id = "Facts 1"', "limbs.#1.id", "'Facts 1'", CODE),
    Row('clause = "G 1"', 'clause = ""', "limbs.facts.clause", "an empty text", CLAUSE),
    Row('clause = "G 3"', "clause = 3", f"{CLOCK}.clause", "3", CLAUSE),
    Row('title = "Notify the Panel"', 'title = " "', f"{CLOCK}.title", "an empty text", TEXT),
    Row('title = "National guidance"', 'title = "Nat\\u0007"', "title", "U+0007", "printable"),
    Row("from = 2018-06-29", "from = 2018", "in_force_from", "2018", DATE),
    Row("to = 2023-12-14", 'to = "open"', "in_force_to", "'open'", DATE),
    Row(SINCE, "since = 2020", "relaxations.flood.since", "2020", DATE),
    Row('["notify-panel"]', "[]", "relaxations.flood.deadlines", "an empty list", LIST),
    Row(
        '["notify-panel"]', '"notify-panel"', "relaxations.flood.deadlines", "'notify-panel'", LIST
    ),
    Row(
        'owed_by = "partners"', 'owed_by = ["partners"]', f"{PUBLICATION}.owed_by", "a list", CODE
    ),
    # What does not hang together
    Row(
        "to = 2023-12-14",
        "to = 2018-06-28",
        "in_force_to",
        "2018-06-28",
        "no day before in_force_from, which is 2018-06-29",
        leans_on=("in_force_from",),
    ),
    Row(
        "until = 2020-09-30",
        "until = 2020-03-29",
        "relaxations.flood.until",
        "2020-03-29",
        "no day before since, which is 2020-03-30",
        leans_on=("relaxations.flood.since",),
    ),
    Row(
        STOP,
        'stops_on = "NotificationReceived.ofsted_notified_at"',
        f"{CLOCK}.stops_on",
        "'NotificationReceived.ofsted_notified_at'",
        POINT,
    ),
    Row(
        'starts_on = "NotificationReceived.incident.known_on"',
        'starts_on = "IncidentKnown"',
        f"{CLOCK}.starts_on",
        "'IncidentKnown'",
        POINT,
    ),
    Row(
        "length = 5",
        'length = 5\nonly_for_classes = ["other-death"]',
        f"{CLOCK}.only_for_classes",
        "'other-death'",
        f"{CLASS}: serious-incident",
    ),
    Row(
        "length = 6",
        "length = 6\ncounts_day_of_start = true",
        f"{PUBLICATION}.counts_day_of_start",
        "a unit of 'months'",
        "1 or more working_days",
        leans_on=("deadlines.publication.unit",),
    ),
    Row(
        'code = "other-death"',
        'code = "serious-incident"',
        "notification_classes.#2.code",
        f"'serious-incident'{TWICE}",
        "a name that no other of notification_classes has",
    ),
    Row(
        'id = "publication"',
        'id = "notify-panel"',
        "deadlines.#2.id",
        f"'notify-panel'{TWICE}",
        "a name that no other of deadlines has",
    ),
)
"""For which a file cannot be used."""

SENSE: Final[tuple[Row, ...]] = (
    Row(
        'title = "Publish"',
        'title = "Notify the Panel"',
        f"{PUBLICATION}.title",
        TWICE,
        "a text",
        leans_on=("deadlines.notify-panel.title",),
    ),
    Row(
        'says = "another death"',
        'says = "a serious incident"',
        "notification_classes.other-death.says",
        TWICE,
        "a text that no other",
        leans_on=("notification_classes.serious-incident.says",),
    ),
    Row(
        STOP,
        'stops_on = "NotificationReceived.incident.known_on"',
        f"{CLOCK}.stops_on",
        "'NotificationReceived.incident.known_on'",
        "a date other than that of starts_on",
        leans_on=("deadlines.notify-panel.starts_on",),
    ),
    Row(
        '"PracticeReviewPublished.at"',
        '"NotificationReceived.at"',
        f"{PUBLICATION}.stops_on",
        "can never stop",
        "a date that comes after starts_on",
    ),
    Row(
        '["notify-panel"]',
        '["notify-panel", "notify-panel"]',
        "relaxations.flood.deadlines",
        f"'notify-panel'{TWICE}",
        "each word once",
    ),
)
"""What makes no sense, and does not keep a file from being used."""


@pytest.mark.parametrize("row", [*MISTAKES, *SENSE], ids=lambda row: f"{row.key}: {row.found}")
def test_each_mistake_in_a_rule_set_file_is_told_by_its_key(row: Row) -> None:
    """As strictly as in a terms file."""
    problems = told_of_rule_set(edited(RULE_SET, row))
    assert is_told(row, problems, "guidance.toml"), problems


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row.key}: {row.found}")
def test_a_rule_set_with_a_mistake_is_not_used(row: Row) -> None:
    """Anyone who loads it is told the same."""
    assert is_told(row, wrong_rule_set(edited(RULE_SET, row).encode()), "guidance.toml")


@pytest.mark.parametrize("row", SENSE, ids=lambda row: f"{row.key}: {row.found}")
def test_a_rule_set_that_makes_no_sense_is_used_all_the_same(row: Row) -> None:
    """There may be cases under it, which must be read."""
    made = parse_rule_set(edited(RULE_SET, row).encode(), name="guidance.toml")
    assert made.id == "guidance"


@pytest.mark.parametrize("batch", in_batches((*MISTAKES, *SENSE)))
def test_ten_mistakes_in_a_rule_set_file_are_told_at_once(batch: tuple[Row, ...]) -> None:
    """None of them hides another."""
    content = RULE_SET
    for row in batch:
        content = edited(content, row)
    problems = told_of_rule_set(content)
    assert [row for row in batch if not is_told(row, problems, "guidance.toml")] == []


def test_there_are_forty_of_them_and_a_good_rule_set_has_none() -> None:
    """The table is long enough to hold the kinds that people make."""
    assert len(MISTAKES) + len(SENSE) >= 40
    assert told_of_rule_set(RULE_SET) == ()


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
    told = wrong_rule_set(b"")
    assert [line.split(": ")[1] for line in told] == list(needed)
    assert all("found nothing; it must be given" in line for line in told)
