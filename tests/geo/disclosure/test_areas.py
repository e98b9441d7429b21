"""Areas say what is true, would say the same with a few incidents elsewhere, and give none away."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray

from geo import demonstration
from geo.change.poisson_tests import e_test
from geo.disclosure.areas import (
    MOST,
    AreaKey,
    ReleasedAreas,
    ReleasedHotspot,
    change_in_words,
    release_areas,
)
from geo.disclosure.attacker import Attacker, Bounds
from geo.disclosure.bands import slack
from geo.disclosure.land import CELL_M, land_of, outline
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.linked_counts import LinkedCounts, sums_of_lines
from geo.disclosure.menu import MenuPeriod, earlier, menu_of
from geo.disclosure.placed import Placed
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL, splits_of
from geo.schema import Incidents
from geo.wards.join import locate
from tests.factories import incidents_of

DEMO = demonstration.load()
FRAME = DEMO.frame
MONTH = FRAME["occurred"].dt.strftime("%Y-%m").to_numpy()
K = 5


@pytest.fixture(scope="module")
def shipped() -> Release:
    found = FolderLedger(SHIPPED).get(DEMO.fingerprint)
    assert found is not None, "the shipped release is of other data; renew it"
    assert found.hotspots, "the shipped release has no areas; renew it"
    return found


@pytest.fixture(scope="module")
def made(shipped) -> dict[AreaKey, ReleasedAreas]:
    return release_areas(DEMO, "2002", K, menu_of(DEMO), splits_of(DEMO))


def all_hotspots(release: Release) -> Iterator[tuple[MenuPeriod, ReleasedHotspot]]:
    for (_, key, _), areas in release.hotspots.items():
        for hotspot in areas.hotspots:
            yield release.period(key), hotspot


def of_period(period: MenuPeriod) -> NDArray[np.bool_]:
    return (period.first_month <= MONTH) & (period.last_month >= MONTH)


def in_cells(hotspot: ReleasedHotspot) -> NDArray[np.bool_]:
    """Look at every incident whether its place, rounded down to 100 m, is a cell of the area."""
    cells = {(r, c) for r, first, n in hotspot.cells for c in range(first, first + n)}
    places = zip(FRAME["northing"] // CELL_M, FRAME["easting"] // CELL_M, strict=True)
    in_a_ward = locate(DEMO, "2002").positions >= 0
    return np.array([place in cells for place in places]) & in_a_ward


def test_the_shipped_areas_are_those_of_the_data(shipped, made):
    assert made == dict(shipped.hotspots)
    written = json.loads(json.dumps([areas.as_list() for areas in made.values()]))
    assert [ReleasedAreas.from_list(one) for one in written] == list(made.values())


def test_what_is_said_of_an_area_is_true(shipped):
    begun = FRAME["occurred"] - pd.Timedelta(hours=6)
    day, block = begun.dt.day_name().to_numpy(), begun.dt.hour.to_numpy() // 4
    blocks = ("06-10", "10-14", "14-18", "18-22", "22-02", "02-06")
    n = 0
    for period, hotspot in all_hotspots(shipped):
        inside = in_cells(hotspot)
        now = inside & of_period(period)
        assert now.sum() in hotspot.incidents
        assert now.sum() >= 2 * K - 1
        assert len(FRAME.loc[now, ["easting", "northing"]].drop_duplicates()) >= 3
        for strand in hotspot.strands:
            assert FRAME.loc[now, f"strand_{strand.replace(' ', '_')}"].sum() >= K
        assert list(hotspot.strands) == sorted(hotspot.strands)
        if hotspot.day:
            assert (day[now] == hotspot.day).sum() >= K
        if hotspot.hours:
            assert (block[now] == blocks.index(hotspot.hours)).sum() >= K
        before = earlier(shipped.menu, period, a_year=False)
        if hotspot.change in ("rose", "fell"):
            assert before is not None
            then = (inside & of_period(before)).sum()
            assert (now.sum() > then) == (hotspot.change == "rose")
        n += 1
    assert n > 50


def test_outlines_are_whole_cells_and_ranks_say_no_more_than_the_ranges(shipped):
    land = land_of("2002")
    for areas in shipped.hotspots.values():
        assert len(areas.hotspots) <= MOST
        by_rank = [(-one.incidents.low, one.name) for one in areas.hotspots]
        assert by_rank == sorted(by_rank)
        assert [one.rank for one in areas.hotspots] == list(range(1, len(areas.hotspots) + 1))
        together = shapely.union_all([one.shape for one in areas.hotspots])
        assert together.area == pytest.approx(sum(one.shape.area for one in areas.hotspots))
    for _, hotspot in all_hotspots(shipped):
        assert not (shapely.get_coordinates(hotspot.shape) % CELL_M).any()
        assert hotspot.shape.is_valid
        mask = land.mask(hotspot.cells)
        assert land.runs(mask) == hotspot.cells
        assert hotspot.shape.area == mask.sum() * CELL_M**2
        assert set(hotspot.wards) == {list(shipped.wards)[i] for i in land.ward_of[mask]}


def test_areas_are_new_only_where_none_was_before(shipped):
    seen = set()
    for (method, key, group), areas in shipped.hotspots.items():
        before = earlier(shipped.menu, shipped.period(key), a_year=False)
        known = shipped.hotspots.get((method, before.key, group)) if before else None
        for one in areas.hotspots:
            if known is None:
                assert one.is_new is None
                continue
            overlap = [one.shape.intersection(other.shape).area for other in known.hotspots]
            assert one.is_new == (sum(overlap) == 0)
            seen.add(one.is_new)
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(20))
def test_all_that_is_said_stays_true_with_a_few_incidents_elsewhere_in_their_ward(shipped, seed):
    """What the safety of areas rests on; see ``geo.disclosure.bands``."""
    random = np.random.default_rng(seed)
    ward = locate(DEMO, "2002").positions
    keys = [key for key, areas in shipped.hotspots.items() if areas.hotspots]
    key = keys[random.integers(len(keys))]
    period = shipped.period(key[1])
    for hotspot in shipped.hotspots[key].hotspots:
        inside, now = in_cells(hotspot), of_period(period)
        wards = np.unique(ward[inside & now])
        pool = np.flatnonzero(np.isin(ward, wards) & (inside if seed % 2 else ~inside))
        moved = inside.copy()
        chosen = random.choice(pool, min(slack(K), len(pool)), replace=False)
        moved[chosen] = ~moved[chosen]
        after = (moved & now).sum()
        assert after in hotspot.incidents
        for strand in hotspot.strands:
            assert FRAME.loc[moved & now, f"strand_{strand.replace(' ', '_')}"].sum() >= K
        before = earlier(shipped.menu, period, a_year=False)
        if hotspot.change in ("rose", "fell") and before is not None:
            then = (moved & of_period(before)).sum()
            assert (after > then) == (hotspot.change == "rose")
            assert e_test(then, after, days(before), days(period)) < 0.05


def days(period: MenuPeriod) -> int:
    return (period.span.last - period.span.first).days + 1


@pytest.mark.parametrize(("before", "after"), [*product((0, 3, 8, 20, 45), repeat=2)])
def test_a_change_is_named_only_if_no_few_incidents_make_it(before, after):
    menu = menu_of(DEMO)
    years = [period for period in menu if period.kind == "financial year"][1::-1]
    found = change_in_words((before, after), (years[0], years[1]), slack(K))
    lengths = [days(year) for year in years]
    surely = [
        e_test(before + i, after - j, *lengths) < 0.05 and after - j > before + i
        for i in range(slack(K) + 1)
        for j in range(slack(K) + 1 - i)
        if after >= j
    ]
    if all(surely) and after > before:
        assert found == "rose"
    else:
        assert found != "rose"


def at_places(n_incidents: int, *places: tuple[float, float]) -> Incidents:
    """Make incidents of two months, spread evenly over some places."""
    return incidents_of(
        [
            {"at": f"2017-{1 + n % 2:02d}-{1 + n % 28:02d} 20:00", "place": places[n % len(places)]}
            for n in range(n_incidents)
        ]
    )


def areas_of(incidents: Incidents) -> dict[AreaKey, ReleasedAreas]:
    return release_areas(incidents, "2002", K, menu_of(incidents), splits_of(incidents))


def test_nothing_is_drawn_of_many_incidents_at_two_addresses():
    two = areas_of(at_places(120, (523_450.0, 178_650.0), (523_460.0, 178_650.0)))
    assert two
    assert not any(areas.hotspots for areas in two.values())


def test_three_places_close_to_each_other_are_an_area():
    three = [(523_410.0 + 30 * n, 178_650.0) for n in range(3)]
    found = areas_of(at_places(60, *three))["dbscan", "all", ALL]
    assert [one.incidents.text for one in found.hotspots] == ["40 to 79"]
    west, south, east, north = outline(found.hotspots[0].cells).bounds
    assert (west, south) <= (523_400, 178_600)
    assert (east, north) >= (523_500, 178_700)


def test_few_incidents_are_left_out_and_counted():
    places = [(523_410.0 + 30 * n, 178_650.0) for n in range(4)]
    found = areas_of(at_places(2 * K - 2, *places))
    assert not any(areas.hotspots for areas in found.values())


def test_nothing_is_compared_with_a_quarter_of_which_a_month_is_missing():
    places = [(523_410.0 + 30 * n, 178_650.0) for n in range(3)]
    rows = [
        {"at": f"2017-{month:02d}-{day:02d} 20:00", "place": places[day % 3]}
        for month in range(1, 8)
        for day in range(1, 4 if month < 4 else 24)
    ]
    gap = [row for row in rows if not row["at"].startswith("2017-02")]
    said = {
        name: areas_of(incidents_of(some))["dbscan", "2017 Q2", ALL].hotspots[0].change
        for name, some in (("whole", rows), ("gap", gap))
    }
    assert said == {"whole": "rose", "gap": "not compared"}


# ---- the attack ----------------------------------------------------------------------------------


def stretches(periods: list[MenuPeriod]) -> list[MenuPeriod]:
    """Cut time at the ends of all periods."""
    starts = {pd.Period(one.first_month, "M") for one in periods}
    starts |= {pd.Period(one.last_month, "M") + 1 for one in periods}
    return [
        MenuPeriod(str(start), "quarter", str(start), str(end - 1))
        for start, end in pairwise(sorted(starts))
    ]


class World:
    """All that somebody knows who has the whole release: counts of wards, and areas in bands.

    The unknowns are the incidents of every piece of land that the outlines cut the wards into, in
    every stretch of time that the periods cut it into.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self.periods = [one for one in release.menu if one.kind != "month"]
        self.times = stretches(self.periods)
        placed = Placed.of(DEMO, "2002")
        land = placed.land
        self.areas = [
            (release.period(key), hotspot, land.mask(hotspot.cells).ravel())
            for (_, key, group), areas in release.hotspots.items()
            if group == ALL
            for hotspot in areas.hotspots
        ]
        membership = np.column_stack([mask for _, _, mask in self.areas])
        _, zone_of_cell = np.unique(membership, axis=0, return_inverse=True)
        inside = placed.cell_of >= 0
        zone = np.full(len(DEMO), -1)
        zone[inside] = zone_of_cell.ravel()[placed.cell_of[inside]]
        ward = locate(DEMO, "2002").positions
        pieces = {*zip(zone[inside].tolist(), ward[inside].tolist(), strict=True)}
        # Every piece of land can have incidents, also those that have none.
        pieces |= {
            (int(z), int(w))
            for z, w in zip(zone_of_cell.ravel(), land.ward_of.ravel(), strict=True)
            if w >= 0
        }
        self.pieces = sorted(pieces)
        self.members = {piece: (zone == piece[0]) & (ward == piece[1]) for piece in self.pieces}
        self.of_zone = {
            z: membership[np.flatnonzero(zone_of_cell.ravel() == z)[0]] for z, _ in pieces
        }
        self.values: list[int] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.lines: list[list[int]] = []
        self.cells = {
            (piece, time): self.add(int((self.members[piece] & of_period(time)).sum()))
            for piece in self.pieces
            for time in self.times
        }
        self.add_wards()
        self.of_areas: list[int] = []
        for number, (period, hotspot, _) in enumerate(self.areas):
            parts = self.parts(lambda z, _w, n=number: bool(self.of_zone[z][n]), period)
            band = hotspot.incidents
            self.of_areas.append(self.total(parts, band.low, band.high))

    def add(self, value: int, low: float = 0.0, high: float = 5_000.0) -> int:
        self.values.append(value)
        self.low.append(low)
        self.high.append(high)
        return len(self.values) - 1

    def parts(self, is_in: Callable[[int, int], bool], period: MenuPeriod) -> list[int]:
        return [
            cell
            for (piece, time), cell in self.cells.items()
            if period.first_month <= time.first_month
            and time.last_month <= period.last_month
            and is_in(*piece)
        ]

    def total(self, parts: list[int], low: float, high: float) -> int:
        cell = self.add(sum(self.values[part] for part in parts), low, high)
        self.lines.append([*parts, cell])
        return cell

    def add_wards(self) -> None:
        """Add what is said of wards."""
        for period in self.periods:
            for number, code in enumerate(self.release.wards):
                shown = self.release.count(period, ALL, code)
                low, high = (0.0, 5_000.0) if shown.why == "others" else (1.0, 4.0)
                if shown.value is not None:
                    low = high = float(shown.value)
                parts = self.parts(lambda _z, w, n=number: w == n, period)
                self.total(parts, low, high)

    def add_differences(self) -> None:
        """Add what two areas do not share, and what is left of a ward outside of an area."""
        for a, (period, _, mask) in enumerate(self.areas):
            for b, (other, _, overlap) in enumerate(self.areas):
                if a != b and period == other and (mask & overlap).any():
                    parts = self.parts(
                        lambda z, _w, a=a, b=b: self.of_zone[z][a] and not self.of_zone[z][b],
                        period,
                    )
                    self.total(parts, 0.0, 5_000.0)
            for ward in {w for z, w in self.pieces if self.of_zone[z][a]}:
                parts = self.parts(
                    lambda z, w, a=a, n=ward: w == n and not self.of_zone[z][a], period
                )
                self.total(parts, 0.0, 5_000.0)

    def tell_numbers(self) -> None:
        """Tell the number of incidents of every area instead of its band."""
        for cell in self.of_areas:
            self.low[cell] = self.high[cell] = float(self.values[cell])

    def attacker(self, *, knows_areas: bool) -> Attacker:
        lines = [np.array(line, np.intp) for line in self.lines]
        n = len(self.values)
        sums = LinkedCounts(np.array(self.values, np.int64), sums_of_lines(lines, n)).sums
        low, high = np.array(self.low), np.array(self.high)
        if not knows_areas:
            low[self.of_areas], high[self.of_areas] = 0.0, 5_000.0
        return Attacker(sums, Bounds(low, high))


@pytest.mark.parametrize("numbers", ["in bands", "exact"])
def test_nobody_with_the_whole_release_works_out_a_small_count_of_any_piece_of_land(
    shipped, numbers
):
    world = World(shipped)
    if numbers == "exact":
        world.tell_numbers()
    world.add_differences()
    values = np.array(world.values)
    guarded = np.flatnonzero((values >= 1) & (values <= K - 1))
    assert len(guarded) > 500
    low, high = reachable(world.attacker(knows_areas=True), values, guarded)
    # Wards alone can narrow a count: a piece of a ward with 3 incidents cannot have 4.
    narrow = np.flatnonzero((low > 1 + 1e-6) | (high < K - 1 - 1e-6))
    without = world.attacker(knows_areas=False)
    ends = np.array([without.interval(int(guarded[at])) for at in narrow]).reshape(-1, 2)
    given_away = (low[narrow] > np.maximum(ends[:, 0], 1) + 1e-6) | (
        high[narrow] < np.minimum(ends[:, 1], K - 1) - 1e-6
    )
    assert given_away.any() == (numbers == "exact")  # the attack finds what there is to find


def reachable(
    attacker: Attacker, values: NDArray[np.intp], guarded: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the lowest and the highest value of some cells, as far as 1 and 4.

    Many are moved at once first, for a table in which many are high clears all of them.
    """
    ends = []
    for sign, goal in ((-1.0, 1.0), (1.0, K - 1.0)):
        best = sign * values.astype(np.float64)
        left = len(values) + 1
        short = guarded[best[guarded] < sign * goal - 1e-6]
        while 0 < len(short) < left:
            left = len(short)
            direction = np.zeros(len(values))
            direction[short] = sign
            best = np.maximum(best, sign * attacker.seek(direction).cells)
            short = guarded[best[guarded] < sign * goal - 1e-6]
        for cell in short.tolist():
            if best[cell] < sign * goal - 1e-6:
                direction = np.zeros(len(values))
                direction[cell] = sign
                best = np.maximum(best, sign * attacker.seek(direction).cells)
        ends.append(np.clip(sign * best[guarded], 1.0, K - 1.0))
    return ends[0], ends[1]
