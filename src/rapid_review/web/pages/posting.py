"""Reading what a browser sends, within limits; of a document only its digest is kept.

A document is hashed piece by piece as it arrives: it is never in memory as a whole, nor on the
disk. A sheet of cases is read as a whole, by the page that asks for one, and is in memory only
while that page is made.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from rapid_review.domain.errors import InvalidInputError
from rapid_review.tables.limits import MOST_BYTES
from rapid_review.web.pages.forms.filled import Filled

MOST_FIELDS: Final = 2_000
"""The most fields of one form: one of fifty seats has a few hundred."""
LONGEST_TEXTS: Final = 2 * 1024 * 1024
"""The most bytes of all texts of a form."""
LARGEST_FILE: Final = 512 * 1024 * 1024
"""The most bytes of one request, files included."""
DIGEST: Final = ".file"
"""The end of the name of a field in which a file is chosen; its digest goes under `.sha256`."""
SHEET: Final = "sheet"
"""The field of a sheet of cases, in base64, in which later pages send it again."""
SHEET_NAME: Final = "sheet-name"
"""The field of the name of the sheet's file."""
_CARRIED: Final = (MOST_BYTES + 2) // 3 * 4  # bytes of a sheet in base64


@dataclass(frozen=True)
class Limits:
    """How much a page reads.

    Attributes:
        texts: the most bytes of all texts of a form.
        whole: the most bytes of one request.
        sheet: the most bytes of a sheet; 0 if the page asks for none.
        way_on: what to do if more is sent.
    """

    texts: int
    whole: int
    sheet: int
    way_on: str


FORM: Final = Limits(
    LONGEST_TEXTS, LARGEST_FILE, 0, "Choose a smaller document, or leave the file out."
)
"""The limits of every page except the one that asks for a sheet."""
WITH_A_SHEET: Final = Limits(
    LONGEST_TEXTS + _CARRIED,
    LONGEST_TEXTS + _CARRIED,
    MOST_BYTES,
    f"The limit for a sheet is {MOST_BYTES // 1024**2} MB. Remove pictures and other sheets, or "
    "import it in parts.",
)
"""The limits of the page that asks for a sheet: the largest sheet, and its texts."""
SIGNING_IN: Final = Limits(16 * 1024, 16 * 1024, 0, "")
"""The limits of the page that asks for a name and a password."""
NOT_SIGNED_IN: Final = Limits(LONGEST_TEXTS, 32 * 1024 * 1024, 0, "")
"""The limits of a form from somebody whose session has ended: anybody may send one."""


class TooLargeError(Exception):
    """What was sent is larger than the page accepts."""


class NotReadError(InvalidInputError):
    """What was sent is not a form."""


async def read_form(request: Request, limits: Limits = FORM) -> Filled:
    """Return the form that a request sends, within the limits of its page.

    Raises:
        TooLargeError: the request is larger than the limits.
        NotReadError: the request sends no form, or ended before the end of one.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        if kind == b"application/x-www-form-urlencoded":
            return await _read_urlencoded(request, limits)
        if kind == b"multipart/form-data" and options.get(b"boundary"):
            return await _read_multipart(request, options[b"boundary"], limits)
    except ClientDisconnect as error:
        raise NotReadError("the form is incomplete; send it again") from error
    raise NotReadError(
        "the request does not contain a form; open the page again, and send the form from there"
    )


async def _read_urlencoded(request: Request, limits: Limits) -> Filled:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limits.texts:
            raise TooLargeError(limits.way_on)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:  # too many fields, or not UTF-8
        raise NotReadError(
            "the form cannot be read; open the page again, and send the form from there"
        ) from error
    return _as_form(pairs)


async def _read_multipart(request: Request, boundary: bytes, limits: Limits) -> Filled:
    parts = _Parts(limits)
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.begin,
                "on_header_field": parts.header_name,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_part_data": parts.data,
                "on_part_end": parts.end,
            },
            max_size=limits.whole,
        )
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > limits.whole:
                raise TooLargeError(limits.way_on)
            parser.write(piece)
        parser.finalize()
        return _as_form(parts.found)
    except (FormParserError, UnicodeDecodeError) as error:
        raise NotReadError(
            "the form cannot be read; open the page again, and send the form from there"
        ) from error


class _Parts:
    """The parts of a form as they stream in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.found: list[tuple[str, str]] = []
        self._texts = 0
        self._name = self._header = self._value = b""
        self._file: str | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self._text = bytearray()

    def begin(self) -> None:
        self._name, self._file = b"", None
        self._digest, self._size, self._text = hashlib.sha256(), 0, bytearray()
        if len(self.found) >= MOST_FIELDS:
            raise TooLargeError(self._limits.way_on)

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"")
            self._file = options[b"filename"].decode() if b"filename" in options else None
        self._header = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            self._text += data[start:end]
            self._texts += end - start
            is_too_large = self._texts > self._limits.texts
        elif self._is_sheet:
            self._text += data[start:end]
            is_too_large = len(self._text) > self._limits.sheet
        else:
            self._digest.update(data[start:end])
            self._size += end - start
            is_too_large = False
        if is_too_large:
            raise TooLargeError(self._limits.way_on)

    @property
    def _is_sheet(self) -> bool:
        return bool(self._limits.sheet) and self._name == SHEET.encode()

    def end(self) -> None:
        name = self._name.decode()
        if self._file is None:
            self.found.append((name, self._text.decode()))
        elif self._file and self._is_sheet:
            self.found += [(SHEET, b64encode(self._text).decode()), (SHEET_NAME, self._file)]
        elif self._file and self._size and name.endswith(DIGEST):
            digest = f"sha256:{self._digest.hexdigest()}"
            self.found.append((f"{name.removesuffix(DIGEST)}.sha256", digest))


def _as_form(pairs: list[tuple[str, str]]) -> Filled:
    """Return what was sent; the digest of a file that was chosen now replaces an earlier one."""
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        value = text.replace("\r\n", "\n")
        if name.endswith(".sha256") and (not value or name in texts):
            if value:
                texts[name] = [value]
            continue
        texts.setdefault(name, []).append(value)
    return Filled(texts)
