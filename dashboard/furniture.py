"""What every page wears: a little style, the demonstration banner, tables that can be read."""

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from dashboard import downloads, escape
from dashboard.downloads import Download
from dashboard.escape import esc
from dashboard.figures import cell_html
from dashboard.words import DEMONSTRATION
from geo.report import PROBLEM_COLUMNS, ROW_VALUES, ImportReport

# Streamlit leaves six lines of space above the first element; on a laptop the map needs them.
_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.6rem 1.5rem 1rem; max-width: none; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: .6rem; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: .55rem; }
[data-testid="stSidebarHeader"] { height: 2.6rem; margin-bottom: 0; }
[data-testid="stSidebarContent"] [data-testid="stHeading"] { padding-top: .9rem; }
[data-testid="stSidebarContent"] h3 { font-size: 1rem; padding: 0 0 .6rem; }
[data-testid="stHeading"] h1 { font-size: 1.6rem; padding: .2rem 0; }
[data-testid="stMain"] h2 { font-size: 1.35rem; }
[data-testid="stMain"] h3 { font-size: 1.25rem; }
[data-testid="stMain"] h2 ~ h3, [data-testid="stExpander"] h3 { font-size: 1.05rem; }
.demonstration { background: #1d70b8; color: #fff; padding: 3px 12px; font-size: .85rem; }
button[data-variant="segmented_control"][data-selected="true"][role] {
  color: inherit !important;  /* under the pointer, too */
}
button[data-variant="segmented_control"][data-selected="true"] p { font-weight: 600; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: .9; }
[data-testid="stCaptionContainer"] p { color: inherit; opacity: 1; }
.st-key-tools { gap: .3rem; }
.st-key-tools button { padding: .15rem .25rem; min-height: 2rem; }
.st-key-tools button p, .st-key-tools button kbd, .st-key-tools button span { font-size: .75rem; }
.st-key-tools button:enabled kbd { color: inherit; opacity: 1; }
.said p { font-size: .85rem; margin: 0; border-left: 4px solid #1d70b8; padding: 0 0 0 8px; }
.figures { overflow-x: auto; }
.figures table { border-collapse: collapse; width: 100%; font-size: .85rem; }
.figures table { font-variant-numeric: tabular-nums; }
.figures th, .figures td { padding: 3px 8px; border-bottom: 1px solid #8886; text-align: left; }
.figures tbody th { font-weight: normal; }
.figures .figure { text-align: right; }
.figures th, .figures td { vertical-align: top; }
@media (max-width: 640px) { .figures td:not(.figure) { min-width: 7.5rem; } }
</style>
"""

_BANNER = f"""
<div class="demonstration" role="note"><strong>{DEMONSTRATION}.</strong>
Totals equal the published tables; no point describes anyone. Choose your own files in the sidebar.
</div>
"""


plain = escape.plain
"""For text in what reads Markdown."""


def style() -> None:
    """Apply the style; once per run."""
    st.html(_STYLE)


def demonstration_banner() -> None:
    """Say that the incidents on the page are synthetic."""
    st.html(_BANNER)


def import_report(report: ImportReport) -> None:
    """Show what became of every row that was read, and offer the rows with problems."""
    title = f"How the files were read: {report.in_words()}"
    with st.expander(plain(title), expanded=report.rejected > 0):
        files = [
            {
                "File": file.name,
                "Kind": file.kind,
                "Rows read": file.rows_read,
                "Used": file.used,
                "Rejected": file.rejected,
                "Note": file.note,
            }
            for file in report.files
        ]
        table(pd.DataFrame(files), texts=("Kind", "Note"))
        if len(report.problems):
            st.write(f"{len(report.problems):,} rows with problems; the first twenty:")
            table(report.problems.head(20).drop(columns=[ROW_VALUES]), texts=PROBLEM_COLUMNS)
            every = Download(
                "Download all rows with problems (CSV)",
                "import-problems.csv",
                report.problems_csv,
                lambda: {"rows_with_problems": len(report.problems)},
                has_records=True,
            )
            downloads.button(every)


def error(problem: Exception | str) -> None:
    """Say what is wrong; names and values out of files stay as they are written."""
    st.error(plain(str(problem)))


def table(frame: pd.DataFrame, *, texts: Collection[str] = (), label: str = "Table") -> None:
    """Show a frame as a plain table with its columns as header.

    Figures stand right, the first column and ``texts`` left; ``label`` is what a screen reader
    calls it. Streamlit's own table would read Markdown in the cells, so that a cell of a file
    could make the browser ask another host.
    """
    rows = list(frame.itertuples(index=False, name=None))
    figures_table(list(frame.columns), rows, label=label, texts=texts)


def figures_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    label: str,
    texts: Collection[str] = (),
    strong: Collection[int] = (),
) -> None:
    """Show a table; cells that are figures carry their names.

    Parameters
    ----------
    columns
        The first is the name of the row.
    label
        What a screen reader calls it.
    texts
        Columns that stand left, beside the first.
    strong
        Rows that stand out, by position.
    """
    kinds = ["", *("" if name in texts else " class='figure'" for name in columns[1:])]
    head = "".join(
        f"<th scope='col'{kind}>{esc(name)}</th>" for name, kind in zip(columns, kinds, strict=True)
    )
    body = "".join(_row(row, kinds, number in strong) for number, row in enumerate(rows))
    st.html(
        f"<div class='figures' tabindex='0' role='region' aria-label='{esc(label)}'><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[object], kinds: Sequence[str], is_strong: bool) -> str:
    written = map(cell_html, row)
    first, *others = (f"<strong>{cell}</strong>" for cell in written) if is_strong else written
    cells = "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(others, kinds[1:], strict=True))
    return f"<tr><th scope='row'>{first}</th>{cells}</tr>"


def signed_pct(value: float) -> str:
    """Write a change in per cent; nothing can be said of a change from zero.

    >>> signed_pct(-11.24), signed_pct(-0.04), signed_pct(float("nan"))
    ('-11.2', '0.0', 'not defined')
    """
    if value != value:  # noqa: PLR0124 - NaN
        return "not defined"
    return f"{value:+.1f}" if round(value, 1) else "0.0"
