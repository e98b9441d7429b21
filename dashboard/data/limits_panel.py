"""What may be asked of this server at most, as a table."""

import pandas as pd
import streamlit as st

from dashboard import furniture
from dashboard.limits import limits
from geo.grids.cells import MAX_CELLS

_MORE = (
    "So that one person's work does not stall the others'. Whoever looks after the dashboard can "
    "set them (`hotspots serve --limit rows=500000`); the command line allows more."
)


def show_limits() -> None:
    """List the limits of the pages."""
    with st.expander("Limits"):
        st.caption(_MORE)
        furniture.table(limits_table(), label="Limits", texts=("Unit",))


def limits_table() -> pd.DataFrame:
    """Give each limit with its unit."""
    now = limits()
    rows = [(one.label, f"{getattr(now, one.name):,}", one.unit) for one in now.specs()]
    rows.append(("Cells of a grid or surface", f"{MAX_CELLS:,}", "cells"))
    return pd.DataFrame(rows, columns=["What", "At most", "Unit"])
