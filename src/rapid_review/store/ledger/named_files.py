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
    references: Collection[Reference], kept: Iterable[tuple[str, bytes]] = ()
) -> Iterator[Step]:
    """Compare the shipped files, and those that a store keeps, with the digests in entries.

    A file that is neither shipped nor kept is reported as unchecked.
    """
    own = {hashlib.sha256(data).hexdigest() for _, data in kept}
    at_hand = {name: hashlib.sha256(data).hexdigest() for name, data in shipped()}
    published = set(at_hand.values())  # among them superseded files, which have names of their own
    met = {path for path, digest in references if digest in published}
    for path, digest in sorted(references):
        if digest in published:
            yield Checked("shipped files that entries name")
        elif digest in own:
            yield Checked("files that entries name and the store keeps")
        elif path in at_hand and path not in met:
            what = f"is not the file that events name, with SHA-256 {digest}: somebody edited it"
            yield Finding(path, f"{what}; restore the file that was shipped")
        else:
            yield Unchecked(
                f"{path} with SHA-256 {digest}: events name it, and it is not shipped with the "
                "package; compare your own copy with this digest"
            )


def _files_below(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _files_below(one, f"{name}/{one.name}")
        else:
            yield f"{name}/{one.name}", one
