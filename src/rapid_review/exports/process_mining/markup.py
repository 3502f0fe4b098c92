"""XML, as text for other tools: elements with attributes, and nothing that XML does not allow."""

import re
from collections.abc import Mapping
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


def document(root: ET.Element) -> bytes:
    """Return a whole document in UTF-8, indented."""
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
