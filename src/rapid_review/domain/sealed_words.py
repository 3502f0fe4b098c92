"""Words as they are in a sealed record, and what a reader may get in their place.

A sealed entry holds no words: it holds a token in the place of each. Two tokens under one key are
the same if, and only if, the words were the same. So a repetition can be recognised, and nobody
without the key learns more. The words themselves are read through `RapidReviews.read` alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, SerializationInfo
from pydantic_core import core_schema

TOKEN: Final = "~"  # noqa: S105 - a key of JSON
"""The key of a stored body under which is the token of sealed words."""
SECTION: Final = "k"
"""The key of a stored body under which is the number of the section that holds the words."""


class SealedWords:
    """Words in the record that can be compared but not read.

    Args:
        token: equal for equal words of one field, under one key.
        section: which section of the stored entry holds them.
    """

    __slots__ = ("section", "token")

    def __init__(self, token: str, section: int) -> None:
        self.token = token
        self.section = section

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealedWords) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __repr__(self) -> str:
        return "(sealed)"

    def __reduce__(self) -> tuple[object, ...]:
        return SealedWords, (self.token, self.section)


class WordsToSeal(SealedWords):
    """Words on their way into the record; a pickle or a copy of them holds no words.

    Args:
        token: as for `SealedWords`.
        scope: whose key seals them.
        text: the words; None once they are sealed, and only the token is left.
        key: the id of the key that made the token.
    """

    __slots__ = ("key", "scope", "text")

    def __init__(self, token: str, scope: str, text: str | None, key: bytes) -> None:
        self.token = token
        self.section = 0  # until it is written; no call of `super`, which slows a bulk import
        self.scope = scope
        self.text = text
        self.key = key


class NotReadable(Enum):
    """What a reader gets in place of words.

    Attributes:
        WITHHELD: the words are there, and this reader may not read them, or has no key.
        ERASED: their key was destroyed; nobody can read them any more.
    """

    WITHHELD = "withheld"
    ERASED = "erased"

    def __repr__(self) -> str:
        return f"({self.value})"

    __str__ = __repr__


WITHHELD: Final = NotReadable.WITHHELD
ERASED: Final = NotReadable.ERASED

Write = Callable[[SealedWords | str], object]
"""Returns what a stored body holds: the words, or their token and the number of their section."""


@dataclass(frozen=True, slots=True)
class Text:
    """The form of a text that may be sealed: words on the way in, sealed words in the record.

    Attributes:
        pattern: what they must match.
        max_length: how many characters they may have.
    """

    pattern: str
    max_length: int

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Return the schema of the text; it accepts sealed words too, as objects or as stored."""
        # Pydantic's own union and its own dataclass: a replay reads many of both, and a function
        # in Python would slow it down. Sealed words come first, since most records are sealed,
        # and an arm that does not fit costs more than one that does.
        words = core_schema.str_schema(pattern=self.pattern, max_length=self.max_length)
        return core_schema.union_schema(
            [(_STORED_FORM, SEALED_ARM), (words, WORDS_ARM)],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(
                _serialize, info_arg=True, when_used="unless-none", return_schema=None
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema of the words alone: only the record has them sealed."""
        arms = cast("core_schema.UnionSchema", schema)["choices"]
        words, _ = cast("tuple[core_schema.CoreSchema, str]", arms[1])
        return handler(words)


WORDS_ARM: Final = "(words)"
SEALED_ARM: Final = "(sealed words)"
"""The names of the two forms in pydantic's errors; `redaction` leaves them out."""

_STORED_FORM: Final = core_schema.dataclass_schema(
    SealedWords,
    core_schema.dataclass_args_schema(
        "SealedWords",
        [
            core_schema.dataclass_field(
                "token", core_schema.str_schema(strict=True), validation_alias=TOKEN
            ),
            core_schema.dataclass_field(
                "section", core_schema.int_schema(strict=True), validation_alias=SECTION
            ),
        ],
    ),
    ["token", "section"],
    slots=True,
)


def _serialize(value: str | SealedWords, info: SerializationInfo) -> object:
    write: Write | None = info.context  # an annotation costs nothing, and `cast` is a call
    if write is not None:
        return write(value)
    if type(value) is not str and isinstance(value, SealedWords):
        return {TOKEN: value.token, SECTION: value.section}
    return value


Scope = Literal["case", "person", "statistics"]
"""Whose key seals a text: the case's, a person's, or a person's for statistics alone."""
