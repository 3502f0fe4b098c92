"""XML as text for other tools: elements with attributes, without characters that XML forbids."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(
    name: str, attributes: Mapping[str, object] | None = None, *children: ET.Element
) -> ET.Element:
    """Return an element; characters that XML forbids are left out of its attributes."""
    values = {key: _FORBIDDEN.sub("", str(value)) for key, value in (attributes or {}).items()}
    parent = ET.Element(name, values)
    parent.extend(children)
    return parent


def with_text(holder: ET.Element, text: str) -> ET.Element:
    """Put a text into an element, and return the element."""
    holder.text = _FORBIDDEN.sub("", text)
    return holder


def tag(name: str, attributes: Mapping[str, object]) -> str:
    """Return an element without children as `document` writes it, and much faster.

    >>> tag("string", {"key": "concept:name", "value": 'a "b" & c'})
    '<string key="concept:name" value="a &quot;b&quot; &amp; c" />'
    """
    pairs = "".join(f' {key}="{_quoted(str(value))}"' for key, value in attributes.items())
    return f"<{name}{pairs} />"


def _quoted(text: str) -> str:
    if _SPECIAL.search(text) is None:  # as in nearly every text
        return text
    return _FORBIDDEN.sub("", text).translate(_ESCAPES)


_SPECIAL: Final = re.compile("[^\x20-\x21\x23-\x25\x27-\x3b\x3d\x3f-\ud7ff]")
_ESCAPES: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\r": "&#13;",
        "\n": "&#10;",
        "\t": "&#09;",
    }
)


def document(root: ET.Element, more: Iterable[str] = ()) -> Iterator[bytes]:
    """Yield a whole document in UTF-8, indented.

    Args:
        root: its root, with its first children; at least one, if `more` is given.
        more: its later children, as indented text; only one of them is in memory at a time.
    """
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    before, end, _ = written.rpartition(b"\n</") if len(root) else (written, b"", b"")
    yield before
    for one in more:
        yield f"\n{one}".encode()
    yield (written[len(before) :] if end else b"") + b"\n"
