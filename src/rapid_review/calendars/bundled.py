"""The calendars that come with the package."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from rapid_review.calendars.calendar_file import CalendarInfo, describe, digest_of_file, parse
from rapid_review.domain.errors import CalendarError, shown
from rapid_review.domain.working_days import WorkingCalendar


def load(calendar_id: str, version: str | None = None) -> WorkingCalendar:
    """Return a calendar of the package, in its newest version unless one is named.

    What is recorded names its version. Only a first calculation takes the newest.

    Raises:
        CalendarError: the package holds no such calendar, or no such version of it.

    >>> load("england-and-wales").version
    '2026-11-26'
    """
    versions = _bundled_files().get(calendar_id, {})
    wanted = max(versions, default="") if version is None else version
    if wanted not in versions:
        asked = shown(calendar_id) + (f" version {shown(version)}" if version is not None else "")
        contained = "; ".join(
            f"{name}: {', '.join(dates)}" for name, dates in _bundled_files().items()
        )
        raise CalendarError(f"the package has no calendar {asked}; allowed: {contained}")
    return _read_file(calendar_id, wanted)


def digest_of(calendar_id: str, version: str) -> str | None:
    """Return the digest of a calendar of the package; None if it holds no such version."""
    file = _bundled_files().get(calendar_id, {}).get(version)
    return None if file is None else digest_of_file(file.read_bytes())


def available() -> tuple[CalendarInfo, ...]:
    """Return what is known of each calendar of the package, by id and then by version."""
    return tuple(
        describe(file.read_bytes(), f"{calendar_id}/{file.name}")
        for calendar_id, versions in _bundled_files().items()
        for file in versions.values()
    )


@cache
def _read_file(calendar_id: str, version: str) -> WorkingCalendar:
    """Read one bundled file, once in a process: its counting table takes milliseconds to make."""
    return parse(
        _bundled_files()[calendar_id][version].read_bytes(), f"{calendar_id}/{version}.json"
    )


@cache
def _bundled_files() -> dict[str, dict[str, Traversable]]:
    """Return the files by id and version, both in order; versions are ISO dates, so they sort."""
    folders = sorted(
        (entry for entry in files("rapid_review.calendars").iterdir() if entry.is_dir()),
        key=lambda folder: folder.name,
    )
    bundled = {
        folder.name: {
            file.name.removesuffix(".json"): file
            for file in sorted(folder.iterdir(), key=lambda file: file.name)
            if file.name.endswith(".json")
        }
        for folder in folders
    }
    return {calendar_id: versions for calendar_id, versions in bundled.items() if versions}
