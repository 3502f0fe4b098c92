"""One case, from its notification to the feedback that is passed on, through the forms alone."""

import json
from collections.abc import Iterator
from importlib.resources import files

from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.errors import Refused
from tests.web.pages.a_site import CASE, COORDINATOR, a_team, said


def story() -> Iterator[Command]:
    """Yield the commands of the demonstration's case."""
    text = files("rapid_review.cli.commands.demo").joinpath("demo_case.jsonl").read_bytes()
    for line in text.splitlines():
        fields = json.loads(line)
        name = fields.pop("command")
        model = COMMANDS[name]
        own = {key: value for key, value in fields.items() if key in model.model_fields}
        yield model.model_validate_json(json.dumps(own))


def test_the_forms_record_what_the_commands_say() -> None:
    """Every command of the case is recorded through its form as it is by `apply`."""
    with a_team() as by_forms, a_team() as by_commands:
        for command in story():
            answer = by_forms.records(command)
            try:
                by_commands.reviews.handle(CASE, command, by=COORDINATOR)
            except Refused:
                assert answer.status_code == 409, said(answer)
            else:
                assert answer.status_code == 303, f"{type(command).__name__}: {said(answer)}"
        recorded, expected = (
            [entry.event for entry in one.reviews.history(CASE)] for one in (by_forms, by_commands)
        )
    assert recorded == expected
