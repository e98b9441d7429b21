"""The map page with plain folium in a frame, as a Streamlit page for ``benchmarks.browser``.

The same controls and the same results, computed by the same code and kept in the same way; only
the drawing differs: a new document with the whole period for every change. What would hold folium
up without being part of the question is left out: Leaflet comes along instead of from another
host, and there are no tiles and no time slider.
"""

import sys
from base64 import b64encode
from pathlib import Path

import folium
import streamlit as st

from dashboard import cache, sidebar
from dashboard.hotspots.settings_panel import choose_settings
from dashboard.maps.model import BaseMap, Bounds, HotspotShape, MapModel, Ring, View
from dashboard.maps.surface_image import coloured_pngs
from dashboard.settings import StartOptions

_LEAFLET = Path(__file__).resolve().parents[1] / "static" / "vendor" / "leaflet"
_HEIGHT_PX = 560

# The load event waits for the image of the surface; then the next frame shows the map.
_TELL = """
window.addEventListener("load", () => requestAnimationFrame(() => setTimeout(
  () => parent.postMessage("folium drawn", "*"), 0)));
"""


def show() -> None:
    """Show the page for the data that the server was started with."""
    st.set_page_config(layout="wide")
    view = sidebar.choose(StartOptions.parse(sys.argv[1:]))
    if view is None:
        return
    (setting,) = choose_settings(view)
    dataset = view.dataset
    results, _ = cache.results_of(dataset, setting.settings, dataset.source, None)
    st.iframe(folium_html(results.model), height=_HEIGHT_PX)


def folium_html(model: MapModel) -> str:
    """Draw the whole period: wards, surface, hotspots and stations."""
    (south, west), (north, east) = model.base.bounds
    drawn = folium.Map(tiles=None, zoom_control=True)
    drawn.default_js = [("leaflet", _data_uri("leaflet.js", "text/javascript"))]
    drawn.default_css = [("leaflet_css", _data_uri("leaflet.css", "text/css"))]
    view = model.views["whole"]
    _wards(model.base, view).add_to(drawn)
    if view.surface is not None:
        image = coloured_pngs(view.surface, model.base.borough)[0]
        _overlay(image, view.surface.bounds).add_to(drawn)
    _hotspots(view.hotspots[0]).add_to(drawn)
    for place in model.base.places:
        folium.CircleMarker(place.at, radius=3, tooltip=place.name).add_to(drawn)
    drawn.fit_bounds([[south, west], [north, east]])
    page = drawn.get_root()
    page.script.add_child(folium.Element(_TELL))
    return page.render()


def _wards(base: BaseMap, view: View) -> folium.GeoJson:
    features = []
    for ward, value in zip(base.wards, view.values[0], strict=False):
        colour = next((c.colour for c in view.scale.classes if value <= c.high), "none")
        texts = {"name": ward.name, "value": float(value), "colour": colour}
        features.append(_feature(ward.rings, texts))
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda f: {"fillColor": f["properties"]["colour"], "fillOpacity": 0.8},
        tooltip=folium.GeoJsonTooltip(["name", "value"]),
    )


def _hotspots(spots: tuple[HotspotShape, ...]) -> folium.GeoJson | folium.FeatureGroup:
    if not spots:
        return folium.FeatureGroup()
    facts = ["rank", "name", "incidents"]
    features = [_feature(s.rings, {fact: getattr(s, fact) for fact in facts}) for s in spots]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda _: {"color": "#222222", "weight": 2, "fill": False},
        tooltip=folium.GeoJsonTooltip(facts),
    )


def _feature(rings: list[list[Ring]], properties: dict[str, object]) -> dict[str, object]:
    polygons = [[ring[:, ::-1].tolist() for ring in polygon] for polygon in rings]
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _overlay(png: bytes, bounds: Bounds) -> folium.raster_layers.ImageOverlay:
    image = f"data:image/png;base64,{b64encode(png).decode()}"
    return folium.raster_layers.ImageOverlay(image, [list(corner) for corner in bounds])


def _data_uri(name: str, kind: str) -> str:
    return f"data:{kind};base64,{b64encode((_LEAFLET / name).read_bytes()).decode()}"


if __name__ == "__main__":
    show()
