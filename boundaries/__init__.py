"""Ward polygons by vintage, populations and places."""
