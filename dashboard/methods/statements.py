"""What the page says that is not a figure: limits, protection of people, keys."""

import re

from geo.hotspots.params import HotspotParams

_FEWEST = int(HotspotParams.spec("min_incidents").low)
_PLACES = int(HotspotParams.spec("min_places").low)

LIMITS = (
    (
        "Recorded is not the same as happened. The figures show what people reported and what was "
        "written down. A rise can mean more trust in the police, and a fall less."
    ),
    (
        "A place on the map is where it was written down. Some systems move it to a nearby street, "
        "so do not read single houses from it."
    ),
    (
        "Small numbers jump. From 4 to 7 sounds like a lot and is often luck. The dashboard says "
        "so where it can tell."
    ),
    (
        "The police changed their system on 28 February 2024. Counts from before and after are not "
        "compared anywhere here."
    ),
    "Ward lines moved in May 2022. A ward of the same name can be other land.",
    (
        "A hotspot says where incidents were, not why. It says nothing about the people who live "
        "there."
    ),
    (
        "The research on patrols is about police and violence. None of it is about hate crime or "
        "wardens."
    ),
)
"""What the figures cannot say."""

PROTECTION = (
    (
        "Hate-crime records are about victims. Use the dashboard at your own desk, with data you "
        "are allowed to see."
    ),
    "The dashboard answers on this computer only, and asks no other computer for anything.",
    (
        "Files you drop into the page stay in memory for your session. They are kept only if you "
        "add them on the page Data."
    ),
    (
        f"No single incident is drawn on a map. A hotspot has at least {_FEWEST} incidents at "
        f"{_PLACES} places."
    ),
    "Small counts can point to a person. Look for counts below 5 before anything leaves your team.",
)
"""How people are protected, and what is left to the reader."""

KEYS = (
    ("Tab, Shift and Tab", "Go to the next or the last part of the page"),
    ("Enter or Space", "Press a button, open a list, choose an entry"),
    ("Arrow keys", "Move in a list, move the time slider by one step, move the map"),
    ("Plus and minus", "Zoom the map, when it has the focus"),
    ("Escape", "Close a list or a dialog; on a phone, close the map"),
    ("Alt and Z, Alt and Y", "Undo the last change of a setting, and redo it"),
    ("Home and End", "Go to the first or the last step of the time slider"),
)
"""Keys, and what they do."""

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")
_TITLE = re.compile(r"\A# .*\n+")


def for_the_page(document: str) -> str:
    r"""Make a page of ``docs`` fit in here: no title, no links to files that are not served.

    >>> for_the_page("# Title\n\nSee [the map](map.md) and [W3C](https://www.w3.org/).")
    'See the map and [W3C](https://www.w3.org/).'
    """
    return _LINK.sub(r"\1", _TITLE.sub("", document)).replace("\n## ", "\n### ")
