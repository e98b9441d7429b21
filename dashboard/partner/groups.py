"""Kinds, strands and categories as rows with bars; those withheld are marked and stand last."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.partner.shown import count_figure
from dashboard.partner.sidebar import group_in_words
from dashboard.partner.view import ReleaseView
from dashboard.wards.numbers import name_of
from dashboard.when.bar_table import BarRow
from geo.disclosure.cells import BOROUGH


@dataclass(frozen=True)
class KindTitle:
    """What a kind of groups is called, one group and several, and what is counted in them."""

    one: str
    many: str
    counted: str
    note: str = ""


KIND_TITLES: Mapping[str, KindTitle] = {
    "strand": KindTitle(
        "Strand",
        "Strands",
        "Mentions",
        "One incident can name several strands, so mentions can add up to more.",
    ),
    "kind": KindTitle("Kind", "Crimes and other incidents", "Incidents"),
    "category": KindTitle("Category", "Categories", "Incidents"),
}

_KINDS = {
    "kind: crime": "crimes",
    "kind: incident": "non_crimes",
    "kind: not known": "kind_not_known",
}


def group_rows(view: ReleaseView, area: str, kind: str, prefix: str) -> list[BarRow]:
    """Give a row for each group of a kind, the largest first, the withheld last in their order.

    Parameters
    ----------
    prefix
        What the names of the figures begin with.
    """
    release = view.release
    counts = {
        code: release.count(view.period, code, area)
        for code in release.groups[kind]
        if release.has(view.period, code, area)
    }
    most = max((shown.value or 0 for shown in counts.values()), default=0)
    place = {code: (shown.is_withheld, -(shown.value or 0)) for code, shown in counts.items()}
    return [
        BarRow(
            group_in_words(code),
            (count_figure(f"{prefix}{figure_name(code, area)}", "", counts[code]),),
            (counts[code].value or 0) / most if most else 0.0,
            counts[code].is_withheld,
        )
        for code in sorted(counts, key=place.__getitem__)
    ]


def figure_name(code: str, area: str = BOROUGH) -> str:
    """Name the count of a group for programs.

    >>> figure_name("strand: race"), figure_name("strand: race", "E05013735")
    ('strand.race', 'ward.E05013735.strand.race')
    >>> figure_name("kind: crime"), figure_name("kind: crime", "E05013735")
    ('crimes', 'ward.E05013735.kind.crime')
    """
    if area == BOROUGH and code in _KINDS:
        return _KINDS[code]
    kind, _, name = code.partition(": ")
    what = f"{kind.replace(' ', '_')}.{name.lower().replace('.', '')}"
    return what if area == BOROUGH else name_of(area, what)
