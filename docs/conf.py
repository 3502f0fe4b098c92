"""How Sphinx builds these pages: MyST Markdown, Furo, nothing fetched from elsewhere."""

from rapid_review import __version__

project = "rapid_review"
author = "The rapid_review authors"
copyright = f"2026, {author}"  # noqa: A001 - the name that Sphinx reads
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

# Our own names must lead somewhere. These cannot: other projects' names, since nothing is fetched
# to look them up; type variables; and the pieces into which Sphinx cuts an `Annotated` type.
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(collections|datetime|enum|os|pathlib|types|typing|uuid|zoneinfo)\..+"),
    ("py:.*", r"(annotated_types|click|eventsourcing|hypothesis|pydantic|pydantic_core)\..+"),
    ("py:class", r"(.+\.)?[A-Z]"),
    ("py:class", r".*[^\w.].*|\d+|FieldInfo"),
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # an `Attributes:` section and a field's own entry do not collide

html_theme = "furo"
html_title = f"rapid_review {release}"
