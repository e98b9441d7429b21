"""How many victims were recorded more than once, in bands that give no small count away.

People do not add up over years as incidents do, so they are in no table of the release: each
period says by itself how many victims it has and how many of them were recorded more than once,
in bands as wide as the smallest count shown. Bands are made so that nothing small can be worked
out of them and the number of incidents, which is known exactly:

- Nothing is said where the repeat victims are fewer than ``smallest_shown``, and, so that this
  gives nothing away either, where all incidents but so few are theirs.
- The number of victims is left out where those recorded once, or the incidents beyond two of a
  victim, could be fewer than ``smallest_shown``; for all of the data also where the victims of
  several years could be so few.

A share is made of the middle of both bands, never of counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.bands import Band
from geo.disclosure.menu import MenuPeriod
from geo.repeats.repeats import victim_numbers
from geo.schema import OCCURRED, Incidents

_KINDS = ("all", "financial year")


@dataclass(frozen=True)
class ReleasedRepeats:
    """What may be said of the victims of a period.

    Attributes
    ----------
    period
        Key of the period.
    repeat_victims
        Recorded more than once in it; None where they may be fewer than the smallest count shown.
    victims
        With a reference; None where that would give something away.
    """

    period: str
    repeat_victims: Band | None
    victims: Band | None

    @property
    def share(self) -> int | None:
        """Repeat victims of 100 victims, from the middles of the bands; None where not to say."""
        if self.repeat_victims is None or self.victims is None:
            return None
        return round(100 * _middle(self.repeat_victims) / _middle(self.victims))

    def as_list(self) -> list[Any]:
        """Give plain values that JSON can hold."""
        return [self.period, _ends(self.repeat_victims), _ends(self.victims)]

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> "ReleasedRepeats":
        """Read what :meth:`as_list` gave."""
        period, *bands = values
        repeats, victims = (Band(*ends) if ends else None for ends in bands)
        return cls(period, repeats, victims)


def released_repeats(
    incidents: Incidents, menu: Iterable[MenuPeriod], smallest_shown: int
) -> tuple[ReleasedRepeats, ...]:
    """Say what may be said of the victims of each financial year, and of all of the data.

    Empty where no incident has a victim's reference.
    """
    victims = victim_numbers(incidents)
    if not (victims >= 0).any():
        return ()
    months = incidents.frame[OCCURRED].dt.strftime("%Y-%m").to_numpy()
    periods = [period for period in menu if period.kind in _KINDS]
    found = {}
    for period in periods:
        totals = _totals(victims, months, period)
        counted = int((totals > 1).sum()), len(totals), int(totals.sum())
        found[period.key] = said_of_victims(period.key, *counted, smallest_shown)
    return tuple(_guarded(found, periods, smallest_shown).values())


def _totals(
    victims: NDArray[np.intp], months: NDArray[np.object_], period: MenuPeriod
) -> NDArray[np.intp]:
    """Count the incidents of each victim of a period, shape (victims of the period,)."""
    inside = (months >= period.first_month) & (months <= period.last_month) & (victims >= 0)
    totals = np.bincount(victims[inside])
    return totals[totals > 0]


def said_of_victims(
    key: str, repeat_victims: int, victims: int, incidents: int, smallest_shown: int
) -> ReleasedRepeats:
    """Say what may be said of the victims of one period, whatever is said of others.

    Parameters
    ----------
    incidents
        Those with a victim's reference.
    """
    k = smallest_shown
    of_repeats, of_victims = _band(repeat_victims, k), _band(victims, k)
    rest = incidents - 2 * of_repeats.low
    if repeat_victims < k or rest < k:
        return ReleasedRepeats(key, None, None)
    recorded_once = of_victims.low - of_repeats.high
    beyond_two = incidents - of_victims.low - of_repeats.low
    is_safe = recorded_once >= k and beyond_two >= k
    return ReleasedRepeats(key, of_repeats, of_victims if is_safe else None)


def _guarded(
    found: Mapping[str, ReleasedRepeats], periods: Sequence[MenuPeriod], k: int
) -> dict[str, ReleasedRepeats]:
    """Leave out the victims of all data where those of two or more years could be a few."""
    whole = next((found[p.key].victims for p in periods if p.kind == "all"), None)
    years = [found[p.key].victims for p in periods if p.kind == "financial year"]
    if whole is None or not years:
        return dict(found)
    high = [year.high for year in years if year is not None]
    in_several = sum(high) - whole.low
    if len(high) < len(years) or in_several >= k:
        return dict(found)
    keys = {period.key for period in periods if period.kind == "all"}
    return {key: replace(one, victims=None) if key in keys else one for key, one in found.items()}


def _band(count: int, k: int) -> Band:
    low = k * (count // k)
    return Band(low, low + k - 1)


def _middle(band: Band) -> float:
    return (band.low + band.high) / 2


def _ends(band: Band | None) -> list[int] | None:
    return None if band is None else [band.low, band.high]
