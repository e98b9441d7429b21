"""Writes a map model as the JSON that the browser's side reads (``static/map``)."""

import json
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.escape import shown_json
from dashboard.maps.classify import MapClass, Scale
from dashboard.maps.model import BaseMap, MapModel, Spot, SurfaceFrames, View
from dashboard.maps.surface_image import grey_png


def encode(model: MapModel) -> bytes:
    """Write a map model as the JSON that the browser's side reads (``static/map``)."""
    body = _dumps(
        {
            "measure": {"title": model.title, "unit": model.unit, "decimals": model.decimals},
            "source": model.source,
            "disclosure": model.disclosure,
            "tiles": model.tiles,
            "listing": model.listing,
            "views": {key: _view(view) for key, view in model.views.items()},
            **(_teams(model) if model.teams else {}),
        }
    )
    base = _base(model.base)
    identity = sha256(body.encode() + base.encode()).hexdigest()[:16]
    return f'{{"id":"{identity}","base":{base},{shown_json(body[1:])}'.encode()


@lru_cache(maxsize=4)
def _base(base: BaseMap) -> str:
    """Write a base map; there is one object per vintage, so the text is made once for each."""
    written = _dumps(
        {
            "id": base.vintage,
            "bounds": base.bounds,
            "attribution": base.attribution,
            "borough": base.borough,
            "extra_rows": base.extra_rows,
            "wards": [
                {"code": w.code, "name": w.name, "label": w.label_at, "rings": w.rings}
                for w in base.wards
            ],
            "places": [
                {"name": p.name, "kind": p.kind, "station": p.is_station, "at": p.at}
                for p in base.places
            ],
        }
    )
    return shown_json(written)


def _teams(model: MapModel) -> dict[str, Any]:
    return {
        "focus": model.focus,
        "team_of": {rank: team.number for team in model.teams for rank in team.areas},
        "teams": [
            {
                "number": team.number,
                "base": {"name": team.base, "at": team.base_at},
                "lines": team.lines,
            }
            for team in model.teams
        ],
    }


def _view(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "method": view.method,
        "frames": view.frames,
        "sentences": view.sentences,
        "located": view.located,
        "scale": _scale(view.scale),
        "values": [_figures(row) for row in view.values],
        "totals": view.totals,
        "surface": _surface(view.surface) if view.surface else None,
        "hotspots": [[_hotspot(spot) for spot in spots] for spots in view.hotspots],
        "notes": view.notes,
        "outlined": None if view.outlined is None else view.outlined.tolist(),
        "figure": view.figure,
        "ranks": None if view.ranks is None else view.ranks.tolist(),
        "withheld": view.withheld,
    }


def _scale(scale: Scale) -> dict[str, Any]:
    said = {"title": scale.title, "note": scale.note, "outlined": scale.outlined}
    classes = [{**_class(c), "upto": c.high} for c in scale.classes]
    gaps = [_class(gap) for gap in scale.gaps]
    return {**said, "kind": scale.kind, "classes": classes, "gaps": gaps}


def _class(one: MapClass) -> dict[str, str]:
    return {"colour": one.colour, "label": one.label, "mark": one.mark}


def _figures(row: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in row.tolist()]


def _surface(surface: SurfaceFrames) -> dict[str, Any]:
    scale = _scale(surface.scale)
    for written, step in zip(scale["classes"], surface.scale.classes, strict=True):
        written["from"] = surface.grey_of(step.low)
    frames = [b64encode(grey_png(grey)).decode() for grey in surface.greys]
    drawn = {"bounds": surface.bounds, "frames": frames, "in_cells": surface.in_cells}
    return {**scale, **drawn}


def _hotspot(spot: Spot) -> dict[str, Any]:
    return {
        "rank": spot.rank,
        "name": spot.name,
        "facts": spot.facts,
        "rings": spot.rings,
    }


def _dumps(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold, and arrays
    # Rings become lists one at a time: thousands of lists at once would set off the collector.
    return json.dumps(
        value,
        separators=(",", ":"),
        allow_nan=False,
        check_circular=False,
        default=np.ndarray.tolist,
    )
