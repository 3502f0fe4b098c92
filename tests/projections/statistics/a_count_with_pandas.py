"""The figures of a year counted again from `figures.md`, by other means: with pandas, from rows.

Nothing of the package counts here. An event is a row of a frame, days are London's by its zone
database, working days are numpy's with the bank holidays of 2021 to 2023 as they are below.
"""

from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from typing import Any, Final

import numpy as np

from rapid_review.projections.as_of import CaseHistory

pd: Any = import_module("pandas")  # it tells of its own types in part only
Frame = Any
"""A frame of pandas, or one of its columns."""

Counted = dict[tuple[str, str, str], int]
"""How many there are, by figure, group and kind."""

HOLIDAYS: Final = (
    *("2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30", "2021-12-27"),
    *("2021-12-28", "2022-01-03", "2022-04-15", "2022-04-18", "2022-05-02", "2022-06-02"),
    *("2022-06-03", "2022-08-29", "2022-09-19", "2022-12-26", "2022-12-27", "2023-01-02"),
)
SEATS: Final = frozenset(
    {
        *("integrated-childrens-services", "police", "ccg-safeguarding"),
        *("designated-health", "partnership-team"),
    }
)
BANDS: Final = {"1-5": "1 to 5", "6-10": "6 to 10", "11-15": "11 to 15", "16-17": "16 to 17"}
BAND_NAMES: Final = ("0 to 10", "11 to 15", "16 to 20", "21 or more")
QUARTILES: Final = ("lower-quartile", "median", "upper-quartile")


def frame_of(histories: Iterable[CaseHistory]) -> Frame:
    """Return every event as a row: its case, its kind, when, its local day, and what it says."""
    rows = [
        {"case": entry.case, "kind": entry.event.kind, "at": entry.event.at}
        | {"said": entry.event.model_dump(mode="json")}
        for one in histories
        for entry in one.entries
    ]
    frame = pd.DataFrame(rows)
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    frame["day"] = frame["at"].dt.tz_convert("Europe/London").dt.date
    return frame


def group_of(by: str) -> Callable[[Any], str]:
    """Return what names the period of a day (by agency: nothing does)."""

    def year_to_march(day: date) -> int:
        return int(pd.Period(day, freq="Y-MAR").year)

    def half_year(day: date) -> str:
        ends = year_to_march(day)
        in_summer = 4 <= day.month <= 9
        return f"{ends - 1}-04 to {ends - 1}-09" if in_summer else f"{ends - 1}-10 to {ends}-03"

    return {
        "month": lambda day: str(pd.Period(day, freq="M")),
        "quarter": lambda day: "{0.year}-Q{0.quarter}".format(pd.Period(day, freq="Q")),
        "half-year": half_year,
        "year": lambda day: f"year to 31 March {year_to_march(day)}",
        "calendar-year": lambda day: str(pd.Period(day, freq="Y")),
    }[by]


def count(events: Frame, by: str, day: date, dated_by: str = "receipt") -> Counted:
    """Return every figure but shares, as it had happened by the end of a day and read on it.

    Args:
        events: see `frame_of`.
        by: what a group is.
        day: the day.
        dated_by: "receipt", "panel" or "incident".
    """
    happened = events[events["day"] <= day]
    receipts = happened[happened["kind"] == "NotificationReceived"].set_index("case")
    happened = happened[happened["case"].isin(receipts.index)]
    cases = pd.DataFrame({"received": receipts["day"], "said": receipts["said"]})
    not_met = happened[happened["kind"] == "NotificationCriteriaFoundNotMet"]
    cases["not_met"] = cases.index.isin(not_met["case"])
    opens = cases["said"].map(lambda said: said["notification_class"] == "serious-incident")
    cases["opens"] = opens
    cases["is_review"] = opens & ~cases["not_met"]
    cases["source"] = cases["said"].map(lambda said: said["source"])
    cases["dated"] = _dated(cases, happened, dated_by)
    if by == "agency":
        cases["group"] = cases["source"]
    else:
        name = group_of(by)
        cases["group"] = [
            "date not known" if pd.isna(one) else name(one) for one in cases["dated"]
        ]
    things = pd.concat(
        [
            _of_receipt(cases, _of_an_incident_told_before(happened)),
            _of_agencies(happened),
            _of_meetings(happened),
            _of_reviews(happened[happened["case"].isin(cases.index[cases["is_review"]])]),
            _of_clock(cases, happened, "rapid-review", 15, day),
            _of_clock(cases, happened, "panel-feedback", 10, day),
        ]
    )
    things["group"] = things["case"].map(cases["group"])
    return _summed(things) | _quartiles(things)


def _summed(things: Frame) -> Counted:
    """Return how many there are of each kind, and in total: of each group, and of all."""
    found: Counted = {}
    for one in (things, things.assign(group="Total")):
        for keys in (one, one.assign(kind="Total")):
            sizes = keys.groupby(["figure", "group", "kind"]).size()
            found |= {key: int(number) for key, number in sizes.items() if key[2]}
    return found


def _quartiles(things: Frame) -> Counted:
    """Return the least number of days within which each quarter had stopped."""
    found: Counted = {}
    took = things[things["days"].notna()]
    for one in (took, took.assign(group="Total")):
        for (figure, group), days in one.groupby(["figure", "group"])["days"]:
            name = figure.replace("days taken", "quartiles of the stopped")
            cuts = np.quantile(days, [0.25, 0.5, 0.75], method="inverted_cdf")
            for kind, value in zip(QUARTILES, cuts, strict=True):
                found[name, group, kind] = int(value)
    return found


def _dated(cases: Frame, happened: Frame, dated_by: str) -> Frame:
    if dated_by == "receipt":
        return cases["received"]
    if dated_by == "incident":
        told = cases["said"].map(lambda said: said["incident"]["happened_on"])
        return told.map(lambda text: None if text is None else date.fromisoformat(text))
    first = cases["said"].map(lambda said: said["panel_notified_at"])
    later = happened[happened["kind"] == "PanelNotified"].set_index("case")["said"]
    told = first.combine_first(later.map(lambda said: said["notified_at"]))
    return told.map(lambda text: None if pd.isna(text) else _local(text)).reindex(cases.index)


def _local(text: str) -> date:
    found: date = pd.Timestamp(text).tz_convert("Europe/London").date()
    return found


def _things(rows: Iterable[tuple[str, str, str]]) -> Frame:
    """Return counted things: the case, the figure, the kind ("" where there is one kind only)."""
    return pd.DataFrame(list(rows), columns=["case", "figure", "kind"])


def _of_an_incident_told_before(happened: Frame) -> set[str]:
    links = happened[happened["kind"] == "ProcessLinked"]
    same = links["said"].map(lambda said: said["process"] == "same-incident-as")
    return set(links[same.astype(bool)]["case"])


def _of_receipt(cases: Frame, again: set[str]) -> Frame:
    rows = []
    for case, said, not_met, is_review in zip(
        cases.index, cases["said"], cases["not_met"], cases["is_review"], strict=True
    ):
        nature, listed = said["incident"]["nature"], said["children"]
        children = {child["reference"]: child["age_band"] for child in listed}
        index = children[said["index_child"] or listed[0]["reference"]]
        rows += [
            (case, "notification", nature),
            *([] if case in again else [(case, "incident", nature)]),
            (case, "nature-by-age", f"{nature}, {BANDS.get(index, index)}"),
            *((case, "child", BANDS.get(band, band)) for band in children.values()),
            *([(case, "criteria-not-met", "")] if not_met else []),
            *([(case, "review", "")] if is_review else []),
        ]
    return _things(rows)


def _of_agencies(happened: Frame) -> Frame:
    def told(kind: str, key: str) -> Frame:
        chosen = happened[happened["kind"] == kind].sort_values("at", kind="stable")
        return chosen.assign(
            agency=[said["agency"] for said in chosen["said"]],
            more=[said[key] for said in chosen["said"]],
        )[["case", "agency", "day", "more"]]

    asked = told("AgencyReportRequested", "due_on").groupby(["case", "agency"]).last()
    filed = told("AgencyReportFiled", "nil_return").groupby(["case", "agency"]).first()
    due = (
        told("AgencyReportRequested", "due_on")
        .groupby(["case", "agency"])["more"]
        .apply(lambda days: days.iloc[-1])
    )
    both = filed.join(asked, how="inner", rsuffix="_asked")
    rows = [(case, "agency-report-requested", agency) for case, agency in asked.index]
    for (case, agency), one in both.iterrows():
        rows.append((case, "agency-report-filed", agency))
        by = due[case, agency]
        if isinstance(by, str) and one["day"] > date.fromisoformat(by):
            rows.append((case, "agency-report-late", agency))
        if one["more"]:
            rows.append((case, "agency-report-nil", agency))
    unasked = filed.index.difference(asked.index)
    return _things([*rows, *((case, "agency-report-unasked", agency) for case, agency in unasked)])


def _of_meetings(happened: Frame) -> Frame:
    rows = []
    held = happened[happened["kind"].isin(["QuorumConfirmed", "QuorumNotMet"])]
    for case, said in zip(held["case"], held["said"], strict=True):
        empty = SEATS - {one["seat"] for one in said["sat"]}
        rows.append((case, "meeting", ""))
        if empty:
            rows.append((case, "quorum-not-met", ""))
        rows += [(case, "empty-seat", seat) for seat in empty]
    return _things(rows)


def _of_reviews(happened: Frame) -> Frame:
    rows: list[tuple[str, str, str]] = []
    ordered = happened.sort_values("at", kind="stable")
    for case, events in ordered.groupby("case"):
        told = [(kind, said) for kind, said in zip(events["kind"], events["said"], strict=True)]
        decisions = [
            (place, said["outcomes"])
            for place, (kind, said) in enumerate(told)
            if kind in {"DecisionMade", "DecisionReconsidered"}
        ]
        if decisions:
            rows.append((case, "decision", ""))
            rows += [(case, "outcome", outcome) for outcome in decisions[-1][1]]
        kinds = {kind for kind, _ in told}
        if len(decisions) > 1 or "DecisionReconsidered" in kinds:
            rows.append((case, "reconsideration", ""))
        if "PracticeReviewCommissioned" in kinds:
            rows.append((case, "practice-review", ""))
        themes = {said["theme"] for kind, said in told if kind == "LearningThemeIdentified"}
        rows += [(case, "theme", theme) for theme in themes]
        answers = [
            (place, said["agrees"])
            for place, (kind, said) in enumerate(told)
            if kind == "PanelFeedbackReceived"
        ]
        if answers:
            answered, agrees = answers[-1]
            rows.append((case, "panel-answer", "agrees" if agrees else "disagrees"))
            stood = [outcomes for place, outcomes in decisions if place < answered][-1:]
            for outcome in (each for outcomes in stood for each in outcomes):
                rows.append((case, "outcome-answered", outcome))
                if agrees:
                    rows.append((case, "outcome-agreed", outcome))
    return _things(rows)


def _of_clock(cases: Frame, happened: Frame, clock: str, length: int, day: date) -> Frame:
    """Return what a clock came to, and how many working days it took."""
    opened = happened[happened["case"].isin(cases.index[cases["opens"]])]
    if clock == "rapid-review":
        rounds = opened.assign(round=1)
        starts = rounds[rounds["kind"] == "NotificationReceived"].assign(
            start=lambda one: one["day"]
        )
        stops = rounds[rounds["kind"] == "ReportSentToPanel"]
    else:
        rounds = opened.assign(round=_rounds(opened))
        starts = rounds[rounds["kind"] == "PanelDiscussionNoted"]
        days = starts["said"].map(lambda said: date.fromisoformat(said["discussed_on"]))
        starts = starts.assign(start=days)
        stops = rounds[rounds["kind"] == "PanelFeedbackReceived"]
    each = ["case", "round"]
    clocks = starts.groupby(each)["start"].min().to_frame()
    clocks["stop"] = stops.groupby(each)["day"].min()
    rows: list[dict[str, Any]] = []
    for (case, _), start, stop in clocks.itertuples():
        due = np.busday_offset(start, length, roll="backward", holidays=HOLIDAYS)
        state, days_taken = _state(start, None if pd.isna(stop) else stop, due.item(), day)
        if cases.loc[case, "not_met"]:
            state, days_taken = "ended-otherwise", None
        came_to = "not-yet-due" if state.endswith("not-yet-due") else state
        rows.append({"case": case, "figure": f"{clock}: came to", "kind": came_to})
        rows.append(
            {
                "case": case,
                "figure": f"{clock}: days taken",
                "kind": _band(state, days_taken),
                "days": days_taken,
            }
        )
    return pd.DataFrame(rows, columns=["case", "figure", "kind", "days"])


def _rounds(happened: Frame) -> Frame:
    """Return in which round before the Panel each event is.

    The second begins with the report that goes after a decision was made again, which was after an
    answer.
    """
    ordered = happened.sort_values("at", kind="stable")
    answered = (ordered["kind"] == "PanelFeedbackReceived").groupby(ordered["case"]).cumsum() > 0
    again = answered & (ordered["kind"] == "DecisionReconsidered")
    decided_again = again.groupby(ordered["case"]).cumsum() > 0
    sent_again = decided_again & (ordered["kind"] == "ReportSentToPanel")
    found: Frame = 1 + sent_again.groupby(ordered["case"]).cumsum().clip(upper=1)
    return found.reindex(happened.index)


def _state(start: date, stop: date | None, due: date, day: date) -> tuple[str, int | None]:
    if stop is not None and stop < start:
        return ("impossible-order" if due < day else "impossible-not-yet-due"), None
    if stop is None:
        return ("overdue" if due < day else "open-not-yet-due"), None
    after, until = np.datetime64(start) + 1, np.datetime64(stop) + 1
    took = int(np.busday_count(after, until, holidays=HOLIDAYS))
    if not due < day:
        return "stopped-not-yet-due", took
    return ("met" if stop <= due else "met-late"), took


def _band(state: str, days: int | None) -> str:
    if days is not None:
        return str(pd.cut([days], [-1, 10, 15, 20, 10_000], labels=BAND_NAMES)[0])
    if state.startswith("impossible"):
        return "impossible-order"
    return "ended-otherwise" if state == "ended-otherwise" else "still-open"
