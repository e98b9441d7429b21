"""How the layers of a GeoPackage look: QML for QGIS and SLD 1.1 for other programs.

QGIS reads the default style of a layer from the table ``layer_styles`` of the same file. Other
programs leave the table alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd

from dashboard.maps.classify import SURFACE_COLOURS, WARD_COLOURS, classify
from geo.grids.emerging import PATTERN
from geo.grids.emerging_patterns import PATTERNS
from geo.grids.gistar import SIGNIFICANCE, Z
from geo.hotspots.table import NAME, RANK
from geo.wards.table import VALUE

DENSITY_CLASS = "density_class"
"""Column with the number of a class, the lowest 1."""
_INK = "#222222"
_NO_FILL = "none"
_HOT_COLOURS = {0.01: SURFACE_COLOURS[4], 0.05: SURFACE_COLOURS[2], 0.1: SURFACE_COLOURS[0]}
_QUIET_COLOURS = {0.01: "#2166ac", 0.05: "#67a9cf", 0.1: "#d1e5f0"}
_SLD = "http://www.opengis.net/sld"
_SE = "http://www.opengis.net/se"
_OGC = "http://www.opengis.net/ogc"


@dataclass(frozen=True)
class Rule:
    """One class of a layer: which rows, and how they are drawn.

    Attributes
    ----------
    label
        In the legend.
    where
        Bounds of the field, or the one value that it has; None for all rows.
    fill, outline, width_mm
        Colours as ``#rrggbb``; the fill may be ``none``.
    """

    label: str
    where: tuple[float, float] | str | None
    fill: str
    outline: str = _INK
    width_mm: float = 0.26


@dataclass(frozen=True)
class Style:
    """How one layer looks.

    Attributes
    ----------
    name, description
        As QGIS lists it.
    field
        The column that the rules are about; an expression where ``is_expression``.
    rules
        In the order of the legend; the first that fits is drawn.
    label
        Column or expression written on each area; empty for none.
    """

    name: str
    description: str
    rules: tuple[Rule, ...]
    field: str = ""
    label: str = ""
    is_expression: bool = False

    @property
    def kind(self) -> Literal["graduated", "categorised", "single"]:
        """How QGIS sorts rows into the rules."""
        if isinstance(self.rules[0].where, tuple):
            return "graduated"
        return "single" if self.rules[0].where is None else "categorised"


def style_of(table: pd.DataFrame) -> Style:
    """Choose the style of a layer by the columns that it has."""
    if PATTERN in table:
        return _patterns(table)
    if SIGNIFICANCE in table and Z in table:
        return _cells()
    if RANK in table:
        return _hotspots()
    if DENSITY_CLASS in table:
        return _density_classes(table)
    if VALUE in table:
        return _amounts(table)
    return Style("Outlines", "Outlines of all areas", (Rule("Area", None, _NO_FILL),))


def _hotspots() -> Style:
    rule = Rule("Hotspot", None, _NO_FILL, _INK, 0.66)
    label = f'"{RANK}" || \'. \' || "{NAME}"'
    return Style("Hotspots", "Outlines with rank and name", (rule,), "", label, is_expression=True)


def _density_classes(table: pd.DataFrame) -> Style:
    """Colour classes of density, whose ranges are the last column."""
    words = dict(zip(table[DENSITY_CLASS].tolist(), table.iloc[:, -1].tolist(), strict=True))
    most = max(words, default=1)
    spread = np.linspace(0, len(SURFACE_COLOURS) - 1, most).round().astype(int).tolist()
    rules = tuple(
        Rule(words[number], str(number), SURFACE_COLOURS[spread[number - 1]], "#ffffff", 0.1)
        for number in sorted(words)
    )
    return Style("Density", "Incidents per km2, in classes", rules, DENSITY_CLASS)


def _amounts(table: pd.DataFrame) -> Style:
    values = table[VALUE].to_numpy(np.float64)
    decimals = 0 if np.all(np.mod(values[np.isfinite(values)], 1) == 0) else 1
    scale = classify(values, "natural breaks", title=VALUE, decimals=decimals)
    lows = [scale.classes[0].low, *(one.high for one in scale.classes[:-1])]
    rules = tuple(
        Rule(one.label, (low, _upper(one.high, values)), one.colour, "#ffffff")
        for low, one in zip(lows, scale.classes, strict=True)
    )
    return Style("Amounts", "Five classes at most, natural breaks", rules, VALUE, "ward_name")


def _upper(high: float, values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Let the last class hold the highest value, which its label rounds."""
    most = float(np.nanmax(values, initial=high))
    return most if high < most < high + 1 else high


def _cells() -> Style:
    """Colour cells by the level that they reach, hot and unusually quiet ones apart."""
    hot = [
        Rule(f"Hot, p up to {level:g}", f"hot {level:g}", colour, colour)
        for level, colour in _HOT_COLOURS.items()
    ]
    quiet = [
        Rule(f"Unusually quiet, p up to {level:g}", f"quiet {level:g}", colour, colour)
        for level, colour in _QUIET_COLOURS.items()
    ]
    field = f"if(\"{Z}\" > 0, 'hot ', 'quiet ') || to_string(\"{SIGNIFICANCE}\")"
    return Style(
        "Significance",
        "Hot and unusually quiet cells by level",
        (*hot, *quiet),
        field,
        "",
        is_expression=True,
    )


def _patterns(table: pd.DataFrame) -> Style:
    found = set(table[PATTERN])
    colours = dict(zip((p.name for p in PATTERNS), _spread(len(PATTERNS)), strict=True))
    rules = [
        Rule(name.capitalize(), name, colour, _INK, 0.1)
        for name, colour in colours.items()
        if name in found
    ]
    rules += [
        Rule(name.capitalize(), name, _NO_FILL, "#2166ac", 0.4)
        for name in sorted(found - set(colours))
    ]
    rules = rules or [Rule("No cell has a pattern", "", _NO_FILL)]
    return Style("Patterns", "Patterns over time", tuple(rules), PATTERN)


def _spread(count: int) -> list[str]:
    """Give colours between those of the wards' classes, light to dark."""
    known = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in WARD_COLOURS], float)
    at = np.linspace(0, len(known) - 1, count)
    parts = [
        np.interp(at, np.arange(len(known)), known[:, k]).round().astype(int) for k in range(3)
    ]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in zip(*parts, strict=True)]


# ---- QGIS ----------------------------------------------------------------------------------------


def qml(style: Style) -> str:
    """Write a style as QGIS reads it, version 3."""
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling",
        labelsEnabled=_flag(style.label),
    )
    names = {
        "graduated": "graduatedSymbol",
        "categorised": "categorizedSymbol",
        "single": "singleSymbol",
    }
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type=names[style.kind],
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    if style.kind != "single":
        renderer.set("attr", style.field)
        _classes(renderer, style)
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(style.rules):
        _symbol(symbols, number, rule)
    if style.label:
        _labels(root, style)
    return f"<!DOCTYPE qgis>\n{ET.tostring(root, encoding='unicode')}"


def _flag(value: object) -> str:
    return "1" if value else "0"


def _classes(renderer: ET.Element, style: Style) -> None:
    if style.kind == "graduated":
        renderer.set("graduatedMethod", "GraduatedColor")
    parent = ET.SubElement(renderer, "ranges" if style.kind == "graduated" else "categories")
    for number, rule in enumerate(style.rules):
        about = {"symbol": str(number), "label": rule.label, "render": "true"}
        if isinstance(rule.where, tuple):
            low, high = rule.where
            ET.SubElement(parent, "range", about, lower=f"{low:.6f}", upper=f"{high:.6f}")
        else:
            ET.SubElement(parent, "category", about, value=str(rule.where), type="string")


def _symbol(symbols: ET.Element, number: int, rule: Rule) -> None:
    symbol = ET.SubElement(
        symbols,
        "symbol",
        type="fill",
        name=str(number),
        alpha="1",
        clip_to_extent="1",
        force_rhr="0",
    )
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill"}, enabled="1", locked="0")
    layer.set("pass", "0")
    facts = {
        "color": _rgba("#ffffff" if rule.fill == _NO_FILL else rule.fill),
        "style": "no" if rule.fill == _NO_FILL else "solid",
        "outline_color": _rgba(rule.outline),
        "outline_style": "solid",
        "outline_width": f"{rule.width_mm:g}",
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }
    for key, value in facts.items():
        ET.SubElement(layer, "prop", k=key, v=value)


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _labels(root: ET.Element, style: Style) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=style.label,
        isExpression=_flag(style.is_expression),
        fontFamily="Sans",
        fontSize="9",
        fontSizeUnit="Point",
        textColor=_rgba(_INK),
        textOpacity="1",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=_rgba("#ffffff"),
        bufferOpacity="1",
    )
    ET.SubElement(settings, "placement", placement="1", centroidInside="1", centroidWhole="1")


# ---- other programs ------------------------------------------------------------------------------


def sld(style: Style, layer: str) -> str:
    """Write a style as a Styled Layer Descriptor; expressions have no words there and are left out.

    Classes by an expression become one symbol.
    """
    for prefix, uri in (("sld", _SLD), ("se", _SE), ("ogc", _OGC)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", version="1.1.0")
    named = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    ET.SubElement(named, f"{{{_SE}}}Name").text = layer
    user = ET.SubElement(named, f"{{{_SLD}}}UserStyle")
    ET.SubElement(user, f"{{{_SE}}}Name").text = style.name
    types = ET.SubElement(user, f"{{{_SE}}}FeatureTypeStyle")
    is_plain = style.kind == "single" or style.is_expression
    for rule in style.rules[:1] if is_plain else style.rules:
        _sld_rule(types, style, rule, is_plain=is_plain)
    return ET.tostring(root, encoding="unicode")


def _sld_rule(types: ET.Element, style: Style, rule: Rule, *, is_plain: bool) -> None:
    element = ET.SubElement(types, f"{{{_SE}}}Rule")
    ET.SubElement(element, f"{{{_SE}}}Name").text = rule.label
    if not is_plain:
        _filter(element, style.field, rule)
    symbol = ET.SubElement(element, f"{{{_SE}}}PolygonSymbolizer")
    if rule.fill != _NO_FILL:
        fill = ET.SubElement(symbol, f"{{{_SE}}}Fill")
        ET.SubElement(fill, f"{{{_SE}}}SvgParameter", name="fill").text = rule.fill
    stroke = ET.SubElement(symbol, f"{{{_SE}}}Stroke")
    ET.SubElement(stroke, f"{{{_SE}}}SvgParameter", name="stroke").text = rule.outline


def _filter(element: ET.Element, field: str, rule: Rule) -> None:
    where = ET.SubElement(element, f"{{{_OGC}}}Filter")
    if isinstance(rule.where, tuple):
        between = ET.SubElement(where, f"{{{_OGC}}}PropertyIsBetween")
        ET.SubElement(between, f"{{{_OGC}}}PropertyName").text = field
        for name, value in zip(("LowerBoundary", "UpperBoundary"), rule.where, strict=True):
            bound = ET.SubElement(between, f"{{{_OGC}}}{name}")
            ET.SubElement(bound, f"{{{_OGC}}}Literal").text = f"{value:.6f}"
        return
    equal = ET.SubElement(where, f"{{{_OGC}}}PropertyIsEqualTo")
    ET.SubElement(equal, f"{{{_OGC}}}PropertyName").text = field
    ET.SubElement(equal, f"{{{_OGC}}}Literal").text = str(rule.where)


def styles_table(layers: Sequence[tuple[str, Style]]) -> pd.DataFrame:
    """Give the rows of ``layer_styles``, one default style for each layer."""
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": [layer for layer, _ in layers],
            "f_geometry_column": "geom",
            "styleName": [style.name for _, style in layers],
            "styleQML": [qml(style) for _, style in layers],
            "styleSLD": [sld(style, layer) for layer, style in layers],
            "useAsDefault": True,
            "description": [style.description for _, style in layers],
            "owner": "",
            "ui": "",
            "update_time": "2026-01-01T00:00:00Z",
        }
    )
