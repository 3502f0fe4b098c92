"""A chart as SVG inside a page: drawn once, without a script, the same bytes each time.

A reader who does not see it gets its title and its words. Colour is never the only sign of
anything, and colours follow the Government Analysis Function's guidance on charts.
"""

import json
import re
from html import escape
from typing import Any, Final, NamedTuple

import altair as alt
import vl_convert
from markupsafe import Markup

BLUE: Final = "#12436D"
TURQUOISE: Final = "#28A197"
PINK: Final = "#801650"
ORANGE: Final = "#F46A25"
INK: Final = "#3D3D3D"
GRID: Final = "#D0D0D0"

WIDTH: Final = 640
"""The width of the plot, in the units of the SVG; a page scales it to fit."""

_FONT: Final = "arial, sans-serif"
_ROOT: Final = re.compile(r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>")
_NOT_NEEDED: Final = re.compile(
    r' (?:aria-hidden|aria-roledescription|role|class|pointer-events)="[^"]*"'
)
_CONFIG: Final[dict[str, Any]] = {  # Any: what Vega-Lite's configuration holds
    "aria": False,  # the whole chart is described once, by its title and its words
    "font": _FONT,
    "background": "white",
    # Room for labels in a browser whose letters are wider than those that vl-convert measured.
    "padding": {"left": 40, "right": 16, "top": 5, "bottom": 5},
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 13,
        "titleColor": INK,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": INK,
        "tickColor": INK,
        "labelLimit": 260,
    },
    "header": {"labelColor": INK, "labelFontSize": 14, "labelFontWeight": "bold", "title": None},
    "legend": {
        "orient": "top",
        "title": None,
        "labelColor": INK,
        "labelFontSize": 13,
        "columnPadding": 24,
    },
    "text": {"color": INK, "fontSize": 13, "font": _FONT},
}


class Picture(NamedTuple):
    """A chart as a page shows it, and as an analyst can use it.

    Attributes:
        name: a word of letters and hyphens that no other chart of the page has.
        title: what it is a chart of.
        svg: what is in the page.
        specification: the Vega-Lite specification as JSON, with its data.
        words: what it shows, for anyone who does not see it.
    """

    name: str
    title: str
    svg: Markup
    specification: str
    words: str


def picture(name: str, title: str, words: str, chart: alt.TopLevelMixin) -> Picture:
    """Return a chart as SVG, with a title and words in it.

    Args:
        name: a word of letters and hyphens that no other chart of the page has.
        title: what it is a chart of.
        words: what it shows.
        chart: what is drawn.
    """
    specification = chart.to_dict()
    specification |= {"title": title, "description": words}
    specification["config"] = _CONFIG
    drawn = {key: value for key, value in specification.items() if key != "title"}
    svg = vl_convert.vegalite_to_svg(drawn)
    return Picture(
        name,
        title,
        _accessible(svg, name, title, words),
        json.dumps(specification, indent=2, sort_keys=True) + "\n",
        words,
    )


def _accessible(svg: str, name: str, title: str, words: str) -> Markup:
    """Return an SVG with its title and words in it, and with ids that are unique on the page."""
    view = _ROOT.search(svg)
    assert view is not None  # noqa: S101 - for the type checker: vl-convert always writes one
    opening = (
        f'<svg class="chart" role="img" aria-labelledby="{name}-title {name}-words" '
        # No width or height: the page gives the width, and the drawing scales.
        f'viewBox="{view[1]}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-words">{escape(words)}</desc>'
    )
    # To a screen reader the whole is one image, so no part of it has a role (ADR 0021).
    rest = _NOT_NEEDED.sub("", svg[view.end() :])
    rest = rest.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    return Markup(opening + rest)  # noqa: S704 - a drawing of ours; what was put in is escaped
