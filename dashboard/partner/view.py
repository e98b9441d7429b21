"""What the pages for partners are about: a release, a period of its menu, a group of incidents."""

from dataclasses import dataclass

from dashboard.settings import StartOptions
from geo.disclosure.cells import BOROUGH
from geo.disclosure.levels import IN_WORDS, Level
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release, Shown


def has_wards(release: Release, group: str) -> bool:
    """Say whether a group has ward counts; all of the data has them if any period does."""
    return release.has(release.menu[0], group, next(iter(release.wards)))


@dataclass(frozen=True, eq=False)
class ReleaseView:
    """A release and the shared choices of the sidebar.

    Attributes
    ----------
    release
        All that may be shown, at the level of the session.
    source
        What to call the data.
    period
        Of the menu; never a month, for which there are no ward figures.
    before
        What it is held against; None where nothing is.
    why_not
        Why nothing is compared, a sentence.
    group
        Code of the group on show: ``all``, ``kind: crime``, ``strand: race`` ...
    options
        What the dashboard was started with.
    is_own
        Whether one person dropped the data into the page: then nothing made of it is shared.
    """

    release: Release
    source: str
    period: MenuPeriod
    before: MenuPeriod | None
    why_not: str
    group: str
    options: StartOptions
    is_own: bool = False

    @property
    def level(self) -> Level:
        """Level of the figures."""
        return self.release.level

    @property
    def level_words(self) -> str:
        """The level as every map, table and file says it."""
        return IN_WORDS[self.level]

    def count(self, area: str = BOROUGH, group: str | None = None) -> Shown:
        """Give the count of the period, of the group on show unless another is named."""
        return self.release.count(self.period, group or self.group, area)
