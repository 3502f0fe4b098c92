"""`schemathesis` attacks the interface by its own OpenAPI document: what it may send, and may not.

No answer is a 500, and each has a status, a media type and a form that the document says. Half of
what is sent is right by the document, and half of it is wrong.
"""

import json
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, positive_data_acceptance
from schemathesis.core.result import Ok

from rapid_review.web.http import openapi
from rapid_review.web.http.openapi import RESOURCES
from tests.domain.a_review import DECIDED, KENT
from tests.store.a_record import CASE, send_all
from tests.web.http.a_service import Asked

load_all_checks()
CASES: Final = (CASE, "KM/2020/2")
"""Cases that are there; others are drawn."""
RULES: Final = [positive_data_acceptance]
"""What is not asked: that whatever fits the document is accepted, for the terms may forbid it."""


LONG: Final = 200
SLOW: Final = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)


def document() -> dict[str, Any]:
    """Return the document as it is served, but for the limits of long texts.

    A pattern with a limit of 20,000 letters takes a second to be made into a machine for it, of
    which there are dozens.
    """
    found: dict[str, Any] = json.loads(
        json.dumps(openapi(KENT)),
        object_hook=lambda one: {
            key: value
            for key, value in one.items()
            if key != "maxLength" or not isinstance(value, int) or value < LONG
        },
    )
    return found


def attack(service: Asked, examples: int, *, chance: bool = False) -> int:
    """Attack a service with so many requests for each resource, right and wrong; count them."""
    for case in CASES:
        send_all(service.reviews, *DECIDED, case=case)
    how = settings(
        max_examples=examples,
        derandomize=not chance,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=SLOW,
    )
    schema = schemathesis.openapi.from_dict(document())
    schema.app = service.app
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == len(RESOURCES)
    sent = list[int]()
    for operation in operations:
        takes_any = bool(operation.body) or any(True for _ in operation.iter_parameters())
        for mode in GenerationMode if takes_any else (GenerationMode.POSITIVE,):
            drawn = operation.as_strategy(generation_mode=mode)

            def send(one: schemathesis.Case[Any], case: str | None) -> None:
                sent.append(judged(one, case))

            how(given(drawn, st.sampled_from((None, *CASES)))(send))()
    assert {200, 400, 404, 422} <= set(sent)
    return len(sent)


def judged(one: schemathesis.Case[Any], case: str | None) -> int:
    """Send one request, for a case that is there or one that was drawn; return the status."""
    if case is not None and "case" in one.path_parameters:
        one.path_parameters["case"] = case
    if one.query.get("timeout") in range(1, 61):
        one.query["timeout"] = 0  # the feed would wait for so many seconds
    return one.call_and_validate(excluded_checks=RULES).status_code


def test_every_answer_is_as_the_document_says(service: Asked) -> None:
    """With a few requests of each kind, the same at each run."""
    assert attack(service, 12) > 200


@pytest.mark.faults
def test_however_long_it_is_attacked(service: Asked) -> None:
    """With many requests of each kind, others at each run."""
    assert attack(service, 400, chance=True) > 5_000
