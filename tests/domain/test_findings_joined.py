"""Findings about one duty to several, said once with all of them (ToR 7.2, 7.5)."""

from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.finding import joined

NOT_TOLD = "there is no record that {} was told of the notification"
NOT_SENT = "there is no record that {} was sent collation {}"


def about(code: str, because: str, subject: str = "") -> Finding:
    """Return the finding of a duty that was not done."""
    return Finding("ToR 7.2", Verdict.IRREGULAR, because, code=code, subject=subject)


def reasons(*found: Finding) -> list[str]:
    """Return the reasons of findings, joined."""
    return [one.because for one in joined(found, ", ".join)]


def test_a_duty_to_several_is_one_finding_that_names_them_all() -> None:
    """ToR 7.2: "he" is the code of a seat, and also stands in the word "there"."""
    seats = ("he", "police")
    found = [about("tell", NOT_TOLD.format(one), one) for one in seats]
    assert reasons(*found) == [NOT_TOLD.format("he, police")]
    (one,) = joined(found, ", ".join)
    assert not one.subject


def test_findings_of_other_content_stay_apart() -> None:
    """ToR 7.5: the police lack the second collation, and the school lacks the first."""
    lacking = (("police", 2), ("school", 1))
    found = [about("share", NOT_SENT.format(one, no), one) for one, no in lacking]
    assert reasons(*found) == [one.because for one in found]
    assert [one.subject for one in joined(found, ", ".join)] == ["police", "school"]


def test_a_duty_of_the_whole_case_is_as_it_was() -> None:
    """ToR 7.6: that the group decided is owed once."""
    found = about("decide", "there is no record that the group decided")
    assert tuple(joined([found], ", ".join)) == (found,)
