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
from rapid_review.domain.terms import RuleSet, Terms

File = TypeVar("File", Terms, RuleSet)


def _parsed(model: type[File], text: bytes, name: str, **known: object) -> File:
    """Parse one TOML file as strictly as JSON would be: a date is a date, "15" is no number."""
    try:
        data = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TermsError(f"{name}: is not TOML in UTF-8: {error}") from error
    if taken := sorted(known.keys() & data.keys()):
        raise TermsError(f"{name}: {listed(taken)}: is worked out from the file; leave it out")
    known["digest"] = f"sha256:{hashlib.sha256(text).hexdigest()}"
    try:
        return model.model_validate_json(json.dumps(data | known, default=str))
    except ValidationError as error:
        raise TermsError(*(f"{name}: {problem}" for problem in problems(error))) from error


def parse_rule_set(text: bytes, *, name: str) -> RuleSet:
    """Read a national rule set from the bytes of its TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the rule set's digest.
        name: the file's name, for error messages.

    Raises:
        TermsError: what is wrong, a line a mistake: file, key, found, allowed.
    """
    return _parsed(RuleSet, text, name, digest=None)


def parse_terms(text: bytes, *, name: str, rule_sets: Mapping[str, RuleSet]) -> Terms:
    """Read one partnership's terms from the bytes of their TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the terms' digest.
        name: the file's name, for error messages.
        rule_sets: the national rule sets a file may refer to, by id.

    Raises:
        TermsError: what is wrong, a line a mistake: file, key, found, allowed.
    """
    try:
        wanted = tomllib.loads(text.decode("utf-8")).get("rule_set")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        wanted = None  # _parsed says what is wrong with the file
    national = rule_sets.get(wanted) if isinstance(wanted, str) else None
    if isinstance(wanted, str) and national is None:
        raise TermsError(
            f"{name}: rule_set: found {shown(wanted)}; allowed are {listed(rule_sets)}"
        )
    return _parsed(
        Terms,
        text,
        name,
        digest=None,
        national=national and json.loads(national.model_dump_json()),
    )
