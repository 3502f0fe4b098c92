"""Reading lines of JSON from anyone: each line becomes an object, or its problems in words.

Nothing that a person wrote is repeated in a problem: it says where, what kind of thing was found
and what is allowed.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import BinaryIO, Final, NamedTuple, NoReturn, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rapid_review.domain.errors import LISTED, as_found, listed
from rapid_review.domain.events import EVENTS
from rapid_review.domain.printable import counted
from rapid_review.domain.redaction import NotShown, key_of, kind_of
from rapid_review.domain.statement import Statement

Model = TypeVar("Model", bound=Statement)

LONGEST: Final = 4 * 1024 * 1024
"""The longest line that is read, in bytes: the longest texts of a decision take far less."""

MOST_MEMBERS: Final = 10_000
"""The most members that an object or a list of a line may have: no case comes near it."""

_LONGEST_NAME: Final = 64
_CASE: Final = re.compile(rb'"case"\s*:\s*"([A-Za-z0-9][A-Za-z0-9._:/+-]{0,63})"')
_NO_FIELD: Final = "no such field"
_BOM: Final = b"\xef\xbb\xbf"


class Problem(NamedTuple):
    """What is wrong with a line: where, and what is allowed there."""

    where: str
    problem: str


class _TooManyError(Exception):
    """An object or a list in a line has too many members."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: what it holds, or what is wrong with it.

    Attributes:
        number: its place in the file, from 1; blank lines count and are skipped.
        found: the JSON object in it; empty if it has problems.
        problems: what is wrong with it.
        case: the case that it names, even if the rest of it cannot be read.
    """

    number: int
    found: Mapping[str, object] = field(default_factory=dict[str, object])
    problems: tuple[Problem, ...] = ()
    case: str | None = None


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield every line that is not blank, even an invalid one; only one line is in memory."""
    number = 0
    # One byte more than is allowed, to recognise a line that is too long.
    while raw := file.readline(LONGEST + 1):
        number += 1
        too_long = len(raw) > LONGEST
        rest = raw
        # The rest of the line is read in pieces and dropped, so that no line fills the memory.
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST + 1)
        raw = raw.removeprefix(_BOM) if number == 1 else raw
        if too_long:
            says = f"is longer than the limit of {LONGEST} bytes, and was skipped"
            yield _unread(raw, number, says)
        elif raw.strip():
            yield line_in(raw, number)


def parsed(
    model: type[Model], fields: Mapping[str, object], other_keys: Iterable[str] = ()
) -> Model | tuple[Problem, ...]:
    """Return the model that the fields make, read strictly; or what is wrong with them.

    `other_keys` are those that the line may also have: one of them may be meant by an unknown key.
    """
    try:
        return model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        return problems_in(error, fields, (*model.model_fields, *other_keys))
    except RecursionError:
        return (Problem("the line", "is nested too deeply"),)


def unknown_name(what: str, found: object, allowed: Iterable[str]) -> Problem:
    """Return the problem that a name is not allowed, with the nearest name that is."""
    allowed = tuple(allowed)
    kind = "nothing" if found is None else kind_of(found)
    return Problem(what, f"found {kind};{_meant(found, allowed)} allowed: {listed(allowed)}")


def problems_in(
    error: ValidationError, fields: Mapping[str, object], keys: Sequence[str]
) -> tuple[Problem, ...]:
    """Return a problem for each thing pydantic found wrong, as far as problems are listed.

    Args:
        error: the error of our own model; its messages repeat only the values of public fields.
        fields: what is in the line.
        keys: the keys that the line may have.
    """
    count = error.error_count()
    problems = [_problem_in(one) for one in error.errors(include_url=False)[:LISTED]]
    strangers = [place for place, one in enumerate(problems) if one.problem == _NO_FIELD]
    unknown = islice((key for key in fields if key not in keys), len(strangers))
    for place, key in zip(strangers, unknown, strict=False):
        problem = f"no such field;{_meant(key, keys)} allowed: {listed(keys)}"
        problems[place] = problems[place]._replace(problem=problem)
    return _limited(problems, count)


def _problem_in(detail: ErrorDetails) -> Problem:
    where = ".".join(map(str, detail["loc"])) or "the line"
    found = as_found(detail["input"])
    match detail["type"]:
        case "missing":
            problem = "is missing; give it"
        case "extra_forbidden":
            own = f"found an {detail['msg'][:1].lower()}{detail['msg'][1:]}"
            problem = _NO_FIELD if len(detail["loc"]) == 1 else own
        case "union_tag_invalid" | "union_tag_not_found":
            return unknown_name(f"{where}.kind", NotShown("an unknown kind"), EVENTS)
        case "timezone_aware":
            problem = (
                f"found {found}, a time without its offset; end it with Z, or with an offset "
                "such as +01:00"
            )
        case "too_many_mistakes":
            problem = f"{detail['msg']}; check that this is what you meant"
        case _:
            problem = f"found {found}; {detail['msg'][:1].lower()}{detail['msg'][1:]}"
    return Problem(where, problem)


def _limited(problems: Sequence[Problem], count: int) -> tuple[Problem, ...]:
    """Return the first of a line's problems, and how many more there are."""
    if count <= LISTED:
        return tuple(problems)
    more = Problem(
        "the line", f"has {counted(count - LISTED, 'more problem')}; correct these first"
    )
    return (*problems[:LISTED], more)


def line_in(raw: bytes, number: int = 1) -> Line:
    """Return the line in some bytes: its JSON object, or what is wrong with it."""
    twice: list[str] = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Build one object; JSON allows a key twice, and would silently keep the second."""
        made = dict(pairs)
        lists = (len(cast("list[object]", one)) for one in made.values() if isinstance(one, list))
        # The 0 is for an object without a list: `max` takes one number alone for a sequence.
        if max(len(pairs), *lists, 0) > MOST_MEMBERS:
            raise _TooManyError
        if len(made) < len(pairs):
            times = Counter(key for key, _ in pairs)
            twice.extend(_name_or_length(key) for key, count in times.items() if count > 1)
        return made

    try:
        found = json.loads(raw.decode(), object_pairs_hook=unique, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return _unread(raw, number, f"is not UTF-8 (byte {error.start + 1}); write it as UTF-8")
    except json.JSONDecodeError as error:
        says = f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
        return _unread(raw, number, f"is not JSON: {says}")
    except _TooManyError:
        says = f"contains a list or an object of more than {MOST_MEMBERS} members"
        return _unread(raw, number, says)
    except (ValueError, RecursionError):
        says = "contains a number that JSON does not allow, or is nested too deeply"
        return _unread(raw, number, says)
    if (content := json_object(found)) is None:
        problem = f"found {kind_of(found)}; allowed: an object, in braces"
        return Line(number, problems=(Problem("the line", problem),))
    repeated = [
        Problem(key, "occurs twice in one object; delete one of the two") for key in twice[:LISTED]
    ]
    return Line(number, content, _limited(repeated, len(twice)), _case_in(raw))


def _unread(raw: bytes, number: int, says: str) -> Line:
    """Return a line that cannot be read, with the case that it names, if that can be found."""
    return Line(number, problems=(Problem("the line", says),), case=_case_in(raw))


def _case_in(raw: bytes) -> str | None:
    """Return the case that a line names, even if the rest of the line cannot be read."""
    match = _CASE.search(raw)
    return match[1].decode() if match else None


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


def _name_or_length(key: str) -> str:
    """Return a key if it is a field's name, else only its length."""
    return key if key in _field_names() else key_of(key)


@cache
def _field_names() -> frozenset[str]:
    """Return the name of every field of every statement, and the key `command`."""
    shapes: list[type[Statement]] = [Statement]
    for shape in shapes:
        shapes.extend(shape.__subclasses__())
    return frozenset(name for shape in shapes for name in shape.model_fields) | {"command"}


def _meant(found: object, allowed: Sequence[str]) -> str:
    """Return " did you mean ...?" with the nearest allowed name; nothing if none is near."""
    if not isinstance(found, str) or len(found) > _LONGEST_NAME:
        return ""
    near = get_close_matches(found, allowed, n=1)
    return f" did you mean {near[0]}?" if near else ""


def json_object(value: object) -> dict[str, object] | None:
    """Return a value of JSON if it is an object, else None."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None
