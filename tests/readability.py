"""How easy sentences are to read: the Flesch-Kincaid grade, counted slowly and simply.

Kincaid, Fishburne, Rogers and Chissom (1975), Derivation of new readability formulas, Naval
Technical Training Command Research Branch Report 8-75. A grade of 7 is about reading age 12.
"""

import re
from collections.abc import Sequence

READING_AGE_12 = 7.5
"""The highest grade of a whole text for people who are no analysts."""

_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Count groups of vowels, without a silent e at the end.

    >>> [syllables(word) for word in ("hate", "crime", "incident", "table", "weekdays", "the")]
    [1, 1, 3, 2, 2, 1]
    """
    lower = word.lower()
    found = len(_VOWELS.findall(lower))
    silent = lower.endswith("e") and not re.search(r"[^aeiouy]le$|[aeiouy]e$", lower)
    # "weekdays" and "places" keep or lose an e in the same way as their singular.
    silent = silent or bool(re.search(r"[^aeiouycgsxz]e[sd]$", lower) and not lower.endswith("ted"))
    return max(1, found - silent)


def grade(text: str) -> float:
    """Give the school grade of the United States that can read a text; add 5 for the age.

    >>> grade("The cat sat on the mat.") < 1 < 14 < grade(
    ...     "Considerable methodological heterogeneity necessitates circumspect interpretation."
    ... )
    True
    """
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words:
        return 0.0
    per_sentence = len(words) / max(1, len(sentences))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def hardest(sentences: Sequence[str], most: float) -> list[str]:
    """Give the sentences above a grade, each with its grade, for a message that helps."""
    return [f"{grade(one):.1f}: {one}" for one in sentences if grade(one) > most]
