"""Bundles that somebody altered who has the log's own key: what it signs is held to the events."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

import rapid_review
from rapid_review.audit.log.note import SigningKey, signed
from rapid_review.audit.verify import Manifest, open_bundle, read_manifest, read_note
from tests.cli.a_terminal import RECEIPT, REPORT, lines, typed
from tests.copies import copied

KEY: Final = "rapid-review.audit-key"
TERMS: Final = "terms/kent-and-medway-2020-05.toml"
RULES: Final = "terms/rule_sets/working-together-2018.toml"
CALENDAR: Final = "calendars/england-and-wales/2026-11-26.json"
REPLAY: Final = "replay/case.json"
KINDS: Final = {"case": ["KM-1"], "log": ["--with-proof"]}


@pytest.fixture(params=KINDS)
def bundle(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the bundle of a case, and that of the whole log that it is in."""
    monkeypatch.chdir(tmp_path)
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    typed("audit", "key", "--origin", "safeguarding.example/reviews")
    made = typed("audit", "bundle", *KINDS[request.param], "-o", "bundle", "--sink", "sink")
    assert made.exit_code == 0
    assert verified()[0] == 0
    return tmp_path / "bundle"


def verified(*, by: tuple[str, ...] = ("audit", "verify-bundle")) -> tuple[int, str]:
    """Return what the verifier says, who holds the latest checkpoint."""
    held = ("--key", f"{KEY}.pub", "--held", "sink/checkpoint.5")
    result = typed(*by, "bundle", *held)
    return result.exit_code, result.stdout


def sign_again(bundle: Path) -> None:
    """Sign a list of the files as they are now with the log's own key."""
    key = SigningKey.read(Path(KEY).read_text(encoding="utf-8").strip())
    files = open_bundle(bundle)
    old = read_manifest(read_note(files.read("manifest")).text)
    names = files.names - {"manifest"}
    digests = {name: sha256(files.read(name)).hexdigest() for name in names}
    manifest = Manifest(old.kind, old.origin, old.size, digests, old.is_sealed)
    (bundle / "manifest").write_bytes(bytes(signed(bytes(manifest), key)))


@pytest.mark.parametrize("name", [TERMS, RULES, CALENDAR])
def test_terms_and_calendars_that_were_edited_are_found(bundle: Path, name: str) -> None:
    """The events name the bytes by which they were decided; no other bytes stand for them."""
    file = bundle / name
    before = sha256(file.read_bytes()).hexdigest()
    file.write_bytes(file.read_bytes() + b"\n")
    sign_again(bundle)
    code, said = verified()
    assert code == 4
    assert f"{name}: is not the file that events name" in said
    assert f"{name}: is missing; events name it, with SHA-256 {before}" in said


def test_terms_and_calendars_that_are_missing_are_found(bundle: Path) -> None:
    """Each of them is named, with its digest."""
    digests = {name: sha256((bundle / name).read_bytes()) for name in (TERMS, RULES, CALENDAR)}
    for name in digests:
        (bundle / name).unlink()
    sign_again(bundle)
    code, said = verified()
    assert code == 4
    for name, digest in digests.items():
        assert f"{name}: is missing; events name it, with SHA-256 {digest.hexdigest()}" in said


@pytest.mark.parametrize("name", ["terms/more.toml", "calendars/more.json", "replay/more.json"])
def test_a_file_that_no_event_names_is_found(bundle: Path, name: str) -> None:
    """Nothing holds it: it might be believed, and proves nothing."""
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).write_bytes(b"a = 1\n")
    sign_again(bundle)
    code, said = verified()
    assert (code, f"{name}: " in said) == (4, True)


def test_two_files_that_changed_places_are_found(bundle: Path) -> None:
    """Each is named by an event, and each is where another belongs."""
    terms, calendar = (bundle / TERMS).read_bytes(), (bundle / CALENDAR).read_bytes()
    for name, data in ((TERMS, calendar), (CALENDAR, terms)):
        (bundle / name).write_bytes(data)
    sign_again(bundle)
    assert verified()[0] == 4
    for name, data in (
        (TERMS, (bundle / RULES).read_bytes()),
        (RULES, terms),
        (CALENDAR, calendar),
    ):
        (bundle / name).write_bytes(data)
    sign_again(bundle)
    code, said = verified()
    assert code == 4
    assert f"{TERMS}: is not the file that events name" in said


@pytest.mark.parametrize("bundle", ["case"], indirect=True)
@pytest.mark.parametrize(
    ("true", "false"), [(b'"running"', b'"met"'), (b'"met"', b'"missed"'), (b"}", b"} ")]
)
def test_an_altered_replay_of_a_case_is_found(bundle: Path, true: bytes, false: bytes) -> None:
    """It is made again of the events, the terms and the calendars in the bundle."""
    replay = bundle / REPLAY
    altered = replay.read_bytes().replace(true, false)
    replay.write_bytes(altered if altered != replay.read_bytes() else altered + b"\n")
    sign_again(bundle)
    code, said = verified()
    assert (code, f"{REPLAY}: differs from the replay of the events" in said) == (4, True)


@pytest.mark.parametrize("bundle", ["case"], indirect=True)
@pytest.mark.usefixtures("bundle")
def test_what_the_rules_make_is_no_evidence_where_they_are_not_at_hand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The verifier that is taken away knows no rules: it says so, and who can check it."""
    from rapid_review.audit.verify.__main__ import main  # noqa: PLC0415 - the program itself

    key = Path(f"{KEY}.pub").read_text(encoding="utf-8").strip()
    assert main(["bundle", "--key", key]) == 0
    said = capsys.readouterr().out
    assert f"unchecked   {REPLAY}: it is not evidence" in said
    assert f"{REPLAY}: it is not evidence" not in verified()[1]
    assert "1 replay of the case" in verified()[1]


@pytest.mark.parametrize("bundle", ["case"], indirect=True)
@pytest.mark.parametrize("name", [TERMS, CALENDAR])
def test_no_page_is_made_by_terms_or_calendars_that_were_edited(bundle: Path, name: str) -> None:
    """Exit code 4, and the file is named."""
    file = bundle / name
    file.write_bytes(file.read_bytes() + b"\n")
    sign_again(bundle)
    made = typed("report", "KM-1", "--bundle", "bundle", "--key", f"{KEY}.pub", "-o", "page.html")
    assert (made.exit_code, name in made.stderr) == (4, True)
    assert not Path("page.html").exists()


# ------------------------------------------------------------------ what a store's entries name


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the installed package, whose files may be edited, and a store beside it."""
    monkeypatch.chdir(tmp_path)
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    copied(Path(rapid_review.__path__[0]), tmp_path / "rapid_review")
    return tmp_path / "rapid_review"


def recounted(package: Path) -> tuple[int, str]:
    """Return what `audit verify --recount` says where that copy is the one installed."""
    program = "import sys; sys.path.insert(0, '.'); from rapid_review.cli import main; main()"
    run = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-P", "-c", program, "audit", "verify", "--recount"],
        capture_output=True,
        check=False,
        cwd=package.parent,
        text=True,
    )
    return run.returncode, run.stdout


@pytest.mark.parametrize(
    ("name", "more"), [(CALENDAR, b"\n"), (CALENDAR, b"}"), (TERMS, b"\n"), (RULES, b"\n")]
)
def test_a_shipped_file_that_was_edited_is_found(package: Path, name: str, more: bytes) -> None:
    """Due dates are not counted again with other days than those that were recorded."""
    file = package / name
    before = sha256(file.read_bytes()).hexdigest()
    file.write_bytes(file.read_bytes() + more)
    code, said = recounted(package)
    assert code == 4
    assert said.count("  finding  ") == 1
    assert f"{name}: is not the file that events name, with SHA-256 {before}" in said


def test_a_file_of_ones_own_is_left_to_anyone_who_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not ship with the package: that it was not looked at is said, with its digest.

    No bundle is made without it, and one with it is verified.
    """
    monkeypatch.chdir(tmp_path)
    shipped = (Path(rapid_review.__path__[0]) / TERMS).read_bytes()
    own = shipped.replace(b"kent-and-medway-2020-05", b"own-2020-05")
    Path("own.toml").write_bytes(own)
    typed("apply", "-", "--terms", "own.toml", stdin=lines(RECEIPT))
    digest = sha256(own).hexdigest()
    found = typed("audit", "verify", "--recount", "--terms", "own.toml")
    told = f"terms/own-2020-05.toml with SHA-256 {digest}: events name it, and it is not shipped"
    assert (found.exit_code, told in found.stdout) == (0, True)
    typed("audit", "key", "--origin", "safeguarding.example/reviews")
    for name, what in KINDS.items():
        refused = typed("audit", "bundle", *what, "-o", name)
        assert (refused.exit_code, digest in refused.stderr) == (5, True)
        assert "--earlier-terms or --with" in refused.stderr
        made = typed("audit", "bundle", *what, "--terms", "own.toml", "-o", name)
        assert made.exit_code == 0, made.output
        found = typed("audit", "verify-bundle", name, "--key", f"{KEY}.pub")
        assert found.exit_code == 0, found.stdout


def test_an_edition_that_was_edited_goes_along_with_the_one_that_was_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases name both, which are called alike: a bundle of the log holds both."""
    monkeypatch.chdir(tmp_path)
    shipped = (Path(rapid_review.__path__[0]) / TERMS).read_bytes()
    Path("kent-and-medway-2020-05.toml").write_bytes(shipped + b"\n")
    typed("apply", "-", stdin=lines(RECEIPT))
    other = {**RECEIPT, "case": "KM-2", "reference": "PRN-2"}
    edited = ("--terms", "kent-and-medway-2020-05.toml")
    assert typed("apply", "-", *edited, stdin=lines(other)).exit_code == 0
    typed("audit", "key", "--origin", "safeguarding.example/reviews")
    own = ("--with", "kent-and-medway-2020-05.toml")
    made = typed("audit", "bundle", "--with-proof", "-o", "bundle", *own)
    assert made.exit_code == 0, made.output
    found = typed("audit", "verify-bundle", "bundle", "--key", f"{KEY}.pub")
    assert (found.exit_code, "4 terms and calendars" in found.stdout) == (0, True)
