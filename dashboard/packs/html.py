"""The pack as one HTML file: the map with its time slider, and every table; it asks nobody."""

from dashboard.brief.model import Brief
from dashboard.escape import esc, script_json
from dashboard.maps.standalone import standalone_html
from dashboard.packs.markup import cards_html, section_html, style
from dashboard.packs.record import record_of
from dashboard.packs.sections import (
    PackOptions,
    compared_in_words,
    level_words,
    located_in_words,
    sections_of,
    title_of,
)
from dashboard.words import DEMONSTRATION

_STYLE = """
.pack-marking { text-align: center; font-weight: bold; letter-spacing: .04em; margin: 0 0 6px; }
.pack-level { text-align: center; font-weight: bold; margin: 0 0 6px; }
.pack-headline { font-size: 17px; font-weight: bold; margin: 0 0 4px; }
.pack-section { margin: 28px 0 0; padding-top: 12px; border-top: 1px solid var(--st-border-color); }
.pack-section h2 { font-size: 19px; }
.pack-section.pack-change .pack-columns { display: grid; gap: 0 28px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
.pack-table :focus-visible, .pack-table:focus-visible { outline: 3px solid #1d70b8; }
.pack-table th[scope=row], .pack-table td { min-width: 4.5em; }
.pack-table td:not(.figure) { min-width: 8em; }
footer { margin: 24px 0 8px; font-size: 12.5px; }
@media print {
  .pack-section { break-before: page; border: 0; margin: 0; }
  .pack-table { overflow: visible; }
  tr { break-inside: avoid; }
}
"""


def html_bytes(brief: Brief, options: PackOptions) -> bytes:
    """Make the page; the same briefing gives the same bytes."""
    _, *others = sections_of(brief, options)
    marking = (
        f"<p class='pack-marking'>{esc(options.marking)}</p>"
        f"<p class='pack-level'>{esc(level_words(brief))}</p>"
    )
    above = (
        f"<p class='pack-headline'>{esc(brief.headline)}</p><p>{esc(compared_in_words(brief))} "
        f"Data to {esc(brief.data_to)}.</p>{cards_html(brief.figures)}"
        f"{cards_html(brief.located)}"
    )
    demonstration = f"<p><strong>{DEMONSTRATION}.</strong></p>" if brief.is_demonstration else ""
    record = script_json(record_of(brief))
    below = (
        "".join(section_html(section) for section in others)
        + f"<footer>{demonstration}<p>{esc(located_in_words(brief))} {esc(brief.attribution)}</p>"
        f"{marking}</footer>"
        f"<script type='application/json' id='run-record'>{record}</script>"
    )
    page = standalone_html(
        brief.map,
        title=title_of(brief),
        top=marking,
        above=above,
        below=below,
        style=style() + _STYLE + _on_paper(brief, options),
    )
    return page.encode()


def _on_paper(brief: Brief, options: PackOptions) -> str:
    """Put the marking and the level, a few fixed words, on every printed page."""
    words = f"{options.marking} · {level_words(brief)}"
    marked = f'content: "{words}"; font: bold 10pt Arial, sans-serif'
    return f"@page {{ @top-center {{ {marked} }} @bottom-center {{ {marked} }} }}"
