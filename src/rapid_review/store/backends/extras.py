"""The error that an optional extra of the package is not installed, with the command for it."""

import json
from importlib import import_module
from typing import Final
from urllib.parse import urlsplit

from rapid_review.domain.errors import StorageError

_NAME: Final = "rapid-review"


class MissingExtraError(StorageError):
    """An extra of the package is not installed, so that something cannot be done here.

    Attributes:
        needs: what needs it.
        install: the command that installs it.
    """

    def __init__(self, needs: str, install: str) -> None:
        super().__init__(needs, install)
        self.needs = needs
        self.install = install

    def __str__(self) -> str:
        return f"{self.needs}: {self.install}"


def must_be_installed(extra: str, needs: str, *modules: str) -> None:
    """Check that an extra is installed, before work begins that needs it.

    Args:
        extra: the name of the extra.
        needs: as for `missing_extra`.
        modules: the modules that can be imported only with the extra.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    try:
        for one in modules:
            import_module(one)
    except ImportError as error:
        raise missing_extra(extra, needs) from error


def missing_extra(extra: str, needs: str) -> MissingExtraError:
    """Return the error that an extra is not installed.

    Args:
        extra: the name of the extra.
        needs: what needs it, in words, such as "reading a spreadsheet needs Calamine".
    """
    return MissingExtraError(needs, f"pip install {requirement(extra, _origin())}")


def requirement(extra: str, origin: str | None) -> str:
    """Return what pip must be given to install an extra from where the package itself came from.

    Args:
        extra: the name of the extra.
        origin: what pip noted when it installed the package from elsewhere than an index, as
            `direct_url.json` has it; None if it is from an index.

    >>> requirement("report", None)
    "'rapid-review[report]'"
    >>> requirement("report", '{"url": "file:///srv/rr", "dir_info": {"editable": true}}')
    "-e '/srv/rr[report]'"
    """
    named = f"{_NAME}[{extra}]"
    if origin is None:
        return f"'{named}'"
    direct_url = json.loads(origin)
    url: str = direct_url["url"]
    if "dir_info" in direct_url:
        from urllib.request import url2pathname  # noqa: PLC0415 - brings an HTTP client along

        editable = "-e " if direct_url["dir_info"].get("editable") else ""
        return f"{editable}'{url2pathname(urlsplit(url).path)}[{extra}]'"
    if vcs := direct_url.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    return f"'{named} @ {url}'"


def _origin() -> str | None:
    """Return what pip noted about where the package came from; None if it is from an index."""
    from importlib.metadata import (  # noqa: PLC0415 - brings a reader of mail along
        PackageNotFoundError,
        distribution,
    )

    try:
        return distribution(_NAME).read_text("direct_url.json")
    except PackageNotFoundError:  # it is run from a folder, and nothing was installed
        return None
