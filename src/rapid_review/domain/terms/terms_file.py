"""Reading terms and rule sets strictly from the bytes of their TOML files.

A mistake is reported with its file, its key, what was found and what is allowed.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from pydantic import ValidationError

from rapid_review.domain.errors import TermsError, listed
from rapid_review.domain.terms import references, sense
from rapid_review.domain.terms.mistakes import (
    WORKED_OUT,
    Mistake,
    Place,
    allowed_here,
    lines,
    of_form,
)
from rapid_review.domain.terms.rule_sets import Errata, Erratum, RuleSet
from rapid_review.domain.terms.sense import Covered
from rapid_review.domain.terms.terms import Terms

LONGEST: Final = 1024 * 1024
"""The longest file that is read, in bytes: about fifty times as long as the shipped ones."""

_PARTS: Final = 16
_LONG_KEY: Final = re.compile(
    rb"""(?:(?<![\w-])(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % _PARTS
)
_TOO_DEEP: Final = "is nested too deeply; terms need only a few levels of tables and lists"

File = TypeVar("File", Terms, RuleSet, Errata)


def parse_rule_set(text: bytes, *, name: str, errata: Iterable[Erratum] = ()) -> RuleSet:
    """Read a national rule set from the bytes of its TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the rule set's digest.
        name: the file's name, for error messages.
        errata: what was learnt of rule sets after they were published; those of this one are kept.

    Raises:
        TermsError: the file has mistakes; one line for each: file, key, found, allowed.
    """
    data = read_toml(text, name)
    own = [erratum for erratum in errata if erratum.rule_set == data.get("id")]
    learnt = [json.loads(erratum.model_dump_json()) for erratum in own]
    worked_out = {"digest": _digest(text), "errata": learnt}
    return _parse(RuleSet, data, name, worked_out, references.in_rule_set(data))


def mistakes_in_rule_set(text: bytes, *, name: str) -> tuple[str, ...]:
    """Return every mistake in a rule-set file, and what makes no sense in it; none if it is good.

    Raises:
        TermsError: it is not TOML, or is too long.
    """
    data = read_toml(text, name)
    _, wrong = _validate(RuleSet, data, {"digest": _digest(text)})
    return lines(name, data, (*wrong, *references.in_rule_set(data), *sense.of_rule_set(data)))


def parse_errata(text: bytes, *, name: str) -> tuple[Erratum, ...]:
    """Read what was learnt of published rule sets from the bytes of a TOML file.

    Raises:
        TermsError: the file has mistakes; one line for each: file, key, found, allowed.
    """
    return _parse(Errata, read_toml(text, name), name, {}, ()).errata


def parse_terms(text: bytes, *, name: str, rule_sets: Mapping[str, RuleSet]) -> Terms:
    """Read one partnership's terms from the bytes of their TOML file.

    Args:
        text: the file's bytes; their SHA-256 is the terms' digest.
        name: the file's name, for error messages.
        rule_sets: the national rule sets a file may refer to, by id.

    Raises:
        TermsError: the file has mistakes; one line for each: file, key, found, allowed.
    """
    data = read_toml(text, name)
    national, unknown = _national_rule_set(data, rule_sets)
    others = (*unknown, *references.in_terms(data, national))
    return _parse(Terms, data, name, _worked_out_of_terms(text, national), others)


def mistakes_in_terms(
    text: bytes,
    *,
    name: str,
    rule_sets: Mapping[str, RuleSet],
    calendars: Covered | None,
) -> tuple[str, ...]:
    """Return every mistake in a terms file, and what makes no sense in it; none if it is good.

    Args:
        text: the file's bytes.
        name: the file's name, for the lines.
        rule_sets: the national rule sets a file may refer to, by id.
        calendars: the available calendars, each with the days that it covers; None to leave the
            calendar unchecked.

    Raises:
        TermsError: it is not TOML, or is too long.
    """
    data = read_toml(text, name)
    try:
        national, unknown = _national_rule_set(data, rule_sets)
        of_rules: tuple[str, ...] = ()
    except TermsError as error:  # it names a file of the partnership's own
        national, unknown, of_rules = None, (), error.problems
    _, wrong = _validate(Terms, data, _worked_out_of_terms(text, national))
    broken = references.in_terms(data, national)
    senseless = sense.of_terms(data, national, calendars)
    return (*lines(name, data, (*wrong, *unknown, *broken, *senseless)), *of_rules)


def is_rule_set(text: bytes, *, name: str) -> bool:
    """Say whether a file is of a national rule set, and not of terms.

    Raises:
        TermsError: it is not TOML, or is too long.
    """
    keys = read_toml(text, name).keys()
    return len(keys & (RuleSet.model_fields.keys() - Terms.model_fields.keys())) > len(
        keys & (Terms.model_fields.keys() - RuleSet.model_fields.keys())
    )


def _national_rule_set(
    data: Mapping[str, object], rule_sets: Mapping[str, RuleSet]
) -> tuple[RuleSet | None, tuple[Mistake, ...]]:
    """Return the rule set that a terms file names, or the mistake that it names no known one.

    Raises:
        TermsError: it names a file that cannot be used.
    """
    wanted = data.get("rule_set")
    if isinstance(wanted, str) and wanted in rule_sets:
        return rule_sets[wanted], ()
    allowed = f"the id of a rule set, or the path of a file beside this one: {listed(rule_sets)}"
    return None, (allowed_here(("rule_set",), wanted, allowed),)


def _worked_out_of_terms(text: bytes, national: RuleSet | None) -> dict[str, object]:
    """Return the keys that are worked out from a terms file, with the rule set that it names."""
    digest: dict[str, object] = {"digest": _digest(text)}
    if national is None:
        return digest
    return digest | {"national": json.loads(national.model_dump_json()), "rule_set": national.id}


def read_toml(text: bytes, name: str) -> dict[str, object]:
    """Return what is in the bytes of a TOML file.

    Raises:
        TermsError: it is not TOML, or is too long.
    """
    if len(text) > LONGEST:
        raise TermsError(f"{name}: is longer than the {LONGEST} bytes that are allowed")
    if _LONG_KEY.search(text):  # the time that `tomllib` takes grows with the square of its length
        raise TermsError(
            f"{name}: a key has more than {_PARTS} parts, and no known key has so many; check "
            "the file"
        )
    try:
        return tomllib.loads(text.decode("utf-8-sig"))  # editors of Windows put a mark first
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TermsError(f"{name}: is not TOML in UTF-8: {error}") from error
    except RecursionError:
        raise TermsError(f"{name}: {_TOO_DEEP}") from None


def _digest(text: bytes) -> str:
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def _parse(
    model: type[File],
    data: Mapping[str, object],
    name: str,
    worked_out: Mapping[str, object],
    others: Iterable[Mistake],
) -> File:
    """Return the model of a file, if its form is right and there are no other mistakes.

    Raises:
        TermsError: the file has mistakes; one line for each.
    """
    made: File | None
    wrong: tuple[Mistake, ...]
    made, wrong = _validate(model, data, worked_out)
    problems = lines(name, data, (*wrong, *others))
    if made is None or problems:
        raise TermsError(*problems)
    return made


def _validate(
    model: type[File], data: Mapping[str, object], worked_out: Mapping[str, object]
) -> tuple[File | None, tuple[Mistake, ...]]:
    """Return the model of a file, and the mistakes in its form, such as "15" in place of 15.

    Args:
        model: the class of the model.
        data: the file.
        worked_out: the values that are worked out from the file, and may not be in it.
    """
    taken = sorted(WORKED_OUT & data.keys()) if model is not Errata else []
    says = "found a key that the program calculates from the file; allowed: to leave it out"
    wrong: tuple[Mistake, ...] = tuple(Mistake((key,), says) for key in taken)
    given = {key: value for key, value in data.items() if key not in taken}
    try:
        made = model.model_validate_json(json.dumps({**given, **worked_out}, default=str))
    except RecursionError:
        return None, (Mistake((), _TOO_DEEP),)
    except ValidationError as error:
        mistakes: list[Mistake] = list(of_form(error, model, data))
        own: list[Mistake] = [m for m in mistakes if not _is_reported_elsewhere(m.place, data)]
        return None, (*wrong, *own)
    return made, wrong


def _is_reported_elsewhere(place: Place, data: Mapping[str, object]) -> bool:
    """Say whether `references` reports a mistake in this place, in better words."""
    of_needs = place[:2] == ("quorum", "needs") and "needs" in references.table(data, "quorum")
    return of_needs or place[:1] in {("national",), ("rule_set",)}
