"""The forms of short texts: as patterns, which check them, and in words, for messages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODE: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
REFERENCE: Final = r"^[A-Za-z0-9][A-Za-z0-9._:/+-]*$"
DIGEST: Final = r"^sha256:[0-9a-f]{64}$"
PURPOSE: Final = r"^[A-Za-z][A-Za-z0-9 -]*$"
SOMETHING: Final = r"\S"
IN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CODE: "Use small letters and digits, with single hyphens between words, as in gp-practice",
        REFERENCE: "Use letters, digits and . _ : / + -, without spaces, and begin with a letter "
        "or a digit",
        DIGEST: "Give sha256: and then 64 digits, of 0 to 9 and a to f",
        PURPOSE: "Use the letters a to z, digits, spaces and hyphens, and begin with a letter",
        SOMETHING: "Write something, or leave it out",
    }
)
"""What a message says in place of a pattern, which few people can read."""
