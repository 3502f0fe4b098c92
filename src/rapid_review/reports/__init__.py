"""Pages to read, print and keep: each one file, without a script and without a network.

- `page`: a template filled in, under a policy that lets the page load nothing
- `charts`: a chart as SVG inside a page, with its title and its words
- `pictures`: the charts of the statistics
- `sections`: each figure with its headline, its picture, its table and its definition
- `statistics`: the page of a partnership's statistics

It needs the extra `report`: Jinja2 fills the pages in, Altair describes the charts, and vl-convert
turns them into SVG.
"""
