"""Of many who read a case at one version and ask something of it, one comes through."""

import asyncio
import json

import httpx2
import pytest

from tests.domain.a_review import RECEIVE, WRITE, changed
from tests.store.a_record import TEAM
from tests.web.http.a_service import JSON, Asked, Client, sent

AT_ONCE = 5
OPENED = 4
ROUNDS_OF_A_CASE = 20


@pytest.mark.parametrize("rounds", [20, pytest.param(1_000, marks=pytest.mark.faults)])
def test_of_five_requests_with_one_tag_one_is_recorded(
    services: tuple[Asked, Asked], rounds: int
) -> None:
    """The others are told 412 with the tag of now; two workers over one store, round after round.

    A read of the version and then a command, as two steps, let two to four of them through.
    """
    one, other = services
    for start in range(0, rounds, ROUNDS_OF_A_CASE):
        case = f"KM-{start}"
        one.reviews.handle(case, RECEIVE, by=TEAM)
        for number in range(min(ROUNDS_OF_A_CASE, rounds - start)):
            tag = f'"{OPENED + number}"'
            answers = raced(one, other, case, tag)
            found = sorted(answer.status_code for answer in answers)
            assert found == [200, *[412] * (AT_ONCE - 1)], (case, number)
            assert {answer.headers["ETag"] for answer in answers} == {f'"{OPENED + number + 1}"'}
        letters = one.reviews.history(case)[OPENED:]
        assert len(letters) == min(ROUNDS_OF_A_CASE, rounds - start)


def raced(one: Asked, other: Asked, case: str, tag: str) -> list[httpx2.Response]:
    """Ask five different things at once, of the two in turn, all with one tag."""

    def asking(client: Client, number: int) -> "asyncio.Task[httpx2.Response]":
        said = sent(changed(WRITE, correspondence=f"LET-{tag[1:-1]}-{number}"))
        headers = {**JSON, "If-Match": tag}
        path = f"/cases/{case}/commands"
        return asyncio.create_task(
            client.post(path, content=json.dumps(said).encode(), headers=headers)
        )

    async def both(client: Client) -> list[httpx2.Response]:
        async with other.client() as second:
            asked = [asking((client, second)[at % 2], at) for at in range(AT_ONCE)]
            return await asyncio.gather(*asked)

    return one.together(both)


def test_of_five_who_open_one_case_one_does(services: tuple[Asked, Asked]) -> None:
    """`If-None-Match: *`: the others are told that it is there."""
    one, other = services

    async def both(client: Client) -> list[httpx2.Response]:
        async with other.client() as second:
            asked = [
                asyncio.create_task(
                    (client, second)[at % 2].post(
                        "/cases/KM-1/commands",
                        content=json.dumps(sent(changed(RECEIVE, reference=f"N-{at}"))).encode(),
                        headers={**JSON, "If-None-Match": "*"},
                    )
                )
                for at in range(AT_ONCE)
            ]
            return await asyncio.gather(*asked)

    found = sorted(answer.status_code for answer in one.together(both))
    assert found == [201, *[412] * (AT_ONCE - 1)]
