"""Reading lines of JSON from anyone: each line becomes an object, or its problems in words.

Nothing that a person wrote is repeated in a problem: it says where, what kind of thing was found
and what is allowed.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import BinaryIO, Final, NamedTuple, NoReturn, TypeVar, cast

from pydantic import BaseModel, ValidationError

from rapid_review.domain.errors import listed, shown
from rapid_review.domain.events import EVENTS

Model = TypeVar("Model", bound=BaseModel)

LONGEST: Final = 4 * 1024 * 1024
"""The longest line that is read, in bytes: the longest texts of a decision take far less."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z]{1,40}")
_KEY: Final = re.compile(r"[a-z_]{1,40}")
_CASE: Final = re.compile(rb'"case"\s*:\s*"([A-Za-z0-9][A-Za-z0-9._:/+-]{0,63})"')
_BOM: Final = b"\xef\xbb\xbf"


class Problem(NamedTuple):
    """What is wrong with a line: where, and what is allowed there."""

    where: str
    problem: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: what it holds, or what is wrong with it.

    Attributes:
        number: its place in the file, from 1; blank lines count and are skipped.
        found: the JSON object it holds; empty if it has problems.
        problems: what is wrong with it.
        case: the case it names, also where the rest of it cannot be read.
    """

    number: int
    found: Mapping[str, object] = field(default_factory=dict[str, object])
    problems: tuple[Problem, ...] = ()
    case: str | None = None


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield every line that is not blank, however bad; the file is never held as a whole."""
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        too_long = len(raw) > LONGEST
        rest = raw
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST + 1)
        raw = raw.removeprefix(_BOM) if number == 1 else raw
        if too_long:
            problem = f"is longer than the {LONGEST} bytes that are read; it was skipped"
            yield Line(number, problems=(Problem("the line", problem),), case=_case_in(raw))
        elif raw.strip():
            yield _line(number, raw)


def parsed(
    model: type[Model], fields: Mapping[str, object], beside: Iterable[str] = ()
) -> Model | tuple[Problem, ...]:
    """Return what the fields say, read as strictly as JSON can be; or what is wrong with them.

    `beside` are the other keys that a line may hold, for an unknown one may be meant for one.
    """
    try:
        return model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        return problems_in(error, (*model.model_fields, *beside))
    except RecursionError:
        return (Problem("the line", "is nested too deeply"),)


def named(what: str, found: object, allowed: Iterable[str]) -> Problem:
    """Return the problem that a name is none of those allowed, with the nearest that is."""
    allowed = tuple(allowed)
    if not isinstance(found, str):
        told = "nothing" if found is None else _told(found)
    elif _IDENTIFIER.fullmatch(found):
        told = repr(found)
    else:
        told = shown(found)
    near = get_close_matches(found, allowed, n=1) if isinstance(found, str) else ()
    meant = f" did you mean {near[0]}?" if near else ""
    return Problem(what, f"found {told};{meant} allowed are {listed(allowed)}")


def problems_in(error: ValidationError, keys: Collection[str]) -> tuple[Problem, ...]:
    """Return a problem for each thing pydantic found wrong, without repeating the input.

    `keys` are those that the line's object may have.
    """
    found: list[Problem] = []
    for detail in error.errors(include_url=False):
        where = ".".join(map(_place, detail["loc"])) or "the line"
        value = detail["input"]
        match detail["type"]:
            case "missing":
                problem = "is missing; it must be given"
            case "extra_forbidden":
                problem = _no_such_field(detail["loc"], keys)
            case "union_tag_invalid" | "union_tag_not_found":
                kind = (json_object(value) or {}).get("kind")
                where, problem = named(f"{where}.kind", kind, EVENTS)
            case "timezone_aware":
                problem = (
                    f"found {shown(value)}, a time without its offset; end it with Z, or with an "
                    "offset such as +01:00"
                )
            case _:
                told = shown(value) if isinstance(value, str | int | float) else _told(value)
                problem = f"found {told}; {detail['msg'][:1].lower()}{detail['msg'][1:]}"
        found.append(Problem(where, problem))
    return tuple(found)


def _line(number: int, raw: bytes) -> Line:
    twice: list[str] = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Build one object; JSON allows a key twice, and would silently keep the second."""
        keys = [key for key, _ in pairs]
        twice.extend(_place(key) for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    try:
        found = json.loads(raw.decode(), object_pairs_hook=unique, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 (byte {error.start + 1}); save the file as UTF-8"
        return Line(number, problems=(Problem("the line", problem),), case=_case_in(raw))
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
        return Line(number, problems=(Problem("the line", problem),), case=_case_in(raw))
    except (ValueError, RecursionError):
        problem = "holds a number that JSON does not know, or is nested too deeply"
        return Line(number, problems=(Problem("the line", problem),), case=_case_in(raw))
    if (said := json_object(found)) is None:
        problem = f"found {_told(found)}; allowed is an object, in braces"
        return Line(number, problems=(Problem("the line", problem),))
    problems = tuple(Problem(key, "stands twice in one object; leave one out") for key in twice)
    return Line(number, said, problems, _case_in(raw))


def _case_in(raw: bytes) -> str | None:
    """Return the case that a line names, even if the rest of the line cannot be read."""
    match = _CASE.search(raw)
    return match[1].decode() if match else None


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _place(part: str | int) -> str:
    """Return a part of a place if it is a field's or an event's name, else only its length."""
    if isinstance(part, int) or part in EVENTS or _KEY.fullmatch(part):
        return str(part)
    return f"(a key of {len(part)} characters)"


def _no_such_field(place: tuple[str | int, ...], keys: Collection[str]) -> str:
    if len(place) != 1:
        return "no such field; leave it out"
    near = get_close_matches(str(place[0]), keys, n=1)
    meant = f" did you mean {near[0]}?" if near else ""
    return f"no such field;{meant} allowed are {listed(keys)}"


def json_object(value: object) -> dict[str, object] | None:
    """Return a JSON object as one; None if it is something else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _told(value: object) -> str:
    """Return what kind of thing JSON held, and nothing of the thing."""
    match value:
        case None:
            return "null"
        case str():
            return "text"
        case bool():
            return "true or false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return "a number"
