"""Change between two periods: of wards, hotspots and treated areas."""
