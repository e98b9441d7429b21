"""Everything computed: incidents in, results out.

Conventions. Positions are easting and northing in metres in EPSG:27700 (British National Grid);
longitude and latitude (EPSG:4326) only where files come in and maps go out. Arrays of positions
are two arrays of shape (n,), never bare x and y. Grids have row 0 in the south and column 0 in the
west. Names carry units: ``cell_size_m``, ``density_per_km2``, ``area_ha``. Times are local to
London, without a zone. Each method has a frozen settings object with its bounds and defaults, and
returns a ``Result``: a frame of figures and the record of how they were made.

The way of the data: ``geo.readers`` -> ``Incidents`` -> ``Selection`` -> a method
(``geo.ward_table``, ``geo.ward_frames``, ``geo.ward_change``, ``geo.strand_table``,
``geo.density``, ``geo.hotspots``) -> ``Result``.
"""
