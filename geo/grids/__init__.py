"""Grids of cells: counts, Getis-Ord Gi*, and emerging hot spots."""
