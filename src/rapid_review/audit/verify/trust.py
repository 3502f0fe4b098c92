"""What the auditor brings, and takes from no bundle: keys, a policy, checkpoints kept earlier."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .files import read_file
from .forms import MalformedError, UnreadableError, because
from .notes import ED25519, Key, read_key
from .policy import Policy, read_policy
from .statements import Checkpoint, is_like_a_checkpoint, open_statement, read_checkpoint

_MOST: Final = 1 << 20
"""How many bytes a policy may have, or a checkpoint that was kept."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the auditor brings, and takes from no bundle.

    Attributes:
        logs: the public keys of logs.
        policy: which witnesses must have signed; None if that is not asked.
        held: checkpoints kept earlier, each with the name by which it is told.
        damaged: files that should hold one and do not, or not one of these logs; and why.
    """

    logs: tuple[Key, ...]
    policy: Policy | None = None
    held: tuple[tuple[str, Checkpoint], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()

    def of(self, origin: str) -> list[Key]:
        """Return the keys of the log of that origin."""
        return [key for key in self.logs if key.name == origin]


def read_trust(
    keys: Iterable[str], policy: Path | None = None, held: Iterable[Path] = ()
) -> Trust:
    """Return what the auditor brings.

    Args:
        keys: public keys of logs, as text.
        policy: a file with logs, witnesses and quorum.
        held: files with checkpoints that were kept earlier.

    Raises:
        UnreadableError: a key or the policy is none, no key of a log is given, or a file cannot
            be read, or never was a checkpoint. A held checkpoint that is damaged, or not signed
            by one of the keys, is a finding.
    """
    where = "--key"
    try:
        logs = [read_key(text) for text in keys]
        where = f"--policy {policy}"
        rules = read_policy(read_file(policy, _MOST)) if policy else None
        logs += rules.logs if rules else ()
        if not logs or any(key.kind != ED25519 for key in logs):
            raise UnreadableError("give the public key of the log with --key, or in a policy")
        kept: list[tuple[str, Checkpoint]] = []
        damaged: list[tuple[str, str]] = []
        for path in held:
            where = f"--held {path}"
            data = read_file(path, _MOST)
            try:
                kept.append((where, open_statement(data, logs, read_checkpoint)))
            except MalformedError as error:
                if not is_like_a_checkpoint(data):
                    raise MalformedError("is no checkpoint") from error
                damaged.append((where, str(error)))
    except (MalformedError, OSError) as error:
        raise UnreadableError(f"{where}: {because(error)}") from None
    return Trust(tuple(dict.fromkeys(logs)), rules, tuple(kept), tuple(damaged))
