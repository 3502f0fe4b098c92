"""How a page reads: `python -m docs.readability [FOLDER]` prints figures for each page.

The help of a command is a page too, and so are the docstrings and the messages of a package. Three
figures each show a page that has to be read twice: how long its sentences are, how many of them
are in the passive voice, and how many of its words are no common English. What is in `code`, in a
block or in a table row of code is not read. Which words are common is what the frequency list of
pyspellchecker has, with the words of the field and the trade in `KNOWN`.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

from spellchecker import SpellChecker

from docs.prose_in_code import docstrings_in, helps, messages_in

ROOT: Final = Path(__file__).parent.parent
MADE_FROM_CODE: Final = ("reference/python.md", "reference/traceability.md")
"""Lists of names, made from the code: no page that is read from the top."""
LONG: Final = 30
"""A sentence of more words is long; GOV.UK would have 25 at most."""

_NOT_READ: Final = re.compile(
    r"^(`{3,}).*?^\1[ ]*$|``.+?``|`[^`\n]*`|<[^>]+>|https?://\S+|^\|[-| :]+\|$|^#[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+|\s\|\s")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’]*")  # noqa: RUF001 - as it is typed
_IRREGULAR: Final = (
    "been begun bound broken brought built bought caught chosen cut dealt done drawn "
    "driven eaten fallen felt found forgotten given gone grown heard held hidden hit hurt "
    "kept known laid learnt led left lent let lost made meant met paid put read run said "
    "seen sent set shown shut sought sold spent split spoken spread stolen struck sworn "
    "taken taught thought thrown told understood withheld won worn written "
)
_PASSIVE: Final = re.compile(
    r"\b(?:am|is|are|was|were|be|been|being)\b(?:\s+(?:not|never|also|only|then|now|already|once"
    rf"|again|\w+ly))?\s+(?:\w+ed|{'|'.join(_IRREGULAR.split())})\b",
    re.IGNORECASE,
)
_TRADE: Final = (
    "api authorizer backend backends bool catalogue changelog checkpointed checkpoints "
    "checksum checksums cli codec colour cosignature cosignatures cosigned cosigner csv "
    "dataset docstring docstrings embedder fastapi formalised github hash hashes html http "
    "https icalendar idempotency idempotent inquorate json linux litestar logins loopback "
    "metadata namespace organisation postgresql pseudonym pseudonymised pseudonyms "
    "pydantic pytest quorate recognised runtime safeguarding savepoint schema schemas "
    "sqlite starlette str timelines timestamp timestamps toml traceback tzdata umask "
    "upcaster url username uuid versioned "
)
KNOWN: Final = frozenset(_TRADE.split())
"""Words of the field and of the trade that a frequency list of English does not have."""


class Figures(NamedTuple):
    """How a page reads.

    Attributes:
        sentences: how many it has.
        words: how many words a sentence has, on average.
        long: the share of sentences of more than `LONG` words.
        passive: the share of sentences in the passive voice.
        unknown: the share of words that are no common English.
    """

    sentences: int
    words: float
    long: float
    passive: float
    unknown: float


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of a page: of a list and a table, what each item or cell says."""
    read = _LINK.sub(r"\1", _NOT_READ.sub(" X ", text))
    for sentence in _SENTENCE.split(read):
        if len(_WORD.findall(sentence)) > 2:  # noqa: PLR2004 - fewer are a heading or a label
            yield sentence


def figures_of(text: str) -> Figures | None:
    """Return how a page reads; None where it has no sentence."""
    sentences = list(sentences_of(text))
    if not sentences:
        return None
    counts = [len(_WORD.findall(one)) for one in sentences]
    words = [word.lower().removesuffix("'s") for one in sentences for word in _lower_case(one)]
    unknown = _unknown(frozenset(words))
    return Figures(
        len(sentences),
        fmean(counts),
        fmean(count > LONG for count in counts),
        fmean(bool(_PASSIVE.search(one)) for one in sentences),
        fmean(word in unknown for word in words) if words else 0.0,
    )


def pages_in(folder: Path) -> dict[str, str]:
    """Return the text of each page under a folder of the project, by its name."""
    docs = folder / "docs"
    found = [*folder.glob("*.md"), *docs.rglob("*.md")]
    names = {str(page.relative_to(folder)): page for page in sorted(found)}
    return {
        name: page.read_text(encoding="utf-8")
        for name, page in names.items()
        if "_build" not in page.parts
        and name != "CHANGELOG.md"
        and name.removeprefix("docs/") not in MADE_FROM_CODE
    }


def _lower_case(sentence: str) -> list[str]:
    """Return the words of a sentence that begin with a small letter: the others are names."""
    return [word for word in _WORD.findall(sentence) if word[0].islower()]


@cache
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


def _unknown(words: frozenset[str]) -> set[str]:
    return {word for word in _dictionary().unknown(words) if word not in KNOWN and "'" not in word}


def _line(name: str, found: Figures) -> str:
    shares = (f"{100 * share:5.1f} %" for share in (found.long, found.passive, found.unknown))
    return f"{name:52} {found.sentences:5} {found.words:6.1f} {' '.join(shares)}"


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    texts = pages_in(where) | docstrings_in(where) | messages_in(where)
    texts |= helps() if where == ROOT else {}  # by the program that is installed
    print(f"{'page':52} sent. words  long>{LONG} passive unknown")  # noqa: T201 - its output
    for each, text in texts.items():
        if figures := figures_of(text):
            print(_line(each, figures))  # noqa: T201 - the same
