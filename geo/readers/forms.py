"""Taking texts apart by the first of several forms that fits."""

import re

import pandas as pd


def matched(
    words: "pd.Series[str]", forms: tuple[str, ...], parts: tuple[str, ...]
) -> pd.DataFrame:
    """Take words apart by the first form that fits each; all parts missing where none does."""
    pieces = []
    for form in forms:
        found = words.str.extract(f"^(?:{form})$", flags=re.ASCII)
        fits = found.notna().any(axis=1)
        pieces.append(found[fits].reindex(columns=parts).astype("str"))
        words = words[~fits]
        if words.empty:
            break
    rest = pd.DataFrame(index=words.index, columns=parts, dtype="str")
    return pd.concat([*pieces, rest]).sort_index()
