"""In which encoding the texts of a Shapefile are: what its files say, and whether that is so."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

_BYTE_BY_BYTE = "latin-1"
_WESTERN = "cp1252"
_UNICODE = "utf-8"
_LANGUAGE_AT = 29
_LANGUAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: _WESTERN,
    0x57: _WESTERN,
    0x58: _WESTERN,
    0x59: _WESTERN,
}
"""Marks of dBASE for the encodings that occur in Britain."""
_NAMES = {"65001": _UNICODE, "1252": _WESTERN, "88591": _WESTERN, "885915": "iso8859-15"}


@dataclass(frozen=True)
class Encoding:
    """An encoding by Python's name; ``stated`` is what the files call it, empty where guessed."""

    name: str
    stated: str = ""

    def text(self, bytewise: str) -> str:
        """Decode a text that was read as if each byte were a letter.

        A letter of several bytes that was cut at the end of its field is left out.
        """
        content = bytewise.encode(_BYTE_BY_BYTE)
        return codecs.getincrementaldecoder(self.name)().decode(content)

    def fits(self, texts: Iterable[str]) -> bool:
        """Whether all texts can be decoded."""
        try:
            for text in texts:
                self.text(text)
        except UnicodeDecodeError:
            return False
        return True

    def fitting(self, texts: Iterable[str]) -> "tuple[Encoding, str]":
        """Give this encoding or the one that the texts are in, and say so where they differ."""
        beyond = [text for text in texts if not text.isascii()]
        if self.stated and self.fits(beyond):
            return self, ""
        found = next(each for each in _GUESSES if each.fits(beyond))
        if not self.stated or not beyond:
            return found, ""
        return found, f"Its texts are not in {self.stated} as it says but in {found.name}."


_GUESSES = (Encoding(_UNICODE), Encoding(_WESTERN), Encoding(_BYTE_BY_BYTE))


def encoding_of(table: bytes, page: bytes | None) -> Encoding:
    """Give the encoding that a .cpg file names, or that the mark in a .dbf file stands for.

    Parameters
    ----------
    table, page
        Content of the .dbf file, and of the .cpg file where there is one.
    """
    stated = page.decode("ascii", errors="ignore").strip() if page else ""
    named = _codec(stated)
    if named:
        return Encoding(named, stated)
    marked = _LANGUAGES.get(table[_LANGUAGE_AT]) if len(table) > _LANGUAGE_AT else None
    # Windows-1252 is what programs mark without asking, so it is looked at like no mark.
    return Encoding(marked, marked) if marked and marked != _WESTERN else Encoding(_WESTERN)


def decoded(texts: "pd.Series[str]", encoding: Encoding) -> "pd.Series[str]":
    """Decode a column that was read byte by byte."""
    codes, unique = pd.factorize(texts)
    return (
        pd.Series([encoding.text(text) for text in unique], dtype="str")
        .take(codes)
        .reset_index(drop=True)
    )


def _codec(stated: str) -> str:
    """Give Python's name of an encoding as a .cpg file writes it; empty where it is not known."""
    plain = "".join(mark for mark in stated.lower() if mark.isalnum())
    plain = plain.removeprefix("ansi").removeprefix("iso").removeprefix("cp")
    for name in filter(None, (_NAMES.get(plain), stated, f"cp{plain}")):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return ""
