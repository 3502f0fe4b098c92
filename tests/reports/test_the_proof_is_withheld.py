"""Until words are sealed, a page carries the proof of its record only if somebody asks for it.

The person who holds a digest of an entry can make the entry with one name after another in it,
hash each, and see which was right.
"""

import base64
import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

import pytest

from rapid_review.audit.log.leaf import Leaves
from rapid_review.domain.entry import Entry
from rapid_review.reports.case_file.page import allows_guesses, case_file
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.codec import Codec
from tests.domain.a_review import INFORM, RECEIVE, changed
from tests.projections.a_record import entries_of
from tests.projections.canaries import CANARY
from tests.reports.a_case import CLOSED, contents_of, evidence, sealed_bundle

NAMES = ("Ann Other", "Jo Bloggs", CANARY, "Sam Sample")
WORDLESS = entries_of(
    changed(
        RECEIVE,
        children=tuple(one.model_copy(update={"identity": None}) for one in RECEIVE.children),
    ),
    INFORM,
)


@cache
def page(*, with_proof: bool) -> str:
    """Return the page of a case that holds a name in every sealed field."""
    return case_file(contents_of(evidence=evidence()), with_proof=with_proof)


def everything_in(html: str) -> bytes:
    """Return a page with whatever is in it in base64 beside it, one level deep and two."""
    found = [html.encode()]
    for data in re.findall(r'<script type="application/json" id="bundle-data">(.*?)<', html):
        found += [base64.b64decode(one) for one in json.loads(data).values()]
    for text in tuple(found):
        for one in re.findall(rb"[A-Za-z0-9+/]{43}=", text):
            found.append(base64.b64decode(one).hex().encode())
    return b"\n".join(found)


def guesses(entry: Entry) -> Iterator[Entry]:
    """Yield an entry with one name after another in the place of the one that it holds."""
    text = entry.model_dump_json()
    for name in NAMES:
        yield Entry.model_validate_json(text.replace(CANARY, name))


def found_by_guessing(html: str) -> set[str]:
    """Return each name that a digest or a leaf in a page, of the case or its neighbour, confirms.

    The one who guesses knows all of the record but the name, as its clerk does.
    """
    inside, confirmed = everything_in(html), set[str]()
    for case in (CLOSED[0].case, "KM-2020-002"):
        (stream, first) = stream_id(CLOSED[0].partnership, case).hex, CLOSED[0]
        for name, guess in zip(
            NAMES, guesses(first.model_copy(update={"case": case})), strict=True
        ):
            body = Codec().encode(guess)
            leaf = Leaves().add(stream, 1, guess.event.kind, body)
            if any(one.encode() in inside for one in (sha256(body).hexdigest(), leaf.hex())):
                confirmed.add(f"{name} in {case}")
    return confirmed


def test_no_name_can_be_guessed_from_a_page() -> None:
    """With the proof it can: of the case itself, and of the one beside it in the log."""
    assert found_by_guessing(page(with_proof=False)) == set()
    assert found_by_guessing(page(with_proof=True)) == {
        f"{CANARY} in {CLOSED[0].case}",
        f"{CANARY} in KM-2020-002",
    }


def test_a_page_without_its_proof_says_why_and_what_it_would_expose() -> None:
    """And what to do instead; the answer of the verification is in it all the same."""
    html = page(with_proof=False)
    (why,) = re.findall(r'<p class="note warning" id="withheld">(.*?)</p>', html)
    assert "digests of entries whose words are not sealed" in why
    assert "verify its bundle" in why
    assert "--with-proof" in why
    proof = evidence()
    assert proof.fingerprint in html
    for hidden in (proof.head.last, proof.checkpoint.root.hex(), 'id="bundle-data"'):
        assert hidden not in html


def test_a_page_with_its_proof_says_what_it_exposes() -> None:
    """Anyone who gets it is to know."""
    (what,) = re.findall(r'<p class="note warning" id="exposed">(.*?)</p>', page(with_proof=True))
    assert "digests of entries whose words are not sealed" in what
    assert "Do not give this page to anyone who may not read the case" in what


@pytest.mark.parametrize(
    ("entries", "alone", "withheld"),
    [(WORDLESS, True, False), (WORDLESS, False, True), (CLOSED, True, True)],
    ids=["no words", "a neighbour", "words"],
)
def test_what_holds_nothing_to_guess_is_proved_without_asking(
    entries: tuple[Entry, ...], *, alone: bool, withheld: bool
) -> None:
    """A case without words, alone in its log; the hashes beside its own would be of others."""
    made = contents_of(entries, evidence=evidence(entries, alone=alone))
    assert allows_guesses(made) is withheld
    assert ('id="bundle-data"' not in case_file(made)) is withheld
    assert ('id="withheld"' in case_file(made)) is withheld
    assert 'id="exposed"' not in case_file(made)


def test_where_words_are_sealed_a_page_carries_its_proof_unasked() -> None:
    """A digest of a sealed body confirms no guess; a neighbour's is of one as well."""
    files, made = sealed_bundle()
    assert allows_guesses(made) is False
    html = case_file(made)
    assert 'id="bundle-data"' in html
    assert 'id="withheld"' not in html
    assert 'id="exposed"' not in html
    assert html == case_file(made, with_proof=True)
    assert CANARY.encode() not in everything_in(html) + b"".join(files.values())
