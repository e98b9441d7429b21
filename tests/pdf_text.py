"""Reads the words of a PDF made by WeasyPrint or Chromium: what a person who copies them gets.

Enough of ISO 32000 for these two: whole objects in the file, streams packed by deflate, and text
in glyphs of fonts that say which letters their glyphs are (9.10.3, ToUnicode).
"""

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_REFERENCE = rb"\s+(\d+) 0 R"
_OPERATION = re.compile(
    rb"/(?P<font>\S+)\s+[-\d.]+\s+Tf|(?P<start>BT|Td|TD|Tm|T\*)(?![\w*])"
    rb"|(?P<shown>\[[^\]]*\]\s*TJ|<[0-9A-Fa-f\s]*>\s*Tj)"
)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")


def pages_of(content: bytes) -> list[str]:
    """Give the words of each page, in the order of the file, with single blanks between them."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    for body in list(objects.values()):
        if re.search(rb"/Type\s*/ObjStm\b", body):
            objects |= _held(body)
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return [" ".join(_words(objects, page).split()) for page in pages]


def _held(body: bytes) -> dict[int, bytes]:
    """Give the objects that are packed together in one (7.5.7)."""
    first = re.search(rb"/First\s+(\d+)", body)
    assert first is not None
    unpacked = _unpacked(body)
    head, rest = unpacked[: int(first[1])].split(), unpacked[int(first[1]) :]
    numbers, starts = [int(n) for n in head[::2]], [int(n) for n in head[1::2]]
    ends = [*starts[1:], len(rest)]
    return {
        number: rest[start:end] for number, start, end in zip(numbers, starts, ends, strict=True)
    }


def _words(objects: dict[int, bytes], page: bytes) -> str:
    fonts = _fonts(objects, page)
    contents = re.search(rb"/Contents\s*\[?((?:\s*\d+ 0 R)+)", page)
    assert contents is not None, "a page without contents"
    streams = [_unpacked(objects[int(n)]) for n in re.findall(rb"(\d+) 0 R", contents[1])]
    return "".join(_shown(b"\n".join(streams), fonts))


def _shown(stream: bytes, fonts: dict[str, dict[int, str]]) -> Iterator[str]:
    letters: dict[int, str] = {}
    for found in _OPERATION.finditer(stream):
        if found["font"]:
            letters = fonts.get(found["font"].decode(), {})
        elif found["start"]:
            yield " "
        else:
            for text in _HEX.findall(found["shown"]):
                glyphs = bytes.fromhex(text.decode())
                pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
                yield "".join(letters.get(256 * high + low, "") for high, low in pairs)


def _fonts(objects: dict[int, bytes], page: bytes) -> dict[str, dict[int, str]]:
    """Give the letters of the glyphs of each font, by the names that the page has for them."""
    resources = _followed(objects, page, rb"/Resources")
    named = re.findall(rb"/(\S+)" + _REFERENCE, _followed(objects, resources, rb"/Font"))
    found = {}
    for name, number in named:
        letters = re.search(rb"/ToUnicode" + _REFERENCE, objects.get(int(number), b""))
        if letters:
            found[name.decode()] = _letters(_unpacked(objects[int(letters[1])]).decode("latin-1"))
    return found


def _followed(objects: dict[int, bytes], body: bytes, key: bytes) -> bytes:
    """Give what stands under a key: there, or in the object that it refers to."""
    referred = re.search(key + _REFERENCE, body)
    if referred:
        return objects[int(referred[1])]
    start = re.search(key + rb"\s*<<", body)
    return body[start.start() :] if start else b""


def _letters(table: str) -> dict[int, str]:
    found = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in re.findall(r"<(\w+)>\s*<(\w+)>", part):
            found[int(glyph, 16)] = _text(text)
    for part in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", part):
            for step, glyph in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[glyph] = chr(ord(_text(text)) + step)
        for first, _, texts in re.findall(r"<(\w+)>\s*<(\w+)>\s*\[([^\]]*)\]", part):
            for step, text in enumerate(re.findall(r"<(\w+)>", texts)):
                found[int(first, 16) + step] = _text(text)
    return found


def _text(written: str) -> str:
    return bytes.fromhex(written).decode("utf-16-be")


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    assert stream is not None, "an object without a stream"
    return zlib.decompress(stream[1]) if b"FlateDecode" in body else stream[1]
