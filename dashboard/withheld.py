"""How pictures mark a figure that is withheld: a hatched stub with the words that stand for it.

Never nothing, which would read as 0, and never a bar or a point, which would read as a figure.
"""

from dashboard.charts import Ink
from dashboard.escape import esc

EXPLAINED = (
    'Hatched: withheld. "Fewer than" is a small count; "not shown" would give a small count away.'
)
"""Stands below every picture that has a stub."""

_STUB_PX = 14.0
_LEAST_PX_FOR_WORDS = 9.0
_HATCH = "withheld"


def hatch(ink: Ink) -> str:
    """Give the pattern of the stubs; once in each picture that has one."""
    return (
        f"<defs><pattern id='{_HATCH}' width='5' height='5' patternUnits='userSpaceOnUse'>"
        f"<path d='M-1 1l2-2M0 5l5-5M4 6l2-2' stroke='{ink.text}' stroke-width='1'/>"
        "</pattern></defs>"
    )


def stub(middle: float, floor: float, width: float, words: str, ink: Ink) -> str:
    """Draw a stub on the axis, with its words above it where there is room for a line of them.

    Parameters
    ----------
    middle, floor
        Where it stands, in pixels.
    words
        ``fewer than 5`` or ``not shown``.
    """
    drawn = (
        f"<rect x='{middle - width / 2:.1f}' y='{floor - _STUB_PX:.1f}' width='{width:.1f}' "
        f"height='{_STUB_PX:g}' fill='url(#{_HATCH})' stroke='{ink.muted}'/>"
    )
    if width < _LEAST_PX_FOR_WORDS:
        return drawn
    x, y = middle + 4, floor - _STUB_PX - 4
    return (
        f"{drawn}<text x='{x:.1f}' y='{y:.1f}' transform='rotate(-90 {x:.1f} {y:.1f})' "
        f"font-size='11' fill='{ink.text}'>{esc(words)}</text>"
    )
