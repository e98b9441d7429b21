"""The menu of periods: every stretch of time once, and every month."""

import pytest

from geo.disclosure.menu import menu_of
from tests.factories import make_incidents

HERE = (523500.0, 178500.0)


def kinds(*days: str) -> list[tuple[str, str]]:
    menu = menu_of(make_incidents(list(days), [HERE] * len(days)))
    return [(period.kind, period.key) for period in menu]


@pytest.mark.parametrize("days", [("2018-03-02",), ("2018-03-02", "2018-03-30")])
def test_data_of_one_month_is_all_of_the_data_and_a_month(days: tuple[str, ...]) -> None:
    assert kinds(*days) == [("all", "all"), ("month", "2018-03")]


def test_a_financial_year_of_one_month_has_ward_figures_too() -> None:
    found = kinds("2017-04-01", "2018-04-30")
    assert ("financial year", "2018/19") in found
    assert [key for kind, key in found if kind == "month"][:2] == ["2018-04", "2018-03"]


def test_a_stretch_of_time_is_listed_once_but_for_months() -> None:
    found = kinds("2017-04-01", "2018-03-31")
    # All of the data is the financial year, and the twelve months to its end.
    assert [kind for kind, _ in found if kind != "month"] == ["all", *["quarter"] * 4]
    assert sum(kind == "month" for kind, _ in found) == 12
