"""Figures, tables and hotspots of a briefing as HTML in which every figure carries its name."""

from collections.abc import Sequence

import streamlit as st

from dashboard import furniture
from dashboard.brief.model import BriefHotspot, BriefTable
from dashboard.escape import esc
from dashboard.figures import Figure, marked, said, said_html

_STYLE = """
<style>
.headline { font-size: 1.3rem; line-height: 1.35; margin: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .5rem;
  margin: 0 !important; padding: 0 !important; }
.cards > div { border: 1px solid #8888; border-top: 3px solid #1d70b8; padding: .35rem .6rem;
  min-width: 0; }
.cards dt { font-size: .8rem; line-height: 1.2; }
.cards dd { margin: 0; font-variant-numeric: tabular-nums; }
.cards dd.amount { font-size: 1.45rem; font-weight: 600; line-height: 1.3; }
.cards dd.note { font-size: .75rem; line-height: 1.25; }
.ranked { list-style: none; margin: 0 !important; padding: 0 !important; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
.ranked > li { border: 1px solid #8888; border-left: 3px solid #1d70b8; padding: .5rem .7rem;
  margin: 0; }
.ranked h3 { font-size: 1rem; margin: 0 0 .2rem; padding: 0; }
.ranked p { margin: 0 0 .15rem; font-size: .875rem; line-height: 1.4; }
.ranked .rank { display: inline-block; min-width: 1.5rem; margin-right: .4rem; text-align: center;
  background: #1d70b8; color: #fff; }
.lines { margin: 0; padding-left: 1.2rem; }
.lines li { margin: 0 0 .2rem; }
</style>
"""


def style() -> None:
    """Apply the style of the page."""
    st.html(_STYLE)


def headline(text: str) -> None:
    """Show the one sentence of the page."""
    st.html(f"<p class='headline'>{esc(text)}</p>")


def cards(figures: Sequence[Figure]) -> None:
    """Show figures side by side: label, number, note."""
    shown = "".join(
        f"<div><dt>{esc(figure.label)}</dt><dd class='amount'>{marked(figure)}</dd>"
        + (f"<dd class='note'>{esc(figure.note)}</dd>" if figure.note else "")
        + "</div>"
        for figure in figures
    )
    st.html(f"<dl class='cards'>{shown}</dl>")


def lines(sentences: Sequence[str]) -> None:
    """Show sentences as a list."""
    items = "".join(f"<li>{esc(text)}</li>" for text in sentences)
    st.html(f"<ul class='lines'>{items}</ul>")


def table(shown: BriefTable) -> None:
    """Show a table; where it has no rows, what its note says."""
    st.subheader(furniture.plain(shown.title), anchor=False)
    if not shown.rows:
        st.write(furniture.plain(shown.note))
        return
    texts = [
        name
        for at, name in enumerate(shown.columns)
        if not any(isinstance(row[at], Figure) for row in shown.rows)
    ]
    furniture.figures_table(shown.columns, shown.rows, label=shown.title, texts=texts)
    st.caption(furniture.plain(shown.note))


def sentence(text: str, figures: Sequence[Figure]) -> None:
    """Show a sentence, the figures in it that stand before their labels with their names."""
    shown = esc(text)
    for figure in figures:
        shown = shown.replace(esc(said(figure)), said_html(figure), 1)
    st.html(f"<p>{shown}</p>")


def hotspots(ranked: Sequence[BriefHotspot], before: str) -> None:
    """Show the ranked hotspots: how many, why, when, lately, and how sure that is."""
    items = "".join(f"<li>{_hotspot(spot, before)}</li>" for spot in ranked)
    st.html(f"<ol class='ranked'>{items}</ol>")


def _hotspot(spot: BriefHotspot, before: str) -> str:
    figures = {figure.name.rsplit(".", 1)[1]: figure for figure in spot.figures}
    counted = f"{marked(figures['incidents'])} incidents"
    if "before" in figures:
        counted += (
            f", {marked(figures['before'])} in {esc(before)} ({marked(figures['difference'])})"
        )
    sentences = [f"{counted}. {esc(spot.when)}", _lately(spot, figures), esc(spot.confidence)]
    sentences.append(f"{esc(spot.why)} In {esc(spot.wards)}.")
    paragraphs = "".join(f"<p>{text}</p>" for text in sentences if text)
    return f"<h3><span class='rank'>{spot.rank}</span>{esc(spot.name)}</h3>{paragraphs}"


def _lately(spot: BriefHotspot, figures: dict[str, Figure]) -> str:
    """Give the sentence on the last four weeks, its two figures with their names."""
    text = esc(spot.lately)
    for name in ("expected_4_weeks", "last_4_weeks"):
        if name in figures and text:
            figure = figures[name]
            start = text.find(figure.text) if name == "last_4_weeks" else text.rfind(figure.text)
            text = text[:start] + marked(figure) + text[start + len(figure.text) :]
    return text
