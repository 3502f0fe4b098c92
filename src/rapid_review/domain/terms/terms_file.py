"""Reading terms and rule sets from the bytes of their TOML files, as strictly as can be.

A mistake is reported with its file, its key, what was found and what is allowed.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from rapid_review.domain.errors import TermsError, listed, problems, shown
from rapid_review.domain.terms.rule_sets import RuleSet
from rapid_review.domain.terms.terms import Terms

File = TypeVar("File", Terms, RuleSet)


def parse_rule_set(text: bytes, *, name: str) -> RuleSet:
    """Read a national rule set from the bytes of its TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the rule set's digest.
        name: the file's name, for error messages.

    Raises:
        TermsError: what is wrong, a line a mistake: file, key, found, allowed.
    """
    return _checked(RuleSet, _read(text, name), name, digest=_digest(text))


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
    try:
        return tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TermsError(f"{name}: is not TOML in UTF-8: {error}") from error


def _digest(text: bytes) -> str:
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def _checked(model: type[File], data: Mapping[str, object], name: str, **known: object) -> File:
    """Check one file as strictly as JSON would be: a date is a date, "15" is no number."""
    if taken := known.keys() & data.keys():
        raise TermsError(f"{name}: {listed(taken)}: is worked out from the file; leave it out")
    try:
        return model.model_validate_json(json.dumps({**data, **known}, default=str))
    except ValidationError as error:
        raise TermsError(*(f"{name}: {problem}" for problem in problems(error))) from error
