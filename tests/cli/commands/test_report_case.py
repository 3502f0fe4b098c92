"""`report case`: the file of a case, from a store or from a bundle, and what is refused."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.audit.log.bundle import log_files, write_archive, write_folder
from rapid_review.audit.log.merkle import root_of
from rapid_review.audit.log.note import COSIGNATURE, Checkpoint, SigningKey, cosigned, signed
from rapid_review.projections.compare.replay import REPLAY
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, lines, typed
from tests.domain.a_review import INFORM, RECEIVE
from tests.projections.a_record import entries_of
from tests.reports.a_case import CLOSED, KEY, OPEN, OTHER, bundle_of, resigned

CASE: Final = CLOSED[0].case
VKEY: Final = str(KEY.public)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases of 4 May 2020; one of them is called like a command."""
    path = str(tmp_path / "rapid-review.db")
    other = ({**one, "case": "stats"} for one in (RECEIPT, REPORT))
    typed("apply", "-", "--store", path, stdin=lines(RECEIPT, REPORT, *other))
    return path


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """Return the bundle of a case."""
    write_archive(bundle_of().items(), tmp_path / "bundle.zip")
    return str(tmp_path / "bundle.zip")


def test_the_page_is_written_and_nothing_is_printed(store: str, tmp_path: Path) -> None:
    """And holds no name and no words of the case."""
    file = tmp_path / "case.html"
    result = typed("report", "case", "KM-1", "-o", str(file), "--store", store)
    assert (result.exit_code, result.output) == (0, "")
    html = file.read_text(encoding="utf-8")
    assert "<h1>Case file KM-1</h1>" in html
    assert "made without a bundle" in html
    assert CANARY not in html


def test_json_says_the_digest_of_the_page(store: str, tmp_path: Path) -> None:
    """So that it can be noted when the page is handed over."""
    file = tmp_path / "case.html"
    result = typed("report", "KM-1", "-o", str(file), "--store", store, "--json")
    assert json.loads(result.stdout)["files"] == [
        {"file": "case.html", "sha256": f"sha256:{sha256(file.read_bytes()).hexdigest()}"}
    ]


def test_the_word_case_may_be_left_out(store: str) -> None:
    """But for a case that is called like a command."""
    short = typed("report", "KM-1", "-o", "-", "--store", store).stdout
    assert short == typed("report", "case", "KM-1", "-o", "-", "--store", store).stdout
    assert (
        "<h1>Case file stats</h1>"
        in typed("report", "case", "stats", "-o", "-", "--store", store).stdout
    )
    assert "<h1>Statistics" in typed("report", "stats", "-o", "-", "--store", store).stdout


def test_a_page_may_be_of_what_was_recorded_by_a_day(store: str) -> None:
    """All was recorded on 1 June; clocks are read on the day that is asked for."""
    asked = ("report", "KM-1", "-o", "-", "--store", store)
    assert "As read on Monday 8 June 2020" in typed(*asked, "--recorded-by", "2020-06-08").stdout
    happened = typed(*asked, "--happened-by", "2020-05-11").stdout
    assert "As read on Monday 11 May 2020" in happened
    assert "Agency report filed" not in happened


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("KM-9",), 3, "there is no case 'KM-9'"),
        (
            ("KM-1", "--recorded-by", "2020-05-31"),
            3,
            "by this time nothing had happened or been recorded",
        ),
        (("KM-1", "--key", VKEY), 2, "--bundle and --key work only together"),
        (("KM-1", "--with-proof"), 2, "--with-proof works only with --bundle"),
    ],
)
def test_what_cannot_be_made_is_told(
    store: str, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """And nothing is written."""
    file = tmp_path / "case.html"
    result = typed("report", "case", *arguments, "-o", str(file), "--store", store)
    assert result.exit_code == code
    assert told in result.stderr
    assert not file.exists()


def test_a_bundle_is_enough(archive: str, tmp_path: Path) -> None:
    """There is no store; a folder and an archive of the same files make the same page."""
    write_folder(bundle_of().items(), tmp_path / "bundle")
    (tmp_path / "log.pub").write_text(f"{VKEY}\n", encoding="utf-8")
    pages = [
        typed("report", CASE, "-o", "-", "--bundle", bundle, "--key", key).stdout
        for bundle, key in (
            (archive, VKEY),
            (str(tmp_path / "bundle"), str(tmp_path / "log.pub")),
        )
    ]
    assert f"<dd>{VKEY}</dd>" in pages[0].replace("&#43;", "+")
    assert pages[0] == pages[1]
    assert CANARY not in pages[0]


@pytest.fixture
def running(tmp_path: Path) -> tuple[str, ...]:
    """Return how the bundle of a case is named whose last entry was recorded on 20 May 2020.

    The review was due on Friday 22 May, and so overdue from the day after.
    """
    write_archive(bundle_of(OPEN).items(), tmp_path / "open.zip")
    return ("report", CASE, "-o", "-", "--bundle", str(tmp_path / "open.zip"), "--key", VKEY)


def review_in(html: str) -> str:
    """Return the state of the review's clock in a page."""
    row = html.partition('<tr data-clock="rapid-review">')[2].partition("</tr>")[0]
    return row.partition('<strong class="tag ')[2].partition(">")[2].partition("<")[0]


def test_an_overdue_clock_is_overdue_in_the_page_made_of_a_bundle(
    running: tuple[str, ...],
) -> None:
    """It is 1 June: read on the day of the last entry it would still be running."""
    html = typed(*running).stdout
    assert review_in(html) == "Overdue"
    assert "Clocks are read on <time" in html
    assert "Monday 1 June 2020</time>, a day chosen by the person who made this page" in html
    assert "Wednesday 20 May 2020</time>, 12 days before" in html
    assert "a clock that is overdue here may have been met since" in html


def test_clocks_are_read_on_a_day_that_is_asked_for_and_the_page_can_be_made_again(
    running: tuple[str, ...],
) -> None:
    """On 22 May it still runs; the page of 1 June, asked for by its day, is the same later."""
    assert review_in(typed(*running, "--as-of", "2020-05-22").stdout) == "Running"
    assert review_in(typed(*running, "--as-of", "2020-05-23").stdout) == "Overdue"
    later = typed(*running, "--as-of", "2020-06-01", now=datetime(2020, 11, 2, 9, tzinfo=UTC))
    assert later.stdout == typed(*running).stdout
    assert "<code>--as-of 2020-06-01</code>" in later.stdout


def test_clocks_are_read_on_the_day_of_the_checkpoint_where_a_witness_signed_it(
    tmp_path: Path,
) -> None:
    """A log signs no time; the first witness of the policy did, on 21 May."""
    keys = {name: SigningKey(f"{name}.example/w", bytes([n] * 32), COSIGNATURE)
            for n, name in enumerate(("icb", "police", "other"))}  # fmt: skip
    days = {"icb": 22, "police": 21, "other": 20}
    at = {
        name: int(datetime(2020, 5, day, 9, tzinfo=UTC).timestamp()) for name, day in days.items()
    }
    held = bundle_of(
        OPEN,
        cosign=lambda note: cosigned(
            note, *(key.sign(note.text, at=at[name]) for name, key in keys.items())
        ),
    )
    write_folder(held.items(), tmp_path / "bundle")
    policy = tmp_path / "policy"
    policy.write_text(
        f"witness icb {keys['icb'].public}\nwitness police {keys['police'].public}\n"
        "group both 2 icb police\nquorum both\n"
    )
    asked = ("report", CASE, "-o", "-", "--bundle", str(tmp_path / "bundle"), "--key", VKEY)
    html = typed(*asked, "--policy", str(policy)).stdout
    assert review_in(html) == "Running"
    assert "Thursday 21 May 2020</time>, the day on which a witness signed the checkpoint" in html
    chosen = typed(*asked, "--policy", str(policy), "--as-of", "2020-06-01").stdout
    assert review_in(chosen) == "Overdue"
    assert "chosen by the person who made this page" in chosen


def test_a_day_before_the_last_entry_is_refused_and_so_is_one_without_a_bundle(
    running: tuple[str, ...], store: str
) -> None:
    """What was recorded later would be in a page of before."""
    refused = typed(*running, "--as-of", "2020-05-19")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "recorded on 2020-05-20; give that day or a later one" in refused.stderr
    told = typed("report", "KM-1", "-o", "-", "--store", store, "--as-of", "2020-06-01")
    assert (told.exit_code, "--as-of and --policy work only with --bundle" in told.stderr) == (
        2,
        True,
    )


def test_a_calendar_of_ones_own_is_read_from_the_bundle(tmp_path: Path) -> None:
    """It does not ship with the package; the case was counted with it."""
    shipped = files(calendars) / "england-and-wales" / "2026-11-23.json"
    own = shipped.read_bytes().replace(b'"2026-11-23"', b'"2026-11-24"', 1)
    calendar = calendars.parse(own)
    entries = entries_of(RECEIVE, INFORM, calendar=calendar)
    bundle = bundle_of(
        entries,
        attached={"calendars/england-and-wales/2026-11-24.json": own},
        at_hand=lambda *_: calendar,
    )
    write_folder(bundle.items(), tmp_path / "bundle")
    result = typed("report", CASE, "-o", "-", "--bundle", str(tmp_path / "bundle"), "--key", VKEY)
    assert "Counted with calendar england-and-wales, as known on 2026-11-24" in result.stdout


def test_the_proof_of_a_case_with_words_is_put_in_only_on_request(archive: str) -> None:
    """Either way it is said what a proof exposes, on standard error and in the page."""
    asked = ("report", CASE, "-o", "-", "--bundle", archive, "--key", VKEY)
    without, with_it = typed(*asked), typed(*asked, "--with-proof")
    assert (without.exit_code, with_it.exit_code) == (0, 0)
    assert "The page contains no proof; a proof would contain digests" in without.stderr
    assert "The page contains its proof, and so digests" in with_it.stderr
    assert 'id="bundle-data"' not in without.stdout
    assert 'id="bundle-data"' in with_it.stdout


def refusal(*arguments: str, code: int) -> str:
    """Return what is said where no page is made of a bundle."""
    result = typed("report", "case", *arguments, "-o", "-")
    assert (result.exit_code, result.stdout) == (code, "")
    return result.stderr


def test_a_bundle_that_is_not_intact_makes_no_page(tmp_path: Path) -> None:
    """One byte of a body: the file is named, and the exit code is that of integrity."""
    held = bundle_of()
    (state,) = (name for name in held if name.startswith("state/") and name.endswith("/15"))
    held[state] = held[state].replace(b"Jane Canary", b"Jane Canarx", 1)
    write_folder(held.items(), tmp_path / "bundle")
    told = refusal(CASE, "--bundle", str(tmp_path / "bundle"), "--key", VKEY, code=4)
    assert "the bundle is damaged or was altered, so no page was made from it" in told
    assert f"{state}: does not match its digest in the manifest" in told
    assert CANARY not in told


def test_a_replay_that_the_entries_do_not_lead_to_makes_no_page(tmp_path: Path) -> None:
    """Though the key of the log had signed it."""
    held = bundle_of()
    replayed = held[REPLAY].replace(b'"met-late"', b'"met"')
    write_folder(resigned({**held, REPLAY: replayed}).items(), tmp_path / "bundle")
    told = refusal(CASE, "--bundle", str(tmp_path / "bundle"), "--key", VKEY, code=4)
    assert f"{REPLAY} in the bundle differs from the replay of its entries" in told


def test_a_bundle_is_of_one_case_and_of_one_time(archive: str, tmp_path: Path) -> None:
    """What it does not hold is not asked of it."""
    bundle = ("--bundle", archive, "--key", VKEY)
    assert "is of another case" in refusal("KM-9", *bundle, code=2)
    assert "leave out --happened-by" in refusal(
        CASE, *bundle, "--recorded-by", "2020-05-20", code=2
    )
    note = signed(bytes(Checkpoint(KEY.name, 0, root_of(()))), KEY)
    whole = log_files((), note, lambda text: signed(text, KEY))
    write_folder(whole, tmp_path / "log")
    log = ("--bundle", str(tmp_path / "log"), "--key", VKEY)
    assert "the bundle is of a whole log" in refusal(CASE, *log, code=2)


def test_a_key_is_one_or_is_refused(archive: str) -> None:
    """Nonsense is a mistake in typing; by another key a bundle is not intact."""
    assert "--key" in refusal(CASE, "--bundle", archive, "--key", "nonsense", code=2)
    other = str(OTHER.public)
    assert "manifest" in refusal(CASE, "--bundle", archive, "--key", other, code=4)
