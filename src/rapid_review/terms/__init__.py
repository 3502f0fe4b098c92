"""The partnerships' terms and the national rule sets that ship with the package, and your own.

A partnership with other rules writes one TOML file; `load_file` reads it, and
`load_rule_set_file` reads national guidance that is newer than this package. Shipped files are
found by id: `load("kent-and-medway-2020-05")`.

What is published never changes, since cases are pinned to the digest of its bytes. A file that
another has replaced is kept in `superseded` and found by its digest: `pinned`. What is learnt
later of a published file is in the dated files of `errata`.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from rapid_review.domain.errors import TermsError, listed, shown
from rapid_review.domain.terms.rule_sets import Erratum, RuleSet
from rapid_review.domain.terms.sense import Covered
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.terms.terms_file import (
    LONGEST,
    is_rule_set,
    mistakes_in_rule_set,
    mistakes_in_terms,
    parse_errata,
    parse_rule_set,
    parse_terms,
    read_toml,
)
from rapid_review.domain.vocabulary import TermsRef

__all__ = [
    "KENT_AND_MEDWAY_2020",
    "available",
    "load",
    "load_file",
    "load_rule_set_file",
    "pinned",
    "rule_sets",
]

KENT_AND_MEDWAY_2020: Final = "kent-and-medway-2020-05"
"""The id of the terms that this library was written from."""
_ENDING: Final = ".toml"


def _toml(folder: Traversable) -> dict[str, Traversable]:
    """Return the TOML files in a packaged folder, by name without the ending."""
    found = (one for one in folder.iterdir() if one.name.endswith(_ENDING))
    return dict(sorted((one.name.removesuffix(_ENDING), one) for one in found))


class _RuleSets(Mapping[str, RuleSet]):
    """Rule sets by id: the shipped ones, each parsed when it is first looked up, and others.

    Args:
        others: rule sets that were read already.
        folder: the folder of the terms; they name a file in it by its path from there, such as
            "./my-rules.toml".
    """

    def __init__(self, others: Mapping[str, RuleSet], folder: Path | None = None) -> None:
        self._others = others
        self._folder = folder

    def __getitem__(self, name: str) -> RuleSet:
        if name in self._others:
            return self._others[name]
        path = self._file_named(name)
        return _shipped_rule_set(name) if path is None else load_rule_set_file(path)

    def __contains__(self, name: object) -> bool:
        return (
            name in self._others
            or name in _rule_set_files()
            or self._file_named(str(name)) is not None
        )

    def _file_named(self, name: str) -> Path | None:
        """Return the file whose path a name is; None if it is no path."""
        if self._folder is None or not name.endswith(_ENDING):
            return None
        return self._folder / name

    def __iter__(self) -> Iterator[str]:
        return iter({**_rule_set_files(), **self._others})

    def __len__(self) -> int:
        return len({**_rule_set_files(), **self._others})


@cache
def _terms_files() -> Mapping[str, Traversable]:
    return _toml(files(__name__))


@cache
def _rule_set_files() -> Mapping[str, Traversable]:
    return _toml(files(__name__) / "rule_sets")


@cache
def _shipped_rule_set(name: str) -> RuleSet:
    file = _rule_set_files()[name]
    return parse_rule_set(file.read_bytes(), name=file.name, errata=errata())


@cache
def errata() -> tuple[Erratum, ...]:
    """Return what was learnt of published rule sets after they were published, by day."""
    dated = _toml(files(__name__) / "errata").values()
    return tuple(one for file in dated for one in parse_errata(file.read_bytes(), name=file.name))


@cache
def _files_by_digest() -> Mapping[str, Traversable]:
    """Return every terms and rule-set file that was ever shipped, by the digest of its bytes."""
    superseded = _toml(files(__name__) / "superseded")
    every = (*_terms_files().values(), *_rule_set_files().values(), *superseded.values())
    return {f"sha256:{sha256(file.read_bytes()).hexdigest()}": file for file in every}


def pinned(ref: TermsRef) -> Terms | None:
    """Return the shipped terms that a case is pinned to, by their digests; None if none are.

    Both files are found by their digests, also those that have been superseded since.
    """
    terms = _terms_by_digests(ref.digest, ref.rule_set_digest)
    return terms if terms is not None and terms.ref == ref else None


@cache
def _terms_by_digests(terms: str, rule_set: str) -> Terms | None:
    text, national = (_files_by_digest().get(one) for one in (terms, rule_set))
    if text is None or national is None:
        return None
    guidance = parse_rule_set(national.read_bytes(), name=national.name, errata=errata())
    return parse_terms(text.read_bytes(), name=text.name, rule_sets={guidance.id: guidance})


def rule_sets() -> Mapping[str, RuleSet]:
    """Return the national rule sets that ship with the package, by id; parsed when looked up."""
    return _RuleSets({})


def available() -> tuple[str, ...]:
    """Return the ids of the shipped terms."""
    return tuple(_terms_files())


@cache
def load(terms_id: str) -> Terms:
    """Return shipped terms by their id.

    Raises:
        TermsError: no terms of that id are shipped; the message lists those that are.
    """
    shipped = _terms_files()
    if terms_id not in shipped:
        raise TermsError(
            f"terms: found {shown(terms_id)}; allowed: {listed(shipped)}, or the path of a "
            "file of your own"
        )
    file = shipped[terms_id]
    return parse_terms(file.read_bytes(), name=file.name, rule_sets=rule_sets())


def load_file(path: str | Path, *, rule_sets: Iterable[RuleSet] = ()) -> Terms:
    """Return the terms in a TOML file of the partnership's own.

    The rule set that it names is a shipped one, one of those given, or, by its path from the
    file's own folder such as "./my-rules.toml", a file of the partnership's own.

    Args:
        path: where the file is.
        rule_sets: rule sets that the file may name, beside those that are shipped.

    Raises:
        TermsError: the file cannot be read or used: key, what was found, what is allowed.
    """
    return parse_terms(
        _read_bytes(Path(path)),
        name=Path(path).name,
        rule_sets=_available_rule_sets(Path(path), rule_sets),
    )


def files_of(path: str | Path) -> tuple[Path, ...]:
    """Return a file of terms, and the file of their rule set if they name it by its path.

    Raises:
        TermsError: the file cannot be read, or is not TOML.
    """
    path = Path(path)
    named = str(read_toml(_read_bytes(path), path.name).get("rule_set", ""))
    return (path, path.parent / named) if named.endswith(_ENDING) else (path,)


def mistakes_in_file(path: str | Path, *, calendars: Covered | None = None) -> tuple[str, ...]:
    """Return every mistake in a file of terms, or of a rule set, and what makes no sense in it.

    Its keys tell which of the two it is.

    Args:
        path: where the file is.
        calendars: the calendars at hand, each with the first and the last day that it answers
            for; None asks nothing of them.

    Returns:
        A line for each mistake: file, key, what was found, what is allowed. Empty if the file is
        good.

    Raises:
        TermsError: it cannot be read, or is not TOML.
    """
    name, text = Path(path).name, _read_bytes(Path(path))
    if is_rule_set(text, name=name):
        return mistakes_in_rule_set(text, name=name)
    available = _available_rule_sets(Path(path), ())
    return mistakes_in_terms(text, name=name, rule_sets=available, calendars=calendars)


def is_rule_set_file(path: str | Path) -> bool:
    """Say whether a file is of a national rule set, and not of terms.

    Raises:
        TermsError: it cannot be read, or is not TOML.
    """
    return is_rule_set(_read_bytes(Path(path)), name=Path(path).name)


def _available_rule_sets(path: Path, rule_sets: Iterable[RuleSet]) -> Mapping[str, RuleSet]:
    return _RuleSets({one.id: one for one in rule_sets}, path.parent)


def load_rule_set_file(path: str | Path) -> RuleSet:
    """Return the national rule set in a TOML file that does not come with the package.

    Raises:
        TermsError: the file cannot be read or used: key, what was found, what is allowed.
    """
    return parse_rule_set(_read_bytes(Path(path)), name=Path(path).name, errata=errata())


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 1)  # one byte too many shows that it is too long
    except OSError as error:
        raise TermsError(f"{path.name}: cannot be read: {error.strerror}") from error
