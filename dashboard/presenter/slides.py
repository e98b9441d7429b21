"""The slides of the presenter view, as HTML."""

from dashboard.brief.model import Brief
from dashboard.escape import esc
from dashboard.packs.map_picture import map_of
from dashboard.packs.markup import picture_html, section_html
from dashboard.packs.sections import (
    MapPart,
    PackOptions,
    Section,
    level_words,
    sections_of,
    title_of,
)
from dashboard.words import DEMONSTRATION


def slides_of(brief: Brief, options: PackOptions) -> list[dict[str, str]]:
    """Give title and HTML of each slide, all text in it escaped."""
    return [_slide(brief, section, options) for section in sections_of(brief, options)]


def _slide(brief: Brief, section: Section, options: PackOptions) -> dict[str, str]:
    parts = [block for block in section.blocks if isinstance(block, MapPart)]
    picture = picture_html(map_of(brief), parts[0]) if parts else ""
    demonstration = f"<strong>{DEMONSTRATION}</strong>" if brief.is_demonstration else ""
    foot = f"{esc(level_words(brief))}. {esc(title_of(brief))}. Data to {esc(brief.data_to)}."
    html = (
        f"<p class='marking'>{esc(options.marking)}</p>{section_html(section, picture)}"
        f"<footer><span>{demonstration}</span><span>{foot}</span></footer>"
    )
    return {"title": section.title, "html": html}
