"""Pages to read, print and keep: each one file, which needs no network and no script.

- `page`: a template filled in, under a policy that lets the page load nothing
- `charts`: a chart as SVG inside a page, with its title and its words
- `pictures`: the charts of the statistics
- `sections`: each figure with its headline, its picture, its table and its definition
- `statistics`: the page of a partnership's statistics
- `case_file`: the page of one case, which can be replayed and verified where scripts run
- `ruler`: the days of a clock in weeks
- `evidence`: what of a case's bundle a page carries
- `dates`: days and times in English

It needs the extra `report`: Jinja2 fills the pages in, Altair describes the charts, and vl-convert
turns them into SVG.
"""
