"""Every mistake in a terms file is told, and all at once: key, what was found, what is allowed."""

from typing import Final

import pytest

from rapid_review.domain.terms.terms_file import parse_terms
from tests.terms.small_files import (
    CLASS,
    CLAUSE,
    CODE,
    DATE,
    GUIDANCE,
    HIDDEN,
    LIST,
    NEEDS,
    POINT,
    TERMS,
    TEXT,
    TRUE,
    TWICE,
    UNKNOWN,
    WHOLE,
    Row,
    edited,
    in_batches,
    is_told,
    told_of_terms,
    wrong_terms,
)

NO_STEP: Final = "is not a step"
START: Final = 'starts_on = "NotificationReceived.at"'
STOP: Final = 'stops_on = "DecisionMade.at"'
QUORUM: Final = "a seat, or a table with all_of, any_of, or at_least and of"
SEATS: Final = '["council", "police", "health"]'
REVIEW: Final = "deadlines.rapid-review"
DECISION: Final = "deadlines.decision"
FIRST_DAY: Final = ": true with a length of 1 or more working_days"

MISTAKES: Final[tuple[Row, ...]] = (
    # What is missing, unknown, or not for a file to say
    Row('calendar = "england-and-wales"', "", "calendar", "nothing", CODE),
    Row('clause = "T 7"', "", "feedback.clause", "nothing", CLAUSE),
    Row('edition = "May 2020"', "", "edition", "nothing", TEXT),
    Row(
        'id = "ours"',
        'colour = 3\nid = "ours"',
        "colour",
        UNKNOWN,
        "allowed here: adoption, calendar,",
    ),
    Row("chair = true", "chiar = true", "seats.council.chiar", UNKNOWN, "did you mean chair?"),
    Row(
        'title = "Our',
        'digest = 1\ntitle = "Our',
        "digest",
        "the program calculates",
        "allowed: to leave it out",
    ),
    Row('rule_set = "guidance"', "", "rule_set", "nothing", "allowed: the id of a rule set"),
    Row('"guidance"', '"guidance-2"', "rule_set", "'guidance-2'", "beside this one: guidance"),
    Row(
        'by = ["partners"]',
        'bi = ["partners"]',
        "adoption.bi",
        UNKNOWN,
        "allowed here: automatic, by, clause",
    ),
    # Values of the wrong kind
    Row("= 15 # of the review", '= "15"', f"{REVIEW}.length", "'15'", WHOLE),
    Row("= 15 # of the review", "= 15.5", f"{REVIEW}.length", "15.5", WHOLE),
    Row("= 15 # of the review", "= 1_001", f"{REVIEW}.length", "1001", "0 to 1000"),
    Row("= 15 # of the decision", "= -1", f"{DECISION}.length", "-1", "0 to 1000"),
    Row("chair = true", 'chair = "yes"', "seats.council.chair", "'yes'", TRUE),
    Row('id = "ours"', 'id = ""', "id", "an empty text", CODE),
    Row('id = "ours"', 'id = "Our Own"', "id", "'Our Own'", CODE),
    Row('clause = "T 7"', 'clause = " "', "feedback.clause", "an empty text", CLAUSE),
    Row('clause = "T 6"', 'clause = "T\\u0007"', "adoption.clause", HIDDEN, CLAUSE),
    Row('"Director"', '"Dire\\u202ector"', "seats.council.filled_by.#1", "U+202E", "printable"),
    Row('["Director"]', "[]", "seats.council.filled_by", "an empty list", LIST),
    Row('["Director"]', '"director"', "seats.council.filled_by", "'director'", LIST),
    Row('"Chief Inspector"', "3", "seats.police.filled_by.#2", "3", TEXT),
    Row("from = 2020-05-01", "from = 2020", "in_force_from", "2020", DATE),
    Row('"calendar_days"', '"weeks"', f"{DECISION}.unit", "'weeks'", "'calendar_days', 'months'"),
    Row('"consensus"', '"lot"', "decision.manners.#1", "'lot'", "'chair', 'consensus'"),
    Row('"in-person"', '"phone"', "meetings.manners.#1", "'phone'", "'hybrid', 'in-person'"),
    Row(
        'clause = "T 1"',
        'clause = "T 1"\ninquorate_may = "all"',
        "quorum.inquorate_may",
        "'all'",
        "'nothing', 'what-the-chair-selects'",
    ),
    Row('"Europe/London"', '"europe/lundon"', "time_zone", "'europe/lundon'", "an IANA name"),
    Row('"Europe/London"', '"London"', "time_zone", "'London'", "an IANA name"),
    Row("time_zone = ", "time_zones = ", "time_zone", "found nothing", "a text in quotation"),
    Row(
        "opens_review = true",
        "opens_review = 1",
        "notification_classes.referral.opens_review",
        "1",
        TRUE,
    ),
    # Keys that say something only beside others, or of what is there
    Row(
        'title = "Publication"',
        'title = "Publication"\nbefore = true',
        "deadlines.publication.before",
        "true",
        "working_days or calendar_days",
    ),
    Row(
        'title = "Decision"',
        'title = "Decision"\nreceipt = { until = "16:00" }',
        f"{DECISION}.receipt",
        "a table",
        "where starts_on is 'NotificationReceived.at'",
    ),
    Row(
        'title = "Rapid review"',
        'title = "Rapid review"\neach_time = true',
        f"{REVIEW}.each_time",
        "'NotificationReceived.at', which comes once",
        "true where starts_on is a later date",
        leans_on=(f"{REVIEW}.starts_on",),
    ),
    Row(
        'title = "Rapid review"',
        'title = "Rapid review"\nreceipt = { until = "4 pm" }',
        f"{REVIEW}.receipt.until",
        HIDDEN,
        "a time of day in quotation marks, such as '16:00'",
    ),
    Row(
        'stops_on = "ReportSentToPanel.at"',
        'stops_on = "ReportSentToPanel.at"\nstops_when = "all"',
        f"{REVIEW}.stops_when",
        "'ReportSentToPanel.at'",
        "a date of an event that several people do",
    ),
    Row(
        'stops_on = "ReportSentToPanel.at"',
        'stops_on = [{ on = "ReportLost.at" }]',
        f"{REVIEW}.stops_on.#1.on",
        "'ReportLost.at'",
        POINT,
    ),
    Row(
        'stops_on = "DecisionMade.at"',
        'stops_on = "DecisionMade.at"\nall_of = ["police"]',
        f"{DECISION}.all_of",
        "a list",
        "where stops_when is 'all'",
    ),
    Row(
        'stops_on = "DecisionMade.at"',
        'stops_on = "MemberInformed.at"\nstops_when = "all"\nall_of = ["mayor"]',
        f"{DECISION}.all_of",
        "'mayor'",
        "a seat: council, health, police",
    ),
    Row(
        'stops_on = "DecisionMade.at"',
        'stops_on = "FeedbackShared.at"\nstops_when = "all"\nall_of = ["king"]',
        f"{DECISION}.all_of",
        "'king'",
        "one of feedback.share_with: partners",
    ),
    Row(
        'title = "Health"',
        'title = "Health"\nvotes = false',
        "quorum.needs.of.#3",
        "'health'",
        "a seat that votes: council, police",
    ),
    # What does not hang together
    Row(
        "to = 2021-04-30",
        "to = 2020-04-30",
        "in_force_to",
        "2020-04-30",
        "no day before in_force_from, which is 2020-05-01",
        leans_on=("in_force_from",),
    ),
    Row(
        START,
        'starts_on = "NotificationLost.at"',
        f"{REVIEW}.starts_on",
        "'NotificationLost.at'",
        POINT,
    ),
    Row(
        START,
        'starts_on = "NotificationReceived.children"',
        f"{REVIEW}.starts_on",
        "'NotificationReceived.children'",
        POINT,
    ),
    Row(STOP, 'stops_on = "DecisionMade"', f"{DECISION}.stops_on", "'DecisionMade'", POINT),
    Row(
        "= 15 # of the decision",
        "= 15\ncounts_day_of_start = true",
        f"{DECISION}.counts_day_of_start",
        "a unit of 'calendar_days'",
        FIRST_DAY,
        leans_on=("deadlines.decision.unit",),
    ),
    Row(
        "= 15 # of the review",
        "= 0\ncounts_day_of_start = true",
        f"{REVIEW}.counts_day_of_start",
        "a length of 0",
        FIRST_DAY,
    ),
    Row(
        "= 15 # of the review",
        '= 15\nonly_for_classes = ["referral", "rumour"]',
        f"{REVIEW}.only_for_classes",
        "'rumour'",
        f"{CLASS}: referral, serious-incident",
    ),
    Row(
        'starts_on = "MeetingConvened.at"',
        'starts_on = "MeetingConvened.at"\nonly_for_classes = ["referral"]',
        f"{DECISION}.only_for_classes",
        "the clock starts on 'MeetingConvened.at'",
        "where starts_on is a date of NotificationReceived",
    ),
    Row(
        '[duties]\nover = "decision"',
        '[duties]\nover = "review"',
        "duties.over",
        "'review'",
        "a clock: decision, notify-panel, publication, rapid-review",
    ),
    Row(
        'title = "Nothing more"',
        'title = "Nothing more"\nexcludes = ["nothing-more", "a-review"]',
        "decision.outcomes.nothing-more.excludes",
        "'a-review'",
        "another outcome: local-practice-review",
    ),
    Row(
        SEATS,
        '["council", "mayor"]',
        "quorum.needs.of.#2",
        "'mayor'",
        "a seat that votes: council, health, police",
    ),
    Row(
        "at_least = 2",
        "at_least = 4",
        "quorum.needs.at_least",
        "4",
        "1 to 3",
        leans_on=("quorum.needs.of", "quorum.needs"),
    ),
    Row(
        "at_least = 2",
        "at_least = 0",
        "quorum.needs.at_least",
        "0",
        "1 to 3",
        leans_on=("quorum.needs.of", "quorum.needs"),
    ),
    Row(
        SEATS,
        '["council", "council"]',
        "quorum.needs.of",
        "a part twice",
        "each part once",
        leans_on=("quorum.needs",),
    ),
    Row("at_least = 2", "most = 2", "quorum.needs", "a table", QUORUM),
    Row(NEEDS, "needs = 2", "quorum.needs", "2", QUORUM),
    Row(NEEDS, "needs = { all_of = [] }", "quorum.needs.all_of", "an empty list", "one seat or"),
    Row(NEEDS, 'needs = { all_of = ["council"], of = [] }', "quorum.needs.of", UNKNOWN, "nothing"),
    Row(NEEDS, "", "quorum.needs", "nothing", QUORUM),
    Row(
        'filled_by = ["Designated Nurse"]',
        'filled_by = ["Designated Nurse"]\nchair = true',
        "seats.health.chair",
        "a second seat that is marked as chair",
        "one such seat, or none",
    ),
    Row(
        'id = "decision"',
        'id = "rapid-review"',
        "deadlines.#2.id",
        f"'rapid-review'{TWICE}",
        "a name that no other of deadlines has",
    ),
    Row(
        'code = "nothing-more"',
        'code = "local-practice-review"',
        "decision.outcomes.#2.code",
        f"'local-practice-review'{TWICE}",
        "a name that no other of outcomes has",
    ),
)
"""For which a file cannot be used."""

SENSE: Final[tuple[Row, ...]] = (
    Row('title = "Police"', 'title = "Health"', "seats.health.title", TWICE, "a text that no"),
    Row(
        '"england-and-wales"',
        '"essex"',
        "calendar",
        "'essex'",
        "these calendars: england-and-wales",
    ),
    Row(
        "from = 2020-05-01",
        "from = 1977-12-31",
        "calendar",
        "1978-01-01 to 2030-12-31",
        "a calendar that answers for that day",
    ),
    Row(
        "from = 2020-05-01",
        "from = 2018-05-01",
        "rule_set",
        "from 2018-06-29 to 2023-12-14",
        "a rule set that is in force on that day",
    ),
    Row(
        'stops_on = "ReportSentToPanel.at"',
        f"stops_on{START.removeprefix('starts_on')}",
        f"{REVIEW}.stops_on",
        "'NotificationReceived.at'",
        "a date other than that of starts_on",
    ),
    Row(
        STOP,
        'stops_on = "NotificationReceived.at"',
        f"{DECISION}.stops_on",
        "can never stop",
        "a date that comes after starts_on",
    ),
    Row(
        'starts_on = "MeetingConvened.at"',
        'starts_on = "CaseClosed.at"',
        f"{DECISION}.starts_on",
        "'CaseClosed.at'",
        "a date before the case is closed",
    ),
    Row(STOP, 'stops_on = "RecordCorrected.at"', f"{DECISION}.stops_on", NO_STEP, "of a step"),
    Row(
        'starts_on = "MeetingConvened.at"',
        'starts_on = "DeadlineReckonedAgain.at"',
        f"{DECISION}.starts_on",
        NO_STEP,
        "the date of a step",
    ),
    Row(
        "practice_review = true",
        "",
        "deadlines.publication.stops_on",
        "can never stop",
        "practice_review = true",
    ),
    Row(
        'share_with = ["partners"]',
        'share_with = ["partners", "partners"]',
        "feedback.share_with",
        f"'partners'{TWICE}",
        "each word once",
    ),
    Row('["Superintendent", ', '["Chief Inspector", ', "seats.police.filled_by", TWICE, "once"),
)
"""What makes no sense, and does not keep a file from being used."""


@pytest.mark.parametrize("row", [*MISTAKES, *SENSE], ids=lambda row: f"{row.key}: {row.found}")
def test_each_mistake_in_a_terms_file_is_told_by_its_key(row: Row) -> None:
    """What was found there, and what is allowed, in the words of the file."""
    problems = told_of_terms(edited(TERMS, row))
    assert is_told(row, problems, "ours.toml"), problems


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row.key}: {row.found}")
def test_a_file_with_a_mistake_is_not_used(row: Row) -> None:
    """Anyone who loads it is told the same."""
    content = edited(TERMS, row)
    problems = wrong_terms(content.encode())
    assert is_told(row, problems, "ours.toml")
    assert set(problems) <= set(told_of_terms(content))


@pytest.mark.parametrize("row", SENSE, ids=lambda row: f"{row.key}: {row.found}")
def test_a_file_that_makes_no_sense_is_used_all_the_same(row: Row) -> None:
    """There may be cases under it, which must be read."""
    content = edited(TERMS, row).encode()
    assert parse_terms(content, name="ours.toml", rule_sets={"guidance": GUIDANCE}).id == "ours"


@pytest.mark.parametrize("batch", in_batches((*MISTAKES, *SENSE)))
def test_ten_mistakes_in_a_terms_file_are_told_at_once(batch: tuple[Row, ...]) -> None:
    """None of them hides another, whatever is wrong with its form."""
    content = TERMS
    for row in batch:
        content = edited(content, row)
    problems = told_of_terms(content)
    assert [row for row in batch if not is_told(row, problems, "ours.toml")] == []


def test_there_are_forty_of_them_and_a_good_file_has_none() -> None:
    """The table is long enough to hold the kinds that people make."""
    assert len(MISTAKES) + len(SENSE) >= 40
    assert told_of_terms(TERMS) == ()


def test_no_message_speaks_as_a_programmer_does() -> None:
    """Of tuples, arrays, strings, patterns and types nobody who writes such a file has heard."""
    told = " ".join(line for row in MISTAKES for line in told_of_terms(edited(TERMS, row)))
    for word in ("tuple", "array", "string", "pattern", "Input", "input should", "valid ", "dict"):
        assert word not in told


def test_duties_may_be_over_with_any_clock_of_the_terms() -> None:
    """A national one among them; where nothing is said, with that of the rapid review."""
    known = {"guidance": GUIDANCE}
    text = TERMS.replace('over = "decision"', 'over = "notify-panel"').encode()
    assert parse_terms(text, name="ours.toml", rule_sets=known).duties_over == "notify-panel"
    text = TERMS.replace('[duties]\nover = "decision"\n', "").encode()
    assert parse_terms(text, name="ours.toml", rule_sets=known).duties_over == "rapid-review"
