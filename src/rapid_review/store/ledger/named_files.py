"""The terms, rule sets and calendars that entries name by the digests of their bytes."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from rapid_review.audit.verify import Checked, Finding, Reference, Step, Unchecked


def shipped() -> Iterator[tuple[str, bytes]]:
    """Yield the terms, rule sets and calendars that ship with the package, each with its name."""
    package = files("rapid_review")
    for folder, end in (("terms", ".toml"), ("calendars", ".json")):
        for name, file in _files_below(package / folder, folder):
            if name.endswith(end):
                yield name, file.read_bytes()


def named_files(
    references: Collection[Reference], kept: Iterable[tuple[str, bytes]]
) -> Iterator[Step]:
    """Compare the shipped files, and those that a store keeps, with the digests in entries.

    A file that is neither shipped nor kept is reported as unchecked.
    """
    own = _with_digests(kept)
    at_hand = _with_digests(shipped())
    published = set(at_hand.values())  # among them superseded files, which have names of their own
    met = {path for path, digest in references if digest in {*published, own.get(path)}}
    for path, digest in sorted(references):
        if digest in published:
            yield Checked("shipped files that entries name")
        elif digest in own.values():
            yield Checked("files that entries name and the store keeps")
        elif path in own and path not in met:
            what = f"is not the file that events name, with SHA-256 {digest}: somebody replaced it"
            yield Finding(f"{path} in the store", f"{what}; find the file with this digest")
        elif path in at_hand and path not in met:
            what = f"is not the file that events name, with SHA-256 {digest}: somebody edited it"
            yield Finding(path, f"{what}; restore the file that was shipped")
        else:
            yield Unchecked(
                f"{path} with SHA-256 {digest}: events name it, and it is not shipped with the "
                "package; compare your own copy with this digest"
            )


def kept_files(kept: Iterable[tuple[str, bytes]]) -> Iterator[Step]:
    """Report the calendars that a store keeps: no entry says who put them there.

    Anyone who can write to the database can add one, without any key, and new due dates follow it.
    So whether entries name it says nothing about its days.
    """
    at_hand = _with_digests(shipped())
    for path, digest in sorted(_with_digests(kept).items()):
        if path in at_hand and at_hand[path] != digest:
            what = "is not the file of this version that the package ships"
            yield Finding(f"{path} in the store", f"{what}: somebody put it there; remove it")
        elif digest not in at_hand.values():
            yield Unchecked(
                f"{path} with SHA-256 {digest}: the store keeps it, and no entry says who put it "
                "there; compare your own copy with this digest"
            )


def _with_digests(named: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in named}


def _files_below(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _files_below(one, f"{name}/{one.name}")
        else:
            yield f"{name}/{one.name}", one
