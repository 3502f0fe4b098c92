"""What every page promises: one file, nothing loaded, nothing run, every value escaped."""

from pathlib import Path

import altair as alt
import pytest
import vl_convert
from jinja2 import UndefinedError
from playwright.sync_api import Browser

from rapid_review.reports.charts import Picture, picture
from rapid_review.reports.page import POLICY, filled_in
from rapid_review.reports.statistics.charts import Bar, bars
from tests.reports.a_browser import DESK, PHONE, opened

MISCHIEF = "<script>alert('x')</script>\"'&"


def a_picture(label: str = "death") -> Picture:
    """Return a chart of two bars."""
    chart = bars([Bar(label, 3), Bar("other", 0)], "notifications")
    return picture("natures", f"By nature: {label}", f"3 of {label}", chart)


def test_a_chart_is_drawn_with_the_same_bytes_each_time() -> None:
    """So a page can be hashed, and two of the same figures are equal."""
    assert a_picture() == a_picture()


def test_two_charts_on_a_page_share_no_id() -> None:
    """An id is begun with the chart's name, and what refers to it as well."""
    chart = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_point(clip=True).encode(x="x:Q")
    svg = picture("natures", "By nature", "1", chart).svg
    ids = svg.split(' id="')[1:]
    assert len(ids) > 2
    assert "url(#natures-" in svg
    assert all(one.startswith("natures-") for one in ids)
    assert "url(#" not in svg.replace("url(#natures-", "")


def test_a_chart_escapes_what_it_is_told() -> None:
    """In its title, its words and its labels."""
    svg = a_picture(MISCHIEF).svg
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_the_specification_holds_its_data_and_its_title() -> None:
    """An analyst needs nothing else."""
    told = a_picture().specification
    assert '"label": "death"' in told
    assert '"title": "By nature: death"' in told


def test_a_specification_draws_the_chart_that_stands_in_the_page() -> None:
    """With the title above it, since outside of the page nothing else tells it."""
    told = vl_convert.vegalite_to_svg(a_picture().specification)
    assert ">serious harm</text>" in vl_convert.vegalite_to_svg(
        a_picture("serious harm").specification
    )
    assert ">By nature: death</text>" in told


def test_a_name_that_nobody_gave_is_an_error() -> None:
    """And not an empty space on the page."""
    with pytest.raises(UndefinedError):
        filled_in("base.html")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_policy_lets_a_page_load_and_run_nothing(
    browser: Browser, tmp_path: Path, size: dict[str, int]
) -> None:
    """What gets past the escaping is stopped by the browser, which says so."""
    file = tmp_path / "page.html"
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    file.write_text(
        f'<html lang="en"><head>{policy}<title>t</title></head><body>'
        '<script>document.title = "run"</script><img src="https://example.org/a.png"></body>',
        encoding="utf-8",
    )
    with opened(browser, file, size) as page:
        assert page.page.title() == "t"
        assert page.asked_for == []
        assert len(page.complaints) == 2
