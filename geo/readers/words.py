"""Words for yes and no, for crimes and incidents, and for the strands of hate crime."""

import re

import pandas as pd

from geo.schema import STRANDS

YES_WORDS = ("yes", "y", "true", "t", "1", "x")
NO_WORDS = ("no", "n", "false", "f", "0", "")

CRIME_WORDS = (*YES_WORDS, "crime", "hate crime", "notifiable", "notifiable crime")
INCIDENT_WORDS = (
    "no",
    "n",
    "false",
    "f",
    "0",
    "incident",
    "hate incident",
    "non-crime",
    "non crime",
    "non-crime incident",
    "non-crime hate incident",
    "not a crime",
)
KIND_NOT_KNOWN_WORDS = ("", "not known", "unknown", "null", "n/a", "na", "none")

NO_STRAND_WORDS = ("", "none", "no strand", "not known", "unknown", "null", "n/a", "na")
STRAND_WORDS = {
    "race": ("race", "racial", "racist", "race or ethnicity", "race/ethnicity", "racist and race"),
    "religion or belief": (
        "religion or belief",
        "religion",
        "religion/belief",
        "religious",
        "belief",
        "faith",
    ),
    "sexual orientation": ("sexual orientation", "homophobic", "homophobia", "biphobic"),
    "disability": ("disability", "disabled", "disablist"),
    "transgender identity": (
        "transgender identity",
        "transgender",
        "transphobic",
        "transphobia",
        "trans",
        "gender identity",
    ),
}
_STRAND_OF = {word: strand for strand in STRANDS for word in STRAND_WORDS[strand]}
_SEPARATORS = re.compile(r"[;,|]")
_ENDINGS = re.compile(r"\s+(?:hate\s+(?:crime|incident)|hate|crime)$")


def strands_in(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the strands that a text names, and the words in it that name none.

    Words are separated by semicolon, comma or bar; case and the ending "hate crime" do not matter.

    >>> strands, unknown = strands_in("Racist; Homophobic hate crime, purple")
    >>> sorted(strands), unknown
    (['race', 'sexual orientation'], ('purple',))
    """
    words = [" ".join(word.lower().split()) for word in _SEPARATORS.split(text)]
    words = [_ENDINGS.sub("", word) for word in words]
    named = frozenset(_STRAND_OF[word] for word in words if word in _STRAND_OF)
    unknown = (word for word in words if word not in _STRAND_OF and word not in NO_STRAND_WORDS)
    return named, tuple(unknown)


def truth_of(
    texts: "pd.Series[str]", yes: tuple[str, ...], no: tuple[str, ...]
) -> "pd.Series[bool]":
    """Turn words to a nullable boolean, missing where a word is in neither list."""
    meaning = dict.fromkeys(yes, True) | dict.fromkeys(no, False)
    return texts.str.strip().str.lower().map(meaning).astype("boolean")
