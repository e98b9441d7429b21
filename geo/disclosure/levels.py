"""Levels of disclosure: how much of a figure a person may see."""

from typing import Literal, get_args

Level = Literal["exact", "partner", "public"]
"""``exact``: everything, for analysts who have signed in. ``partner``: small counts and what would
give them back are withheld; for meetings, wardens and every file. ``public``: what partners see,
rounded to 5, by ward only."""
LEVELS: tuple[Level, ...] = get_args(Level)
EXACT, PARTNER, PUBLIC = LEVELS

IN_WORDS: dict[Level, str] = {
    "exact": "Exact figures, for analysts only",
    "partner": "For partners: counts of 1 to 4 are not shown",
    "public": "For the public: rounded to 5",
}
