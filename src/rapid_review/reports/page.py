"""Fill in a template: one file that needs no other, under a policy that lets it load nothing.

Every value is escaped, unless it is `Markup`: a chart, a block of data, the digests of a policy.
It is an error if a template uses a name that was not given.
"""

import base64
import hashlib
import re
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may load for a page: nothing. Its style is in it; it has no script."""

_POLICY_PLACEHOLDER: Final = "policy-comes-here"
_CODE: Final = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)  # a block of data has a type


def filled_in(template: str, *, policy: str = POLICY, **values: object) -> str:
    """Return a page, made from a template in `templates/` that extends `base.html`.

    Args:
        template: its file name.
        policy: what a browser may load for it.
        values: what it shows, by the names that it uses.

    Raises:
        UndefinedError: the template uses a name that was not given.
    """
    return _environment().get_template(template).render(policy=policy, **values)


def filled_in_with_code(template: str, **values: object) -> str:
    """Return a page, as `filled_in` does, whose own scripts and styles may run, and no other.

    They are named by their digests in its policy.

    Raises:
        UndefinedError: the template uses a name that was not given.
    """
    html = filled_in(template, policy=_POLICY_PLACEHOLDER, **values)
    allowed: dict[str, list[str]] = {"style": [], "script": []}
    for kind, code in _CODE.findall(html):
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    sources = "; ".join(f"{kind}-src {' '.join(digests)}" for kind, digests in allowed.items())
    # Only once, because words in the page may look like the placeholder of the policy.
    return html.replace(_POLICY_PLACEHOLDER, f"default-src 'none'; {sources}", 1)


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
