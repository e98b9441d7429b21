"""The map as one HTML file that works from a memory stick: it asks nobody for anything.

Folium makes the Leaflet map and its layers. The live map's own page (``static/map``) then runs
them: the same list, legend, table and time slider, over layers that are there already. All text
travels as JSON and becomes text nodes; none is ever part of a script.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import folium
import numpy as np

from dashboard.escape import esc, script_json
from dashboard.maps.model import BaseMap, MapModel, Ring, SurfaceFrames
from dashboard.maps.payload import encode
from dashboard.maps.surface_image import coloured_pngs
from dashboard.words import DEMONSTRATION

_HERE = Path(__file__).parent
_STATIC = _HERE.parents[1] / "static"
_LEAFLET = _STATIC / "vendor" / "leaflet"
_PAGE_SCRIPTS = (
    "words.js",
    "figures.js",
    "labels.js",
    "patterns.js",
    "surface.js",
    "layers.js",
    "panel.js",
    "time.js",
    "shell.js",
    "hotspot_map.js",
)
_NO_IMAGE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

_IMPORT = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async |function|class|const|let))", re.MULTILINE)
_CSS_IMAGE = re.compile(r"[\w-]+\s*:\s*url\([^)]*\)\s*;?")


def standalone_html(
    model: MapModel,
    *,
    title: str,
    top: str = "",
    above: str = "",
    below: str = "",
    style: str = "",
) -> str:
    """Write a map as one HTML file; the same map always gives the same file.

    Parameters
    ----------
    model
        The map. Background tiles are left out: the file asks no server.
    title
        Heading of the page.
    top, above, below
        Markup before the heading, between heading and map, and after the map, escaped already.
    style
        Rules for these, after the map's own.
    """
    container, drawing, names = _folium_parts(model)
    scripts = (_leaflet(), drawing, _page_script())
    data = {"map": _data(model), "layers": names}
    styled = _style() + style
    return _SHELL.format(
        policy=_policy(scripts, styled),
        title=esc(title),
        style=styled,
        top=top,
        above=above,
        below=below,
        banner=_BANNER if model.is_demonstration else "",
        container=container,
        data=script_json(data),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


_BANNER = f'<p class="banner">{DEMONSTRATION}: it describes nobody.</p>'

_SHELL = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>{top}<h1>{title}</h1>{banner}{above}</header>
<main id="page"><noscript><p>This map needs JavaScript, which is turned off.</p></noscript></main>
{below}
{container}
<script type="application/json" id="data">{data}</script>
{scripts}
</body>
</html>
"""


def _policy(scripts: Iterable[str], style: str) -> str:
    """Allow exactly these scripts and this style, images inside the file, and nothing else."""
    allowed = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


# ---- what folium makes ---------------------------------------------------------------------------


def _folium_parts(model: MapModel) -> tuple[str, str, dict[str, str]]:
    """Give the map's element, the script that makes the layers, and the names of its variables.

    Folium's own page is left behind: its header asks five servers and forbids zooming.
    """
    centre = np.mean(model.base.bounds, axis=0).tolist()
    drawn = folium.Map(centre, tiles=None, zoom_start=12)
    layers = {
        "wards": folium.GeoJson(_ward_features(model.base), name="wards", show=False),
        "borough": _group("borough", [_outline(model.base.borough)]),
        "places": _group("places", [folium.CircleMarker(p.at) for p in model.base.places]),
        "surface": folium.raster_layers.ImageOverlay(
            _NO_IMAGE, _surface_bounds(model), name="surface", show=False
        ),
    }
    for layer in layers.values():
        layer.add_to(drawn)
    page: Any = drawn.get_root()
    _number(page)
    page.render()
    names = {role: layer.get_name() for role, layer in layers.items()}
    return page.html.render(), page.script.render(), {"map": drawn.get_name(), **names}


def _number(element: Any, counter: list[int] | None = None) -> None:  # noqa: ANN401 - branca is untyped
    """Replace folium's random names, so that the same map gives the same file."""
    counter = [0] if counter is None else counter
    counter[0] += 1
    element._id = f"{counter[0]:03d}"
    for child in element._children.values():
        _number(child, counter)


def _group(name: str, members: list[Any]) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=name, show=False)
    for member in members:
        member.add_to(group)
    return group


def _outline(rings: list[Ring]) -> folium.PolyLine:
    return folium.PolyLine([ring.tolist() for ring in rings])  # type: ignore[no-untyped-call]


def _ward_features(base: BaseMap) -> dict[str, Any]:
    """Give the wards in their order as GeoJSON, without a word of text."""
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[ring[:, ::-1].tolist() for ring in p] for p in ward.rings],
            },
        }
        for ward in base.wards
    ]
    return {"type": "FeatureCollection", "features": features}


def _surface_bounds(model: MapModel) -> list[list[float]]:
    surfaces = [view.surface for view in model.views.values() if view.surface]
    bounds = surfaces[0].bounds if surfaces else model.base.bounds
    return [list(corner) for corner in bounds]


# ---- what the live map's page needs --------------------------------------------------------------


def _data(model: MapModel) -> dict[str, Any]:
    """Give what the live map reads, less the shapes that folium holds, with coloured surfaces."""
    data: dict[str, Any] = json.loads(encode(model))
    data["tiles"] = None
    base = data["base"]
    base["wards"] = [{**ward, "rings": []} for ward in base["wards"]]
    for key, view in model.views.items():
        if view.surface:
            data["views"][key]["surface"]["frames"] = _images(view.surface, model.base.borough)
    return data


def _images(surface: SurfaceFrames, borough: list[Ring]) -> list[str]:
    return [b64encode(image).decode() for image in coloured_pngs(surface, borough)]


@cache
def _leaflet() -> str:
    return (_LEAFLET / "leaflet.js").read_text(encoding="utf-8")


@cache
def _page_script() -> str:
    """Put the live map's modules and this file's own into one script, which needs no server."""
    paths = [*(_STATIC / "map" / name for name in _PAGE_SCRIPTS), _HERE / "standalone.js"]
    modules = (path.read_text(encoding="utf-8") for path in paths)
    plain = (_EXPORT.sub("", _IMPORT.sub("", module)) for module in modules)
    return '(() => {\n"use strict";\n' + "\n".join(plain) + "\n})();"


@cache
def _style() -> str:
    paths = (
        _LEAFLET / "leaflet.css",
        _STATIC / "map" / "hotspot_map.css",
        _HERE / "standalone.css",
    )
    together = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return _CSS_IMAGE.sub("", together)
