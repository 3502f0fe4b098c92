"""XML, as text for other tools: elements with attributes, and nothing that XML does not allow."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(
    name: str, attributes: Mapping[str, object] | None = None, *children: ET.Element
) -> ET.Element:
    """Return an element; characters that no XML may hold are left out of its attributes."""
    said = {key: _FORBIDDEN.sub("", str(value)) for key, value in (attributes or {}).items()}
    made = ET.Element(name, said)
    made.extend(children)
    return made


def with_text(made: ET.Element, text: str) -> ET.Element:
    """Return the element with a text in it."""
    made.text = _FORBIDDEN.sub("", text)
    return made


def document(root: ET.Element, more: Iterable[ET.Element] = ()) -> Iterator[bytes]:
    """Yield a whole document in UTF-8, indented.

    Args:
        root: its root, with what is in it first; something must, if more is to come.
        more: what is in it after that; one is in memory at a time.
    """
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    before, end, _ = written.rpartition(b"\n</") if len(root) else (written, b"", b"")
    yield before
    for one in more:
        ET.indent(one, level=1)
        yield b"\n  " + ET.tostring(one, encoding="utf-8", xml_declaration=False)
    yield (written[len(before) :] if end else b"") + b"\n"
