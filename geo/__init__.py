"""Everything computed: incidents in, results out.

Conventions. Positions are easting and northing in metres in EPSG:27700 (British National Grid);
longitude and latitude (EPSG:4326) only where files come in and maps go out. Arrays of positions
are two arrays of shape (n,), never bare x and y. Grids have row 0 in the south and column 0 in the
west. Names carry units: ``cell_size_m``, ``density_per_km2``, ``area_ha``. Times are local to
London, without a zone. Each method has a frozen settings object with its bounds and defaults, and
returns a ``Result``: a frame of figures and the record of how they were made.

The way of the data: ``geo.readers`` -> ``Incidents`` -> ``Selection`` -> a method -> ``Result``.

- ``geo.wards``: tables and change by ward, local statistics
- ``geo.surfaces``: density, bandwidth, bands, and whether a surface is more than chance
- ``geo.grids``: counts by cell, Getis-Ord Gi*, emerging hot spots
- ``geo.clusters``: DBSCAN, HDBSCAN, ST-DBSCAN
- ``geo.hotspots``: the areas that any of these find, in one ranked and named table
- ``geo.change``: two periods compared: hotspots, treated areas, tests
- ``geo.times``: hours, weekdays, shifts and months
- ``geo.repeats``: near repeats, repeat victims and places
- ``geo.evaluation``: which method and setting predicts

A result is made again from its record by ``geo.rerun``.
"""
