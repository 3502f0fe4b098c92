"""One review as plain events, each under a name, to be changed in one place at a time.

The notification was received on Monday 4 May 2020 under the Kent terms; every step of the document
was taken and in order, so that nothing is found. The practice review was published on 15 December
2020, fifteen days before it was due, and the case was closed on the next day.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.testing.naive_judge import NaiveClock, NaiveDuty, NaiveJudgement, judge

KENT: Final = shipped.load(shipped.KENT_AND_MEDWAY_2020)
SEATS: Final = [seat.id for seat in KENT.seats]
CRITERIA: Final = [one.id for one in KENT.national.criteria]
LIMBS: Final = [one.id for one in KENT.national.limbs]
DOCUMENT: Final = {"reference": "D-1", "sha256": f"sha256:{'a' * 64}"}
READ_ON: Final = date(2020, 12, 20)

Step = dict[str, Any]
Story = dict[str, Step]
Found = set[tuple[str, str, str]]


def step(kind: str, at: str, **said: object) -> Step:
    """Return an event at a time in UTC, written "05-04 09:30" in the year 2020, or with a year."""
    return {"kind": kind, "at": _moment(at), **said}


def but(one: Step, **changes: object) -> Step:
    """Return the step with other content, its times written as in `step`."""
    if isinstance(when := changes.get("at"), str):
        changes["at"] = _moment(when)
    return one | changes


def _moment(at: str) -> str:
    day, _, hour = at.partition(" ")
    return f"{day if len(day) > 5 else f'2020-{day}'}T{hour or '10:00'}Z"


def sat(*seats: str) -> list[Step]:
    """Return one person of its own in each seat."""
    return [{"seat": seat, "person": f"P-{seat}"} for seat in seats]


def factors(*criteria: str) -> list[Step]:
    """Return these criteria, weighed."""
    return [{"criterion": one, "applies": True, "rationale": "so"} for one in criteria]


RECEIPT: Final = step(
    "NotificationReceived",
    "05-04 09:30",
    reference="N-1",
    source="kent-ics",
    incident={"happened_on": "2020-04-30", "known_on": "2020-05-01", "nature": "serious-harm"},
    panel_notified_at="2020-05-04T08:00Z",
    children=[{"reference": "C-1", "age_band": "under-1"}],
    terms=KENT.ref.model_dump(mode="json"),
)
INFORMED: Final = {
    f"inform {seat}": step("MemberInformed", "05-04 11:00", seat=seat, person=f"P-{seat}")
    for seat in SEATS
}
GATHERED: Final = {
    "ask": step("AgencyReportRequested", "05-04 12:00", agency="school", due_on="2020-05-13"),
    "file": step("AgencyReportFiled", "05-12 16:00", agency="school"),
    "collate": step(
        "ReportsCollated", "05-14", collation=1, agencies=["school"], document=DOCUMENT
    ),
    "share": step("ReportsShared", "05-14 11:00", collation=1, seats=SEATS),
}
CONVENE: Final = step(
    "MeetingConvened", "05-14 12:00", meeting=1, meets_at="2020-05-19T13:00Z", manner="virtual"
)
INVITE: Final = step(
    "ExpertInvited", "05-14 13:00", meeting=1, person="P-radiology", expertise="radiology"
)
ATTEND: Final = step(
    "QuorumConfirmed", "05-19 13:05", meeting=1, sat=sat(*SEATS), experts=["P-radiology"]
)
ASSESS: Final = step("CriteriaAssessed", "05-19 14:00", factors=factors(*CRITERIA))
DECIDE: Final = step(
    "DecisionMade",
    "05-19 14:30",
    meeting=1,
    outcomes=["local-practice-review"],
    rationale="much can be learnt",
    methodology="systems-review",
    style="with those who worked with the family",
    prior_themes=[],
    related_reviews=[{"process": "domestic-homicide-review", "reference": "DHR-1"}],
    proportionality="one day",
    publication_considered=True,
)
DECIDE_NOT: Final = step(
    "DecisionMade",
    "05-19 14:30",
    meeting=1,
    outcomes=["no-practice-review"],
    rationale="little can be learnt",
)
MET: Final = {
    "convene": CONVENE,
    "invite": INVITE,
    "attend": ATTEND,
    "challenge": step(
        "ChallengeRaised", "05-19 13:30", challenge="CH-1", seat="police", words="was it asked?"
    ),
    "reply": step(
        "ChallengeAnswered", "05-19 13:40", challenge="CH-1", seat="police", words="it was"
    ),
    "assess": ASSESS,
}
COMPILE: Final = step("ReportCompiled", "05-20", version=1, document=DOCUMENT, limbs=LIMBS)
REPORTED: Final = {
    "adopt": step("DecisionAdopted", "05-20 09:00", partner="safeguarding-partnership"),
    "compile": COMPILE,
    "to members": step("ReportSentToMembers", "05-20 11:00", version=1),
    "to panel": step("ReportSentToPanel", "05-21", version=1),
}
ANSWERED: Final = {
    "discuss": step("PanelDiscussionNoted", "06-03", discussed_on="2020-06-02"),
    "answer": step("PanelFeedbackReceived", "06-12", agrees=True),
    "tell group": step("FeedbackShared", "06-15", shared_with="rapid-review-group"),
    "tell partners": step("FeedbackShared", "06-15", shared_with="safeguarding-partners"),
}
COMMISSION: Final = step(
    "PracticeReviewCommissioned",
    "06-30",
    reviewers=["R-1"],
    methodology="systems-review",
    coordinator="partnership-team",
    scope="from birth",
)
FOLLOWED: Final = {
    "commission": COMMISSION,
    "engage": step(
        "EngagementRecorded", "07-10", engagement="E-1", party="family", engaged=True, words="so"
    ),
    "publish": step("PracticeReviewPublished", "12-15", document=DOCUMENT),
}
THEME: Final = {
    "theme": step("LearningThemeIdentified", "05-19 15:00", theme="safer-sleep", words="so"),
    "refer": step("ThemeReferred", "07-01", theme="safer-sleep", referred_to="programme"),
}
CLOSE: Final = step("CaseClosed", "12-16")

WHOLE: Final[Story] = {
    "receipt": RECEIPT,
    **INFORMED,
    **GATHERED,
    **MET,
    "decide": DECIDE,
    **REPORTED,
    **ANSWERED,
    **FOLLOWED,
    **THEME,
    "close": CLOSE,
}
"""A review with a practice review, all in order."""
WITHOUT_PRACTICE_REVIEW: Final[Story] = {
    "receipt": RECEIPT,
    **INFORMED,
    **GATHERED,
    **MET,
    "decide": DECIDE_NOT,
    **REPORTED,
    **ANSWERED,
    "close": CLOSE,
}
"""A review whose decision asks for none, all in order."""


def with_steps(base: Story, changes: dict[str, Step | None]) -> Story:
    """Return a story with steps changed in their places, left out (None), or added at the end."""
    story = {**base, **changes}
    return {name: one for name, one in story.items() if one is not None}


def varied(**changes: object) -> Terms:
    """Return the Kent terms with other values, as another partnership's file would give them."""
    return Terms.model_validate_json(KENT.model_copy(update=changes).model_dump_json())


def entries_of(story: Story, *, case: str = "KM-2020-001") -> tuple[Entry, ...]:
    """Return the entries, each written down ten minutes later unless it has its `recorded`."""
    actor = {"id": "u-1", "role": "business-support", "agency": "partnership-team"}
    entries: list[Entry] = []
    for version, said in enumerate(story.values(), start=1):
        event = {key: value for key, value in said.items() if key not in ("recorded", "command")}
        soon = datetime.fromisoformat(said["at"]).astimezone(UTC) + timedelta(minutes=10)
        row = {
            "partnership": "kent-and-medway",
            "case": case,
            "version": version,
            "recorded_at": _moment(said["recorded"]) if "recorded" in said else soon.isoformat(),
            "by": actor,
            "command_id": said.get("command", f"c-{version}"),
            "event": event,
        }
        entries.append(Entry.model_validate_json(json.dumps(row)))
    return tuple(entries)


def judged(story: Story, *, terms: Terms = KENT, **question: Any) -> NaiveJudgement:  # noqa: ANN401 - the judge's own
    """Return what the naive judge says of a story, read on 20 December 2020 unless asked else."""
    question = {"read_on": READ_ON, "calendars": calendars.load, **question}
    return judge(entries_of(story), terms, **question)


def found(story: Story, *, terms: Terms = KENT, **question: Any) -> Found:  # noqa: ANN401 - the judge's own
    """Return each finding as its code, its verdict or kind, and the step or the subject."""
    names = list(story)
    findings: Found = set()
    for one in judged(story, terms=terms, **question).findings:
        where = "" if one.version is None else names[one.version - 1]
        said = one.verdict if one.kind == "rule" else one.kind
        findings.add((one.code, said, " ".join(filter(None, (where, one.subject)))))
    return findings


def clock(story: Story, deadline: str, *, number: int = 1, **question: Any) -> NaiveClock:  # noqa: ANN401 - the judge's own
    """Return one clock of a story, in one of its rounds."""
    for one in judged(story, **question).clocks:
        if (one.deadline, one.round) == (deadline, number):
            return one
    raise AssertionError(f"no clock {deadline} in round {number}")


def duty(story: Story, code: str, subject: str = "", **question: Any) -> str:  # noqa: ANN401 - the judge's own
    """Return the state of one duty of a story; "not owed" if it is none."""
    for one in judged(story, **question).duties:
        if one == NaiveDuty(code, subject, one.state):
            return one.state
    return "not owed"
