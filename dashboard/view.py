"""What all pages are about: the data, the period and the one before it, which incidents, wards."""

from dataclasses import dataclass, replace

from boundaries.vintages import Vintage
from dashboard.settings import StartOptions
from geo.change.exposure import DateSpan
from geo.report import ImportReport
from geo.reporting_periods import Compared, financial_year_of, span_in_words
from geo.schema import Incidents
from geo.selection import Selection


@dataclass(frozen=True, eq=False)
class Dataset:
    """The incidents on show.

    Attributes
    ----------
    source
        What to call them.
    report
        How they were read, where that was now.
    is_own
        Whether one person dropped them into the page: then nothing made of them is shared.
    """

    incidents: Incidents
    source: str
    report: ImportReport | None = None
    is_own: bool = False


@dataclass(frozen=True, eq=False)
class View:
    """The data on show and the shared choices of the sidebar.

    Attributes
    ----------
    selection
        Which incidents; its start and end are those of ``period``.
    period
        The days on show, whole months or four weeks.
    compared
        The time it is held against, or why there is none.
    vintage
        Ward polygons.
    options
        What the dashboard was started with.
    """

    dataset: Dataset
    selection: Selection
    period: DateSpan
    compared: Compared
    vintage: Vintage
    options: StartOptions

    @property
    def incidents(self) -> Incidents:
        """All incidents that were read."""
        return self.dataset.incidents

    @property
    def all_times(self) -> Selection:
        """The same incidents without the bounds of the period, for trends."""
        return replace(self.selection, start=None, end=None)

    @property
    def period_words(self) -> str:
        """The period as people say it."""
        return financial_year_of(self.period) or span_in_words(self.period)

    @property
    def before_words(self) -> str:
        """The time it is held against as people say it; empty where there is none."""
        span = self.compared.span
        return (financial_year_of(span) or span_in_words(span)) if span else ""
