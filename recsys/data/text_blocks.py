"""Foreign text as blocks of complete lines in UTF-8 with LF line ends: needs memory for one block, not for the file."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from recsys.data.limits import LONGEST_LINE
from recsys.errors import DataError

BLOCK_BYTES = 2**20
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def encoding_of(name: str, data: bytes) -> str:
    """Detect the encoding: by the byte order mark, else UTF-8, else Windows-1252, else latin-1, which decodes any byte.

    Raises DataError for text that does not decode as its byte order mark demands.
    """
    encoding_by_mark = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)
    if encoding_by_mark and not _is_text(data, encoding_by_mark):
        raise DataError(f"{name} is not valid {encoding_by_mark} text. Save it as UTF-8.")
    return encoding_by_mark or next(
        (encoding for encoding in ("utf-8", "cp1252") if _is_text(data, encoding)), "latin-1"
    )


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        for _ in _decoded(data, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def text_blocks(name: str, data: bytes, encoding: str) -> Iterator[bytes]:
    """The text, block by block. Raises DataError for NUL characters and for a line over `LONGEST_LINE`."""
    remainder = b""
    for text in _decoded(data, encoding):
        block = remainder + text.encode("utf-8", "surrogatepass")
        if b"\0" in block:
            raise DataError(f"{name} contains NUL characters, so it is not a text table. Save it as UTF-8 text.")
        end = block.rfind(b"\n") + 1
        if end:
            yield block[:end]
        remainder = block[end:]
        if len(remainder) > LONGEST_LINE:
            raise DataError(
                f"{name} has a line of more than {LONGEST_LINE:,} bytes. End each row, or shorten its fields."
            )
    if remainder:
        yield remainder + b"\n"


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    """The text in pieces, with LF line ends."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    for start in range(0, len(data), BLOCK_BYTES):
        end = start + BLOCK_BYTES
        yield decoder.decode(data[start:end], final=end >= len(data))
