"""Every mistake in a terms file is told: the file, the key, what was found, what is allowed."""

from typing import Final

import pytest

from rapid_review.domain.terms.terms_file import parse_terms
from tests.terms.small_files import (
    CLASSES,
    DATES,
    EMPTY,
    GUIDANCE,
    HIDDEN,
    NAMED,
    NEEDS,
    TERMS,
    UNITS,
    WRITTEN,
    replaced,
    wrong_terms,
)

COUNCIL: Final = """\
[[seats]]
id = "council"
title = "Council"
filled_by = ["Director"]
chair = true
"""
START: Final = 'starts_on = "NotificationReceived.at"'
PRINTABLE: Final = "allowed are printable characters and ends of lines"
CITED: Final = "string should match pattern '^[!-~§][ -~§–—‘’“”]*$'"  # noqa: RUF001 - meant
ZONE: Final = "allowed is an IANA name such as Europe/London"
FORMS: Final = "allowed is a seat, all_of, any_of, or at_least with of"
OTHERS: Final = "allowed are the other outcomes: local-practice-review"
TOO_FEW: Final = "input should be greater than or equal to 1"


# --- What is missing, unknown, or not for a file to say


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('calendar = "england-and-wales"', "", "calendar: is missing; it must be given"),
        ('clause = "T 7"', "", "feedback.clause: is missing; it must be given"),
        ('id = "ours"', 'id = "ours"\ncolour = 3', "colour: no such field; leave it out"),
        ("chair = true", "boss = true", "seats.0.boss: no such field; leave it out"),
        ('id = "ours"', 'id = "ours"\ndigest = "sha256:0"', f"digest: {WRITTEN}"),
        ('id = "ours"', 'id = "ours"\nnational = {}', f"national: {WRITTEN}"),
        ('rule_set = "guidance"', "", "rule_set: found nothing; allowed are guidance"),
        ('rule_set = "guidance"', "rule_set = 15", "rule_set: found '15'; allowed are guidance"),
        ('"guidance"', '"guidance-2"', "rule_set: found 'guidance-2'; allowed are guidance"),
    ],
)
def test_what_is_missing_or_unknown_is_told(old: str, new: str, problem: str) -> None:
    """A key that must be there, a key that nobody reads, a rule set that nobody has."""
    assert wrong_terms(replaced(TERMS, old, new)) == (f"ours.toml: {problem}",)


# --- Values of the wrong kind


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("= 15", '= "15"', "deadlines.0.length", "found '15'; input should be a valid integer"),
        ("= 15", "= 15.5", "deadlines.0.length", "found '15.5'; input should be a valid integer"),
        (
            "= 15",
            "= 1_001",
            "deadlines.0.length",
            "found '1001'; input should be less than or equal to 1000",
        ),
        (
            "chair = true",
            'chair = "yes"',
            "seats.0.chair",
            "found 'yes'; input should be a valid boolean",
        ),
        (
            '"ours"',
            '""',
            "id",
            f"found a value of 0 {HIDDEN}; string should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$'",
        ),
        (
            '"T 7"',
            '" "',
            "feedback.clause",
            f"found a value of 1 {HIDDEN}; {CITED}",
        ),
        (
            '"T 7"',
            '"T 7\\u0007"',
            "feedback.clause",
            f"found a value of 4 {HIDDEN}; {CITED}",
        ),
        (
            '["Director"]',
            '["Dire\\u202ector"]',
            "seats.0.filled_by.0",
            f"found the character U+202E at place 5; {PRINTABLE}",
        ),
        ('["Director"]', "[]", "seats.0.filled_by", EMPTY),
        (
            '["Director"]',
            '"director"',
            "seats.0.filled_by",
            "found 'director'; input should be a valid array",
        ),
        (
            "2020-05-01",
            "2020",
            "in_force_from",
            "found '2020'; allowed is a date such as 2020-05-04",
        ),
        (
            '"working_days"',
            '"weeks"',
            "deadlines.0.unit",
            f"found 'weeks'; {UNITS}",
        ),
        (
            '"consensus"',
            '"lot"',
            "decision.manners.0",
            "found 'lot'; input should be 'consensus', 'majority' or 'chair'",
        ),
        (
            '"in-person"',
            '"phone"',
            "meetings.manners.0",
            "found 'phone'; input should be 'in-person', 'virtual' or 'hybrid'",
        ),
        (
            NEEDS,
            f'{NEEDS}\ninquorate_may = "all"',
            "quorum.inquorate_may",
            "found 'all'; input should be 'nothing' or 'what-the-chair-selects'",
        ),
        ('"Europe/London"', '"europe/lundon"', "time_zone", f"found 'europe/lundon'; {ZONE}"),
        ('"Europe/London"', '""', "time_zone", f"found a value of 0 {HIDDEN}; {ZONE}"),
        (
            "2021-04-30",
            "2020-04-30",
            "in_force_to",
            "found 2020-04-30; allowed is no day before in_force_from, 2020-05-01",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_told(old: str, new: str, key: str, problem: str) -> None:
    """A number in quotes is no number, and a word that is not on the list is not guessed at."""
    first, *_ = wrong_terms(replaced(TERMS, old, new))
    assert first == f"ours.toml: {key}: {problem}"


# --- What does not hang together


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            START,
            'starts_on = "NotificationLost.at"',
            f"starts_on is 'NotificationLost.at'; {DATES}",
        ),
        (
            START,
            'starts_on = "NotificationReceived.children"',
            f"starts_on is 'NotificationReceived.children'; {DATES}",
        ),
        ('"ReportSentToPanel.at"', '"ReportSent"', f"stops_on is 'ReportSent'; {DATES}"),
        (
            "length = 15",
            "length = 0\ncounts_day_of_start = true",
            "counts_day_of_start needs a length of 1 or more working_days",
        ),
        (
            'unit = "working_days"',
            'unit = "months"\ncounts_day_of_start = true',
            "counts_day_of_start needs a length of 1 or more working_days",
        ),
        (
            START,
            'starts_on = "MeetingConvened.at"\nonly_for_classes = ["referral"]',
            "only_for_classes needs starts_on to be of NotificationReceived",
        ),
    ],
)
def test_a_clock_that_cannot_run_is_told(old: str, new: str, problem: str) -> None:
    """It starts and stops on a date that some event has, and day one is a working day."""
    assert wrong_terms(replaced(TERMS, old, new)) == (f"ours.toml: deadlines.0: {problem}",)


def test_duties_may_be_over_with_any_clock_of_the_terms() -> None:
    """A national one among them; where nothing is said, with that of the rapid review."""
    text = replaced(TERMS, "[feedback]", '[duties]\nover = "notify-panel"\n\n[feedback]')
    known = {"guidance": GUIDANCE}
    assert parse_terms(text, name="ours.toml", rule_sets=known).duties_over == "notify-panel"
    ours = parse_terms(TERMS.encode(), name="ours.toml", rule_sets=known)
    assert ours.duties_over == "rapid-review"


def test_of_clocks_that_cannot_be_read_nothing_more_is_said() -> None:
    """Whether the duties are over with one of them, nobody can say yet."""
    duties = replaced(TERMS, "[feedback]", '[duties]\nover = "review"\n\n[feedback]').decode()
    (problem,) = wrong_terms(replaced(duties, "length = 15", 'length = "15"'))
    assert "deadlines.0.length" in problem


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "[feedback]",
            '[duties]\nover = "review"\n\n[feedback]',
            "duties: over names review; allowed is a clock: decision, notify-panel, rapid-review",
        ),
        (
            'title = "Nothing more"',
            'title = "Nothing more"\nexcludes = ["nothing-more", "a-review"]',
            f"decision.outcomes: nothing-more: excludes names a-review, nothing-more; {OTHERS}",
        ),
    ],
)
def test_what_is_named_and_is_not_there_is_told(old: str, new: str, problem: str) -> None:
    """A clock that the duties are over with, an outcome that another excludes."""
    assert wrong_terms(replaced(TERMS, old, new)) == (f"ours.toml: {problem}",)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (COUNCIL, "", "quorum: needs names council; allowed are health, police"),
        (
            '"police", "health"]',
            '"mayor", "king"]',
            "quorum: needs names king, mayor; allowed are council, health, police",
        ),
        (
            "at_least = 2",
            "at_least = 4",
            "quorum.needs.at_least: at_least is 4; allowed is 1 to 3",
        ),
        (
            "at_least = 2",
            "at_least = 0",
            f"quorum.needs.at_least.at_least: found '0'; {TOO_FEW}",
        ),
        (
            '["council", "police", "health"]',
            '["council", "council"]',
            "quorum.needs.at_least: of names something twice; what it counts must differ",
        ),
        ("at_least = 2", "most = 2", f"quorum.needs: found an object; {FORMS}"),
        (NEEDS, "needs = 2", f"quorum.needs: found '2'; {FORMS}"),
        (NEEDS, "needs = { all_of = [] }", f"quorum.needs.all_of.all_of: {EMPTY}"),
        (
            'id = "police"',
            'id = "police"\nchair = true',
            "seats: council, police are marked chair; allowed is one, or none",
        ),
        (
            "length = 15",
            'length = 15\nonly_for_classes = ["referral", "rumour"]',
            f"deadlines: rapid-review: {NAMED} rumour; {CLASSES}: referral, serious-incident",
        ),
    ],
)
def test_what_does_not_hang_together_is_told(old: str, new: str, problem: str) -> None:
    """A quorum of seats that there are, and no more of them; one chair; classes that are known."""
    assert wrong_terms(replaced(TERMS, old, new)) == (f"ours.toml: {problem}",)


@pytest.mark.parametrize(
    ("table", "key", "old", "new"),
    [
        ("seats", "id", "police", "health"),
        ("deadlines", "id", "decision", "rapid-review"),
        ("decision.outcomes", "code", "nothing-more", "local-practice-review"),
    ],
)
def test_what_stands_twice_is_told(table: str, key: str, old: str, new: str) -> None:
    """No two seats, deadlines or outcomes have one name."""
    content = replaced(TERMS, f'{key} = "{old}"', f'{key} = "{new}"')
    problem = f"ours.toml: {table}: {new} stands twice; every {key} must differ"
    assert wrong_terms(content) == (problem,)


def test_every_mistake_has_its_line() -> None:
    """So that a file is mended in one go."""
    content = TERMS[: TERMS.index("[[seats]]")] + TERMS[TERMS.index("[[deadlines]]") :]
    assert wrong_terms(content.replace("= 15", '= "15"').encode()) == (
        "ours.toml: seats: is missing; it must be given",
        "ours.toml: quorum: is missing; it must be given",
        "ours.toml: deadlines.0.length: found '15'; input should be a valid integer",
        "ours.toml: deadlines.1.length: found '15'; input should be a valid integer",
    )


def test_an_empty_list_of_seats_is_no_group() -> None:
    """`seats = []` is as good as none."""
    content = "seats = []\n" + TERMS[: TERMS.index("[[seats]]")] + TERMS[TERMS.index("[quorum]") :]
    assert wrong_terms(content.encode()) == (f"ours.toml: seats: {EMPTY}",)
