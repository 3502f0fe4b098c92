"""The officer's manual is followed in a browser, step after step, as it is printed."""

import json
import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.manuals.an_officer import MANUAL, PICTURES, SHOWN, Officer, Task, an_officer, tasks

TASKS: Final = tasks()
LARGEST: Final = 120_000
"""How many bytes a picture may have."""


@pytest.fixture(scope="module")
def officer(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Officer]:
    """Yield somebody who does the tasks one after the other."""
    with an_officer(browser, tmp_path_factory.mktemp("team")) as somebody:
        yield somebody


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.title.partition(":")[0])
def test_a_task_comes_out_as_the_manual_says(officer: Officer, task: Task) -> None:
    """Links, questions and buttons are there by name, and pages say what the manual promises."""
    officer.does(task)
    assert officer.complaints == []


def test_the_pictures_show_the_pages_as_they_are_worded_now(officer: Officer) -> None:
    """Of the tasks that were followed above; by their words, for letters are drawn differently."""
    taken = json.loads(SHOWN.read_text(encoding="utf-8"))
    assert officer.shown == {name: taken[name] for name in officer.shown}


def test_there_are_ten_tasks() -> None:
    """They are numbered, and each says at least once what the page then shows."""
    assert [int(re.findall(r"\d+", task.title)[0]) for task in TASKS] == list(range(1, 11))
    assert all("You read " in "".join(task.lines) for task in TASKS)


def test_each_picture_is_there_and_small() -> None:
    """`python -m tests.manuals.an_officer` takes them; none is left over."""
    named = re.findall(r"!\[[^\]]+\]\(\.\./pictures/officer/([^)]+)\)", MANUAL.read_text("utf-8"))
    taken = {one.name: one.read_bytes() for one in PICTURES.iterdir() if one != SHOWN}
    assert sorted(named) == sorted(taken)
    assert sorted(named) == sorted(json.loads(SHOWN.read_text(encoding="utf-8")))
    for data in taken.values():
        assert data.startswith(b"\x89PNG")
        assert len(data) < LARGEST
