"""A template filled in: one file that needs nothing else, and that a browser lets load nothing.

Every value is escaped. What is put in as it is must be `Markup`, and only `charts` makes any. A
name that a template uses and nobody gave is an error, never an empty space.
"""

from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may load for a page: nothing. Its style stands in it; it has no script."""


def filled_in(template: str, **values: object) -> str:
    """Return a page, made from a template in `templates/` that extends `base.html`.

    Args:
        template: its file name.
        values: what it shows, by the names that it uses.

    Raises:
        UndefinedError: the template uses a name that was not given.
    """
    return _environment().get_template(template).render(policy=POLICY, **values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("rapid_review.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
