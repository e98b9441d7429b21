"""Hotspots for partners: areas and surfaces of a release, on the map, as a list and as files."""
