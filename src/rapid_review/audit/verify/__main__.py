"""The program: `python -m verify BUNDLE --key VKEY [--policy FILE] [--held FILE ...] [--json]`.

The exit code is 0 if everything that can be checked is right, 4 if anything is not (each finding
names the event or the file), and 2 if it could not be tried: a key or a policy that is none, a
file that is not there, or a bundle that is neither a folder nor an archive; 1 if the report could
not be written. An archive or a trusted checkpoint that is damaged is not right: 4. A reader that
has read enough, as `head` has, changes none of them.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from .encoding import UnreadableError
from .files import open_bundle
from .report import plain
from .steps import verify
from .trust import key_texts, read_trust

VERIFIED: Final = 0
UNWRITTEN: Final = 1
UNREADABLE: Final = 2
NOT_INTACT: Final = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the bundle that the command line names; return the exit code."""
    options = _options().parse_args(arguments)
    try:
        trust = read_trust(key_texts(options.key), options.policy, options.held)
        report = verify(open_bundle(options.bundle), trust)
    except UnreadableError as error:
        return _ended(UNREADABLE, plain(str(error)), sys.stderr)
    except OSError as error:
        return _ended(UNREADABLE, plain(f"{error.filename}: {error.strerror}"), sys.stderr)
    text = report.as_json() if options.json else report.as_text()
    return _ended(NOT_INTACT if report.findings else VERIFIED, text, sys.stdout)


def _ended(code: int, words: str, stream: TextIO) -> int:
    """Print the last words; return the exit code."""
    try:
        print(words, file=stream, flush=True)
    except OSError as error:
        # Python would try to write the rest again when it ends, and fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            print(f"the report cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201 - the same
            return UNWRITTEN
    return code


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify", description="Verify a bundle of a rapid review record offline."
    )
    parser.add_argument("bundle", help="the folder or the archive", type=Path)
    add = parser.add_argument
    add(
        "--key",
        action="append",
        default=[],
        metavar="VKEY|FILE",
        help="a log's public key, or a file that holds it",
    )
    add("--policy", type=Path, metavar="FILE", help="logs, witnesses and quorum (tlog-policy)")
    add(
        "--held",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="an older checkpoint",
    )
    add("--json", action="store_true", help="print the report as JSON")
    return parser


if __name__ == "__main__":  # pragma: no cover - it is run in a process of its own
    sys.exit(main())
