"""Reading terms and rule sets from the bytes of their TOML files, as strictly as can be.

A mistake is reported with its file, its key, what was found and what is allowed.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from pydantic import ValidationError

from rapid_review.domain.errors import TermsError, listed, problems, shown
from rapid_review.domain.terms.rule_sets import Errata, Erratum, RuleSet
from rapid_review.domain.terms.terms import Terms

LONGEST: Final = 1024 * 1024
"""The longest file that is read, in bytes: what ships takes a fiftieth of it."""

_PARTS: Final = 16
_LONG_KEY: Final = re.compile(
    rb"""(?:(?<![\w-])(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % _PARTS
)
_TOO_DEEP: Final = "{}: is nested too deeply; a table or list of terms has a few levels"

File = TypeVar("File", Terms, RuleSet, Errata)


def parse_rule_set(text: bytes, *, name: str, errata: Iterable[Erratum] = ()) -> RuleSet:
    """Read a national rule set from the bytes of its TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the rule set's digest.
        name: the file's name, for error messages.
        errata: what was learnt of rule sets after they were published; those of this one are kept.

    Raises:
        TermsError: what is wrong, a line a mistake: file, key, found, allowed.
    """
    data = _read(text, name)
    own = [one for one in errata if one.rule_set == data.get("id")]
    learnt = [json.loads(one.model_dump_json()) for one in own]
    return _checked(RuleSet, data, name, digest=_digest(text), errata=learnt)


def parse_errata(text: bytes, *, name: str) -> tuple[Erratum, ...]:
    """Read what was learnt of published rule sets from the bytes of a TOML file.

    Raises:
        TermsError: what is wrong, a line a mistake: file, key, found, allowed.
    """
    return _checked(Errata, _read(text, name), name).errata


def parse_terms(text: bytes, *, name: str, rule_sets: Mapping[str, RuleSet]) -> Terms:
    """Read one partnership's terms from the bytes of their TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the terms' digest.
        name: the file's name, for error messages.
        rule_sets: the national rule sets a file may refer to, by id.

    Raises:
        TermsError: what is wrong, a line a mistake: file, key, found, allowed.
    """
    data = _read(text, name)
    wanted = data.get("rule_set")
    if not isinstance(wanted, str) or wanted not in rule_sets:
        found = "nothing" if wanted is None else shown(wanted)
        raise TermsError(f"{name}: rule_set: found {found}; allowed are {listed(rule_sets)}")
    national = json.loads(rule_sets[wanted].model_dump_json())
    return _checked(Terms, data, name, digest=_digest(text), national=national)


def _read(text: bytes, name: str) -> dict[str, object]:
    if len(text) > LONGEST:
        raise TermsError(f"{name}: is longer than the {LONGEST} bytes that are read")
    if _LONG_KEY.search(text):  # `tomllib` takes the square of its length in time
        raise TermsError(f"{name}: a key has more than {_PARTS} parts; no key that is known has")
    try:
        return tomllib.loads(text.decode("utf-8-sig"))  # editors of Windows put a mark first
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TermsError(f"{name}: is not TOML in UTF-8: {error}") from error
    except RecursionError:
        raise TermsError(_TOO_DEEP.format(name)) from None


def _digest(text: bytes) -> str:
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def _checked(model: type[File], data: Mapping[str, object], name: str, **known: object) -> File:
    """Check one file as strictly as JSON would be: a date is a date, "15" is no number."""
    if taken := known.keys() & data.keys():
        raise TermsError(f"{name}: {listed(taken)}: is worked out from the file; leave it out")
    try:
        return model.model_validate_json(json.dumps({**data, **known}, default=str))
    except RecursionError:
        raise TermsError(_TOO_DEEP.format(name)) from None
    except ValidationError as error:
        raise TermsError(
            *(f"{name}: {problem}" for problem in problems(error, model, "json"))
        ) from error
