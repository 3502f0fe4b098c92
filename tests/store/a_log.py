"""What holds of the log of every database: versions without a gap, positions that rise."""

from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, StoredEvent


def row(stream: UUID, version: int, state: bytes = b"{}") -> StoredEvent:
    """Return a row of no meaning."""
    return StoredEvent(stream, version, "CaseClosed", state)


class AnyLog:
    """Tests that are given a recorder of an empty log."""

    @pytest.mark.parametrize("versions", [(2,), (1, 3), (1, 2, 4)])
    def test_a_batch_with_a_version_missing_is_refused_whole(
        self, recorder: ApplicationRecorder, versions: tuple[int, ...]
    ) -> None:
        """A case's versions are 1, 2, 3 ...; the entries before the gap are not kept either."""
        stream = uuid4()
        with pytest.raises(IntegrityError, match="a version is missing before this one"):
            recorder.insert_events([row(stream, version) for version in versions])
        assert recorder.select_events(stream) == []

    def test_each_case_counts_its_own_versions(self, recorder: ApplicationRecorder) -> None:
        """One case's history says nothing of another's."""
        one, other = uuid4(), uuid4()
        recorder.insert_events([row(one, 1), row(other, 1), row(one, 2), row(other, 2)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(other, 4)])

    def test_positions_rise_after_a_batch_that_was_not_kept(
        self, recorder: ApplicationRecorder
    ) -> None:
        """A reader that has passed a position never finds a new entry behind it."""
        stream = uuid4()
        first = recorder.insert_events([row(stream, 1), row(stream, 2)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([row(stream, 3), row(stream, 5)])
        then = recorder.insert_events([row(stream, 3)])
        assert first and then  # noqa: PT018 - one thing: both gave positions
        assert max(first) < min(then)
