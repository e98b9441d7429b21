"""What the tests of the command line share, beside the fixtures."""

import io

import pandas as pd


def table_in(text: str) -> pd.DataFrame:
    """Read the CSV that a command wrote."""
    return pd.read_csv(io.StringIO(text))
