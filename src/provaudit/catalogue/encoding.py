"""From bytes to code points, without changing any code point.

A wrong guess spoils every accent of a work, so certain ways are tried first and every guess
leaves a note for the user.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from provaudit.catalogue.reader import damaged

_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# What a guess looks at: enough for letter statistics, small enough for a large file to be fast.
_SAMPLE = 65_536
# Bytes that no text in an 8-bit encoding holds: C0 controls other than tab, line ends, form feed,
# end of file (DOS) and escape (ISO-2022).
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_CONTROLS_LIMIT = 0.01
# In Western European text accented letters are the few; where they are not, it is another script.
_WESTERN_LIMIT = 0.3
# More replaced characters than this, and the file is not in that encoding at all.
_REPLACED_LIMIT = 0.02


@dataclass(frozen=True)
class Decoded:
    """A text and what was assumed to get it."""

    text: str
    """The code points of the file, without the byte order mark."""
    notes: tuple[str, ...] = ()
    """One sentence for each assumption."""


def decode(data: bytes) -> Decoded:
    """Return the code points of `data`, without its byte order mark.

    Raises
    ------
    NotReadError
        The bytes are no text (`SkipKind.DAMAGED`).
    """
    for attempt in (_marked, _utf16_unmarked, _utf8, _utf8_with_faults):
        decoded = attempt(data)
        if decoded is not None:
            return decoded
    _refuse_binary(data)
    return _guessed(data)


def _marked(data: bytes) -> Decoded | None:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strict_or_patched(data[len(mark) :], codec, name)
    return None


def _utf16_unmarked(data: bytes) -> Decoded | None:
    """Recognise UTF-16 by the zero bytes that Latin letters, spaces and line ends leave in it."""
    sample = data[:_SAMPLE]
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    few, many = sorted((high, low))
    if many < len(sample) / 2 * 0.05 or few * 20 > many:
        return None
    codec = "utf-16-be" if high > low else "utf-16-le"
    decoded = _strict_or_patched(data, codec, "UTF-16")
    return Decoded(decoded.text, ("read as UTF-16: check accents", *decoded.notes))


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _utf8_with_faults(data: bytes) -> Decoded | None:
    """Recognise UTF-8 with a few bad bytes, which cp1252 would spoil from end to end."""
    text = data.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    accents = sum(c > "\x7f" for c in text) - faults
    if b"\0" in data or faults * 10 > accents:
        return None
    return Decoded(text, (_replaced(faults, "UTF-8"),))


def _strict_or_patched(data: bytes, codec: str, name: str) -> Decoded:
    try:
        return Decoded(data.decode(codec))
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    faults = text.count("\ufffd")
    if faults > len(text) * _REPLACED_LIMIT and faults > 1:
        raise damaged(f"its bytes are not valid {name}; save it again as UTF-8")
    return Decoded(text, (_replaced(faults, name),))


def _replaced(faults: int, name: str) -> str:
    return f"bytes that are not valid {name} were read as U+FFFD ({faults} times)"


def _refuse_binary(data: bytes) -> None:
    sample = data[:_SAMPLE]
    controls = len(_CONTROLS.findall(sample))
    if b"\0" in data or controls > len(sample) * _CONTROLS_LIMIT:
        raise damaged("it holds binary data, not text; export it again as text")


def _guessed(data: bytes) -> Decoded:
    codec = "cp1252" if _looks_western(data) else _most_likely(data)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    return Decoded(text, (f"read as {codec}: check accents",))


def _looks_western(data: bytes) -> bool:
    sample = data[:_SAMPLE].decode("cp1252", "replace")
    letters = sum(c.isalpha() for c in sample)
    accented = sum(c.isalpha() and c > "\x7f" for c in sample)
    return accented <= letters * _WESTERN_LIMIT


def _most_likely(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:  # never cut inside a character of several bytes
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"
