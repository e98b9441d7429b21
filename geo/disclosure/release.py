"""A release: all figures about some incidents that anybody but an analyst may see, and no others.

It is made once for the same data and holds nothing that must not be shown, so whatever is made of
it, by however many people and in whatever order, gives away no more than the release as a whole.
What the whole gives away is what the attacks of :mod:`geo.disclosure.breaches` are about.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

import numpy as np

import boundaries
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage, check_vintage
from geo.disclosure.areas import AreaKey, ReleasedAreas, release_areas
from geo.disclosure.cells import BOROUGH, Key, release_cells
from geo.disclosure.in_parts import suppress_in_stages
from geo.disclosure.levels import PARTNER, PUBLIC, Level
from geo.disclosure.menu import MenuPeriod, menu_of
from geo.disclosure.repeats import ReleasedRepeats, released_repeats
from geo.disclosure.splits import ALL, Split, splits_of
from geo.disclosure.suppression import SMALLEST_SHOWN, Suppression
from geo.disclosure.surfaces import ReleasedSurface, SurfaceKey, release_surfaces
from geo.params import Params, choice, number
from geo.schema import Incidents
from geo.wards.join import NOT_LOCATED, OUTSIDE, locate
from geo.wards.table import EXTRA_ROWS, row_names

VERSION = 1
"""Of the way in which releases are made; a release made in another way is kept as it is."""

ROUNDED_TO = 5
"""Counts for the public are multiples of this."""

NOT_SHOWN = "not shown"

Why = Literal["", "small", "others"]


@dataclass(frozen=True)
class ReleaseParams(Params):
    """What decides a release, beside the data."""

    vintage: Vintage = choice(
        "2022", options={"2022": "21 wards", "2002": "16 wards"}, label="Wards"
    )
    smallest_shown: int = number(
        SMALLEST_SHOWN,
        low=3,
        high=50,
        step=1,
        unit="incidents",
        label="Smallest count shown",
        help="Counts below this are withheld, 0 excepted, and others that would give them away.",
    )


@dataclass(frozen=True)
class Shown:
    """A count as it may be shown.

    Attributes
    ----------
    value
        None where it is withheld.
    why
        Why it is withheld: it is ``small``, or it would give ``others`` away.
    text
        ``1,234``, ``fewer than 5`` or ``not shown``.
    """

    value: int | None
    why: Why
    text: str

    @property
    def is_withheld(self) -> bool:
        """Whether there is no number."""
        return self.value is None


@dataclass(frozen=True, eq=False)
class Release:
    """What may be shown of some incidents.

    Attributes
    ----------
    level
        ``partner`` or ``public``.
    fingerprint
        Of all the incidents.
    params
        What it was made with.
    menu
        The periods, all of the data first; see :func:`geo.disclosure.menu.menu_of`.
    groups
        Codes of the groups that are released, by kind of group; ``all`` is in none of them.
    areas
        Names of the wards by code, then ``outside`` and ``not_located``; ``borough`` is their sum.
    counts
        By area, key of the period, code of the group.
    gap
        By which share of what was withheld to protect others less might have done; see
        :attr:`geo.disclosure.suppression.Suppression.gap`.
    repeats
        Victims recorded more than once, in bands; empty where no victim has a reference.
    hotspots
        Areas where incidents concentrate, by method, key of the period and group; empty for the
        public.
    surfaces
        Density in classes, by key of the period and group; empty for the public.
    """

    level: Level
    fingerprint: str
    params: ReleaseParams
    menu: tuple[MenuPeriod, ...]
    groups: Mapping[str, tuple[str, ...]]
    areas: Mapping[str, str]
    counts: Mapping[Key, Shown]
    gap: float
    is_demonstration: bool = False
    version: int = VERSION
    repeats: tuple[ReleasedRepeats, ...] = ()
    hotspots: Mapping[AreaKey, ReleasedAreas] = field(default_factory=dict)
    surfaces: Mapping[SurfaceKey, ReleasedSurface] = field(default_factory=dict)

    def period(self, key: str) -> MenuPeriod:
        """Give a period by its key."""
        for period in self.menu:
            if period.key == key:
                return period
        keys = ", ".join(period.key for period in self.menu if period.kind != "month")
        msg = f"No figures are released for {key!r}; they are for {keys} and single months."
        raise ParameterError(msg)

    def has(self, period: MenuPeriod, group: str = ALL, area: str = BOROUGH) -> bool:
        """Say whether there is a count of this kind, shown or withheld."""
        return (area, period.key, group) in self.counts

    def count(self, period: MenuPeriod, group: str = ALL, area: str = BOROUGH) -> Shown:
        """Give a count.

        Raises
        ------
        ParameterError
            There is none of this kind in the release.
        """
        try:
            return self.counts[area, period.key, group]
        except KeyError:
            msg = f"Counts of {group!r} in {area!r} are not released for {period.words}."
            raise ParameterError(msg) from None

    @property
    def wards(self) -> dict[str, str]:
        """Names of the wards by code."""
        return {code: name for code, name in self.areas.items() if code not in EXTRA_ROWS}

    @property
    def fewer_than(self) -> str:
        """How a small count reads."""
        return f"fewer than {self.params.smallest_shown}"

    def for_public(self) -> Self:
        """Give the same release with every shown count rounded; only the wards remain."""
        if self.level == PUBLIC:
            return self
        counts = {key: _rounded(shown) for key, shown in self.counts.items()}
        return replace(self, level=PUBLIC, counts=counts, hotspots={}, surfaces={})

    def as_dict(self) -> dict[str, Any]:
        """Give plain values that JSON can hold."""
        return {
            "version": self.version,
            "level": self.level,
            "fingerprint": self.fingerprint,
            "params": self.params.as_dict(),
            "menu": [asdict(period) for period in self.menu],
            "groups": {kind: list(codes) for kind, codes in self.groups.items()},
            "areas": dict(self.areas),
            "counts": [[*key, s.value, s.why] for key, s in self.counts.items()],
            "gap": self.gap,
            "is_demonstration": self.is_demonstration,
            "notes": [],  # versions up to 0.5 look for it
            "repeats": [one.as_list() for one in self.repeats],
            "hotspots": [[*key, areas.as_list()] for key, areas in self.hotspots.items()],
            "surfaces": [[*key, surface.as_list()] for key, surface in self.surfaces.items()],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Release":
        """Read what :meth:`as_dict` gave."""
        params = ReleaseParams(**values["params"])
        return cls(
            level=values["level"],
            fingerprint=values["fingerprint"],
            params=params,
            menu=tuple(MenuPeriod(**period) for period in values["menu"]),
            groups={kind: tuple(codes) for kind, codes in values["groups"].items()},
            areas=values["areas"],
            counts={
                (area, period, group): _shown(value, why, params)
                for area, period, group, value, why in values["counts"]
            },
            gap=values["gap"],
            is_demonstration=values["is_demonstration"],
            version=values["version"],
            repeats=tuple(map(ReleasedRepeats.from_list, values.get("repeats", ()))),
            hotspots={
                (method, period, group): ReleasedAreas.from_list(areas)
                for method, period, group, areas in values.get("hotspots", ())
            },
            surfaces={
                (period, group): ReleasedSurface.from_list(surface)
                for period, group, surface in values.get("surfaces", ())
            },
        )


def make_release(incidents: Incidents, params: ReleaseParams) -> Release:
    """Make the release of incidents; takes a minute where many counts are small.

    The same incidents and settings always give the same release. Ask
    :func:`geo.disclosure.ledger.release_of`, which makes it once.

    Raises
    ------
    ParameterError
        There are no incidents.
    """
    check_vintage(params.vintage)
    if len(incidents) == 0:
        msg = "There is no incident, so there is nothing to release; choose other data."
        raise ParameterError(msg)
    codes, names = row_names(boundaries.load_wards(params.vintage)).values()
    menu, splits = menu_of(incidents), splits_of(incidents)
    positions = locate(incidents, params.vintage).positions
    area_of = np.where(positions == OUTSIDE, len(codes) - 2, positions)
    area_of = np.where(positions == NOT_LOCATED, len(codes) - 1, area_of)
    cells = release_cells(incidents, area_of, codes, menu, splits)
    found = suppress_in_stages(
        cells.counts,
        cells.stages,
        smallest_shown=params.smallest_shown,
        weights=cells.weights,
        never_shown=cells.hidden,
        better_shown=cells.of_borough,
    )
    counts = {
        key: _shown_cell(int(cells.counts.values[cell]), found, cell, params)
        for key, cell in cells.published.items()
    }
    return Release(
        level=PARTNER,
        fingerprint=incidents.fingerprint,
        params=params,
        menu=menu,
        groups=_groups(splits),
        areas=dict(zip(codes, names, strict=True)),
        counts=counts,
        gap=found.gap,
        is_demonstration=incidents.is_demonstration,
        repeats=released_repeats(incidents, menu, params.smallest_shown),
        hotspots=release_areas(incidents, params.vintage, params.smallest_shown, menu, splits),
        surfaces=release_surfaces(incidents, params.vintage, params.smallest_shown, menu, splits),
    )


def _groups(splits: list[Split]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for split in splits:
        shape = split.shape
        found[shape.of] = (*found.get(shape.of, ()), *shape.codes)
    return found


def _shown_cell(value: int, found: Suppression, cell: int, params: ReleaseParams) -> Shown:
    if found.small[cell]:
        return _shown(None, "small", params)
    return _shown(None, "others", params) if found.others[cell] else _shown(value, "", params)


def _shown(value: int | None, why: Why, params: ReleaseParams) -> Shown:
    if value is not None:
        return Shown(value, "", f"{value:,}")
    text = f"fewer than {params.smallest_shown}" if why == "small" else NOT_SHOWN
    return Shown(None, why, text)


def _rounded(shown: Shown) -> Shown:
    if shown.value is None:
        return shown
    value = ROUNDED_TO * ((shown.value + ROUNDED_TO // 2) // ROUNDED_TO)
    return Shown(value, "", f"{value:,}")
