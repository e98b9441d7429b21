"""Synthetic incidents whose totals are the published ones; they describe no one."""

from geo.readers.importing import DEMO, read
from geo.schema import Incidents


def load() -> Incidents:
    """Give the 1,727 synthetic incidents that ship with the project.

    Counts by ward (2002 vintage) and financial year and mentions by strand and financial year
    equal :mod:`geo.published`; 24 are not located. See the README of this folder.

    Raises
    ------
    DataIntegrityError
        The shipped file is missing or altered.
    """
    return read([DEMO]).incidents
