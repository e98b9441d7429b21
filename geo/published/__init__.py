"""The tables of the borough's Anti-Hate Crime Strategy 2019-2023, as published."""

from pathlib import Path

import pandas as pd

from boundaries.columns import WARD_CODE
from boundaries.registry import Registry
from boundaries.vintages import Vintage

WARD_NAME_AS_PUBLISHED = "ward_name_as_published"
FINANCIAL_YEAR = "financial_year"
VICTIMS = "victims"
AREA = "area"
STRAND = "strand"
OFFENCES = "offences"

NOT_LOCATED_CODE = "not_located"
"""Ward code of the published row NULL: victims without a recorded ward."""
ALL_STRANDS = "all hate crimes"
"""The published total: strand mentions added up, so more than the victims."""
BOROUGH = "Hammersmith & Fulham"
LONDON = "London (Met police area)"

WARD_TABLE_VINTAGE: Vintage = "2002"
"""The wards in force when the table was made."""

_VICTIMS_FILE = "hate_crime_victims_by_ward.csv"
_OFFENCES_FILE = "hate_crime_offences_by_strand.csv"


def victims_by_ward() -> pd.DataFrame:
    """Give the victims of hate crime by ward (2002 vintage) and financial year.

    Returns
    -------
    51 rows: 16 wards and none, by three years (2015/16 to 2017/18), columns ``ward_code``,
    ``ward_name_as_published``, ``financial_year``, ``victims``. The row published as NULL has the
    code ``not_located``.

    Raises
    ------
    DataIntegrityError
        The shipped file is missing or altered.
    """
    table = _read(_VICTIMS_FILE).fillna({WARD_CODE: NOT_LOCATED_CODE})
    return table[[WARD_CODE, WARD_NAME_AS_PUBLISHED, FINANCIAL_YEAR, VICTIMS]]


def offences_by_strand() -> pd.DataFrame:
    """Give the recorded offences by strand and financial year, the borough beside London.

    Returns
    -------
    72 rows: 2 areas by 5 strands and their total by six years (2012/13 to 2017/18), columns
    ``area``, ``strand``, ``financial_year``, ``offences``. An offence with two strands is in both,
    so the total counts mentions.

    Raises
    ------
    DataIntegrityError
        The shipped file is missing or altered.
    """
    return _read(_OFFENCES_FILE)[[AREA, STRAND, FINANCIAL_YEAR, OFFENCES]]


def _read(name: str) -> pd.DataFrame:
    # "NULL" is a published row name, not a missing value.
    path = Registry(Path(__file__).parent).path(name)
    return pd.read_csv(path, keep_default_na=False, na_values={WARD_CODE: [""]})
