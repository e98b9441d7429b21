"""The strands of each row, from yes or no columns, from lists of words or codes, or from both.

In a text, words of :data:`geo.readers.words.STRAND_WORDS` name strands unless a negation stands
before them ("not racist", "no disability") or an answer after them ("race: no"). A text that names
none and does not say so is unknown: it is reported, never guessed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.readers.words import (
    KIND_NOT_KNOWN_WORDS,
    NO_STRAND_WORDS,
    NO_WORDS,
    STRAND_WORDS,
    YES_WORDS,
)
from geo.schema import STRAND_COLUMNS, STRANDS

NO_CODES: Mapping[str, str] = MappingProxyType({})

_NEITHER = "this is neither yes nor no; it counts as no"
_NOT_KNOWN = "a strand is not known; it is left out and the incident is kept"

_PIECES = re.compile(r"([;,|\n\r]+|\s/\s|\.\s)")
_GOES_ON = (",", "/")
_SLASH = re.compile(r"\s*[/&+]\s*")
_ANSWER = re.compile(r"^(?P<about>.+?)\s*(?:[:=]|\s-+)\s*(?P<answer>[^:=]*)$")
_LAST_WORD = re.compile(
    r"^(?P<about>.+?)\s+(?P<answer>no|n|yes|y|false|true|0|1|none|nil|unknown)$"
)
_FIRST_WORD = re.compile(r"^(?:no|n|false|nil|none)\s*(?:[:=]|-+\s)\s*(?P<about>.+)$")
_NO_HATE = re.compile(
    r"^(?:(?:no|not|non|not a)[\s-]+hate(?:[\s-]+(?:crime|incident|element|factor|flag|issue|aspect"
    r"|motivation|motivated|related|strand)s?)*|hate(?: (?:crime|incident|flag))?"
    r"\s*[:=-]\s*(?:no|n|none|nil|0|false))$"
)
_ANSWERS = dict.fromkeys(("yes", "y", "true", "1"), True) | dict.fromkeys(
    ("no", "n", "false", "0", "none", "nil", "unknown"), False
)
_BEFORE_ANSWERS = frozenset(
    ("hate", "crime", "incident", "flag", "element", "strand", "motivated", "aggravated", "related")
)
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ENDINGS = re.compile(r"\s+(?:hate\s+(?:crime|incident)|hate|crime|incident)$")

_NEGATIONS = frozenset(
    ("not", "no", "non", "nor", "neither", "without", "isn't", "wasn't", "isnt", "wasnt", "never")
)
_NEGATION_ENDS = frozenset(("but", "however", "although", "though", "except", "yet", "only"))
_AND = "and"
_NEGATED_AFTER = re.compile(
    r"^(?:is|was|are|were|element|factor|issue)\s+not\b|^(?:isn|wasn)['’]?t\b"
    r"|^not\s+(?:known|stated|applicable|recorded|specified|relevant|proven|confirmed|established"
    r"|identified|disclosed|suspected|involved|present|apparent|believed)\b"
)
_MOST_WORDS = 3


@dataclass(frozen=True, eq=False)
class StrandTexts:
    """What the texts of a column say about strands.

    Attributes
    ----------
    strands
        Shape (n,) by strand: whether the text names it.
    unknown
        Shape (n,): whether something in the text is not understood.
    """

    strands: Mapping[str, NDArray[np.bool_]]
    unknown: NDArray[np.bool_]


def strands_in(
    text: str, codes: Mapping[str, str] = NO_CODES
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the strands that a text names, and the pieces of it that are not understood.

    Pieces are separated by semicolon, comma or bar; case and the ending "hate crime" do not matter.
    What follows a negation after a comma or a slash ("not racist, homophobic") can be meant either
    way and is not understood.

    Parameters
    ----------
    codes
        Strand by the source's own code or word, lower case; ``""`` stands for no strand.

    >>> strands, unknown = strands_in("Racist and homophobic incident; purple")
    >>> sorted(strands), unknown
    (['race', 'sexual orientation'], ('purple',))
    >>> strands_in("not racist, RH", {"rh": "religion or belief"})
    (frozenset({'religion or belief'}), ())
    """
    named: set[str] = set()
    unknown: list[str] = []
    negated = False
    for piece, goes_on in _pieces(text, codes):
        read = _strands_of_piece(piece, codes)
        is_doubtful = negated and goes_on and read.in_words and bool(read.strands)
        negated = read.ends_negated or is_doubtful
        if not is_doubtful:
            named |= read.strands
        if is_doubtful or not read.understood:
            unknown.append(piece)
    return frozenset(named), tuple(unknown)


def read_strand_texts(texts: "pd.Series[str]", codes: Mapping[str, str] = NO_CODES) -> StrandTexts:
    """Read a column of lists, codes or sentences; missing texts name none."""
    numbers, unique = pd.factorize(texts.fillna(""))
    meanings = [strands_in(str(text), codes) for text in unique]
    strands = {
        strand: np.array([strand in named for named, _ in meanings], np.bool_)[numbers]
        for strand in STRANDS
    }
    unknown = np.array([bool(pieces) for _, pieces in meanings], np.bool_)[numbers]
    return StrandTexts(strands, unknown)


def read_strand_flags(
    texts: "pd.Series[str]", strand: str, codes: Mapping[str, str] = NO_CODES
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Read a column of yes and no for one strand; the strand's own words say yes too.

    Returns
    -------
    flags, unknown
        Shape (n,) each: whether the strand is given, and whether the text is not understood.
    """
    numbers, unique = pd.factorize(texts.fillna(""))
    meanings = [_flag(str(text), strand, codes) for text in unique]
    flags = np.array([meaning is True for meaning in meanings], np.bool_)[numbers]
    unknown = np.array([meaning is None for meaning in meanings], np.bool_)[numbers]
    return flags, unknown


def checked_codes(codes: Mapping[str, str]) -> dict[str, str]:
    """Give the codes in lower case.

    Raises
    ------
    ParameterError
        A code stands for something that is no strand.
    """
    for code, strand in codes.items():
        if strand and strand not in STRAND_COLUMNS:
            msg = (
                f"The code {code!r} cannot stand for {strand!r}; the strands are "
                f"{', '.join(STRANDS)}, and an empty text stands for none."
            )
            raise ParameterError(msg)
    return {_tidy(code): strand for code, strand in codes.items()}


def _flag(text: str, strand: str, codes: Mapping[str, str]) -> bool | None:
    """Say whether a flag is set; None where the text says neither yes nor no."""
    word = _tidy(text)
    if word in YES_WORDS:
        return True
    if word in NO_WORDS or word in KIND_NOT_KNOWN_WORDS or word in NO_STRAND_WORDS:
        return False
    named, unknown = strands_in(text, codes)
    return None if unknown or named - {strand} else strand in named


def _tidy(text: str) -> str:
    return " ".join(text.lower().split())


def _pieces(text: str, codes: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Give what stands between separators, the whole text where it is a word of its own.

    With each, whether it goes on with what stands before it, as after a comma.
    """
    whole = _tidy(text)
    if whole in codes or whole in NO_STRAND_WORDS:
        yield whole, False
        return
    # The separators stand between the parts, so every part but the first has one before it.
    split = ["", *_PIECES.split(text.lower())]
    for separator, part in zip(split[::2], split[1::2], strict=True):
        piece, goes_on = _tidy(part), separator.strip() in _GOES_ON
        if piece and (piece in codes or piece in NO_STRAND_WORDS):
            yield piece, goes_on
        elif piece:
            for number, half in enumerate(filter(None, _SLASH.split(piece))):
                yield half, goes_on or number > 0


@dataclass(frozen=True)
class _Piece:
    """The strands of one piece, and whether it is understood.

    ``in_words`` says whether it was read word by word and does not itself turn a negation, and
    ``ends_negated`` whether its last word is a strand that it denies.
    """

    strands: frozenset[str]
    understood: bool
    in_words: bool = False
    ends_negated: bool = False


_NONE = _Piece(frozenset(), understood=True)
_NOT_UNDERSTOOD = _Piece(frozenset(), understood=False)


def _strands_of_piece(piece: str, codes: Mapping[str, str]) -> _Piece:
    bare = _ENDINGS.sub("", piece)
    for word in (piece, bare):
        if word in codes:
            return _Piece(frozenset(filter(None, (codes[word],))), understood=True)
        if word in NO_STRAND_WORDS:
            return _NONE
    words = bare.split()
    if codes and all(word in codes for word in words):
        return _Piece(frozenset(filter(None, (codes[word] for word in words))), understood=True)
    if _NO_HATE.match(piece):
        return _NONE
    return _answered(piece) or _strands_in_words(piece)


def _answered(piece: str) -> _Piece | None:
    """Read strands with an answer ("race: no", "race y religion n"); None where there is none."""
    each = _each_answered(piece)
    if each is not None:
        return _Piece(each, understood=True)
    denied = _FIRST_WORD.match(piece)
    answered = _ANSWER.match(piece) or _LAST_WORD.match(piece)
    if denied:
        about, is_yes = denied["about"], False
    elif answered and answered["answer"].strip() in (*YES_WORDS, *NO_WORDS, *NO_STRAND_WORDS):
        about, is_yes = answered["about"], answered["answer"].strip() in YES_WORDS
    else:
        return None
    if any(word in ("y", "n", "yes") for word in _words_of(about)):
        return _NOT_UNDERSTOOD
    read = _strands_in_words(about)
    return _Piece(read.strands if is_yes else frozenset(), read.understood)


def _each_answered(piece: str) -> frozenset[str] | None:
    """Give the strands answered with yes where each has an answer behind it, else None."""
    words = _words_of(piece)
    named: set[str] = set()
    asked: set[str] = set()
    position = 0
    while position < len(words):
        strand, length = _phrase_at(words, position)
        word = words[position]
        if strand:
            asked.add(strand)
        elif asked and word in _ANSWERS:
            named |= asked if _ANSWERS[word] else set()
            asked = set()
        elif not asked or word not in _BEFORE_ANSWERS:
            return None
        position += length
    return None if asked or not words else frozenset(named)


def _words_of(piece: str) -> list[str]:
    return _WORDS.findall(piece.replace("non-", "non ").replace("anti-", "anti "))


def _strands_in_words(piece: str) -> _Piece:
    """Go through the words from left to right and keep in mind whether they are negated."""
    words = _words_of(piece)
    named: set[str] = set()
    found, doubtful, negated, seen, last_denied = False, False, False, False, False
    position = 0
    while position < len(words):
        strand, length = _phrase_at(words, position)
        word = words[position]
        last_denied = bool(strand) and negated
        if strand:
            found = True
            # "Not racist and homophobic" can be meant either way.
            doubtful |= negated and seen and words[position - 1] == _AND
            seen = negated
            denied = negated or _NEGATED_AFTER.match(" ".join(words[position + length :][:3]))
            named |= set() if denied else {strand}
        elif word in _NEGATIONS:
            negated, seen = True, False
        elif word in _NEGATION_ENDS:
            negated = False
        position += length
    turns = bool(words) and words[0] in _NEGATION_ENDS
    # The "non" of "non-racist" is of that word alone.
    ends_negated = last_denied and words[0] != "non"
    return _Piece(frozenset(named), found and not doubtful, not turns, ends_negated)


def _phrase_at(words: list[str], position: int) -> tuple[str | None, int]:
    """Give the strand that the longest phrase from here names, and its length in words."""
    for length in range(_MOST_WORDS, 0, -1):
        strand = _phrases().get(" ".join(words[position : position + length]))
        if strand and position + length <= len(words):
            return strand, length
    return None, 1


@cache
def _phrases() -> dict[str, str]:
    return {phrase: strand for strand in STRANDS for phrase in STRAND_WORDS[strand]}


def flag_problem() -> tuple[str, str]:
    """Give reason and remedy for a flag that is not understood."""
    return _NEITHER, "Write yes or no."


def list_problem() -> tuple[str, str]:
    """Give reason and remedy for a strand that is not understood."""
    remedy = (
        f"Write {', '.join(STRANDS)}, with semicolons between several; or say which strand "
        "the source's own words and codes stand for."
    )
    return _NOT_KNOWN, remedy
