"""The charts of the statistics: numbers in, Altair charts out.

The key is above the plot, and a series differs from the others in its dashes or its shape as
well as in its colour. Suppressed and unknown values are not drawn.
"""

from collections.abc import Sequence
from textwrap import fill, wrap
from typing import Any, Final, NamedTuple

import altair as alt

from rapid_review.projections.statistics.control_chart import XmR
from rapid_review.projections.statistics.survival import Curve
from rapid_review.reports.charts import BLUE, INK, ORANGE, PINK, TURQUOISE, WIDTH

Rows = Sequence[dict[str, Any]]
"""Data as Vega-Lite holds them; Any: a text or a number."""

Drawing = alt.TopLevelMixin

_BAR: Final = 26
_LINE: Final = 32
"""How many letters of a label fit on a line."""
_LINE_HEIGHT: Final = 16
_PERCENT: Final = alt.Scale(domain=[0, 100])


class Bar(NamedTuple):
    """One bar: its label, its number, and the panel that it is in."""

    label: str
    value: int
    panel: str = ""


class Period(NamedTuple):
    """The share of one period or agency, with its interval, in hundredths."""

    label: str
    percent: float
    lower: float
    upper: float


def bars(found: Sequence[Bar], unit: str) -> Drawing:
    """Return a chart of bars in the order given, each with its number at its end."""
    return _bars(found, unit).properties(
        data=_wrapped(found), width=WIDTH, height=_step_between_bars(found)
    )


def panels(found: Sequence[Bar], unit: str) -> Drawing:
    """Return the same bars in panels beside each other, on one scale."""
    names = list(dict.fromkeys(one.panel for one in found))
    # Vega-Lite leaves a gap of 20 between panels.
    each = _bars(found, unit).properties(
        width=(WIDTH - 20 * len(names)) / len(names), height=_step_between_bars(found)
    )
    column = alt.Column("panel:N", sort=names, title=None)
    return alt.FacetChart(_wrapped(found), each, alt.FacetMapping(column))


def over_time(found: Sequence[Bar], unit: str) -> Drawing:
    """Return a panel for each kind, one below the other, with a bar for each period."""
    names = list(dict.fromkeys(one.panel for one in found))
    periods = list(dict.fromkeys(one.label for one in found))
    above = alt.Header(labelAnchor="start", labelOrient="top")
    chart: alt.Chart = (
        alt.Chart(_data([one._asdict() for one in found]), width=WIDTH, height=90)
        .mark_bar(color=BLUE)
        .encode(
            x=_x_axis(periods),
            y=alt.Y("value:Q", title=unit, axis=_whole_number_axis(found)),
            row=alt.Row("panel:N", sort=names, title=None, header=above),
        )
    )
    return chart


def in_time(found: Sequence[Period], labels: Sequence[str]) -> Drawing:
    """Return a point for each share, on a line as long as its interval.

    Args:
        found: the shares.
        labels: every period or agency, with or without a share.
    """
    key = _key({"share in time": BLUE, "95 % interval": TURQUOISE})
    base = alt.Chart().encode(x=_x_axis(labels), color=key)
    reach = (
        base.mark_rule(strokeWidth=4)
        .transform_calculate(key="'95 % interval'")
        .encode(y=alt.Y("lower:Q", title="per cent in time", scale=_PERCENT), y2="upper:Q")
    )
    point = (
        base.mark_point(filled=True, size=90, opacity=1)
        .transform_calculate(key="'share in time'")
        .encode(y="percent:Q")
    )
    return _layers([reach, point], 260).properties(data=_data([one._asdict() for one in found]))


def series(found: XmR) -> Drawing:
    """Return a series with its mean and its limits; a value that is a signal is a diamond."""
    key = _key({"value": BLUE, "signal": PINK, "mean": INK, "limits of chance": ORANGE})
    rows = [
        {
            "label": point.measured.label,
            "percent": point.measured.value,
            "key": "signal" if point.signals else "value",
        }
        for point in found.points
    ]
    base = alt.Chart(_data(rows)).encode(
        x=_x_axis([point.measured.label for point in found.points]),
        y=alt.Y("percent:Q", title="per cent in time"),
        color=key,
    )
    shape = alt.Shape(
        "key:N",
        legend=None,
        scale=alt.Scale(domain=["value", "signal"], range=["circle", "diamond"]),
    )
    layers = [
        base.mark_line().transform_calculate(key="'value'"),
        base.mark_point(filled=True, size=110, opacity=1).encode(shape=shape),
    ]
    if found.limits is not None:
        rules = [
            {"percent": found.limits.mean, "key": "mean"},
            {"percent": found.limits.lower, "key": "limits of chance"},
            {"percent": found.limits.upper, "key": "limits of chance"},
        ]
        dash = alt.StrokeDash(
            "key:N",
            legend=None,
            scale=alt.Scale(domain=["mean", "limits of chance"], range=[[1, 0], [6, 4]]),
        )
        drawn = alt.Chart(_data(rules)).mark_rule(strokeWidth=2)
        layers.append(drawn.encode(y="percent:Q", color=key, strokeDash=dash))
    return _layers(layers, 260)


def ends(curve: Curve, allowed: int | None, days: str) -> Drawing:
    """Return the share that had stopped, and had ended otherwise, by each day; and the limit.

    Args:
        curve: the curve.
        allowed: how many days the clock allows; None where that differs from case to case.
        days: the unit of the days, in words.
    """
    stopped, otherwise = "stopped", "ended otherwise"
    rows = [{"day": 0, "percent": 0.0, "key": end} for end in (stopped, otherwise)]
    for step in curve.steps:
        shares = {stopped: step.has_stopped, otherwise: step.has_ended_otherwise}
        rows += [
            {"day": step.day, "percent": round(100 * share, 6), "key": end}
            for end, share in shares.items()
        ]
    names = [stopped, otherwise]
    lines = (
        alt.Chart(_data(rows))
        .mark_line(interpolate="step-after", strokeWidth=3)
        .encode(
            x=alt.X("day:Q", title=f"{days} since the start", axis=alt.Axis(format="d")),
            y=alt.Y("percent:Q", title="per cent of clocks", scale=_PERCENT),
            color=_key({stopped: BLUE, otherwise: ORANGE}),
            strokeDash=alt.StrokeDash(
                "key:N", scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]])
            ),
        )
    )
    if allowed is None:
        return _layers([lines], 280)
    limit = alt.Chart(_data([{"day": allowed, "caption": f"{allowed} allowed"}])).encode(x="day:Q")
    caption = limit.mark_text(align="center", dx=0, dy=-8).encode(y=alt.value(0), text="caption:N")
    return _layers([lines, limit.mark_rule(color=INK, strokeWidth=2), caption], 280)


def _bars(found: Sequence[Bar], unit: str) -> alt.LayerChart:
    """Return bars with their numbers, still without data and size."""
    lines = alt.Axis(labelExpr=r"split(datum.label, '\n')")
    label = alt.Y("label:N", sort=None, title=None, axis=lines)
    value = alt.X("value:Q", title=unit, axis=_whole_number_axis(found))
    bar = alt.Chart().mark_bar(color=BLUE, size=_BAR - 8).encode(y=label, x=value)
    number = alt.Chart().mark_text(align="left", dx=5)
    return alt.LayerChart(layer=[bar, number.encode(y=label, x=value, text="value:Q")])


def _wrapped(found: Sequence[Bar]) -> alt.InlineData:
    """Return the data of bars, long labels on several lines."""
    return _data([one._asdict() | {"label": fill(one.label, _LINE)} for one in found])


def _step_between_bars(found: Sequence[Bar]) -> alt.Step:
    """Return the distance from one bar to the next: enough for the label with the most lines."""
    lines = max((len(wrap(one.label, _LINE)) for one in found), default=1)
    return alt.Step(_BAR + _LINE_HEIGHT * (lines - 1))


def _layers(layers: Sequence[alt.Chart], height: int) -> alt.LayerChart:
    """Return charts drawn over each other."""
    return alt.LayerChart(layer=list(layers)).properties(width=WIDTH, height=height)


def _data(rows: Rows) -> alt.InlineData:
    return alt.InlineData(values=list(rows))


def _key(colours: dict[str, str]) -> alt.Color:
    """Return the colours of the series, from which the key of the chart is made."""
    return alt.Color("key:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())))


def _whole_number_axis(found: Sequence[Bar]) -> alt.Axis:
    """Return an axis with ticks at whole numbers only."""
    most = max((one.value for one in found), default=0)
    return alt.Axis(format="d", tickCount=min(most, 5), tickMinStep=1)


def _x_axis(labels: Sequence[str]) -> alt.X:
    """Return an axis of all periods or agencies, whether or not anything is drawn of each.

    A year is written on two lines. Labels that would overlap are slanted; if they still would,
    some are left out.
    """
    room = WIDTH / max(1, len(labels))
    aslant = any(8 * len(line) > room for label in labels for line in label.split(" March"))
    axis = alt.Axis(
        labelAngle=-40 if aslant else 0,
        labelLimit=160,
        labelOverlap=True,
        labelExpr=r"split(replace(datum.label, ' March', '\n March'), '\n')",
    )
    return alt.X("label:N", scale=alt.Scale(domain=list(labels)), title=None, axis=axis)
