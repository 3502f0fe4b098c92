"""Facts about published calendar files that were learnt after their publication.

A published file never changes, and is known by the SHA-256 of its bytes. Newer files state the
same fact themselves, with the key `one_source_before`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

ONE_SOURCE_BEFORE: Final[Mapping[str, date]] = {
    # england-and-wales 2026-11-26
    "sha256:3f7229f961c2f1a6b5ec0c83411100e8f4fa8e853c56025b053e0de77cf08ab9": date(2018, 1, 1),
    # northern-ireland 2026-11-26
    "sha256:91567df16ebbed3e9ef7bddb24227fb0dc5925cf6be398e7e521ff8840ec4405": date(2018, 1, 1),
    # scotland 2026-11-26
    "sha256:cc7ceb2b2d369eb6a69345d69dbf4635e7a5467a7daeb8dede76d09fb6ead10c": date(2018, 1, 1),
}
"""By the digest of a file: the days before this one rest on the library `holidays` alone, as the
file's `source` says; from this one on they were checked with the list of GOV.UK."""
