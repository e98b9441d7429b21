"""The tables of an evaluation: methods ranked with intervals, every test, and a summary."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.evaluation.accuracy import HIT_RATE, PAI, PEI, RRI, mean_hit_rate
from geo.evaluation.intervals import mean_intervals, wilson_interval
from geo.evaluation.params import CURVE_UP_TO_PERCENT, EvaluationParams, budget_of, curve_shares
from geo.evaluation.prediction import CountParams, MethodParams, name_of, settings_in_words
from geo.evaluation.rolling import Rolling
from geo.evaluation.rolling_tests import Outcomes
from geo.hotspots.table import RANK
from geo.result import RunRecord
from geo.surfaces.density import INCIDENTS

METHOD = "method"
SETTINGS = "settings"
HIT_RATE_LOW, HIT_RATE_HIGH = "hit_rate_low", "hit_rate_high"
PAI_LOW, PAI_HIGH = "pai_low", "pai_high"
PEI_LOW, PEI_HIGH = "pei_low", "pei_high"
PAI_BY_LOT = "pai_by_lot"
MEAN_HIT_RATE = "mean_hit_rate"
BEHIND, BEHIND_LOW, BEHIND_HIGH = "behind_best", "behind_best_low", "behind_best_high"
EVALUATION_COLUMNS = (
    RANK,
    METHOD,
    SETTINGS,
    HIT_RATE,
    HIT_RATE_LOW,
    HIT_RATE_HIGH,
    PAI,
    PAI_LOW,
    PAI_HIGH,
    PEI,
    PEI_LOW,
    PEI_HIGH,
    RRI,
    MEAN_HIT_RATE,
    PAI_BY_LOT,
    BEHIND,
    BEHIND_LOW,
    BEHIND_HIGH,
)

TRAIN_FROM, TEST_FROM, TEST_TO = "train_from", "test_from", "test_to"
DATE_COLUMNS = (
    TRAIN_FROM,
    TEST_FROM,
    TEST_TO,
    METHOD,
    SETTINGS,
    INCIDENTS,
    HIT_RATE,
    HIT_RATE_LOW,
    HIT_RATE_HIGH,
    PAI,
    PEI,
)


def measures_of(
    tested: Outcomes, used: NDArray[np.bool_], params: EvaluationParams
) -> dict[str, NDArray[np.float64]]:
    """Give each measure at the budget, (methods, dates with incidents)."""
    budget, shares = budget_of(params), curve_shares(params)
    rates = tested.hit_rates[:, used]
    return {
        HIT_RATE: rates[..., budget],
        PAI: rates[..., budget] / shares[budget],
        PEI: rates[..., budget] / tested.best[used, budget],
        PAI_BY_LOT: tested.hit_rates_by_lot[:, used, budget] / shares[budget],
        MEAN_HIT_RATE: mean_hit_rate(shares, rates, CURVE_UP_TO_PERCENT / 100),
        RRI: tested.recaptured[:, used, budget],
    }


def ranked(settings: tuple[MethodParams, ...], means: NDArray[np.float64]) -> NDArray[np.intp]:
    """Order methods by their mean, of equal ones plain counts first: they need no method."""
    is_method = np.array([not isinstance(params, CountParams) for params in settings])
    return np.lexsort((is_method, -means))


def ranked_frame(
    settings: tuple[MethodParams, ...],
    measures: dict[str, NDArray[np.float64]],
    order: NDArray[np.intp],
    params: EvaluationParams,
    incidents: NDArray[np.float64],
) -> pd.DataFrame:
    """Tabulate the means over dates in the order of rank, with ``EVALUATION_COLUMNS``.

    Intervals are of the bootstrap over dates. Where those are all alike, or there is only one, the
    hit rate and the PAI have the interval of a share of all their incidents.
    """
    ranked = {name: values[order] for name, values in measures.items()}
    behind = ranked[PAI][:1] - ranked[PAI]
    columns = {name: values.mean(axis=1) for name, values in ranked.items()} | {
        RANK: np.arange(1, len(order) + 1),
        METHOD: [name_of(settings[k]) for k in order],
        SETTINGS: [settings_in_words(settings[k]) for k in order],
        BEHIND: np.where(np.arange(len(order)) == 0, np.nan, behind.mean(axis=1)),
    }
    of_all = 100 / params.area_percent
    columns[RRI] = _cooling(ranked[RRI], ranked[HIT_RATE])
    spread = {HIT_RATE: ranked[HIT_RATE], PAI: ranked[PAI], PEI: ranked[PEI], BEHIND: behind}
    for name, values in spread.items():
        low, high = mean_intervals(values, params.runs, params.seed)
        if name != BEHIND:  # a stretched interval may leave what is possible
            low, high = np.maximum(low, 0), np.minimum(high, of_all if name == PAI else 1)
        is_own = (name == BEHIND) & (np.arange(len(order)) == 0)
        columns[f"{name}_low"], columns[f"{name}_high"] = (
            np.where(is_own, np.nan, end) for end in (low, high)
        )
    total = np.full(len(order), incidents.sum())
    ends = wilson_interval(columns[HIT_RATE] * total, total)
    is_alike = np.isnan(columns[HIT_RATE_LOW])
    for scale, names in ((1, (HIT_RATE_LOW, HIT_RATE_HIGH)), (of_all, (PAI_LOW, PAI_HIGH))):
        for name, end in zip(names, ends, strict=True):
            columns[name] = np.where(is_alike, end * scale, columns[name])
    return pd.DataFrame(columns)[list(EVALUATION_COLUMNS)]


def _cooling(
    recaptured: NDArray[np.float64], hit_rates: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Divide what is recaptured of the training by the hit rate, over dates that have a training.

    Both (methods, dates), ``recaptured`` NaN where the training has no incident; NaN without a hit.
    """
    trained = ~np.isnan(recaptured)
    again, hit = (np.where(trained, one, 0).sum(axis=1) for one in (recaptured, hit_rates))
    return np.asarray(again / np.where(hit == 0, np.nan, hit), np.float64)


def dates_frame(
    settings: tuple[MethodParams, ...],
    tested: Outcomes,
    rolling: Rolling,
    order: NDArray[np.intp],
    params: EvaluationParams,
) -> pd.DataFrame:
    """Tabulate every test by itself, with the interval of a share counted once."""
    budget, shares = budget_of(params), curve_shares(params)
    rates = tested.hit_rates[order, :, budget]
    total = np.broadcast_to(tested.incidents, rates.shape)
    low, high = wilson_interval(rates * total, total.astype(np.float64))
    n_methods, n_dates = rates.shape
    spans = {
        TRAIN_FROM: rolling.first_days(rolling.starts - rolling.train),
        TEST_FROM: rolling.first_days(rolling.starts),
        TEST_TO: rolling.first_days(rolling.starts + rolling.test) - np.timedelta64(1, "D"),
    }
    columns: dict[str, Any] = {
        name: np.tile(pd.to_datetime(days).date, n_methods) for name, days in spans.items()
    } | {
        METHOD: np.repeat([name_of(settings[k]) for k in order], n_dates),
        SETTINGS: np.repeat([settings_in_words(settings[k]) for k in order], n_dates),
        INCIDENTS: total.ravel(),
        HIT_RATE: rates.ravel(),
        HIT_RATE_LOW: low.ravel(),
        HIT_RATE_HIGH: high.ravel(),
        PAI: rates.ravel() / shares[budget],
        PEI: (rates / tested.best[:, budget]).ravel(),
    }
    return pd.DataFrame(columns)[list(DATE_COLUMNS)]


def summary_in_words(frame: pd.DataFrame, record: RunRecord) -> str:
    """Say which method did best, and whether that is clear."""
    best, used = frame.iloc[0], record.params
    found = (
        f"On {used['area_percent']:g} % of the land {called(frame, 0)} finds "
        f"{100 * best[HIT_RATE]:.1f} % of the incidents of the next "
        f"{used['test'].removeprefix('1 ')}, PAI {best[PAI]:.1f}"
    )
    if used["n_dates_used"] == 1:
        return f"{found}, at one date only: no telling whether it would be first again."
    found += f" ({best[PAI_LOW]:.1f} to {best[PAI_HIGH]:.1f} over {used['n_dates_used']} dates)"
    if len(frame) == 1:
        return f"{found}."
    is_clear = (frame[BEHIND_LOW] > 0).to_numpy()
    near = [called(frame, k) for k in range(1, len(frame)) if not is_clear[k]]
    if near:
        *others, last = near
        names = f"{', '.join(others)} and {last}" if others else last
        return f"{found}; its lead over {names} is no clearer than chance."
    return f"{found}, clearly more than {'the other' if len(frame) == 2 else 'every other'}."


def called(frame: pd.DataFrame, row: int) -> str:
    """Name a method, with its settings where it is there more than once."""
    name = str(frame[METHOD][row])
    is_alone = (frame[METHOD] == name).sum() == 1
    return name if is_alone else f"{name} ({frame[SETTINGS][row]})"
