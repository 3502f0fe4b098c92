"""A whole log: every leaf, every tile and the root are made again."""

from collections.abc import Iterator

from .earlier_roots import EarlierRoot, roots_to_meet
from .forms import MalformedError
from .layout import TILE, tile_path
from .rows import Rows
from .signed_bundle import SignedBundle
from .tree import Frontier, leaf_hash, read_entries, tiles


def check_log(bundle: SignedBundle) -> None:
    """Make every leaf, every tile and the root again, and hold them to the bundle."""
    report, checkpoint = bundle.report, bundle.checkpoint
    report.subject = f"the whole log {checkpoint.origin}"
    walk = _Walk(bundle)
    for path, data in tiles(walk.leaves()):
        if walk.is_broken:
            return  # what comes after a lost entry stands in no known place
        walk.rows.expected.add(path)
        report.count("tiles")
        with report.looking_at(path):
            if bundle.files.read(path) != data:
                raise MalformedError("is not the tile that the entries make")
    if walk.is_broken:
        return
    if walk.edge.root() != checkpoint.root:
        report.find("checkpoint", "the events of this bundle do not lead to its root")
    report.count("histories", len(walk.rows.streams))
    bundle.find_others(walk.rows.expected)
    bundle.hold_attached(walk.rows.references)


class _Walk:
    """One walk through the entries of a log.

    Attributes:
        rows: what has been read of them.
        edge: the tree so far.
        is_broken: whether an entry bundle could not be read.
    """

    def __init__(self, bundle: SignedBundle) -> None:
        self.rows = Rows(bundle)
        self.edge = Frontier()
        self.is_broken = False
        self._bundle = bundle
        self._roots: dict[int, list[EarlierRoot]] = {}
        for root in roots_to_meet(bundle):
            self._roots.setdefault(root.size, []).append(root)

    def leaves(self) -> Iterator[bytes]:
        """Yield the leaf of every entry; each is checked on the way."""
        size = self._bundle.checkpoint.size
        self._meet_roots()
        for start in range(0, size, TILE):
            width = min(TILE, size - start)
            path = tile_path("entries", start // TILE, width)
            self.rows.expected.add(path)
            try:
                entries = read_entries(self._bundle.files.read(path), width)
            except MalformedError as error:
                self._bundle.report.find(path, str(error))
                self.is_broken = True
                return
            for entry in entries:
                self.rows.read(self.edge.size, entry)
                leaf = leaf_hash(entry)
                self.edge.append(leaf)
                self._meet_roots()
                yield leaf

    def _meet_roots(self) -> None:
        for where, size, root in self._roots.get(self.edge.size, ()):
            self._bundle.report.count("roots held or stated earlier")
            if self.edge.root() != root:
                self._bundle.report.find(where, f"the first {size} events do not lead to its root")
