"""A terms file to start from: every key with an explanation, and the values of other terms."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, cast

from pydantic import BaseModel

from rapid_review.domain.terms.mistakes import WORKED_OUT
from rapid_review.domain.terms.terms import Terms
from rapid_review.terms.keys import EVERY_KEY, FILL_IN, Key

_ID: Final = f'"{FILL_IN}"'
_NOT_EXPLAINED: Final = Key("see the reference of the terms file")

_HEAD: Final = """\
# Terms of a partnership, to start from: made from {like}.
#
# Fill in your own where a line says {mark}, and keep of the rest only what your own document says:
# whatever it does not say is left out. A line that begins with `# ` and a key may be put to use by
# taking the `# ` away. Then: rapid-review terms check FILE
"""


def template_of(like: Terms, *, rule_set: str | None = None) -> str:
    """Return the text of a terms file with every key explained, and the values of other terms.

    The file is valid as soon as its `id` is filled in.

    Args:
        like: the terms from which the values are taken.
        rule_set: the path by which the file names its rule set; None if that ships.
    """
    head = _HEAD.format(like=like.id, mark=FILL_IN)
    return "\n".join([head, *_keys_of(like, rule_set), *_tables_of(like)]).rstrip() + "\n"


def _keys_of(like: Terms, rule_set: str | None) -> Iterator[str]:
    """Yield the keys that are before the first table."""
    for key in Terms.model_fields:
        if key not in WORKED_OUT and not _is_a_table(key):
            line, by_path = _line("", key, like), key == "rule_set" and rule_set
            yield from (next(line), f"{key} = {_toml(by_path)}") if by_path else line
            yield ""


def _is_a_table(key: str) -> bool:
    return any(name.startswith(f"{key}.") for name in EVERY_KEY)


def _tables_of(like: Terms) -> Iterator[str]:
    for key in Terms.model_fields:
        if key not in WORKED_OUT and _is_a_table(key):
            value = getattr(like, key)
            rows = cast("tuple[BaseModel, ...]", value) if isinstance(value, tuple) else (value,)
            yield f"# --- {key}: {EVERY_KEY[key].says}\n"
            if not any(rows):
                yield from _commented_table(key, is_a_list=isinstance(value, tuple))
            for place, row in enumerate(row for row in rows if row is not None):
                form = "[[{}]]" if isinstance(value, tuple) else "[{}]"
                yield from _table(key, form, row, explained=place == 0)


def _table(name: str, form: str, row: BaseModel, *, explained: bool) -> Iterator[str]:
    """Yield a table with its keys, explained if it is the first of its list."""
    yield form.format(name)
    inner = list[str]()
    for key in type(row).model_fields:
        if _is_a_table(f"{name}.{key}"):
            inner.append(key)
        elif explained or key in row.model_fields_set:
            yield from _line(f"{name}.", key, row, explained=explained)
    yield ""
    for key in inner:
        if explained:
            yield f"# --- {name}.{key}: {EVERY_KEY[f'{name}.{key}'].says}\n"
        for place, part in enumerate(cast("tuple[BaseModel, ...]", getattr(row, key))):
            yield from _table(f"{name}.{key}", "[[{}]]", part, explained=place == 0)


def _line(prefix: str, key: str, row: BaseModel, *, explained: bool = True) -> Iterator[str]:
    """Yield a key's explanation and its value; an example, as a comment, if it has no value."""
    about, value = EVERY_KEY.get(f"{prefix}{key}", _NOT_EXPLAINED), getattr(row, key)
    if explained:
        yield f"# {about.says}"
    if key not in row.model_fields_set or value is None:
        yield f"# {key} = {about.example or _toml(value)}"
    elif (prefix, key) == ("", "id"):
        yield f"{key} = {_ID}"
    else:
        yield f"{key} = {_toml(value)}{f'  # {FILL_IN}' if about.is_own else ''}"


def _commented_table(name: str, *, is_a_list: bool) -> Iterator[str]:
    """Yield a table that the terms do not have, as a comment."""
    yield f"# [[{name}]]" if is_a_list else f"# [{name}]"
    for key, about in EVERY_KEY.items():
        if key.startswith(f"{name}."):
            yield f"# {key.removeprefix(f'{name}.')} = {about.example}  # {about.says}"
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
