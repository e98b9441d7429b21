"""Wards year by year as a table, of figures that may be shown."""

from dashboard.figures import Figure
from dashboard.partner.shown import count_figure
from dashboard.partner.view import ReleaseView
from dashboard.partner.wards.numbers import LAST
from dashboard.wards.numbers import TOTAL
from geo.disclosure.cells import BOROUGH
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.over_time import periods_by
from geo.wards.table import EXTRA_ROWS


def years_of(view: ReleaseView) -> dict[str, MenuPeriod]:
    """Give the financial years that have ward figures of the group on show, the earliest first."""
    return {
        label: period
        for label, period in periods_by(view.release, "fy").items()
        if all(view.release.has(period, view.group, area) for area in view.release.areas)
    }


def years_columns(view: ReleaseView) -> list[str]:
    """Give the headings of the table."""
    years = years_of(view)
    return ["Ward", *(f"{y}, part" if p.n_months < 12 else y for y, p in years.items())]


def years_rows(view: ReleaseView) -> list[list[Figure | str]]:
    """Give a row per ward in the order of the names, then the rest and all."""
    release, years = view.release, years_of(view)
    wards = release.wards
    codes = sorted(wards, key=lambda code: wards[code])
    return [
        [
            wards.get(code) or LAST[code],
            *(
                count_figure(
                    _name(label, code),
                    label,
                    release.count(period, view.group, BOROUGH if code == TOTAL else code),
                )
                for label, period in years.items()
            ),
        ]
        for code in (*codes, *LAST)
    ]


def _name(year: str, code: str) -> str:
    """Name a figure with its year: it is not that of the chosen period."""
    what = code if code in (TOTAL, *EXTRA_ROWS) else f"ward.{code}"
    return f"fy.{year}.{what}.count"
