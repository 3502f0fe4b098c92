"""A terms file to start from: every key with what it holds, and the values of other terms."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, cast

from pydantic import BaseModel

from rapid_review.domain.terms.mistakes import WORKED_OUT
from rapid_review.domain.terms.terms import Terms
from rapid_review.terms.keys import FILL_IN, WORDS, Key

_ID: Final = f'"{FILL_IN}"'
_NO_WORDS: Final = Key("see the reference of the terms file")

_HEAD: Final = """\
# Terms of a partnership, to start from: made from {like}.
#
# Fill in your own where a line says {mark}, and keep of the rest only what your own document says:
# whatever it does not say is left out. A line that begins with `# ` and a key may be put to use by
# taking the `# ` away. Then: rapid-review terms check FILE
"""


def template_of(like: Terms) -> str:
    """Return the text of a terms file with every key explained, and the values of other terms.

    Its `id` is none until it is filled in; then it is a good file.
    """
    head = _HEAD.format(like=like.id, mark=FILL_IN)
    return "\n".join([head, *_keys_of(like), *_tables_of(like)]).rstrip() + "\n"


def _keys_of(like: Terms) -> Iterator[str]:
    """Yield the keys that are before the first table."""
    for key in Terms.model_fields:
        if key not in WORKED_OUT and not _is_a_table(key):
            yield from _line("", key, like)
            yield ""


def _is_a_table(key: str) -> bool:
    return any(name.startswith(f"{key}.") for name in WORDS)


def _tables_of(like: Terms) -> Iterator[str]:
    for key in Terms.model_fields:
        if key not in WORKED_OUT and _is_a_table(key):
            value = getattr(like, key)
            rows = cast("tuple[BaseModel, ...]", value) if isinstance(value, tuple) else (value,)
            yield f"# --- {key}: {WORDS[key].says}\n"
            if not any(rows):
                yield from _unused(key, is_a_list=isinstance(value, tuple))
            for place, row in enumerate(row for row in rows if row is not None):
                form = "[[{}]]" if isinstance(value, tuple) else "[{}]"
                yield from _table(key, form, row, told=place == 0)


def _table(name: str, form: str, row: BaseModel, *, told: bool) -> Iterator[str]:
    """Yield a table with its keys, explained where it is the first of its list."""
    yield form.format(name)
    inner = list[str]()
    for key in type(row).model_fields:
        if _is_a_table(f"{name}.{key}"):
            inner.append(key)
        elif told or key in row.model_fields_set:
            yield from _line(f"{name}.", key, row, told=told)
    yield ""
    for key in inner:
        if told:
            yield f"# --- {name}.{key}: {WORDS[f'{name}.{key}'].says}\n"
        for place, part in enumerate(cast("tuple[BaseModel, ...]", getattr(row, key))):
            yield from _table(f"{name}.{key}", "[[{}]]", part, told=place == 0)


def _line(prefix: str, key: str, row: BaseModel, *, told: bool = True) -> Iterator[str]:
    """Yield what a key holds and its value; an example, as a comment, where it has none."""
    words, value = WORDS.get(f"{prefix}{key}", _NO_WORDS), getattr(row, key)
    if told:
        yield f"# {words.says}"
    if key not in row.model_fields_set or value is None:
        yield f"# {key} = {words.example or _toml(value)}"
    elif (prefix, key) == ("", "id"):
        yield f"{key} = {_ID}"
    else:
        yield f"{key} = {_toml(value)}{f'  # {FILL_IN}' if words.is_own else ''}"


def _unused(name: str, *, is_a_list: bool) -> Iterator[str]:
    """Yield a table of which the terms have none, as a comment."""
    yield f"# [[{name}]]" if is_a_list else f"# [{name}]"
    for key, words in WORDS.items():
        if key.startswith(f"{name}."):
            yield f"# {key.removeprefix(f'{name}.')} = {words.example}  # {words.says}"
    yield ""


def _toml(value: object) -> str:
    """Return a value as TOML has it."""
    match value:
        case BaseModel():
            return _toml({key: getattr(value, key) for key in sorted(value.model_fields_set)})
        case Mapping():
            parts = cast("Mapping[str, object]", value).items()
            return f"{{ {', '.join(f'{key} = {_toml(part)}' for key, part in parts)} }}"
        case tuple() | list():
            return f"[{', '.join(map(_toml, cast('tuple[object, ...]', value)))}]"
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False)
