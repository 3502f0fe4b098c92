"""What `make release` makes, and when it makes nothing."""

import hashlib
import json
import shutil
import tarfile
import zipfile
from email import message_from_bytes
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, Final

import pytest

from rapid_review import __version__
from release.__main__ import put
from release.tagged import NotReadyError
from tests.release.a_release import committed, git, made, repository

WHEEL: Final = f"rapid_review-{__version__}-py3-none-any.whl"
SOURCE: Final = f"rapid_review-{__version__}.tar.gz"
VERIFIER: Final = f"rapid-review-verify-{__version__}.pyz"
BILL: Final = f"rapid-review-{__version__}.cdx.json"
FILES: Final = {WHEEL, SOURCE, VERIFIER, f"{VERIFIER}.sha256", BILL, "SHA256SUMS"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository whose commit is tagged as a release."""
    return repository(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def dist(checkout: Path) -> Path:
    """Return the folder of a release that was made."""
    done = made(checkout)
    assert done.returncode == 0, done.stderr
    return checkout / "dist"


def test_the_same_tag_gives_the_same_bytes_in_another_folder(dist: Path, tmp_path: Path) -> None:
    """Whatever the folder is called, whenever the files were written, anyone who may read them."""
    again = repository(tmp_path / "in" / "another folder")
    done = made(again, umask=0o077)
    assert done.returncode == 0, done.stderr
    assert digests(dist) == digests(again / "dist")
    assert set(digests(dist)) == FILES


def test_every_file_has_its_checksum(dist: Path) -> None:
    """As `sha256sum --check SHA256SUMS` reads it; the verifier's is alone too."""
    sums = sums_in(dist / "SHA256SUMS")
    assert sums == {name: digests(dist)[name] for name in (WHEEL, SOURCE, VERIFIER, BILL)}
    assert sums_in(dist / f"{VERIFIER}.sha256") == {VERIFIER: sums[VERIFIER]}


def test_the_wheel_says_what_it_is(dist: Path) -> None:
    """Its version, both licences with their texts, and no link to where nothing is."""
    with zipfile.ZipFile(dist / WHEEL) as wheel:
        names = wheel.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(wheel.read(metadata))
    assert told["Version"] == __version__
    assert told["License-Expression"] == "MIT AND OGL-UK-3.0"
    assert told.get_all("License-File") == ["LICENSE", "LICENSES/OGL-UK-3.0.txt"]
    assert {name.rpartition("/licenses/")[2] for name in names if "/licenses/" in name} == {
        "LICENSE",
        "LICENSES/OGL-UK-3.0.txt",
    }
    assert "Operating System :: POSIX" in told.get_all("Classifier", [])
    description = told.get_payload()
    assert isinstance(description, str)
    assert description.count("](") == description.count("](https://") > 0
    assert "The documentation (`docs/index.md` in the source distribution)" in description


def test_the_source_distribution_holds_what_the_readme_links_to(dist: Path) -> None:
    """The pages, the examples, the tests, the pinned requirements; no file that is not tagged."""
    with tarfile.open(dist / SOURCE) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    tracked = set(git(dist.parent, "ls-files").splitlines())
    assert names - tracked == {"PKG-INFO"}
    assert tracked - names <= {".gitattributes"}


def test_the_bill_of_materials_names_every_library_and_who_asks_for_it(dist: Path) -> None:
    """With the version and the hashes that were tested."""
    bill = json.loads((dist / BILL).read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == ("rapid-review", __version__)
    refs = {one["name"]: one["bom-ref"] for one in bill["components"]}
    asks = {one["ref"]: set(one["dependsOn"]) for one in bill["dependencies"]}
    direct = {"click", "cryptography", "eventsourcing", "pydantic", "psycopg", "highspy"}
    assert {refs[name] for name in direct} <= asks[root["bom-ref"]]
    assert refs["pydantic-core"] in asks[refs["pydantic"]] - asks[root["bom-ref"]]
    assert set(refs.values()) <= set().union(*asks.values())
    for one in bill["components"]:
        assert one["version"]
        assert one["externalReferences"][0]["hashes"]


def test_the_bill_of_materials_names_every_licence(dist: Path) -> None:
    """Ours with that of the data, and of each library the one that it declares."""
    bill = json.loads((dist / BILL).read_text(encoding="utf-8"))
    assert licences_of(bill["metadata"]["component"]) == {"MIT AND OGL-UK-3.0"}
    assert all(map(licences_of, bill["components"]))
    for one in bill["components"]:
        if expression := metadata(one["name"])["License-Expression"]:
            assert licences_of(one) == {expression}


def test_made_again_it_stays_and_other_bytes_are_refused(dist: Path, tmp_path: Path) -> None:
    """What was handed out never changes, and beside it nothing is put."""
    files, before = sorted(dist.iterdir()), digests(dist)
    again = [Path(shutil.copy(file, tmp_path)) for file in files]
    assert list(put(again, dist)) == files
    assert digests(dist) == before
    (other := tmp_path / "last-week").mkdir()
    (other / WHEEL).write_bytes(b"of last week")
    with pytest.raises(NotReadyError, match="already exists, with other bytes") as refused:
        list(put(files, other))
    assert str(other / WHEEL) in str(refused.value)
    assert [file.read_bytes() for file in other.iterdir()] == [b"of last week"]


def test_what_is_no_release_is_refused_with_all_that_is_amiss(tmp_path: Path) -> None:
    """A changed file, another tag, and files that do not know of the version."""
    folder = repository(tmp_path)
    init = folder / "src" / "rapid_review" / "__init__.py"
    text = init.read_text(encoding="utf-8")
    init.write_text(text.replace(f'"{__version__}"', '"7.0.0"'), encoding="utf-8")
    refused = made(folder)
    assert refused.returncode == 1
    assert not (folder / "dist").exists()
    for told in (
        "No release 7.0.0 can be made",
        "files that are changed or not in the repository: 1",
        f"the commit has v{__version__}, and __version__ asks for v7.0.0",
        "CHANGELOG.md has no heading [7.0.0]",
        "CITATION.cff names another version",
        "tests/older/releases.toml has no row of 7.0.0",
    ):
        assert told in refused.stderr
    committed(folder)
    assert "the commit has no tag of a version" in made(folder).stderr
    citation = folder / "CITATION.cff"
    dated = citation.read_text(encoding="utf-8").replace("2026-11-27", "2026-11-28")
    citation.write_text(dated, encoding="utf-8")
    init.write_text(text, encoding="utf-8")
    assert "do not name the same day; write date-released: 2026-11-27" in made(folder).stderr


def test_the_citation_names_the_version() -> None:
    """It is what somebody who counts or inspects with it would cite."""
    citation = Path(__file__).parent.parent.parent / "CITATION.cff"
    assert f"\nversion: {__version__}\n" in citation.read_text(encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def licences_of(component: dict[str, Any]) -> set[str]:
    """Return the licences that a bill of materials names of a component."""
    return {
        one.get("expression") or one["license"].get("id") or one["license"]["name"]
        for one in component.get("licenses", [])
    }


def sums_in(file: Path) -> dict[str, str]:
    """Return what a file of checksums says, by name."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}
