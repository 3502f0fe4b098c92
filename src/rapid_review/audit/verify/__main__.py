"""The program: `python -m verify BUNDLE --key VKEY [--policy FILE] [--held FILE ...] [--json]`.

The exit code is

- 0 if everything that can be checked is right;
- 1 if the report could not be written;
- 2 if nothing could be verified: a key or a policy is malformed, a file is not there, or the
  bundle is neither a folder nor an archive;
- 4 if anything is wrong: each finding names the event or the file. A damaged archive or trusted
  checkpoint is a finding.

A reader that closes the pipe early, as `head` does, does not change the exit code.
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
        return _print(UNREADABLE, plain(str(error)), sys.stderr)
    except OSError as error:
        return _print(UNREADABLE, plain(f"{error.filename}: {error.strerror}"), sys.stderr)
    text = report.as_json() if options.json else report.as_text()
    return _print(NOT_INTACT if report.findings else VERIFIED, text, sys.stdout)


def _print(code: int, text: str, stream: TextIO) -> int:
    """Print the report or the error; return the exit code, another if that is impossible."""
    try:
        print(text, file=stream, flush=True)
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
