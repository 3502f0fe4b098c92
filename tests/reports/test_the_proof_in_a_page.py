"""The button of a case file: a good bundle turns green, and one altered byte turns red.

What the script of the page says is compared with what was altered; the same bundles are refused
by `audit.verify`, which the page's script follows step by step.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page

from rapid_review.audit.log.note import COSIGNATURE, SigningKey
from rapid_review.audit.verify import packed
from rapid_review.reports.case_file.page import case_file
from tests.domain.a_review import KENT, at
from tests.reports.a_browser import DESK, opened
from tests.reports.a_case import (
    CLOSED,
    KEY,
    OPEN,
    OTHER,
    PROVISIONAL,
    bundle_of,
    contents_of,
    evidence,
    sealed_bundle,
)

_DATA: Final = re.compile(r'(<script type="application/json" id="bundle-data">)(.*?)(</script>)')
LAST: Final = len(CLOSED)


@cache
def page(*, replayed: bool = True) -> str:
    """Return the page of a case with its bundle."""
    return case_file(contents_of(evidence=evidence(replayed=replayed)), with_proof=True)


@contextmanager
def shown(browser: Browser, tmp_path: Path, html: str) -> Iterator[Page]:
    """Open a page, and hold that it asks for nothing and complains of nothing."""
    file = tmp_path / "case.html"
    file.write_text(html, encoding="utf-8")
    with opened(browser, file, DESK) as there:
        yield there.page
        assert there.asked_for == []
        assert there.complaints == []


def answer(page: Page, key: str = "", archive: bytes | None = None) -> Locator:
    """Press the button and return what it answers."""
    page.get_by_label("The log's public key").fill(key)
    if archive is not None:
        chosen = FilePayload(name="bundle.zip", mimeType="application/zip", buffer=archive)
        page.get_by_label("The bundle").set_input_files(chosen)
    page.get_by_role("button", name="Verify").click()
    verdict = page.locator(".verdict")
    verdict.wait_for()
    return verdict


def kind_of(verdict: Locator) -> str:
    """Return whether an answer is green, red or neither."""
    return (verdict.get_attribute("class") or "").removeprefix("verdict ")


def embedded() -> dict[str, bytes]:
    """Return the files that the page carries."""
    found = _DATA.search(page())
    assert found
    held: dict[str, str] = json.loads(found[2])
    return {name: base64.b64decode(data) for name, data in held.items()}


def with_files(files: Mapping[str, bytes]) -> str:
    """Return the page with other files in it."""
    held = {name: base64.b64encode(data).decode() for name, data in files.items()}
    return _DATA.sub(lambda found: found[1] + json.dumps(held) + found[3], page())


def altered(name: str, old: bytes, new: bytes) -> str:
    """Return the page with one of its files altered."""
    files = embedded()
    assert old in files[name]
    return with_files({**files, name: files[name].replace(old, new, 1)})


# ------------------------------------------------------------------------------------ green


def test_a_good_bundle_turns_green(browser: Browser, tmp_path: Path) -> None:
    """With the key pasted in; the answer says how many entries there are, and of what log."""
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, f" {KEY.public}\n")
        assert kind_of(verdict) == "good"
        text = verdict.inner_text()
        assert f"contains all {LAST} entries of this case" in text
        assert f"The log of {2 * LAST} events" in text
        assert "Verified with the key that you pasted in. Fingerprint: " in text
        assert evidence().fingerprint in text
        assert "The stored bodies are not in this page" in text


def test_the_key_of_the_page_itself_is_named_as_such(browser: Browser, tmp_path: Path) -> None:
    """A forged page would bring a forged key."""
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "good"
        assert "which anyone could have put there: compare its fingerprint" in verdict.inner_text()


def test_a_bundle_of_sealed_bodies_turns_green_and_red_like_any_other(
    browser: Browser, tmp_path: Path
) -> None:
    """Its manifest is of the second form; with its archive the sealed bodies are held too."""
    files, made = sealed_bundle()
    wrong = next(name for name in sorted(files) if name.startswith("state/"))
    altered = {**files, wrong: files[wrong][:-1] + bytes((files[wrong][-1] ^ 1,))}
    html = case_file(made)
    for archive, kind in ((files, "good"), (altered, "bad")):
        with shown(browser, tmp_path, html) as there:
            assert kind_of(answer(there, str(KEY.public), packed(archive))) == kind


def test_with_the_archive_the_stored_bodies_are_checked_as_well(
    browser: Browser, tmp_path: Path
) -> None:
    """They may hold words, and so are not in the page."""
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, archive=packed(bundle_of()))
        assert kind_of(verdict) == "good"
        assert "including the stored bodies" in verdict.inner_text()


def test_where_the_bundle_states_no_replay_the_page_says_so(
    browser: Browser, tmp_path: Path
) -> None:
    """Then nothing vouches for what is shown."""
    with shown(browser, tmp_path, page(replayed=False)) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "good"
        assert "nothing that is shown above was checked" in verdict.inner_text()
        assert "The bundle contains no replay" in there.locator("main").inner_text()


def test_where_the_bundle_words_its_findings_differently_the_page_says_so(
    browser: Browser, tmp_path: Path
) -> None:
    """Then the entries are proved, and nothing vouches for the words that are shown (ADR 0101)."""
    other = replace(evidence(), states_replay=False, other_words=True)
    html = case_file(contents_of(evidence=other), with_proof=True)
    with shown(browser, tmp_path, html) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "good"
        assert "nothing that is shown above was checked" in verdict.inner_text()
        assert (
            "Another version of rapid-review made the bundle's replay and words its findings "
            "differently, so nothing in it proves the wording of the timeline and the findings "
            "above."
        ) in there.locator("main").inner_text()


@cache
def page_of_2029() -> str:
    """Return the page of a case whose due days are provisional, as it says beside each."""
    return case_file(contents_of(PROVISIONAL, evidence=evidence(PROVISIONAL)), with_proof=True)


def test_a_provisional_due_day_is_as_stated_with_its_mark_beside_it(
    browser: Browser, tmp_path: Path
) -> None:
    """The replay tells no marks; on each of its days the page tells them all the same."""
    with shown(browser, tmp_path, page_of_2029()) as there:
        assert kind_of(answer(there, f"{KEY.public}")) == "good"
        row = there.locator("[data-then=rapid-review]")
        assert "29 January 2029 (provisional)" in row.inner_text()


def test_nothing_but_a_mark_may_stand_beside_a_due_day(browser: Browser, tmp_path: Path) -> None:
    """What is passed over in comparing cannot say anything else."""
    forged = page_of_2029().replace("(provisional)", "(met in time)")
    with shown(browser, tmp_path, forged) as there:
        assert kind_of(answer(there, f"{KEY.public}")) == "bad"


@cache
def page_read_later() -> str:
    """Return the page of an open case, whose clocks are read twelve days after its last entry."""
    return case_file(
        contents_of(OPEN, evidence=evidence(OPEN), today=at("2020-06-01 12:00")), with_proof=True
    )


def test_a_clock_that_was_overdue_by_the_day_of_the_reading_is_as_stated(
    browser: Browser, tmp_path: Path
) -> None:
    """The replay ends on 20 May with a clock that runs; by 1 June its due day was over."""
    assert 'red">Overdue' in page_read_later()
    with shown(browser, tmp_path, page_read_later()) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "good", verdict.inner_text()
        assert "how many days a running clock has run" in verdict.inner_text()


@pytest.mark.parametrize(
    ("old", "new"), [('red">Overdue', 'blue">Running'), ("22 May 2020", "29 May 2020")]
)
def test_a_clock_that_is_shown_otherwise_on_a_later_day_turns_red(
    browser: Browser, tmp_path: Path, old: str, new: str
) -> None:
    """Its due day is stated, and so it is known whether that had passed."""
    row = page_read_later().index('<tr data-clock="rapid-review">')
    altered = page_read_later()[:row] + page_read_later()[row:].replace(old, new, 1)
    with shown(browser, tmp_path, altered) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "bad"
        assert "clock rapid-review: its row" in verdict.inner_text()


def test_the_page_says_what_has_passed_since_its_clocks_were_read(
    browser: Browser, tmp_path: Path
) -> None:
    """Made on 20 May with a clock due on 22 May, and opened on 1 June."""
    html = case_file(contents_of(OPEN, evidence=evidence(OPEN)), with_proof=True)
    file = tmp_path / "case.html"
    file.write_text(html, encoding="utf-8")
    with browser.new_page() as there:
        there.clock.set_fixed_time(at("2020-06-01 12:00"))
        there.goto(file.as_uri())
        since = there.locator("#since").inner_text()
        assert since.startswith("Today is Monday 1 June 2020: 12 days have passed since then.")
        assert "Rapid review undertaken and reported to the Panel" in since
        there.clock.set_fixed_time(at("2020-05-20 12:00"))
        there.reload()
        assert there.locator("#since").count() == 0


# -------------------------------------------------------------------------------------- red

_FILES: Final = {
    "a leaf's kind": ("entry/7", b"MemberInformed", b"MemberInformer", "entry 7: its proof"),
    "a body's digest": ("entry/1", b"\n1\nNot", b"\n2\nNot", "entry 1: another event"),
    "a proof's index": ("proof/7.tlog-proof", b"index 12", b"index 14", "entry 7: its proof"),
    "a checkpoint's size": ("checkpoint", b"\n58\n", b"\n59\n", "checkpoint: has a signature"),
    "the head's count": ("case-head", b"\n29\n", b"\n28\n", "case-head: has a signature"),
    "the manifest": ("manifest", b"\ncase\n", b"\ncasa\n", "manifest: has a signature"),
}


@pytest.mark.parametrize("what", _FILES)
def test_an_altered_file_turns_red_and_is_named(
    browser: Browser, tmp_path: Path, what: str
) -> None:
    """One byte of an entry, a proof, the checkpoint, the case head or the list of files."""
    name, old, new, named = _FILES[what]
    with shown(browser, tmp_path, altered(name, old, new)) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "bad"
        assert "Not intact" in verdict.inner_text()
        assert named in verdict.inner_text()


def test_a_file_that_is_left_out_turns_red_and_is_named(browser: Browser, tmp_path: Path) -> None:
    """The last entry, which would be missed least."""
    files = {name: data for name, data in embedded().items() if name != f"entry/{LAST}"}
    with shown(browser, tmp_path, with_files(files)) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "bad"
        assert f"entry {LAST}: is not in this page" in verdict.inner_text()


_SHOWN: Final = {
    "a time": ("15 May 2020, 10:00", "14 May 2020, 10:00", "entry 12: when it was recorded"),
    "a line": ('<p class="says">police,', '<p class="says">no-one,', "entry 6: what it says"),
    "a kind": (">Case closed</h3>", ">Case opened</h3>", f"entry {LAST}: its kind"),
    "a person": ("business-support", "business-suppers", "entry 1: who recorded it"),
    "a clause": ('clause">ToR 7.2, 8.2', 'clause">ToR 7.2, 8.3', "entry 5: its clause"),
    "a correction": ("entry 5 is retracted", "entry 5 is corrected", "entry 5: what is in"),
    "a verdict": ('orange">Met late', 'green">Met', "clock rapid-review: its row"),
    "a verdict below": ("late</strong></h3>", "</strong></h3>", "clock rapid-review: its state"),
    "a due day": (
        "22 May 2020</time><br>",
        "29 May 2020</time><br>",
        "clock rapid-review: its row",
    ),
    "a day number": ("day 16 of 15", "day 15 of 15", "clock rapid-review: its row"),
    "a change": ('red">Overdue', 'blue">Running', "the changes of verdicts: number 7"),
    "a finding": ("Irregular</strong>", "Forbidden</strong>", "the findings: number 1"),
    "a document": ("sha256:aaaa", "sha256:abaa", "the documents: number 1"),
    "the terms": (f"({KENT.digest})", f"({KENT.national.digest})", "the page: its terms"),
    "the case": ("<h1>Case file KM-2020-001", "<h1>Case file KM-2020-007", "the page: its case"),
    "the replay": ('"stage":"gathering"', '"stage":"convened"', "the replay: is not the one"),
}


@pytest.mark.parametrize("what", _SHOWN)
def test_what_is_shown_otherwise_than_the_bundle_states_turns_red(
    browser: Browser, tmp_path: Path, what: str
) -> None:
    """A time, a line, a person, a verdict, a finding, or the data of the slider."""
    old, new, named = _SHOWN[what]
    assert old in page()
    with shown(browser, tmp_path, page().replace(old, new, 1)) as there:
        verdict = answer(there)
        assert kind_of(verdict) == "bad"
        assert named in verdict.inner_text()


def test_an_altered_body_in_the_archive_turns_red_and_is_named(
    browser: Browser, tmp_path: Path
) -> None:
    """One byte of the words of the decision."""
    files = bundle_of()
    (state,) = (name for name in files if name.startswith("state/") and name.endswith("/15"))
    files[state] = files[state].replace(b"Jane Canary", b"Jane Canarx", 1)
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, archive=packed(files))
        assert kind_of(verdict) == "bad"
        assert f"{state} in the archive: is not the file" in verdict.inner_text()


NO_BUNDLE: Final = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "an archive's first bytes": b"PK\3\4 and no more than that, but some bytes",
    "another archive": packed({"notes.txt": b"nothing of the kind\n"}),
    "another case's bundle": packed(
        bundle_of(tuple(one.model_copy(update={"case": "KM-2020-009"}) for one in CLOSED))
    ),
}


@pytest.mark.parametrize("what", NO_BUNDLE)
def test_a_file_that_is_no_bundle_of_this_case_proves_nothing_and_accuses_nobody(
    browser: Browser, tmp_path: Path, what: str
) -> None:
    """Anyone who chose the wrong file has not found that the record was altered."""
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, archive=NO_BUNDLE[what])
        assert kind_of(verdict) == "none"
        assert "This is not this case's bundle; nothing was verified." in verdict.inner_text()
        assert "Not intact" not in verdict.inner_text()


def test_another_bundle_of_this_case_is_named_as_such(browser: Browser, tmp_path: Path) -> None:
    """By another checkpoint of the same log, signed by its key."""
    earlier = packed(bundle_of(CLOSED[:-1]))
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, archive=earlier)
        assert kind_of(verdict) == "none"
        assert (
            "This is a bundle of this case, but this page was made from another one"
            in verdict.inner_text()
        )
        assert f"a checkpoint of {2 * LAST - 2} events" in verdict.inner_text()


def test_a_list_of_files_that_is_not_signed_in_the_archive_turns_red(
    browser: Browser, tmp_path: Path
) -> None:
    """It is no other bundle, but this one altered."""
    files = bundle_of()
    files["manifest"] = files["manifest"].replace(b"\ncase\n", b"\ncasa\n", 1)
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, archive=packed(files))
        assert kind_of(verdict) == "bad"
        assert "manifest in the archive: is not the one in this page" in verdict.inner_text()


@pytest.mark.parametrize("other", [OTHER, SigningKey("police.example/other", bytes(32))])
def test_with_another_log_s_key_nothing_is_verified(
    browser: Browser, tmp_path: Path, other: SigningKey
) -> None:
    """Be it of the same name or not."""
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, str(other.public))
        assert kind_of(verdict) == "bad"
        assert "manifest: is not signed by this key" in verdict.inner_text()


@pytest.mark.parametrize(
    "typed",
    [
        "nonsense",
        "a+b+c",
        str(KEY.public)[:-1],
        str(KEY.public).replace("reviews", "reviewz"),
        str(SigningKey(KEY.name, bytes(32), COSIGNATURE).public),
    ],
)
def test_what_is_no_key_of_a_log_is_told_and_nothing_is_verified(
    browser: Browser, tmp_path: Path, typed: str
) -> None:
    """Neither green nor red."""
    with shown(browser, tmp_path, page()) as there:
        verdict = answer(there, typed)
        assert kind_of(verdict) == "none"
        assert "Nothing was verified" in verdict.inner_text()


def test_every_altered_byte_of_what_is_embedded_is_found(browser: Browser, tmp_path: Path) -> None:
    """300 places, evenly over all files: each with its lowest bit turned."""
    files = embedded()
    places = [(name, at) for name, data in files.items() for at in range(len(data))]
    tried = places[:: len(places) // 300]
    assert len(tried) >= 300
    with shown(browser, tmp_path, page()) as there:
        there.evaluate("async (key) => { window.tried = await readKey(key); }", str(KEY.public))
        check = "async (files) => (await verified(files, window.tried, null)).found"
        held = {name: base64.b64encode(data).decode() for name, data in files.items()}
        assert there.evaluate(check, held) == []
        for name, at in tried:
            data = bytearray(files[name])
            data[at] ^= 1
            problems = there.evaluate(check, {**held, name: base64.b64encode(data).decode()})
            assert problems, f"byte {at} of {name}"
