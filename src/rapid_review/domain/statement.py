"""A statement: the one shape of all that is said, whose texts are public or sealed.

Public fields hold what clocks and statistics need: dates, stages, codes of roles and agencies,
outcomes, opaque references. Sealed fields hold words and names. Text that carries no mark is
sealed, and a test holds that every text field of every event carries one. Sealing itself is the
codec's work; no rule, fold or view reads a sealed field.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel, ConfigDict, ValidationError

from rapid_review.domain.redaction import redacted
from rapid_review.domain.sealed_words import Scope

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The field may only be opened by a permitted reader.

    Attributes:
        scope: whose key seals it: "case"; "person" for the person whom `reference` names beside
            it; or "statistics" for what figures alone may use of that person.
    """

    scope: Scope = "case"


@dataclass(frozen=True, slots=True)
class Public:
    """The field holds no words and no names; clocks, figures and errors may use it."""


PUBLIC: Final = Public()


class Statement(BaseModel):
    """A statement with a fixed shape: frozen, strict, nothing extra.

    `defer_build` keeps the import of the package short: a model is built when first used.
    Its errors repeat nothing that was typed into a sealed field, nor a whole object, an unknown
    key or an unknown kind: neither as text, nor in `errors()` and `json()`, which web frameworks
    give back to the person who asked. See `without_words`.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )

    is_published: ClassVar[bool] = False
    """Whether the statement is a file that anyone may read, with nothing sealed in it."""

    # Hidden from type checkers, so that they see pydantic's own signatures.
    if not TYPE_CHECKING:  # pragma: no branch - always true at run time

        def __init__(self, /, **data: Any) -> None:  # noqa: ANN401 - not validated yet
            """Make a statement from its fields."""
            # Not by `_redact_errors_of`: a decision makes many statements, and one call more in
            # each would slow it down.
            try:
                super().__init__(**data)
            except ValidationError as error:
                redacted_error = without_words(error, type(self))
            else:
                return
            raise redacted_error

        # Otherwise pydantic would call `__init__` for each part of a statement it reads from JSON.
        __init__.__pydantic_base_init__ = True

        @classmethod
        def model_validate(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401 - as above
            """Return the statement that an object makes."""
            return _redact_errors_of(cls, "python", super().model_validate, obj, **options)

        @classmethod
        def model_validate_json(cls, json_data: str | bytes, **options: Any) -> Self:  # noqa: ANN401
            """Return the statement that a text of JSON makes."""
            return _redact_errors_of(
                cls, "json", super().model_validate_json, json_data, **options
            )

        @classmethod
        def model_validate_strings(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401 - as above
            """Return the statement that an object of texts makes."""
            return _redact_errors_of(cls, "python", super().model_validate_strings, obj, **options)

        def model_copy(
            self, *, update: Mapping[str, Any] | None = None, deep: bool = False
        ) -> Self:
            """Return a copy, in which the values of `update` are validated as in a new statement.

            Pydantic would not validate them, and the record could not be read with them in it.
            `copy.replace` comes here too. The library itself uses `with_other`, which is faster.
            """
            copied, model = super().model_copy(deep=deep), type(self)
            if not update:
                return copied
            kept = {name: getattr(copied, name) for name in model.model_fields}
            return model.model_validate(kept | dict(update))

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse the change: a statement is frozen."""
            _redact_errors_of(type(self), "python", super().__setattr__, name, value)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Leave sealed fields out of every `repr`, and so out of every log and traceback."""
        sealed = sealed_fields(type(self))
        for name, value in super().__repr_args__():
            yield name, "(sealed)" if name in sealed and value is not None else value


def with_other(statement: M, changed: dict[str, object]) -> M:
    """Return a statement with other values in some fields, which are not validated.

    Args:
        statement: the statement.
        changed: the values; the caller makes sure that each is valid.
    """
    # `model_copy` validates, which takes too long here: a bulk import seals every entry.
    new = object.__new__(type(statement))
    put = object.__setattr__
    put(new, "__dict__", statement.__dict__ | changed)
    put(new, "__pydantic_fields_set__", statement.__pydantic_fields_set__)
    put(new, "__pydantic_extra__", None)
    put(new, "__pydantic_private__", None)
    return new


def without_words(
    error: ValidationError,
    model: type[BaseModel],
    input_type: Literal["python", "json"] = "python",
) -> ValidationError:
    """Return pydantic's error with only the input of public fields in it.

    A statement's own constructor and `model_validate...` raise such errors. Anyone who validates
    statements inside a model or a `TypeAdapter` of their own must call this before passing an
    error on.

    Args:
        error: pydantic's error.
        model: the model that it validated.
        input_type: the form of the input.
    """
    return redacted(error, model, _is_sealed, input_type)


def _redact_errors_of(
    model: type[BaseModel],
    input_type: Literal["python", "json"],
    validate: Callable[..., Any],
    /,
    *given: object,
    **named: object,
) -> Any:  # noqa: ANN401 - what pydantic returns
    """Call one of pydantic's methods, and redact the error that it may raise."""
    try:
        return validate(*given, **named)
    except ValidationError as error:
        redacted_error = without_words(error, model, input_type)
    raise redacted_error  # outside `except`, so that pydantic's error is not attached as context


@cache
def sealed_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the text fields of `model` that are sealed: marked so, or not marked."""
    return frozenset(
        name
        for name, hint in get_type_hints(model, include_extras=True).items()
        if name in model.model_fields and _is_sealed(hint)
    )


def holds_words(statement: BaseModel) -> bool:
    """Say whether a sealed field of a statement, or of a part of it, holds words in plain text.

    >>> from rapid_review.domain.vocabulary import AgeBand, Child
    >>> holds_words(Child(reference="C-1", age_band=AgeBand.UNDER_1))
    False
    >>> holds_words(Child(reference="C-1", age_band=AgeBand.UNDER_1, identity="a name"))
    True
    """
    sealed = sealed_fields(type(statement))
    for name, value in dict(statement).items():
        if name in sealed and value and isinstance(value, str):
            return True
        parts = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        if any(isinstance(part, BaseModel) and holds_words(part) for part in parts):
            return True
    return False


def _is_sealed(hint: object) -> bool:
    """Say whether a type holds text that is not marked public."""
    marks = getattr(hint, "__metadata__", ())
    if marks:
        if any(isinstance(mark, Public) for mark in marks):
            return False
        if any(isinstance(mark, Sealed) for mark in marks):
            return True
        return _is_sealed(get_args(hint)[0])
    parts = () if get_origin(hint) is Literal else get_args(hint)
    return hint is str or any(_is_sealed(part) for part in parts)
