"""Tables read back from files, made comparable whatever kind of file they come from."""

import numpy as np
import pandas as pd


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Write days as text, and NaN for whatever a kind of file has for nothing."""
    days = {name: table[name].astype(str).str[:10] for name in table if name.endswith("_day")}
    texts = table.assign(**days).astype(object)
    return texts.where(texts.notna() & (texts != ""), np.nan).infer_objects()
