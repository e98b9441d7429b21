"""The plan for a desktop GIS and for phones: GeoJSON with areas, bases and ways (RFC 7946)."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.columns import GEOMETRY
from boundaries.projection import BNG
from dashboard.geojson import feature_collection
from dashboard.patrol.tables import about_plan, area_rows
from dashboard.patrol.ways import legs_of
from geo.patrol.plan import Plan, Team


def geojson_bytes(plan: Plan) -> bytes:
    """Write areas as squares, bases as points and each team's shortest round as a line.

    The member ``plan`` says what they are of and until when they may be used.
    """
    areas: list[dict[str, Any]] = [
        {"kind": "area", **row, GEOMETRY: area.shape}
        for row, area in zip(area_rows(plan), plan.areas, strict=True)
    ]
    bases = [_base(team) for team in plan.teams]
    ways = [_way(plan, team) for team in plan.teams if team.areas]
    # As objects, for whole numbers beside nothing would become decimals.
    rows = pd.DataFrame([*areas, *bases, *ways], dtype=object)
    frame = gpd.GeoDataFrame(rows, geometry=GEOMETRY, crs=BNG)
    shown = frame.dropna(axis="columns", how="all")
    return feature_collection(shown, {"name": "patrol_plan", "plan": about_plan(plan)}).encode()


def _base(team: Team) -> dict[str, Any]:
    at = shapely.Point(team.base.easting, team.base.northing)
    return {"kind": "base", "team": team.number, "name": team.base.name, GEOMETRY: at}


def _way(plan: Plan, team: Team) -> dict[str, Any]:
    legs = legs_of(plan, team)
    return {
        "kind": "way",
        "team": team.number,
        "name": f"Shortest round of team {team.number}",
        "walking_minutes": team.walking_minutes,
        "standing_minutes": team.standing_minutes,
        GEOMETRY: shapely.LineString([legs[0][0], *(at for leg in legs for at in leg[1:])]),
    }
