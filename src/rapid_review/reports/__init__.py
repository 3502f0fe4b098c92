"""Pages to read, print and keep: each one file, which needs no network and no script.

- `page`: a template filled in, under a policy that lets the page load nothing
- `charts`: a chart as SVG inside a page, with its title and its words
- `dates`: days and times in English
- `labels`: how a page shows entries: names in words, values in English, words as they were opened
- `documents`: pages that leave the record: the Panel's pack, a draft to publish, all about one
  person
- `statistics`: the page of a partnership's statistics: `sections` and `clocks`, each figure with
  its headline, its chart, its table and its definition; `wording`; `charts`, which draws them
- `case_file`: the page of one case, which can be replayed and verified where scripts run;
  `strip`, the days of a clock in weeks; `evidence`, what of the case's bundle a page carries

It needs the extra `report`: Jinja2 fills the pages in, Altair describes the charts, and vl-convert
turns them into SVG.
"""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["case_file", "charts", "documents", "labels", "statistics"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
